// The channel's parameters and its members. Running deals have their own terms: nothing here changes them.
import type { LinkRow } from '../../protocol/account.js';
import type { MachineParams } from '../../protocol/commands.js';
import { LEAST_PART_BASIS_POINTS } from '../../protocol/fees.js';
import type { MemberKind, Role } from '../../protocol/forms.js';
import type { ParametersRow } from '../../protocol/member.js';
import { firstOutOfBounds, leastStopMs } from '../../protocol/time-bounds.js';
import { RuleViolation } from '../../protocol/violation.js';

export interface SetParametersInput {
  readonly channel: string;
  readonly msp: string;
  readonly params: MachineParams['setParameters'];
  readonly existing: ParametersRow | null;
}

/**
 * The first time the caller lists itself as the marketplace; later only that marketplace changes them, and the
 * commission account stays. Rejects: WRONG_ORGANISATION, BAD_INPUT, COMMISSION_CAP, OUT_OF_RANGE.
 */
export function decideParameters(input: SetParametersInput): ParametersRow {
  const { params, existing, msp } = input;
  const needed = existing?.marketplace ?? marketplaceOf(params.members);
  if (msp !== needed) throw new RuleViolation('WRONG_ORGANISATION', { needed });
  if (marketplaceOf(params.members) !== needed) throw new RuleViolation('WRONG_ORGANISATION', { needed });
  if (params.commissionBasisPoints > params.commissionCapBasisPoints) {
    throw new RuleViolation('COMMISSION_CAP', { most: params.commissionCapBasisPoints });
  }
  requireBounds(params);
  return {
    v: 1,
    channel: input.channel,
    marketplace: needed,
    commissionLinks: existing?.commissionLinks ?? {},
    ...params,
  };
}

/** No parameter lets an offer have times or a smallest part outside the rules' own bounds. Rejects: OUT_OF_RANGE. */
function requireBounds(params: MachineParams['setParameters']): void {
  requireSmallestPart(params.minimumPartBasisPoints);
  const { windowMs, slackMs, stepTimeMs, creditTimeMs, longStopMs } = params;
  const { payTimeMs, answerTimeMs, inspectionTimeMs, shipTimeMs, deliverTimeMs } = params;
  const fixed = { windowMs, slackMs, stepTimeMs, creditTimeMs };
  const ends = (['least', 'most'] as const).map((end) => ({
    ...fixed,
    payTimeMs: payTimeMs[end],
    answerTimeMs: answerTimeMs[end],
    inspectionTimeMs: inspectionTimeMs[end],
    shipTimeMs: shipTimeMs[end],
    deliverTimeMs: deliverTimeMs[end],
  }));
  for (const times of ends) {
    // An offer's long stop is never shorter than its other times need.
    const outside = firstOutOfBounds({ ...times, longStopMs: Math.max(longStopMs, leastStopMs(times)) });
    if (outside !== null) throw new RuleViolation('OUT_OF_RANGE', { ...outside });
  }
}

function requireSmallestPart(found: number): void {
  const least = LEAST_PART_BASIS_POINTS;
  if (found < least)
    throw new RuleViolation('OUT_OF_RANGE', { what: 'minimumPartBasisPoints', found, least, most: 10_000 });
}

/** The one marketplace of a list in which no organisation stands twice. */
function marketplaceOf(members: MachineParams['setParameters']['members']): string {
  const marketplaces = members.filter(({ kind }) => kind === 'marketplace');
  const [first] = marketplaces;
  const different = new Set(members.map(({ msp }) => msp)).size === members.length;
  if (first !== undefined && marketplaces.length === 1 && different) return first.msp;
  const found = different ? `${String(marketplaces.length)} marketplaces` : 'an organisation twice';
  throw new RuleViolation('BAD_INPUT', { at: 'members', found, needed: 'one marketplace, each member once' });
}

/** What kind of member an organisation is. Rejects: WRONG_ORGANISATION. */
export function memberKind(parameters: ParametersRow, msp: string): MemberKind {
  const member = parameters.members.find((candidate) => candidate.msp === msp);
  if (member === undefined) throw new RuleViolation('WRONG_ORGANISATION', { found: msp, needed: 'a member' });
  return member.kind;
}

/** Rejects: WRONG_ORGANISATION. */
export function requireMemberKind(parameters: ParametersRow, msp: string, needed: MemberKind): void {
  const found = memberKind(parameters, msp);
  if (found !== needed) throw new RuleViolation('WRONG_ORGANISATION', { found, needed });
}

/** Roles that an organisation may give to its persons. */
export const ROLES_OF: { readonly [K in MemberKind]: readonly Role[] } = {
  marketplace: ['client', 'administrator', 'moderator'],
  bank: ['client', 'administrator', 'operator'],
  courier: ['client', 'administrator', 'agent'],
};

/** The marketplace's own confirmed account takes the commissions in its currency from now on. Rejects: WRONG_ROLE. */
export function decideCommissionAccount(
  parameters: ParametersRow,
  link: LinkRow,
  administrator: string,
): ParametersRow {
  if (link.person !== administrator) throw new RuleViolation('WRONG_ROLE', { needed: 'holder of the link' });
  const commissionLinks = { ...parameters.commissionLinks, [link.currency]: link.id };
  return { ...parameters, commissionLinks };
}
