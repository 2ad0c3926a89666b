// Payments into a deal: submitted by a payer, admitted, answered by the payer's bank, then paid out or given back.
import { currency } from './currency.js';
import { machineCommand, ownedRow, personCommand, type RowOf, sharedRow } from './declaration.js';
import {
  amount,
  bank,
  count,
  hash,
  id,
  instant,
  key32,
  msp,
  namedSignature,
  ofPayment,
  payee,
  positiveAmount,
  purpose,
  reasonCode,
  version1,
} from './forms.js';
import { type DealOperation, isOperationIdOf } from './operation-id.js';
import { badInput, distinct, exactly, list, oneOf, orNull, type Parser } from './parse.js';

/** Most shares of one payment: there are few payees. */
const SHARES_LIMIT = 50;

/** One share of a payment: who is paid, what for, to which account, how much. */
const allocationItem = { payee, purpose, link: id, bank, amount: positiveAmount };
export const allocationItemForm = exactly(allocationItem);
export type AllocationItem = Readonly<ReturnType<typeof allocationItemForm>>;
export const planItemForm = exactly({ payment: id, ...allocationItem });
export type PlanItem = Readonly<ReturnType<typeof planItemForm>>;

const paymentForm = exactly({
  v: version1,
  id,
  deal: id,
  owner: msp,
  bank,
  status: oneOf(['submitted', 'held', 'rejected', 'late', 'captured', 'voided']),
  payer: id,
  link: id,
  currency,
  amount: positiveAmount,
  fee: amount,
  /** Arrival, signed by the payer; decides whether it is in time. */
  arrivedAt: instant,
  /** Of the terms that the payer signed: others may rewrite terms and marker, even with his help, but not this row. */
  termsHash: hash,
  /** By which the payer may pay; null: he is the buyer. */
  invitation: orNull(id),
  /** Who is paid what of it; null until it is captured. */
  allocation: orNull(list(allocationItemForm, { least: 1, most: SHARES_LIMIT })),
});

/**
 * `payment/<deal>/<payment>`: owned by the payer's bank. Initial: submitted, no allocation. What the payer signed
 * stands with its used-intent marker. Of its bank's words only `captured` is written here, the others are attested
 * only.
 */
export const paymentRow = ownedRow(
  { kind: 'payment', ids: ['deal', 'id'], form: paymentForm },
  {
    initial: { status: 'submitted', allocation: null },
    attestedOnly: ['held', 'voided', 'rejected', 'late'],
  },
);
export type PaymentRow = RowOf<typeof paymentRow>;

/**
 * `admission/<deal>/<payment>`: the agreement lane's row about a payment. The deal is part of the key: a payment of
 * another deal may have the same id.
 */
export const admissionRow = sharedRow({
  kind: 'admission',
  ids: ['deal', 'payment'],
  form: exactly({
    v: version1,
    payment: id,
    deal: id,
    status: oneOf(['admitted', 'refused', 'closed']),
    /** The bank's answer counts until the admission is closed, which anybody may do once this and a margin are over. */
    answerBy: instant,
    /** Code of the refusal; null otherwise. */
    reason: orNull(reasonCode),
  }),
});
export type AdmissionRow = RowOf<typeof admissionRow>;

/** Most payments that one person submits into a deal, whatever becomes of them: what ranges over all stays short. */
export const MOST_PAYMENTS_OF_PAYER = 40;

/** `tally/<deal>/<payer>`: how many payments one person has submitted into a deal. */
export const tallyRow = sharedRow({
  kind: 'tally',
  ids: ['deal', 'payer'],
  form: exactly({ v: version1, deal: id, payer: id, payments: count }),
});
export type TallyRow = RowOf<typeof tallyRow>;

/** The payment's id is the intent's id. */
export const submitPayment = personCommand({
  action: 'submitPayment',
  lane: 'agreement',
  signed: exactly({
    deal: id,
    termsHash: hash,
    amount,
    fee: amount,
    currency,
    link: id,
    arrivedAt: instant,
    invitation: orNull(id),
  }),
  steps: { payment: { submitted: [null] } },
  conflictKeys: [],
  cost: 14,
  keepsSignature: true,
});

/** Reserves the goods and lets the payer's bank be asked, or turns the payment away. */
export const admitPayment = machineCommand({
  action: 'admitPayment',
  lane: 'agreement',
  machine: ofPayment,
  steps: { admission: { admitted: [null], refused: [null] } },
  // The command does not say which stock row it writes: one key for all.
  conflictKeys: ['deal/{deal}', 'stock'],
  cost: 7,
});

/** Ends the wait for a bank that has not answered. */
export const closeAdmission = machineCommand({
  action: 'closeAdmission',
  lane: 'agreement',
  machine: ofPayment,
  steps: { admission: { closed: [null, 'admitted'] } },
  conflictKeys: ['deal/{deal}'],
  cost: 12,
});

type OperationParam = readonly [name: string, id: string, of: DealOperation];

/** A form whose operation ids are made for what they are used for, so that each is used once. */
export function withOperations<P>(
  form: Parser<P>,
  operationsOf: (params: P) => readonly OperationParam[],
): Parser<P> {
  return (value, at) => {
    const params = form(value, at);
    for (const [name, operation, of] of operationsOf(params)) {
      if (isOperationIdOf(of, operation)) continue;
      throw badInput(`${at}.${name}`, 'an id made for something else', `an id of this ${of.kind}`);
    }
    return params;
  };
}

const answer = exactly({
  deal: id,
  payment: id,
  /** The bank's word on the code and its core. */
  verdict: oneOf(['yes', 'no']),
  codeBinding: hash,
  reason: orNull(reasonCode),
  holdOperation: id,
  voidOperation: id,
  refundKey: key32,
});

/** The bank's worker makes and stores the operation ids (`operation-id.ts`) and the deal's refund key beforehand. */
export const answerPayment = machineCommand({
  action: 'answerPayment',
  lane: 'owner',
  machine: withOperations(answer, ({ deal, payment, holdOperation, voidOperation }) => [
    ['holdOperation', holdOperation, { kind: 'hold', deal, payment }],
    ['voidOperation', voidOperation, { kind: 'void', deal, payment }],
  ]),
  steps: { payment: { held: ['submitted'], rejected: ['submitted'], late: ['submitted'] } },
  // A bank's steps on the money of a deal read what it said of the deal's other payments.
  conflictKeys: ['money/{deal}'],
  cost: 15,
});

/** Most payments that are reserved, planned or named together. */
export const RESERVED_LIMIT = 1_000;

/** A bank records what it can prove of a deal that it holds money for: others may take it back later. */
export const recordDeal = machineCommand({
  action: 'recordDeal',
  lane: 'owner',
  machine: exactly({
    deal: id,
    /** Which payments may make up the price. */
    payments: distinct(id, { least: 0, most: RESERVED_LIMIT }),
    /** The buyer's signed acceptance, from the ledger or from his own hand. */
    acceptance: orNull(namedSignature),
    /** The seller's signed concession, from either. */
    concession: orNull(namedSignature),
  }),
  conflictKeys: ['money/{deal}', 'shipment/{deal}'],
  cost: 10,
});

const moved = exactly({ deal: id, payment: id, operation: id, refundKey: key32 });
const movedBy = (kind: 'capture' | 'void') =>
  withOperations(moved, ({ operation, deal, payment }) => [
    ['operation', operation, { kind, deal, payment }],
  ]);

/** The payer's bank pays out what it holds. */
export const capture = machineCommand({
  action: 'capture',
  lane: 'owner',
  machine: movedBy('capture'),
  steps: { payment: { captured: ['held'] } },
  conflictKeys: ['money/{deal}'],
  cost: 25,
  movesMoney: true,
});

/** The payer's bank gives back what it holds. */
export const voidPayment = machineCommand({
  action: 'voidPayment',
  lane: 'owner',
  machine: movedBy('void'),
  steps: { payment: { voided: ['held'] } },
  conflictKeys: ['money/{deal}'],
  cost: 20,
  movesMoney: true,
});

export const paymentRows = { payment: paymentRow, admission: admissionRow, tally: tallyRow } as const;
export const paymentCommands = {
  submitPayment,
  admitPayment,
  closeAdmission,
  answerPayment,
  recordDeal,
  capture,
  voidPayment,
} as const;
