// Sends commands and asks questions as members' gateways and workers do, on the engine in process, by one clock.
import { canonicalJson, type Json } from '../../chaincode/protocol/canonical-json.js';
import type { Deployment } from '../../chaincode/contracts/rule.js';
import {
  type Command,
  type CommandResult,
  FUNCTIONS,
  type IntentParams,
  type PersonAction,
} from '../../chaincode/protocol/commands.js';
import { type CollectionDefinition, ownCollections } from '../../chaincode/protocol/own-collections.js';
import {
  type BalanceView,
  type DealView,
  type PrivateQuery,
  type TrialBalanceView,
} from '../../chaincode/protocol/queries.js';
import { rowKey, type RowKind, type Rows } from '../../chaincode/protocol/rows.js';
import type { CommandRequest } from '../../gateway/sdk/request.js';
import type { ContractClass } from '../../ledger/engine/in-process-runner.js';
import {
  type Client,
  InProcessLedger,
  type PreparedTransaction,
  silenceContractLogs,
} from './in-process-ledger.js';
import { EndorsementRefused, type TestLedger } from './test-ledger.js';
import { type Person } from './people.js';

export const MARKETPLACE = 'MarketplaceMSP';
export const BANK_A = 'BankAMSP';
export const BANK_B = 'BankBMSP';
export const COURIER = 'CourierMSP';
export const MEMBERS = [MARKETPLACE, BANK_A, BANK_B, COURIER] as const;
/** Bank ids of the worked example. */
export const BANK_ID: { readonly [msp: string]: string } = { [BANK_A]: '10', [BANK_B]: '20' };

const AGREEMENT = "AND('MarketplaceMSP.peer', OR('BankAMSP.peer', 'BankBMSP.peer', 'CourierMSP.peer'))";

/** One command and where it goes: `msp` null is the agreement lane, else the owner lane of that organisation. */
export interface Step {
  readonly msp: string | null;
  readonly command: Command;
}
export const agreed = (command: Command): Step => ({ msp: null, command });
export const owned = (msp: string, command: Command): Step => ({ msp, command });

export type CertificateRole = 'gateway' | 'worker' | 'admin' | 'registrar';

export interface SendOptions {
  /** Whose gateway sends; default: the marketplace's in the agreement lane, the owner's in the owner lane. */
  readonly sender?: string;
  readonly role?: CertificateRole;
  readonly timestampMs?: number;
}

export interface Sent {
  readonly txId: string;
  /** Fabric's validity code. */
  readonly code: number;
  readonly results: readonly CommandResult[];
}

export interface GroundOptions {
  /** Members' time window, also written to the ledger. Milliseconds, default 3,000. */
  readonly windowMs?: number;
  readonly contracts?: readonly ContractClass[];
  /** Of the chaincode's definition; default: each member's own. */
  readonly collections?: readonly CollectionDefinition[];
}

/** What members work on: the network, its one clock and the time window. */
export interface Ground<Network extends TestLedger = InProcessLedger> {
  readonly network: Network;
  readonly contracts: readonly ContractClass[];
  readonly windowMs: number;
  readonly clock: { nowMs: number };
}

/**
 * The chaincode as it is built. It is loaded after the network: the shim brings protobuf classes of its own version,
 * and those loaded first are the ones in force; and silently, since decorators log when they are loaded. The operator
 * names the marketplace, unless another deployment is given.
 */
export async function chaincodeContracts(
  deployment: Deployment = { marketplace: MARKETPLACE },
): Promise<readonly ContractClass[]> {
  silenceContractLogs();
  const { contractsOf } = await import('../../chaincode/index.js');
  return contractsOf(deployment);
}

/** A network with nothing on its ledger. */
export async function openGround(options: GroundOptions = {}): Promise<Ground> {
  const clock = { nowMs: Math.floor(Date.now() / 1000) * 1000 };
  const windowMs = options.windowMs ?? 3_000;
  const contracts = options.contracts ?? (await chaincodeContracts());
  const collections = [...(options.collections ?? ownCollections(MEMBERS))];
  const network = await InProcessLedger.open({
    mspIds: MEMBERS,
    contracts,
    chaincode: { endorsementPolicy: '/Channel/Application/Agreement', collections },
    channelPolicies: { Agreement: AGREEMENT },
    timeWindowMs: windowMs,
    clock: () => clock.nowMs,
  });
  return { network, contracts, windowMs, clock };
}

export class MemberAccess<Network extends TestLedger = TestLedger> {
  readonly network: Network;
  /** What the members' peers run. */
  readonly contracts: readonly ContractClass[];
  /** Members' time window, milliseconds. */
  readonly windowMs: number;
  /** What each organisation keys its private rows with, base64url, once it is set. */
  readonly secrets = new Map<string, string>();
  private readonly clock: { nowMs: number };
  private readonly certificates = new Map<string, Promise<Client>>();

  constructor(ground: Ground<Network>) {
    this.network = ground.network;
    this.contracts = ground.contracts;
    this.windowMs = ground.windowMs;
    this.clock = ground.clock;
  }

  get channel(): string {
    return this.network.channel;
  }

  /** Milliseconds since 1970 on every member's clock. */
  now(): number {
    return this.clock.nowMs;
  }

  advance(ms: number): void {
    this.clock.nowMs += ms;
  }

  /** Moves the clock to that instant. */
  advanceTo(instant: number): void {
    this.clock.nowMs = instant;
  }

  /** Goes to that instant and acts while every member's clock stands still. */
  at<Result>(instant: number, act: () => Promise<Result>): Promise<Result> {
    this.clock.nowMs = instant;
    return act();
  }

  /** The organisation's certificate with that role attribute; made once. */
  client(msp: string, role: CertificateRole = 'gateway'): Promise<Client> {
    const name = `${role}@${msp}`;
    const known = this.certificates.get(name);
    if (known !== undefined) return known;
    const made = this.network.client(msp, name, { 'forescrow.role': role });
    this.certificates.set(name, made);
    return made;
  }

  /** A signed command of a person. */
  signed<A extends PersonAction>(
    person: Person,
    action: A,
    params: IntentParams[A],
    more: { readonly id?: string; readonly params?: { readonly [name: string]: Json } } = {},
  ): Command {
    const id = more.id === undefined ? {} : { id: more.id };
    const intent = person.sign(action, params, { channel: this.channel, now: this.now(), ...id });
    return { action, intent, ...(more.params === undefined ? {} : { params: more.params }) };
  }

  /** What a person asks for, signed; `params`: what the gateway's machine adds. */
  asked<A extends PersonAction>(
    person: Person,
    { action, params, id }: CommandRequest<A>,
    beside: { readonly params?: { readonly [name: string]: Json } } = {},
  ): Command {
    return this.signed(person, action, params, { id, ...beside });
  }

  /** Endorses a step without ordering it: to be withheld, or ordered together with others. */
  async endorse({ msp, command }: Step, options: SendOptions = {}): Promise<PreparedTransaction> {
    const role = options.role ?? (msp === null ? 'gateway' : 'worker');
    const client = await this.client(options.sender ?? msp ?? MARKETPLACE, role);
    const commands = listText([command]);
    if (msp === null) {
      return this.network.endorse(client, FUNCTIONS.agree, [commands], this.timing(options));
    }
    const transient = { owner: msp, commands };
    const request = { transient, endorsers: [msp], ...this.timing(options) };
    return this.network.endorse(client, FUNCTIONS.own, [], request);
  }

  /** Fabric's validity codes of endorsed transactions, ordered in this order into one block. */
  async codesTogether(...prepared: readonly PreparedTransaction[]): Promise<number[]> {
    return (await this.network.orderTogether(prepared)).map(({ code }) => code);
  }

  /** Submits a list in the agreement lane, endorsed as the ledger plans it. */
  async agree(commands: readonly Command[], options: SendOptions = {}): Promise<Sent> {
    const client = await this.client(options.sender ?? MARKETPLACE, options.role);
    const args = [listText(commands)];
    const sent = await this.network.submit(client, FUNCTIONS.agree, args, this.timing(options));
    return { txId: sent.txId, code: sent.code, results: resultsIn(sent.result) };
  }

  /** Submits a list in an owner's lane, endorsed by the owner alone. Throws EndorsementRefused if none succeeds. */
  async own(msp: string, commands: readonly Command[], options: SendOptions = {}): Promise<Sent> {
    const client = await this.client(options.sender ?? msp, options.role ?? 'worker');
    const sent = await this.network.submit(client, FUNCTIONS.own, [], {
      transient: { owner: msp, commands: listText(commands) },
      endorsers: [msp],
      ...this.timing(options),
    });
    return { txId: sent.txId, code: sent.code, results: resultsIn(sent.result) };
  }

  /** Evaluates a list in an owner's lane: true codes, nothing written. */
  async tryOwn(
    msp: string,
    commands: readonly Command[],
    options: SendOptions = {},
  ): Promise<readonly CommandResult[]> {
    const client = await this.client(options.sender ?? msp, options.role ?? 'worker');
    const transient = { owner: msp, commands: listText(commands) };
    const timing = this.timing(options);
    return resultsIn(
      await this.network.evaluate(client, msp, FUNCTIONS.tryOwn, [], { transient, ...timing }),
    );
  }

  /** One command with its true result; in an owner's lane it is tried first, since a submitted refusal is masked. */
  async attempt(step: Step, options: SendOptions = {}): Promise<CommandResult> {
    if (step.msp !== null) {
      const tried = only(await this.tryOwn(step.msp, [step.command], options));
      if (!tried.ok || tried.repeated) return tried;
    }
    return this.send(step, options);
  }

  /** Sends the steps one after the other; each must succeed. */
  async run(...steps: readonly Step[]): Promise<void> {
    for (const step of steps) {
      const result = await this.send(step, {});
      if (!result.ok) throw new Error(`${step.command.action}: ${JSON.stringify(result)}`);
    }
  }

  private async send({ msp, command }: Step, options: SendOptions): Promise<CommandResult> {
    const sent =
      msp === null ? await this.agree([command], options) : await this.own(msp, [command], options);
    if (sent.code !== 0) throw new Error(`${command.action}: the ledger's code is ${String(sent.code)}`);
    return only(sent.results);
  }

  /** A public row as the marketplace's peer holds it. */
  async row<K extends RowKind>(kind: K, ...ids: readonly string[]): Promise<Rows[K] | null> {
    const key = rowKey(kind, ...ids);
    const answer = await this.query(FUNCTIONS.rows, [canonicalJson([key])]);
    return (answer as { readonly [key: string]: Rows[K] | null })[key] ?? null;
  }

  async list<K extends RowKind>(kind: K): Promise<readonly Rows[K][]> {
    return (await this.query(FUNCTIONS.list, [kind, ''])) as readonly Rows[K][];
  }

  async deal(deal: string): Promise<DealView> {
    return (await this.query(FUNCTIONS.deal, [deal])) as DealView;
  }

  /** A private question, asked by the owner at its own peer. */
  async privately<T>(msp: string, query: PrivateQuery): Promise<T> {
    const transient = { owner: msp, query: canonicalJson(query) };
    const client = await this.client(msp);
    const bytes = await this.network.evaluate(client, msp, FUNCTIONS.privately, [], { transient });
    return JSON.parse(bytes.toString('utf8')) as T;
  }

  balance(msp: string, account: string): Promise<BalanceView> {
    return this.privately(msp, { about: 'balance', account });
  }

  /** The bank's books in rubles. */
  async trialBalance(msp: string): Promise<TrialBalanceView> {
    const balances = await this.privately<readonly TrialBalanceView[]>(msp, { about: 'trialBalance' });
    const none = { bank: BANK_ID[msp] ?? '', currency: 'RUB', accounts: {}, sum: '0', operations: 0 };
    return balances.find(({ currency }) => currency === 'RUB') ?? none;
  }

  close(): Promise<void> {
    return this.network.close();
  }

  private async query(fn: string, args: readonly string[]): Promise<unknown> {
    const client = await this.client(MARKETPLACE);
    const bytes = await this.network.evaluate(client, MARKETPLACE, fn, args);
    return JSON.parse(bytes.toString('utf8')) as unknown;
  }

  private timing({ timestampMs }: SendOptions): { timestampMs?: number } {
    return timestampMs === undefined ? {} : { timestampMs };
  }
}

/** The code with which chaincode refused a whole transaction; rethrows anything else. */
export function refusalOf(cause: unknown): string {
  if (!(cause instanceof EndorsementRefused)) throw cause;
  return cause.message;
}

/** A list of commands as the ledger takes it. */
export function listText(commands: readonly Command[]): string {
  // Commands hold JSON values only; the interfaces merely lack the index signature that Json asks for.
  return canonicalJson(commands as unknown as Json);
}

function resultsIn(bytes: Buffer): readonly CommandResult[] {
  return JSON.parse(bytes.toString('utf8')) as readonly CommandResult[];
}

function only(results: readonly CommandResult[]): CommandResult {
  const [result] = results;
  if (result === undefined || results.length !== 1) throw new Error('one command has one result');
  return result;
}
