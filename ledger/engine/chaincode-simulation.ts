// What one chaincode does in a transaction: reads and writes of its namespace, each checked and recorded as on a peer.
// A transaction never reads its own writes.
import { ledger } from '@hyperledger/fabric-protos';
import { IMPLICIT_PREFIX, mayUseCollection, type DefinedCollection } from '../fabric/definitions.js';
import { SimulationError } from './errors.js';
import {
  type HistoryQuery,
  type KeyValue,
  type PageRequest,
  type Simulation,
  type StateQuery,
} from './ledger.js';
import { historyOf } from './history.js';
import { batched, Cursor, paged, type Advance } from './queries.js';
import { RangeReads } from '../fabric/range-query.js';
import { keyHash } from '../fabric/read-write-set.js';
import type { Simulator } from './simulator.js';
import {
  sameVersion,
  versionText,
  type VersionedEntry,
  type VersionedValue,
  versionOf,
} from '../fabric/state.js';

const EMPTY = new Uint8Array();

interface Span {
  readonly collection: string;
  readonly start: string;
  readonly end: string;
}

export class ChaincodeSimulation implements Simulation {
  /** What the creator may do, by use and collection: asked again for each key. */
  private readonly allowed = new Set<string>();

  constructor(
    private readonly whole: Simulator,
    private readonly chaincode: string,
  ) {
    whole.noteDefinitionRead(chaincode);
  }

  getState(collection: string, key: string): Promise<Uint8Array | null> {
    return this.answer(() =>
      collection === '' ? this.publicValue(key) : this.privateValue(collection, key),
    );
  }

  /** Private values are not held against their hashes here; Fabric leaves that to single reads. */
  getStateMultiple(collection: string, keys: readonly string[]): Promise<(Uint8Array | null)[]> {
    return this.answer(() => {
      if (collection !== '') this.checkAccess(collection, 'read');
      return keys.map((key) =>
        collection === ''
          ? this.publicValue(key)
          : (this.uncheckedPrivateValue(collection, key)?.value ?? null),
      );
    });
  }

  getPrivateDataHash(collection: string, key: string): Promise<Uint8Array | null> {
    return this.answer(() => this.hashedValue(collection, key)?.value ?? null);
  }

  getStateMetadata(collection: string, key: string): Promise<Map<string, Uint8Array>> {
    return this.answer(() => {
      if (collection === '') return new Map(this.publicRow(key)?.metadata);
      this.checkAccess(collection, 'read');
      return new Map(this.hashedValue(collection, key)?.metadata);
    });
  }

  putState(collection: string, key: string, value: Uint8Array): void {
    this.write({ collection, key, value, purge: false });
  }

  deleteState(collection: string, key: string): void {
    this.write({ collection, key, value: EMPTY, purge: false });
  }

  purgePrivateData(collection: string, key: string): void {
    this.write({ collection, key, value: EMPTY, purge: true });
  }

  putStateMetadata(collection: string, key: string, metadataKey: string, value: Uint8Array): void {
    const { chaincode, whole } = this;
    const metadata = new Map([[metadataKey, value]]);
    if (collection !== '') this.checkAccess(collection, 'write');
    whole.noteWrite();
    if (collection === '') whole.sets.addMetadataWrite(chaincode, key, metadata);
    else whole.sets.addPrivateMetadataWrite({ namespace: chaincode, collection, key }, metadata);
    whole.interest.addWrite(chaincode, collection, this.committedMetadata(collection, key));
  }

  getStateByRange(
    collection: string,
    start: string,
    end: string,
    page: PageRequest = { pageSize: 0, bookmark: '' },
  ): Promise<StateQuery> {
    return this.answer(() => {
      if (collection !== '') return this.privateQuery({ collection, start, end });
      if (page.pageSize === 0 && page.bookmark === '') {
        const rows = this.recordedRange({ collection, start, end });
        return batched(rows, this.whole.scope.totalQueryLimit);
      }
      this.whole.notePagedQuery();
      return this.pagedQuery({ collection, start: page.bookmark === '' ? start : page.bookmark, end }, page);
    });
  }

  getHistoryForKey(key: string): Promise<HistoryQuery> {
    return this.answer(() => {
      const past = historyOf(this.whole.snapshot, this.chaincode, key);
      const advance = async () => (await past.next()).value ?? null;
      return batched(advance, this.whole.scope.totalQueryLimit);
    });
  }

  executeQuery(collection: string, page: PageRequest = { pageSize: 0, bookmark: '' }): Promise<never> {
    return this.answer(() => {
      if (collection !== '') {
        this.checkAccess(collection, 'read');
        this.whole.notePrivateQuery();
      } else if (page.pageSize !== 0 || page.bookmark !== '') {
        this.whole.notePagedQuery();
      }
      throw new SimulationError('ExecuteQuery not supported for leveldb');
    });
  }

  private publicValue(key: string): Uint8Array | null {
    return this.publicRow(key)?.value ?? null;
  }

  private publicRow(key: string): VersionedValue | null {
    const found = this.whole.state.get(this.chaincode, key);
    this.whole.sets.addRead(this.chaincode, key, versionOf(found));
    return found;
  }

  private privateValue(collection: string, key: string): Uint8Array | null {
    const { chaincode, whole } = this;
    this.checkAccess(collection, 'read');
    const found = whole.state.getPrivate(whole.scope.mspId, chaincode, collection, key);
    const expected = versionOf(whole.state.getHashed(chaincode, collection, keyHash(key)));
    const version = versionOf(found);
    if (!sameVersion(expected, version)) {
      throw new SimulationError(
        'private data matching public hash version is not available. Public hash version = ' +
          `${versionText(expected)}, Private data version = ${versionText(version)}`,
      );
    }
    return this.uncheckedPrivateValue(collection, key)?.value ?? null;
  }

  private uncheckedPrivateValue(collection: string, key: string): VersionedValue | null {
    const { chaincode, whole } = this;
    const found = whole.state.getPrivate(whole.scope.mspId, chaincode, collection, key);
    whole.sets.addHashedRead(chaincode, collection, key, versionOf(found));
    whole.interest.addPrivateRead(chaincode, collection);
    return found;
  }

  private hashedValue(collection: string, key: string): VersionedValue | null {
    const { chaincode, whole } = this;
    whole.noteCollectionsRead(chaincode);
    if (!whole.definitions.collection(chaincode, collection)) {
      throw this.undefinedCollection(collection);
    }
    const found = whole.state.getHashed(chaincode, collection, keyHash(key));
    whole.sets.addHashedRead(chaincode, collection, key, versionOf(found));
    return found;
  }

  private write(change: {
    readonly collection: string;
    readonly key: string;
    readonly value: Uint8Array;
    readonly purge: boolean;
  }): void {
    const { chaincode, whole } = this;
    const { collection, key, value } = change;
    if (collection !== '') this.checkAccess(collection, 'write');
    whole.noteWrite();
    if (collection === '') whole.sets.addWrite(chaincode, key, value);
    else whole.sets.addPrivateWrite({ namespace: chaincode, collection, key }, value, change.purge);
    whole.interest.addWrite(chaincode, collection, this.committedMetadata(collection, key));
  }

  private committedMetadata(collection: string, key: string): ReadonlyMap<string, Uint8Array> | null {
    const { state } = this.whole;
    return collection === ''
      ? (state.get(this.chaincode, key)?.metadata ?? null)
      : (state.getHashed(this.chaincode, collection, keyHash(key))?.metadata ?? null);
  }

  private checkAccess(collection: string, use: 'read' | 'write'): void {
    const { creator } = this.whole.scope;
    const right = `${use} ${collection}`;
    if (this.allowed.has(right)) return;
    if (mayUseCollection(this.definedCollection(collection), creator, use)) {
      this.allowed.add(right);
      return;
    }
    throw new SimulationError(
      `tx creator does not have ${use} access permission on privatedata in chaincodeName:${this.chaincode} ` +
        `collectionName: ${collection}`,
    );
  }

  private undefinedCollection(collection: string): SimulationError {
    return new SimulationError(
      `collection [${collection}] not defined in the collection config for chaincode [${this.chaincode}]`,
    );
  }

  private definedCollection(collection: string): DefinedCollection {
    const { scope, definitions } = this.whole;
    this.whole.noteCollectionsRead(this.chaincode);
    const defined = definitions.collection(this.chaincode, collection);
    if (defined) return defined;
    if (collection.startsWith(IMPLICIT_PREFIX)) throw this.undefinedCollection(collection);
    throw new SimulationError(
      `collection ${scope.channel}/${this.chaincode}/${collection} could not be found`,
    );
  }

  private privateQuery({ collection, start, end }: Span): StateQuery {
    const { state, scope } = this.whole;
    this.checkAccess(collection, 'read');
    this.whole.notePrivateQuery();
    const owner = { mspId: scope.mspId, namespace: this.chaincode, collection };
    const cursor = new Cursor((from, limit) => state.privateRange(owner, { start: from, end, limit }), start);
    return batched(
      this.keyValues(() => cursor.advance()),
      scope.totalQueryLimit,
    );
  }

  private pagedQuery(span: Span, { pageSize }: PageRequest): StateQuery {
    const { state, scope } = this.whole;
    const limit = pageSize > 0 ? Math.min(pageSize, scope.totalQueryLimit) : scope.totalQueryLimit;
    // The peer's cursor stands on the first key of the next page; reading that is not part of the read set.
    const keyAfter = async (last: KeyValue | null): Promise<string> => {
      const from = last === null ? span.start : `${last.key}\0`;
      const [next] = await state.range(this.chaincode, from, span.end, 1);
      return next?.key ?? '';
    };
    return paged(this.recordedRange(span), limit, keyAfter);
  }

  /** Each key taken widens the range that phantoms are checked in; taking past the end closes it at `end`. */
  private recordedRange({ start, end }: Span): Advance<KeyValue> {
    const { chaincode, whole } = this;
    const info = new ledger.rwset.kvrwset.RangeQueryInfo();
    info.setStartKey(start);
    const reads = new RangeReads();
    const cursor = new Cursor((from, limit) => whole.state.range(chaincode, from, end, limit), start);
    whole.onFinish(() => {
      reads.finish(info);
      whole.sets.addRange(chaincode, info);
    });
    return this.keyValues(async () => {
      const entry = await cursor.advance();
      if (!entry) {
        info.setItrExhausted(true);
        info.setEndKey(end);
        return null;
      }
      reads.add(entry.key, entry.version);
      info.setEndKey(entry.key);
      return entry;
    });
  }

  private keyValues(advance: Advance<VersionedEntry>): Advance<KeyValue> {
    return async () => {
      const entry = await advance();
      return entry && { namespace: this.chaincode, key: entry.key, value: entry.value };
    };
  }

  private answer<T>(read: () => T): Promise<T> {
    try {
      this.whole.checkOpen();
      return Promise.resolve(read());
    } catch (error) {
      return Promise.reject(error instanceof Error ? error : new Error(String(error)));
    }
  }
}
