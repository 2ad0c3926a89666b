// Who administers the rules tries to bend them: the marketplace alone, its second administrator, one member for two, a
// member that was removed, an old voice for a new proposal.
import { expect } from 'chai';
import type { AgreedSettings } from '../../chaincode/protocol/member.js';
import { settingsHash } from '../../chaincode/protocol/parameters-proposal.js';
import { setCommission } from '../../gateway/sdk/commands/parameters.js';
import { machine } from '../support/deal-play.js';
import { agreed, BANK_A, BANK_B, COURIER, MARKETPLACE, type Step } from '../support/member-access.js';
import {
  accepting,
  agreeOn,
  applying,
  changedSettings,
  proposing,
  setParameters,
  settingsOf,
} from '../support/parameters.js';
import { makePerson, type Person } from '../support/people.js';
import { present, type TestConsortium } from '../support/test-consortium.js';
import type { AttackGround } from './attack-ground.js';
import { codeOf } from './colluding-members.js';

/** What the marketplace would like: other clocks, and nobody beside it but one bank. */
const WISHES: readonly ((settings: AgreedSettings) => Partial<AgreedSettings>)[] = [
  () => ({ windowMs: 0, slackMs: 0 }),
  () => ({ windowMs: 50_000, slackMs: 10_000 }),
  ({ members }) => ({ members: members.filter(({ msp }) => [MARKETPLACE, BANK_B].includes(msp)) }),
];

export function describeBentRules(ground: AttackGround): void {
  describe('attack: rules bent by who administers them', () => {
    let consortium: TestConsortium;
    before(async () => {
      consortium = await ground.open();
    });
    after(() => ground.close(consortium));

    const outcome = async (step: Step, options: Parameters<TestConsortium['attempt']>[1] = {}) =>
      codeOf(await consortium.attempt(step, options));
    const rules = () => consortium.row('parameters');
    const numberNow = async () => present(await consortium.row('parametersProposal')).number;
    const propose = async (changes: Partial<AgreedSettings>): Promise<number> => {
      await consortium.run(await proposing(consortium, await changedSettings(consortium, changes)));
      return numberNow();
    };

    it('the marketplace alone changes neither clocks nor members, by whatever door', async () => {
      const before = present(await rules());
      for (const wish of WISHES) {
        const settings = await changedSettings(consortium, wish(await settingsOf(consortium)));
        const founding = machine('setParameters', { ...settings, commissionBasisPoints: 0 });
        expect(await outcome(agreed(founding), { role: 'admin' })).to.equal('WRONG_STATE');
        const number = await propose(settings);
        expect(await outcome(applying(number), { role: 'admin' })).to.equal('WRONG_STATE');
      }
      const { anna } = consortium.staff;
      const most = before.commissionCapBasisPoints;
      const dear = consortium.asked(anna, setCommission({ commissionBasisPoints: most + 1 }));
      expect(await outcome(agreed(dear))).to.equal('COMMISSION_CAP');
      expect(await rules()).to.deep.equal(before);
    });

    it('the courier founds nothing beside the marketplace', async () => {
      const settings = await settingsOf(consortium);
      const members = settings.members.map(({ msp, kind }) => ({
        msp,
        kind:
          msp === COURIER ? ('marketplace' as const) : kind === 'marketplace' ? ('courier' as const) : kind,
      }));
      const founding = machine('setParameters', { ...settings, members, commissionBasisPoints: 0 });
      expect(await outcome(agreed(founding), { sender: COURIER, role: 'admin' })).to.equal(
        'WRONG_ORGANISATION',
      );
      expect(await outcome(await proposing(consortium, { ...settings, members }))).to.equal(
        'WRONG_ORGANISATION',
      );
    });

    it("the marketplace's second administrator is no other member", async () => {
      const second = makePerson('second');
      await consortium.enrol(MARKETPLACE, second, ['administrator']);
      await propose({ creditTimeMs: 7_200_000 });
      expect(await outcome(await voice(second))).to.equal('WRONG_ORGANISATION');
      expect(present(await consortium.row('parametersProposal')).voices).to.deep.equal([]);
    });

    it('two administrators of one member are one voice', async () => {
      const second = makePerson('second of Bank A');
      await consortium.enrol(BANK_A, second, ['administrator']);
      const number = await propose({ creditTimeMs: 7_200_000 });
      await consortium.run(await accepting(consortium, BANK_A));
      expect(await outcome(await voice(second))).to.equal('EXISTS');
      expect(await outcome(await accepting(consortium, BANK_A))).to.equal('EXISTS');
      expect(await outcome(applying(number))).to.equal('WRONG_STATE');
    });

    it('an operator, and an administrator with another key, are no voice of their member', async () => {
      await propose({ creditTimeMs: 7_200_000 });
      expect(await outcome(await voice(consortium.operatorOf(BANK_A)))).to.equal('WRONG_ROLE');
      const thief = makePerson('thief', consortium.administratorOf(BANK_A).id);
      expect(await outcome(await voice(thief))).to.equal('KEY_DIFFERS');
    });

    it('an old voice counts for no newer proposal, of other settings or of the same', async () => {
      const settings = await changedSettings(consortium, { creditTimeMs: 7_200_000 });
      await propose(settings);
      const old = await accepting(consortium, BANK_A);
      await consortium.run(old);
      for (const next of [{ creditTimeMs: 9_000_000 }, settings]) {
        const number = await propose(next);
        expect(await consortium.attempt(old)).to.include({ ok: true, repeated: true });
        const params = { number: number - 1, settings: settingsHash(settings) };
        const again = consortium.signed(consortium.administratorOf(BANK_A), 'acceptParameters', params);
        expect(await outcome(agreed(again))).to.equal('PROPOSAL_CHANGED');
        expect(present(await consortium.row('parametersProposal')).voices).to.deep.equal([]);
      }
    });

    it('nobody applies before the delay is over', async () => {
      const before = await rules();
      const { dueAt, apply } = await agreeOn(consortium, { creditTimeMs: 7_200_000 });
      await consortium.at(dueAt - 1, async () => {
        expect(await outcome(apply, { sender: COURIER, role: 'worker' })).to.equal('TOO_EARLY');
      });
      expect(await rules()).to.deep.equal(before);
    });

    it('a member loses its voice with its place in the list, and not before', async () => {
      const settings = await settingsOf(consortium);
      const members = settings.members.filter(({ msp }) => msp !== COURIER);
      await propose({ members });
      await consortium.run(await accepting(consortium, COURIER));
      await setParameters(consortium, { members });
      await propose({ members: settings.members });
      expect(await outcome(await accepting(consortium, COURIER))).to.equal('WRONG_ORGANISATION');
      await setParameters(consortium, { members: settings.members });
      await propose({});
      await consortium.run(await accepting(consortium, COURIER));
    });

    /** That person's voice for the proposal that is open. */
    async function voice(person: Person): Promise<Step> {
      const { number, settings } = present(await consortium.row('parametersProposal'));
      const params = { number, settings: settingsHash(settings) };
      return agreed(consortium.signed(person, 'acceptParameters', params));
    }
  });
}
