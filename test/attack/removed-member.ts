// A bank that others strike from the members' list can still give back what it holds.
import { expect } from 'chai';
import type { AgreedSettings } from '../../chaincode/protocol/member.js';
import { buy } from '../support/deal-play.js';
import { BANK_A } from '../support/member-access.js';
import { present, type TestConsortium } from '../support/test-consortium.js';
import { setParameters } from '../support/parameters.js';
import type { AttackGround } from './attack-ground.js';

const SLACK_MS = 1_000;

export function describeStruckOff(ground: AttackGround): void {
  const { payTimeMs, windowMs } = ground.pace;

  describe('a bank struck from the list of members', () => {
    let consortium: TestConsortium;
    before(async () => {
      consortium = await ground.open();
    });
    after(() => ground.close(consortium));

    it('takes no part in agreements, and still voids its own hold', async () => {
      const deal = await buy(consortium, { offer: await consortium.listOffer({ payTimeMs }) });
      const payment = await deal.pay(BANK_A, '500000');
      await consortium.at(deal.terms.payDeadline + 2 * windowMs + SLACK_MS, () =>
        consortium.run(deal.closePayments(), deal.expire()),
      );
      const { members } = present(await consortium.row('parameters'));
      await setMembers(
        consortium,
        members.filter(({ msp }) => msp !== BANK_A),
      );
      const { results } = await consortium.agree([{ action: 'closePayments', params: { deal: deal.id } }], {
        sender: BANK_A,
      });
      expect(results[0]).to.include({ ok: false, code: 'WRONG_ORGANISATION' });
      await consortium.run(deal.giveBack(payment));
      expect((await consortium.deal(deal.id)).payments.map(({ row }) => row.status)).to.deep.equal([
        'voided',
      ]);
      await setMembers(consortium, members);
    });
  });
}

async function setMembers(consortium: TestConsortium, members: AgreedSettings['members']): Promise<void> {
  await setParameters(consortium, { members });
}
