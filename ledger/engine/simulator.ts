// One transaction at one organisation's peer: every chaincode that takes part reads from one snapshot, and what they
// read and write becomes one read-write set.
import type { peer } from '@hyperledger/fabric-protos';
import type { Definitions } from '../fabric/definitions.js';
import { SimulationError } from './errors.js';
import type { KnownIdentity } from '../fabric/identity.js';
import type { PrivateWrites } from '../fabric/read-write-set.js';
import { ReadWriteSetBuilder } from '../fabric/read-write-set-builder.js';
import { WorldState, versionOf } from '../fabric/state.js';
import type { Snapshot } from '../fabric/store.js';
import { chaincodeInterest, WriteInterest } from '../fabric/write-interest.js';

export interface SimulationScope {
  readonly channel: string;
  readonly mspId: string;
  readonly txId: string;
  readonly creator: KnownIdentity;
  readonly totalQueryLimit: number;
}

export interface SimulationResults {
  readonly publicSet: Uint8Array;
  readonly privateWrites: PrivateWrites[];
  readonly interest: peer.ChaincodeInterest;
}

export class Simulator {
  readonly state: WorldState;
  readonly sets = new ReadWriteSetBuilder();
  readonly interest = new WriteInterest();
  private readonly finishRanges: (() => void)[] = [];
  private readonly collectionsRead = new Set<string>();
  private wrote = false;
  private queriedPrivate = false;
  private paged = false;
  private finished = false;

  constructor(
    readonly snapshot: Snapshot,
    readonly definitions: Definitions,
    readonly scope: SimulationScope,
  ) {
    this.state = new WorldState(snapshot);
  }

  /** Ends the simulation; throws when a key policy met on the way cannot be read. */
  results(): SimulationResults {
    for (const finish of this.finishRanges) finish();
    const { publicSet, namespaces, privateWrites } = this.sets.build();
    return { publicSet, privateWrites, interest: chaincodeInterest(this.interest, namespaces) };
  }

  /** The peer looks each definition up in the same snapshot, so the read set holds it. */
  noteDefinitionRead(chaincode: string): void {
    const key = `namespaces/fields/${chaincode}/Sequence`;
    this.sets.addRead('_lifecycle', key, versionOf(this.state.get('_lifecycle', key)));
  }

  /** A collection is looked up in the whole definition, field by field in the snapshot. */
  noteCollectionsRead(chaincode: string): void {
    if (this.collectionsRead.has(chaincode)) return;
    this.collectionsRead.add(chaincode);
    const fields = ['Collections', 'EndorsementInfo', 'Sequence', 'ValidationInfo'];
    const keys = fields.map((field) => `namespaces/fields/${chaincode}/${field}`);
    for (const key of [...keys, `namespaces/metadata/${chaincode}`]) {
      this.sets.addRead('_lifecycle', key, versionOf(this.state.get('_lifecycle', key)));
    }
  }

  close(): void {
    if (!this.finished) this.snapshot.close();
    this.finished = true;
  }

  /** Called when the transaction ends, in the order in which ranges were opened. */
  onFinish(finish: () => void): void {
    this.finishRanges.push(finish);
  }

  checkOpen(): void {
    if (this.finished) throw new SimulationError('this instance should not be used after calling Done()');
  }

  noteWrite(): void {
    this.checkOpen();
    if (this.queriedPrivate) {
      throw this.unsupported('Transaction has already performed queries on pvt data. Writes are not allowed');
    }
    if (this.paged) {
      throw this.unsupported('Transaction has already performed a paginated query. Writes are not allowed');
    }
    this.wrote = true;
  }

  notePrivateQuery(): void {
    const rule = 'Queries on pvt data is supported only in a read-only transaction';
    if (this.wrote) throw this.unsupported(rule);
    this.queriedPrivate = true;
  }

  notePagedQuery(): void {
    const rule = 'Paginated queries are supported only in a read-only transaction';
    if (this.wrote) throw this.unsupported(rule);
    this.paged = true;
  }

  private unsupported(why: string): SimulationError {
    return new SimulationError(`txid [${this.scope.txId}]: unsuppored transaction. ${why}`);
  }
}
