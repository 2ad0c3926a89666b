// Duty: a bank that others strike from the members' list can still give back what it holds (architecture §1e).
// Must not: use altered chaincode; changing the parameters is what the marketplace may do.
import { expect } from 'chai';
import type { MachineParams } from '../../chaincode/protocol/commands.js';
import { buy } from '../support/deal-play.js';
import { BANK_A, MARKETPLACE } from '../support/member-access.js';
import { present, type World } from '../support/world.js';
import type { AttackGround } from './attack-ground.js';

const SLACK_MS = 1_000;

export function describeStruckOff(ground: AttackGround): void {
  const { payTimeMs, windowMs } = ground.pace;

  describe('a bank struck from the list of members', () => {
    let world: World;
    before(async () => {
      world = await ground.open();
    });
    after(() => ground.close(world));

    it('takes no part in agreements, and still voids its own hold', async () => {
      const deal = await buy(world, { offer: await world.listOffer({ payTimeMs }) });
      const payment = await deal.pay(BANK_A, '500000');
      await world.at(deal.terms.payDeadline + 2 * windowMs + SLACK_MS, () =>
        world.run(deal.closePayments(), deal.expire()),
      );
      const { members } = present(await world.row('parameters'));
      await setMembers(
        world,
        members.filter(({ msp }) => msp !== BANK_A),
      );
      const { results } = await world.agree([{ action: 'closePayments', params: { deal: deal.id } }], {
        sender: BANK_A,
      });
      expect(results[0]).to.include({ ok: false, code: 'WRONG_ORGANISATION' });
      await world.run(deal.giveBack(payment));
      expect((await world.deal(deal.id)).payments.map(({ row }) => row.status)).to.deep.equal(['voided']);
      await setMembers(world, members);
    });
  });
}

async function setMembers(world: World, members: MachineParams['setParameters']['members']): Promise<void> {
  const row = present(await world.row('parameters'));
  const { commissionBasisPoints, commissionCapBasisPoints, minimumPartBasisPoints, windowMs, slackMs } = row;
  const { payTimeMs, answerTimeMs, inspectionTimeMs, longStopMs } = row;
  const params: MachineParams['setParameters'] = {
    members,
    ...{ commissionBasisPoints, commissionCapBasisPoints, minimumPartBasisPoints, windowMs, slackMs },
    ...{ payTimeMs, answerTimeMs, inspectionTimeMs, longStopMs },
  };
  const command = { action: 'setParameters', params };
  const { results } = await world.agree([command], { sender: MARKETPLACE, role: 'admin' });
  expect(results[0]).to.include({ ok: true });
}
