// What became of the demo's deals in figures, read from the ledger and the banks' books when all is over.
import type { CreditRow } from '../chaincode/protocol/payout.js';
import type { OperationView } from '../chaincode/protocol/queries.js';
import type { DemoReport } from './context.js';
import type { Bank, Gateways } from './gateways.js';

type DealReport = DemoReport['deals'][number];

export async function reportOf(gateways: Gateways, deals: readonly string[]): Promise<DemoReport> {
  const reports: DealReport[] = [];
  for (const deal of deals) reports.push(await dealReport(gateways, deal));
  const balanced = await booksBalance(gateways);
  return { deals: reports, transactions: gateways.transactions, balanced };
}

async function dealReport(gateways: Gateways, deal: string): Promise<DealReport> {
  const { deal: view } = await gateways.marketplace.admin.deal(deal);
  const captured = view.payments.filter(({ row, attested }) => attested && row.status === 'captured');
  const credited = view.credits.filter(({ row, attested }) => attested && row.status === 'credited');
  const creditedFor = (purpose: CreditRow['purpose']) =>
    sumOf(credited.filter(({ row }) => row.purpose === purpose).map(({ row }) => row.amount));
  return {
    id: deal,
    outcome: view.phase?.status ?? 'unknown',
    payments: view.payments.length,
    paidToSeller: creditedFor('price'),
    commission: creditedFor('commission'),
    interbankFees: sumOf(captured.map(({ row }) => row.fee)),
    returned: await returnedOf(gateways, deal),
  };
}

/** What the banks' own books say was given back to payers: the voids' lines on available money. */
async function returnedOf(gateways: Gateways, deal: string): Promise<string> {
  const amounts: string[] = [];
  for (const bank of gateways.banks) {
    const { groups } = await bank.admin.operations(deal);
    for (const operation of groups.flatMap((group) => group.operations))
      amounts.push(...returnedBy(operation));
  }
  return sumOf(amounts);
}

/** Amounts that an operation gave back, one for each account. */
export function returnedBy(operation: OperationView): string[] {
  if (operation.kind !== 'void') return [];
  return operation.lines
    .filter(({ account }) => account.startsWith('available/'))
    .map(({ amount }) => amount);
}

/** Each bank's books sum to zero, recomputed here, and what banks owe each other is the same in both books. */
export async function booksBalance(gateways: Gateways): Promise<boolean> {
  const positions = new Map<string, bigint>();
  for (const bank of gateways.banks) {
    for (const balance of await bank.admin.trialBalances()) {
      const sum = Object.values(balance.accounts).reduce((total, amount) => total + BigInt(amount), 0n);
      if (sum !== 0n || balance.sum !== '0') return false;
      addPositions(positions, bank, balance);
    }
  }
  return [...positions.values()].every((sum) => sum === 0n);
}

function addPositions(
  positions: Map<string, bigint>,
  bank: Bank,
  balance: { readonly currency: string; readonly accounts: { readonly [name: string]: string } },
): void {
  for (const [name, amount] of Object.entries(balance.accounts)) {
    if (!name.startsWith('bank/')) continue;
    const pair = [bank.bankId, name.slice('bank/'.length)].sort().join(' ');
    const key = `${balance.currency} ${pair}`;
    positions.set(key, (positions.get(key) ?? 0n) + BigInt(amount));
  }
}

function sumOf(amounts: readonly string[]): string {
  return amounts.reduce((total, amount) => total + BigInt(amount), 0n).toString();
}
