// A change of the channel's rules: proposed by the marketplace, accepted by most of the other members, applied after
// the delay that the rules in force name.
import type { IntentParams } from '../../protocol/commands.js';
import type { Instant } from '../../protocol/forms.js';
import { transition } from '../../protocol/life-cycle.js';
import type { ParametersRow, PersonRow } from '../../protocol/member.js';
import {
  acceptParameters,
  applyParameters,
  type ParametersProposalRow,
  proposeParameters,
  quorumOf,
  settingsHash,
  votersOf,
  withdrawParameters,
} from '../../protocol/parameters-proposal.js';
import { RuleViolation } from '../../protocol/violation.js';
import { requireSettings } from './parameters.js';

export interface ProposalInput {
  readonly parameters: ParametersRow;
  /** The last proposal of the channel, open or not; null: there was none. */
  readonly existing: ParametersProposalRow | null;
  readonly now: Instant;
}

/**
 * A new proposal in the place of the one before. Rejects: PARAMETERS_CHANGED, BAD_INPUT, WRONG_ORGANISATION,
 * OUT_OF_RANGE.
 */
export function decideProposal(
  { replaces, settings }: IntentParams['proposeParameters'],
  proposer: PersonRow,
  { parameters, existing, now }: ProposalInput,
): ParametersProposalRow {
  requireInForce(replaces, parameters);
  requireSettings(settings, parameters.marketplace);
  return {
    v: 1,
    number: (existing?.number ?? 0) + 1,
    status: transition(proposeParameters, 'parametersProposal', 'proposed', existing?.status ?? null),
    replaces,
    settings,
    proposer: proposer.id,
    proposedAt: now,
    voices: [],
    dueAt: null,
  };
}

/**
 * The voice of the signer's member for the very settings that he signed; with the voice that makes most of the others
 * the delay begins. Rejects: NOT_FOUND, PROPOSAL_CHANGED, PARAMETERS_CHANGED, WRONG_ORGANISATION, EXISTS, OUT_OF_RANGE,
 * WRONG_STATE.
 */
export function decideAcceptance(
  params: IntentParams['acceptParameters'],
  { id: person, owner: member }: PersonRow,
  { parameters, existing, now }: ProposalInput,
): ParametersProposalRow {
  const proposal = requireNumber(existing, params.number);
  if (settingsHash(proposal.settings) !== params.settings) throw new RuleViolation('PROPOSAL_CHANGED');
  requireApplicable(proposal, parameters);
  if (!votersOf(parameters).includes(member)) {
    throw new RuleViolation('WRONG_ORGANISATION', {
      found: member,
      needed: 'a member other than the marketplace',
    });
  }
  if (proposal.voices.some((voice) => voice.member === member))
    throw new RuleViolation('EXISTS', { what: member });
  const voices = [...proposal.voices, { member, person, at: now }];
  const isAccepted = hasQuorum(voices, parameters);
  const from = proposal.status;
  const status = transition(
    acceptParameters,
    'parametersProposal',
    isAccepted ? 'accepted' : 'proposed',
    from,
  );
  const dueAt = isAccepted ? (proposal.dueAt ?? now + parameters.changeDelayMs) : null;
  return { ...proposal, status, voices, dueAt };
}

export interface Application {
  readonly parameters: ParametersRow;
  readonly proposal: ParametersProposalRow;
}

/**
 * The accepted settings come into force; a commission above a lower cap comes down to it. Null: applied before.
 * Rejects: NOT_FOUND, PROPOSAL_CHANGED, WRONG_STATE, PARAMETERS_CHANGED, TOO_EARLY, BAD_INPUT, WRONG_ORGANISATION,
 * OUT_OF_RANGE.
 */
export function decideApplication(
  number: number,
  { parameters, existing, now }: ProposalInput,
): Application | null {
  const proposal = requireNumber(existing, number);
  if (proposal.status === 'applied') return null;
  const status = transition(applyParameters, 'parametersProposal', 'applied', proposal.status);
  requireApplicable(proposal, parameters);
  const { settings, voices, dueAt } = proposal;
  if (dueAt === null || !hasQuorum(voices, parameters)) {
    throw new RuleViolation('WRONG_STATE', {
      kind: 'parametersProposal',
      found: voices.length,
      needed: 'a quorum',
    });
  }
  if (now < dueAt) throw new RuleViolation('TOO_EARLY', { now, needed: dueAt });
  const commissionBasisPoints = Math.min(parameters.commissionBasisPoints, settings.commissionCapBasisPoints);
  return {
    parameters: { ...parameters, ...settings, commissionBasisPoints, version: parameters.version + 1 },
    proposal: { ...proposal, status },
  };
}

/** Rejects: NOT_FOUND, PROPOSAL_CHANGED, WRONG_STATE. */
export function decideWithdrawal(
  number: number,
  existing: ParametersProposalRow | null,
): ParametersProposalRow {
  const proposal = requireNumber(existing, number);
  const status = transition(withdrawParameters, 'parametersProposal', 'withdrawn', proposal.status);
  return { ...proposal, status };
}

function requireNumber(existing: ParametersProposalRow | null, number: number): ParametersProposalRow {
  if (existing === null) throw new RuleViolation('NOT_FOUND', { what: 'parametersProposal' });
  if (existing.number === number) return existing;
  throw new RuleViolation('PROPOSAL_CHANGED', { found: existing.number, needed: number });
}

/** Made for the parameters in force, and still within the bounds. */
function requireApplicable({ replaces, settings }: ParametersProposalRow, parameters: ParametersRow): void {
  requireInForce(replaces, parameters);
  requireSettings(settings, parameters.marketplace);
}

function requireInForce(replaces: number, { version }: ParametersRow): void {
  if (replaces !== version)
    throw new RuleViolation('PARAMETERS_CHANGED', { found: version, needed: replaces });
}

/** Whether more than half of the members that have a voice now have given it, each counted once. */
function hasQuorum(voices: ParametersProposalRow['voices'], parameters: ParametersRow): boolean {
  const given = votersOf(parameters).filter((voter) => voices.some(({ member }) => member === voter));
  return given.length >= quorumOf(parameters);
}
