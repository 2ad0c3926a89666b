// Decides each admitted payment for a bank and brings the answer to the ledger: the holder's code, the core's word, the
// verdict. Silence is never taken for a no.
import { paymentOf } from '../../chaincode/protocol/deal-state.js';
import type { Logger } from 'pino';
import type { Json } from '../../chaincode/protocol/canonical-json.js';
import type { Command } from '../../chaincode/protocol/commands.js';
import type { DealTerms } from '../../chaincode/protocol/deal.js';
import type { DealView } from '../../chaincode/protocol/queries.js';

import { accountKey } from '../../chaincode/protocol/account.js';
import type { HeldAccount, LinkedAccounts } from '../accounts/linked-accounts.js';
import type { OneTimeCodes } from '../accounts/one-time-codes.js';
import type { OperationIds } from '../accounts/operation-ids.js';
import { type Clock, until } from '../clock.js';
import type { CodeSender, CoreAnswer, CoreBank, PaymentRequest } from '../core-bank/core-bank.js';
import type { PaymentView } from '../deals/due-actions.js';
import type { LedgerClient } from '../ledger/ledger-client.js';
import type { WorkerSubmitter } from '../worker/submitter.js';
import { paymentCodeFacts, paymentCodeText, paymentSubject } from './payment-codes.js';

export interface PaymentDecisionsOptions {
  readonly ledger: LedgerClient;
  readonly submitter: WorkerSubmitter;
  readonly accounts: LinkedAccounts;
  readonly codes: OneTimeCodes;
  readonly phone: CodeSender;
  readonly core: CoreBank;
  readonly operationIds: OperationIds;
  readonly clock: Clock;
  readonly log: Logger;
  /** Longest life of a code, and how long the core may take before it is asked again; milliseconds. */
  readonly limits: { readonly codeLifeMs: number; readonly answerLimitMs: number };
  /** Has the deal processed again after a failure. */
  readonly requeue: (deal: string) => void;
  readonly signal: AbortSignal;
}

interface PaymentInHand {
  readonly deal: string;
  readonly payment: PaymentView;
  readonly terms: DealTerms;
}

const LONGEST_ENQUIRY_PAUSE_MS = 30_000;
const AFTER_FAILURE_MS = 500;

/** Codes of the ledger that mean: this payment needs no answer of ours (any more). */
const NO_ANSWER_NEEDED: ReadonlySet<string> = new Set(['WRONG_STATE', 'NOT_ADMITTED', 'ANSWERED']);

export class PaymentDecisions {
  private readonly running = new Set<string>();

  constructor(private readonly options: PaymentDecisionsOptions) {}

  /** Starts on a payment that is due to be answered; a payment already in hand goes on as it was. Returns at once. */
  start(view: DealView, paymentId: string): void {
    const payment = paymentOf(view, paymentId);
    if (payment === null || view.terms === null || this.running.has(paymentId)) return;
    this.running.add(paymentId);
    void this.process({ deal: payment.row.deal, payment, terms: view.terms.terms });
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
    if (number === null) return this.submit(inHand, { verdict: 'no', reason: 'LINK' });
    const account = await accounts.holderOf(number);
    if (!(await this.isAuthorised(inHand, account))) {
      return this.submit(inHand, { verdict: 'no', reason: 'CODE' });
    }
    const verdict = await this.coreVerdict(requestOf(inHand, account));
    await this.submit(inHand, verdict);
  }

  /** Whether the holder gave the right code in time; the code is sent once, also across restarts. */
  private async isAuthorised(inHand: PaymentInHand, account: HeldAccount): Promise<boolean> {
    const { codes, phone, signal } = this.options;
    const { payment } = inHand;
    const subject = paymentSubject(payment.row.id);
    if ((await codes.state(subject)) === 'none') {
      if (payment.admission?.status === 'closed') return false;
      const validUntil = this.codeValidUntil(inHand);
      const code = await codes.issue({
        subject,
        facts: paymentCodeFacts(payment.row, inHand.terms),
        validUntil,
      });
      const about = { kind: 'payment', deal: inHand.deal, payment: payment.row.id } as const;
      const text = paymentCodeText(payment.row, inHand.terms, code);
      await phone.send(account.holder, { about, text, code, validUntil });
    }
    return (await codes.decided(subject, signal)) === 'right';
  }

  /** Typing and the core's limit fit into the answer time together. */
  private codeValidUntil({ payment, terms }: PaymentInHand): number {
    const { codeLifeMs, answerLimitMs } = this.options.limits;
    const { answerTimeMs } = terms.offerTerms;
    const lifeMs = Math.min(codeLifeMs, Math.max(answerTimeMs - answerLimitMs, Math.floor(answerTimeMs / 2)));
    return admittedAt(payment, terms) + lifeMs;
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
    await this.submit(inHand, { verdict: 'no', reason: code });
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

function requestOf({ deal, payment, terms }: PaymentInHand, account: HeldAccount): PaymentRequest {
  const { id, amount, fee, currency } = payment.row;
  const total = (BigInt(amount) + BigInt(fee)).toString();
  const admitted = admittedAt(payment, terms);
  const answerBy = payment.admission?.answerBy ?? admitted;
  return { deal, payment: id, ...account, total, currency, admittedAt: admitted, answerBy };
}

/** The admission holds when the answer is due; the answer time ran from admission until then. */
function admittedAt(payment: PaymentView, terms: DealTerms): number {
  const { answerTimeMs } = terms.offerTerms;
  return (payment.admission?.answerBy ?? payment.row.arrivedAt + answerTimeMs) - answerTimeMs;
}
