// Verify finds rules of the channel that were not agreed on: rewritten, without a quorum, too early, by strangers; and
// lists those that were.
import { expect } from 'chai';
import { verifyBlocks } from '../../audit/verify.js';
import type { ParametersRow } from '../../chaincode/protocol/member.js';
import type { ParametersProposalRow } from '../../chaincode/protocol/parameters-proposal.js';
import { acceptParameters, setCommission } from '../../gateway/sdk/commands/parameters.js';
import { agreed, BANK_A, BANK_B, COURIER, MARKETPLACE } from '../support/member-access.js';
import { accepting, agreeOn, changedSettings, proposing, setParameters } from '../support/parameters.js';
import type { Person } from '../support/people.js';
import { type EngineConsortium, openConsortium, present } from '../support/test-consortium.js';
import { audited, blocksOf } from './audit.js';
import { type Forged, Forging, foundingOf, written } from './forging.js';

const DELAY_MS = 7_000;

describe('verify: rules of the channel', function () {
  this.timeout(60_000);
  let consortium: EngineConsortium;
  let forging: Forging;
  beforeEach(async () => {
    consortium = await openConsortium();
    forging = new Forging(consortium);
  });
  afterEach(() => consortium.close());

  const parameters = async (): Promise<ParametersRow> => present(await consortium.row('parameters'));
  const proposal = async (): Promise<ParametersProposalRow> =>
    present(await consortium.row('parametersProposal'));
  const propose = async (): Promise<void> => {
    const settings = await changedSettings(consortium, { creditTimeMs: 7_200_000 });
    await consortium.run(await proposing(consortium, settings));
  };
  const writingParameters = (row: ParametersRow) => written('parameters', row);
  const writingProposal = (row: ParametersProposalRow) => written('parametersProposal', row);

  /** The open proposal put into force by forgers, as if it were right. */
  async function application(): Promise<Forged> {
    const [before, row] = [await parameters(), await proposal()];
    const after = { ...before, ...row.settings, version: before.version + 1 };
    const writes = [writingParameters(after), writingProposal({ ...row, status: 'applied' })];
    return { action: 'applyParameters', params: { number: row.number }, writes };
  }

  /** A voice that stands in the row, with the command that is to have brought it. */
  async function voice(person: Person, member: string): Promise<Forged> {
    const row = await proposal();
    const command = consortium.asked(person, acceptParameters(row));
    const voices = [...row.voices, { member, person: person.id, at: consortium.now() }];
    const isDecided = voices.length > 1;
    const dueAt = isDecided ? consortium.now() + DELAY_MS : null;
    const status = isDecided ? ('accepted' as const) : ('proposed' as const);
    return { ...command, writes: [writingProposal({ ...row, voices, status, dueAt })] };
  }

  it('that were agreed on are found right, and listed with the members that stand behind them', async () => {
    const { anna } = consortium.staff;
    await consortium.run(agreed(consortium.asked(anna, setCommission({ commissionBasisPoints: 450 }))));
    await setParameters(consortium, { creditTimeMs: 7_200_000 });
    await propose();
    const report = await audited(consortium, await blocksOf(consortium));
    expect(report.findings).to.deep.equal([]);
    const listed = report.ruleChanges.map(({ what, version, commissionBasisPoints, voices }) => {
      return [what, version, commissionBasisPoints, voices];
    });
    expect(listed).to.deep.equal([
      ['founded', 1, 500, []],
      ['commission', 1, 450, []],
      ['applied', 2, 450, [BANK_A, BANK_B]],
    ]);
  });

  it('that another organisation founded than who verifies takes for the marketplace', async () => {
    const blocks = (await blocksOf(consortium)).map((bytes) => ({ bytes, privateData: null }));
    const { channel, network } = consortium;
    const { chaincode } = network;
    const report = await verifyBlocks({ channel, chaincode, marketplace: COURIER, mspId: null, blocks });
    expect(new Set(report.findings.map(({ check }) => check))).to.deep.equal(new Set(['rules']));
    const refused = `setParameters: parameters not written: the command is refused, WRONG_ORGANISATION`;
    expect(report.findings[0]?.needed).to.equal(`${refused} {"needed":"${COURIER}"}`);
  });

  it('that two members rewrite within the bounds', async () => {
    const row = { ...(await parameters()), windowMs: 2_000, version: 2 };
    await forging.forge(foundingOf(row));
    await forging.expectRules('the command is refused, WRONG_ROLE {"found":"gateway","needed":["admin"]}');
    await forging.forge({
      action: 'applyParameters',
      params: { number: 1 },
      writes: [writingParameters(row)],
    });
    await forging.expectRules('NOT_FOUND {"what":"parametersProposal"}');
  });

  it('whose commission is above the cap, or not signed by an administrator of the marketplace', async () => {
    const row = await parameters();
    const setting = (by: Person, commissionBasisPoints: number): Forged => ({
      ...consortium.asked(by, setCommission({ commissionBasisPoints })),
      writes: [writingParameters({ ...row, commissionBasisPoints })],
    });
    await forging.forge(setting(consortium.staff.anna, 1_501));
    await forging.expectRules('parameters not written: the command is refused, COMMISSION_CAP {"most":1500}');
    await forging.forge(setting(consortium.staff.carol, 300));
    await forging.expectRules('parameters not written: the command is refused, WRONG_ROLE');
    await forging.forge(setting(consortium.administratorOf(BANK_A), 300));
    await forging.expectRules(`WRONG_ORGANISATION {"found":"${BANK_A}","needed":"${MARKETPLACE}"}`);
    const other = { ...row, commissionBasisPoints: 200 };
    const command = consortium.asked(consortium.staff.anna, setCommission({ commissionBasisPoints: 300 }));
    await forging.forge({ ...command, writes: [writingParameters(other)] });
    await forging.expectRules('with commissionBasisPoints 200', 'with commissionBasisPoints 300');
  });

  it('that too few accepted, though the row says otherwise', async () => {
    await propose();
    await consortium.run(await accepting(consortium, BANK_A));
    const row = await proposal();
    const invented = {
      member: COURIER,
      person: consortium.administratorOf(COURIER).id,
      at: consortium.now(),
    };
    const accepted = { ...row, voices: [...row.voices, invented], status: 'accepted' as const };
    const writes = [writingProposal({ ...accepted, dueAt: consortium.now() + DELAY_MS })];
    await forging.forge({ action: 'acceptParameters', writes });
    await forging.expectRules(
      'acceptParameters: parametersProposal not written: the command is refused, BAD_INPUT',
    );
    consortium.advance(DELAY_MS);
    await forging.forge(await application());
  });

  it('whose voices are of no member that has one, of one member twice, or for another proposal', async () => {
    await propose();
    await forging.forge(await voice(consortium.staff.anna, MARKETPLACE));
    await forging.expectRules(`{"found":"${MARKETPLACE}","needed":"a member other than the marketplace"}`);
    await propose();
    await consortium.run(await accepting(consortium, BANK_A));
    await forging.forge(await voice(consortium.administratorOf(BANK_A), COURIER));
    await forging.expectRules(
      `parametersProposal not written: the command is refused, EXISTS {"what":"${BANK_A}"}`,
    );
    const old = await voice(consortium.administratorOf(BANK_B), BANK_B);
    await propose();
    const { settings, number } = await proposal();
    const row = { ...(await proposal()), voices: [{ member: BANK_B, person: 'person_00000000', at: 1 }] };
    await forging.forge({ ...old, writes: [writingProposal({ ...row, number, settings })] });
    await forging.expectRules('PROPOSAL_CHANGED {"found":3,"needed":2}');
  });

  it('that came into force before the delay was over', async () => {
    const { dueAt } = await agreeOn(consortium, { creditTimeMs: 7_200_000 });
    consortium.advanceTo(dueAt - 1);
    await forging.forge(await application());
    await forging.expectRules('parameters not written: the command is refused, TOO_EARLY');
  });

  it('that came into force with other values than were accepted, or with another marketplace', async () => {
    const { dueAt } = await agreeOn(consortium, { creditTimeMs: 7_200_000 });
    consortium.advanceTo(dueAt);
    const right = await application();
    const [, closing] = right.writes;
    const other = { ...(await parameters()), creditTimeMs: 9_000_000, version: 2 };
    await forging.forge({ ...right, writes: [writingParameters(other), present(closing)] });
    await forging.expectRules('with creditTimeMs 9000000', 'with creditTimeMs 7200000');
  });

  it('that were proposed for other rules than those in force, or under a number that was used', async () => {
    const settings = await changedSettings(consortium, {});
    const { command } = await proposing(consortium, settings);
    await consortium.run({ msp: null, command });
    const again = { ...(await proposing(consortium, settings)).command };
    await forging.forge({ ...again, writes: [writingProposal(await proposal())] });
    await forging.expectRules('parametersProposal with number 1', 'parametersProposal with number 2');
  });
});
