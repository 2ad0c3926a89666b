// Payments at the fake gateway: the code comes after a moment, `000000` is wrong, any other code is right, and the
// bank answers after a while.
import type { DealPage, PaymentInfo } from '../../../gateway/protocol/api/deals.js';
import type { Authorisation } from '../../../gateway/protocol/api/payments.js';
import type { SubmissionReceipts } from '../../../gateway/operations/submission-receipts.js';
import type { Operation } from '../../../gateway/protocol/api/forms.js';
import type { Intent } from '../../../chaincode/protocol/intent.js';
import { interbankFeeOf } from '../../../chaincode/protocol/fees.js';
import { type Asked, FakeRefusal } from './asked.js';
import { HOUR_MS, MARINA, moneyOf, payment, step } from './deals.js';

const CODE_AFTER_MS = 1_500;
const ADMIT_AFTER_MS = 2_000;
const ANSWER_AFTER_MS = 4_000;
const CODE_LIFE_MS = 300_000;
const TRIES = 5;

interface Code {
  readonly sentAt: number;
  triesLeft: number;
  confirmedAt: number | null;
}

const intentOf = ({ body }: Asked): Intent => (body as { readonly intent: Intent }).intent;

export class FakePayments {
  private readonly codes = new Map<string, Code>();
  /** How often a code was typed; the first one for a payment with `wrongFirst` is wrong. */
  static wrongFirst = false;

  /** Answers no payment at its own door; through another member's it comes all the same. */
  static isSilent = false;

  constructor(
    private readonly deals: DealPage[],
    private readonly receipts: SubmissionReceipts,
  ) {}

  answers() {
    return {
      getQuote: ({ query }: Asked) => {
        const amount = query['amount'] ?? '0';
        const payerBank = query['link'] === 'link_marina2000' ? '20' : '10';
        const tariff = { usualBasisPoints: 200, toBank: { '20': 150 } };
        const fee = interbankFeeOf({ amount, payerBank, sellerBank: '20', tariff });
        const total = (BigInt(amount) + BigInt(fee)).toString();
        const at = Date.now();
        return { amount, fee, total, basisPoints: 150, tariffSince: at - 26 * 24 * HOUR_MS, askedAt: at };
      },
      submitPayment: (asked: Asked) => {
        if (FakePayments.isSilent) return new Promise<never>(() => undefined);
        const intent = intentOf(asked);
        const receipt = this.receipts(intent, Date.now());
        return { ...this.submit(intent), ...(receipt === null ? {} : { receipt }) };
      },
      getAuthorisation: ({ path }: Asked) => this.authorisation(path['payment'] ?? ''),
      authorisePayment: ({ path }: Asked) => this.authorise(path['deal'] ?? '', path['payment'] ?? ''),
      resendCode: ({ path }: Asked) => this.authorisation(path['payment'] ?? ''),
    };
  }

  /** Puts the payment into its deal, whichever door it came through. */
  submit(intent: Intent): Operation {
    const { id, params, action } = intent.body;
    const { deal, amount, fee, link } = params as {
      readonly deal: string;
      readonly amount: string;
      readonly fee: string;
      readonly link: string;
    };
    const bank = link === 'link_marina2000' ? '20' : '10';
    this.change(deal, (found) => {
      const made = { ...payment({ id, bank, amount, fee, place: 'asked', agoMs: 0 }), link };
      return this.withPayments(found, [...found.payments, made], 'PaymentSubmitted', MARINA.id, id);
    });
    this.codes.set(id, { sentAt: Date.now(), triesLeft: TRIES, confirmedAt: null });
    return { id, action, status: 'done', code: null, txId: 'f'.repeat(64), block: 1_901 };
  }

  private codeOf(id: string): Code {
    const found = this.codes.get(id);
    if (found !== undefined) return found;
    const made = { sentAt: Date.now() - HOUR_MS / 60, triesLeft: TRIES, confirmedAt: null };
    this.codes.set(id, made);
    return made;
  }

  private authorisation(id: string): Authorisation {
    const { sentAt, triesLeft, confirmedAt } = this.codeOf(id);
    const isSent = Date.now() - sentAt >= CODE_AFTER_MS;
    const scaStatus = confirmedAt !== null ? 'finalised' : isSent ? 'received' : 'notSent';
    return {
      scaStatus,
      challenge: isSent ? 'challenge_1' : null,
      triesLeft,
      validUntil: isSent ? sentAt + CODE_LIFE_MS : null,
    };
  }

  private authorise(deal: string, id: string): Authorisation {
    const code = this.codeOf(id);
    if (FakePayments.wrongFirst && code.triesLeft === TRIES) {
      code.triesLeft -= 1;
      throw new FakeRefusal('CODE_WRONG', { triesLeft: code.triesLeft });
    }
    code.confirmedAt = Date.now();
    setTimeout(() => {
      this.move(deal, id, 'admitted', 'PaymentAdmitted', null);
    }, ADMIT_AFTER_MS).unref();
    setTimeout(() => {
      this.move(deal, id, 'held', 'PaymentHeld', 'BankAMSP');
    }, ANSWER_AFTER_MS).unref();
    return this.authorisation(id);
  }

  private move(
    deal: string,
    id: string,
    place: PaymentInfo['place'],
    event: string,
    by: string | null,
  ): void {
    this.change(deal, (found) => {
      const payments = found.payments.map((one) => (one.id === id ? { ...one, place } : one));
      return this.withPayments(found, payments, event, by, id);
    });
  }

  private withPayments(
    found: DealPage,
    payments: readonly PaymentInfo[],
    event: string,
    by: string | null,
    id: string,
  ): DealPage {
    const money = moneyOf(found.terms.offerTerms, payments);
    const isPaid = money.held === money.price;
    const isOpen = payments.some(({ place }) => place === 'asked' || place === 'admitted');
    const until = found.terms.payDeadline;
    const next = isPaid
      ? ({ who: 'seller', what: 'ship', until: Date.now() + 72 * HOUR_MS, isMine: false } as const)
      : isOpen
        ? ({ who: 'bank', what: 'answer', until: Date.now() + HOUR_MS / 6, isMine: false } as const)
        : ({ who: 'payer', what: 'pay', until, isMine: true } as const);
    return {
      ...found,
      payments: [...payments],
      money,
      next,
      status: isPaid ? 'paid' : 'inProgress',
      shipment: isPaid ? 'announced' : 'none',
      timeline: [...found.timeline, step(event, Date.now(), by, [id])],
    };
  }

  private change(id: string, how: (found: DealPage) => DealPage): void {
    const index = this.deals.findIndex((one) => one.id === id);
    const found = this.deals[index];
    if (found !== undefined) this.deals.splice(index, 1, how(found));
  }
}
