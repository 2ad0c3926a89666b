// A bank's books as its operators read them: accounts with statements, operations of a deal, the trial balance.
import type { OperationView, TrialBalanceView } from '../../../../chaincode/protocol/queries.js';
import { byRefundKey, type OperationIds } from '../../../accounts/operation-ids.js';
import type { LedgerClient } from '../../../ledger/ledger-client.js';
import { LedgerRejected } from '../../../ledger/ledger-errors.js';
import type { BankAccounts, BankReads, OpenedAccount } from '../../../store/bank-reads.js';
import { partOf, positionOf } from '../../../store/parts.js';
import type { HandlersOf } from '../binding.js';
import { partRequest } from './offers.js';

export interface BankBookHandlersOptions {
  readonly ledger: Pick<LedgerClient, 'queryPrivate' | 'rows'>;
  readonly reads: Pick<BankReads, 'accounts'>;
  readonly accounts: Pick<BankAccounts, 'noteOpened'>;
  readonly operationIds: Pick<OperationIds, 'refundKeyFingerprint'>;
}

type BookEndpoint = 'searchAccounts' | 'getStatement' | 'listDealOperations' | 'getTrialBalance';

/** As people write an account's number: `10 01234 56789 01234`. */
const NUMBER_BEGINNING = /^[0-9][0-9 \u00a0\u202f]*$/;
const SPACES = /[ \u00a0\u202f]/g;

export function bankBookHandlers(options: BankBookHandlersOptions): HandlersOf<BookEndpoint> {
  const { ledger, reads, operationIds } = options;
  return {
    searchAccounts: async ({ body }) => {
      const typed = body.words.trim();
      const words = NUMBER_BEGINNING.test(typed) ? typed.replace(SPACES, '') : typed;
      const { items, next } = await reads.accounts({ words, holder: body.holder ?? null }, partRequest(body));
      const found = await Promise.all(items.map((account) => knownAccount(options, account)));
      return { items: found.filter((account) => account !== null), next };
    },
    getStatement: async ({ body }) => {
      const account = await balanceOf(ledger, body.account);
      const all = await ledger.queryPrivate({ about: 'statement', account: body.account });
      return { account, operations: newestFirst(all, partRequest(body)) };
    },
    listDealOperations: async ({ path: { deal } }) => {
      const { tied, others } = byRefundKey(await ledger.queryPrivate({ about: 'operations', deal }));
      const fingerprint = tied.length === 0 ? null : await operationIds.refundKeyFingerprint(deal);
      return { refundKeyFingerprint: fingerprint, tied: mutable(tied), others: mutable(others) };
    },
    getTrialBalance: async () => ({
      items: (await ledger.queryPrivate({ about: 'trialBalance' })).map(trialBalance),
    }),
  };
}

/** With its balance; null: the ledger has not taken it. One whose opening got no answer is noted as opened. */
async function knownAccount({ ledger, accounts }: BankBookHandlersOptions, asked: OpenedAccount) {
  try {
    const found = await balanceOf(ledger, asked.account);
    if (!asked.isOpened) await accounts.noteOpened(found);
    return found;
  } catch (error) {
    if (error instanceof LedgerRejected && error.code === 'NO_ACCOUNT') return null;
    throw error;
  }
}

async function balanceOf(ledger: BankBookHandlersOptions['ledger'], account: string) {
  const { holder, currency, available, held, pending } = await ledger.queryPrivate({
    about: 'balance',
    account,
  });
  return { account, holder, currency, available, held, pending };
}

/** The ledger gives them oldest first. The cursor names the last that was shown, so none is skipped or repeated. */
function newestFirst(all: readonly OperationView[], { cursor, limit }: ReturnType<typeof partRequest>) {
  const behind = positionOf(cursor);
  const isOlder = ({ at, operation }: OperationView): boolean =>
    behind === null || at < behind.sort || (at === behind.sort && operation < behind.key);
  const rest = all
    .filter(isOlder)
    .toReversed()
    .slice(0, limit + 1);
  const placed = rest.map((operation) => ({ sort: operation.at, key: operation.operation, operation }));
  const { items, next } = partOf(placed, limit, ({ operation }) => operation);
  return { items: mutable(items), next };
}

function mutable(operations: readonly OperationView[]) {
  return operations.map(({ lines, ...operation }) => ({ ...operation, lines: [...lines] }));
}

const KINDS = ['available', 'held', 'pending', 'transit', 'fees', 'bank', 'cash'] as const;
type Kind = (typeof KINDS)[number];

interface TrialLine {
  readonly kind: Kind;
  readonly bank: string | null;
  readonly accounts: number;
  readonly sum: string;
}

/** Customers' accounts of one kind together, since there may be ten thousand; every other account by itself. */
function trialBalance({ currency, accounts, sum, operations }: TrialBalanceView) {
  const lines = new Map<string, TrialLine>();
  for (const [name, amount] of Object.entries(accounts)) {
    const [first = '', rest = null] = name.split('/');
    const kind = KINDS.find((one) => one === first);
    if (kind === undefined) throw new Error('the books name an account of an unknown kind');
    const bank = kind === 'bank' ? rest : null;
    const line = lines.get(`${kind}/${bank ?? ''}`) ?? { kind, bank, accounts: 0, sum: '0' };
    const total = (BigInt(line.sum) + BigInt(amount)).toString();
    lines.set(`${kind}/${bank ?? ''}`, { ...line, accounts: line.accounts + 1, sum: total });
  }
  const order = ({ kind, bank }: TrialLine): string => `${String(KINDS.indexOf(kind))}/${bank ?? ''}`;
  const sorted = [...lines.values()].sort((left, right) => (order(left) < order(right) ? -1 : 1));
  return { currency, lines: sorted, sum, operations };
}
