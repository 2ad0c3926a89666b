// The members that the engine's tests speak of: a marketplace, two banks, a courier, with an ordinary contract.
import { InProcessLedger, type Client, type NetworkOptions } from '../../support/in-process-ledger.js';
import { type RequestOptions } from '../../support/test-ledger.js';
import type { PreparedTransaction } from '../../support/in-process-ledger.js';
import type { Committed } from '../../support/test-ledger.js';
import { AssetContract, type Step } from './asset-contract.js';

export const MEMBERS = ['MarketMSP', 'BankAMSP', 'BankBMSP', 'CourierMSP'] as const;
export const OWN_A = '_implicit_org_BankAMSP';
export const OWN_B = '_implicit_org_BankBMSP';
export const AGREEMENT =
  "AND('MarketMSP.peer', OutOf(1, 'BankAMSP.peer', 'BankBMSP.peer', 'CourierMSP.peer'))";

export class LedgerStage {
  private constructor(
    readonly network: InProcessLedger,
    readonly alice: Client,
  ) {}

  static async open(options: Partial<NetworkOptions> = {}): Promise<LedgerStage> {
    const network = await InProcessLedger.open({
      mspIds: MEMBERS,
      contracts: [AssetContract],
      channelPolicies: { Agreement: AGREEMENT },
      ...options,
      chaincode: { endorsementPolicy: '/Channel/Application/Agreement', ...options.chaincode },
    });
    return new LedgerStage(network, await network.client('BankAMSP', 'alice'));
  }

  /** Endorsed by these organisations' peers; by the plan when none is named. */
  endorse(
    steps: readonly Step[],
    endorsers?: readonly string[],
    more: RequestOptions = {},
  ): Promise<PreparedTransaction> {
    const options = endorsers ? { ...more, endorsers } : more;
    return this.network.endorse(this.alice, 'run', [JSON.stringify(steps)], options);
  }

  async submit(
    steps: readonly Step[],
    endorsers?: readonly string[],
    more: RequestOptions = {},
  ): Promise<Committed> {
    return this.network.order(await this.endorse(steps, endorsers, more));
  }

  /** The validity code alone. */
  async code(steps: readonly Step[], endorsers?: readonly string[]): Promise<number> {
    return (await this.submit(steps, endorsers)).code;
  }

  async codes(prepared: readonly PreparedTransaction[]): Promise<number[]> {
    return (await this.network.orderTogether(prepared)).map(({ code }) => code);
  }

  async read(steps: readonly Step[], peerMspId: string = this.alice.mspId): Promise<unknown[]> {
    const bytes = await this.network.evaluate(this.alice, peerMspId, 'run', [JSON.stringify(steps)]);
    return JSON.parse(bytes.toString()) as unknown[];
  }

  close(): Promise<void> {
    return this.network.close();
  }
}

/** The message of the error that the promise rejects with; fails when it resolves. */
export async function refusal(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  throw new Error('it was not refused');
}
