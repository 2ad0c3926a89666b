// Sends the payer of a submitted payment the code for it, and sends it again when his signed question asks for that.
import type { DealTerms } from '../../chaincode/protocol/deal.js';
import type { Hash, Instant } from '../../chaincode/protocol/forms.js';
import type { HolderCodes } from '../accounts/holder-codes.js';
import type { PaymentView } from '../deals/due-actions.js';
import type { SellerNames } from './payee-names.js';
import { paymentCodeFacts, paymentCodeText, paymentSubject } from './payment-codes.js';

export interface PayerCodesOptions {
  readonly holderCodes: HolderCodes;
  readonly sellers: SellerNames;
  /** Name of the member with this MSP, as the consortium has it. */
  readonly memberName: (mspId: string) => string;
  /** Longest life of a code, and how long the core may take before it is asked again; milliseconds. */
  readonly limits: { readonly codeLifeMs: number; readonly answerLimitMs: number };
}

export interface PaymentToPay {
  readonly payment: PaymentView;
  readonly terms: DealTerms;
}

export class PayerCodes {
  constructor(private readonly options: PayerCodesOptions) {}

  /** Until when a code for this payment counts: typing and the core's limit fit into the answer time together. */
  validUntil({ payment, terms }: PaymentToPay): Instant {
    const { codeLifeMs, answerLimitMs } = this.options.limits;
    const { answerTimeMs } = terms.offerTerms;
    const lifeMs = Math.min(codeLifeMs, Math.max(answerTimeMs - answerLimitMs, Math.floor(answerTimeMs / 2)));
    return admittedAt(payment, terms) + lifeMs;
  }

  /** Resolves as `HolderCodes.send`. */
  send(
    of: PaymentToPay,
    to: { readonly holder: string; readonly question?: Hash },
  ): Promise<{ readonly sent: Promise<void> }> {
    const { holderCodes, sellers, memberName } = this.options;
    const { row } = of.payment;
    const { terms } = of;
    const { holder, question } = to;
    const names = { seller: sellers.of(row.deal), marketplace: memberName(terms.offerTerms.marketplace) };
    return holderCodes.send({
      subject: paymentSubject(row.id),
      facts: paymentCodeFacts(row, terms),
      validUntil: this.validUntil(of),
      budget: `proven/${holder}`,
      holder,
      about: { kind: 'payment', deal: row.deal, payment: row.id },
      text: (code) => paymentCodeText({ payment: row, terms, names }, code),
      ...(question === undefined ? {} : { question }),
    });
  }
}

/** The admission holds when the answer is due; the answer time ran from admission until then. */
export function admittedAt(payment: PaymentView, terms: DealTerms): Instant {
  const { answerTimeMs } = terms.offerTerms;
  return (payment.admission?.answerBy ?? payment.row.arrivedAt + answerTimeMs) - answerTimeMs;
}
