// What the engine asks of a key-value store: ordered keys, snapshots, one atomic write per block; and the key layout.
// It must not know what the values mean.
export interface Entry {
  key: string;
  value: Uint8Array;
}

export type Write = { key: string; value: Uint8Array } | { key: string; value: undefined };

/** An unchanging view. Keys are byte strings (one character per byte), ordered by byte. */
export interface Snapshot {
  get(key: string): Uint8Array | undefined;
  /** Entries with from <= key < to, in order, at most `limit`. */
  range(from: string, to: string, limit: number): Promise<Entry[]>;
  close(): void;
}

export interface Store {
  /** Where the data is, for messages to people. */
  readonly place: string;
  snapshot(): Snapshot;
  /** All or nothing, on disk when it resolves. */
  write(batch: readonly Write[]): Promise<void>;
  /** Called when a block is durable, before anybody is told. Stores that outlive nothing ignore it. */
  acknowledge(height: number): void;
  /** The height last acknowledged, as far as known. */
  acknowledgedHeight(): number;
  close(): Promise<void>;
}

/** Names of data folders' sections; the first character of each key. */
const section = {
  block: 'B',
  meta: 'M',
  privateData: 'P',
  hashed: 'H',
  state: 'S',
  transaction: 'T',
} as const;

export function blockKey(number: number): string {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(number));
  return section.block + bytes.toString('latin1');
}

export const metaKey = `${section.meta}ledger`;

export function transactionKey(txId: string): string {
  return section.transaction + Buffer.from(txId, 'utf8').toString('latin1');
}

/** Key prefix of a namespace's public state; append the key's byte string. */
export function statePrefix(namespace: string): string {
  return `${section.state}${namespace}\0`;
}

/** Append the raw SHA-256 of the private key as a byte string. */
export function hashedPrefix(namespace: string, collection: string): string {
  return `${section.hashed}${namespace}\0${collection}\0`;
}

export function privatePrefix(mspId: string, namespace: string, collection: string): string {
  return `${section.privateData}${mspId}\0${namespace}\0${collection}\0`;
}

/** Prefix of everything that one organisation's peer holds privately. */
export function ownerPrefix(mspId: string): string {
  return `${section.privateData}${mspId}\0`;
}

/** The first key after all that begin with the prefix. */
export function prefixEnd(prefix: string): string {
  return prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1);
}
