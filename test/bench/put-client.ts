// Sends calls of the bench's contract by the product's own Fabric client, so that both sides of a ratio are signed,
// sent and awaited alike.
import { CommitTracker } from '../../gateway/ledger/commit-tracker.js';
import { newCounters } from '../../gateway/ledger/counters.js';
import { FabricPort } from '../../gateway/ledger/fabric/fabric-port.js';
import type { ChaincodeRequest } from '../../gateway/ledger/ledger-port.js';
import { TransactionSubmitter } from '../../gateway/ledger/transaction-submitter.js';
import type { GatewayConfig } from '../../gateway/protocol/gateway-config.js';

const VALID = 0;

export class PutClient {
  private readonly port: FabricPort;
  private readonly tracker: CommitTracker;
  private readonly sender: TransactionSubmitter;

  constructor(private readonly config: GatewayConfig) {
    const counters = newCounters();
    this.port = new FabricPort(config, counters);
    this.tracker = new CommitTracker(this.port);
    this.tracker.start();
    this.sender = new TransactionSubmitter({ port: this.port, tracker: this.tracker, counters });
  }

  ready(): Promise<void> {
    return this.tracker.ready();
  }

  /** Endorsed as the chaincode's policy asks. Throws unless it commits. */
  async put(key: string, value: string): Promise<void> {
    await this.must({ function: 'bench:put', arguments: [key, value], as: 'gateway' });
  }

  /** Endorsed by the own organisation alone; the key must have been given to it by `guard`. */
  async putOwn(key: string, value: string): Promise<void> {
    const organisations = [this.config.organisation.mspId];
    await this.must({ function: 'bench:put', arguments: [key, value], organisations, as: 'gateway' });
  }

  async guard(keys: readonly string[]): Promise<void> {
    const { mspId } = this.config.organisation;
    await this.must({ function: 'bench:guard', arguments: [JSON.stringify(keys), mspId], as: 'gateway' });
  }

  /** Whether this one addition was valid; false: a conflict, or endorsers that differed. */
  async add(key: string, amount: string): Promise<boolean> {
    const ending = await this.sender.submit({
      function: 'bench:add',
      arguments: [key, amount],
      as: 'gateway',
    });
    if (ending.kind === 'committed') return ending.commit.code === VALID;
    if (ending.kind === 'failed' && ending.failure.kind === 'mismatch') return false;
    throw new Error(`an addition ended as ${ending.kind}`, {
      cause: ending.kind === 'failed' ? ending.failure : ending.cause,
    });
  }

  async balance(key: string): Promise<bigint> {
    return BigInt(await this.port.evaluate({ function: 'bench:balance', arguments: [key], as: 'gateway' }));
  }

  async fill(from: number, count: number): Promise<void> {
    await this.must({ function: 'bench:fill', arguments: [String(from), String(count)], as: 'gateway' });
  }

  async close(): Promise<void> {
    this.port.close();
    await this.tracker.close();
  }

  private async must(call: ChaincodeRequest): Promise<void> {
    const ending = await this.sender.submit(call);
    if (ending.kind === 'committed' && ending.commit.code === VALID) return;
    const what = ending.kind === 'committed' ? `code ${String(ending.commit.code)}` : ending.kind;
    throw new Error(`${call.function} ended with ${what}`, {
      cause: ending.kind === 'failed' ? ending.failure : undefined,
    });
  }
}
