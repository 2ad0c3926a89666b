// What every page needs to know of the consortium: its members, the time, the banks as they have published themselves.
import type { BankRow } from '../../../../chaincode/protocol/member.js';
import type { Clock } from '../../../clock.js';
import type { LedgerClient } from '../../../ledger/ledger-client.js';
import type { BankInfo, ConsortiumInfo, consortiumEndpoints } from '../../../protocol/api/consortium.js';
import type { HandlersOf } from '../binding.js';

export function consortiumHandlers(of: {
  readonly consortium: Omit<ConsortiumInfo, 'canRegister'>;
  readonly canRegister: () => Promise<boolean>;
  readonly ledger: Pick<LedgerClient, 'list'>;
  readonly clock: Clock;
}): HandlersOf<keyof typeof consortiumEndpoints> {
  return {
    getConsortium: async () => ({ ...of.consortium, canRegister: await of.canRegister() }),
    getTime: () => Promise.resolve({ now: of.clock.now() }),
    listBanks: async () => ({ items: (await of.ledger.list('bank')).map(bankInfo) }),
  };
}

function bankInfo({ id, owner, name, bic, tariff, tariffSince, debitCaps, sealingKey }: BankRow): BankInfo {
  return { id, owner, name, bic, tariff, tariffSince, debitCaps: { ...debitCaps }, sealingKey };
}
