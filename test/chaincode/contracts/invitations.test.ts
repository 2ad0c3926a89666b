// Who may pay into a deal, through the real contracts: the buyer, whom he has invited, and nobody else.
import { expect } from 'chai';
import { canonicalJson } from '../../../chaincode/protocol/canonical-json.js';
import { COMMANDS } from '../../../chaincode/protocol/commands.js';
import type { InvitationRow } from '../../../chaincode/protocol/deal.js';
import * as deals from '../../../gateway/sdk/commands/deals.js';
import { buy, type DealPlay } from '../../support/deal-play.js';
import { agreed, BANK_A, BANK_B, COURIER, MARKETPLACE, type Step } from '../../support/member-access.js';
import { makePerson, type Person, signerOf } from '../../support/people.js';
import { codeOf } from '../../support/refusals.js';
import {
  type EngineConsortium,
  openConsortium,
  present,
  type TestClient,
} from '../../support/test-consortium.js';

describe('payers of a deal', () => {
  let consortium: EngineConsortium;
  let offer: string;
  let eve: TestClient;
  let mallory: TestClient;
  let deal: DealPlay;
  before(async () => {
    consortium = await openConsortium();
    offer = await consortium.listOffer();
    eve = await consortium.newClient('eve', { [BANK_B]: '100000000' });
    mallory = await consortium.newClient('mallory', { [BANK_B]: '100000000' });
    const { ForgingContract } = await import('./forging-contract.js');
    for (const msp of [MARKETPLACE, COURIER]) {
      consortium.network.alterChaincode(msp, [...consortium.contracts, ForgingContract]);
    }
  });
  beforeEach(async () => {
    deal = await buy(consortium, { offer });
  });
  after(() => consortium.close());

  const code = async (step: Step) => codeOf(await consortium.attempt(step));
  const paying = (payer: TestClient, amount: string, invitation?: string | null) =>
    deal.submission(BANK_B, amount, {
      payer,
      ...(invitation === undefined ? {} : { params: { invitation } }),
    });

  /** An invitation that the buyer has signed, and who holds its key. */
  async function invited(changes: { most?: string; until?: number } = {}, of = deal) {
    const holder = makePerson('invitation');
    const { most = '500000', until = of.terms.payDeadline } = changes;
    const request = deals.invitePayer(of.terms, { invitationKey: holder.key, most, until });
    await consortium.run(agreed(consortium.asked(of.buyer.person, request)));
    return { id: request.id, holder };
  }

  async function accepting(id: string, holder: Person, by: Person, of = deal): Promise<Step> {
    const request = await deals.acceptInvitation({
      channel: consortium.channel,
      deal: of.id,
      invitation: id,
      person: by.id,
      keyThumbprint: by.thumbprint,
      invitationSigner: signerOf(holder),
    });
    return agreed(consortium.asked(by, request));
  }

  const withdrawing = (invitation: string, by = deal.buyer.person) =>
    agreed(consortium.asked(by, deals.withdrawInvitation({ deal: deal.id, invitation })));

  it('a stranger pays nothing, whatever he says', async () => {
    expect(await code(await paying(eve, '500000'))).to.equal('WRONG_ROLE');
    const { id, holder } = await invited();
    expect(await code(await paying(eve, '500000', id))).to.equal('WRONG_STATE');
    await consortium.run(await accepting(id, holder, eve.person));
    expect(await code(await paying(mallory, '500000', id))).to.equal('WRONG_ROLE');
    expect(await code(await paying(eve, '500000', null))).to.equal('WRONG_ROLE');
    expect(await code(await paying(eve, '500000', id))).to.equal('ok');
  });

  it('forty payments of each payer and twenty invitations are the most: no deal grows for ever', async () => {
    const { id, holder } = await invited({ most: '1240000' });
    await consortium.run(await accepting(id, holder, eve.person));
    for (let count = 0; count < 40; count += 1) {
      const payment = await deal.submit(BANK_A, '1240000');
      // What is turned away counts as well.
      if (count > 0) await consortium.run(deal.admit(payment));
    }
    expect(await code(await deal.submission(BANK_A, '1240000'))).to.equal('TOO_MANY_PAYMENTS');
    expect(await code(await paying(eve, '1240000', id))).to.equal('ok');
    const again = await buy(consortium, { offer });
    for (let count = 0; count < 20; count += 1) await invited({}, again);
    const key = makePerson('invitation').key;
    const more = deals.invitePayer(again.terms, {
      ...{ invitationKey: key, most: '1', until: again.terms.payDeadline },
    });
    expect(await code(agreed(consortium.asked(again.buyer.person, more)))).to.equal('TOO_MANY_INVITATIONS');
  });

  it('an invited payer pays up to what he was invited for, at once or in parts', async () => {
    await deal.invite(eve, '500000');
    expect(await code(await paying(eve, '500001'))).to.equal('OVERPAYMENT');
    expect(await code(await paying(eve, '500000'))).to.equal('ok');
    const parts: string[] = [];
    for (const amount of ['250000', '250001', '250000']) {
      parts.push(await deal.submit(BANK_B, amount, { payer: eve }));
    }
    await consortium.run(...parts.map((payment) => deal.admit(payment)));
    const admissions = [];
    for (const payment of parts)
      admissions.push(present(await consortium.row('admission', deal.id, payment)));
    expect(admissions.map(({ status, reason }) => [status, reason])).to.deep.equal([
      ['admitted', null],
      ['refused', 'OVERPAYMENT'],
      ['admitted', null],
    ]);
  });

  it('a deal that buyer and invited payer pay together is paid out to the end', async () => {
    await deal.invite(eve, '740000');
    await deal.pay(BANK_A, '500000');
    await deal.pay(BANK_B, '740000', { payer: eve });
    await deal.playTo('completed');
    expect((await consortium.row('phase', deal.id))?.status).to.equal('completed');
  });

  it('an invitation is taken with its own key, for the very person who takes it', async () => {
    const { id, holder } = await invited();
    expect(await code(await accepting(id, makePerson('another key'), eve.person))).to.equal('BAD_SIGNATURE');
    const eves = await accepting(id, holder, eve.person);
    const genuine = COMMANDS.acceptInvitation.signed(present(eves.command.intent).body.params, 'params');
    const replayed = (changes: object) => {
      const intent = consortium.signed(mallory.person, 'acceptInvitation', {
        ...genuine,
        ...changes,
      });
      return code(agreed(intent));
    };
    expect(await replayed({})).to.equal('KEY_DIFFERS');
    expect(await replayed({ keyThumbprint: mallory.person.thumbprint })).to.equal('BAD_SIGNATURE');
    expect(await code(eves)).to.equal('ok');
    expect(await code(await accepting(id, holder, mallory.person))).to.equal('WRONG_STATE');
  });

  it('an invitation is of one deal', async () => {
    const other = await buy(consortium, { offer });
    const { id, holder } = await invited({}, other);
    expect(await code(await accepting(id, holder, eve.person))).to.equal('NOT_FOUND');
    await consortium.run(await accepting(id, holder, eve.person, other));
    expect(await code(await paying(eve, '500000', id))).to.equal('NOT_FOUND');
  });

  it('an invitation is taken until its instant, which is in time', async () => {
    const until = consortium.now() + 60_000;
    const first = await invited({ until });
    const second = await invited({ until });
    consortium.advanceTo(until);
    expect(await code(await accepting(first.id, first.holder, eve.person))).to.equal('ok');
    consortium.advance(1);
    expect(await code(await accepting(second.id, second.holder, mallory.person))).to.equal('TOO_LATE');
  });

  it('is withdrawn by the buyer alone, and only before anything was paid by it', async () => {
    const open = await invited();
    expect(await code(withdrawing(open.id, eve.person))).to.equal('WRONG_ROLE');
    expect(await code(withdrawing(open.id))).to.equal('ok');
    expect(await code(await accepting(open.id, open.holder, eve.person))).to.equal('WRONG_STATE');
    const taken = await deal.invite(eve);
    expect(await code(withdrawing(taken))).to.equal('ok');
    expect(await code(await paying(eve, '500000', taken))).to.equal('WRONG_STATE');
    const used = await deal.invite(mallory);
    await deal.submit(BANK_B, '500000', { payer: mallory });
    expect(await code(withdrawing(used))).to.equal('WRONG_STATE');
  });

  it('nobody but the buyer invites, for no more than the price, no longer than there is time to pay', async () => {
    const { key: invitationKey } = makePerson('invitation');
    const { terms } = deal;
    const inviting = (changes: object, by = deal.buyer.person) => {
      const of = { invitationKey, most: terms.offerTerms.price, until: terms.payDeadline, ...changes };
      return code(agreed(consortium.asked(by, deals.invitePayer(terms, of))));
    };
    expect(await inviting({}, eve.person)).to.equal('WRONG_ROLE');
    expect(await inviting({ most: '1240001' })).to.equal('OVERPAYMENT');
    expect(await inviting({ until: terms.payDeadline + 1 })).to.equal('OUT_OF_RANGE');
    expect(await inviting({ until: consortium.now() - 1 })).to.equal('TOO_LATE');
    expect(await inviting({ until: consortium.now() })).to.equal('ok');
    expect(await inviting({})).to.equal('ok');
  });

  it('an invitation that two members forge lets nobody submit, and no bank hold money', async () => {
    const id = await deal.invite(eve, '500000');
    const payment = await deal.submit(BANK_B, '500000', { payer: eve });
    await consortium.run(deal.admit(payment));
    const genuine = present(await consortium.row('invitation', deal.id, id));
    const byMallory = { ...genuine.signed, key: mallory.person.key };
    for (const forged of [
      { ...genuine, most: '1240000' },
      { ...genuine, signed: byMallory },
      { ...genuine, accepted: { ...present(genuine.accepted), person: mallory.person.id } },
    ]) {
      await forge(forged);
      const payer = forged.accepted?.person === eve.person.id ? eve : mallory;
      expect(await code(await paying(payer, '500000', id))).to.equal('BAD_SIGNATURE');
      expect(await code(deal.answer(payment, 'yes'))).to.be.oneOf(['BAD_SIGNATURE', 'WRONG_ROLE']);
    }
    await forge({ ...genuine, status: 'withdrawn' });
    expect(await code(deal.answer(payment, 'yes'))).to.equal('WRONG_STATE');
    await forge(genuine);
    expect(await code(deal.answer(payment, 'yes'))).to.equal('ok');
  });

  it('nobody trades with himself: the seller neither buys nor pays, the moderator is another person', async () => {
    const { bob } = consortium;
    const own = await buy(consortium, { offer, buyer: bob }).catch((error: unknown) => String(error));
    expect(own).to.be.a('string').that.includes('OWN_OFFER');
    const { id, holder } = await invited();
    expect(await code(await accepting(id, holder, bob.person))).to.equal('OWN_OFFER');
    expect(await code(await accepting(id, holder, deal.buyer.person))).to.equal('WRONG_ROLE');
    expect(await code(await paying(bob, '500000'))).to.equal('WRONG_ROLE');
    const carl = await consortium.newClient('carl', { [BANK_B]: '0' }, ['client', 'moderator']);
    const refused = {
      version: 1,
      verdict: 'approve',
      commissionBasisPoints: null,
      reasonHash: null,
    } as const;
    const draft = consortium.signed(carl.person, 'draftOffer', contentOf(deal));
    await consortium.run(agreed(draft));
    const moderating = consortium.signed(carl.person, 'moderateOffer', {
      ...{ offer: present(draft.intent).body.id, sharesNonce: 'A'.repeat(43) },
      ...refused,
    });
    expect(await code(agreed(moderating))).to.equal('OWN_OFFER');
  });

  async function forge(row: InvitationRow): Promise<void> {
    const text = canonicalJson(row);
    const endorsers = [MARKETPLACE, COURIER];
    const key = `invitation/${row.deal}/${row.id}`;
    const client = await consortium.client(MARKETPLACE);
    const { code: validity } = await consortium.network.submit(client, 'forging:write', [key, text, ''], {
      endorsers,
    });
    expect(validity).to.equal(0);
  }
});

/** The content of an offer like the one of that deal. */
function contentOf({ terms: { offerTerms } }: DealPlay) {
  const { contentHash, price, currency, courier, payTimeMs, answerTimeMs, inspectionTimeMs } = offerTerms;
  const { shipTimeMs, deliverTimeMs } = offerTerms;
  const times = { payTimeMs, answerTimeMs, inspectionTimeMs, shipTimeMs, deliverTimeMs };
  return { contentHash, price, currency, courier, stock: 1, ...times };
}
