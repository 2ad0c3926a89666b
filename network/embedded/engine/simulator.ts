// Runs one transaction's reads and writes against a snapshot at one organisation's peer and records both.
// It must not show a transaction its own writes, nor change the ledger.
import { ledger, type peer } from '@hyperledger/fabric-protos';
import {
  SimulationError,
  type PageRequest,
  type QueryBatch,
  type Simulation,
  type StateQuery,
} from './engine.js';
import { mayUseCollection, type Definitions } from './definitions.js';
import type { KnownIdentity } from './identity.js';
import { RangeReads } from './range-query.js';
import { keyHash, ReadWriteSetBuilder, type PrivateWrites } from './read-write-set.js';
import { sameVersion, versionText, WorldState, type VersionedEntry } from './state.js';
import type { Snapshot } from './store.js';
import { chaincodeInterest, WriteInterest } from './write-interest.js';

export interface SimulationScope {
  channel: string;
  mspId: string;
  chaincode: string;
  txId: string;
  creator: KnownIdentity;
  totalQueryLimit: number;
}

export interface SimulationResults {
  publicSet: Uint8Array;
  privateWrites: PrivateWrites[];
  interest: peer.ChaincodeInterest;
}

/** Results per message to the chaincode; the peer reads one further before it sends them. */
const batchSize = 100;
const empty = new Uint8Array();

interface Span {
  collection: string;
  start: string;
  end: string;
}

/** Keys in order, fetched from the snapshot in portions. */
class Cursor {
  private buffer: VersionedEntry[] = [];
  private position = 0;
  private exhausted = false;

  constructor(
    private readonly fetch: (start: string, limit: number) => Promise<VersionedEntry[]>,
    private next: string,
  ) {}

  async advance(): Promise<VersionedEntry | undefined> {
    if (this.position === this.buffer.length && !this.exhausted) {
      const wanted = batchSize + 1;
      this.buffer = await this.fetch(this.next, wanted);
      this.position = 0;
      this.exhausted = this.buffer.length < wanted;
      this.next = `${this.buffer[this.buffer.length - 1]?.key ?? ''}\0`;
    }
    const entry = this.buffer[this.position];
    if (entry) this.position++;
    return entry;
  }
}

export class Simulator implements Simulation {
  private readonly state: WorldState;
  private readonly sets = new ReadWriteSetBuilder();
  private readonly interest = new WriteInterest();
  private readonly finishRanges: (() => void)[] = [];
  private wrote = false;
  private queriedPrivate = false;
  private paged = false;
  private finished = false;

  constructor(
    private readonly snapshot: Snapshot,
    private readonly definitions: Definitions,
    private readonly scope: SimulationScope,
  ) {
    this.state = new WorldState(snapshot);
    // The peer looks the definition up in the same snapshot, so each read set holds it.
    const definition = `namespaces/fields/${scope.chaincode}/Sequence`;
    this.sets.addRead('_lifecycle', definition, this.state.get('_lifecycle', definition)?.version);
  }

  getState(collection: string, key: string): Promise<Uint8Array | undefined> {
    return this.answer(() =>
      collection === '' ? this.publicValue(key) : this.privateValue(collection, key),
    );
  }

  getPrivateDataHash(collection: string, key: string): Promise<Uint8Array | undefined> {
    return this.answer(() => this.hashedValue(collection, key)?.value);
  }

  getStateMetadata(collection: string, key: string): Promise<Map<string, Uint8Array>> {
    return this.answer(() => {
      if (collection !== '') {
        this.checkAccess(collection, 'read');
        return new Map(this.hashedValue(collection, key)?.metadata);
      }
      const found = this.state.get(this.scope.chaincode, key);
      this.sets.addRead(this.scope.chaincode, key, found?.version);
      return new Map(found?.metadata);
    });
  }

  putState(collection: string, key: string, value: Uint8Array): void {
    this.write({ collection, key, value, purge: false });
  }

  deleteState(collection: string, key: string): void {
    this.write({ collection, key, value: empty, purge: false });
  }

  purgePrivateData(collection: string, key: string): void {
    this.write({ collection, key, value: empty, purge: true });
  }

  putStateMetadata(collection: string, key: string, metadataKey: string, value: Uint8Array): void {
    const { chaincode } = this.scope;
    const metadata = new Map([[metadataKey, value]]);
    if (collection !== '') this.checkAccess(collection, 'write');
    this.checkCollection(collection);
    this.checkWrite(key);
    if (collection === '') this.sets.addMetadataWrite(chaincode, key, metadata);
    else this.sets.addPrivateMetadataWrite({ namespace: chaincode, collection, key }, metadata);
    this.interest.addWrite(chaincode, collection, this.committedMetadata(collection, key));
  }

  getStateByRange(collection: string, start: string, end: string, page?: PageRequest): Promise<StateQuery> {
    return this.answer(() => {
      const span = { collection, start: page?.bookmark ? page.bookmark : start, end };
      if (collection !== '') return this.privateQuery(span);
      if (!page || page.pageSize === 0) return this.publicQuery(span, this.scope.totalQueryLimit);
      this.checkNothingWritten('Paginated queries are supported only in a read-only transaction');
      this.paged = true;
      return this.pagedQuery(span, Math.min(page.pageSize, this.scope.totalQueryLimit));
    });
  }

  /** Ends the simulation; throws when a key policy met on the way cannot be read. */
  results(): SimulationResults {
    for (const finish of this.finishRanges) finish();
    const { publicSet, privateWrites } = this.sets.build();
    const namespaces = publicSet.getNsRwsetList().map((namespace) => namespace.getNamespace());
    const interest = chaincodeInterest(this.interest, namespaces);
    return { publicSet: publicSet.serializeBinary(), privateWrites, interest };
  }

  close(): void {
    if (!this.finished) this.snapshot.close();
    this.finished = true;
  }

  private publicValue(key: string): Uint8Array | undefined {
    const found = this.state.get(this.scope.chaincode, key);
    this.sets.addRead(this.scope.chaincode, key, found?.version);
    return found?.value;
  }

  private privateValue(collection: string, key: string): Uint8Array | undefined {
    const { chaincode, mspId } = this.scope;
    this.checkAccess(collection, 'read');
    this.checkCollection(collection);
    const found = this.state.getPrivate(mspId, chaincode, collection, key);
    const publicVersion = this.state.getHashed(chaincode, collection, keyHash(key))?.version;
    if (!sameVersion(publicVersion, found?.version)) {
      throw new SimulationError(
        'private data matching public hash version is not available. Public hash version = ' +
          `${versionText(publicVersion)}, Private data version = ${versionText(found?.version)}`,
      );
    }
    this.sets.addHashedRead(chaincode, collection, key, found?.version);
    this.interest.addPrivateRead(chaincode, collection);
    return found?.value;
  }

  private hashedValue(
    collection: string,
    key: string,
  ): { value: Uint8Array; metadata: ReadonlyMap<string, Uint8Array> } | undefined {
    const { chaincode } = this.scope;
    this.checkCollection(collection);
    const found = this.state.getHashed(chaincode, collection, keyHash(key));
    this.sets.addHashedRead(chaincode, collection, key, found?.version);
    return found;
  }

  private write(change: { collection: string; key: string; value: Uint8Array; purge: boolean }): void {
    const { chaincode } = this.scope;
    const { collection, key, value } = change;
    if (collection !== '') this.checkAccess(collection, 'write');
    this.checkCollection(collection);
    this.checkWrite(key);
    if (collection === '') this.sets.addWrite(chaincode, key, value);
    else this.sets.addPrivateWrite({ namespace: chaincode, collection, key }, value, change.purge);
    this.interest.addWrite(chaincode, collection, this.committedMetadata(collection, key));
  }

  private committedMetadata(collection: string, key: string): ReadonlyMap<string, Uint8Array> | undefined {
    const { chaincode } = this.scope;
    const found =
      collection === ''
        ? this.state.get(chaincode, key)
        : this.state.getHashed(chaincode, collection, keyHash(key));
    return found?.metadata;
  }

  private checkAccess(collection: string, use: 'read' | 'write'): void {
    const { chaincode, creator } = this.scope;
    if (mayUseCollection(this.definitions.collection(chaincode, collection), creator, use)) return;
    throw new SimulationError(
      `tx creator does not have ${use} access permission on privatedata in chaincodeName:${chaincode} ` +
        `collectionName: ${collection}`,
    );
  }

  private checkCollection(collection: string): void {
    const { channel, chaincode } = this.scope;
    if (collection === '' || this.definitions.collection(chaincode, collection)) return;
    throw new SimulationError(`collection ${channel}/${chaincode}/${collection} could not be found`);
  }

  private checkWrite(key: string): void {
    const refused = `txid [${this.scope.txId}]: unsuppored transaction. Transaction has already performed`;
    if (this.finished) throw new SimulationError('this instance should not be used after calling Done()');
    if (this.queriedPrivate) {
      throw new SimulationError(`${refused} queries on pvt data. Writes are not allowed`);
    }
    if (this.paged) throw new SimulationError(`${refused} a paginated query. Writes are not allowed`);
    if (key === '') throw new SimulationError('key is empty');
    this.wrote = true;
  }

  private checkNothingWritten(why: string): void {
    if (this.wrote) throw new SimulationError(`txid [${this.scope.txId}]: unsuppored transaction. ${why}`);
  }

  private privateQuery(span: Span): StateQuery {
    const { chaincode, mspId } = this.scope;
    this.checkAccess(span.collection, 'read');
    this.checkNothingWritten('Queries on pvt data is supported only in a read-only transaction');
    this.checkCollection(span.collection);
    this.queriedPrivate = true;
    const owner = { mspId, namespace: chaincode, collection: span.collection };
    const cursor = new Cursor(
      (start, limit) => this.state.privateRange(owner, { start, end: span.end, limit }),
      span.start,
    );
    return this.batches(() => cursor.advance(), this.scope.totalQueryLimit);
  }

  private publicQuery(span: Span, limit: number): StateQuery {
    return this.batches(this.recordedRange(span), limit);
  }

  private pagedQuery(span: Span, pageSize: number): StateQuery {
    const advance = this.recordedRange(span, pageSize);
    return {
      next: async () => {
        const results: VersionedEntry[] = [];
        let entry = await advance();
        while (entry && results.length < pageSize) {
          results.push(entry);
          if (results.length < pageSize) entry = await advance();
        }
        const bookmark = results.length === pageSize ? await this.keyAfter(span, results) : '';
        return { ...this.batch(results, false), page: { fetched: results.length, bookmark } };
      },
      close: () => undefined,
    };
  }

  /** The peer's cursor stands on the first key of the next page; reading it is not part of the read set. */
  private async keyAfter(span: Span, results: readonly VersionedEntry[]): Promise<string> {
    const last = results[results.length - 1]?.key ?? '';
    const [next] = await this.state.range(this.scope.chaincode, `${last}\0`, span.end, 1);
    return next?.key ?? '';
  }

  /** Each key taken widens the range that phantoms are checked in; taking past the end closes it at `end`. */
  private recordedRange(span: Span, pageSize?: number): () => Promise<VersionedEntry | undefined> {
    const { chaincode } = this.scope;
    const info = new ledger.rwset.kvrwset.RangeQueryInfo();
    info.setStartKey(span.start);
    const reads = new RangeReads();
    const cursor = new Cursor(
      (start, limit) => this.state.range(chaincode, start, span.end, limit),
      span.start,
    );
    let taken = 0;
    this.finishRanges.push(() => {
      reads.finish(info);
      this.sets.addRange(chaincode, info);
    });
    return async () => {
      const entry = pageSize !== undefined && taken >= pageSize ? undefined : await cursor.advance();
      if (!entry) {
        info.setItrExhausted(true);
        info.setEndKey(span.end);
        return undefined;
      }
      taken++;
      reads.add(entry.key, entry.version);
      info.setEndKey(entry.key);
      return entry;
    };
  }

  private batches(advance: () => Promise<VersionedEntry | undefined>, limit: number): StateQuery {
    let pending: VersionedEntry[] = [];
    let total = 0;
    return {
      next: async () => {
        while (total < limit) {
          const entry = await advance();
          if (!entry) break;
          total++;
          if (pending.length < batchSize) {
            pending.push(entry);
            continue;
          }
          const full = pending;
          pending = [entry];
          return this.batch(full, true);
        }
        const rest = pending;
        pending = [];
        return this.batch(rest, false);
      },
      close: () => undefined,
    };
  }

  private batch(entries: readonly VersionedEntry[], hasMore: boolean): QueryBatch {
    const namespace = this.scope.chaincode;
    return { results: entries.map(({ key, value }) => ({ namespace, key, value })), hasMore };
  }

  private answer<T>(read: () => T): Promise<T> {
    try {
      if (this.finished) throw new SimulationError('this instance should not be used after calling Done()');
      return Promise.resolve(read());
    } catch (error) {
      return Promise.reject(error instanceof Error ? error : new Error(String(error)));
    }
  }
}
