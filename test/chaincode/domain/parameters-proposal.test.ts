// A change of the channel's rules: whose voices count, how many decide, when it may be applied, to the millisecond.
import { expect } from 'chai';
import { decideCommission } from '../../../chaincode/domain/member/parameters.js';
import {
  decideAcceptance,
  decideApplication,
  decideProposal,
  decideWithdrawal,
} from '../../../chaincode/domain/member/parameters-proposal.js';
import type { AgreedSettings, ParametersRow, PersonRow } from '../../../chaincode/protocol/member.js';
import {
  agreedSettingsOf,
  type ParametersProposalRow,
  settingsHash,
} from '../../../chaincode/protocol/parameters-proposal.js';
import { workedParameters } from '../protocol/worked-example.js';
import { expectRefusal } from './refusal.js';

const HOUSE = 'MarketplaceMSP';
const NOW = 1_000_000;
const DELAY_MS = 7_000;

const administratorOf = (owner: string): PersonRow => ({
  ...{ v: 1, id: `person_${owner.toLowerCase()}`, owner, status: 'active', key: null },
  roles: ['administrator'],
});

/** The worked parameters with so many members beside the marketplace. */
function parametersOf(others: number): ParametersRow {
  const banks = Array.from({ length: others }, (_, index) => ({
    msp: memberAt(index),
    kind: 'bank' as const,
  }));
  return { ...workedParameters(), members: [{ msp: HOUSE, kind: 'marketplace' }, ...banks] };
}
const memberAt = (index: number): string => `Bank${String(index)}MSP`;

function proposed(parameters: ParametersRow, changes: Partial<AgreedSettings> = {}): ParametersProposalRow {
  const settings = { ...agreedSettingsOf(parameters), ...changes };
  const known = { parameters, existing: null, now: NOW };
  return decideProposal({ replaces: parameters.version, settings }, administratorOf(HOUSE), known);
}

function accept(
  existing: ParametersProposalRow,
  member: string,
  { parameters, now = NOW }: { readonly parameters: ParametersRow; readonly now?: number },
): ParametersProposalRow {
  const params = { number: existing.number, settings: settingsHash(existing.settings) };
  return decideAcceptance(params, administratorOf(member), { parameters, existing, now });
}

describe('a proposal of other rules', () => {
  for (const [others, needed] of [
    [1, 1],
    [2, 2],
    [3, 2],
    [4, 3],
    [5, 3],
    [9, 5],
  ] as const) {
    it(`is accepted by ${String(needed)} of ${String(others)} members beside the marketplace, by no fewer`, () => {
      const parameters = parametersOf(others);
      let row = proposed(parameters, { creditTimeMs: 7_200_000 });
      for (let heard = 1; heard <= needed; heard += 1) {
        expect([row.status, row.dueAt]).to.deep.equal(['proposed', null]);
        row = accept(row, memberAt(heard - 1), { parameters });
      }
      expect([row.status, row.dueAt]).to.deep.equal(['accepted', NOW + DELAY_MS]);
    });
  }

  it('counts from the voice that decides; a later one changes nothing but the list', () => {
    const parameters = parametersOf(3);
    const first = accept(proposed(parameters), memberAt(0), { parameters, now: NOW + 1 });
    const decided = accept(first, memberAt(1), { parameters, now: NOW + 50 });
    const late = accept(decided, memberAt(2), { parameters, now: NOW + 90 });
    expect([decided.dueAt, late.dueAt]).to.deep.equal([NOW + 50 + DELAY_MS, NOW + 50 + DELAY_MS]);
    expect(late.voices.map(({ member, at }) => [member, at])).to.deep.equal([
      [memberAt(0), NOW + 1],
      [memberAt(1), NOW + 50],
      [memberAt(2), NOW + 90],
    ]);
  });

  it('takes one voice of each member, none of the marketplace and none of a stranger', () => {
    const parameters = parametersOf(3);
    const row = accept(proposed(parameters), memberAt(0), { parameters });
    expectRefusal(() => accept(row, memberAt(0), { parameters }), 'EXISTS', { what: memberAt(0) });
    for (const found of [HOUSE, 'NobodyMSP']) {
      expectRefusal(() => accept(row, found, { parameters }), 'WRONG_ORGANISATION', { found });
    }
  });

  it('is applied from its instant on, with the delay of the rules in force and not of its own', () => {
    const parameters = parametersOf(1);
    const changes = { changeDelayMs: 9_000, windowMs: 2_000 };
    const existing = accept(proposed(parameters, changes), memberAt(0), { parameters });
    const dueAt = NOW + DELAY_MS;
    const apply = (now: number) => decideApplication(1, { parameters, existing, now });
    expectRefusal(() => apply(dueAt - 1), 'TOO_EARLY', { now: dueAt - 1, needed: dueAt });
    for (const now of [dueAt, dueAt + 1]) {
      const applied = apply(now);
      expect(applied?.parameters).to.deep.equal({ ...parameters, ...changes, version: 2 });
      expect(applied?.proposal).to.deep.equal({ ...existing, status: 'applied' });
    }
  });

  it('leaves the commission to the marketplace, but brings it down to a lower cap', () => {
    const parameters = parametersOf(1);
    const applied = (commissionCapBasisPoints: number) => {
      const existing = accept(proposed(parameters, { commissionCapBasisPoints }), memberAt(0), {
        parameters,
      });
      return decideApplication(1, { parameters, existing, now: NOW + DELAY_MS })?.parameters;
    };
    expect(applied(501)).to.include({ commissionCapBasisPoints: 501, commissionBasisPoints: 500 });
    expect(applied(499)).to.include({ commissionCapBasisPoints: 499, commissionBasisPoints: 499 });
  });

  it('is for the rules in force: refused when it comes too late, and no longer accepted or applied', () => {
    const parameters = parametersOf(1);
    const after = { ...parameters, version: 2 };
    const settings = agreedSettingsOf(parameters);
    const known = { parameters: after, existing: null, now: NOW };
    const propose = () => decideProposal({ replaces: 1, settings }, administratorOf(HOUSE), known);
    expectRefusal(propose, 'PARAMETERS_CHANGED', { found: 2, needed: 1 });
    const open = proposed(parameters);
    expectRefusal(() => accept(open, memberAt(0), { parameters: after }), 'PARAMETERS_CHANGED');
    const existing = accept(open, memberAt(0), { parameters });
    const apply = () => decideApplication(1, { parameters: after, existing, now: NOW + DELAY_MS });
    expectRefusal(apply, 'PARAMETERS_CHANGED');
  });

  it('is accepted as it was signed: by its number and by the hash of all that it says', () => {
    const parameters = parametersOf(2);
    const existing = proposed(parameters);
    const settings = settingsHash(existing.settings);
    const known = { parameters, existing, now: NOW };
    for (const params of [
      { number: 2, settings },
      { number: 1, settings: '0'.repeat(64) },
    ]) {
      const accepting = () => decideAcceptance(params, administratorOf(memberAt(0)), known);
      expectRefusal(accepting, 'PROPOSAL_CHANGED');
    }
    const nothing = { ...known, existing: null };
    const accepting = () => decideAcceptance({ number: 1, settings }, administratorOf(memberAt(0)), nothing);
    expectRefusal(accepting, 'NOT_FOUND', { what: 'parametersProposal' });
  });

  it('keeps marketplace, members and times within the rules’ bounds, and so does a row that others rewrote', () => {
    const parameters = parametersOf(2);
    const [house, ...others] = parameters.members;
    const [first = { msp: 'BankMSP', kind: 'bank' as const }] = others;
    for (const [changes, code] of [
      [{ members: others }, 'BAD_INPUT'],
      [{ members: [...parameters.members, first] }, 'BAD_INPUT'],
      [{ members: [{ ...first, kind: 'marketplace' as const }, ...others.slice(1)] }, 'WRONG_ORGANISATION'],
      [{ changeDelayMs: DELAY_MS - 1 }, 'OUT_OF_RANGE'],
      [{ changeDelayMs: 90 * 86_400_000 + 1 }, 'OUT_OF_RANGE'],
      [{ windowMs: 300_001 }, 'OUT_OF_RANGE'],
      [{ minimumPartBasisPoints: 99 }, 'OUT_OF_RANGE'],
    ] as const) {
      expectRefusal(() => proposed(parameters, changes), code);
      const right = proposed(parameters);
      const rewritten = { ...right, settings: { ...right.settings, ...changes } };
      expectRefusal(() => accept(rewritten, memberAt(0), { parameters }), code);
      const accepted = {
        ...rewritten,
        status: 'accepted' as const,
        dueAt: NOW,
        voices: voicesOf(others.length),
      };
      expectRefusal(() => decideApplication(1, { parameters, existing: accepted, now: NOW }), code);
    }
    expect(house?.msp).to.equal(HOUSE);
  });

  it('is not applied by a row that others rewrote: too few voices, one twice, or a stranger’s', () => {
    const parameters = parametersOf(3);
    const row = { ...proposed(parameters), status: 'accepted' as const, dueAt: NOW };
    const [one = voiceOf(memberAt(0))] = voicesOf(1);
    for (const voices of [[], [one], [one, one], [one, voiceOf(HOUSE)], [one, voiceOf('NobodyMSP')]]) {
      const apply = () => decideApplication(1, { parameters, existing: { ...row, voices }, now: NOW });
      expectRefusal(apply, 'WRONG_STATE');
    }
  });

  it('is withdrawn before it is applied, and replaced by the next one whatever became of it', () => {
    const parameters = parametersOf(1);
    const open = proposed(parameters);
    const accepted = accept(open, memberAt(0), { parameters });
    for (const existing of [open, accepted]) {
      const withdrawn = decideWithdrawal(1, existing);
      expect(withdrawn).to.deep.equal({ ...existing, status: 'withdrawn' });
      expectRefusal(
        () => accept(withdrawn, memberAt(0), { parameters: parametersOf(2) }),
        existing === open ? 'WRONG_STATE' : 'EXISTS',
      );
      const apply = () => decideApplication(1, { parameters, existing: withdrawn, now: NOW + DELAY_MS });
      expectRefusal(apply, 'WRONG_STATE');
    }
    const applied = { ...accepted, status: 'applied' as const };
    expectRefusal(() => decideWithdrawal(1, applied), 'WRONG_STATE');
    expectRefusal(() => decideWithdrawal(2, open), 'PROPOSAL_CHANGED');
    expect(decideApplication(1, { parameters, existing: applied, now: NOW })).to.equal(null);
    for (const existing of [open, accepted, applied, { ...open, status: 'withdrawn' as const }]) {
      const params = { replaces: 1, settings: open.settings };
      const next = decideProposal(params, administratorOf(HOUSE), { parameters, existing, now: NOW });
      expect(next).to.deep.include({ number: 2, status: 'proposed', voices: [], dueAt: null });
    }
  });
});

describe('the commission', () => {
  it('is the marketplace’s own affair up to the cap, to the basis point', () => {
    const set = (commissionBasisPoints: number) =>
      decideCommission({ commissionBasisPoints }, workedParameters());
    for (const value of [0, 1_499, 1_500]) {
      expect(set(value)).to.deep.equal({ ...workedParameters(), commissionBasisPoints: value });
    }
    expectRefusal(() => set(1_501), 'COMMISSION_CAP', { most: 1_500 });
  });
});

function voiceOf(member: string): ParametersProposalRow['voices'][number] {
  return { member, person: administratorOf(member).id, at: NOW };
}

function voicesOf(count: number): ParametersProposalRow['voices'] {
  return Array.from({ length: count }, (_, index) => voiceOf(memberAt(index)));
}
