// The ledger client: puts commands and questions into requests and hands them to the parts that carry them.
import { canonicalJson } from '../../chaincode/protocol/canonical-json.js';
import { type Command, type CommandResult, FUNCTIONS } from '../../chaincode/protocol/commands.js';
import { type Lane } from '../../chaincode/protocol/declaration.js';
import { type DealView, type PrivateQuery } from '../../chaincode/protocol/queries.js';
import type { RowKind, Rows } from '../../chaincode/protocol/rows.js';
import type { CommandOutcome } from '../protocol/admin.js';
import type { GatewayConfig, IdentityName } from '../protocol/gateway-config.js';
import { BatchSubmitter, type ListRoute } from './batch-submitter.js';
import { resumedBlocks } from './block-stream.js';
import { CommandQueue, type QueuedCommand, type QueueLimits } from './command-queue.js';
import { readResults } from './command-results.js';
import { commandText } from './command-text.js';
import { CommitTracker } from './commit-tracker.js';
import { type CountersInUse, newCounters } from './counters.js';
import type {
  LedgerBlock,
  LedgerClient,
  LedgerCounters,
  SubmitOptions,
  TransactionOutcome,
  ViewOf,
} from './ledger-client.js';
import { ledgerErrorOf } from './ledger-error-of.js';
import { type ChaincodeRequest, EndorseFailure, type LedgerPort, type WholeBlock } from './ledger-port.js';
import { OutcomeResolver } from './outcome-resolver.js';
import { type FoundRows, RowQuestions } from './row-questions.js';
import { conflictKeys, estimatedCost, mustStayPrivate } from './scheduling.js';
import { type SubmitTiming, TransactionSubmitter } from './transaction-submitter.js';

/** Added to the time window, for the block that is on its way. */
const MARGIN_MS = 2_000;
const CLOSE_TIMEOUT_MS = 1_000;

export interface QueuedLedgerClientOptions {
  readonly config: GatewayConfig;
  readonly port: LedgerPort;
  readonly counters?: CountersInUse;
  readonly limits?: Partial<QueueLimits>;
  readonly timing?: SubmitTiming;
}

type Routes = { readonly [L in Lane]: { readonly [I in IdentityName]: ListRoute } };

export class QueuedLedgerClient implements LedgerClient {
  private readonly lifetime = new AbortController();
  private readonly used: CountersInUse;
  private readonly tracker: CommitTracker;
  private readonly resolver: OutcomeResolver;
  private readonly queue: CommandQueue;
  private readonly routes: Routes;
  private readonly questions = new RowQuestions((keys) => this.ask(FUNCTIONS.rows, [canonicalJson(keys)]));

  constructor(private readonly options: QueuedLedgerClientOptions) {
    const { port, config, timing, limits } = options;
    const counters = options.counters ?? newCounters();
    this.used = counters;
    this.tracker = new CommitTracker(port);
    this.resolver = new OutcomeResolver({
      port,
      tracker: this.tracker,
      patienceMs: 2 * config.timing.windowMs + config.timing.slackMs + MARGIN_MS,
      signal: this.lifetime.signal,
    });
    const transactions = new TransactionSubmitter({
      ...{ port, tracker: this.tracker, counters },
      onSubmit: (txId) => {
        this.resolver.recordSubmission(txId);
      },
      ...(timing === undefined ? {} : { timing }),
    });
    this.queue = new CommandQueue({
      submitter: new BatchSubmitter({ transactions, counters }),
      ...{ resolver: this.resolver, counters },
      ...(limits === undefined ? {} : { limits }),
    });
    this.routes = { agreement: this.routesOf('agreement'), owner: this.routesOf('owner') };
    this.tracker.start();
  }

  get counters(): LedgerCounters {
    return { ...this.used };
  }

  ready(signal?: AbortSignal): Promise<void> {
    return this.tracker.ready(signal);
  }

  async submit(
    lane: Lane,
    commands: Command | readonly Command[],
    options: SubmitOptions = {},
  ): Promise<readonly CommandOutcome[]> {
    // A type predicate of Array.isArray does not narrow a readonly array.
    const list = Array.isArray(commands) ? (commands as readonly Command[]) : [commands as Command];
    const sent = await Promise.allSettled(
      list.map((command, place) => this.submitOne({ lane, command, place }, options)),
    );
    return sent.map((one) => {
      if (one.status === 'rejected') throw one.reason;
      return one.value;
    });
  }

  async dryRun(
    commands: readonly Command[],
    { as = 'gateway' }: Pick<SubmitOptions, 'as'> = {},
  ): Promise<readonly CommandResult[]> {
    const read = commands.map(commandText);
    const texts = read.flatMap((one) => ('text' in one ? [one.text] : []));
    const request = this.ownRequest(FUNCTIONS.tryOwn, 'commands', listOf(texts), as);
    const results = texts.length === 0 ? [] : readResults(await this.evaluate(request), texts.length);
    const remaining = [...results];
    return read.flatMap((one) => ('refused' in one ? [one.refused] : remaining.splice(0, 1)));
  }

  rows(keys: readonly string[]): Promise<FoundRows> {
    return this.questions.rows(keys);
  }

  async list<K extends RowKind>(kind: K, from = ''): Promise<readonly Rows[K][]> {
    return this.ask(FUNCTIONS.list, [kind, from]);
  }

  async deal(id: string): Promise<DealView> {
    return this.ask(FUNCTIONS.deal, [id]);
  }

  async queryPrivate<Q extends PrivateQuery>(query: Q): Promise<ViewOf<Q>> {
    const request = this.ownRequest(FUNCTIONS.privately, 'query', canonicalJson(query), 'gateway');
    // The organisation's own peer and chaincode answer; their word is taken for the shape.
    return JSON.parse(await this.evaluate(request)) as ViewOf<Q>;
  }

  async *follow(fromBlock?: number, signal?: AbortSignal): AsyncGenerator<LedgerBlock, void> {
    const signals = [this.lifetime.signal, ...(signal === undefined ? [] : [signal])];
    const ended = AbortSignal.any(signals);
    const from = fromBlock ?? (await this.next(ended));
    if (from === null) return;
    yield* resumedBlocks({ open: (block) => this.options.port.events(block), from, signal: ended });
  }

  blocks(fromBlock: number, signal?: AbortSignal): AsyncGenerator<WholeBlock, void> {
    const ended = AbortSignal.any([this.lifetime.signal, ...(signal === undefined ? [] : [signal])]);
    return resumedBlocks({
      open: (block) => this.options.port.blocks(Number(block)),
      from: fromBlock,
      signal: ended,
    });
  }

  resolve(txId: string, signal?: AbortSignal): Promise<TransactionOutcome> {
    return this.resolver.resolve(txId, signal);
  }

  async close(): Promise<void> {
    const limit = new Promise<void>((resolve) => {
      setTimeout(resolve, CLOSE_TIMEOUT_MS).unref();
    });
    await Promise.race([this.queue.close(), limit]);
    this.lifetime.abort();
    this.options.port.close();
    await this.tracker.close();
  }

  private submitOne(
    { lane, command, place }: { readonly lane: Lane; readonly command: Command; readonly place: number },
    { as = 'gateway', locks = [], signal }: SubmitOptions,
  ): Promise<CommandOutcome> {
    if (lane === 'agreement' && mustStayPrivate(command)) return Promise.resolve(wrongLane(command));
    const read = commandText(command, place);
    if ('refused' in read) return Promise.resolve({ ...read.refused, txId: null, block: null });
    const queued: QueuedCommand = {
      route: this.routes[lane][as],
      text: read.text,
      locks: [...new Set([...conflictKeys(command), ...locks])],
      cost: estimatedCost(command),
    };
    return this.queue.submit(queued, signal);
  }

  private routesOf(lane: Lane): Routes[Lane] {
    const route = (identity: IdentityName): ListRoute => ({
      lane,
      identity,
      format: (texts) =>
        lane === 'agreement'
          ? { function: FUNCTIONS.agree, arguments: [listOf(texts)], as: identity }
          : this.ownRequest(FUNCTIONS.own, 'commands', listOf(texts), identity),
    });
    return {
      gateway: route('gateway'),
      worker: route('worker'),
      admin: route('admin'),
      registrar: route('registrar'),
    };
  }

  /** What only the own peer may see: it always names the own organisation as endorser. */
  private ownRequest(
    name: string,
    content: 'commands' | 'query',
    text: string,
    as: IdentityName,
  ): ChaincodeRequest {
    const { mspId } = this.options.config.organisation;
    return {
      function: name,
      arguments: [],
      transient: { owner: mspId, [content]: text },
      organisations: [mspId],
      as,
    };
  }

  /** Asked at the own peer: a worker must see at least what its blocks have shown it. */
  private async ask<T>(name: string, args: readonly string[]): Promise<T> {
    const { mspId } = this.options.config.organisation;
    const answer = await this.evaluate({
      function: name,
      arguments: args,
      organisations: [mspId],
      as: 'gateway',
    });
    // The organisation's own peer and chaincode answer; their word is taken for the shape.
    return JSON.parse(answer) as T;
  }

  private async evaluate(request: ChaincodeRequest): Promise<string> {
    try {
      return await this.options.port.evaluate(request);
    } catch (error) {
      throw error instanceof EndorseFailure ? ledgerErrorOf(error) : error;
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

/** As the chaincode would say, but without a transaction that shows everybody what the command holds. */
function wrongLane(command: Command): CommandOutcome {
  const id = command.intent?.body.id ?? '';
  const values = { found: 'agreement', needed: 'owner' };
  return { ok: false, id, code: 'WRONG_LANE', values, txId: null, block: null };
}

function listOf(texts: readonly string[]): string {
  return `[${texts.join(',')}]`;
}
