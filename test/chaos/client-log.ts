// The clients' own log: what was sent and how it was answered, by which the chaos suite judges the ledger.
import type { Command } from '../../chaincode/protocol/commands.js';
import type { Lane } from '../../chaincode/protocol/declaration.js';
import type { Intent } from '../../chaincode/protocol/intent.js';
import { AdminClient, type AdminOptions } from '../../gateway/protocol/admin-client.js';
import type { CommandOutcome, Sender } from '../../gateway/protocol/admin.js';

export type Moment = 'sent' | 'answered';

/** One signed command; its id is the intent's. */
export interface Entry {
  readonly id: string;
  readonly action: string;
  readonly params: Intent['body']['params'];
  /** Every answer, since a command may be sent twice. Empty: never answered. */
  readonly answers: CommandOutcome[];
}

export class ClientLog {
  private readonly entries = new Map<string, Entry>();
  private readonly listeners = new Set<(moment: Moment) => void>();
  /** Lists that have been sent and not answered. */
  inFlight = 0;
  /** Commands answered with yes. */
  acknowledged = 0;
  /** Times that a client had to wait and send again. */
  waits = 0;

  all(): readonly Entry[] {
    return [...this.entries.values()];
  }

  /** Resolves at the next such moment. */
  next(moment: Moment): Promise<void> {
    return new Promise((resolve) => {
      const listener = (happened: Moment): void => {
        if (happened !== moment) return;
        this.listeners.delete(listener);
        resolve();
      };
      this.listeners.add(listener);
    });
  }

  async send(
    commands: readonly Command[],
    carry: () => Promise<readonly CommandOutcome[]>,
  ): Promise<readonly CommandOutcome[]> {
    const sent = commands.map((command) => this.entry(command));
    this.inFlight += 1;
    this.tell('sent');
    try {
      const outcomes = await carry();
      for (const [index, outcome] of outcomes.entries()) {
        sent[index]?.answers.push(outcome);
        if (outcome.ok) this.acknowledged += 1;
      }
      return outcomes;
    } finally {
      this.inFlight -= 1;
      this.tell('answered');
    }
  }

  private entry({ action, intent }: Command): Entry {
    if (intent === undefined) throw new Error(`${action} is no person's command`);
    const { id, params } = intent.body;
    const known = this.entries.get(id) ?? { id, action, params, answers: [] };
    this.entries.set(id, known);
    return known;
  }

  private tell(moment: Moment): void {
    for (const listener of [...this.listeners]) listener(moment);
  }
}

/** A admin API whose every list goes through the log. */
export class LoggedAdminApi extends AdminClient {
  constructor(
    options: AdminOptions,
    private readonly log: ClientLog,
  ) {
    super({ ...options, onWaiting: () => (log.waits += 1) });
  }

  override submit(lane: Lane, commands: readonly Command[], as?: Sender): Promise<readonly CommandOutcome[]> {
    return this.log.send(commands, () => super.submit(lane, commands, as));
  }
}
