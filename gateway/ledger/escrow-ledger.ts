// Duty: the ledger client: puts commands and questions into calls and hands them to the parts that carry them.
// Must not: speak Fabric or decide what comes after a failure.
import {
  FUNCTIONS,
  type Command,
  type CommandResult,
  type DealView,
  type Lane,
  type PrivateQuery,
} from '../../chaincode/protocol/commands.js';
import { canonicalJson, type Json } from '../../chaincode/protocol/canonical-json.js';
import type { RowKind, Rows } from '../../chaincode/protocol/rows.js';
import type { GatewayConfig, IdentityName } from '../protocol/gateway-config.js';
import { Batcher, type BatchLimits, type Parcel } from './batcher.js';
import { resumedBlocks } from './block-stream.js';
import { readResults } from './command-results.js';
import { locksOf, mustStayPrivate, costOf } from './command-rules.js';
import { CommitTracker } from './commit-tracker.js';
import { newCounters, type CountersInUse } from './counters.js';
import { FateFinder } from './fate-finder.js';
import type {
  Fate,
  LedgerBlock,
  LedgerClient,
  LedgerCounters,
  Outcome,
  SendOptions,
  ViewOf,
} from './ledger-client.js';
import { LedgerRejected, LedgerUnavailable } from './ledger-errors.js';
import { EndorseFailure, type Call, type LedgerPort } from './ledger-port.js';
import { ListSender, type ListFormat } from './list-sender.js';
import { refusalOf } from './refusal.js';
import { TransactionSender, type SenderTiming } from './transaction-sender.js';

/** Added to the time window, for the block that is on its way. */
const MARGIN_MS = 2_000;
const CLOSE_TIMEOUT_MS = 1_000;

export interface EscrowLedgerOptions {
  readonly config: GatewayConfig;
  readonly port: LedgerPort;
  readonly counters?: CountersInUse;
  readonly limits?: Partial<BatchLimits>;
  readonly timing?: SenderTiming;
}

export class EscrowLedger implements LedgerClient {
  private readonly lifetime = new AbortController();
  private readonly used: CountersInUse;
  private readonly tracker: CommitTracker;
  private readonly fates: FateFinder;
  private readonly batcher: Batcher;
  private readonly formats = new Map<string, ListFormat>();

  constructor(private readonly options: EscrowLedgerOptions) {
    const { port, config, timing, limits } = options;
    this.used = options.counters ?? newCounters();
    this.tracker = new CommitTracker(port);
    this.fates = new FateFinder({
      port,
      tracker: this.tracker,
      patienceMs: 2 * config.timing.windowMs + config.timing.slackMs + MARGIN_MS,
      signal: this.lifetime.signal,
    });
    const sender = new TransactionSender({
      port,
      tracker: this.tracker,
      counters: this.used,
      onSubmit: (txId) => {
        this.fates.noteSubmission(txId);
      },
      ...(timing === undefined ? {} : { timing }),
    });
    const lists = new ListSender({
      send: (call, onEndorsed) => sender.send(call, onEndorsed),
      counters: this.used,
    });
    this.batcher = new Batcher({
      send: (group, texts, onEndorsed) => lists.send(this.format(group), texts, onEndorsed),
      settled: (txId) => this.fates.untilSettled(txId),
      counters: this.used,
      ...(limits === undefined ? {} : { limits }),
    });
    this.tracker.start();
  }

  get counters(): LedgerCounters {
    return { ...this.used };
  }

  ready(signal?: AbortSignal): Promise<void> {
    return this.tracker.ready(signal);
  }

  agree(commands: Command | readonly Command[], options: SendOptions = {}): Promise<readonly Outcome[]> {
    return this.send('agreement', commands, options);
  }

  own(commands: Command | readonly Command[], options: SendOptions = {}): Promise<readonly Outcome[]> {
    return this.send('owner', commands, options);
  }

  async tryOwn(
    commands: readonly Command[],
    options: Pick<SendOptions, 'as'> = {},
  ): Promise<readonly CommandResult[]> {
    const list = listOf(commands.map(textOf));
    const call = this.ownCall(FUNCTIONS.tryOwn, 'commands', list, options.as ?? 'gateway');
    return readResults(await this.evaluate(call), commands.length);
  }

  async rows(keys: readonly string[]): Promise<{ readonly [key: string]: Rows[RowKind] | null }> {
    return this.ask(FUNCTIONS.rows, [canonicalJson(keys)]);
  }

  async list<K extends RowKind>(kind: K, from = ''): Promise<readonly Rows[K][]> {
    return this.ask(FUNCTIONS.list, [kind, from]);
  }

  async deal(id: string): Promise<DealView> {
    return this.ask(FUNCTIONS.deal, [id]);
  }

  async privately<Q extends PrivateQuery>(query: Q): Promise<ViewOf<Q>> {
    const call = this.ownCall(FUNCTIONS.privately, 'query', canonicalJson(query), 'gateway');
    // The organisation's own peer and chaincode answer; they are attested as to the shape.
    return JSON.parse(await this.evaluate(call)) as ViewOf<Q>;
  }

  async *follow(fromBlock?: number, signal?: AbortSignal): AsyncGenerator<LedgerBlock, void> {
    const signals = [this.lifetime.signal, ...(signal === undefined ? [] : [signal])];
    const ended = AbortSignal.any(signals);
    const from = fromBlock ?? (await this.next(ended));
    if (from === null) return;
    yield* resumedBlocks({ open: (block) => this.options.port.events(block), from, signal: ended });
  }

  settle(txId: string, signal?: AbortSignal): Promise<Fate> {
    return this.fates.settle(txId, signal);
  }

  async close(): Promise<void> {
    const limit = new Promise<void>((resolve) => {
      setTimeout(resolve, CLOSE_TIMEOUT_MS).unref();
    });
    await Promise.race([this.batcher.close(), limit]);
    this.lifetime.abort();
    this.options.port.close();
    await this.tracker.close();
  }

  private async send(
    lane: Lane,
    commands: Command | readonly Command[],
    options: SendOptions,
  ): Promise<readonly Outcome[]> {
    // A type predicate of Array.isArray does not narrow a readonly array.
    const list = Array.isArray(commands) ? (commands as readonly Command[]) : [commands as Command];
    const parcels = list.map((command) =>
      lane === 'agreement' && mustStayPrivate(command) ? null : this.parcel(lane, command, options),
    );
    const sent = await Promise.allSettled(
      parcels.map((parcel, index) =>
        parcel === null
          ? Promise.resolve(wrongLane(list[index]))
          : this.batcher.submit(parcel, options.signal),
      ),
    );
    return sent.map((one) => {
      if (one.status === 'rejected') throw one.reason;
      return one.value;
    });
  }

  private parcel(lane: Lane, command: Command, { as = 'gateway', rows = [] }: SendOptions): Parcel {
    return {
      group: groupOf(lane, as),
      text: textOf(command),
      locks: [...new Set([...locksOf(command), ...rows])],
      cost: costOf(command),
    };
  }

  private format(group: string): ListFormat {
    const known = this.formats.get(group);
    if (known !== undefined) return known;
    const { lane, as } = readGroup(group);
    const format: ListFormat =
      lane === 'agreement'
        ? agreementFormat(as)
        : (texts) => this.ownCall(FUNCTIONS.own, 'commands', listOf(texts), as);
    this.formats.set(group, format);
    return format;
  }

  /** What only the own peer may see. Always names the own organisation (ledger-plan rule 27). */
  private ownCall(name: string, content: 'commands' | 'query', text: string, as: IdentityName): Call {
    const { mspId } = this.options.config.organisation;
    return {
      function: name,
      arguments: [],
      transient: { owner: mspId, [content]: text },
      organisations: [mspId],
      as,
    };
  }

  /** Asked at the own peer: a worker must see at least what its blocks have told it. */
  private async ask<T>(name: string, args: readonly string[]): Promise<T> {
    const { mspId } = this.options.config.organisation;
    const answer = await this.evaluate({
      function: name,
      arguments: args,
      organisations: [mspId],
      as: 'gateway',
    });
    // Attested as to the shape: the organisation's own peer and chaincode answer.
    return JSON.parse(answer) as T;
  }

  private async evaluate(call: Call): Promise<string> {
    try {
      return await this.options.port.evaluate(call);
    } catch (error) {
      if (!(error instanceof EndorseFailure)) throw error;
      throw evaluationError(error);
    }
  }

  /** The block after the newest one; null when nobody waits any more. */
  private async next(signal: AbortSignal): Promise<number | null> {
    try {
      await this.tracker.ready(signal);
    } catch (error) {
      if (signal.aborted) return null;
      throw error;
    }
    return (this.tracker.height ?? -1) + 1;
  }
}

/** As the chaincode would say, but without a transaction that tells everybody what the command holds. */
function wrongLane(command: Command | undefined): Outcome {
  const id = command?.intent?.body.id ?? '';
  const values = { found: 'agreement', needed: 'owner' };
  return { ok: false, id, code: 'WRONG_LANE', values, txId: null, block: null };
}

function evaluationError(failure: EndorseFailure): LedgerRejected | LedgerUnavailable {
  switch (failure.kind) {
    case 'refused':
      return refusalOf(failure.text, failure);
    case 'denied':
      return new LedgerRejected('LEDGER_DENIED', 'the ledger refuses this organisation’s request', {
        cause: failure,
      });
    case 'mismatch':
    case 'unavailable':
      return new LedgerUnavailable('the own peer cannot be asked', { cause: failure });
  }
}

function agreementFormat(as: IdentityName): ListFormat {
  return (texts) => ({ function: FUNCTIONS.agree, arguments: [listOf(texts)], as });
}

function groupOf(lane: Lane, as: IdentityName): string {
  return `${lane} ${as}`;
}

function readGroup(group: string): { lane: Lane; as: IdentityName } {
  const [lane, as] = group.split(' ');
  // Only `groupOf` makes groups.
  return { lane: lane as Lane, as: as as IdentityName };
}

function listOf(texts: readonly string[]): string {
  return `[${texts.join(',')}]`;
}

/** Canonical JSON. Throws LedgerRejected BAD_INPUT for what has none (fractions, lone surrogates). */
function textOf(command: Command): string {
  try {
    // A command holds JSON values only; interfaces merely lack the index signature that Json asks for.
    return canonicalJson(command as unknown as Json);
  } catch (cause) {
    throw new LedgerRejected('BAD_INPUT', 'the command is not canonical JSON', { cause });
  }
}
