// Loads many keys and saves many rows over the stub: every key is asked for once per transaction, writes go out in one
// order, in batches where the peer takes them.
import type { ChaincodeStub } from 'fabric-shim';
import { ownerPolicy } from '../protocol/key-policy.js';
import { RuleViolation } from '../protocol/violation.js';
import { PeerBatches, type PeerWrite, PUBLIC } from './peer-batches.js';

/** What one transaction asked of its peer; tests assert it. */
class StubCounters {
  keysRead = 0;
  keysWritten = 0;
  hashesRead = 0;
  policiesRead = 0;
  rangesRead = 0;
}

export interface PublicWrite {
  readonly text: string;
  /** MSP whose key policy a created row gets; null: none, or the row exists. */
  readonly policyOf: string | null;
}

/** One range result: key and text. */
export type Entry = readonly [key: string, text: string];

/** The peer ends ranges silently at its `totalQueryLimit`; a range that long is refused instead. */
export const RANGE_LIMIT = 100_000;

/**
 * A peer's words for a collection of nobody. Anything else may be a fault, which must not look like "no attestation".
 */
const NO_COLLECTION = /: collection [^]+ (could not be found|not defined in the collection config)/;

export class StubStore {
  readonly counters = new StubCounters();
  private readonly publicTexts = new Map<string, string | null>();
  private readonly privateTexts = new Map<string, string | null>();
  private readonly hashes = new Map<string, string | null>();
  private readonly policies = new Map<string, Uint8Array>();
  private readonly ranges = new Map<string, readonly Entry[]>();
  private readonly batches: PeerBatches | null;

  constructor(
    private readonly stub: ChaincodeStub,
    /** The only collection whose values are read or written; null in the agreement lane. */
    private readonly collection: string | null,
  ) {
    this.batches = PeerBatches.of(stub);
  }

  /** Loads what is not loaded yet; false: nothing was missing. */
  loadMany(keys: Iterable<string>): Promise<boolean> {
    return this.fill(this.publicTexts, PUBLIC, keys);
  }

  /** The same for keys of the own collection. */
  loadManyPrivate(keys: Iterable<string>): Promise<boolean> {
    return this.fill(this.privateTexts, this.ownCollection(), keys);
  }

  async text(key: string): Promise<string | null> {
    const known = this.publicTexts.get(key);
    if (known !== undefined) return known;
    await this.loadMany([key]);
    return this.publicTexts.get(key) ?? null;
  }

  /** What was loaded for a key: text, null for absent, undefined for never loaded. */
  loaded(key: string): string | null | undefined {
    return this.publicTexts.get(key);
  }

  /** The same for a key of the own collection. */
  loadedPrivate(key: string): string | null | undefined {
    return this.privateTexts.get(key);
  }

  /** As `loaded`, of a hash. */
  loadedHash(collection: string, key: string): string | null | undefined {
    return this.hashes.get(`${collection} ${key}`);
  }

  /** As `loaded`, of a key's policy; empty: none. */
  loadedPolicy(key: string): Uint8Array | undefined {
    return this.policies.get(key);
  }

  /** As `loaded`, of a range. */
  loadedRange(start: string, end: string): readonly Entry[] | undefined {
    return this.ranges.get(`${start} ${end}`);
  }

  /** SHA-256 of the value under a key of any collection, lower-case hexadecimal; null: none. */
  async hash(collection: string, key: string): Promise<string | null> {
    const name = `${collection} ${key}`;
    const known = this.hashes.get(name);
    if (known !== undefined) return known;
    this.counters.hashesRead += 1;
    const bytes = await this.hashBytes(collection, key);
    const hash = bytes.length === 0 ? null : Buffer.from(bytes).toString('hex');
    this.hashes.set(name, hash);
    return hash;
  }

  /** A public key's own endorsement policy; empty: none. */
  async policy(key: string): Promise<Uint8Array> {
    const known = this.policies.get(key);
    if (known !== undefined) return known;
    this.counters.policiesRead += 1;
    const policy = Buffer.from((await this.stub.getStateValidationParameter(key)) ?? []);
    this.policies.set(key, policy);
    return policy;
  }

  /** Value under a key of the own collection. */
  async privateText(key: string): Promise<string | null> {
    const known = this.privateTexts.get(key);
    if (known !== undefined) return known;
    await this.loadManyPrivate([key]);
    return this.privateTexts.get(key) ?? null;
  }

  /** Public entries from `start` to before `end`. Rejects: TOO_MANY. */
  async range(start: string, end: string): Promise<readonly Entry[]> {
    const name = `${start} ${end}`;
    const known = this.ranges.get(name);
    if (known !== undefined) return known;
    this.counters.rangesRead += 1;
    const entries = await collect(this.stub.getStateByRange(start, end));
    for (const [key, text] of entries) this.publicTexts.set(key, text);
    this.ranges.set(name, entries);
    return entries;
  }

  /** At most `most` public entries from `start` to before `end`; for evaluation. */
  async firstOfRange(start: string, end: string, most: number): Promise<readonly Entry[]> {
    return collect(this.stub.getStateByRange(start, end), most);
  }

  /** Entries of the own collection; for evaluation only, since Fabric forbids writing after it. Rejects: TOO_MANY. */
  async privateRange(start: string, end: string): Promise<readonly Entry[]> {
    this.counters.rangesRead += 1;
    return collect(this.stub.getPrivateDataByRange(this.ownCollection(), start, end));
  }

  /** Writes in the order of keys, public rows first, a created row's policy right after the row; null: removed. */
  async saveMany(
    rows: ReadonlyMap<string, PublicWrite>,
    secrets: ReadonlyMap<string, string | null> = new Map(),
  ): Promise<void> {
    const collection = secrets.size === 0 ? PUBLIC : this.ownCollection();
    const writes = [
      ...inOrder(rows).flatMap(([key, write]) => publicWrites(key, write)),
      ...inOrder(secrets).map(([key, text]) => ({
        ...{ collection, key },
        value: text === null ? null : Buffer.from(text, 'utf8'),
      })),
    ];
    this.counters.keysWritten += writes.length;
    if (this.batches !== null) await this.batches.write(writes);
    else for (const write of writes) await this.writeOne(write);
  }

  emit(name: string, payload: string): void {
    this.stub.setEvent(name, Buffer.from(payload, 'utf8'));
  }

  private async fill(texts: Map<string, string | null>, collection: string, keys: Iterable<string>) {
    const missing = [...new Set(keys)].filter((key) => !texts.has(key));
    this.counters.keysRead += missing.length;
    if (this.batches !== null) {
      const values = await this.batches.read(collection, missing);
      values.forEach((value, index) => texts.set(missing[index] ?? '', textOf(value)));
    } else {
      for (const key of missing) texts.set(key, textOf(await this.readOne(collection, key)));
    }
    return missing.length > 0;
  }

  private readOne(collection: string, key: string): Promise<Uint8Array> {
    return collection === PUBLIC ? this.stub.getState(key) : this.stub.getPrivateData(collection, key);
  }

  private writeOne(write: PeerWrite): Promise<void> {
    if ('policy' in write) return this.stub.setStateValidationParameter(write.key, write.policy);
    const { collection, key, value } = write;
    if (value === null) return this.stub.deletePrivateData(collection, key);
    return collection === PUBLIC
      ? this.stub.putState(key, value)
      : this.stub.putPrivateData(collection, key, value);
  }

  /** Empty also where the peer knows no such collection: a forged owner must not fail its neighbours in a list. */
  private async hashBytes(collection: string, key: string): Promise<Uint8Array> {
    try {
      return await this.stub.getPrivateDataHash(collection, key);
    } catch (cause) {
      if (cause instanceof Error && NO_COLLECTION.test(cause.message)) return new Uint8Array();
      throw cause;
    }
  }

  private ownCollection(): string {
    if (this.collection === null) throw new Error('the agreement lane reads and writes no private data');
    return this.collection;
  }
}

type Results = ReturnType<ChaincodeStub['getStateByRange']>;

async function collect(results: Results, most: number | null = null): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  for await (const { key, value } of results) {
    entries.push([key, Buffer.from(value).toString('utf8')]);
    if (entries.length === most) break;
    if (entries.length >= RANGE_LIMIT) throw new RuleViolation('TOO_MANY', { most: RANGE_LIMIT });
  }
  return entries;
}

function publicWrites(key: string, { text, policyOf }: PublicWrite): PeerWrite[] {
  const row = { collection: PUBLIC, key, value: Buffer.from(text, 'utf8') };
  return policyOf === null ? [row] : [row, { key, policy: ownerPolicy(policyOf) }];
}

function textOf(bytes: Uint8Array): string | null {
  if (bytes.length === 0) return null;
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
}

/** By UTF-16 code units: keys are ASCII. */
function inOrder<V>(writes: ReadonlyMap<string, V>): [string, V][] {
  return [...writes].sort(([left], [right]) => (left < right ? -1 : 1));
}
