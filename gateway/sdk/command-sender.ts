// Sends signed commands so that each acts once: what is signed is kept before it is sent, and sent again as it is
// until its outcome is final.
import type { PersonAction } from '../../chaincode/protocol/commands.js';
import type { Instant } from '../../chaincode/protocol/forms.js';
import type { EndpointName, Endpoints } from '../protocol/api/endpoints.js';
import type { Operation } from '../protocol/api/forms.js';
import { type ApiClient, ApiProblem, ApiUnreachable } from './api-client.js';
import { hasDeadline } from '../protocol/submission-receipt.js';
import type { ConsortiumSettings } from './consortium-settings.js';
import { type DeadlineOutcome, type Door, sendWithDeadline, type Submission } from './deadline-sender.js';
import type { KeyStore, PendingCommand } from './key-store.js';
import { oneAtATime } from './locks.js';
import type { CommandRequest } from './request.js';
import type { Intent } from '../../chaincode/protocol/intent.js';

/** Endpoints that take a signed command. */
export type CommandEndpoint = {
  [N in EndpointName]: Endpoints[N] extends { readonly idempotent: 'command' } ? N : never;
}[EndpointName];

export interface CommandInput {
  readonly path?: { readonly [name: string]: string };
  readonly request: CommandRequest<PersonAction>;
  /** What the body holds beside the intent. */
  readonly beside?: { readonly [name: string]: unknown };
  /**
   * What the command is for: while one for the same purpose is not final, that one is sent again and no other is
   * signed. Default: the endpoint and its path; where it has none, what the command names, such as the offer to buy.
   */
  readonly purpose?: string;
  /** Until when it must be on the ledger; in its last minute other members' doors are taken without asking. */
  readonly deadline?: Instant;
  /** Of a command with a deadline: who has received it, and which door may be taken while he is silent. */
  readonly onSubmission?: (submission: Submission) => void;
  readonly signal?: AbortSignal;
}

type Sending = Pick<CommandInput, 'deadline' | 'onSubmission' | 'signal'>;

export interface KnownConsortium {
  readonly settings: ConsortiumSettings;
  /** MSP id of the gateway's member. */
  readonly organisation: string;
  /** The web API of another member, without a session. */
  readonly elsewhere: (web: string) => ApiClient;
  /** The person's corrected clock. */
  readonly now: () => Instant;
}

export interface CommandSenderOptions {
  readonly api: ApiClient;
  readonly keyStore: KeyStore;
  readonly person: () => string;
  readonly sign: (request: CommandRequest<PersonAction>) => Promise<Intent>;
  /** Without it no receipt can be checked and no other door is known. */
  readonly consortium?: KnownConsortium;
  readonly sleep?: (ms: number, signal?: AbortSignal) => Promise<void>;
}

const WAIT_S = 5;
/** Pauses before a lost answer is asked for again, and between two looks at an operation. */
const RETRY_MS = [200, 500, 1_000, 2_000];
const LOOK_MS = [300, 500, 1_000, 2_000, 3_000, 5_000, 5_000, 5_000, 5_000, 5_000];
/** Refused for now: the same command may be taken later. */
const PASSING: ReadonlySet<number> = new Set([401, 408, 425, 429]);

export class CommandSender {
  constructor(private readonly options: CommandSenderOptions) {}

  /**
   * The operation, final if it became so in half a minute. Rejects: ApiProblem (nothing was taken), ApiUnreachable
   * (kept, and sent again by the next call for the same purpose).
   */
  send(endpoint: CommandEndpoint, input: CommandInput): Promise<Operation> {
    const { keyStore } = this.options;
    const person = this.options.person();
    const purpose = input.purpose ?? purposeOf(endpoint, input);
    return oneAtATime(`forescrow command ${person} ${purpose}`, async () => {
      const earlier = await this.settled({ person, purpose }, input);
      if (earlier !== null) return earlier;
      const command = await this.signed(endpoint, input);
      await keyStore.putPending(person, purpose, command);
      return (await this.untilFinal({ person, purpose }, command, input)).operation;
    });
  }

  /**
   * What became of a command for the same purpose that is still kept; null: there is none, or it will never act, such
   * as one whose signed time passed while the connection was gone.
   */
  private async settled(
    of: { readonly person: string; readonly purpose: string },
    input: Sending,
  ): Promise<Operation | null> {
    const kept = await this.options.keyStore.pending(of.person, of.purpose);
    if (kept === null) return null;
    try {
      const { operation, isSettled } = await this.untilFinal(of, kept, input);
      return operation.status === 'refused' && isSettled ? null : operation;
    } catch (error) {
      if (error instanceof ApiProblem && isForGood(error)) return null;
      throw error;
    }
  }

  /** Sends again what an earlier visit left, and says what became of each. */
  async resume(): Promise<readonly Operation[]> {
    const person = this.options.person();
    const found: Operation[] = [];
    for (const { purpose, command } of await this.options.keyStore.allPending(person)) {
      const resumed = await oneAtATime(`forescrow command ${person} ${purpose}`, async () =>
        (await this.options.keyStore.pending(person, purpose)) === null
          ? null
          : this.untilFinal({ person, purpose }, command, {}).then(
              ({ operation }) => operation,
              onlyProblems,
            ),
      );
      if (resumed !== null) found.push(resumed);
    }
    return found;
  }

  private async signed(
    endpoint: CommandEndpoint,
    { path = {}, request, beside = {} }: CommandInput,
  ): Promise<PendingCommand> {
    const intent = await this.options.sign(request);
    const sentAt = this.options.consortium?.now();
    return { endpoint, path, body: { ...beside, intent }, ...(sentAt === undefined ? {} : { sentAt }) };
  }

  private async untilFinal(
    of: { readonly person: string; readonly purpose: string },
    command: PendingCommand,
    input: Sending,
  ): Promise<DeadlineOutcome> {
    const { keyStore } = this.options;
    try {
      const outcome = await this.outcome(of.person, command, input);
      if (outcome.isSettled) await keyStore.removePending(of.person, of.purpose);
      return outcome;
    } catch (error) {
      if (error instanceof ApiProblem && isForGood(error))
        await keyStore.removePending(of.person, of.purpose);
      throw error;
    }
  }

  private async outcome(
    person: string,
    command: PendingCommand,
    { deadline, onSubmission, signal }: Sending,
  ): Promise<DeadlineOutcome> {
    const { consortium, keyStore } = this.options;
    const { intent } = command.body;
    if (consortium === undefined || !hasDeadline(intent.body.action)) {
      const operation = await this.watched(await this.posted(command, signal), signal);
      return { operation, isSettled: isFinal(operation) };
    }
    return sendWithDeadline({
      ...{ intent, settings: consortium.settings, now: consortium.now },
      ...{ sentAt: command.sentAt ?? consortium.now(), doors: this.doors(command, consortium) },
      sleep: (ms, over) => this.sleep(ms, over),
      ...(deadline === undefined ? {} : { deadline }),
      ...(signal === undefined ? {} : { signal }),
      onSubmission: (submission) => {
        const { receipt } = submission;
        // A device that cannot store it goes on all the same: the gateway keeps it as well.
        if (receipt !== null) keyStore.putReceipt(person, intent.body.id, receipt).catch(() => undefined);
        onSubmission?.(submission);
      },
    });
  }

  private doors(command: PendingCommand, { settings, organisation, elsewhere }: KnownConsortium): Door[] {
    const { api } = this.options;
    const { intent } = command.body;
    const { id, person } = intent.body;
    const own: Door = {
      member: organisation,
      submit: (signal) => this.post(command, signal, 0),
      look: (signal) => api.call('getOperation', { path: { operation: id } }, { waitS: WAIT_S, signal }),
    };
    const others = settings.members.filter(({ mspId, web }) => mspId !== organisation && web !== '');
    return [
      own,
      ...others.map(({ mspId: member, web }): Door => {
        const there = elsewhere(web);
        const path = { person, id };
        return {
          member,
          submit: (signal) => there.call('submitIntent', { body: { intent } }, { waitS: 0, signal }),
          look: (signal) => there.call('getIntent', { path }, { waitS: WAIT_S, signal }),
        };
      }),
    ];
  }

  private async posted(command: PendingCommand, signal?: AbortSignal): Promise<Operation> {
    for (let tried = 0; ; tried += 1) {
      try {
        return await this.post(command, signal);
      } catch (error) {
        const pauseMs = RETRY_MS[tried];
        const isLost =
          error instanceof ApiUnreachable || (error instanceof ApiProblem && error.problem.status >= 500);
        if (!isLost || pauseMs === undefined || signal?.aborted === true) throw error;
        await this.sleep(pauseMs);
      }
    }
  }

  private post(
    { endpoint, path, body }: PendingCommand,
    signal?: AbortSignal,
    waitS = WAIT_S,
  ): Promise<Operation> {
    const { api } = this.options;
    const options = { waitS, ...(signal === undefined ? {} : { signal }) };
    // The endpoint was a command's when this was signed; all of them answer with the operation.
    const call = api.call.bind(api) as (name: string, input: unknown, options: unknown) => Promise<Operation>;
    return call(endpoint, { path, body }, options);
  }

  private async watched(first: Operation, signal?: AbortSignal): Promise<Operation> {
    let operation = first;
    for (const pauseMs of LOOK_MS) {
      if (isFinal(operation) || operation.isWaiting === true || signal?.aborted === true) break;
      await this.sleep(pauseMs);
      operation = await this.options.api.call('getOperation', { path: { operation: operation.id } });
    }
    return operation;
  }

  private sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return (this.options.sleep ?? pause)(ms, signal);
  }
}

function purposeOf(endpoint: string, { path = {}, request }: CommandInput): string {
  const named = Object.values(path).join('/');
  if (named !== '') return `${endpoint} ${named}`;
  const params = request.params as { readonly [name: string]: unknown }; // every action's are an object
  const subject = params['offer'] ?? params['deal'];
  return `${endpoint} ${typeof subject === 'string' ? subject : request.id}`;
}

function isFinal({ status }: Operation): boolean {
  return status === 'done' || status === 'refused';
}

/** Nothing was taken, and the same command never will be. */
function isForGood({ problem: { status } }: ApiProblem): boolean {
  return status >= 400 && status < 500 && !PASSING.has(status);
}

function onlyProblems(error: unknown): null {
  if (error instanceof ApiProblem || error instanceof ApiUnreachable) return null;
  throw error;
}

function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, signal?.aborted === true ? 0 : ms);
    signal?.addEventListener('abort', end, { once: true });
  });
}
