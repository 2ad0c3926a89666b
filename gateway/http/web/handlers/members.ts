// The consortium's members, as the ledger knows them, and banks that are registered for them.
import type { BankRow, ParametersRow } from '../../../../chaincode/protocol/member.js';
import type { LedgerClient } from '../../../ledger/ledger-client.js';
import type { ConsortiumInfo } from '../../../protocol/api/consortium.js';
import type { MemberInfo, memberEndpoints } from '../../../protocol/api/members.js';
import type { Operations } from '../../../operations/operations.js';
import type { MemberReads } from '../../../store/member-reads.js';
import type { HandlersOf } from '../binding.js';
import { carry, commandOf, rowAt } from './answers.js';

export function memberHandlers(of: {
  readonly ledger: Pick<LedgerClient, 'rows' | 'list'>;
  readonly reads: MemberReads;
  readonly operations: Operations;
  /** As this gateway's configuration names them. */
  readonly known: ConsortiumInfo['members'];
}): HandlersOf<keyof typeof memberEndpoints> {
  return {
    listMembers: async () => {
      const parameters = rowAt(await of.ledger.rows(['parameters']), 'parameters');
      const banks = await of.ledger.list('bank');
      const people = await of.reads.activePeople();
      const members: ParametersRow['members'] = parameters?.members ?? [];
      const items = members.map(({ msp, kind }): MemberInfo => {
        const named = of.known.find(({ mspId }) => mspId === msp);
        const web = named?.web ?? '';
        return {
          ...{ mspId: msp, kind, name: named?.name ?? null, web: web === '' ? null : web },
          people: people.get(msp) ?? 0,
          banks: banks.filter(({ owner }) => owner === msp).map(bankOf),
        };
      });
      return { items };
    },
    registerBank: ({ body }, context) =>
      carry(of.operations, context, commandOf('registerBank', body.intent)),
  };
}

function bankOf({ id, name, bic, tariff, tariffSince, sealingKey }: BankRow): MemberInfo['banks'][number] {
  const isPublished = tariff !== null && sealingKey !== null;
  return { id, name, bic, isPublished, tariffSince: isPublished ? tariffSince : null };
}
