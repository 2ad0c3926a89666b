// The demo's way to the organisations: their admin APIs and, for people, their web APIs (through-the-door.ts); commands
// that must succeed, transactions counted.
import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type { Command } from '../chaincode/protocol/commands.js';
import type { ParametersRow } from '../chaincode/protocol/member.js';
import { type BankRow } from '../chaincode/protocol/member.js';
import { rowKey } from '../chaincode/protocol/rows.js';
import { AdminClient } from '../gateway/protocol/admin-client.js';
import type { CommandOutcome, Sender } from '../gateway/protocol/admin.js';
import type { DemoAdminApi, DemoContext } from './context.js';
import { DemoError } from './demo-error.js';

/** A killed process of the system is back within a few seconds; so long the demo waits and tries again. */
const PATIENCE_MS = 60_000;
const ASK_AGAIN_MS = 200;
const SHORT_TRANSACTION_ID = 12;

/** One organisation as the demo sees it. */
export interface Organisation extends DemoAdminApi {
  readonly admin: AdminClient;
}
export interface Bank extends Organisation {
  readonly bankId: string;
}

/** The ledger refused a command that the demo expected to be accepted. */
export class DemoRefused extends Error {
  constructor(
    readonly action: string,
    readonly code: string,
    values: unknown,
  ) {
    super(`${action} was refused: ${code} ${JSON.stringify(values ?? {})}`);
    this.name = 'DemoRefused';
  }
}

/** A list of commands for one organisation's admin API. */
export interface Order {
  readonly at: Organisation;
  readonly lane: 'agree' | 'own';
  readonly commands: readonly Command[];
  readonly as?: Sender;
}

export class Gateways {
  private readonly seen = new Set<string>();
  private lastComplaint = '';

  private constructor(
    readonly context: DemoContext,
    private readonly organisations: readonly Organisation[],
    readonly say: (line: string) => void,
  ) {}

  static async open(context: DemoContext, print: (line: string) => void): Promise<Gateways> {
    const organisations: Organisation[] = [];
    const gateways = new Gateways(context, organisations, print);
    for (const admin of context.adminApis) {
      const token = (await readToken(admin)).trim();
      const onWaiting = (reason: string) => {
        gateways.complain(`${admin.name} cannot answer just now (${reason}); waiting`);
      };
      const options = { url: admin.url, token, patienceMs: PATIENCE_MS, onWaiting };
      organisations.push({ ...admin, admin: new AdminClient(options) });
    }
    return gateways;
  }

  get channel(): string {
    return this.context.consortium.channel;
  }

  get all(): readonly Organisation[] {
    return this.organisations;
  }

  get marketplace(): Organisation {
    return this.ofKind('marketplace');
  }

  get courier(): Organisation {
    return this.ofKind('courier');
  }

  get banks(): readonly Bank[] {
    return this.organisations.flatMap((organisation) =>
      organisation.bankId === undefined ? [] : [{ ...organisation, bankId: organisation.bankId }],
    );
  }

  /** The bank with this two-digit id. */
  bank(bankId: string): Bank {
    const bank = this.banks.find((candidate) => candidate.bankId === bankId);
    if (bank === undefined) throw new DemoError(`The demo needs a bank ${bankId} in the consortium file.`);
    return bank;
  }

  /** Outcomes in the order of the commands; a refusal is an outcome. */
  async attempt(order: Order): Promise<readonly CommandOutcome[]> {
    if (order.commands.length === 0) return [];
    const { admin } = order.at;
    const lane = order.lane === 'agree' ? 'agreement' : 'owner';
    const outcomes = await admin.submit(lane, order.commands, order.as ?? 'gateway');
    this.calm();
    for (const outcome of outcomes) this.count(outcome.txId);
    return outcomes;
  }

  /** As `attempt`; throws DemoRefused at the first refusal, with the true code where the lane hides it. */
  async carryOut(order: Order): Promise<readonly CommandOutcome[]> {
    const outcomes = await this.attempt(order);
    for (const [index, outcome] of outcomes.entries()) {
      if (outcome.ok) continue;
      const action = order.commands[index]?.action ?? 'a command';
      throw new DemoRefused(action, outcome.code, outcome.values);
    }
    return outcomes;
  }

  /** One command; the short id of its transaction. */
  async carryOutOne(order: Omit<Order, 'commands'> & { readonly command: Command }): Promise<string> {
    const { command, ...rest } = order;
    const [outcome] = await this.carryOut({ ...rest, commands: [command] });
    return outcome === undefined ? '' : shortTransaction(outcome.txId);
  }

  /** Acts again, for a minute at most, while `awayFor` gives a reason: something of the system is away. */
  async patiently<T>(
    { name }: Pick<Organisation, 'name'>,
    act: () => Promise<T>,
    awayFor: (error: unknown) => string | null,
  ): Promise<T> {
    for (const until = Date.now() + PATIENCE_MS; ; await pause(ASK_AGAIN_MS)) {
      try {
        const result = await act();
        this.calm();
        return result;
      } catch (error) {
        const reason = awayFor(error);
        if (reason === null || Date.now() > until) throw error;
        if (reason !== '') this.complain(`${name} cannot answer just now (${reason}); waiting`);
      }
    }
  }

  /** A transaction that the demo caused or saw. */
  count(txId: string | null): void {
    if (txId !== null) this.seen.add(txId);
  }

  /** How many different transactions so far. */
  get transactions(): number {
    return this.seen.size;
  }

  async row<Row>(key: string): Promise<Row | null> {
    const rows = await this.marketplace.admin.rows([key]);
    return (rows[key] ?? null) as Row | null; // the key's kind fixes the row's type (rows.ts)
  }

  /** What a bank has published. */
  async bankRow(bankId: string): Promise<BankRow> {
    const row = await this.row<BankRow>(rowKey('bank', bankId));
    if (row === null) throw new Error(`bank ${bankId} is not on the ledger`);
    return row;
  }

  async parameters(): Promise<ParametersRow | null> {
    return this.row<ParametersRow>('parameters');
  }

  private ofKind(kind: DemoAdminApi['kind']): Organisation {
    const found = this.organisations.find((organisation) => organisation.kind === kind);
    if (found === undefined) throw new DemoError(`The demo needs a ${kind} in the consortium file.`);
    return found;
  }

  /** The same trouble is printed once. */
  private complain(text: string): void {
    if (text === this.lastComplaint) return;
    this.lastComplaint = text;
    this.say(`    … ${text}`);
  }

  private calm(): void {
    this.lastComplaint = '';
  }
}

/** Enough digits to find it in the ledger; a command that had nothing left to do had no transaction. */
export function shortTransaction(txId: string | null): string {
  return txId === null ? 'none' : txId.slice(0, SHORT_TRANSACTION_ID);
}

async function readToken(admin: DemoAdminApi): Promise<string> {
  try {
    return await readFile(admin.tokenPath, 'utf8');
  } catch (cause) {
    throw new DemoError(
      `The access token of ${admin.name}'s admin (${admin.tokenPath}) cannot be read; ` +
        'is the system running? Start it with npm start.',
      { cause },
    );
  }
}
