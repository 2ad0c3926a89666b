// Refusals that a peer states in Fabric's own words.

/** A failure that a client may see; the message is Fabric's wording. */
export abstract class EngineError extends Error {
  abstract readonly code: string;
}

/** Creator, signature or channel right refused. */
export class AccessDenied extends EngineError {
  override readonly name = 'AccessDenied';
  readonly code = 'ACCESS_DENIED';
}

/** A peer answers a proposal with an error. */
export class EndorserRefusal extends EngineError {
  override readonly name = 'EndorserRefusal';
  readonly code = 'ENDORSER_REFUSAL';
}
