// Payouts: plan, obligations and credits follow from the held payments; a deal ends only when nothing is open.
// It must not ask who signed; terms and payments are checked for themselves.
import { obligationsOf, planOf } from '../../chaincode/protocol/plan.js';
import { recipientCodeH2 } from '../../chaincode/protocol/recipient-code.js';
import type { LegRow, PhaseRow, PlanRow } from '../../chaincode/protocol/rows.js';
import { sameJson } from './check-terms.js';
import { writesOf, type CheckScope } from './check.js';
import type { EscrowTransaction, LedgerRows, RowWrite } from './escrow-transaction.js';

export class PayoutCheck {
  /** Ids of each deal's legs, as they were submitted. */
  private readonly legs = new Map<string, string[]>();

  check(transaction: EscrowTransaction, scope: CheckScope): void {
    const { findings, ledger } = scope;
    const { place } = transaction;
    for (const { before, after } of writesOf(transaction, 'leg')) if (before === null) this.note(after);
    const told: readonly (readonly ['plans' | 'credits' | 'deals', string, string | null])[] = [
      ...writesOf(transaction, 'plan').map(
        ({ key, after }) => ['plans', key, planTrouble(after, ledger)] as const,
      ),
      ...writesOf(transaction, 'obligation').map(
        (write) => ['plans', write.key, obligationTrouble(write, ledger)] as const,
      ),
      ...writesOf(transaction, 'credit').map(
        (write) => ['credits', write.key, creditTrouble(write, ledger)] as const,
      ),
      ...writesOf(transaction, 'phase').map(
        ({ key, after }) => ['deals', key, this.phaseTrouble(after, ledger)] as const,
      ),
      ...writesOf(transaction, 'shipment').map(
        (write) => ['deals', write.key, shipmentTrouble(write, ledger)] as const,
      ),
    ];
    for (const [check, key, trouble] of told) {
      findings.expect(check, place, trouble === null, () => ({
        found: `${key}: ${trouble ?? ''}`,
        needed: NEEDED[check],
      }));
    }
  }

  private note({ deal, id }: LegRow): void {
    this.legs.set(deal, [...(this.legs.get(deal) ?? []), id]);
  }

  private phaseTrouble(phase: PhaseRow, ledger: LedgerRows): string | null {
    const plan = ledger.row('plan', phase.deal);
    if (phase.status === 'paid' && plan === null) return 'paid without a plan';
    if (phase.status === 'expired') return this.expiryTrouble(phase.deal, ledger);
    if (phase.status !== 'completed') return null;
    const open = plan?.items.find(
      ({ leg, payee }) => ledger.believed('credit', phase.deal, leg, payee)?.status !== 'credited',
    );
    return plan !== null && open === undefined
      ? null
      : `completed before ${open?.payee ?? 'anybody'} was credited`;
  }

  private expiryTrouble(deal: string, ledger: LedgerRows): string | null {
    const legs = (this.legs.get(deal) ?? []).flatMap((id) => ledger.believed('leg', deal, id) ?? []);
    const open = legs.find(({ id, status }) => {
      const gate = ledger.row('gate', id)?.status;
      return status === 'submitted' && gate !== 'refused' && gate !== 'closed';
    });
    if (open) return `expired before ${open.id} was answered or closed`;
    const held = legs.filter(({ status }) => status === 'held' || status === 'captured');
    const price = BigInt(ledger.row('terms', deal)?.terms.offerTerms.price ?? '0');
    return sumOf(held) < price ? null : 'expired though it is fully held';
  }
}

const NEEDED = {
  plans: 'the plan of the held payments, which sum to the price',
  credits: 'what the plan names, credited once captured',
  deals: 'an end with nothing open',
} as const;

/** Items, sums and states at the moment when the plan is written. */
function planTrouble(plan: PlanRow, ledger: LedgerRows): string | null {
  const offerTerms = ledger.row('terms', plan.deal)?.terms.offerTerms;
  if (!offerTerms) return 'a deal without terms';
  const legs = legsOf(plan, ledger);
  if (legs === null) return 'payments that are not held';
  const { price, net, commission } = offerTerms;
  const part = (payee: string) => sumOf(plan.items.filter((item) => item.payee === payee));
  if (sumOf(legs) !== BigInt(price) || sumOf(plan.items) !== BigInt(price)) {
    return `payments of ${sumOf(legs).toString()}, parts of ${sumOf(plan.items).toString()}, a price of ${price}`;
  }
  if (part('seller') !== BigInt(net) || part('commission') !== BigInt(commission)) return 'other shares';
  if (!sameJson(plan.items, planOf(legs, offerTerms))) return 'another order of payments';
  const missing = plan.items.find(({ leg, payee }) => ledger.row('credit', plan.deal, leg, payee) === null);
  if (missing) return `no credit of ${missing.leg} for the ${missing.payee}`;
  const owed = obligationsOf({ deal: plan.deal, currency: offerTerms.currency, legs, plan: plan.items });
  const unowed = owed.find(
    ({ payee, row }) => !sameJson(ledger.row('obligation', plan.deal, row.leg, payee), row),
  );
  return unowed ? `bank ${unowed.row.from} does not owe bank ${unowed.row.to} for ${unowed.row.leg}` : null;
}

/** The payments that the plan names, each once; null unless every one is believed and held. */
function legsOf(plan: PlanRow, ledger: LedgerRows): LegRow[] | null {
  const ids = [...new Set(plan.items.map(({ leg }) => leg))];
  const legs = ids.flatMap((id) => ledger.believed('leg', plan.deal, id) ?? []);
  return legs.length === ids.length && legs.every(({ status }) => status === 'held') ? legs : null;
}

function obligationTrouble({ after, key }: RowWrite<'obligation'>, ledger: LedgerRows): string | null {
  const payee = key.split('/')[3];
  const item = ledger
    .row('plan', after.deal)
    ?.items.find((each) => each.leg === after.leg && each.payee === payee);
  const from = ledger.row('leg', after.deal, after.leg)?.bank;
  const isPlanned = item?.amount === after.amount && item.bank === after.to && from === after.from;
  return isPlanned ? null : 'not what the plan makes of it';
}

function creditTrouble({ before, after }: RowWrite<'credit'>, ledger: LedgerRows): string | null {
  const { deal, leg, payee, amount, bank, link } = after;
  if (before !== null && !sameJson({ ...before, status: null }, { ...after, status: null }))
    return 'another credit than was due';
  const item = ledger.row('plan', deal)?.items.find((each) => each.leg === leg && each.payee === payee);
  if (item?.amount !== amount || item.bank !== bank || item.link !== link) return 'not in the plan';
  if (ledger.believed('link', link)?.owner !== after.owner) return 'not owned by the bank of the link';
  if (after.status !== 'credited') return null;
  return ledger.believed('leg', deal, leg)?.status === 'captured' ? null : 'credited before it was captured';
}

/** Delivered with the code whose hash the buyer signed. */
function shipmentTrouble({ after }: RowWrite<'shipment'>, ledger: LedgerRows): string | null {
  const terms = ledger.row('terms', after.deal)?.terms;
  if (terms?.offerTerms.courier !== after.owner) return `by ${after.owner}`;
  if (after.status !== 'delivered') return null;
  return recipientCodeH2(after.h1 ?? '') === terms.recipientCodeHash
    ? null
    : "delivered without the recipient's code";
}

function sumOf(rows: readonly { readonly amount: string }[]): bigint {
  return rows.reduce((total, { amount }) => total + BigInt(amount), 0n);
}
