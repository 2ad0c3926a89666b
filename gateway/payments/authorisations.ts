// Takes the payer's sealed one-time code for a payment, opens it and compares it. The decision that waits for the code
// answers the payment.
import { timingSafeEqual } from 'node:crypto';
import type { Logger } from 'pino';
import { paymentOf } from '../../chaincode/protocol/deal-state.js';
import { bodyHash, type Intent } from '../../chaincode/protocol/intent.js';
import type { ConfirmedLink, LinkedAccounts } from '../accounts/linked-accounts.js';
import { authorisationOf, type HolderCodes } from '../accounts/holder-codes.js';
import { CodeRefused, type OneTimeCodes } from '../accounts/one-time-codes.js';
import type { OperationIds } from '../accounts/operation-ids.js';
import type { SealedMail } from '../accounts/sealed-mail.js';
import type { SignedQuestions } from '../accounts/signed-questions.js';
import type { Alarms } from '../alarms.js';
import type { Clock } from '../clock.js';
import type { LedgerClient } from '../ledger/ledger-client.js';
import type { AuthorisationAnswer, AuthorisationRequest } from '../protocol/admin.js';
import type { Authorisation } from '../protocol/api/payments.js';
import { Refused } from '../refused.js';
import type { PayerCodes, PaymentToPay } from './payer-codes.js';
import { paymentCodeFacts, paymentSubject } from './payment-codes.js';

export interface PaymentAuthorisationsOptions {
  readonly bank: string;
  readonly ledger: Pick<LedgerClient, 'deal'>;
  readonly accounts: LinkedAccounts;
  readonly codes: OneTimeCodes;
  readonly holderCodes: HolderCodes;
  readonly payerCodes: PayerCodes;
  readonly questions: SignedQuestions;
  readonly operationIds: OperationIds;
  readonly mail: SealedMail;
  readonly clock: Clock;
  readonly log: Logger;
  readonly alarms: Alarms;
  /** Has the deal processed again: a payment whose codes were dead waits for a new one. */
  readonly requeue: (deal: string) => void;
}

/** A payment as one member names it. */
export interface NamedPayment {
  /** MSP of the member that asks. */
  readonly partner: string;
  readonly deal: string;
  readonly payment: string;
}

/** A signed attempt at a payment's code, carried by a member. */
export interface PaymentAttempt extends Omit<NamedPayment, 'payment'> {
  readonly intent: Intent;
  readonly sealed: string;
  /** Null: the member has none. */
  readonly refundKey: string | null;
}

export class PaymentAuthorisations {
  constructor(private readonly options: PaymentAuthorisationsOptions) {}

  /** As an operator hands it in. Throws CodeRefused, SealBroken, LedgerUnavailable. */
  async authoriseUnsigned(request: AuthorisationRequest): Promise<AuthorisationAnswer> {
    const { ledger, codes, mail } = this.options;
    const code = await mail.text('code', { subject: request.payment, sealed: request.sealed });
    const view = await ledger.deal(request.deal);
    const payment = paymentOf(view, request.payment);
    if (payment === null || view.terms === null) throw new CodeRefused('CODE_NOT_ASKED', 0);
    const facts = paymentCodeFacts(payment.row, view.terms.terms);
    await codes.check({ subject: paymentSubject(request.payment), code, facts });
    return { scaStatus: 'finalised' };
  }

  /**
   * Everything that needs no secret is checked before the text is opened or a try counts.
   * Throws Refused, CodeRefused, SealBroken, LedgerUnavailable.
   */
  async authorise({ partner, deal, intent, sealed, refundKey }: PaymentAttempt): Promise<Authorisation> {
    const { codes, mail, questions } = this.options;
    const params = questions.paramsOf(intent, 'payment');
    questions.requireOwnBank(params);
    const found = await this.find({ partner, deal, payment: params.subject });
    questions.requireAsker(intent, found.link);
    questions.requireSealedHere(params, sealed);
    await this.requireRefundKey(deal, refundKey);
    const subject = paymentSubject(params.subject);
    const { attempt, challenge } = params;
    const signed = { attempt, challenge, content: bodyHash(intent.body) };
    await codes.expect(subject, signed);
    const code = await mail.text('code', { subject: params.subject, sealed, challenge });
    await codes.check({ subject, code, signed, facts: paymentCodeFacts(found.payment.row, found.terms) });
    return this.shown(subject);
  }

  /** Throws Refused (NOT_FOUND), LedgerUnavailable. */
  async authorisation(named: NamedPayment): Promise<Authorisation> {
    const { payment } = await this.find(named);
    return this.shown(paymentSubject(payment.row.id));
  }

  /** Sends the code again for the payer's signed question. Throws Refused, CodeRefused, LedgerUnavailable. */
  async sendAgain(of: Omit<NamedPayment, 'payment'> & { readonly intent: Intent }): Promise<Authorisation> {
    const { codes, holderCodes, questions, payerCodes, accounts, clock, log } = this.options;
    const params = questions.paramsOf(of.intent, 'resend');
    questions.requireOwnBank(params);
    const found = await this.find({ ...of, payment: params.subject });
    questions.requireAsker(of.intent, found.link);
    const subject = paymentSubject(params.subject);
    const record = await codes.record(subject);
    if (record === null || found.payment.row.status !== 'submitted')
      throw new CodeRefused('CODE_NOT_ASKED', 0);
    const question = bodyHash(of.intent.body);
    if (record.right || record.question === question) return this.shown(subject);
    if (clock.now() >= payerCodes.validUntil(found)) throw new CodeRefused('CODE_EXPIRED', 0);
    const { holder } = await accounts.holderOf(found.link.account);
    const { sent } = await payerCodes.send(found, { holder, question });
    await holderCodes.sentSoon(sent, (error) => {
      log.warn({ payment: params.subject, err: error }, 'a code could not be sent again');
    });
    this.options.requeue(of.deal);
    return this.shown(subject);
  }

  /** To the deal's marketplace alone; to any other member there is no such payment. Throws Refused (NOT_FOUND). */
  async find({
    partner,
    deal,
    payment,
  }: NamedPayment): Promise<PaymentToPay & { readonly link: ConfirmedLink }> {
    const { ledger, accounts, bank } = this.options;
    const view = await ledger.deal(deal);
    const found = paymentOf(view, payment);
    if (found?.attested !== true || found.row.bank !== bank) throw new Refused('NOT_FOUND');
    if (view.terms?.terms.offerTerms.marketplace !== partner) throw new Refused('NOT_FOUND');
    const link = await accounts.linkOf(found.row.link);
    if (link === null) throw new Refused('NOT_FOUND');
    return { payment: found, terms: view.terms.terms, link };
  }

  /** Absent is no fault: two first payments may run together. Throws Refused (REFUND_KEY_DIFFERS). */
  private async requireRefundKey(deal: string, given: string | null): Promise<void> {
    if (given === null) return;
    const { operationIds, alarms } = this.options;
    const own = Buffer.from(await operationIds.refundKey(deal));
    const other = Buffer.from(given);
    if (own.length === other.length && timingSafeEqual(own, other)) return;
    alarms.raise('REFUND_KEY_DIFFERS', { deal });
    throw new Refused('REFUND_KEY_DIFFERS');
  }

  private async shown(subject: string): Promise<Authorisation> {
    const { codes, clock } = this.options;
    return authorisationOf(await codes.record(subject), clock.now());
  }
}
