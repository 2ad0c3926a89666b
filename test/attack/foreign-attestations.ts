// Only the owner changes its rows and writes to its collection, even if several other members collude.
import { expect } from 'chai';
import { FUNCTIONS } from '../../chaincode/protocol/commands.js';
import { attestationOf } from '../../chaincode/protocol/attestation.js';
import { rowKey } from '../../chaincode/protocol/rows.js';
import { buy, type DealPlay } from '../support/deal-play.js';
import { newId } from '../support/people.js';
import { EndorsementRefused } from '../support/test-ledger.js';
import { BANK_A, BANK_B, COURIER, MARKETPLACE, listText } from '../support/member-access.js';
import { present, type TestConsortium } from '../support/test-consortium.js';
import { ColludingMembers, FORGE, POLICY_FAILURE, changesNothing, rowText } from './colluding-members.js';
import type { AttackGround } from './attack-ground.js';

const OTHERS = [MARKETPLACE, BANK_B, COURIER];

export function describeForeignFacts(ground: AttackGround): void {
  describe('attack: three organisations against the fourth', () => {
    let consortium: TestConsortium;
    let deal: DealPlay;
    let others: ColludingMembers;
    let held: string;
    let submitted: string;
    before(async () => {
      consortium = await ground.open();
      deal = await buy(consortium, { offer: await consortium.listOffer() });
      held = await deal.pay(BANK_A, '500000');
      submitted = await deal.submit(BANK_A, '740000');
      others = await ColludingMembers.in(ground, consortium, OTHERS);
    });
    after(() => ground.close(consortium));

    for (const state of ['submitted', 'held'] as const) {
      it(`a bank's ${state} payment is not changed, deleted or given another guard by the three others`, async () => {
        const payment = state === 'held' ? held : submitted;
        const row = present(await consortium.payment(deal.id, payment));
        const key = rowKey('payment', deal.id, payment);
        const status = state === 'held' ? 'voided' : 'held';
        await changesNothing(consortium, async () => {
          const text = rowText({ ...row, status });
          expect(await others.forge([['put', key, text]])).to.equal(POLICY_FAILURE);
          expect(await others.forge([['delete', key]])).to.equal(POLICY_FAILURE);
          expect(await others.forge([['guard', key, BANK_B]])).to.equal(POLICY_FAILURE);
          const both = [
            ['put', key, text] as const,
            ['seal', BANK_A, `attestation/${key}`, attestationOf(text)] as const,
          ];
          expect(await others.forge(both)).to.equal(POLICY_FAILURE);
        });
      });
    }

    it("another bank's write to the owner's collection is 10, alone and with every peer but the owner's", async () => {
      const attestation = `attestation/${rowKey('payment', deal.id, submitted)}`;
      await changesNothing(consortium, async () => {
        for (const endorsers of [[BANK_B], OTHERS]) {
          for (const key of [attestation, 'secret', `account/${'0'.repeat(64)}`]) {
            expect(await others.forge([['seal', BANK_A, key, '{}']], endorsers)).to.equal(POLICY_FAILURE);
          }
        }
      });
    });

    it("the owner's own peer endorses no such write: it runs honest chaincode", async () => {
      const client = await consortium.client(BANK_B);
      const forged = JSON.stringify([['seal', BANK_A, 'secret', '{}']]);
      await changesNothing(consortium, async () => {
        const asked = consortium.network.endorse(client, FORGE, [forged], { endorsers: [BANK_A] });
        expect((await refusal(asked)).message).to.match(/^Contract name is not known: altered/);
      });
    });

    it("another member's gateway gives no command in the owner's lane, at whatever peer", async () => {
      const command = consortium.depositOf(BANK_A, present(consortium.alice.accounts[BANK_A]).account, '100');
      await changesNothing(consortium, async () => {
        for (const sender of OTHERS) {
          const client = await consortium.client(sender, 'worker');
          const transient = { owner: BANK_A, commands: listText([command]) };
          for (const endorsers of [[BANK_A], [BANK_A, sender]]) {
            const asked = consortium.network.submit(client, FUNCTIONS.own, [], { transient, endorsers });
            expect((await refusal(asked)).message, sender).to.match(/^WRONG_ORGANISATION/);
          }
        }
      });
    });

    it('the owner alone changes it (the forgeries fail for want of the owner, not of form)', async () => {
      const owner = await ColludingMembers.in(ground, consortium, [BANK_A]);
      const key = rowKey('payment', deal.id, submitted);
      const text = rowText(present(await consortium.payment(deal.id, submitted)));
      expect(await owner.forge([['put', key, text]])).to.equal(0);
      const attestation = ['seal', BANK_A, `attestation/${newId('own')}`, '{}'] as const;
      expect(await owner.forge([attestation], [BANK_A], COURIER)).to.equal(0);
      await owner.end();
    });
  });
}

async function refusal(asked: Promise<unknown>): Promise<EndorsementRefused> {
  try {
    await asked;
  } catch (error) {
    if (error instanceof EndorsementRefused) return error;
    throw error;
  }
  throw new Error('it was endorsed');
}
