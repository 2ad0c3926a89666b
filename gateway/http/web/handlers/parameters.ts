// The channel's rules and the proposal to change them, for administrators: shown from the ledger, changed by signed
// commands.
import type { PersonAction } from '../../../../chaincode/protocol/commands.js';
import type { ParametersRow } from '../../../../chaincode/protocol/member.js';
import {
  agreedSettingsOf,
  type ParametersProposalRow,
  quorumOf,
} from '../../../../chaincode/protocol/parameters-proposal.js';
import type { Intent } from '../../../../chaincode/protocol/intent.js';
import { rowKey } from '../../../../chaincode/protocol/rows.js';
import type { LedgerClient } from '../../../ledger/ledger-client.js';
import type { Operations } from '../../../operations/operations.js';
import type {
  parameterEndpoints,
  ParametersInfo,
  ParametersProposalInfo,
} from '../../../protocol/api/parameters.js';
import { Refused } from '../../../refused.js';
import type { HandlersOf } from '../binding.js';
import { carry, commandOf, rowAt, type SignedIn } from './answers.js';

export interface ParameterHandlersOptions {
  readonly operations: Operations;
  readonly ledger: Pick<LedgerClient, 'rows'>;
}

export function parameterHandlers({
  operations,
  ledger,
}: ParameterHandlersOptions): HandlersOf<keyof typeof parameterEndpoints> {
  const carrying =
    (action: PersonAction) =>
    ({ body }: { readonly body: { readonly intent: Intent } }, context: SignedIn) =>
      carry(operations, context, commandOf(action, body.intent));
  return {
    getParameters: () => parametersInfo(ledger),
    setCommission: carrying('setCommission'),
    proposeParameters: carrying('proposeParameters'),
    withdrawParameters: carrying('withdrawParameters'),
    acceptParameters: carrying('acceptParameters'),
    setCommissionAccount: carrying('setCommissionAccount'),
  };
}

/** Throws: Refused NOT_READY, where nobody has founded the channel yet. */
async function parametersInfo(ledger: Pick<LedgerClient, 'rows'>): Promise<ParametersInfo> {
  const rows = await ledger.rows([rowKey('parameters'), rowKey('parametersProposal')]);
  const parameters = rowAt(rows, 'parameters');
  if (parameters === null) throw new Refused('NOT_READY');
  const proposal = rowAt(rows, 'parametersProposal');
  const { version, commissionBasisPoints } = parameters;
  return {
    ...{ version, commissionBasisPoints },
    settings: copied(agreedSettingsOf(parameters)),
    commissionAccounts: await commissionAccounts(ledger, parameters),
    quorum: quorumOf(parameters),
    proposal: proposal === null ? null : proposalInfo(proposal),
  };
}

async function commissionAccounts(
  ledger: Pick<LedgerClient, 'rows'>,
  { commissionLinks }: ParametersRow,
): Promise<ParametersInfo['commissionAccounts']> {
  const links = Object.entries(commissionLinks);
  const rows = await ledger.rows(links.map(([, link]) => rowKey('link', link)));
  return links.map(([currency, link]) => ({ currency, link, bank: rowAt(rows, 'link', link)?.bank ?? null }));
}

function proposalInfo(row: ParametersProposalRow): ParametersProposalInfo {
  const { number, status, replaces, settings, proposedAt, voices, dueAt } = row;
  return {
    ...{ number, status, replaces, proposedAt, dueAt },
    settings: copied(settings),
    voices: voices.map(({ member, at }) => ({ member, at })),
  };
}

/** Answers own their lists. */
function copied(settings: ParametersProposalRow['settings']): ParametersInfo['settings'] {
  return { ...settings, members: [...settings.members] };
}
