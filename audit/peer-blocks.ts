// Blocks from a member's own peer, by its deliver service and with the member's own identity, on either ledger.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as grpc from '@grpc/grpc-js';
import { common, orderer, peer, type ledger } from '@hyperledger/fabric-protos';
import { BinaryReader } from 'google-protobuf';
import { Timestamp } from 'google-protobuf/google/protobuf/timestamp_pb.js';
import { messageOf } from '../ledger/fabric/error-message.js';
import { PEER_KEEPALIVE } from '../gateway/protocol/keepalive.js';
import { Signer } from '../ledger/fabric/signer.js';
import { AuditError } from './audit-error.js';
import type { DeliveredBlock } from './delivered-block.js';

const DELIVER_SEEK_INFO = 5;
const MOST_BYTES = 100 * 1024 * 1024;

/** Where a peer serves, under TLS. */
export interface PeerAddress {
  readonly mspId: string;
  readonly peerAddress: string;
  readonly tlsRootCertPath: string;
  /** The name in the peer's TLS certificate, where the host is only an IP address. */
  readonly hostOverride: string;
}

export interface PeerAccess {
  readonly channel: string;
  readonly address: PeerAddress;
  /** A client certificate of the member, which may read the channel. */
  readonly signing: { readonly certPath: string; readonly keyPath: string };
  /** Whether to ask for the member's own private data as well. */
  readonly privately: boolean;
}

/** From block 0 to the newest at this moment. Throws AuditError if the peer cannot be asked. */
export async function* peerBlocks(access: PeerAccess): AsyncGenerator<DeliveredBlock> {
  const { address, privately } = access;
  const client = new grpc.Client(
    address.peerAddress,
    grpc.credentials.createSsl(readFileSync(address.tlsRootCertPath)),
    {
      'grpc.ssl_target_name_override': address.hostOverride,
      'grpc.max_receive_message_length': MOST_BYTES,
      ...PEER_KEEPALIVE,
    },
  );
  const { path, requestSerialize } = privately
    ? peer.DeliverService.deliverWithPrivateData
    : peer.DeliverService.deliver;
  // Answers stay bytes: what is checked is what the peer sent, not what a parser made of it.
  const stream = client.makeBidiStreamRequest(path, requestSerialize, (bytes: Buffer) => bytes);
  try {
    stream.write(seekEverything(access));
    for await (const answer of stream as AsyncIterable<Buffer>) {
      const read = readAnswer(answer);
      if ('status' in read) {
        if (read.status === common.Status.SUCCESS) return;
        throw refused(access, `status ${String(read.status)}`);
      }
      yield read;
    }
  } catch (cause) {
    if (cause instanceof AuditError) throw cause;
    throw refused(access, messageOf(cause), cause);
  } finally {
    stream.cancel();
    client.close();
  }
}

function refused({ address }: PeerAccess, why: string, cause?: unknown): AuditError {
  return new AuditError(
    `The peer ${address.peerAddress} of ${address.mspId} does not deliver its blocks (${why}); ` +
      'see whether it runs with "npm run network -- status".',
    { cause },
  );
}

function seekEverything({ channel, address, signing }: PeerAccess): common.Envelope {
  const identity = {
    certPem: readFileSync(signing.certPath, 'utf8'),
    keyPem: readFileSync(signing.keyPath, 'utf8'),
  };
  const signer = new Signer(address.mspId, identity);
  const seek = new orderer.SeekInfo();
  const start = new orderer.SeekPosition();
  start.setOldest(new orderer.SeekOldest());
  const stop = new orderer.SeekPosition();
  stop.setNewest(new orderer.SeekNewest());
  seek.setStart(start);
  seek.setStop(stop);
  seek.setBehavior(orderer.SeekInfo.SeekBehavior.FAIL_IF_NOT_READY);
  const channelHeader = new common.ChannelHeader();
  channelHeader.setType(DELIVER_SEEK_INFO);
  channelHeader.setChannelId(channel);
  const timestamp = new Timestamp();
  timestamp.fromDate(new Date());
  channelHeader.setTimestamp(timestamp);
  const signatureHeader = new common.SignatureHeader();
  signatureHeader.setCreator(signer.creator);
  signatureHeader.setNonce(randomBytes(24));
  const header = new common.Header();
  header.setChannelHeader(channelHeader.serializeBinary());
  header.setSignatureHeader(signatureHeader.serializeBinary());
  const payload = new common.Payload();
  payload.setHeader(header);
  payload.setData(seek.serializeBinary());
  const envelope = new common.Envelope();
  envelope.setPayload(payload.serializeBinary());
  envelope.setSignature(signer.sign(envelope.getPayload_asU8()));
  return envelope;
}

/** The bytes of the block inside a DeliverResponse, or the status that ends the stream. */
function readAnswer(answer: Uint8Array): DeliveredBlock | { readonly status: number } {
  const { TypeCase } = peer.DeliverResponse;
  const fields = fieldsOf(answer);
  const block = fields.get(TypeCase.BLOCK);
  if (block) return { bytes: block, privateData: null };
  const both = fields.get(TypeCase.BLOCK_AND_PRIVATE_DATA);
  if (!both) return { status: peer.DeliverResponse.deserializeBinary(answer).getStatus() };
  const bytes = fieldsOf(both).get(1) ?? new Uint8Array();
  const privateData = new Map<number, ledger.rwset.TxPvtReadWriteSet>();
  peer.BlockAndPrivateData.deserializeBinary(both)
    .getPrivateDataMapMap()
    .forEach((set: ledger.rwset.TxPvtReadWriteSet, position: number) => privateData.set(position, set));
  return { bytes, privateData };
}

/** Length-delimited fields of a message by number. */
function fieldsOf(bytes: Uint8Array): Map<number, Uint8Array> {
  const reader = new BinaryReader(bytes);
  const fields = new Map<number, Uint8Array>();
  while (reader.nextField()) {
    if (reader.isEndGroup()) break;
    const isBytes = Number(reader.getWireType()) === 2;
    if (isBytes) fields.set(reader.getFieldNumber(), reader.readBytes());
    else reader.skipField();
  }
  return fields;
}
