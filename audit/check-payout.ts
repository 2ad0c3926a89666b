// Payouts: plan, obligations and credits follow from the held payments; a deal ends only when nothing is open.
import { provenSum } from '../chaincode/protocol/deal-state.js';
import type { PhaseRow } from '../chaincode/protocol/deal.js';
import type { PaymentRow, PlanItem } from '../chaincode/protocol/payment.js';
import type { PlanRow } from '../chaincode/protocol/payout.js';
import { obligationsOf, payeeShares, planOf } from '../chaincode/protocol/plan.js';
import { recipientCodeH2 } from '../chaincode/protocol/recipient-code.js';
import { openShares } from '../chaincode/protocol/shares.js';
import { marginMs } from '../chaincode/protocol/time-bounds.js';
import { cancellationFault } from './check-cancellation.js';
import { firstBroken, sameJson, sumOf, writesOf, type CheckScope } from './check.js';
import type { EscrowTransaction, LedgerRows, RowWrite } from './escrow-transaction.js';
import { covers } from './signed-statement.js';

export class PayoutCheck {
  /** Ids of each deal's payments, as they were submitted. */
  private readonly payments = new Map<string, string[]>();

  check(transaction: EscrowTransaction, scope: CheckScope): void {
    const { findings, ledger } = scope;
    const { place, timestampMs } = transaction;
    for (const { before, after } of writesOf(transaction, 'payment')) if (before === null) this.note(after);
    const checks: readonly (readonly ['plans' | 'credits' | 'deals', string, string | null])[] = [
      ...writesOf(transaction, 'plan').map(
        ({ key, after }) => ['plans', key, planFault(after, ledger)] as const,
      ),
      ...writesOf(transaction, 'obligation').map(
        (write) => ['plans', write.key, obligationFault(write, ledger)] as const,
      ),
      ...writesOf(transaction, 'credit').map(
        (write) => ['credits', write.key, creditFault(write, ledger)] as const,
      ),
      ...writesOf(transaction, 'phase').map(
        (write) =>
          [
            'deals',
            write.key,
            cancellationFault(write, transaction, scope) ?? this.phaseFault(write.after, ledger, timestampMs),
          ] as const,
      ),
      ...writesOf(transaction, 'inspection').map(
        (write) => ['deals', write.key, inspectionFault(write, scope, timestampMs)] as const,
      ),
      ...writesOf(transaction, 'shipment').map(
        (write) => ['deals', write.key, shipmentFault(write, ledger)] as const,
      ),
    ];
    for (const [check, key, fault] of checks) {
      findings.expect(check, place, fault === null, () => ({
        found: `${key}: ${fault ?? ''}`,
        needed: NEEDED[check],
      }));
    }
  }

  private note({ deal, id }: PaymentRow): void {
    this.payments.set(deal, [...(this.payments.get(deal) ?? []), id]);
  }

  private phaseFault(phase: PhaseRow, ledger: LedgerRows, timestampMs: number): string | null {
    const { deal, status, at } = phase;
    if (at !== timestampMs) return 'at another time than that of its transaction';
    switch (status) {
      case 'open':
      case 'cancelled':
        return null;
      case 'paymentsClosed':
        return earlyFault(phase, ledger);
      case 'paid':
        return ledger.row('plan', deal) === null ? 'paid without a plan' : null;
      case 'expired':
        return earlyFault(phase, ledger) ?? this.expiryFault(deal, ledger);
      case 'completed':
        return completionFault(deal, ledger);
    }
  }

  private expiryFault(deal: string, ledger: LedgerRows): string | null {
    const payments = (this.payments.get(deal) ?? []).flatMap(
      (id) => ledger.attested('payment', deal, id) ?? [],
    );
    const open = payments.find(({ id, status }) => {
      const admission = ledger.row('admission', deal, id)?.status;
      return status === 'submitted' && admission !== 'refused' && admission !== 'closed';
    });
    if (open) return `expired before ${open.id} was answered or closed`;
    const held = payments.filter(({ status }) => status === 'held' || status === 'captured');
    const price = BigInt(ledger.row('terms', deal)?.terms.offerTerms.price ?? '0');
    return sumOf(held) < price ? null : 'expired though it is fully held';
  }
}

/** Unless a party cancels, payments end only when none that was in time can still be on its way. */
function earlyFault({ deal, status, at, cancelledBy }: PhaseRow, ledger: LedgerRows): string | null {
  if (cancelledBy !== null) return null;
  const terms = ledger.row('terms', deal)?.terms;
  const isOver = terms !== undefined && at >= terms.payDeadline + marginMs(terms.offerTerms);
  return isOver ? null : `${status} while payments could still be in time`;
}

function completionFault(deal: string, ledger: LedgerRows): string | null {
  const plan = ledger.row('plan', deal);
  const open = plan?.items.find(
    ({ payment, payee }) => ledger.attested('credit', deal, payment, payee)?.status !== 'credited',
  );
  return plan !== null && open === undefined
    ? null
    : `completed before ${open?.payee ?? 'any payee'} was credited`;
}

const NEEDED = {
  plans: 'the plan of the held payments, which sum to the price',
  credits: 'what the plan names, credited once captured',
  deals: "an end with nothing open, each step in its time by the deal's terms",
} as const;

/** Items, sums and states at the moment when the plan is written. */
function planFault(plan: PlanRow, ledger: LedgerRows): string | null {
  const { deal, items } = plan;
  const offerTerms = ledger.row('terms', deal)?.terms.offerTerms;
  const payments = paymentsOf(plan, ledger);
  if (!offerTerms || payments === null) return 'a deal without terms, or payments that are not held';
  const { price, currency, sharesHash } = offerTerms;
  const opened = openShares(offerTerms, ledger.row('shares', sharesHash));
  if (opened === null) return 'shares that no row opens';
  const shares = payeeShares(offerTerms, opened);
  const part = (payee: string) => sumOf(items.filter((item) => item.payee === payee));
  return firstBroken(
    [
      () => sumOf(payments) === BigInt(price),
      `payments of ${sumOf(payments).toString()} for a price of ${price}`,
    ],
    [() => sumOf(items) === BigInt(price), `parts of ${sumOf(items).toString()} for a price of ${price}`],
    [() => shares.every(({ payee, amount }) => part(payee) === BigInt(amount)), 'other shares'],
    [() => sameJson(items, planOf(payments, shares)), 'another order of payments, or other payees'],
    [
      () => items.every(({ payment, payee }) => ledger.row('credit', deal, payment, payee) !== null),
      'a payee without credit',
    ],
    [
      () =>
        obligationsOf({ deal, currency, payments, plan: items }).every((row) =>
          sameJson(ledger.row('obligation', deal, row.payment, row.payee), row),
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

function obligationFault({ after }: RowWrite<'obligation'>, ledger: LedgerRows): string | null {
  const { deal, payment, payee, from, to, currency, amount } = after;
  const item = ledger
    .row('plan', deal)
    ?.items.find((each) => each.payment === payment && each.payee === payee);
  const payer = ledger.row('payment', deal, payment);
  const isPlanned =
    item?.amount === amount &&
    item.bank === to &&
    payer?.bank === from &&
    currency === ledger.row('terms', deal)?.terms.offerTerms.currency;
  return isPlanned ? null : 'not what the plan makes of it';
}

function creditFault({ before, after }: RowWrite<'credit'>, ledger: LedgerRows): string | null {
  const { deal, payment, payee, purpose, amount, bank, link, currency, status } = after;
  const needed = ledger.row('terms', deal)?.terms.offerTerms.currency;
  const isPlanned = (item: PlanItem): boolean =>
    item.payment === payment &&
    item.payee === payee &&
    item.purpose === purpose &&
    item.amount === amount &&
    item.bank === bank &&
    item.link === link;
  return firstBroken(
    [() => before === null || sameJson({ ...before, status }, after), 'another credit than was due'],
    [() => ledger.row('plan', deal)?.items.some(isPlanned) === true, 'not in the plan'],
    [() => currency === needed, `in ${currency}`],
    [() => ledger.attested('link', link)?.owner === after.owner, 'not owned by the bank of the link'],
    [
      () => status !== 'credited' || ledger.attested('payment', deal, payment)?.status === 'captured',
      'credited before it was captured',
    ],
  );
}

/** Begun once the parcel was delivered; accepted by the buyer's own signature. */
function inspectionFault(
  { before, after }: RowWrite<'inspection'>,
  { ledger, channel }: CheckScope,
  timestampMs: number,
): string | null {
  const { deal, startedAt, acceptance } = after;
  const row = ledger.row('terms', deal);
  const link = ledger.attested('link', row?.terms.buyerLink ?? '');
  const params = { deal, termsHash: row?.termsHash ?? '' };
  return firstBroken(
    [() => ledger.attested('shipment', deal)?.status === 'delivered', 'begun before the delivery'],
    [() => startedAt === (before?.startedAt ?? timestampMs), 'begun at another time'],
    [
      () => acceptance === null || covers(acceptance, { channel, action: 'acceptGoods', params, link }),
      'accepted without the signature of the buyer',
    ],
  );
}

/** Accepted once the price is held for it, delivered with the code whose hash the buyer signed. */
function shipmentFault({ after }: RowWrite<'shipment'>, ledger: LedgerRows): string | null {
  const terms = ledger.row('terms', after.deal)?.terms;
  if (terms?.offerTerms.courier !== after.owner) return `by ${after.owner}`;
  if (after.status === 'accepted' && !isPriceHeld(after.deal, ledger)) return 'accepted before it was paid';
  if (after.status !== 'delivered') return null;
  return recipientCodeH2(after.h1 ?? '') === terms.recipientCodeHash
    ? null
    : "delivered without the recipient's code";
}

/** Whether the planned payments are held, or paid out, for the very terms of the deal. */
function isPriceHeld(deal: string, ledger: LedgerRows): boolean {
  const terms = ledger.row('terms', deal);
  const planned = new Set(ledger.row('plan', deal)?.items.map(({ payment }) => payment));
  const payments = [...planned].map((id) => {
    const row = ledger.attested('payment', deal, id);
    return row === null ? null : { row, attested: true };
  });
  if (terms === null) return false;
  return provenSum({ terms, payments, trusts: () => true }) === BigInt(terms.terms.offerTerms.price);
}
