// No bank credits on another bank's word more than it has published: sums of public credits against public caps.
import { type CheckScope, writesOf } from './check.js';
import type { EscrowTransaction } from './escrow-transaction.js';
import type { CreditRow } from '../chaincode/protocol/payout.js';

export class CapCheck {
  /** Credited and not settled, by `<crediting bank> <payer's bank> <currency>`. */
  private readonly used = new Map<string, bigint>();

  check(transaction: EscrowTransaction, scope: CheckScope): void {
    for (const { before, after } of writesOf(transaction, 'credit')) {
      if (after.status === 'credited' && before?.status !== 'credited') {
        this.spend(after, transaction.place, scope);
      }
    }
  }

  private spend(
    credit: CreditRow,
    place: EscrowTransaction['place'],
    { ledger, findings }: CheckScope,
  ): void {
    const { deal, payment, payee, bank, currency, amount } = credit;
    const debtor = ledger.row('payment', deal, payment)?.bank;
    if (debtor === undefined || debtor === bank) return;
    const name = `${bank} ${debtor} ${currency}`;
    const used = (this.used.get(name) ?? 0n) + BigInt(amount);
    this.used.set(name, used);
    const cap = ledger.attested('bank', bank)?.debitCaps[currency] ?? '0';
    findings.expect('caps', place, used <= BigInt(cap), () => ({
      found:
        `credit/${deal}/${payment}/${payee}: Bank ${bank} has credited ` +
        `${used.toString()} on the word of ${debtor}`,
      needed: `at most ${cap} in ${currency}, as it has published`,
    }));
  }
}
