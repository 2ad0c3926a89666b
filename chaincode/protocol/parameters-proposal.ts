// How the rules of the channel change: the marketplace proposes, most of the other members accept, and after a delay
// any member applies. The one proposal at a time is a row that the next one replaces.
import { hashOf } from './canonical-json.js';
import { machineCommand, personCommand, type RowOf, sharedRow } from './declaration.js';
import { type Hash, hash, id, instant, msp, version, version1 } from './forms.js';
import {
  AGREED_NAMES,
  type AgreedSettings,
  agreedSettings,
  MEMBERS_LIMIT,
  type ParametersRow,
} from './member.js';
import { exactly, list, oneOf, orNull } from './parse.js';

/** `parametersProposal`: one row, agreement lane. Times in milliseconds. */
export const parametersProposalRow = sharedRow({
  kind: 'parametersProposal',
  ids: [],
  form: exactly({
    v: version1,
    /** Proposals of the channel are numbered from 1. */
    number: version,
    status: oneOf(['proposed', 'accepted', 'applied', 'withdrawn']),
    /** Version of the parameters that it was made for. */
    replaces: version,
    settings: agreedSettings,
    /** The marketplace's administrator who signed it. */
    proposer: id,
    proposedAt: instant,
    /** One voice for each member, in the order in which they came. */
    voices: list(exactly({ member: msp, person: id, at: instant }), { least: 0, most: MEMBERS_LIMIT }),
    /** Not applied before; null: not accepted by most of the others yet. */
    dueAt: orNull(instant),
  }),
});
export type ParametersProposalRow = RowOf<typeof parametersProposalRow>;

/** What is proposed and accepted by its hash: the settings and nothing of who stands behind them. */
export function settingsHash(settings: AgreedSettings): Hash {
  return hashOf({ domain: 'forescrow settings v1', settings });
}

/** The agreed part of the parameters in force. */
export function agreedSettingsOf(parameters: ParametersRow): AgreedSettings {
  // Each of these names stands in both.
  return Object.fromEntries(
    AGREED_NAMES.map((name) => [name, parameters[name]]),
  ) as unknown as AgreedSettings;
}

/** Members who have a voice: all but the marketplace, which proposes. */
export function votersOf({ members, marketplace }: Pick<ParametersRow, 'members' | 'marketplace'>): string[] {
  return members.map((member) => member.msp).filter((member) => member !== marketplace);
}

/** Voices that decide: more than half of the voters. */
export function quorumOf(parameters: Pick<ParametersRow, 'members' | 'marketplace'>): number {
  return Math.floor(votersOf(parameters).length / 2) + 1;
}

/** By an administrator of the marketplace; replaces one that is not applied. `replaces`: the version in force. */
export const proposeParameters = personCommand({
  action: 'proposeParameters',
  lane: 'agreement',
  signed: exactly({ replaces: version, settings: agreedSettings }),
  steps: { parametersProposal: { proposed: [null, 'proposed', 'accepted', 'applied', 'withdrawn'] } },
  conflictKeys: ['parameters'],
  cost: 10,
});

/** By an administrator of another member, as that member's voice; `settings`: hash of what is accepted. */
export const acceptParameters = personCommand({
  action: 'acceptParameters',
  lane: 'agreement',
  signed: exactly({ number: version, settings: hash }),
  steps: { parametersProposal: { proposed: ['proposed'], accepted: ['proposed', 'accepted'] } },
  conflictKeys: ['parameters'],
  cost: 10,
});

/** By any member's machine, once enough have accepted and the delay is over. */
export const applyParameters = machineCommand({
  action: 'applyParameters',
  lane: 'agreement',
  machine: exactly({ number: version }),
  steps: { parametersProposal: { applied: ['accepted'] } },
  conflictKeys: ['parameters'],
  cost: 6,
});

/** By an administrator of the marketplace. */
export const withdrawParameters = personCommand({
  action: 'withdrawParameters',
  lane: 'agreement',
  signed: exactly({ number: version }),
  steps: { parametersProposal: { withdrawn: ['proposed', 'accepted'] } },
  conflictKeys: ['parameters'],
  cost: 10,
});

export const parametersProposalRows = { parametersProposal: parametersProposalRow } as const;
export const parametersProposalCommands = {
  proposeParameters,
  acceptParameters,
  applyParameters,
  withdrawParameters,
} as const;
