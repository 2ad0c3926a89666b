// What a program knows of the consortium before it asks anybody: members, their addresses, and the authorities that
// certify their gateways. It comes with the program, not from the gateway that is to be checked by it.

export interface MemberSettings {
  readonly mspId: string;
  /** Address of its pages and web API. */
  readonly web: string;
  /** Certificates of its signing authority, DER in base64url: more than one while it changes. */
  readonly authorities: readonly string[];
}

export interface ConsortiumSettings {
  readonly channel: string;
  /** How far members' clocks may differ, milliseconds. */
  readonly windowMs: number;
  readonly members: readonly MemberSettings[];
}
