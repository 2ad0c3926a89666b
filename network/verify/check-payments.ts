// Payments: each leg is what its payer signed, in time, at the bank of his link; afterwards only its answer changes.
// It must not judge the payout; `check-payout.ts` does.
import { interbankFeeOf, QUOTE_LIFE_MS } from '../../chaincode/protocol/fees.js';
import { allocationOf } from '../../chaincode/protocol/plan.js';
import type { LegRow } from '../../chaincode/protocol/rows.js';
import { says, sameJson } from './check-terms.js';
import { writesOf, type CheckScope } from './check.js';
import type { EscrowTransaction, LedgerRows, RowWrite } from './escrow-transaction.js';

export function checkPayments(transaction: EscrowTransaction, scope: CheckScope): void {
  for (const write of writesOf(transaction, 'leg')) {
    const trouble =
      write.before === null ? submitted(write.after, transaction, scope) : changed(write, scope.ledger);
    scope.findings.expect('payments', transaction.place, trouble === null, () => ({
      found: `${write.key}: ${trouble ?? ''}`,
      needed: 'what the payer signed, in time, answered by the bank of his link',
    }));
  }
}

function submitted(leg: LegRow, { timestampMs }: EscrowTransaction, scope: CheckScope): string | null {
  const { ledger, channel } = scope;
  const terms = ledger.row('terms', leg.deal);
  const windowMs = ledger.row('parameters')?.windowMs ?? 0;
  if (terms === null) return 'a deal without terms';
  const { deal, amount, fee, currency, link, arrivedAt } = leg;
  const params = { deal, termsHash: terms.termsHash, amount, fee, currency, link, arrivedAt };
  const claim = { channel, action: 'submitLeg', person: leg.payer, params };
  if (leg.intent.body.id !== leg.id || !says(leg.intent, claim)) return 'not signed by the payer';
  const found = ledger.believed('link', link);
  if (found?.person !== leg.payer || found.bank !== leg.bank || found.owner !== leg.owner) {
    return "a link that is not the payer's at that bank";
  }
  if (ledger.believed('bank', leg.bank)?.owner !== leg.owner) return `not owned by bank ${leg.bank}`;
  if (currency !== terms.terms.offerTerms.currency || currency !== found.currency) return `in ${currency}`;
  if (arrivedAt > terms.terms.payDeadline) return 'arrived after the deadline';
  if (Math.abs(arrivedAt - timestampMs) > windowMs) return 'arrived at another time than it was sent';
  return BigInt(amount) > 0n ? null : `of ${amount}`;
}

function changed({ before, after }: RowWrite<'leg'>, ledger: LedgerRows): string | null {
  const fixed = { status: null, codeBinding: null, allocation: null };
  if (!sameJson({ ...before, ...fixed }, { ...after, ...fixed })) return 'another payment than was submitted';
  const gate = ledger.row('gate', after.id)?.status ?? null;
  switch (after.status) {
    case 'held':
      return gate === 'admitted'
        ? feeTrouble(after, ledger)
        : `held at a gate that is ${gate ?? 'not there'}`;
    case 'late':
      return gate === 'closed' ? null : `late at a gate that is ${gate ?? 'not there'}`;
    case 'captured':
      return captureTrouble(after, ledger);
    case 'voided': {
      const phase = ledger.row('phase', after.deal)?.status ?? null;
      return phase === 'expired' ? null : `given back while the deal is ${phase ?? 'not there'}`;
    }
    default:
      return null;
  }
}

function feeTrouble(leg: LegRow, ledger: LedgerRows): string | null {
  const bank = ledger.believed('bank', leg.bank);
  const sellerBank = ledger.row('terms', leg.deal)?.terms.offerTerms.sellerBank ?? '';
  const quoted = leg.arrivedAt <= (bank?.tariffSince ?? 0) + QUOTE_LIFE_MS ? bank?.previousTariff : null;
  const fees = [bank?.tariff, quoted].flatMap((tariff) =>
    tariff ? [interbankFeeOf({ amount: leg.amount, payerBank: leg.bank, sellerBank, tariff })] : [],
  );
  return fees.includes(leg.fee) ? null : `a fee of ${leg.fee}`;
}

function captureTrouble(leg: LegRow, ledger: LedgerRows): string | null {
  const plan = ledger.row('plan', leg.deal);
  if (plan === null) return 'captured without a plan';
  if (!sameJson(leg.allocation, allocationOf(plan.items, leg.id)))
    return 'captured for others than the plan names';
  const sum = (leg.allocation ?? []).reduce((all, { amount }) => all + BigInt(amount), 0n);
  return sum === BigInt(leg.amount) ? null : `captured ${sum.toString()} of ${leg.amount}`;
}
