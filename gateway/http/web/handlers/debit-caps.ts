// How much a bank still takes on each other bank's word, and which credits wait for more.
import type { BankRow } from '../../../../chaincode/protocol/member.js';
import type { ExposureView } from '../../../../chaincode/protocol/queries.js';
import { rowKey } from '../../../../chaincode/protocol/rows.js';
import type { LedgerClient } from '../../../ledger/ledger-client.js';
import type { WaitingCredit, WaitingCredits } from '../../../payments/waiting-credits.js';
import type { HandlersOf } from '../binding.js';

export interface DebitCapHandlersOptions {
  readonly bank: string;
  readonly ledger: Pick<LedgerClient, 'queryPrivate' | 'rows'>;
  readonly waitingCredits: Pick<WaitingCredits, 'list'>;
}

export function debitCapHandlers(options: DebitCapHandlersOptions): HandlersOf<'listDebitCaps'> {
  const { bank, ledger, waitingCredits } = options;
  return {
    listDebitCaps: async () => {
      const key = rowKey('bank', bank);
      const [rows, used] = await Promise.all([
        ledger.rows([key]),
        ledger.queryPrivate({ about: 'exposures' }),
      ]);
      const row = rows[key] as BankRow | null | undefined; // the key names the kind
      return { items: debitCaps({ caps: row?.debitCaps ?? {}, used, waiting: waitingCredits.list() }) };
    },
  };
}

interface Known {
  readonly caps: BankRow['debitCaps'];
  readonly used: readonly ExposureView[];
  readonly waiting: readonly WaitingCredit[];
}

/** One for each pair of bank and currency on whose word something was credited or waits. */
function debitCaps({ caps, used, waiting }: Known) {
  const nameOf = (bank: string, currency: string) => `${bank}/${currency}`;
  const usedOn = new Map(used.map((one) => [nameOf(one.bank, one.currency), one.used]));
  const names = new Set([
    ...usedOn.keys(),
    ...waiting.map(({ payerBank, currency }) => nameOf(payerBank, currency)),
  ]);
  return [...names].sort().map((name) => {
    const [bank = '', currency = ''] = name.split('/');
    return {
      ...{ bank, currency, cap: caps[currency] ?? '0', used: usedOn.get(name) ?? '0' },
      waiting: waiting
        .filter((credit) => nameOf(credit.payerBank, credit.currency) === name)
        .map(({ place, deal, payment, amount, arrivedAt }) => ({ place, deal, payment, amount, arrivedAt })),
    };
  });
}
