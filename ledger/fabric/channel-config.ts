// What a channel is made with: its members, policies, chaincodes and limits, in the words of Fabric's configuration.

/** PEM certificate and PKCS#8 (or SEC1) PEM private key of a node. */
export interface SigningIdentity {
  certPem: string;
  keyPem: string;
}

/** One member's MSP, NodeOUs on (client, peer, admin, orderer), as in Fabric's `msp/` folder. */
export interface OrganisationConfig {
  mspId: string;
  caCertsPem: string[];
  intermediatesPem?: string[];
  revocationListsPem?: string[];
}

/**
 * A policy in one of three spellings: Fabric's signature policy language (`AND('A.peer', OutOf(1, 'B.peer'))`),
 * a reference to a channel policy (`/Channel/Application/Agreement`), or, for channel policies only, an implicit
 * meta policy (`MAJORITY Endorsement`).
 */
export type PolicySource = string;

export interface CollectionConfig {
  name: string;
  /** Whose peers hold the content (signature policy language). */
  memberOrgsPolicy: PolicySource;
  /** Overrides the chaincode's policy for writes to this collection. */
  endorsementPolicy?: PolicySource;
  memberOnlyRead?: boolean;
  memberOnlyWrite?: boolean;
  /** Rows end after so many blocks; absent or 0: never. */
  blockToLive?: number;
  /** Dissemination: noted in the definition; one process has every member's share at once. */
  requiredPeerCount?: number;
  maxPeerCount?: number;
}

export interface ChaincodeDefinition {
  name: string;
  version: string;
  sequence: number;
  endorsementPolicy: PolicySource;
  collections?: CollectionConfig[];
}

export interface ChannelConfig {
  channel: string;
  organisations: { msp: OrganisationConfig; peer: SigningIdentity }[];
  orderer: SigningIdentity & { msp: OrganisationConfig };
  chaincodes: ChaincodeDefinition[];
  /** Application policies by name beside the built-in Readers, Writers, Admins, Endorsement, LifecycleEndorsement. */
  channelPolicies: Record<string, PolicySource>;
  /** A proposal's timestamp may differ from the peer's clock by this much; 0 switches the check off. */
  timeWindowMs: number;
  /** 0: no timer, blocks are cut by size or by `cut()` only. */
  batchTimeoutMs: number;
  maxMessageCount: number;
  preferredMaxBytes: number;
  absoluteMaxBytes: number;
  /** Reads of many rows end silently after this many results, as on a peer (default 100 000). */
  totalQueryLimit?: number;
  /** Envelopes accepted for ordering and not yet in a block: how many, and how many bytes (defaults 5 000, 256 MiB). */
  maxPendingEnvelopes?: number;
  maxPendingBytes?: number;
  /** How long a submission waits for room among them (default 5 s). */
  submitTimeoutMs?: number;
  /** The peers' and the orderer's clock, milliseconds since the epoch. Defaults to Date.now. */
  clock?: () => number;
}
