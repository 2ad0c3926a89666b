// The narrow seam between what the client decides and how Fabric is spoken; tests put a fake behind it.
import type { Command, LedgerEvent } from '../../chaincode/protocol/commands.js';
import type { Instant } from '../../chaincode/protocol/forms.js';
import type { IdentityName } from '../protocol/gateway-config.js';

/** One request to a chaincode function. */
export interface ChaincodeRequest {
  readonly function: string;
  readonly arguments: readonly string[];
  /** Reaches the endorsing peers alone. */
  readonly transient?: { readonly [name: string]: string };
  /** Only these organisations' peers are asked; without it the ledger's policy chooses. */
  readonly organisations?: readonly string[];
  readonly as: IdentityName;
}

/** An endorsed transaction that has not been ordered. */
export interface PreparedTransaction {
  readonly txId: string;
  /** The chaincode's response, valid only if the transaction commits with code 0. */
  readonly response: string;
  /** Resolves when the ordering service took it. Throws SubmitFailure. */
  submit(): Promise<void>;
}

export interface Commit {
  readonly txId: string;
  readonly code: number;
  readonly block: number;
}

/** A block without contents: ids and validation codes. */
export interface CommitBlock {
  readonly block: number;
  readonly commits: readonly Commit[];
}

export interface EventBlock {
  readonly block: number;
  readonly transactions: readonly {
    readonly txId: string;
    readonly code: number;
    readonly event: LedgerEvent;
  }[];
}

/** A public row as a transaction wrote it; null: deleted. */
export interface RowTextWrite {
  readonly key: string;
  readonly text: string | null;
}

/** What a block shows of a private write: hashes, lower-case hexadecimal. */
export interface AttestationWrite {
  readonly collection: string;
  readonly keyHash: string;
  /** Null: deleted. */
  readonly valueHash: string | null;
}

export interface WholeTransaction {
  readonly index: number;
  readonly txId: string;
  /** Fabric's validation code; only 0 has written anything. */
  readonly code: number;
  /** The sender's clock. */
  readonly at: Instant;
  /** MSP id of the sender. */
  readonly creator: string;
  /** Function of our chaincode; null: another transaction, such as one of configuration. */
  readonly function: string | null;
  /** Commands that travel publicly, in their order; null for what is none. */
  readonly commands: readonly (Command | null)[] | null;
  readonly event: LedgerEvent | null;
  readonly rows: readonly RowTextWrite[];
  readonly attestations: readonly AttestationWrite[];
}

/** A block with all that it shows. */
export interface WholeBlock {
  readonly block: number;
  /** Of its header, lower-case hexadecimal, as the next block names it. */
  readonly hash: string;
  readonly previousHash: string;
  readonly dataHash: string;
  readonly transactions: readonly WholeTransaction[];
}

/** A running delivery; it fails or ends when the connection does. */
export interface Delivery<B> extends AsyncIterable<B> {
  close(): void;
}

export interface LedgerPort {
  /** Throws EndorseFailure. */
  endorse(call: ChaincodeRequest): Promise<PreparedTransaction>;
  /** Throws EndorseFailure. */
  evaluate(call: ChaincodeRequest): Promise<string>;
  /** Waits at the peer for the commit; null when it has not come in time. Throws EndorseFailure (`unavailable`). */
  commitStatus(txId: string, withinMs: number): Promise<Commit | null>;
  /** Filtered blocks from a number or from the newest one on. */
  commits(from: number | 'newest'): Promise<Delivery<CommitBlock>>;
  /** Whole blocks, reduced to the events of our chaincode. */
  events(from: number | 'newest'): Promise<Delivery<EventBlock>>;
  /** Whole blocks with all that they show. */
  blocks(from: number): Promise<Delivery<WholeBlock>>;
  close(): void;
}

export type EndorseFailureKind =
  /** The chaincode refused; `text` holds its words. */
  | 'refused'
  /** Endorsers answered differently, most often since their blocks differed for a moment. */
  | 'mismatch'
  /** Peers could not be asked. */
  | 'unavailable'
  /** The ledger itself refuses this identity or request, and will again. */
  | 'denied';

/** Nothing was ordered. */
export class EndorseFailure extends Error {
  constructor(
    readonly kind: EndorseFailureKind,
    readonly text: string,
    options?: { readonly cause?: unknown },
  ) {
    super(`${kind}: ${text}`, options);
    this.name = 'EndorseFailure';
  }
}

export type SubmitFailureKind =
  /** Another orderer has it already: a success in waiting. */
  | 'alreadyProcessed'
  /** Certainly not ordered, and will not be. */
  | 'denied'
  /** Certainly not ordered: it never left. */
  | 'notSent'
  /** It may have been ordered. */
  | 'unknown';

export class SubmitFailure extends Error {
  constructor(
    readonly kind: SubmitFailureKind,
    readonly text: string,
    options?: { readonly cause?: unknown },
  ) {
    super(`${kind}: ${text}`, options);
    this.name = 'SubmitFailure';
  }
}
