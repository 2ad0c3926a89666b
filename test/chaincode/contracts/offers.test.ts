// Offers through the real contracts, from draft to listing, with every refusal.
import { expect } from 'chai';
import type { Command } from '../../../chaincode/protocol/commands.js';
import { termsHash } from '../../../chaincode/protocol/terms.js';
import { BANK_A, BANK_B } from '../../support/member-access.js';
import { newId } from '../../support/people.js';
import { codeOf } from '../../support/refusals.js';
import { openConsortium, present, workedOffer, type TestConsortium } from '../../support/test-consortium.js';

describe('offers', () => {
  let consortium: TestConsortium;
  before(async () => {
    consortium = await openConsortium();
  });
  after(() => consortium.close());

  const code = async (command: Command) => codeOf((await consortium.agree([command])).results[0]);
  const drafting = (changes: object, id = newId('offer')) =>
    consortium.signed(consortium.bob.person, 'draftOffer', { ...workedOffer(), ...changes }, { id });
  const moderating = (offer: string, changes: object = {}, by = consortium.staff.carol) => {
    const approval = {
      offer,
      version: 1,
      verdict: 'approve',
      commissionBasisPoints: null,
      sharesNonce: 'A'.repeat(43),
      reasonHash: null,
    } as const;
    return consortium.signed(by, 'moderateOffer', { ...approval, ...changes });
  };

  it('keep to the ranges of the parameters and to a courier of the channel', async () => {
    expect(await code(drafting({ payTimeMs: 999 }))).to.equal('OUT_OF_RANGE');
    expect(await code(drafting({ answerTimeMs: 3_600_001 }))).to.equal('OUT_OF_RANGE');
    expect(await code(drafting({ courier: BANK_A }))).to.equal('WRONG_ORGANISATION');
    expect(await code(drafting({ courier: 'NobodyMSP' }))).to.equal('WRONG_ORGANISATION');
    expect(await code(drafting({ price: '0' }))).to.equal('BAD_INPUT');
    expect(await code(drafting({ stock: 0 }))).to.equal('BAD_INPUT');
  });

  it('are moderated by a moderator, in the version that he saw, within the cap', async () => {
    const offer = newId('offer');
    expect(await code(drafting({}, offer))).to.equal('ok');
    expect(await code(moderating(offer, {}, consortium.staff.anna))).to.equal('WRONG_ROLE');
    expect(await code(moderating(offer, { version: 2 }))).to.equal('OFFER_CHANGED');
    expect(await code(moderating(offer, { commissionBasisPoints: 1_501 }))).to.equal('COMMISSION_CAP');
    expect(await code(moderating(offer, { commissionBasisPoints: 1_500 }))).to.equal('ok');
    expect(await code(moderating(offer))).to.equal('WRONG_STATE');
    expect(await consortium.row('offer', offer)).to.include({
      status: 'approved',
      commissionBasisPoints: 1_500,
    });
  });

  it('are listed by their seller with the very terms, net and account that he signed', async () => {
    const offer = newId('offer');
    const { alice, bob } = consortium;
    const link = present(bob.accounts[BANK_B]).link;
    const listing = async (changes: object = {}, by = bob.person) => {
      const terms = await consortium.offerTerms(offer);
      const net = await consortium.netOf(offer);
      const params = { offer, termsHash: termsHash(terms), net, link, ...changes };
      return code(consortium.signed(by, 'listOffer', params));
    };
    expect(await code(drafting({}, offer))).to.equal('ok');
    expect(await listing()).to.equal('WRONG_STATE');
    expect(await code(moderating(offer))).to.equal('ok');
    expect(await listing({ net: '1178001' })).to.equal('NET_DIFFERS');
    expect(await listing({ termsHash: '0'.repeat(64) })).to.equal('TERMS_DIFFER');
    expect(await listing({}, alice.person)).to.equal('WRONG_ROLE');
    expect(await listing({ link: present(alice.accounts[BANK_A]).link })).to.equal('WRONG_ROLE');
    expect(await listing()).to.equal('ok');
    const row = present(await consortium.row('offer', offer));
    expect(row.terms).to.include({ process: 2, price: '1240000' });
    const hash = present(row.terms).sharesHash;
    expect(await consortium.row('shares', hash)).to.include({ hash, offer, offerVersion: 1, net: '1178000' });
    expect(await consortium.row('stock', offer)).to.include({ total: 10, available: 10, taken: 0 });
  });

  it('are taken off sale by a moderator, with what was listed, and nobody can list them as they are', async () => {
    const offer = await consortium.listOffer();
    const before = present(await consortium.row('offer', offer));
    expect(before.status).to.equal('listed');
    const rejection = { verdict: 'reject', sharesNonce: null, reasonHash: 'a'.repeat(64) } as const;
    expect(await code(moderating(offer, rejection, consortium.staff.anna))).to.equal('WRONG_ROLE');
    expect(await code(moderating(offer, { ...rejection, version: 2 }))).to.equal('OFFER_CHANGED');
    expect(await code(moderating(offer))).to.equal('WRONG_STATE');
    expect(await code(moderating(offer, rejection))).to.equal('ok');
    const none = { commissionBasisPoints: null, sharesNonce: null, terms: null, listing: null };
    const row = present(await consortium.row('offer', offer));
    expect(row).to.deep.equal({ ...before, status: 'rejected', ...none, reasonHash: 'a'.repeat(64) });
    const { sellerLink: link } = present(before.terms);
    const signed = { offer, termsHash: termsHash(present(before.terms)), net: '1178000', link };
    expect(await code(consortium.signed(consortium.bob.person, 'listOffer', signed))).to.equal('WRONG_STATE');
    expect(await code(moderating(offer, rejection))).to.equal('WRONG_STATE');
    expect(
      await code(consortium.signed(consortium.bob.person, 'editOffer', { offer, ...workedOffer() })),
    ).to.equal('ok');
  });

  it('an edit sends them back to moderation and keeps what is taken', async () => {
    const offer = await consortium.listOffer();
    const editing = (changes: object, by = consortium.bob.person) =>
      consortium.signed(by, 'editOffer', { offer, ...workedOffer(), ...changes });
    expect(await code(editing({ stock: 7 }, consortium.alice.person))).to.equal('WRONG_ROLE');
    expect(await code(editing({ stock: 7, price: '5' }))).to.equal('ok');
    const row = present(await consortium.row('offer', offer));
    expect([row.status, row.version, row.price, row.terms, row.listing]).to.deep.equal([
      'draft',
      2,
      '5',
      null,
      null,
    ]);
    expect(await consortium.row('stock', offer)).to.include({ total: 7, available: 7, taken: 0 });
  });

  it('the commission account is a confirmed account of the administrator who names it', async () => {
    const link = present(consortium.bob.accounts[BANK_B]).link;
    const naming = (by = consortium.staff.tina) => consortium.signed(by, 'setCommissionAccount', { link });
    expect(await code(naming())).to.equal('WRONG_ROLE');
    expect(await code(naming(consortium.bob.person))).to.equal('WRONG_ROLE');
    const { commissionLinks } = present(await consortium.row('parameters'));
    expect(Object.keys(commissionLinks)).to.deep.equal(['RUB']);
  });
});
