// The model's rules for the channel's parameters: founding, commission, and proposals with the voices for them.
// It must not import the product's rules.
import type { AgreedSettings, ParametersRow } from '../../chaincode/protocol/member.js';
import type { ParametersProposalRow } from '../../chaincode/protocol/parameters-proposal.js';
import { MARKETPLACE } from '../support/member-access.js';
import {
  activeLink,
  found,
  machineOf,
  must,
  parametersOf,
  sha256,
  signedBy,
  signer,
  sortedJson,
  take,
  type ModelCommand,
  type Rules,
} from './model-command.js';
import { marginOf, mustBeBoundedParameters } from './model-times.js';

const LONGEST_DELAY_MS = 90 * 86_400_000;
/** A proposal may be in the place of any other. */
const ANY = [null, 'proposed', 'accepted', 'applied', 'withdrawn'] as const;

function mustBeSettings(settings: AgreedSettings): void {
  const houses = settings.members.filter(({ kind }) => kind === 'marketplace').map(({ msp }) => msp);
  must(
    houses.length === 1 && new Set(settings.members.map(({ msp }) => msp)).size === settings.members.length,
    'BAD_INPUT',
  );
  must(houses[0] === MARKETPLACE, 'WRONG_ORGANISATION');
  must(settings.minimumPartBasisPoints >= 100, 'OUT_OF_RANGE');
  mustBeBoundedParameters(settings);
  const { changeDelayMs } = settings;
  must(changeDelayMs >= marginOf(settings) && changeDelayMs <= LONGEST_DELAY_MS, 'OUT_OF_RANGE');
}

export function settingsHash(settings: AgreedSettings): string {
  return sha256(sortedJson({ domain: 'forescrow settings v1', settings }));
}

function isDecided({ voices }: Pick<ParametersProposalRow, 'voices'>, { members }: ParametersRow): boolean {
  const voters = members.filter(({ kind }) => kind !== 'marketplace');
  const heard = voters.filter(({ msp }) => voices.some(({ member }) => member === msp));
  return heard.length * 2 > voters.length;
}

function numbered(call: ModelCommand, number: number): ParametersProposalRow {
  const row = found(call.state.row('parametersProposal'));
  must(row.number === number, 'PROPOSAL_CHANGED');
  return row;
}

function administrator(call: ModelCommand): string {
  return signer(call, 'administrator', parametersOf(call).marketplace).id;
}

export const PARAMETER_RULES: Rules = {
  setParameters(call) {
    const params = machineOf(call, 'setParameters');
    must(call.role === 'admin', 'WRONG_ROLE');
    must(call.msp === MARKETPLACE, 'WRONG_ORGANISATION');
    must(call.state.row('parameters') === null, 'WRONG_STATE');
    mustBeSettings(params);
    must(params.commissionBasisPoints <= params.commissionCapBasisPoints, 'COMMISSION_CAP');
    const { channel } = call;
    const first = { v: 1 as const, version: 1, channel, marketplace: MARKETPLACE };
    call.state.put('parameters', [], { ...first, ...params, commissionLinks: {} });
    return 'done';
  },

  setCommission(call) {
    const { commissionBasisPoints } = signedBy(call, 'setCommission');
    administrator(call);
    const before = parametersOf(call);
    must(commissionBasisPoints <= before.commissionCapBasisPoints, 'COMMISSION_CAP');
    call.state.put('parameters', [], { ...before, commissionBasisPoints });
    return 'done';
  },

  setCommissionAccount(call) {
    const { link: id } = signedBy(call, 'setCommissionAccount');
    const parameters = parametersOf(call);
    const person = administrator(call);
    const link = activeLink(call, id);
    must(link.person === person, 'WRONG_ROLE');
    const commissionLinks = { ...parameters.commissionLinks, [link.currency]: id };
    call.state.put('parameters', [], { ...parameters, commissionLinks });
    return 'done';
  },

  proposeParameters(call) {
    const { replaces, settings } = signedBy(call, 'proposeParameters');
    const proposer = administrator(call);
    must(replaces === parametersOf(call).version, 'PARAMETERS_CHANGED');
    mustBeSettings(settings);
    const before = call.state.row('parametersProposal');
    const step = { from: before?.status ?? null, allowed: ANY };
    const status = take(call, 'parametersProposal.proposeParameters', 'proposed', step);
    const number = (before?.number ?? 0) + 1;
    const made = { v: 1 as const, number, status, replaces, settings, proposer, proposedAt: call.now };
    call.state.put('parametersProposal', [], { ...made, voices: [], dueAt: null });
    return 'done';
  },

  acceptParameters(call) {
    const { number, settings } = signedBy(call, 'acceptParameters');
    const { id: person, owner: member } = signer(call, 'administrator', null);
    const row = numbered(call, number);
    must(settingsHash(row.settings) === settings, 'PROPOSAL_CHANGED');
    const parameters = parametersOf(call);
    must(row.replaces === parameters.version, 'PARAMETERS_CHANGED');
    mustBeSettings(row.settings);
    const isVoter = parameters.members.some(({ msp, kind }) => msp === member && kind !== 'marketplace');
    must(isVoter, 'WRONG_ORGANISATION');
    must(!row.voices.some((voice) => voice.member === member), 'EXISTS');
    const voices = [...row.voices, { member, person, at: call.now }];
    const to = isDecided({ voices }, parameters) ? 'accepted' : 'proposed';
    const allowed = to === 'accepted' ? ['proposed', 'accepted'] : ['proposed'];
    const status = take(call, 'parametersProposal.acceptParameters', to, { from: row.status, allowed });
    const dueAt = to === 'accepted' ? (row.dueAt ?? call.now + parameters.changeDelayMs) : null;
    call.state.put('parametersProposal', [], { ...row, status, voices, dueAt });
    return 'done';
  },

  applyParameters(call) {
    const row = numbered(call, machineOf(call, 'applyParameters').number);
    if (row.status === 'applied') return 'repeated';
    const step = { from: row.status, allowed: ['accepted'] };
    const status = take(call, 'parametersProposal.applyParameters', 'applied', step);
    const before = parametersOf(call);
    must(row.replaces === before.version, 'PARAMETERS_CHANGED');
    mustBeSettings(row.settings);
    must(row.dueAt !== null && isDecided(row, before), 'WRONG_STATE');
    must(call.now >= row.dueAt, 'TOO_EARLY');
    const { commissionCapBasisPoints: cap } = row.settings;
    const commissionBasisPoints = before.commissionBasisPoints > cap ? cap : before.commissionBasisPoints;
    const version = before.version + 1;
    call.state.put('parameters', [], { ...before, ...row.settings, commissionBasisPoints, version });
    call.state.put('parametersProposal', [], { ...row, status });
    return 'done';
  },

  withdrawParameters(call) {
    const { number } = signedBy(call, 'withdrawParameters');
    administrator(call);
    const row = numbered(call, number);
    const step = { from: row.status, allowed: ['proposed', 'accepted'] };
    const status = take(call, 'parametersProposal.withdrawParameters', 'withdrawn', step);
    call.state.put('parametersProposal', [], { ...row, status });
    return 'done';
  },
};
