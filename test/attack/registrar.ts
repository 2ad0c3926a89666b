// A registrar's key in the wrong hands: whom it can make, whose key it can set, and what it can do beside that.
import { expect } from 'chai';
import type { Command } from '../../chaincode/protocol/commands.js';
import { machine } from '../support/deal-play.js';
import { agreed, BANK_A, BANK_B, owned } from '../support/member-access.js';
import { claimOf, makePerson, type Person, resigned } from '../support/people.js';
import { present, type TestConsortium } from '../support/test-consortium.js';
import type { AttackGround } from './attack-ground.js';
import { changesNothing, codeOf } from './colluding-members.js';

const REGISTRAR = { sender: BANK_A, role: 'registrar' } as const;

export function describeRegistrar(ground: AttackGround): void {
  describe('attack: a registrar gives away keys and roles', () => {
    let consortium: TestConsortium;
    let eve: Person;
    before(async () => {
      consortium = await ground.open();
      eve = makePerson('eve');
      await consortium.run(
        agreed(consortium.signed(consortium.administratorOf(BANK_A), 'registerPerson', {}, eve)),
      );
    });
    after(() => ground.close(consortium));

    const context = (organisation: string) => ({
      channel: consortium.channel,
      organisation,
      expiresAt: consortium.now() + 600_000,
    });
    const confirm = (person: string, claim: ReturnType<typeof claimOf>): Command =>
      machine('confirmClient', { person, claim });

    async function expectRefused(command: Command, code: string, options: object = REGISTRAR): Promise<void> {
      await changesNothing(consortium, async () => {
        expect(
          codeOf(await consortium.attempt(owned(BANK_A, command), { ...REGISTRAR, ...options })),
        ).to.equal(code);
      });
    }

    it("a role other than client: there is no way to say it, and the administrators' way is closed", async () => {
      const { id: person, key } = eve;
      const claim = claimOf(eve, context(BANK_A));
      await expectRefused(machine('confirmPerson', { person, key, roles: ['administrator'] }), 'WRONG_ROLE');
      await expectRefused(
        { action: 'confirmClient', params: { person, claim, roles: ['operator'] } },
        'BAD_INPUT',
      );
      const signed = consortium.signed(consortium.administratorOf(BANK_A), 'confirmPerson', {
        ...{ person, key, roles: ['operator'] },
      });
      await expectRefused(signed, 'WRONG_ROLE');
    });

    it('a key whose holder has not signed for it: refused', async () => {
      const mallory = makePerson('mallory');
      const genuine = claimOf(eve, context(BANK_A));
      const forged = [
        { ...genuine, key: mallory.key },
        resigned(genuine, mallory),
        { ...genuine, signature: claimOf(mallory, context(BANK_A)).signature },
        eve.sign('registerPerson', {}, { channel: consortium.channel, now: consortium.now() }),
      ];
      for (const claim of forged) await expectRefused(confirm(eve.id, claim), 'BAD_SIGNATURE');
    });

    it('a proof for another person or another organisation: refused', async () => {
      const other = claimOf(eve, { ...context(BANK_A), person: makePerson('other').id });
      await expectRefused(confirm(eve.id, other), 'BAD_SIGNATURE');
      await expectRefused(confirm(eve.id, claimOf(eve, context(BANK_B))), 'BAD_SIGNATURE');
      const foreign = owned(BANK_B, confirm(eve.id, claimOf(eve, context(BANK_B))));
      const code = codeOf(await consortium.attempt(foreign, { sender: BANK_B, role: 'registrar' }));
      expect(code).to.be.oneOf(['WRONG_ORGANISATION', 'BAD_SIGNATURE']);
    });

    it('another key of somebody who is active: refused', async () => {
      const ada = consortium.administratorOf(BANK_A);
      const mallory = { ...makePerson('mallory'), id: ada.id };
      await expectRefused(confirm(ada.id, claimOf(mallory, context(BANK_A))), 'WRONG_STATE');
      await expectRefused(confirm(ada.id, claimOf(ada, context(BANK_A))), 'WRONG_STATE');
    });

    it('a second key after the first: refused', async () => {
      const first = confirm(eve.id, claimOf(eve, context(BANK_A)));
      expect(codeOf(await consortium.attempt(owned(BANK_A, first), REGISTRAR))).to.equal('ok');
      const second = { ...makePerson('second'), id: eve.id };
      await expectRefused(confirm(eve.id, claimOf(second, context(BANK_A))), 'WRONG_STATE');
      expect(present(await consortium.row('person', eve.id)).key).to.equal(eve.key);
    });

    it("its own organisation's secrets and questions, and everybody's commands: closed to it", async () => {
      await expectRefused(machine('setSecret', { secret: 'A'.repeat(43) }), 'WRONG_ROLE');
      const carried = agreed(
        consortium.signed(consortium.staff.anna, 'registerPerson', {}, makePerson('new')),
      );
      expect(codeOf(await consortium.attempt(carried, REGISTRAR))).to.equal('WRONG_ROLE');
    });
  });
}
