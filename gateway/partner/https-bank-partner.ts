// The banks of the consortium by their partner doors.
import type { PartnersConfig } from '../protocol/gateway-config.js';
import { Refused } from '../refused.js';
import type { BankPartner } from './bank-partner.js';
import { PartnerConnection, type PartnerTimes } from './partner-connection.js';

export class HttpsBankPartner implements BankPartner {
  private readonly banks: ReadonlyMap<string, PartnerConnection>;

  constructor({ tls, banks }: Pick<PartnersConfig, 'tls' | 'banks'>, times?: PartnerTimes) {
    this.banks = new Map(
      banks.map(({ bankId, ...address }) => [bankId, new PartnerConnection({ ...address, tls }, times)]),
    );
  }

  sendLinkCode: BankPartner['sendLinkCode'] = (bank, link, question) =>
    this.at(bank).call('askLinkCode', { path: { link }, query: {}, body: question });

  confirmLink: BankPartner['confirmLink'] = async (bank, link, sealed) => {
    await this.at(bank).call('confirmLink', { path: { link }, query: {}, body: { sealed } });
  };

  authorise: BankPartner['authorise'] = (bank, { refundKey, ...attempt }) =>
    this.at(bank).call('authorise', {
      ...{ path: {}, query: {} },
      body: refundKey === null ? attempt : { ...attempt, refundKey },
    });

  authorisation: BankPartner['authorisation'] = (bank, { deal, payment: subject }) =>
    this.at(bank).call('getAuthorisation', { path: { subject }, query: { deal }, body: null });

  sendCode: BankPartner['sendCode'] = (bank, { intent, deal }) =>
    this.at(bank).call('sendCode', {
      ...{ path: {}, query: {} },
      body: deal === null ? { intent } : { intent, deal },
    });

  quote: BankPartner['quote'] = (bank, query) =>
    this.at(bank).call('getQuote', { path: {}, query, body: null });

  balance: BankPartner['balance'] = async (bank, question) =>
    (await this.at(bank).call('askBalance', { path: {}, query: {}, body: question })).sealed;

  payment: BankPartner['payment'] = (bank, { deal, payment }) =>
    this.at(bank).call('getPayment', { path: { payment }, query: { deal }, body: null });

  nameSeller: BankPartner['nameSeller'] = async (bank, { deal, seller }) => {
    await this.at(bank).call('nameParties', { path: { deal }, query: {}, body: { seller } });
  };

  close(): void {
    for (const connection of this.banks.values()) connection.close();
  }

  private at(bank: string): PartnerConnection {
    const connection = this.banks.get(bank);
    if (connection === undefined) throw new Refused('BANK_UNAVAILABLE', { bank });
    return connection;
  }
}
