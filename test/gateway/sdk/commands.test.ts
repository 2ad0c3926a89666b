// The SDK builds every command of a person, in the form that the ledger reads, with hashes that it computes itself.
import { expect } from 'chai';
import { COMMANDS, type PersonAction } from '../../../chaincode/protocol/commands.js';
import type { Json } from '../../../chaincode/protocol/canonical-json.js';
import { keyThumbprint } from '../../../chaincode/protocol/intent.js';
import { linkCodeHash } from '../../../chaincode/protocol/link-code.js';
import { agreedSettingsOf } from '../../../chaincode/protocol/parameters-proposal.js';
import { recipientCodeH1, recipientCodeH2 } from '../../../chaincode/protocol/recipient-code.js';
import { termsHash } from '../../../chaincode/protocol/terms.js';
import * as accounts from '../../../gateway/sdk/commands/accounts.js';
import * as banks from '../../../gateway/sdk/commands/banks.js';
import * as deals from '../../../gateway/sdk/commands/deals.js';
import * as offers from '../../../gateway/sdk/commands/offers.js';
import * as parameters from '../../../gateway/sdk/commands/parameters.js';
import * as payments from '../../../gateway/sdk/commands/payments.js';
import * as people from '../../../gateway/sdk/commands/people.js';
import * as shipments from '../../../gateway/sdk/commands/shipments.js';
import { BankNotPublished, NotARecipientCode } from '../../../gateway/sdk/errors.js';
import { newId } from '../../../gateway/sdk/ids.js';
import { quote } from '../../../gateway/sdk/quote.js';
import {
  importDealSecret,
  makeRecipientCode,
  recipientCodeHash,
  recipientCodeOf,
} from '../../../gateway/sdk/recipient-code.js';
import type { CommandRequest } from '../../../gateway/sdk/request.js';
import { sealPaymentCode } from '../../../gateway/sdk/sealing.js';
import { bankA } from '../../chaincode/domain/signed-deal.js';
import { workedOfferTerms, workedParameters } from '../../chaincode/protocol/worked-example.js';
import { makePerson } from '../../support/people.js';
import { workedOffer } from '../../support/test-consortium.js';

const OFFER_TERMS = { ...workedOfferTerms(), offer: newId('offer'), sellerLink: newId('link') };
const alice = makePerson('alice');
const KEY_32 = Buffer.alloc(32).toString('base64url');
const ACCOUNT = '10000000000000715';
const SETTINGS = agreedSettingsOf(workedParameters());
const movement = { bank: '10', account: ACCOUNT, amount: '1', currency: 'RUB' };
const purchase = {
  offerTerms: OFFER_TERMS,
  buyer: alice.id,
  link: newId('link'),
  recipientCode: makeRecipientCode(),
  boughtAt: 5_000,
};
const { request: buying, terms } = deals.buy(purchase);

/** One request of every action, as its builder makes it. */
const REQUESTS: { readonly [A in PersonAction]: CommandRequest<A> } = {
  registerBank: banks.registerBank({ bank: '10', owner: 'BankAMSP', name: 'Bank A', bic: 'BKAARUMM' }),
  publishBank: banks.publishBank({
    bank: '10',
    tariff: { usualBasisPoints: 200, toBank: { '20': 150 } },
    sealingKey: KEY_32,
    debitCaps: { RUB: '100000000' },
  }),
  registerPerson: people.registerPerson({ person: alice.id }),
  confirmPerson: people.confirmPerson({ person: alice.id, key: alice.key, roles: ['client'] }),
  openAccount: accounts.openAccount({ bank: '10', account: ACCOUNT, holder: 'customer_1', currency: 'RUB' }),
  deposit: accounts.deposit(movement),
  withdraw: accounts.withdraw(movement),
  askLink: accounts.askLink({ bank: '10', currency: 'RUB', publicKey: alice.key }),
  confirmLink: accounts.confirmLink({ link: purchase.link, account: ACCOUNT, code: '123456' }),
  setCommissionAccount: accounts.setCommissionAccount({ link: purchase.link }),
  setCommission: parameters.setCommission({ commissionBasisPoints: 450 }),
  proposeParameters: parameters.proposeParameters({ replaces: 1, settings: SETTINGS }),
  acceptParameters: parameters.acceptParameters({ number: 1, settings: SETTINGS }),
  withdrawParameters: parameters.withdrawParameters({ number: 1 }),
  draftOffer: offers.draftOffer(workedOffer()),
  editOffer: offers.editOffer(OFFER_TERMS.offer, workedOffer()),
  moderateOffer: offers.moderateOffer(
    { offer: OFFER_TERMS.offer, version: 1 },
    { commissionBasisPoints: null },
  ),
  listOffer: offers.listOffer(OFFER_TERMS, '1178000'),
  buy: buying,
  submitPayment: payments.submitPayment({
    terms,
    amount: '500000',
    fee: '7500',
    link: purchase.link,
    arrivedAt: 6_000,
  }),
  acceptParcel: shipments.acceptParcel({ deal: terms.deal }),
  deliver: shipments.deliver({ deal: terms.deal, recipientCode: purchase.recipientCode }),
  acceptGoods: deals.acceptGoods(terms),
  cancelDeal: deals.cancelDeal(terms),
  concedeDeal: deals.concedeDeal(terms),
  invitePayer: deals.invitePayer(terms, { invitationKey: alice.key, most: '500000', until: 7_000 }),
  acceptInvitation: {
    id: 'intent_00000001',
    action: 'acceptInvitation',
    params: {
      deal: terms.deal,
      invitation: 'invitation_00000001',
      keyThumbprint: keyThumbprint(alice.key),
      invitationSignature: 'A'.repeat(86),
    },
  },
  withdrawInvitation: deals.withdrawInvitation({ deal: terms.deal, invitation: 'invitation_00000001' }),
};

describe("the SDK's commands", () => {
  it('are those of every person’s action, in the form that the ledger reads', () => {
    // The names of a total record are exactly its keys.
    for (const action of Object.keys(REQUESTS) as PersonAction[]) {
      const made = REQUESTS[action];
      expect(made.action).to.equal(action);
      expect(made.id).to.match(/^[a-z]+_[0-9a-z]{8,64}$/);
      const params = made.params as unknown as Json; // parameters hold JSON values only
      expect(COMMANDS[action].signed(params, 'params'), action).to.deep.equal(made.params);
    }
  });

  it('have a new id each, or the one that was given', () => {
    const ids = Array.from({ length: 100 }, () => shipments.acceptParcel({ deal: terms.deal }).id);
    expect(new Set(ids).size).to.equal(100);
    expect(REQUESTS.registerPerson.id).to.equal(alice.id);
    expect(REQUESTS.buy.id).to.equal(terms.deal);
    expect(offers.draftOffer(workedOffer(), 'offer_00000009').id).to.equal('offer_00000009');
    expect(deals.buy({ ...purchase, deal: 'deal_00000009' }).terms.deal).to.equal('deal_00000009');
    const asked = { bank: '10', currency: 'RUB', publicKey: alice.key };
    expect(accounts.askLink(asked, 'link_00000009').id).to.equal('link_00000009');
  });

  it('carry hashes of what the person sees or holds', () => {
    expect(REQUESTS.askLink.params.keyThumbprint).to.equal(keyThumbprint(alice.key));
    const code = { link: purchase.link, code: '123456' };
    expect(REQUESTS.confirmLink.params.codeHash).to.equal(linkCodeHash(code));
    expect(REQUESTS.listOffer.params.termsHash).to.equal(termsHash(OFFER_TERMS));
    for (const action of ['buy', 'submitPayment', 'acceptGoods', 'cancelDeal', 'concedeDeal'] as const) {
      expect(REQUESTS[action].params.termsHash).to.equal(termsHash(terms));
    }
    const h1 = recipientCodeH1(terms.deal, purchase.recipientCode);
    expect(REQUESTS.deliver.params.h1).to.equal(h1);
    expect(REQUESTS.buy.params.recipientCodeHash).to.equal(recipientCodeH2(h1));
  });
});

describe("the SDK's recipient codes", () => {
  it('of one deal secret are the same on every device, and others for other deals and secrets', async () => {
    const secret = await importDealSecret(Buffer.alloc(32, 1));
    const code = await recipientCodeOf(secret, 'deal_00000001');
    expect(code).to.match(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/);
    expect(await recipientCodeOf(await importDealSecret(Buffer.alloc(32, 1)), 'deal_00000001')).to.equal(
      code,
    );
    expect(await recipientCodeOf(secret, 'deal_00000002')).not.to.equal(code);
    expect(await recipientCodeOf(await importDealSecret(Buffer.alloc(32, 2)), 'deal_00000001')).not.to.equal(
      code,
    );
  });

  it('count however they are written, and what is none is not signed', () => {
    const { deal } = terms;
    const written = ` ${purchase.recipientCode.toLowerCase().slice(0, 13)}-${purchase.recipientCode.slice(13)}`;
    expect(shipments.deliver({ deal, recipientCode: written }).params).to.deep.equal(REQUESTS.deliver.params);
    expect(recipientCodeHash(deal, written)).to.equal(terms.recipientCodeHash);
    expect(() => shipments.deliver({ deal, recipientCode: '123456' })).to.throw(NotARecipientCode);
    expect(() => deals.buy({ ...purchase, recipientCode: '' })).to.throw(NotARecipientCode);
  });
});

describe("the SDK's quotes and seals", () => {
  const payerBank = { ...bankA(), tariff: { usualBasisPoints: 200, toBank: { '20': 150 } } };

  it('a quote is the fee of the published tariff, and the total that is charged', () => {
    expect(quote({ amount: '500001', payerBank, terms: { sellerBank: '20' } })).to.deep.equal({
      amount: '500001',
      fee: '7500',
      total: '507501',
    });
    expect(quote({ amount: '500001', payerBank, terms: { sellerBank: '10' } }).total).to.equal('500001');
  });

  it('a bank that has published nothing is neither quoted nor sealed for', async () => {
    const fresh = { ...payerBank, tariff: null, sealingKey: null };
    const asking = () => quote({ amount: '1', payerBank: fresh, terms: { sellerBank: '20' } });
    expect(asking).to.throw(BankNotPublished);
    const sealing = sealPaymentCode(fresh, { payment: 'payment_00000001', code: '123456' });
    expect(await sealing.catch((error: unknown) => error)).to.be.instanceOf(BankNotPublished);
  });
});
