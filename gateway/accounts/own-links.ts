// The links of a person at a marketplace, and the questions about them that it carries to their banks.
import type { LinkRow } from '../../chaincode/protocol/account.js';
import type { Intent } from '../../chaincode/protocol/intent.js';
import { rowKey } from '../../chaincode/protocol/rows.js';
import type { Alarms } from '../alarms.js';
import type { LedgerClient } from '../ledger/ledger-client.js';
import type { BankPartner, SealedQuestion } from '../partner/bank-partner.js';
import { requireQuestion } from '../partner/signed-by.js';
import type { LinkedAccountInfo } from '../protocol/api/accounts.js';
import type { Authorisation } from '../protocol/api/payments.js';
import { Refused } from '../refused.js';

/** The person's own words about a link. */
export interface LinkLabels {
  /** Null: the person gave none. */
  find(person: string, link: string): Promise<{ readonly label: string; readonly lastFour: string } | null>;
}

export interface OwnLinksOptions {
  readonly ledger: Pick<LedgerClient, 'rows'>;
  readonly partner: BankPartner;
  readonly labels: LinkLabels;
  readonly alarms: Alarms;
}

export interface NamedLink {
  /** Who asks. */
  readonly person: string;
  readonly link: string;
}

export class OwnLinks {
  constructor(private readonly options: OwnLinksOptions) {}

  /** The person's own link; anybody else's is none. Throws Refused (NOT_FOUND). */
  async find({ person, link }: NamedLink): Promise<LinkRow> {
    const key = rowKey('link', link);
    const row = (await this.options.ledger.rows([key]))[key] as LinkRow | null | undefined; // the key names the kind
    if (row?.person !== person) throw new Refused('NOT_FOUND');
    return row;
  }

  /** Throws Refused, also with what the bank refused. */
  async sendCode(of: NamedLink & SealedQuestion): Promise<Authorisation> {
    const { person, link, intent, sealed } = of;
    const { bank } = await this.find(of);
    requireQuestion(intent, { person, purpose: 'link', subject: link, bank });
    return this.watched(bank, link, this.options.partner.sendLinkCode(bank, link, { intent, sealed }));
  }

  /** Throws Refused, also with what the bank refused. */
  async confirm(of: NamedLink & { readonly sealed: string }): Promise<LinkedAccountInfo> {
    const { person, link, sealed } = of;
    const { bank, currency } = await this.find(of);
    await this.options.partner.confirmLink(bank, link, sealed);
    const words = (await this.options.labels.find(person, link)) ?? { label: '', lastFour: '' };
    return { link, bank, currency, status: 'active', ...words };
  }

  /** Throws Refused, also with what the bank refused. */
  async askBalanceCode(of: NamedLink & { readonly intent: Intent }): Promise<Authorisation> {
    const { person, link, intent } = of;
    const { bank } = await this.find(of);
    requireQuestion(intent, { person, purpose: 'resend', subject: link, bank });
    return this.options.partner.sendCode(bank, { intent, deal: null });
  }

  /** The bank's sealed answer. Throws Refused, also with what the bank refused. */
  async askBalance(of: NamedLink & SealedQuestion): Promise<string> {
    const { person, link, intent, sealed } = of;
    const { bank } = await this.find(of);
    requireQuestion(intent, { person, purpose: 'balance', subject: link, bank });
    return this.watched(bank, link, this.options.partner.balance(bank, { intent, sealed }));
  }

  /** A foreign sealing key is an alarm at both ends: somebody showed the person another key than the bank's. */
  private async watched<Answer>(bank: string, link: string, asked: Promise<Answer>): Promise<Answer> {
    try {
      return await asked;
    } catch (error) {
      if (error instanceof Refused && error.code === 'SEALING_KEY_DIFFERS') {
        this.options.alarms.raise('SEALING_KEY_DIFFERS', { bank, subject: link });
      }
      throw error;
    }
  }
}
