// Duty: offers through the real contracts, from draft to listing, with every refusal.
// Must not: play deals.
import { expect } from 'chai';
import type { Command } from '../../../chaincode/protocol/commands.js';
import { termsHash } from '../../../chaincode/protocol/terms.js';
import { BANK_A, BANK_B } from '../../support/member-access.js';
import { newId } from '../../support/people.js';
import { codeOf } from '../../support/refusals.js';
import { openWorld, present, workedOffer, type World } from '../../support/world.js';

describe('offers', () => {
  let world: World;
  before(async () => {
    world = await openWorld();
  });
  after(() => world.close());

  const code = async (command: Command) => codeOf((await world.agree([command])).results[0]);
  const drafting = (changes: object, id = newId('offer')) =>
    world.signed(world.bob.person, 'draftOffer', { ...workedOffer(), ...changes }, { id });
  const moderating = (offer: string, changes: object = {}, by = world.staff.carol) => {
    const approval = {
      offer,
      version: 1,
      verdict: 'approve',
      commissionBasisPoints: null,
      reasonHash: null,
    } as const;
    return world.signed(by, 'moderateOffer', { ...approval, ...changes });
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
    expect(await code(moderating(offer, {}, world.staff.anna))).to.equal('WRONG_ROLE');
    expect(await code(moderating(offer, { version: 2 }))).to.equal('OFFER_CHANGED');
    expect(await code(moderating(offer, { commissionBasisPoints: 1_501 }))).to.equal('COMMISSION_CAP');
    expect(await code(moderating(offer, { commissionBasisPoints: 1_500 }))).to.equal('ok');
    expect(await code(moderating(offer))).to.equal('WRONG_STATE');
    expect(await world.row('offer', offer)).to.include({ status: 'approved', commissionBasisPoints: 1_500 });
  });

  it('are listed by their seller with the very terms, net and account that he signed', async () => {
    const offer = newId('offer');
    const { alice, bob } = world;
    const link = present(bob.accounts[BANK_B]).link;
    const listing = async (changes: object = {}, by = bob.person) => {
      const terms = await world.offerTerms(offer);
      const params = { offer, termsHash: termsHash(terms), net: terms.net, link, ...changes };
      return code(world.signed(by, 'listOffer', params));
    };
    expect(await code(drafting({}, offer))).to.equal('ok');
    expect(await listing()).to.equal('WRONG_STATE');
    expect(await code(moderating(offer))).to.equal('ok');
    expect(await listing({ net: '1178001' })).to.equal('NET_DIFFERS');
    expect(await listing({ termsHash: '0'.repeat(64) })).to.equal('TERMS_DIFFER');
    expect(await listing({}, alice.person)).to.equal('WRONG_ROLE');
    expect(await listing({ link: present(alice.accounts[BANK_A]).link })).to.equal('WRONG_ROLE');
    expect(await listing()).to.equal('ok');
    const row = present(await world.row('offer', offer));
    expect(row.terms).to.include({ price: '1240000', commission: '62000', net: '1178000' });
    expect(await world.row('stock', offer)).to.include({ total: 10, available: 10, taken: 0 });
  });

  it('an edit sends them back to moderation and keeps what is taken', async () => {
    const offer = await world.listOffer();
    const editing = (changes: object, by = world.bob.person) =>
      world.signed(by, 'editOffer', { offer, ...workedOffer(), ...changes });
    expect(await code(editing({ stock: 7 }, world.alice.person))).to.equal('WRONG_ROLE');
    expect(await code(editing({ stock: 7, price: '5' }))).to.equal('ok');
    const row = present(await world.row('offer', offer));
    expect([row.status, row.version, row.price, row.terms, row.listing]).to.deep.equal([
      'draft',
      2,
      '5',
      null,
      null,
    ]);
    expect(await world.row('stock', offer)).to.include({ total: 7, available: 7, taken: 0 });
  });

  it('the commission account is a confirmed account of the administrator who names it', async () => {
    const link = present(world.bob.accounts[BANK_B]).link;
    const naming = (by = world.staff.tina) => world.signed(by, 'setCommissionAccount', { link });
    expect(await code(naming())).to.equal('WRONG_ROLE');
    expect(await code(naming(world.bob.person))).to.equal('WRONG_ROLE');
    expect(present(await world.row('parameters')).commissionLink).to.be.a('string');
  });
});
