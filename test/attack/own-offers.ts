// A seller deals with himself: he approves his own offer, buys it, or pays into a deal that he sold.
import { expect } from 'chai';
import { draftOffer, moderateOffer } from '../../gateway/sdk/commands/offers.js';
import { buy, preparePurchase } from '../support/deal-play.js';
import { agreed, BANK_B, MARKETPLACE } from '../support/member-access.js';
import { newId } from '../support/people.js';
import { present, workedOffer, type TestConsortium } from '../support/test-consortium.js';
import type { AttackGround } from './attack-ground.js';
import { changesNothing, codeOf } from './colluding-members.js';

export function describeOwnOffers(ground: AttackGround): void {
  describe('attack: a seller deals with himself', () => {
    let consortium: TestConsortium;
    let offer: string;
    before(async () => {
      consortium = await ground.open();
      offer = await consortium.listOffer();
    });
    after(() => ground.close(consortium));

    it('he does not buy what he sells', async () => {
      const own = await preparePurchase(consortium, { offer, buyer: consortium.bob });
      await changesNothing(consortium, async () => {
        expect(codeOf(await consortium.attempt(own.purchase))).to.equal('OWN_OFFER');
      });
    });

    it('he takes no invitation to pay into a deal of his', async () => {
      const deal = await buy(consortium, { offer });
      const refused: unknown = await deal.invite(consortium.bob).catch((error: unknown) => error);
      expect(String(refused)).to.include('acceptInvitation').and.include('OWN_OFFER');
      const [invitation] = (await consortium.deal(deal.id)).invitations;
      expect(present(invitation).status).to.equal('open');
    });

    it('he approves no offer of his own, though he is a moderator as well', async () => {
      const seller = await consortium.newClient('mona', { [BANK_B]: '0' }, ['client', 'moderator']);
      const draft = newId('offer');
      await consortium.run(agreed(consortium.asked(seller.person, draftOffer(workedOffer(), draft))));
      const verdict = moderateOffer({ offer: draft, version: 1 }, { commissionBasisPoints: 0 });
      const { results } = await consortium.agree([consortium.asked(seller.person, verdict)], {
        sender: MARKETPLACE,
      });
      expect(results.map(codeOf)).to.deep.equal(['OWN_OFFER']);
      expect((await consortium.row('offer', draft))?.status).to.equal('draft');
    });
  });
}
