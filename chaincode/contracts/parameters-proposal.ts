// Rules of changes of the channel's rules: who proposes, accepts, applies and withdraws.
import {
  decideAcceptance,
  decideApplication,
  decideProposal,
  decideWithdrawal,
} from '../domain/member/parameters-proposal.js';
import {
  acceptParameters,
  applyParameters,
  type ParametersProposalRow,
  proposeParameters,
  withdrawParameters,
} from '../protocol/parameters-proposal.js';
import type { AgreementWriter, RowReader } from '../state/sessions.js';
import { agreementRule, type AgreementRule, type OwnerRule, type Signed } from './rule.js';
import { requireMarketplacesAdministrator, requireSignerOf, signerRow } from './signer.js';

const loadSigned = (rows: RowReader, command: Signed<unknown>) => ({
  signer: signerRow(rows, command),
  existing: rows.row('parametersProposal'),
});

function saveProposal(write: AgreementWriter, proposal: ParametersProposalRow): void {
  write.put('parametersProposal', [], proposal);
}

const proposingParameters = agreementRule(proposeParameters, {
  load: loadSigned,
  decide({ signer, existing }, command) {
    const proposer = requireMarketplacesAdministrator(command, signer);
    const { now, params } = command;
    return decideProposal(params, proposer, { parameters: command.parameters(), existing, now });
  },
  save: saveProposal,
});

/** Which member the voice is, the signer's own row says; its rights, the parameters in force. */
const acceptingParameters = agreementRule(acceptParameters, {
  load: loadSigned,
  decide({ signer, existing }, command) {
    const person = requireSignerOf(command, signer, { role: 'administrator', organisation: null });
    const { now, params } = command;
    return decideAcceptance(params, person, { parameters: command.parameters(), existing, now });
  },
  save: saveProposal,
});

const applyingParameters = agreementRule(applyParameters, {
  load: (rows) => ({ existing: rows.row('parametersProposal') }),
  decide({ existing }, command) {
    const { now, machine } = command;
    return decideApplication(machine.number, { parameters: command.parameters(), existing, now });
  },
  save: (write, { parameters, proposal }) => {
    write.put('parameters', [], parameters);
    saveProposal(write, proposal);
  },
});

const withdrawingParameters = agreementRule(withdrawParameters, {
  load: loadSigned,
  decide({ signer, existing }, command) {
    requireMarketplacesAdministrator(command, signer);
    return decideWithdrawal(command.params.number, existing);
  },
  save: saveProposal,
});

export const agreement: readonly AgreementRule[] = [
  proposingParameters,
  acceptingParameters,
  applyingParameters,
  withdrawingParameters,
];
export const owner: readonly OwnerRule[] = [];
