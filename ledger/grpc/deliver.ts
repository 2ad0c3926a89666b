// The service protos.Deliver at one organisation's address: blocks and filtered blocks from any position on.
// Refusals are status messages in the stream, as on a peer.
import { X509Certificate } from 'node:crypto';
import type { ServerDuplexStream, UntypedServiceImplementation } from '@grpc/grpc-js';
import { common, orderer, peer } from '@hyperledger/fabric-protos';
import { BinaryWriter } from 'google-protobuf';
import { AccessDenied } from '../fabric/refusals.js';
import { EngineClosed } from '../engine/errors.js';
import { type Engine } from '../engine/ledger.js';
import type { BlockFeed } from './block-feed.js';
import type { BlockView } from './block-view.js';
import { refuseIfDown } from './gateway.js';
import { toStatus } from './grpc-errors.js';
import type { GatewayContext } from './peer-calls.js';
import { writeFully } from './streaming.js';

type Stream = ServerDuplexStream<common.Envelope, Buffer>;
type Status = common.StatusMap[keyof common.StatusMap];
type Render = (view: BlockView, request: SeekRequest) => Promise<Buffer>;

const { SUCCESS, BAD_REQUEST, FORBIDDEN, NOT_FOUND } = common.Status;
const { FAIL_IF_NOT_READY } = orderer.SeekInfo.SeekBehavior;

/** Responses are rendered here, so the service must be registered with `deliverDefinition`. */
export const deliverDefinition = Object.fromEntries(
  Object.entries(peer.DeliverService).map(([name, method]) => [
    name,
    { ...method, responseSerialize: (rendered: Buffer) => rendered },
  ]),
);

export interface DeliverOptions extends GatewayContext {
  readonly feed: BlockFeed;
  /** A seek envelope's timestamp may be this far from the peer's clock, as a proposal's. */
  readonly timeWindowMs: number;
}

export function deliverService(options: DeliverOptions): UntypedServiceImplementation {
  const filtered: Render = (view) => Promise.resolve(view.filteredResponse);
  const whole: Render = (view, { seek }) => wholeBlock(options.engine, BigInt(view.number), seek);
  const withPrivateData: Render = (view, { creator }) => blockWithPrivateData(options, view, creator);
  return {
    deliver: (stream: Stream) => {
      void serve(options, stream, whole);
    },
    deliverFiltered: (stream: Stream) => {
      void serve(options, stream, filtered);
    },
    deliverWithPrivateData: (stream: Stream) => {
      void serve(options, stream, withPrivateData);
    },
  };
}

async function wholeBlock(engine: Engine, number: bigint, seek: orderer.SeekInfo): Promise<Buffer> {
  if (seek.getContentType() === orderer.SeekInfo.SeekContentType.HEADER_WITH_SIG) {
    const block = await engine.block(number);
    const bare = new common.Block();
    bare.setHeader(block?.getHeader());
    bare.setMetadata(block?.getMetadata());
    const response = new peer.DeliverResponse();
    response.setBlock(bare);
    return Buffer.from(response.serializeBinary());
  }
  // The stored bytes are the message's; parsing and writing them again would only cost time.
  const writer = new BinaryWriter();
  writer.writeBytes(
    peer.DeliverResponse.TypeCase.BLOCK,
    (await engine.blockBytes(number)) ?? new Uint8Array(),
  );
  return Buffer.from(writer.getResultBuffer());
}

async function blockWithPrivateData(
  { engine, mspId }: DeliverOptions,
  view: BlockView,
  creator: Uint8Array,
): Promise<Buffer> {
  const response = new peer.DeliverResponse();
  response.setBlockAndPrivateData(
    (await engine.blockWithPrivateData(BigInt(view.number), { mspId, creator })) ?? undefined,
  );
  return Buffer.from(response.serializeBinary());
}

function statusResponse(status: Status): Buffer {
  const response = new peer.DeliverResponse();
  response.setStatus(status);
  return Buffer.from(response.serializeBinary());
}

/** Serves one seek after the other; anything but success ends the stream. */
async function serve(options: DeliverOptions, stream: Stream, render: Render): Promise<void> {
  const gone = new AbortController();
  stream.on('cancelled', () => {
    gone.abort();
  });
  const seeks = (): Promise<void> => serveSeeks(options, { stream, render, signal: gone.signal });
  const service = options.services.get(options.mspId)?.deliver;
  try {
    await (service === undefined ? seeks() : service.run(seeks));
    stream.end();
  } catch (error) {
    if (!gone.signal.aborted) {
      stream.emit('error', toStatus(error));
    }
  }
}

async function serveSeeks(options: DeliverOptions, outlet: Outlet): Promise<void> {
  const { stream, signal } = outlet;
  // Leaving the loop must not destroy the stream: what was written last is still on its way.
  const envelopes = stream.iterator({ destroyOnReturn: false }) as AsyncIterable<common.Envelope>;
  for await (const envelope of envelopes) {
    refuseIfDown(options);
    const status = await deliver(options, outlet, envelope);
    await writeFully(stream, statusResponse(status), signal);
    if (status !== SUCCESS) {
      return;
    }
  }
}

interface Outlet {
  readonly stream: Stream;
  readonly render: Render;
  readonly signal: AbortSignal;
}

async function deliver(options: DeliverOptions, outlet: Outlet, envelope: common.Envelope): Promise<Status> {
  const accepted = accept(options, envelope);
  if (typeof accepted === 'number') {
    return accepted;
  }
  const height = options.engine.height();
  const start = startOf(accepted.seek, height);
  const stop = stopOf(accepted.seek, start, height);
  if (stop === null) {
    return BAD_REQUEST;
  }
  if (start > height) {
    return NOT_FOUND;
  }
  return send(options, outlet, { request: accepted, start, stop });
}

interface SeekRequest {
  readonly channel: common.ChannelHeader;
  readonly creator: Uint8Array;
  readonly seek: orderer.SeekInfo;
}

/** The seek, or the status that refuses it. */
function accept(options: DeliverOptions, envelope: common.Envelope): SeekRequest | Status {
  const request = parseSeek(envelope);
  if (request === null || !isTimely(request.channel, options.timeWindowMs)) {
    return BAD_REQUEST;
  }
  if (request.channel.getChannelId() !== options.engine.channel) {
    return NOT_FOUND;
  }
  const denied = refuseReader(options, {
    creator: request.creator,
    message: envelope.getPayload_asU8(),
    signature: envelope.getSignature_asU8(),
  });
  if (denied) {
    return FORBIDDEN;
  }
  const { seek } = request;
  return seek.hasStart() && seek.hasStop() ? request : BAD_REQUEST;
}

function parseSeek(envelope: common.Envelope): SeekRequest | null {
  try {
    const payload = common.Payload.deserializeBinary(envelope.getPayload_asU8());
    const header = payload.getHeader() ?? new common.Header();
    const signature = common.SignatureHeader.deserializeBinary(header.getSignatureHeader_asU8());
    return {
      channel: common.ChannelHeader.deserializeBinary(header.getChannelHeader_asU8()),
      creator: signature.getCreator_asU8(),
      seek: orderer.SeekInfo.deserializeBinary(payload.getData_asU8()),
    };
  } catch {
    // What does not parse is a bad request, by the stream's status.
    return null;
  }
}

function isTimely(channel: common.ChannelHeader, windowMs: number): boolean {
  const timestamp = channel.getTimestamp();
  return timestamp !== undefined && Math.abs(timestamp.toDate().getTime() - Date.now()) <= windowMs;
}

function refuseReader(
  options: DeliverOptions,
  data: { readonly creator: Uint8Array; readonly message: Uint8Array; readonly signature: Uint8Array },
): boolean {
  try {
    const { certPem } = options.engine.checkAccess(data, 'Readers');
    return new Date(new X509Certificate(certPem).validTo) < new Date();
  } catch (error) {
    if (error instanceof AccessDenied) {
      return true;
    }
    throw error;
  }
}

function startOf(seek: orderer.SeekInfo, height: bigint): bigint {
  const start = seek.getStart() ?? new orderer.SeekPosition();
  if (start.hasSpecified()) {
    return specified(start);
  }
  if (start.hasNewest()) {
    return height - 1n;
  }
  return start.hasNextCommit() ? height : 0n;
}

/** The last block to send; null when it lies before the first. */
function stopOf(seek: orderer.SeekInfo, start: bigint, height: bigint): bigint | null {
  const stop = seek.getStop() ?? new orderer.SeekPosition();
  if (stop.hasOldest()) {
    return start;
  }
  if (stop.hasNewest()) {
    // Asked for the newest block alone, one that comes meanwhile is not sent.
    return seek.getStart()?.hasNewest() === true ? start : height - 1n;
  }
  if (stop.hasSpecified()) {
    const number = specified(stop);
    return number < start ? null : number;
  }
  // Without an end a stream goes on until its reader leaves.
  return BigInt(Number.MAX_SAFE_INTEGER);
}

function specified(position: orderer.SeekPosition): bigint {
  return BigInt(position.getSpecified()?.getNumber() ?? 0);
}

async function send(
  options: DeliverOptions,
  { stream, render, signal }: Outlet,
  range: { readonly request: SeekRequest; readonly start: bigint; readonly stop: bigint },
): Promise<Status> {
  const failIfNotReady = range.request.seek.getBehavior() === FAIL_IF_NOT_READY;
  if (failIfNotReady && range.start >= options.engine.height()) {
    return NOT_FOUND;
  }
  let next = range.start;
  for await (const view of options.feed.follow(range.start, signal)) {
    refuseIfDown(options);
    await writeFully(stream, await render(view, range.request), signal);
    if (next === range.stop) {
      return SUCCESS;
    }
    next += 1n;
    if (failIfNotReady && next >= options.engine.height()) {
      return NOT_FOUND;
    }
  }
  // The iteration ends by itself only when the reader left or the ledger closes.
  throw new EngineClosed('the ledger is closing');
}
