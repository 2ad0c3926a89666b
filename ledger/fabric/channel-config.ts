// What a channel is made with: its members, policies, chaincodes and limits, in the words of Fabric's configuration.

/** PEM certificate and PKCS#8 (or SEC1) PEM private key of a node. */
export interface SigningIdentity {
  readonly certPem: string;
  readonly keyPem: string;
}

/** One member's MSP, NodeOUs on (client, peer, admin, orderer), as in Fabric's `msp/` folder. */
export interface OrganisationConfig {
  readonly mspId: string;
  readonly caCertsPem: string[];
  readonly intermediatesPem?: string[];
  readonly revocationListsPem?: string[];
}

/**
 * A policy in one of three spellings: Fabric's signature policy language (`AND('A.peer', OutOf(1, 'B.peer'))`),
 * a reference to a channel policy (`/Channel/Application/Agreement`), or, for channel policies only, an implicit
 * meta policy (`MAJORITY Endorsement`).
 */
export type PolicySource = string;

export interface CollectionConfig {
  readonly name: string;
  /** Whose peers hold the content (signature policy language). */
  readonly memberOrgsPolicy: PolicySource;
  /** Overrides the chaincode's policy for writes to this collection. */
  readonly endorsementPolicy?: PolicySource;
  readonly memberOnlyRead?: boolean;
  readonly memberOnlyWrite?: boolean;
  /** Rows end after so many blocks; absent or 0: never. */
  readonly blockToLive?: number;
  /** Dissemination: noted in the definition; one process has every member's share at once. */
  readonly requiredPeerCount?: number;
  readonly maxPeerCount?: number;
}

export interface ChaincodeDefinition {
  readonly name: string;
  readonly version: string;
  readonly sequence: number;
  readonly endorsementPolicy: PolicySource;
  readonly collections?: CollectionConfig[];
}

export interface ChannelConfig {
  readonly channel: string;
  readonly organisations: { readonly msp: OrganisationConfig; readonly peer: SigningIdentity }[];
  readonly orderer: SigningIdentity & { readonly msp: OrganisationConfig };
  readonly chaincodes: ChaincodeDefinition[];
  /** Application policies by name beside the built-in Readers, Writers, Admins, Endorsement, LifecycleEndorsement. */
  readonly channelPolicies: Record<string, PolicySource>;
  /** A proposal's timestamp may differ from the peer's clock by this much; 0 switches the check off. */
  readonly timeWindowMs: number;
  /** 0: no timer, blocks are cut by size or by `cut()` only. */
  readonly batchTimeoutMs: number;
  readonly maxMessageCount: number;
  readonly preferredMaxBytes: number;
  readonly absoluteMaxBytes: number;
  /** Reads of many rows end silently after this many results, as on a peer (default 100 000). */
  readonly totalQueryLimit?: number;
  /** Envelopes accepted for ordering and not yet in a block: how many, and how many bytes (defaults 5 000, 256 MiB). */
  readonly maxPendingEnvelopes?: number;
  readonly maxPendingBytes?: number;
  /** How long a submission waits for room among them (default 5 s). */
  readonly submitTimeoutMs?: number;
  /** The peers' and the orderer's clock, milliseconds since the epoch. Defaults to Date.now. */
  readonly clock?: () => number;
}
