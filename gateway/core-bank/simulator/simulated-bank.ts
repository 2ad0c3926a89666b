// A core bank for demos and tests: knows its customers; can be made slow, silent, late or unwilling. It holds no
// balances; the bank's books are its private rows on its own peer.
import { z } from 'zod';
import { type Clock, until } from '../../clock.js';
import type { Behaviour, Customer } from '../../protocol/admin.js';
import { behaviourSchema, customerSchema } from '../../protocol/admin.js';
import { RecordFile } from '../../store/files/record-file.js';
import type { CoreAnswer, CoreBank, PaymentRequest } from '../core-bank.js';

const recordSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('customer'), customer: customerSchema }),
  z.strictObject({ kind: z.literal('behaviour'), behaviour: behaviourSchema }),
]);
type SimulatorRecord = z.infer<typeof recordSchema>;

/** Reason code ISO 20022 "refused by the agent", for the bank alone. */
const UNWILLING = 'CUST';
const ALL = 'all';

export class SimulatedBank implements CoreBank {
  private readonly customers = new Map<string, Customer>();
  private readonly behaviours = new Map<string, Behaviour>();

  private constructor(
    private readonly file: RecordFile<SimulatorRecord>,
    private readonly options: { readonly clock: Clock; readonly answerAfterMs: number },
    records: readonly SimulatorRecord[],
  ) {
    for (const record of records) this.take(record);
  }

  /** @param options.answerAfterMs time that the core takes where no behaviour says otherwise, from admission */
  static async open(options: {
    readonly path: string;
    readonly clock: Clock;
    readonly answerAfterMs: number;
  }): Promise<SimulatedBank> {
    const { file, records } = await RecordFile.open(options.path, (value) => recordSchema.parse(value));
    return new SimulatedBank(file, options, records);
  }

  async addCustomer(customer: Customer): Promise<void> {
    await this.store({ kind: 'customer', customer });
  }

  customer(holder: string): Customer | null {
    return this.customers.get(holder) ?? null;
  }

  /** The most exact behaviour counts: of a payment, else of its deal, else of all. */
  async behave(behaviour: Behaviour): Promise<void> {
    await this.store({ kind: 'behaviour', behaviour });
  }

  async decide(request: PaymentRequest, signal: AbortSignal): Promise<CoreAnswer> {
    const behaviour = this.behaviourFor(request);
    if (behaviour.silent) return silence(signal);
    await until(this.options.clock, request.admittedAt + behaviour.afterMs, signal);
    return answerOf(behaviour);
  }

  enquire(request: PaymentRequest): Promise<CoreAnswer | 'unknown'> {
    const behaviour = this.behaviourFor(request);
    const known = this.options.clock.now() >= request.admittedAt + behaviour.afterMs;
    return Promise.resolve(known ? answerOf(behaviour) : 'unknown');
  }

  close(): Promise<void> {
    return this.file.close();
  }

  private behaviourFor(request: PaymentRequest): Behaviour {
    return (
      this.behaviours.get(`payment/${request.payment}`) ??
      this.behaviours.get(`deal/${request.deal}`) ??
      this.behaviours.get(ALL) ?? { answer: 'yes', afterMs: this.options.answerAfterMs, silent: false }
    );
  }

  private async store(record: SimulatorRecord): Promise<void> {
    await this.file.append(record);
    this.take(record);
  }

  private take(record: SimulatorRecord): void {
    if (record.kind === 'customer') this.customers.set(record.customer.holder, record.customer);
    else this.behaviours.set(subjectOf(record.behaviour), record.behaviour);
  }
}

function subjectOf(behaviour: Behaviour): string {
  if (behaviour.payment !== undefined) return `payment/${behaviour.payment}`;
  return behaviour.deal === undefined ? ALL : `deal/${behaviour.deal}`;
}

function answerOf(behaviour: Behaviour): CoreAnswer {
  return behaviour.answer === 'yes' ? { verdict: 'yes' } : { verdict: 'no', reason: UNWILLING };
}

function silence(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const stop = (): void => {
      reject(signal.reason as Error); // AbortController's reason; ours are always errors
    };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}
