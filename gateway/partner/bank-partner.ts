// What a marketplace asks of the banks' partner doors. Everything sealed goes through unread.
import type { Intent } from '../../chaincode/protocol/intent.js';
import type { Authorisation } from '../protocol/api/payments.js';
import type { PartnerPayment, PartnerQuote } from '../protocol/partner/endpoints.js';

/** A signed question and the sealed text that goes with it. */
export interface SealedQuestion {
  readonly intent: Intent;
  readonly sealed: string;
}

/**
 * Rejects: Refused with the bank's own code, BANK_UNAVAILABLE when it does not answer or is not known here. Every
 * question may be asked again: an attempt is counted once.
 */
export interface BankPartner {
  sendLinkCode(bank: string, link: string, question: SealedQuestion): Promise<Authorisation>;
  confirmLink(bank: string, link: string, sealed: string): Promise<void>;
  authorise(
    bank: string,
    of: SealedQuestion & { readonly deal: string; readonly refundKey: string | null },
  ): Promise<Authorisation>;
  authorisation(
    bank: string,
    of: { readonly deal: string; readonly payment: string },
  ): Promise<Authorisation>;
  /** `deal` null: the subject is a link, and the code is for its balance. */
  sendCode(
    bank: string,
    of: { readonly intent: Intent; readonly deal: string | null },
  ): Promise<Authorisation>;
  quote(bank: string, of: { readonly payeeBank: string; readonly amount: string }): Promise<PartnerQuote>;
  /** The sealed answer. */
  balance(bank: string, question: SealedQuestion): Promise<string>;
  payment(bank: string, of: { readonly deal: string; readonly payment: string }): Promise<PartnerPayment>;
  nameSeller(bank: string, of: { readonly deal: string; readonly seller: string }): Promise<void>;
}
