// What the engine needs of a key-value store: ordered keys, snapshots, one atomic write per block; and the key layout.
export interface Entry {
  readonly key: string;
  readonly value: Uint8Array;
}

export interface Write {
  readonly key: string;
  /** Null deletes the key. */
  readonly value: Uint8Array | null;
}

/** An unchanging view. Keys are byte strings (one character per byte), ordered by byte. */
export interface Snapshot {
  get(key: string): Uint8Array | null;
  /** As `get`, decoded. A store may keep the result for later reads, so a key is always read by the same decoder. */
  decoded<T>(key: string, decode: (value: Uint8Array) => T): T | null;
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
  /** Called when a block is durable, before any client learns of it. Stores in memory ignore it. */
  acknowledge(height: number): void;
  /** The height last acknowledged, as far as known. */
  acknowledgedHeight(): number;
  close(): Promise<void>;
}

/** Names of data folders' sections; the first character of each key. */
const SECTION = {
  block: 'B',
  meta: 'M',
  privateBlock: 'D',
  expiry: 'E',
  privateData: 'P',
  hashed: 'H',
  history: 'K',
  state: 'S',
  transaction: 'T',
  transient: 'Y',
  queue: 'Z',
} as const;

export function blockKey(number: number): string {
  return SECTION.block + number64(number);
}

export const META_KEY = `${SECTION.meta}ledger`;

export function transactionKey(txId: string): string {
  return SECTION.transaction + Buffer.from(txId, 'utf8').toString('latin1');
}

/** Key prefix of a namespace's public state; append the key's byte string. */
export function statePrefix(namespace: string): string {
  return `${SECTION.state}${namespace}\0`;
}

/** A row of the state, public, hashed or private: what transactions read again and again. */
export function isStateKey(key: string): boolean {
  return STATE_SECTIONS.has(key.charCodeAt(0));
}

const STATE_SECTIONS: ReadonlySet<number> = new Set(
  [SECTION.state, SECTION.hashed, SECTION.privateData].map((letter) => letter.charCodeAt(0)),
);

/** Append the raw SHA-256 of the private key as a byte string. */
export function hashedPrefix(namespace: string, collection: string): string {
  return `${SECTION.hashed}${namespace}\0${collection}\0`;
}

export function privatePrefix(mspId: string, namespace: string, collection: string): string {
  return `${SECTION.privateData}${mspId}\0${namespace}\0${collection}\0`;
}

/** Prefix of everything that one organisation's peer holds privately. */
export function ownerPrefix(mspId: string): string {
  return `${SECTION.privateData}${mspId}\0`;
}

/** One organisation's private writes to a collection, block after block; append `placeOf` the transaction. */
export function privateBlockPrefix(mspId: string, namespace: string, collection: string): string {
  return `${SECTION.privateBlock}${mspId}\0${namespace}\0${collection}\0`;
}

/** Prefix of a public key's history, given as a byte string; append `newestFirst` of the transaction's place. */
export function historyPrefix(namespace: string, keyBytes: string): string {
  return `${SECTION.history}${namespace}\0${number32(keyBytes.length)}${keyBytes}`;
}

/** Private writes that were endorsed and have not committed. */
export const TRANSIENT_PREFIX: string = SECTION.transient;

export function transientKey(
  txId: string,
  at: { readonly namespace: string; readonly collection: string; readonly hash: Uint8Array },
): string {
  const transaction = Buffer.from(txId, 'utf8').toString('latin1');
  const hash = Buffer.from(at.hash).toString('hex');
  return `${SECTION.transient}${transaction}\0${at.namespace}\0${at.collection}\0${hash}`;
}

/** Envelopes that were accepted for ordering and have not committed, in their order. */
export const QUEUE_PREFIX: string = SECTION.queue;

export function queueKey(position: number): string {
  return SECTION.queue + number64(position);
}

export function queuePosition(key: string): number {
  return Number(Buffer.from(key.slice(1), 'latin1').readBigUInt64BE());
}

/** Private rows by the block that ends their life. */
export function expiryPrefix(block: number): string {
  return SECTION.expiry + number64(block);
}

export function placeOf(block: number, transaction: number): string {
  return number64(block) + number32(transaction);
}

/** As `placeOf`, but later places come first. */
export function newestFirst(block: number, transaction: number): string {
  return placeOf(Number.MAX_SAFE_INTEGER - block, 0xffffffff - transaction);
}

export function readNewestFirst(place: string): { readonly block: number; readonly transaction: number } {
  const bytes = Buffer.from(place, 'latin1');
  return {
    block: Number.MAX_SAFE_INTEGER - Number(bytes.readBigUInt64BE(0)),
    transaction: 0xffffffff - bytes.readUInt32BE(8),
  };
}

function number64(value: number): string {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes.toString('latin1');
}

function number32(value: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes.toString('latin1');
}

/** The first key after all that begin with the prefix. */
export function prefixEnd(prefix: string): string {
  return prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1);
}
