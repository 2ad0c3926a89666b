// What administrators do about the channel's parameters: commission, proposals, voices, mostly as they may.
// It must not judge: what is proposed may be refused.
import type { AgreedSettings } from '../../chaincode/protocol/member.js';
import type { ParametersProposalRow } from '../../chaincode/protocol/parameters-proposal.js';
import { BANK_A, BANK_B, COURIER, MARKETPLACE, MEMBERS } from '../support/member-access.js';
import { machine, type Cast, type GeneratedCommand } from './cast.js';
import { settingsHash } from './model-parameters.js';
import { agreedParameters, must } from './opening.js';
import type { Random } from './random.js';
import type { Generator } from './registry-commands.js';

const TOPIC = 'parameters';
const VOTERS = [BANK_A, BANK_B, COURIER] as const;

const CLOCKS: readonly [Clock, ...Clock[]] = [
  { windowMs: 3_000, slackMs: 500 },
  { windowMs: 3_000, slackMs: 900 },
  { windowMs: 3_500, slackMs: 1_200 },
];
type Clock = Pick<AgreedSettings, 'windowMs' | 'slackMs'>;

/** Clock rules that change under running deals, which keep their own; now and then out of bounds. */
function otherSettings(random: Random): AgreedSettings {
  const usual = agreedParameters();
  const { windowMs, slackMs } = random.pick(CLOCKS);
  const margin = 2 * windowMs + slackMs;
  const shipTimeMs = { ...usual.shipTimeMs, least: margin };
  const deliverTimeMs = shipTimeMs;
  const longStopMs = random.pick([usual.longStopMs, 60_000] as const);
  const commissionCapBasisPoints = random.pick([usual.commissionCapBasisPoints, 400] as const);
  const made = {
    ...{ ...usual, windowMs, slackMs, shipTimeMs, deliverTimeMs, longStopMs, commissionCapBasisPoints },
    changeDelayMs: margin + random.below(400),
  };
  if (random.chance(88)) return made;
  return {
    ...made,
    ...random.pick([
      { stepTimeMs: margin - 1 },
      { changeDelayMs: margin - 1 },
      { changeDelayMs: 90 * 86_400_000 + 1 },
      { creditTimeMs: 91 * 86_400_000 },
      { windowMs: 300_001 },
      { slackMs: 600_001 },
      { longStopMs: 1_000 * 86_400_000 + 1 },
      { shipTimeMs: { ...shipTimeMs, least: 1 } },
      { payTimeMs: { ...usual.payTimeMs, most: 91 * 86_400_000 } },
      { minimumPartBasisPoints: 99 },
      { members: usual.members.map(({ msp }) => ({ msp, kind: 'bank' as const })) },
      {
        members: usual.members.map(({ msp, kind }) =>
          kind === 'courier' ? { msp: MARKETPLACE, kind } : { msp, kind },
        ),
      },
    ] as const),
  };
}

export const setCommission: Generator = (cast, random) => {
  const params = { commissionBasisPoints: random.below(random.chance(85) ? 401 : 1_600) };
  return cast.signed(byWhom(cast, random), 'setCommission', params, {
    id: random.id('intent'),
    topic: TOPIC,
  });
};

/** Mostly what brings the open proposal on; else another one in its place. */
export const changeRules: Generator = (cast, random) => {
  const row = cast.row('parametersProposal');
  if (row === null) return proposing(cast, random);
  switch (row.status) {
    case 'proposed':
      return ofProposed(cast, row, random);
    case 'accepted':
      return ofAccepted(cast, row, random);
    case 'applied':
    case 'withdrawn':
      if (random.chance(30)) return null;
      return random.chance(95) ? proposing(cast, random) : applying(row, random);
  }
};

function ofProposed(cast: Cast, row: ParametersProposalRow, random: Random): GeneratedCommand {
  const choice = random.below(100);
  if (choice < 6) return proposing(cast, random);
  if (choice < 20) return withdrawing(cast, row, random);
  return choice < 23 ? applying(row, random) : accepting(cast, row, random);
}

function ofAccepted(cast: Cast, row: ParametersProposalRow, random: Random): GeneratedCommand | null {
  const isDue = cast.consortium.now >= (row.dueAt ?? 0);
  if (isDue ? random.chance(85) : random.chance(6)) return applying(row, random);
  const choice = random.below(100);
  if (choice < 6) return proposing(cast, random);
  if (choice < 12) return withdrawing(cast, row, random);
  return choice < 30 ? accepting(cast, row, random) : null;
}

/** The marketplace's administrator, now and then another member's. */
function byWhom(cast: Cast, random: Random) {
  return must(cast.administrators.get(random.chance(95) ? MARKETPLACE : random.pick(MEMBERS)));
}

function proposing(cast: Cast, random: Random): GeneratedCommand {
  const { version } = must(cast.row('parameters'));
  const params = { replaces: random.chance(96) ? version : version + 1, settings: otherSettings(random) };
  const more = { id: random.id('intent'), topic: TOPIC };
  return cast.signed(byWhom(cast, random), 'proposeParameters', params, more);
}

/** Mostly a voice that has not been given yet. */
function accepting(cast: Cast, row: ParametersProposalRow, random: Random): GeneratedCommand {
  const silent = VOTERS.filter((voter) => !row.voices.some(({ member }) => member === voter));
  const member = (random.chance(92) ? random.pick(silent) : null) ?? random.pick(MEMBERS);
  const number = random.chance(97) ? row.number : 1 + random.below(row.number);
  const settings = random.chance(97) ? settingsHash(row.settings) : random.hex(64);
  const more = { id: random.id('intent'), topic: TOPIC };
  return cast.signed(must(cast.administrators.get(member)), 'acceptParameters', { number, settings }, more);
}

function applying({ number }: ParametersProposalRow, random: Random): GeneratedCommand {
  const asked = random.chance(97) ? number : number + 1;
  return machine(null, 'applyParameters', { number: asked }, TOPIC);
}

function withdrawing(cast: Cast, { number }: ParametersProposalRow, random: Random): GeneratedCommand {
  const more = { id: random.id('intent'), topic: TOPIC };
  return cast.signed(byWhom(cast, random), 'withdrawParameters', { number }, more);
}
