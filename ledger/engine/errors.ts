// Failures of the embedded ledger that a client may see, in Fabric's own words.
import { EngineError } from '../fabric/refusals.js';

/** The organisation's peer is down. */
export class PeerUnavailable extends EngineError {
  override readonly name = 'PeerUnavailable';
  readonly code = 'PEER_UNAVAILABLE';
}

/** No combination of peers satisfies the policies. */
export class NoEndorsementPlan extends EngineError {
  override readonly name = 'NoEndorsementPlan';
  readonly code = 'NO_ENDORSEMENT_PLAN';
}

/** The text is what follows `<MESSAGE> failed: transaction ID: <id>: ` on a real peer. */
export class SimulationError extends EngineError {
  override readonly name = 'SimulationError';
  readonly code = 'SIMULATION_ERROR';
}

export type OrderingStatus =
  'BAD_REQUEST' | 'FORBIDDEN' | 'NOT_FOUND' | 'REQUEST_ENTITY_TOO_LARGE' | 'SERVICE_UNAVAILABLE';

/** The orderer's answer other than SUCCESS. Injected unknown outcomes carry SERVICE_UNAVAILABLE. */
export class OrderingRefusal extends EngineError {
  override readonly name = 'OrderingRefusal';
  readonly code = 'ORDERING_REFUSAL';
  constructor(
    readonly status: OrderingStatus,
    readonly info: string,
  ) {
    super(`status=${status}, info=${info}`);
  }
}

/** The engine was closed while the caller waited, or by a failed write. */
export class EngineClosed extends EngineError {
  override readonly name = 'EngineClosed';
  readonly code = 'ENGINE_CLOSED';
}

/** The data folder cannot be trusted; the message names the place and the next step. */
export class LedgerDamaged extends EngineError {
  override readonly name = 'LedgerDamaged';
  readonly code = 'LEDGER_DAMAGED';
}
