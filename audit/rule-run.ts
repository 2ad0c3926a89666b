// Runs the chaincode's own rules of the agreement lane over a replayed state: what they make of a transaction.
import { type ChaincodeStub, ClientIdentity } from 'fabric-shim';
import { runAgreements } from '../chaincode/contracts/agreement-list.js';
import { canonicalJson } from '../chaincode/protocol/canonical-json.js';
import { RuleViolation } from '../chaincode/protocol/violation.js';
import { StubStore } from '../chaincode/state/stub-store.js';
import { transactionOf } from '../chaincode/state/transaction.js';
import { overlay } from '../ledger/fabric/block-updates.js';
import { messageOf } from '../ledger/fabric/error-message.js';
import { byteString } from '../ledger/fabric/protobuf.js';
import { keyHash } from '../ledger/fabric/read-write-set.js';
import type { StateBefore } from './replay.js';
import type { TransactionContent } from './transaction-content.js';

/** All that a transaction may leave. */
export interface Outcome {
  /** Public rows by key; empty: deleted. */
  readonly rows: ReadonlyMap<string, Uint8Array>;
  /** Policies of public keys. */
  readonly policies: ReadonlyMap<string, Uint8Array>;
  readonly event: TransactionContent['event'];
  readonly response: string;
  /** Why the rules refuse the list as a whole; null: they do not. */
  readonly refusal: string | null;
}

type Ran = Pick<Outcome, 'response' | 'refusal'>;

export interface RunScope {
  readonly channel: string;
  readonly chaincode: string;
  /** Which organisation founds the channel, as who verifies knows it. */
  readonly marketplace: string;
}

/** Rows of a range that no peer would list; the contract refuses before. */
const RANGE_LIMIT = 100_001;
const EMPTY = new Uint8Array();

export class RuleRun {
  private readonly identities = new Map<string, ClientIdentity>();

  constructor(private readonly of: RunScope) {}

  /** With the transaction's own sender, time and arguments; none of its endorsers' words is asked. */
  async outcomeOf(content: TransactionContent, txId: string, state: StateBefore): Promise<Outcome> {
    const stub = new ReplayStub(this.of, { content, txId, state });
    const { response, refusal } = await this.run(stub, content);
    if (refusal !== null) return { rows: new Map(), policies: new Map(), event: null, response, refusal };
    return { rows: stub.rows, policies: stub.policies, event: stub.event, response, refusal };
  }

  private async run(replayed: ReplayStub, { args, creator }: TransactionContent): Promise<Ran> {
    const [, commands, ...more] = args;
    // Fabric's contracts take neither fewer arguments nor more.
    if (commands === undefined || more.length > 0)
      return { response: '', refusal: 'not exactly one argument' };
    // A list of this lane asks the stub for no more than what this one answers.
    const stub = replayed as unknown as ChaincodeStub;
    const deployment = { marketplace: this.of.marketplace };
    try {
      const transaction = transactionOf(stub, this.identity(creator));
      const store = new StubStore(stub, null);
      return { response: await runAgreements({ transaction, store, deployment, commands }), refusal: null };
    } catch (error) {
      return { response: '', refusal: refusalOf(error) };
    }
  }

  private identity(creator: TransactionContent['creator']): ClientIdentity {
    const name = `${creator.mspid} ${Buffer.from(creator.idBytes).toString('latin1')}`;
    const known = this.identities.get(name);
    if (known !== undefined) return known;
    // It asks the stub for the sender, and for channel and transaction to log them.
    const stub = { getCreator: () => creator, getChannelID: () => this.of.channel, getTxID: () => '' };
    const made = new ClientIdentity(stub as unknown as ChaincodeStub);
    this.identities.set(name, made);
    return made;
  }
}

function refusalOf(error: unknown): string {
  if (!(error instanceof RuleViolation)) return messageOf(error);
  const { code, values } = error;
  return `${code} ${canonicalJson(values)}`;
}

/** What a list of the agreement lane uses of Fabric's stub: reads the replayed state, keeps what is written. */
class ReplayStub {
  readonly rows = new Map<string, Uint8Array>();
  readonly policies = new Map<string, Uint8Array>();
  event: TransactionContent['event'] = null;

  constructor(
    private readonly of: RunScope,
    private readonly transaction: {
      readonly content: TransactionContent;
      readonly txId: string;
      readonly state: StateBefore;
    },
  ) {}

  getChannelID(): string {
    return this.of.channel;
  }

  getTxID(): string {
    return this.transaction.txId;
  }

  getTxTimestamp(): { readonly seconds: number; readonly nanos: number } {
    const { timestampMs } = this.transaction.content;
    return { seconds: Math.floor(timestampMs / 1000), nanos: (timestampMs % 1000) * 1_000_000 };
  }

  /** What is transient stands in no block, and no rule of this lane asks for it. */
  getTransient(): ReadonlyMap<string, Uint8Array> {
    return new Map();
  }

  getState(key: string): Promise<Uint8Array> {
    return Promise.resolve(this.at('', key)?.value ?? EMPTY);
  }

  getPrivateDataHash(collection: string, key: string): Promise<Uint8Array> {
    return Promise.resolve(this.at(collection, keyHash(key))?.value ?? EMPTY);
  }

  async *getStateByRange(
    start: string,
    end: string,
  ): AsyncGenerator<{ readonly key: string; readonly value: Uint8Array }> {
    const { committed, updates } = this.transaction.state;
    const { chaincode } = this.of;
    const changed = updates
      .changedKeys(chaincode)
      .filter(({ order }) => order >= byteString(start) && order < byteString(end));
    const stored = await committed.range(chaincode, start, end, RANGE_LIMIT);
    yield* overlay(stored, changed);
  }

  putState(key: string, value: Uint8Array): Promise<void> {
    this.rows.set(key, value);
    return Promise.resolve();
  }

  setStateValidationParameter(key: string, policy: Uint8Array): Promise<void> {
    this.policies.set(key, policy);
    return Promise.resolve();
  }

  setEvent(name: string, payload: Uint8Array): void {
    this.event = { name, payload: Buffer.from(payload).toString('utf8') };
  }

  private at(collection: string, key: string) {
    return this.transaction.state.updates.get(this.of.chaincode, collection, key);
  }
}
