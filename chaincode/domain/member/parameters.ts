// The channel's parameters and its members. Running deals have their own terms: nothing here changes them.
import type { LinkRow } from '../../protocol/account.js';
import type { IntentParams, MachineParams } from '../../protocol/commands.js';
import { LEAST_PART_BASIS_POINTS } from '../../protocol/fees.js';
import type { MemberKind, Role } from '../../protocol/forms.js';
import type { AgreedSettings, ParametersRow } from '../../protocol/member.js';
import { changeDelayBounds, firstOutOfBounds, leastStopMs } from '../../protocol/time-bounds.js';
import { RuleViolation } from '../../protocol/violation.js';

export interface FoundingInput {
  readonly channel: string;
  readonly msp: string;
  /** The marketplace as the operator of this chaincode names it; null: he names none. */
  readonly marketplace: string | null;
  readonly params: MachineParams['setParameters'];
  readonly existing: ParametersRow | null;
}

/**
 * The first parameters, once, by the organisation that the operators of the members' chaincode name marketplace.
 * Rejects: NO_MARKETPLACE, WRONG_ORGANISATION, WRONG_STATE, BAD_INPUT, COMMISSION_CAP, OUT_OF_RANGE.
 */
export function decideFounding(input: FoundingInput): ParametersRow {
  const { params, existing, msp, marketplace } = input;
  if (marketplace === null) throw new RuleViolation('NO_MARKETPLACE');
  if (msp !== marketplace) throw new RuleViolation('WRONG_ORGANISATION', { needed: marketplace });
  if (existing !== null) {
    throw new RuleViolation('WRONG_STATE', { kind: 'parameters', found: existing.version, needed: null });
  }
  requireSettings(params, marketplace);
  requireWithinCap(params.commissionBasisPoints, params.commissionCapBasisPoints);
  return { v: 1, version: 1, channel: input.channel, marketplace, commissionLinks: {}, ...params };
}

/** The marketplace's commission on offers that are not listed yet. Rejects: COMMISSION_CAP. */
export function decideCommission(
  { commissionBasisPoints }: IntentParams['setCommission'],
  parameters: ParametersRow,
): ParametersRow {
  requireWithinCap(commissionBasisPoints, parameters.commissionCapBasisPoints);
  return { ...parameters, commissionBasisPoints };
}

function requireWithinCap(commission: number, most: number): void {
  if (commission > most) throw new RuleViolation('COMMISSION_CAP', { most });
}

/**
 * Settings that members can agree on: the same marketplace, each member once, all within the rules' own bounds.
 * Rejects: BAD_INPUT, WRONG_ORGANISATION, OUT_OF_RANGE.
 */
export function requireSettings(settings: AgreedSettings, marketplace: string): void {
  if (marketplaceOf(settings.members) !== marketplace) {
    throw new RuleViolation('WRONG_ORGANISATION', { needed: marketplace });
  }
  requireBounds(settings);
  const { least, most } = changeDelayBounds(settings);
  const found = settings.changeDelayMs;
  if (found < least || found > most) {
    throw new RuleViolation('OUT_OF_RANGE', { what: 'changeDelayMs', found, least, most });
  }
}

/** No parameter lets an offer have times or a smallest part outside the rules' own bounds. Rejects: OUT_OF_RANGE. */
function requireBounds(params: AgreedSettings): void {
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
function marketplaceOf(members: AgreedSettings['members']): string {
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
