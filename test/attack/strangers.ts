// Strangers with an empty account try to get in the way of a payment: by paying themselves, or by its id.
import { expect } from 'chai';
import type { IntentParams } from '../../chaincode/protocol/commands.js';
import { detached } from '../../chaincode/protocol/intent.js';
import * as deals from '../../gateway/sdk/commands/deals.js';
import { draftOffer } from '../../gateway/sdk/commands/offers.js';
import { buy, type DealPlay } from '../support/deal-play.js';
import { agreed, BANK_A, BANK_B } from '../support/member-access.js';
import { makePerson, signerOf } from '../support/people.js';
import { present, workedOffer, type TestConsortium, type TestClient } from '../support/test-consortium.js';
import type { AttackGround } from './attack-ground.js';
import { changesNothing, codeOf, ColludingMembers } from './colluding-members.js';

const PRICE = '1240000';

export function describeStrangers(ground: AttackGround): void {
  describe('attack: a stranger with an empty account gets in the way of a payment', () => {
    let consortium: TestConsortium;
    let offer: string;
    let eve: TestClient;
    let deal: DealPlay;
    before(async () => {
      consortium = await ground.open();
      offer = await consortium.listOffer({ stock: 100 });
      eve = await consortium.newClient('eve', { [BANK_A]: '0' });
    });
    beforeEach(async () => {
      deal = await buy(consortium, { offer });
    });
    after(() => ground.close(consortium));

    /** The buyer pays the whole price, and the deal is paid. */
    async function expectPaidByBuyer(): Promise<void> {
      await deal.pay(BANK_A, PRICE);
      await consortium.run(deal.markPaid());
    }

    describe('by paying the whole price himself', () => {
      it('he is refused, and the payment of the buyer is admitted', async () => {
        const step = await deal.submission(BANK_A, PRICE, { payer: eve });
        await changesNothing(consortium, async () => {
          expect(codeOf(await consortium.attempt(step))).to.equal('WRONG_ROLE');
        });
        await expectPaidByBuyer();
      });

      it('nobody admits or closes what was refused', async () => {
        const { command } = await deal.submission(BANK_A, PRICE, { payer: eve });
        const id = present(command.intent).body.id;
        expect((await consortium.agree([command])).results.map(codeOf)).to.deep.equal(['WRONG_ROLE']);
        expect(codeOf(await consortium.attempt(deal.admit(id)))).to.equal('NOT_FOUND');
        expect(codeOf(await consortium.attempt(deal.close(id)))).to.equal('NOT_FOUND');
        await expectPaidByBuyer();
      });

      it('by the invitation of another, of another deal, or one that never was: refused', async () => {
        const zoe = await consortium.newClient('zoe', { [BANK_B]: '0' });
        const others = await deal.invite(zoe);
        const elsewhere = await (await buy(consortium, { offer })).invite(eve);
        const codes: string[] = [];
        for (const invitation of [others, elsewhere, 'invitation_00000001']) {
          const step = await deal.submission(BANK_A, PRICE, { payer: eve, params: { invitation } });
          codes.push(codeOf(await consortium.attempt(step)));
        }
        expect(codes).to.deep.equal(['WRONG_ROLE', 'NOT_FOUND', 'NOT_FOUND']);
        await expectPaidByBuyer();
      });

      it('invited, he pays no more than the buyer has said, however often', async () => {
        await deal.invite(eve, '300000');
        const over = await deal.submission(BANK_A, '300001', { payer: eve });
        expect(codeOf(await consortium.attempt(over))).to.equal('OVERPAYMENT');
        const [first, second] = [
          await deal.submit(BANK_A, '300000', { payer: eve }),
          await deal.submit(BANK_A, '300000', { payer: eve }),
        ];
        await consortium.run(deal.admit(first), deal.admit(second));
        const admissions = (await consortium.deal(deal.id)).payments.map(({ row, admission }) => [
          row.id,
          admission?.status,
          admission?.reason,
        ]);
        expect(admissions).to.have.deep.members([
          [first, 'admitted', null],
          [second, 'refused', 'OVERPAYMENT'],
        ]);
      });
    });

    describe('in league with marketplace and courier, who write his payment as they like', () => {
      let colluding: ColludingMembers;
      before(async () => {
        colluding = await ColludingMembers.in(ground, consortium);
      });
      after(() => colluding.end());

      /** The payment's row and admission as if the ledger had taken it; his bank has the last word. */
      async function forge(invitation: string | null): Promise<string> {
        const { command } = await deal.submission(BANK_A, PRICE, { payer: eve, params: { invitation } });
        const intent = present(command.intent);
        const { id } = intent.body;
        const params = intent.body.params as unknown as IntentParams['submitPayment']; // as it was built
        const bank = present(eve.accounts[BANK_A]).bank;
        const own = {
          owner: BANK_A,
          bank,
          status: 'submitted',
          payer: eve.person.id,
          allocation: null,
        } as const;
        await colluding.writeUsedIntent(eve.person.id, id, detached(intent));
        await colluding.write('payment', [deal.id, id], { v: 1, id, ...params, ...own }, BANK_A);
        const admitted = { v: 1, payment: id, deal: deal.id, status: 'admitted', reason: null } as const;
        await colluding.write('admission', [deal.id, id], {
          ...admitted,
          answerBy: consortium.now() + 10_000,
        });
        return id;
      }

      it('without an invitation: his bank holds no money for it', async () => {
        const payment = await forge(null);
        await changesNothing(consortium, async () => {
          expect(codeOf(await consortium.attempt(deal.answer(payment, 'yes')))).to.equal('WRONG_ROLE');
        });
      });

      it('with an invitation that the buyer never signed: his bank holds no money for it', async () => {
        const key = makePerson('invitation');
        const until = deal.terms.payDeadline;
        const invitation = deals.invitePayer(deal.terms, { invitationKey: key.key, most: PRICE, until });
        const taking = await deals.acceptInvitation({
          channel: consortium.channel,
          deal: deal.id,
          invitation: invitation.id,
          person: eve.person.id,
          keyThumbprint: eve.person.thumbprint,
          invitationSigner: signerOf(key),
        });
        // All is genuine but the buyer's signature, which is the stranger's own.
        const signedByEve = ({ id, ...request }: Parameters<typeof consortium.asked>[1]) => ({
          id,
          ...detached(present(consortium.asked(eve.person, { id, ...request }).intent)),
        });
        await colluding.write('invitation', [deal.id, invitation.id], {
          v: 1,
          id: invitation.id,
          deal: deal.id,
          status: 'accepted',
          invitationKey: key.key,
          most: PRICE,
          until,
          signed: signedByEve(invitation),
          accepted: {
            person: eve.person.id,
            keyThumbprint: eve.person.thumbprint,
            invitationSignature: taking.params.invitationSignature,
            signed: signedByEve(taking),
          },
        });
        const payment = await forge(invitation.id);
        await changesNothing(consortium, async () => {
          expect(codeOf(await consortium.attempt(deal.answer(payment, 'yes')))).to.equal('BAD_SIGNATURE');
        });
      });
    });

    describe('by the id of a payment that is under way', () => {
      it('his own command with it is taken, and so is the payment', async () => {
        const { command } = await deal.submission(BANK_A, PRICE);
        const payment = present(command.intent).body.id;
        await consortium.run(agreed(consortium.asked(eve.person, draftOffer(workedOffer(), payment))));
        await consortium.run(
          agreed(command),
          deal.admit(payment),
          deal.answer(payment, 'yes'),
          deal.markPaid(),
        );
      });

      it('his own payment with it, in his own deal, is another payment', async () => {
        const { command } = await deal.submission(BANK_A, PRICE);
        const payment = present(command.intent).body.id;
        const account = present(eve.accounts[BANK_A]);
        const own = await buy(consortium, { offer, buyer: eve, account });
        const { intent } = (await own.submission(BANK_A, PRICE)).command;
        const { params } = present(intent).body;
        const twin = consortium.signed(eve.person, 'submitPayment', params as never, { id: payment });
        own.addPayment(payment, BANK_A);
        await consortium.run(agreed(twin), own.admit(payment));
        await consortium.run(
          agreed(command),
          deal.admit(payment),
          deal.answer(payment, 'yes'),
          deal.markPaid(),
        );
        const [his] = (await consortium.deal(own.id)).payments;
        expect([his?.row.status, his?.admission?.deal]).to.deep.equal(['submitted', own.id]);
      });
    });
  });
}
