// A payer's questions about his payments that a marketplace answers or carries to his bank: quotes, codes, their state.
import type { Logger } from 'pino';
import { paymentOf } from '../../chaincode/protocol/deal-state.js';
import type { DealTerms, TermsRow } from '../../chaincode/protocol/deal.js';
import type { Intent } from '../../chaincode/protocol/intent.js';
import type { BankRow } from '../../chaincode/protocol/member.js';
import type { PaymentRow } from '../../chaincode/protocol/payment.js';
import type { DealView } from '../../chaincode/protocol/queries.js';
import { rowKey } from '../../chaincode/protocol/rows.js';
import { verifiedTerms } from '../../chaincode/protocol/terms.js';
import type { OwnLinks } from '../accounts/own-links.js';
import type { Alarms } from '../alarms.js';
import type { Clock } from '../clock.js';
import type { LedgerClient } from '../ledger/ledger-client.js';
import type { BankPartner, SealedQuestion } from '../partner/bank-partner.js';
import type { RefundKeyVault } from '../partner/refund-key-vault.js';
import { requireQuestion } from '../partner/signed-by.js';
import type { Authorisation } from '../protocol/api/payments.js';
import type { PartnerQuote } from '../protocol/partner/endpoints.js';
import { Refused } from '../refused.js';
import type { Confirmations } from './confirmations.js';
import { quoteOf } from './partner-reads.js';

export interface OwnPaymentsOptions {
  readonly ledger: Pick<LedgerClient, 'deal' | 'rows'>;
  readonly partner: BankPartner;
  readonly confirmations: Pick<Confirmations, 'hear'>;
  readonly links: OwnLinks;
  readonly vault: RefundKeyVault;
  /** A seller's name as buyers know it; null: unknown. */
  readonly sellerName: (person: string) => Promise<string | null>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly alarms: Alarms;
}

export interface NamedPaymentOfPerson {
  /** Who asks. */
  readonly person: string;
  readonly deal: string;
  readonly payment: string;
}

interface Found {
  readonly row: PaymentRow;
  readonly terms: DealTerms;
  readonly view: DealView;
}

export class OwnPayments {
  constructor(private readonly options: OwnPaymentsOptions) {}

  /** From the tariff as published, or `live`: asked of the bank now. Throws Refused: NOT_FOUND, BANK_UNAVAILABLE. */
  async quote(of: {
    readonly person: string;
    readonly deal: string;
    readonly link: string;
    readonly amount: string;
    readonly live: boolean;
  }): Promise<PartnerQuote> {
    const { ledger, links, partner, clock } = this.options;
    const { terms } = await ledger.deal(of.deal);
    if (terms === null) throw new Refused('NOT_FOUND');
    const { bank } = await links.find(of);
    const asked = { payeeBank: terms.terms.offerTerms.sellerBank, amount: of.amount };
    if (of.live) return partner.quote(bank, asked);
    const key = rowKey('bank', bank);
    const row = (await ledger.rows([key]))[key] as BankRow | null | undefined; // the key names the kind
    return quoteOf(row ?? null, asked, clock.now());
  }

  /** Throws Refused. */
  async authorisation(named: NamedPaymentOfPerson): Promise<Authorisation> {
    const { row } = await this.find(named);
    return this.heard(named, await this.options.partner.authorisation(row.bank, named));
  }

  /** Throws Refused, also with what the bank refused. */
  async authorise(of: NamedPaymentOfPerson & SealedQuestion): Promise<Authorisation> {
    const { partner, vault, alarms } = this.options;
    const { person, deal, payment, intent, sealed } = of;
    const found = await this.find(of);
    const { bank } = found.row;
    requireQuestion(intent, { person, purpose: 'payment', subject: payment, bank });
    const refundKey = (await vault.find(deal, bank)) ?? (await this.fetchRefundKey(found));
    try {
      return this.heard(of, await partner.authorise(bank, { deal, intent, sealed, refundKey }));
    } catch (error) {
      if (error instanceof Refused && error.code === 'SEALING_KEY_DIFFERS') {
        alarms.raise('SEALING_KEY_DIFFERS', { bank, subject: payment });
      }
      throw error;
    }
  }

  /** Throws Refused, also with what the bank refused. */
  async sendCodeAgain(of: NamedPaymentOfPerson & { readonly intent: Intent }): Promise<Authorisation> {
    const { person, deal, payment, intent } = of;
    const { row } = await this.find(of);
    requireQuestion(intent, { person, purpose: 'resend', subject: payment, bank: row.bank });
    return this.heard(of, await this.options.partner.sendCode(row.bank, { intent, deal }));
  }

  /**
   * Gives the seller's name to the payer's bank for its message; to be called when a payment is submitted. Without it
   * the message shows an id, so no failure stops a payment.
   */
  async nameSeller({
    deal,
    link,
    person,
  }: {
    readonly deal: string;
    readonly link: string;
    readonly person: string;
  }): Promise<void> {
    const { ledger, links, partner, sellerName, log } = this.options;
    try {
      const key = rowKey('terms', deal);
      const [rows, { bank }] = await Promise.all([ledger.rows([key]), links.find({ person, link })]);
      const row = rows[key] as TermsRow | null | undefined; // the key names the kind
      const terms = row ? verifiedTerms(row, deal) : null;
      const name = terms === null ? null : await sellerName(terms.offerTerms.seller);
      if (name === null) return;
      await partner.nameSeller(bank, { deal, seller: name });
    } catch (error) {
      log.warn({ deal, err: error }, "a bank was not given the seller's name");
    }
  }

  /** The bank's word counts at once for the admission. */
  private heard(of: NamedPaymentOfPerson, authorisation: Authorisation): Authorisation {
    this.options.confirmations.hear(of, authorisation.scaStatus);
    return authorisation;
  }

  /** The payer's own payment; anybody else's is none. */
  private async find({ person, deal, payment }: NamedPaymentOfPerson): Promise<Found> {
    const view = await this.options.ledger.deal(deal);
    const found = paymentOf(view, payment);
    if (found?.row.payer !== person || view.terms === null) throw new Refused('NOT_FOUND');
    return { row: found.row, terms: view.terms.terms, view };
  }

  /** Of an earlier payment of the deal that the same bank holds; null: there is none, or the bank is away just now. */
  private async fetchRefundKey({ row, view }: Found): Promise<string | null> {
    const { partner, vault, log } = this.options;
    const { deal, bank } = row;
    const isHeld = (other: PaymentRow) => other.bank === bank && other.status === 'held';
    const held = view.payments.find((other) => other.attested && isHeld(other.row));
    if (held === undefined) return null;
    try {
      const { refundKey } = await partner.payment(bank, { deal, payment: held.row.id });
      if (refundKey !== null) await vault.keep(deal, bank, refundKey);
      return refundKey;
    } catch (error) {
      log.warn({ deal, err: error }, 'the refund key of a deal was not given');
      return null;
    }
  }
}
