// The service gateway.Gateway at one organisation's address, as the fabric-gateway client calls it.
import {
  status,
  type sendUnaryData,
  type ServerUnaryCall,
  type ServerWritableStream,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { gateway, type orderer } from '@hyperledger/fabric-protos';
import { OrderingRefusal } from '../engine/errors.js';
import type { BlockFeed } from './block-feed.js';
import { chaincodeEvents } from './block-view.js';
import { endorse } from './endorse.js';
import { evaluate, unknownChannel } from './evaluate.js';
import { RpcError, toStatus } from './grpc-errors.js';
import { failureDetail, type GatewayContext } from './peer-calls.js';
import { writeFully } from './streaming.js';

/** An organisation's gateway also needs the blocks that all streams share. */
export interface GatewayOptions extends GatewayContext {
  readonly feed: BlockFeed;
}

/** One for all calls: it is raised at the end of each of them, and making an error is slow. */
const CLIENT_GONE = new RpcError(status.CANCELLED, 'the client went away');

type EventStream = ServerWritableStream<
  gateway.SignedChaincodeEventsRequest,
  gateway.ChaincodeEventsResponse
>;

export function gatewayService(context: GatewayOptions): UntypedServiceImplementation {
  return {
    evaluate: unary(context, (request: gateway.EvaluateRequest, signal) =>
      evaluate(context, request, signal),
    ),
    endorse: unary(context, (request: gateway.EndorseRequest, signal) => endorse(context, request, signal)),
    submit: unary(context, (request: gateway.SubmitRequest) => submit(context, request)),
    commitStatus: unary(context, (request: gateway.SignedCommitStatusRequest, signal) =>
      commitStatus(context, request, signal),
    ),
    chaincodeEvents: (stream: EventStream) => {
      void followEvents(context, stream);
    },
  };
}

/** A member whose peer is down has no gateway either. */
export function refuseIfDown(context: GatewayContext): void {
  if (context.engine.faults.isPeerDown(context.mspId)) {
    throw new RpcError(status.UNAVAILABLE, `the peer of ${context.mspId} is down`);
  }
}

function limited<T>({ services, mspId }: GatewayContext, work: () => Promise<T>): Promise<T> {
  const gatewayService = services.get(mspId)?.gateway;
  return gatewayService === undefined ? work() : gatewayService.run(work);
}

function unary<Request, Response>(
  context: GatewayContext,
  handle: (request: Request, signal: AbortSignal) => Promise<Response>,
): (call: ServerUnaryCall<Request, Response>, answer: sendUnaryData<Response>) => void {
  return (call, answer) => {
    const cancelled = new AbortController();
    call.on('cancelled', () => {
      cancelled.abort(CLIENT_GONE);
    });
    const run = async (): Promise<Response> => {
      refuseIfDown(context);
      return handle(call.request, cancelled.signal);
    };
    limited(context, run).then(
      (response) => {
        answer(null, response);
      },
      (error: unknown) => {
        answer(toStatus(error));
      },
    );
  };
}

async function submit(
  context: GatewayContext,
  request: gateway.SubmitRequest,
): Promise<gateway.SubmitResponse> {
  const envelope = request.getPreparedTransaction();
  if (envelope === undefined) {
    throw new RpcError(status.INVALID_ARGUMENT, 'a prepared transaction is required');
  }
  if (envelope.getSignature_asU8().length === 0) {
    throw new RpcError(status.INVALID_ARGUMENT, 'prepared transaction must be signed');
  }
  const channel = request.getChannelId();
  if (channel !== context.engine.channel) {
    throw new RpcError(status.FAILED_PRECONDITION, unknownChannel(channel));
  }
  try {
    await context.engine.order(envelope);
  } catch (error) {
    throw error instanceof OrderingRefusal ? orderingError(context, error) : error;
  }
  return new gateway.SubmitResponse();
}

/** A client's fault ends at once; faults of the orderers read as from a Byzantine fault tolerant cluster. */
function orderingError(context: GatewayContext, refusal: OrderingRefusal): RpcError {
  const message = `received unsuccessful response from orderer: status=${refusal.status}, info=${refusal.info}`;
  if (refusal.status !== 'SERVICE_UNAVAILABLE') {
    return new RpcError(status.ABORTED, message);
  }
  return new RpcError(
    status.UNAVAILABLE,
    'insufficient number of orderers could successfully process transaction to satisfy quorum requirement',
    [failureDetail(context, context.mspId, message)],
  );
}

async function commitStatus(
  context: GatewayContext,
  signed: gateway.SignedCommitStatusRequest,
  signal: AbortSignal,
): Promise<gateway.CommitStatusResponse> {
  const bytes = signed.getRequest_asU8();
  if (bytes.length === 0) {
    throw new RpcError(status.INVALID_ARGUMENT, 'a commit status request is required');
  }
  const request = parse('invalid status request', () => gateway.CommitStatusRequest.deserializeBinary(bytes));
  const txId = request.getTransactionId();
  requirePresent([
    [request.getIdentity_asU8().length > 0, 'no identity provided'],
    [request.getChannelId() !== '', 'no channel ID provided'],
    [txId !== '', 'transaction ID should not be empty'],
  ]);
  checkReader(context, request.getChannelId(), {
    creator: request.getIdentity_asU8(),
    message: bytes,
    signature: signed.getSignature_asU8(),
  });
  const found = await context.engine.waitForTransaction(txId, signal);
  const response = new gateway.CommitStatusResponse();
  // The engine stores the codes of Fabric's list and no others.
  response.setResult(found.code as ReturnType<typeof response.getResult>);
  response.setBlockNumber(Number(found.blockNumber));
  return response;
}

function requirePresent(rules: readonly (readonly [boolean, string])[]): void {
  for (const [holds, message] of rules) {
    if (!holds) {
      throw new RpcError(status.INVALID_ARGUMENT, message);
    }
  }
}

function parse<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch {
    // Go's parser has one text for everything that it cannot read.
    const reason = 'proto: cannot parse invalid wire-format data';
    throw new RpcError(status.INVALID_ARGUMENT, `${what}: ${reason}`);
  }
}

function checkReader(
  context: GatewayContext,
  channel: string,
  data: { readonly creator: Uint8Array; readonly message: Uint8Array; readonly signature: Uint8Array },
): void {
  if (channel !== context.engine.channel) {
    throw new RpcError(status.PERMISSION_DENIED, `Failed to get policy manager for channel [${channel}]`);
  }
  context.engine.checkAccess(data, 'Readers');
}

async function followEvents(context: GatewayOptions, stream: EventStream): Promise<void> {
  const cancelled = new AbortController();
  stream.on('cancelled', () => {
    cancelled.abort(CLIENT_GONE);
  });
  try {
    await limited(context, async () => {
      refuseIfDown(context);
      await sendEvents(context, stream, cancelled.signal);
    });
    stream.end();
  } catch (error) {
    stream.emit('error', toStatus(error));
  }
}

async function sendEvents(context: GatewayOptions, stream: EventStream, signal: AbortSignal): Promise<void> {
  const request = acceptEventsRequest(context, stream.request);
  const after = request.getAfterTransactionId();
  let passed = after === '';
  const from = await startBlock(context, request);
  for await (const view of context.feed.follow(from, signal)) {
    refuseIfDown(context);
    const matching = chaincodeEvents(view).filter((event) => {
      if (!passed) {
        passed = event.getTxId() === after;
        return false;
      }
      return event.getChaincodeId() === request.getChaincodeId();
    });
    if (matching.length > 0) {
      const response = new gateway.ChaincodeEventsResponse();
      response.setBlockNumber(view.number);
      response.setEventsList(matching);
      await writeFully(stream, response, signal);
    }
  }
}

function acceptEventsRequest(
  context: GatewayContext,
  signed: gateway.SignedChaincodeEventsRequest,
): gateway.ChaincodeEventsRequest {
  const bytes = signed.getRequest_asU8();
  if (bytes.length === 0) {
    throw new RpcError(status.INVALID_ARGUMENT, 'a chaincode events request is required');
  }
  const request = parse('invalid chaincode events request', () =>
    gateway.ChaincodeEventsRequest.deserializeBinary(bytes),
  );
  checkReader(context, request.getChannelId(), {
    creator: request.getIdentity_asU8(),
    message: bytes,
    signature: signed.getSignature_asU8(),
  });
  return request;
}

/** The block of the checkpoint's transaction if it is known, else the position asked for, else what comes next. */
async function startBlock(context: GatewayContext, request: gateway.ChaincodeEventsRequest): Promise<bigint> {
  const after = request.getAfterTransactionId();
  const known = after === '' ? null : await context.engine.blockOfTransaction(after);
  return known ?? positionBlock(context, request.getStartPosition());
}

function positionBlock(context: GatewayContext, position: orderer.SeekPosition | undefined): bigint {
  if (position?.hasSpecified() === true) {
    return BigInt(position.getSpecified()?.getNumber() ?? 0);
  }
  if (position?.hasOldest() === true || position?.hasNewest() === true) {
    const type = position.hasOldest() ? 'Oldest' : 'Newest';
    throw new RpcError(status.INVALID_ARGUMENT, `invalid start position type: *orderer.SeekPosition_${type}`);
  }
  return context.engine.height();
}
