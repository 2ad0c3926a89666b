// Finds by gRPC codes and Fabric's words what kind of failure it was; the one place that matches texts.
import { status } from '@grpc/grpc-js';
import { GatewayError } from '@hyperledger/fabric-gateway';
import {
  EndorseFailure,
  type EndorseFailureKind,
  SubmitFailure,
  type SubmitFailureKind,
} from '../ledger-port.js';

// As plain numbers, which is how errors carry them.
const INVALID_ARGUMENT: number = status.INVALID_ARGUMENT;
const ABORTED: number = status.ABORTED;
const UNAVAILABLE: number = status.UNAVAILABLE;
const DEADLINE_EXCEEDED: number = status.DEADLINE_EXCEEDED;

const CHAINCODE_REFUSED = /chaincode response \d+, ([^]*)$/;
const MISMATCH = 'ProposalResponsePayloads do not match';
const DENIED = [
  /access denied/,
  /Failed evaluating policy on signed data/,
  /not in the distribution policy/,
  /to protect transient data/,
];
const DENIED_CODES: readonly number[] = [
  status.INVALID_ARGUMENT,
  status.PERMISSION_DENIED,
  status.UNAUTHENTICATED,
  status.UNIMPLEMENTED,
];
const ALREADY_PROCESSED = /already processed/;
/** Answers of one orderer that looked at the envelope and threw it away. */
const ORDERER_DENIED =
  /^(?:\d+ \w+: )?received unsuccessful response from orderer: status=(?:BAD_REQUEST|FORBIDDEN|NOT_FOUND|REQUEST_\w+)/;
/** grpc-js: the call never left this process. */
const NEVER_SENT = /No connection established|ECONNREFUSED/;

/** What went wrong before anything was ordered. Unclear cases are `unavailable`: sending again is safe. */
export function endorseFailure(error: unknown): EndorseFailure {
  if (!(error instanceof GatewayError)) {
    return new EndorseFailure('unavailable', textOf(error), { cause: error });
  }
  const texts = wordsOf(error);
  const refusal = texts.map((text) => CHAINCODE_REFUSED.exec(text)?.[1]).find((text) => text !== undefined);
  if (refusal !== undefined) return new EndorseFailure('refused', refusal, { cause: error });
  return new EndorseFailure(endorseKind(error, texts), texts.join('; '), { cause: error });
}

function endorseKind(error: GatewayError, texts: readonly string[]): EndorseFailureKind {
  if (texts.some((text) => text.includes(MISMATCH))) return 'mismatch';
  const denied =
    DENIED_CODES.includes(error.code) || texts.some((text) => DENIED.some((one) => one.test(text)));
  return denied ? 'denied' : 'unavailable';
}

/** What went wrong while ordering. Unclear cases are `unknown`: nothing may be sent again before that is resolved. */
export function submitFailure(error: unknown): SubmitFailure {
  if (!(error instanceof GatewayError)) return new SubmitFailure('unknown', textOf(error), { cause: error });
  const texts = wordsOf(error);
  return new SubmitFailure(submitKind(error, texts), texts.join('; '), { cause: error });
}

function submitKind(error: GatewayError, texts: readonly string[]): SubmitFailureKind {
  if (texts.some((text) => ALREADY_PROCESSED.test(text))) return 'alreadyProcessed';
  const code: number = error.code;
  if (code === INVALID_ARGUMENT) return 'denied';
  if (code === ABORTED && ORDERER_DENIED.test(error.message)) return 'denied';
  return code === UNAVAILABLE && NEVER_SENT.test(error.message) ? 'notSent' : 'unknown';
}

/** The peer was asked and the commit did not come within the deadline. */
export function isDeadline(error: unknown): boolean {
  return error instanceof GatewayError && error.code === DEADLINE_EXCEEDED;
}

function wordsOf(error: GatewayError): readonly string[] {
  return [error.message, ...error.details.map((detail) => detail.message)];
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
