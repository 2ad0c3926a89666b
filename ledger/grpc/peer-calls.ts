// How one organisation's gateway asks peers, its own and the others', to process a proposal, and reads the answer.
import { status } from '@grpc/grpc-js';
import type { peer } from '@hyperledger/fabric-protos';
import { AccessDenied, EndorserRefusal } from '../fabric/refusals.js';
import { PeerUnavailable } from '../engine/errors.js';
import { type ChaincodeRunner, type Engine } from '../engine/ledger.js';
import { TooManyRequests, type PeerServices } from './concurrency.js';
import type { FailureDetail } from './grpc-errors.js';

/** Refused by the peer's filters before the endorser: such an answer carries no response at all. */
const FILTER_REFUSALS = [
  'request unauthorized due to incorrect timestamp',
  'proposal client identity expired',
];

/** As `peer.gateway.endorsementTimeout` of the Fabric ground. */
const ENDORSEMENT_TIMEOUT_MS = 10_000;

/** What a gateway knows: the ledger, its own organisation, the address of every peer, the chaincode. */
export interface GatewayContext {
  readonly engine: Engine;
  readonly mspId: string;
  /** `host:port` of each organisation's peer, by MSP id. */
  readonly addresses: ReadonlyMap<string, string>;
  /** Every peer's services, by MSP id. */
  readonly services: ReadonlyMap<string, PeerServices>;
  readonly runner: ChaincodeRunner;
}

export interface PeerFailure {
  readonly code: status;
  readonly message: string;
  /** Another peer may answer otherwise. */
  readonly retry: boolean;
}

export type PeerAnswer = { readonly response: peer.ProposalResponse } | { readonly failure: PeerFailure };

/** Sends the proposal to this organisation's peer. Only errors that no peer would answer with are thrown. */
export async function askPeer(
  context: GatewayContext,
  mspId: string,
  signedProposal: peer.SignedProposal,
  signal: AbortSignal,
): Promise<PeerAnswer> {
  try {
    const response = await processAt(context, mspId, signedProposal, signal);
    const failure = responseFailure(response);
    return failure === null ? { response } : { failure };
  } catch (error) {
    if (error instanceof PeerUnavailable) {
      const message = remoteText('Unavailable', error.message);
      return { failure: { code: status.UNAVAILABLE, message, retry: true } };
    }
    if (error instanceof EndorserRefusal || error instanceof AccessDenied) {
      return { failure: refusal(error, mspId === context.mspId) };
    }
    if (error instanceof TooManyRequests) {
      return { failure: refusal(error, false) };
    }
    throw error;
  }
}

/** The gateway calls its own peer in process; another one answers through its endorser service, which has its limit. */
function processAt(
  { engine, runner, services, mspId: own }: GatewayContext,
  mspId: string,
  signedProposal: peer.SignedProposal,
  signal: AbortSignal,
): Promise<peer.ProposalResponse> {
  const process = (): Promise<peer.ProposalResponse> =>
    engine.processProposal({ mspId, signedProposal, runner, signal });
  const endorser = mspId === own ? undefined : services.get(mspId)?.endorser;
  return endorser === undefined ? process() : inTime(endorser.run(process));
}

/** Another peer is waited for so long; the own one, called in process, as long as it takes. */
async function inTime<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new PeerUnavailable('rpc error: code = DeadlineExceeded desc = context deadline exceeded'));
    }, ENDORSEMENT_TIMEOUT_MS);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

export function failureDetail(context: GatewayContext, mspId: string, message: string): FailureDetail {
  return { address: context.addresses.get(mspId) ?? '', mspId, message };
}

/** An error from another peer than the gateway's own comes wrapped by gRPC. */
function refusal(error: Error, own: boolean): PeerFailure {
  if (!own) {
    return { code: status.UNAVAILABLE, message: remoteText('Unknown', error.message), retry: true };
  }
  return FILTER_REFUSALS.some((text) => error.message.startsWith(text))
    ? { code: status.UNAVAILABLE, message: error.message, retry: true }
    : { code: status.FAILED_PRECONDITION, message: error.message, retry: false };
}

function remoteText(code: string, message: string): string {
  return message.startsWith('rpc error:') ? message : `rpc error: code = ${code} desc = ${message}`;
}

function responseFailure(answer: peer.ProposalResponse): PeerFailure | null {
  const code = answer.getResponse()?.getStatus() ?? 0;
  const message = answer.getResponse()?.getMessage() ?? '';
  if (code >= 200 && code < 400) {
    return null;
  }
  // A 500 without payload was made by the peer, not by the chaincode.
  return answer.getPayload_asU8().length === 0 && code === 500
    ? { code: status.ABORTED, message, retry: true }
    : { code: status.UNKNOWN, message: `chaincode response ${code}, ${message}`, retry: false };
}
