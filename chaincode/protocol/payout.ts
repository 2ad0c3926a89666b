// The payout of a fully held deal: its plan, what banks owe each other for it, and the credits to payees.
import { currency } from './currency.js';
import { machineCommand, ownedRow, type RowOf, sharedRow } from './declaration.js';
import { bank, id, msp, ofDeal, payee, positiveAmount, purpose, version1 } from './forms.js';
import { exactly, list, oneOf } from './parse.js';
import { planItemForm, withOperations } from './payment.js';

const ITEMS_LIMIT = 10_000;

/** `plan/<deal>`: allocation of payments to payees, in order of (arrival, payment id). */
export const planRow = sharedRow({
  kind: 'plan',
  ids: ['deal'],
  form: exactly({ v: version1, deal: id, items: list(planItemForm, { least: 0, most: ITEMS_LIMIT }) }),
});
export type PlanRow = RowOf<typeof planRow>;

/** `obligation/<deal>/<payment>/<payee>`: what one bank owes another; insert-only. */
export const obligationRow = sharedRow({
  kind: 'obligation',
  ids: ['deal', 'payment', 'payee'],
  form: exactly({
    v: version1,
    deal: id,
    payment: id,
    payee,
    from: bank,
    to: bank,
    currency,
    amount: positiveAmount,
  }),
});
export type ObligationRow = RowOf<typeof obligationRow>;

const creditForm = exactly({
  v: version1,
  deal: id,
  payment: id,
  payee,
  purpose,
  owner: msp,
  bank,
  link: id,
  currency,
  amount: positiveAmount,
  status: oneOf(['due', 'credited']),
});

/** `credit/<deal>/<payment>/<payee>`: owned by the payee's bank. Initial: due. */
export const creditRow = ownedRow(
  { kind: 'credit', ids: ['deal', 'payment', 'payee'], form: creditForm },
  {
    initial: { status: 'due' },
  },
);
export type CreditRow = RowOf<typeof creditRow>;

/** Makes everything that the payout needs, so that nothing later can be held up by who creates public rows. */
export const markPaid = machineCommand({
  action: 'markPaid',
  lane: 'agreement',
  machine: ofDeal,
  steps: {
    phase: { paid: ['open', 'paymentsClosed'] },
    shipment: { announced: [null] },
    credit: { due: [null] },
  },
  conflictKeys: ['deal/{deal}'],
  cost: 50,
  movesMoney: true,
});

const crediting = exactly({ deal: id, payment: id, payee, operation: id });

/**
 * The payee's bank credits a share of a captured payment, within what it still takes on the word of the payer's bank.
 * One list of credits at a time: what was credited on a bank's word is one row for each currency.
 */
export const credit = machineCommand({
  action: 'credit',
  lane: 'owner',
  machine: withOperations(crediting, ({ operation, deal, payment, payee: to }) => [
    ['operation', operation, { kind: 'credit', deal, payment, payee: to }],
  ]),
  steps: { credit: { credited: ['due'] } },
  conflictKeys: ['credits'],
  cost: 24,
  movesMoney: true,
});

export const complete = machineCommand({
  action: 'complete',
  lane: 'agreement',
  machine: ofDeal,
  steps: { phase: { completed: ['paid'] } },
  conflictKeys: ['deal/{deal}'],
  cost: 20,
});

export const payoutRows = { plan: planRow, obligation: obligationRow, credit: creditRow } as const;
export const payoutCommands = { markPaid, credit, complete } as const;
