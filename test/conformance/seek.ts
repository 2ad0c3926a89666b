// Asks a peer's deliver service by hand, for requests that the gateway's client would not make.
import { randomBytes } from 'node:crypto';
import { common, orderer, peer } from '@hyperledger/fabric-protos';
import { Timestamp } from 'google-protobuf/google/protobuf/timestamp_pb.js';
import { signedEnvelope } from './envelope.js';
import { BANK_A } from './ground.js';
import type { Json } from './operations.js';
import { refusalOf } from './outcome.js';
import { creatorOf, type SigningIdentity } from './signing-identity.js';
import type { Stage } from './stage.js';

export type Position = number | 'oldest' | 'newest' | 'next' | null;

export interface Seek {
  readonly start: Position;
  readonly stop: Position;
  readonly failIfNotReady?: boolean;
  readonly channel?: string;
  readonly as?: SigningIdentity;
  readonly timestampMs?: number | null;
  readonly headersOnly?: boolean;
  readonly headerType?: number;
}

export type Delivery = 'deliver' | 'deliverFiltered' | 'deliverWithPrivateData';

/** A stream with an end: how many blocks came, from which on (counted from `origin`), and its status. */
export async function ask(stage: Stage, delivery: Delivery, seek: Seek, origin = 0): Promise<Json> {
  return stream(stage, delivery, await seekEnvelope(stage, seek), origin);
}

export function stream(
  stage: Stage,
  delivery: Delivery,
  envelope: common.Envelope,
  origin = 0,
): Promise<Json> {
  const client = stage.network.service(BANK_A, peer.DeliverClient);
  const call = client[delivery]();
  const numbers: number[] = [];
  return new Promise((resolve) => {
    const end = (outcome: Json): void => {
      call.cancel();
      resolve({ blocks: numbers.map((number) => number - origin), outcome });
    };
    call.on('data', (response: peer.DeliverResponse) => {
      if (response.getTypeCase() === peer.DeliverResponse.TypeCase.STATUS) end(response.getStatus());
      else numbers.push(numberOf(response));
    });
    call.on('error', (error) => {
      end(refusalOf(error));
    });
    call.on('end', () => {
      end('ended without a status');
    });
    call.write(envelope);
  });
}

function numberOf(response: peer.DeliverResponse): number {
  const block = response.getBlock() ?? response.getBlockAndPrivateData()?.getBlock();
  return block?.getHeader()?.getNumber() ?? response.getFilteredBlock()?.getNumber() ?? -1;
}

export async function seekEnvelope(stage: Stage, seek: Seek): Promise<common.Envelope> {
  const identity = seek.as ?? stage.user(BANK_A);
  const info = new orderer.SeekInfo();
  if (seek.start !== null) info.setStart(position(seek.start));
  if (seek.stop !== null) info.setStop(position(seek.stop));
  if (seek.failIfNotReady === true) info.setBehavior(orderer.SeekInfo.SeekBehavior.FAIL_IF_NOT_READY);
  if (seek.headersOnly === true) info.setContentType(orderer.SeekInfo.SeekContentType.HEADER_WITH_SIG);
  const header = new common.Header();
  header.setChannelHeader(channelHeader(stage, seek).serializeBinary());
  const signature = new common.SignatureHeader();
  signature.setCreator(creatorOf(identity));
  signature.setNonce(randomBytes(24));
  header.setSignatureHeader(signature.serializeBinary());
  const payload = new common.Payload();
  payload.setHeader(header);
  payload.setData(info.serializeBinary());
  return signedEnvelope(payload.serializeBinary(), identity);
}

function channelHeader(stage: Stage, seek: Seek): common.ChannelHeader {
  const header = new common.ChannelHeader();
  header.setType(seek.headerType ?? common.HeaderType.DELIVER_SEEK_INFO);
  header.setChannelId(seek.channel ?? stage.ground.channel);
  if (seek.timestampMs !== null) {
    const timestamp = new Timestamp();
    timestamp.fromDate(new Date(seek.timestampMs ?? Date.now()));
    header.setTimestamp(timestamp);
  }
  return header;
}

function position(at: Exclude<Position, null>): orderer.SeekPosition {
  const made = new orderer.SeekPosition();
  if (at === 'oldest') made.setOldest(new orderer.SeekOldest());
  else if (at === 'newest') made.setNewest(new orderer.SeekNewest());
  else if (at === 'next') made.setNextCommit(new orderer.SeekNextCommit());
  else {
    const specified = new orderer.SeekSpecified();
    specified.setNumber(at);
    made.setSpecified(specified);
  }
  return made;
}
