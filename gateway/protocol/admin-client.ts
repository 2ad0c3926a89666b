// Calls one organisation's admin API with typed requests and answers. Nothing is sent twice unless the caller asks for
// patience.
import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type { Command } from '../../chaincode/protocol/commands.js';
import type { BalanceView, DealView, TrialBalanceView } from '../../chaincode/protocol/queries.js';

import { canonicalJson, type Json } from '../../chaincode/protocol/canonical-json.js';

import type { Lane } from '../../chaincode/protocol/declaration.js';

import type {
  AdminQuery,
  AuthorisationAnswer,
  AuthorisationRequest,
  BankAnswer,
  BehaviourRequest,
  CommandOutcome,
  CommandsAnswer,
  Customer,
  DealAnswer,
  DryRunAnswer,
  HealthAnswer,
  HistoryAnswer,
  LinkCodeAnswer,
  LinkCodeRequest,
  LinkConfirmationAnswer,
  LinkConfirmationRequest,
  ListAnswer,
  OperationsAnswer,
  PhoneAnswer,
  PhoneMessage,
  PhoneSubject,
  Problem,
  QueryAnswer,
  RowsAnswer,
  Sender,
} from './admin.js';

/** The admin API answered with a problem: its code, HTTP status and values. */
export class AdminProblem extends Error {
  constructor(
    readonly status: number,
    readonly problem: Problem,
  ) {
    super(`${problem.code}: ${problem.sentence.en}`);
    this.name = 'AdminProblem';
  }
}

/**
 * No answer from the admin API: not running, restarting, or cut off midway. What was sent may or may not have
 * happened.
 */
export class AdminUnreachable extends Error {
  constructor(url: string, cause: unknown) {
    super(`no answer from the admin API at ${url}`, { cause });
    this.name = 'AdminUnreachable';
  }
}

/** `waitForDeal` or `waitForCode` saw its limit pass. */
export class AdminWaitTimedOut extends Error {
  constructor(what: string, limitMs: number) {
    super(`timed out after ${String(limitMs)} ms waiting for ${what}`);
    this.name = 'AdminWaitTimedOut';
  }
}

export interface AdminOptions {
  readonly url: string;
  readonly token: string;
  /**
   * How long one call goes on when the admin API is away or the ledger cannot take the list (UNAVAILABLE, CONFLICT,
   * OUTCOME_UNKNOWN). Safe, since the same intent never acts twice; machine commands are judged by row state. 0: never.
   */
  readonly patienceMs?: number;
  /** Called before each new try, so that a person who waits can see why. */
  readonly onWaiting?: (reason: string) => void;
}

interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  readonly body?: object;
}

const AGAIN_CODES: ReadonlySet<string> = new Set([
  'UNAVAILABLE',
  'STORE_UNAVAILABLE',
  'CONFLICT',
  'OUTCOME_UNKNOWN',
]);
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 1_000;
const WAIT_SLICE_MS = 5_000;
/** An admin API that keeps its connection but never answers counts as away. */
const CALL_LIMIT_MS = 60_000;

/** A client for the admin API at `url`, with the bearer token in the file at `tokenPath`. */
export async function openAdmin(
  options: Omit<AdminOptions, 'token'> & { readonly tokenPath: string },
): Promise<AdminClient> {
  const token = (await readFile(options.tokenPath, 'utf8')).trim();
  return new AdminClient({ ...options, token });
}

export class AdminClient {
  constructor(private readonly options: AdminOptions) {}

  /**
   * One outcome per command, in order; a refusal is an outcome, not an error. `owner` is the lane of the organisation
   * whose admin API this is; its private codes come back as REFUSED, see `dryRun`.
   */
  async submit(
    lane: Lane,
    commands: readonly Command[],
    as: Sender = 'gateway',
  ): Promise<readonly CommandOutcome[]> {
    return (await this.post<CommandsAnswer>(`/commands?lane=${lane}`, { commands, as })).outcomes;
  }

  /** The owner lane, nothing written, with the true codes. */
  async dryRun(commands: readonly Command[]): Promise<DryRunAnswer['results']> {
    return (await this.post<DryRunAnswer>('/commands/dry-run', { commands })).results;
  }

  health(): Promise<HealthAnswer> {
    return this.get('/health');
  }

  async rows(keys: readonly string[]): Promise<RowsAnswer['rows']> {
    const query = keys.map((key) => `key=${encodeURIComponent(key)}`).join('&');
    return (await this.get<RowsAnswer>(`/rows?${query}`)).rows;
  }

  async list(kind: string, from = ''): Promise<ListAnswer['rows']> {
    return (await this.get<ListAnswer>(`/list/${kind}?from=${encodeURIComponent(from)}`)).rows;
  }

  deal(id: string): Promise<DealAnswer> {
    return this.get(`/deals/${encodeURIComponent(id)}`);
  }

  /** Resolves with the first view that `holds`, else rejects with AdminWaitTimedOut. Wakes on the ledger's events. */
  async waitForDeal(id: string, holds: (view: DealView) => boolean, limitMs = 60_000): Promise<DealView> {
    const until = Date.now() + limitMs;
    let answer = await this.deal(id);
    while (!holds(answer.deal)) {
      const leftMs = until - Date.now();
      if (leftMs <= 0) throw new AdminWaitTimedOut(`deal ${id}`, limitMs);
      const waitMs = Math.min(leftMs, WAIT_SLICE_MS);
      const query = `since=${String(answer.block)}&waitMs=${String(waitMs)}`;
      answer = await this.get<DealAnswer>(`/deals/${encodeURIComponent(id)}?${query}`);
    }
    return answer.deal;
  }

  async history(deal: string): Promise<HistoryAnswer['steps']> {
    return (await this.get<HistoryAnswer>(`/deals/${encodeURIComponent(deal)}/history`)).steps;
  }

  /** A private question to this organisation's own peer. The caller names the answer's shape (AdminQuery). */
  async query(query: AdminQuery): Promise<unknown> {
    return (await this.post<QueryAnswer>('/queries', query)).answer;
  }

  async balance(account: string): Promise<BalanceView> {
    return (await this.query({ type: 'balance', account })) as BalanceView; // shape fixed by AdminQuery 'balance'
  }

  /** One trial balance for each currency. */
  async trialBalances(): Promise<readonly TrialBalanceView[]> {
    const answer = await this.query({ type: 'trialBalance' });
    return (Array.isArray(answer) ? answer : [answer]) as TrialBalanceView[]; // shape fixed by AdminQuery
  }

  bank(): Promise<BankAnswer> {
    return this.get('/bank');
  }

  async addCustomer(customer: Customer): Promise<void> {
    await this.post('/customers', customer);
  }

  /** Fake phone: messages of this holder after number `after`. */
  async phone(holder: string, after = 0, waitMs = 0): Promise<PhoneAnswer['messages']> {
    return (await this.post<PhoneAnswer>('/phone', { holder, after, waitMs })).messages;
  }

  /** The newest message about `subject`, as soon as the phone has it. */
  async waitForCode(holder: string, subject: PhoneSubject, limitMs = 30_000): Promise<PhoneMessage> {
    const until = Date.now() + limitMs;
    let after = 0;
    for (;;) {
      const leftMs = Math.max(0, until - Date.now());
      const messages = await this.phone(holder, after, Math.min(leftMs, WAIT_SLICE_MS));
      const found = messages.filter((message) => sameSubject(message.about, subject)).at(-1);
      if (found !== undefined) return found;
      if (leftMs === 0) throw new AdminWaitTimedOut('a code', limitMs);
      after = messages.at(-1)?.number ?? after;
    }
  }

  /** Asks the bank to send a code to the holder of the sealed account number, for the link that `askLink` made. */
  askLinkCode(request: LinkCodeRequest): Promise<LinkCodeAnswer> {
    return this.post('/links', request);
  }

  /** Carries the client's confirmLink intent and the code, sealed to the bank. */
  async confirmLink(request: LinkConfirmationRequest): Promise<CommandOutcome> {
    return (await this.post<LinkConfirmationAnswer>('/links/confirmation', request)).outcome;
  }

  /** Carries the payer's code for one payment, sealed to his bank. */
  authorise(request: AuthorisationRequest): Promise<AuthorisationAnswer> {
    return this.post('/authorisations', request);
  }

  operations(deal: string): Promise<OperationsAnswer> {
    return this.get(`/deals/${encodeURIComponent(deal)}/operations`);
  }

  async setBehaviour(behaviour: BehaviourRequest): Promise<void> {
    await this.call({ method: 'PUT', path: '/simulator/behaviour', body: behaviour });
  }

  private get<Answer>(path: string): Promise<Answer> {
    return this.call<Answer>({ method: 'GET', path });
  }

  private post<Answer>(path: string, body: object): Promise<Answer> {
    return this.call<Answer>({ method: 'POST', path, body });
  }

  private async call<Answer>(call: HttpRequest): Promise<Answer> {
    const until = Date.now() + (this.options.patienceMs ?? 0);
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      try {
        return (await this.once(call)) as Answer; // the route fixes the shape (admin.ts)
      } catch (error) {
        if (!mayBeSentAgain(error) || Date.now() + pauseMs > until) throw error;
        this.options.onWaiting?.(error.message);
        await pause(pauseMs);
      }
    }
  }

  private async once(call: HttpRequest): Promise<unknown> {
    let response: Response;
    let text: string;
    try {
      response = await fetch(`${this.options.url}${call.path}`, {
        method: call.method,
        headers: { authorization: `Bearer ${this.options.token}`, 'content-type': 'application/json' },
        signal: AbortSignal.timeout(CALL_LIMIT_MS),
        ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
      });
      text = await response.text();
    } catch (cause) {
      throw new AdminUnreachable(this.options.url, cause);
    }
    const answer: unknown = text === '' ? null : JSON.parse(text);
    if (!response.ok) throw new AdminProblem(response.status, problemOf(answer));
    return answer;
  }
}

function mayBeSentAgain(error: unknown): error is AdminProblem | AdminUnreachable {
  if (error instanceof AdminUnreachable) return true;
  return error instanceof AdminProblem && AGAIN_CODES.has(error.problem.code);
}

function sameSubject(left: PhoneSubject, right: PhoneSubject): boolean {
  return canonicalJson(left) === canonicalJson(right);
}

function problemOf(answer: unknown): Problem {
  const problem = answer as Partial<Problem> | null; // whatever a proxy may have put there, checked here
  const code = typeof problem?.code === 'string' ? problem.code : 'INTERNAL';
  const none: { readonly [name: string]: Json } = {};
  return { code, sentence: problem?.sentence ?? { en: code, ru: code }, values: problem?.values ?? none };
}
