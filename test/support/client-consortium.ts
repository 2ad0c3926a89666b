// The worked example's consortium (consortium.ts) over the wire: every command goes through the gateway's ledger
// client.
import type { Command, CommandResult } from '../../chaincode/protocol/commands.js';
import type { DealView, PrivateQuery } from '../../chaincode/protocol/queries.js';
import { rowKey, type RowKind, type Rows } from '../../chaincode/protocol/rows.js';
import type { QueueLimits } from '../../gateway/ledger/command-queue.js';
import type { LedgerClient } from '../../gateway/ledger/ledger-client.js';
import type { CommandOutcome } from '../../gateway/protocol/admin.js';
import { found } from './founding.js';
import {
  BANK_A,
  BANK_B,
  MARKETPLACE,
  MEMBERS,
  type SendOptions,
  type Sent,
  type Step,
} from './member-access.js';
import type { TestLedger } from './test-ledger.js';
import type { WireGround } from './wire-ground.js';
import { present, TestConsortium } from './test-consortium.js';

export interface ClientConsortiumOptions {
  readonly limits?: Partial<QueueLimits>;
}

export class ClientConsortium extends TestConsortium {
  private constructor(
    readonly ground: WireGround,
    private readonly clients: ReadonlyMap<string, LedgerClient>,
  ) {
    const { channel, timing } = ground.consortium;
    // Of a network only the channel's name is asked for: every way to it is overridden below.
    const network = { channel } as TestLedger;
    super({ network, contracts: [], windowMs: timing.windowMs, clock: { nowMs: 0 } });
  }

  /** Parameters, banks, staff, commission account, and bob, who sells. */
  static async open(ground: WireGround, options: ClientConsortiumOptions = {}): Promise<ClientConsortium> {
    const clients = await Promise.all(
      MEMBERS.map(async (msp) => [msp, await ground.client(msp, options)] as const),
    );
    const consortium = new ClientConsortium(ground, new Map(clients));
    await found(consortium);
    consortium.alice = await consortium.newClient('alice', { [BANK_A]: '100000000', [BANK_B]: '100000000' });
    consortium.bob = await consortium.newClient('bob', { [BANK_B]: '0' });
    return consortium;
  }

  ledger(msp: string): LedgerClient {
    return present(this.clients.get(msp));
  }

  /** Waits after each step until every member's peer has it: the next one may be asked at another. */
  override async run(...steps: readonly Step[]): Promise<void> {
    for (const { msp, command } of steps) {
      const { results } = await (msp === null ? this.agree([command]) : this.own(msp, [command]));
      const [outcome] = results as readonly CommandOutcome[]; // what the ledger clients gave, see sentOf
      if (outcome?.ok !== true) throw new Error(`${command.action}: ${JSON.stringify(outcome)}`);
      await this.everywhere(Promise.resolve([outcome]));
    }
  }

  override now(): number {
    return Date.now();
  }

  override async agree(commands: readonly Command[], options: SendOptions = {}): Promise<Sent> {
    const client = this.ledger(options.sender ?? MARKETPLACE);
    return sentOf(
      await this.everywhere(client.submit('agreement', commands, { as: options.role ?? 'gateway' })),
    );
  }

  override async own(msp: string, commands: readonly Command[], options: SendOptions = {}): Promise<Sent> {
    const sending = this.ledger(msp).submit('owner', commands, { as: options.role ?? 'worker' });
    return sentOf(await this.everywhere(sending));
  }

  /**
   * The outcomes, once every member's peer has them: on real Fabric a block reaches one peer before the other. The
   * embedded ledger is one process.
   */
  async everywhere(sending: Promise<readonly CommandOutcome[]>): Promise<readonly CommandOutcome[]> {
    const outcomes = await sending;
    if (this.ground.name === 'embedded') return outcomes;
    const written = [...new Set(outcomes.flatMap(({ txId }) => (txId === null ? [] : [txId])))];
    const everyone = [...this.clients.values()];
    await Promise.all(written.flatMap((txId) => everyone.map((client) => client.resolve(txId))));
    return outcomes;
  }

  override tryOwn(
    msp: string,
    commands: readonly Command[],
    options: SendOptions = {},
  ): Promise<readonly CommandResult[]> {
    return this.ledger(msp).dryRun(commands, { as: options.role ?? 'worker' });
  }

  override async row<K extends RowKind>(kind: K, ...ids: readonly string[]): Promise<Rows[K] | null> {
    const key = rowKey(kind, ...ids);
    const rows = await this.ledger(MARKETPLACE).rows([key]);
    return (rows[key] ?? null) as Rows[K] | null; // the key's kind is the row's
  }

  override list<K extends RowKind>(kind: K): Promise<readonly Rows[K][]> {
    return this.ledger(MARKETPLACE).list(kind);
  }

  override deal(deal: string): Promise<DealView> {
    return this.ledger(MARKETPLACE).deal(deal);
  }

  override async privately<T>(msp: string, query: PrivateQuery): Promise<T> {
    return (await this.ledger(msp).queryPrivate(query)) as T; // the query fixes the shape
  }

  override close(): Promise<void> {
    return this.ground.stop();
  }
}

function sentOf(outcomes: Awaited<ReturnType<LedgerClient['submit']>>): Sent {
  const txId = outcomes[0]?.txId ?? '';
  return { txId, code: 0, results: outcomes };
}
