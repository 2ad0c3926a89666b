// A core bank for demos and tests: knows its customers; can be made slow, silent, late or unwilling. It decides each
// payment once, and keeps a book of what it has decided.
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import {
  type Behaviour,
  behaviourSchema,
  type Customer,
  customerSchema,
} from '../../gateway/protocol/admin.js';
import {
  type CoreAnswer,
  coreAnswerSchema,
  type PaymentRequest,
  paymentRequestSchema,
} from '../../gateway/protocol/core.js';
import { RecordLog } from './record-log.js';
import { forever, until } from './waiting.js';

const decisionSchema = z.strictObject({
  request: paymentRequestSchema,
  answer: coreAnswerSchema,
  at: z.int(),
});
/** What the core has decided about a payment, and when. */
export type Decision = z.infer<typeof decisionSchema>;

const recordSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('customer'), customer: customerSchema }),
  z.strictObject({ kind: z.literal('behaviour'), behaviour: behaviourSchema }),
  z.strictObject({ kind: z.literal('decision'), decision: decisionSchema }),
  z.strictObject({ kind: z.literal('secret'), secret: z.string() }),
]);
type CoreRecord = z.infer<typeof recordSchema>;

/** Reason code ISO 20022 "refused by the agent", for the bank alone. */
const UNWILLING = 'CUST';
const ALL = 'all';
const SECRET_BYTES = 16;

export class SimulatedCore {
  private readonly customers = new Map<string, Customer>();
  private readonly behaviours = new Map<string, Behaviour>();
  private readonly decisions = new Map<string, Decision>();
  private secret: string | null = null;

  private constructor(
    private readonly log: RecordLog,
    private readonly answerAfterMs: number,
    records: readonly CoreRecord[],
  ) {
    for (const record of records) this.take(record);
  }

  /** @param options.answerAfterMs time that the core takes where no behaviour says otherwise, from admission */
  static open(options: { readonly path: string; readonly answerAfterMs: number }): SimulatedCore {
    const { log, records } = RecordLog.open(options.path, (value) => recordSchema.parse(value));
    return new SimulatedCore(log, options.answerAfterMs, records);
  }

  addCustomer(customer: Customer): void {
    this.store({ kind: 'customer', customer });
  }

  /** Null: this is no customer. */
  customer(holder: string): Customer | null {
    return this.customers.get(holder) ?? null;
  }

  allCustomers(): readonly Customer[] {
    return [...this.customers.values()];
  }

  /**
   * Customers whose name, reference or phone holds the words, oldest first; the cursor is the reference of the last
   * that was given.
   */
  findCustomers(query: { readonly words: string; readonly cursor: string | null; readonly limit: number }): {
    readonly items: readonly Customer[];
    readonly next: string | null;
  } {
    const { cursor, limit } = query;
    const wanted = query.words.toLowerCase();
    const all = this.allCustomers();
    const behind = cursor === null ? 0 : all.findIndex(({ holder }) => holder === cursor) + 1;
    const matches = ({ holder, name, phone }: Customer): boolean =>
      [holder, name, phone].some((text) => text.toLowerCase().includes(wanted));
    const found = all.slice(behind).filter(matches);
    const items = found.slice(0, limit);
    return { items, next: found.length > limit ? (items.at(-1)?.holder ?? null) : null };
  }

  /** The most exact behaviour counts: of a payment, else of its deal, else of all. */
  behave(behaviour: Behaviour): void {
    this.store({ kind: 'behaviour', behaviour });
  }

  /** Of all payments that no more exact one is for. */
  behaviourOfAll(): Behaviour {
    return this.behaviours.get(ALL) ?? { answer: 'yes', afterMs: this.answerAfterMs, silent: false };
  }

  async decide(request: PaymentRequest, signal: AbortSignal): Promise<CoreAnswer> {
    const known = this.decisions.get(request.payment);
    if (known !== undefined) return known.answer;
    const behaviour = this.behaviourFor(request);
    if (behaviour.silent) return forever(signal);
    await until(request.admittedAt + behaviour.afterMs, signal);
    return this.decideOnce(request, behaviour);
  }

  enquire(request: PaymentRequest): Promise<CoreAnswer | 'unknown'> {
    const known = this.decisions.get(request.payment);
    if (known !== undefined) return Promise.resolve(known.answer);
    const behaviour = this.behaviourFor(request);
    if (Date.now() < request.admittedAt + behaviour.afterMs) return Promise.resolve('unknown');
    return Promise.resolve(this.decideOnce(request, behaviour));
  }

  /** Newest first. */
  newestDecisions(limit: number): readonly Decision[] {
    return [...this.decisions.values()].slice(-limit).reverse();
  }

  /** What stands in the link of the page with the switches; made once. */
  switchesSecret(): string {
    if (this.secret === null) {
      this.store({ kind: 'secret', secret: randomBytes(SECRET_BYTES).toString('base64url') });
    }
    return this.secret ?? '';
  }

  private decideOnce(request: PaymentRequest, behaviour: Behaviour): CoreAnswer {
    const known = this.decisions.get(request.payment);
    if (known !== undefined) return known.answer;
    const answer = answerOf(behaviour);
    this.store({ kind: 'decision', decision: { request, answer, at: Date.now() } });
    return answer;
  }

  private behaviourFor(request: PaymentRequest): Behaviour {
    return (
      this.behaviours.get(`payment/${request.payment}`) ??
      this.behaviours.get(`deal/${request.deal}`) ??
      this.behaviourOfAll()
    );
  }

  private store(record: CoreRecord): void {
    this.log.append(record);
    this.take(record);
  }

  private take(record: CoreRecord): void {
    switch (record.kind) {
      case 'customer':
        this.customers.set(record.customer.holder, record.customer);
        break;
      case 'behaviour':
        this.behaviours.set(subjectOf(record.behaviour), record.behaviour);
        break;
      case 'decision':
        this.decisions.set(record.decision.request.payment, record.decision);
        break;
      case 'secret':
        this.secret = record.secret;
    }
  }
}

function subjectOf(behaviour: Behaviour): string {
  if (behaviour.payment !== undefined) return `payment/${behaviour.payment}`;
  return behaviour.deal === undefined ? ALL : `deal/${behaviour.deal}`;
}

function answerOf(behaviour: Behaviour): CoreAnswer {
  return behaviour.answer === 'yes' ? { verdict: 'yes' } : { verdict: 'no', reason: UNWILLING };
}
