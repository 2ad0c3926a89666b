// Decides each payment for a bank and brings the answer to the ledger: the holder's code, the admission, the core's
// word, the verdict. Silence is never taken for a no.
import { paymentOf } from '../../chaincode/protocol/deal-state.js';
import type { Logger } from 'pino';
import type { Json } from '../../chaincode/protocol/canonical-json.js';
import type { Command } from '../../chaincode/protocol/commands.js';
import type { DealTerms } from '../../chaincode/protocol/deal.js';
import type { Instant } from '../../chaincode/protocol/forms.js';
import type { DealView } from '../../chaincode/protocol/queries.js';
import { accountKey } from '../../chaincode/protocol/account.js';
import type { HeldAccount, LinkedAccounts } from '../accounts/linked-accounts.js';
import { CodeNotSent } from '../accounts/holder-codes.js';
import { CodeRefused, type OneTimeCodes } from '../accounts/one-time-codes.js';
import type { OperationIds } from '../accounts/operation-ids.js';
import { type Clock, until } from '../clock.js';
import type { CoreAnswer, CoreBank, PaymentRequest } from '../core-bank/core-bank.js';
import type { PaymentView } from '../deals/due-actions.js';
import type { LedgerClient } from '../ledger/ledger-client.js';
import type { WorkerSubmitter } from '../worker/submitter.js';
import { Refused } from '../refused.js';
import type { BankNote, BankNotes } from '../store/bank-reads.js';
import { admittedAt, type PayerCodes } from './payer-codes.js';
import { paymentSubject } from './payment-codes.js';

export interface PaymentDecisionsOptions {
  readonly ledger: LedgerClient;
  readonly submitter: WorkerSubmitter;
  readonly accounts: LinkedAccounts;
  readonly codes: OneTimeCodes;
  readonly payerCodes: PayerCodes;
  readonly core: CoreBank;
  readonly operationIds: OperationIds;
  /** For the bank's operators. */
  readonly notes: BankNotes;
  readonly clock: Clock;
  readonly log: Logger;
  /** How long the core may take before it is asked again, milliseconds. */
  readonly limits: { readonly answerLimitMs: number };
  /** Has the deal processed again after a failure. */
  readonly requeue: (deal: string) => void;
  readonly signal: AbortSignal;
}

/** A payment that is being decided, as the ledger showed it last. */
class PaymentInHand {
  private onSeen: () => void = () => undefined;

  constructor(
    readonly terms: DealTerms,
    private seen: PaymentView,
  ) {}

  get deal(): string {
    return this.seen.row.deal;
  }

  get payment(): PaymentView {
    return this.seen;
  }

  see(payment: PaymentView): void {
    this.seen = payment;
    this.onSeen();
  }

  /** Resolves when the payment has an admission, or at `instant`. Rejects when `signal` is aborted. */
  async untilAdmission(clock: Clock, instant: Instant, signal: AbortSignal): Promise<void> {
    const over = new AbortController();
    const admission = new Promise<void>((resolve) => {
      this.onSeen = () => {
        if (this.seen.admission !== null) resolve();
      };
      this.onSeen();
    });
    const limit = until(clock, instant, AbortSignal.any([signal, over.signal]));
    try {
      await Promise.race([admission, limit]);
    } finally {
      limit.catch(() => undefined);
      over.abort(new Error('the payment has an admission'));
    }
  }
}

/** How long the marketplace has to admit what its payer has confirmed; then the bank does, as any member may. */
export const ADMITS_ITSELF_MS = 30_000;
const LONGEST_ENQUIRY_PAUSE_MS = 30_000;
const AFTER_FAILURE_MS = 500;

/** Codes of the ledger that mean: this payment needs no answer of ours (any more). */
const NO_ANSWER_NEEDED: ReadonlySet<string> = new Set(['WRONG_STATE', 'NOT_ADMITTED', 'ANSWERED']);

export class PaymentDecisions {
  private readonly running = new Map<string, PaymentInHand>();

  constructor(private readonly options: PaymentDecisionsOptions) {}

  /** Starts on a payment, or shows one that is in hand as the ledger has it now. Returns at once. */
  start(view: DealView, paymentId: string): void {
    const payment = paymentOf(view, paymentId);
    if (payment === null || view.terms === null) return;
    const known = this.running.get(paymentId);
    if (known !== undefined) {
      known.see(payment);
      return;
    }
    const inHand = new PaymentInHand(view.terms.terms, payment);
    this.running.set(paymentId, inHand);
    void this.process(inHand);
  }

  private async process(inHand: PaymentInHand): Promise<void> {
    const { clock, log, signal, requeue } = this.options;
    try {
      await this.answer(inHand);
      this.running.delete(inHand.payment.row.id);
    } catch (error) {
      this.running.delete(inHand.payment.row.id);
      if (signal.aborted) return;
      log.warn(
        { deal: inHand.deal, payment: inHand.payment.row.id, err: error },
        'could not answer a payment',
      );
      clock.at(clock.now() + AFTER_FAILURE_MS, () => {
        requeue(inHand.deal);
      });
    }
  }

  private async answer(inHand: PaymentInHand): Promise<void> {
    const { accounts } = this.options;
    const number = await accounts.accountOf(inHand.payment.row.link);
    const account = number === null ? null : await accounts.holderOf(number);
    if (account !== null) await this.note(inHand, { account: account.account, holder: account.holder });
    const isConfirmed = account !== null && (await this.isAuthorised(inHand, account));
    if (isConfirmed) await this.untilAdmitted(inHand);
    // The ledger takes no answer before the admission, nor after it was refused.
    if (!isAnswerable(inHand.payment)) return;
    if (account === null) return this.refuse(inHand, 'LINK');
    if (!isConfirmed) return this.refuse(inHand, 'CODE');
    await this.note(inHand, { askedAt: this.options.clock.now() });
    const answer = await this.coreVerdict(requestOf(inHand, account));
    const { verdict } = answer;
    const reason = answer.verdict === 'no' ? answer.reason : null;
    await this.note(inHand, { verdict, reason, answeredAt: this.options.clock.now() });
    await this.submit(inHand, answer);
  }

  /** A no that is not the core's. */
  private async refuse(inHand: PaymentInHand, reason: string): Promise<void> {
    await this.note(inHand, { refusal: reason });
    await this.submit(inHand, { verdict: 'no', reason });
  }

  private note({ deal, payment }: PaymentInHand, change: Partial<BankNote>): Promise<void> {
    return this.options.notes.note({ deal, payment: payment.row.id }, change);
  }

  /** Whether the holder gave the right code in time; one message reaches him, also across restarts. */
  private async isAuthorised(inHand: PaymentInHand, account: HeldAccount): Promise<boolean> {
    const { codes, signal } = this.options;
    const subject = paymentSubject(inHand.payment.row.id);
    const record = await codes.record(subject);
    // A code that was made and not handed over died with its process.
    const isNeeded = record === null || record.delivery === 'waiting';
    if (isNeeded && !(await this.sendCode(inHand, account))) return false;
    return (await codes.decided(subject, signal)) === 'right';
  }

  /** Admits a confirmed payment itself where the marketplace does not, before anybody may close it. */
  private async untilAdmitted(inHand: PaymentInHand): Promise<void> {
    const { ledger, submitter, clock, signal, log } = this.options;
    if (inHand.payment.admission !== null) return;
    const { id, arrivedAt } = inHand.payment.row;
    const answerTimeEnd = arrivedAt + inHand.terms.offerTerms.answerTimeMs;
    await inHand.untilAdmission(clock, Math.min(clock.now() + ADMITS_ITSELF_MS, answerTimeEnd), signal);
    if (inHand.payment.admission !== null) return;
    const look = async (): Promise<boolean> => {
      const seen = paymentOf(await ledger.deal(inHand.deal), id);
      if (seen !== null) inHand.see(seen);
      return seen?.admission != null;
    };
    if (await look()) return;
    log.warn({ deal: inHand.deal, payment: id }, 'the bank admits a confirmed payment itself');
    await submitter.submit('agreement', [
      { action: 'admitPayment', params: { deal: inHand.deal, payment: id } },
    ]);
    if (!(await look())) throw new Error('a confirmed payment has not been admitted yet');
  }

  private async sendCode(inHand: PaymentInHand, { holder }: HeldAccount): Promise<boolean> {
    const { payerCodes, clock, log } = this.options;
    const { payment } = inHand;
    if (payment.admission?.status === 'closed' || clock.now() >= payerCodes.validUntil(inHand)) return false;
    try {
      const { sent } = await payerCodes.send(inHand, { holder });
      await sent;
      return true;
    } catch (error) {
      if (!(error instanceof Refused || error instanceof CodeRefused || error instanceof CodeNotSent))
        throw error;
      log.warn({ payment: payment.row.id, err: error }, 'no code was sent for a payment');
      return false;
    }
  }

  /** The core's word, by its own answer or by enquiry, however late. */
  private async coreVerdict(request: PaymentRequest): Promise<CoreAnswer> {
    const { core, signal } = this.options;
    const over = new AbortController();
    const ended = AbortSignal.any([signal, over.signal]);
    try {
      return await Promise.race([core.decide(request, ended), this.enquireUntilKnown(request, ended)]);
    } finally {
      over.abort(new Error('the core has answered'));
    }
  }

  private async enquireUntilKnown(request: PaymentRequest, signal: AbortSignal): Promise<CoreAnswer> {
    const { core, clock, limits } = this.options;
    let pauseMs = Math.max(limits.answerLimitMs, 1);
    for (;;) {
      await until(clock, clock.now() + pauseMs, signal);
      const answer = await core.enquire(request);
      if (answer !== 'unknown') return answer;
      pauseMs = Math.min(pauseMs * 2, LONGEST_ENQUIRY_PAUSE_MS);
    }
  }

  private async submit(inHand: PaymentInHand, answer: CoreAnswer): Promise<void> {
    const command = await this.command(inHand, answer);
    const code = await this.refusal(command, inHand.payment.row.link);
    if (code === null || NO_ANSWER_NEEDED.has(code)) return;
    const { log } = this.options;
    log.info({ deal: inHand.deal, payment: inHand.payment.row.id, code }, 'the ledger refused the answer');
    if (answer.verdict === 'no') throw new Error(`a "no" was refused: ${code}`);
    // The core said yes, the books or the signatures say no: the payer gets a no, the reason stays here.
    await this.refuse(inHand, code);
  }

  private async command(inHand: PaymentInHand, answer: CoreAnswer): Promise<Command> {
    const { codes, operationIds } = this.options;
    const { deal } = inHand;
    const payment = inHand.payment.row.id;
    const subject = paymentSubject(payment);
    const params: { readonly [name: string]: Json } = {
      deal,
      payment,
      verdict: answer.verdict,
      codeBinding: (await codes.binding(subject)) ?? codes.bindingWithoutCode(subject),
      reason: answer.verdict === 'no' ? answer.reason : null,
      holdOperation: await operationIds.operation({ kind: 'hold', deal, payment }),
      voidOperation: await operationIds.operation({ kind: 'void', deal, payment }),
      refundKey: await operationIds.refundKey(deal),
    };
    return { action: 'answerPayment', params };
  }

  /** Submits; null: taken. Otherwise the true code, which the outcome masks. */
  private async refusal(command: Command, link: string): Promise<string | null> {
    const account = await this.options.accounts.accountOf(link);
    const locks = account === null ? [] : [accountKey(account)];
    const [outcome] = await this.options.submitter.submit('owner', [command], locks);
    if (outcome === undefined) throw new Error('the ledger gave no result for the answer');
    if (outcome.ok) return null;
    const [result] = await this.options.ledger.dryRun([command], { as: 'worker' });
    if (result?.ok === true) throw new Error('the answer was refused and would be taken now');
    return result?.code ?? outcome.code;
  }
}

function isAnswerable({ admission }: PaymentView): boolean {
  return admission?.status === 'admitted' || admission?.status === 'closed';
}

function requestOf({ deal, payment, terms }: PaymentInHand, account: HeldAccount): PaymentRequest {
  const { id, amount, fee, currency } = payment.row;
  const total = (BigInt(amount) + BigInt(fee)).toString();
  const admitted = admittedAt(payment, terms);
  const answerBy = payment.admission?.answerBy ?? admitted;
  return { deal, payment: id, ...account, total, currency, admittedAt: admitted, answerBy };
}
