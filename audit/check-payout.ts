// Payouts: plan, obligations and credits follow from the held payments; a deal ends only when nothing is open.
// It must not ask who signed; terms and payments are checked for themselves.
import { obligationsOf, planOf } from '../chaincode/protocol/plan.js';
import { recipientCodeH2 } from '../chaincode/protocol/recipient-code.js';
import type { PaymentRow, PhaseRow, PlanItem, PlanRow } from '../chaincode/protocol/rows.js';
import { covers, sameJson } from './check-terms.js';
import { firstBroken, writesOf, type CheckScope } from './check.js';
import type { EscrowTransaction, LedgerRows, RowWrite } from './escrow-transaction.js';

export class PayoutCheck {
  /** Ids of each deal's payments, as they were submitted. */
  private readonly payments = new Map<string, string[]>();

  check(transaction: EscrowTransaction, scope: CheckScope): void {
    const { findings, ledger } = scope;
    const { place } = transaction;
    for (const { before, after } of writesOf(transaction, 'payment')) if (before === null) this.note(after);
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
      ...writesOf(transaction, 'inspection').map(
        (write) => ['deals', write.key, inspectionTrouble(write, scope)] as const,
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

  private note({ deal, id }: PaymentRow): void {
    this.payments.set(deal, [...(this.payments.get(deal) ?? []), id]);
  }

  private phaseTrouble(phase: PhaseRow, ledger: LedgerRows): string | null {
    const plan = ledger.row('plan', phase.deal);
    if (phase.status === 'paid' && plan === null) return 'paid without a plan';
    if (phase.status === 'expired') return this.expiryTrouble(phase.deal, ledger);
    if (phase.status !== 'completed') return null;
    const open = plan?.items.find(
      ({ payment, payee }) => ledger.attested('credit', phase.deal, payment, payee)?.status !== 'credited',
    );
    return plan !== null && open === undefined
      ? null
      : `completed before ${open?.payee ?? 'anybody'} was credited`;
  }

  private expiryTrouble(deal: string, ledger: LedgerRows): string | null {
    const payments = (this.payments.get(deal) ?? []).flatMap(
      (id) => ledger.attested('payment', deal, id) ?? [],
    );
    const open = payments.find(({ id, status }) => {
      const admission = ledger.row('admission', id)?.status;
      return status === 'submitted' && admission !== 'refused' && admission !== 'closed';
    });
    if (open) return `expired before ${open.id} was answered or closed`;
    const held = payments.filter(({ status }) => status === 'held' || status === 'captured');
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
  const { deal, items } = plan;
  const offerTerms = ledger.row('terms', deal)?.terms.offerTerms;
  const payments = paymentsOf(plan, ledger);
  if (!offerTerms || payments === null) return 'a deal without terms, or payments that are not held';
  const { price, net, commission, currency } = offerTerms;
  const part = (payee: string) => sumOf(items.filter((item) => item.payee === payee));
  return firstBroken(
    [
      () => sumOf(payments) === BigInt(price),
      `payments of ${sumOf(payments).toString()} for a price of ${price}`,
    ],
    [() => sumOf(items) === BigInt(price), `parts of ${sumOf(items).toString()} for a price of ${price}`],
    [() => part('seller') === BigInt(net) && part('commission') === BigInt(commission), 'other shares'],
    [() => sameJson(items, planOf(payments, offerTerms)), 'another order of payments'],
    [
      () => items.every(({ payment, payee }) => ledger.row('credit', deal, payment, payee) !== null),
      'a payee without credit',
    ],
    [
      () =>
        obligationsOf({ deal, currency, payments, plan: items }).every(({ payee, row }) =>
          sameJson(ledger.row('obligation', deal, row.payment, payee), row),
        ),
      'a bank that does not owe what it takes',
    ],
  );
}

/** The payments that the plan names, each once; null unless every one is attested and held. */
function paymentsOf(plan: PlanRow, ledger: LedgerRows): PaymentRow[] | null {
  const ids = [...new Set(plan.items.map(({ payment }) => payment))];
  const payments = ids.flatMap((id) => ledger.attested('payment', plan.deal, id) ?? []);
  return payments.length === ids.length && payments.every(({ status }) => status === 'held')
    ? payments
    : null;
}

function obligationTrouble({ after, key }: RowWrite<'obligation'>, ledger: LedgerRows): string | null {
  const payee = key.split('/')[3];
  const item = ledger
    .row('plan', after.deal)
    ?.items.find((each) => each.payment === after.payment && each.payee === payee);
  const from = ledger.row('payment', after.deal, after.payment)?.bank;
  const isPlanned = item?.amount === after.amount && item.bank === after.to && from === after.from;
  return isPlanned ? null : 'not what the plan makes of it';
}

function creditTrouble({ before, after }: RowWrite<'credit'>, ledger: LedgerRows): string | null {
  const { deal, payment, payee, amount, bank, link, status } = after;
  const isPlanned = (item: PlanItem): boolean =>
    item.payment === payment &&
    item.payee === payee &&
    item.amount === amount &&
    item.bank === bank &&
    item.link === link;
  return firstBroken(
    [() => before === null || sameJson({ ...before, status }, after), 'another credit than was due'],
    [() => ledger.row('plan', deal)?.items.some(isPlanned) === true, 'not in the plan'],
    [() => ledger.attested('link', link)?.owner === after.owner, 'not owned by the bank of the link'],
    [
      () => status !== 'credited' || ledger.attested('payment', deal, payment)?.status === 'captured',
      'credited before it was captured',
    ],
  );
}

/** Begun once the parcel was delivered; accepted by the buyer's own signature. */
function inspectionTrouble(
  { after }: RowWrite<'inspection'>,
  { ledger, channel }: CheckScope,
): string | null {
  const { deal, acceptance } = after;
  const row = ledger.row('terms', deal);
  const link = ledger.attested('link', row?.terms.buyerLink ?? '');
  const params = { deal, termsHash: row?.termsHash ?? '' };
  return firstBroken(
    [() => ledger.attested('shipment', deal)?.status === 'delivered', 'begun before the delivery'],
    [
      () => acceptance === null || covers(acceptance, { channel, action: 'acceptGoods', params, link }),
      'accepted without the signature of the buyer',
    ],
  );
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
