// Rules of payments: submitted, admitted, answered by the payer's bank, recorded, paid out or given back.
import { decideAdmit, decideCloseAdmission } from '../domain/payment/admission.js';
import { decideAnswer } from '../domain/payment/answer.js';
import * as books from '../domain/account/books.js';
import type { DealProof } from '../domain/payment/deal-proof.js';
import { decideRecord } from '../domain/payment/deal-record.js';
import type { DealRecordRow } from '../domain/payment/deal-record-row.js';
import { decideCapture, decideVoid, type Finished } from '../domain/payment/finish.js';
import { decideSubmitPayment } from '../domain/payment/submission.js';
import type { AccountRow, JournalEntry } from '../domain/account/private-rows.js';
import { requireRefundKey, type ShownKey } from '../domain/payment/refund-key.js';
import type { LinkRow } from '../protocol/account.js';
import type { TermsRow } from '../protocol/deal.js';
import type { Owned } from '../protocol/owned.js';
import {
  admitPayment,
  answerPayment,
  capture,
  closeAdmission,
  recordDeal,
  submitPayment,
  voidPayment,
} from '../protocol/payment.js';
import { present } from '../domain/owned.js';
import { refundKeyText } from '../protocol/refund-key.js';
import { RuleViolation } from '../protocol/violation.js';
import type { OwnerRowReader, OwnerWriter, RowReader } from '../state/sessions.js';
import { invitationOf, moneyGuard, reservedPayments, sharesOf, trustOf } from './deal-rows.js';
import { agreementRule, type AgreementRule, ownerRule, type OwnerRule } from './rule.js';

/** Emits: payment (submitted), tally. Rejects: as `decideSubmitPayment`. */
const submittingPayment = agreementRule(submitPayment, {
  load(rows, { intent, params: { deal, link, invitation } }) {
    const terms = rows.row('terms', deal);
    return {
      terms,
      phase: rows.row('phase', deal),
      link: terms === null ? null : payersLink(rows, link, terms),
      invitation: invitation === null ? null : rows.row('invitation', deal, invitation),
      existing: rows.created('payment', deal, intent.body.id),
      tally: rows.row('tally', deal, intent.body.person),
    };
  },
  decide: (loaded, { channel, intent, params, keyThumbprint, now }) =>
    decideSubmitPayment({ ...loaded, channel, intent, params, keyThumbprint, now }),
  save: (write, { payment, tally }) => {
    write.put('tally', [tally.deal, tally.payer], tally);
    return write.createOwned('payment', [payment.deal, payment.id], payment);
  },
});

/**
 * The payer's link. The buyer's own was proven when this lane made the deal and never changes back; two members who
 * would forge that could forge the payment as well, and the payer's bank proves its link again before it holds money.
 */
function payersLink(rows: RowReader, id: string, { terms, buyersLink }: TermsRow): Owned<LinkRow> | null {
  const isBuyers = terms.buyerLink === id && buyersLink.id === id;
  return isBuyers ? { row: buyersLink, attested: true } : rows.owned('link', id);
}

/**
 * Emits: admission; if admitted also reservation and, for the first payment, stock. Rejects: as `decideAdmit`.
 * Banks answer no payment before its admission is there, so nothing that they said of it is asked for.
 */
const admittingPayment = agreementRule(admitPayment, {
  load(rows, { machine: { deal, payment: id } }) {
    const terms = rows.row('terms', deal);
    const reservation = rows.row('reservation', deal);
    const payment = rows.created('payment', deal, id);
    const offer = terms?.terms.offerTerms.offer;
    return {
      terms,
      phase: rows.row('phase', deal),
      payment,
      admission: rows.row('admission', deal, id),
      reservation,
      reserved: reservedPayments(rows, deal, reservation?.payments ?? []),
      stock: reservation !== null || offer === undefined ? null : rows.row('stock', offer),
      invitation: invitationOf(rows, payment?.row ?? null),
    };
  },
  decide: (loaded, { machine: { deal }, now }) => decideAdmit({ ...loaded, deal, now }),
  save: (write, { admission, reservation, stock }) => {
    write.put('admission', [admission.deal, admission.payment], admission);
    if (reservation !== null) write.put('reservation', [reservation.deal], reservation);
    if (stock !== null) write.put('stock', [stock.offer], stock);
  },
});

/** Emits: admission (closed). Rejects: as `decideCloseAdmission`. */
const closingAdmission = agreementRule(closeAdmission, {
  load: (rows, { machine: { deal, payment } }) => ({
    terms: rows.row('terms', deal),
    payment: rows.owned('payment', deal, payment),
    admission: rows.row('admission', deal, payment),
  }),
  decide: (loaded, { machine: { deal }, now }) => decideCloseAdmission({ ...loaded, deal, now }),
  save: (write, admission) => {
    write.put('admission', [admission.deal, admission.payment], admission);
  },
});

/** Emits: payment (held, rejected, late). Rejects: as `decideAnswer`. */
const answeringPayment = ownerRule(answerPayment, {
  load(rows, { machine }) {
    const { deal, payment: id, verdict } = machine;
    const payment = rows.owned('payment', deal, id);
    const isYes = verdict === 'yes' && payment !== null;
    const record = isYes ? rows.privateRow('dealRecord', deal) : null;
    return {
      owner: rows.owner,
      proof: isYes && record === null ? proofOf(rows, deal) : NO_PROOF,
      record,
      admission: rows.row('admission', deal, id),
      payment,
      isGuarded: isYes && rows.isGuarded('payment', deal, id),
      usedIntent: isYes ? rows.row('usedIntent', payment.row.payer, id) : null,
      invitation: isYes ? invitationOf(rows, payment.row) : null,
      bank: payment === null ? null : rows.owned('bank', payment.row.bank),
      refundKey: shownKey(rows, machine),
      ...(isYes ? payerOf(rows, payment.row.link) : NO_PAYER),
    };
  },
  decide: (loaded, { channel, machine: params, now }) => decideAnswer({ ...loaded, channel, params, now }),
  save: (write, { payment, money, record }) => {
    write.changeOwned('payment', [payment.deal, payment.id], payment);
    if (money !== null) saveMoney(write, money);
    if (record !== null) write.putPrivate('dealRecord', record.deal, record);
  },
});

const NO_PROOF: Omit<DealProof, 'channel' | 'deal'> = {
  ...{ terms: null, shares: null, listing: null, purchase: null },
  ...{ buyersLink: null, sellersLink: null, commissionsLink: null, trusts: () => false },
};

/** What seller and buyer signed, and everybody's links. */
function proofOf(rows: OwnerRowReader, deal: string): Omit<DealProof, 'channel' | 'deal'> {
  const terms = rows.row('terms', deal);
  if (terms === null) return NO_PROOF;
  const { buyer, buyerLink, offerTerms } = terms.terms;
  return {
    terms,
    shares: sharesOf(rows, terms),
    listing: rows.row('usedIntent', offerTerms.seller, terms.listing),
    purchase: rows.row('usedIntent', buyer, deal),
    buyersLink: rows.owned('link', buyerLink),
    sellersLink: rows.owned('link', offerTerms.sellerLink),
    commissionsLink: rows.owned('link', offerTerms.commissionLink),
    trusts: trustOf(rows),
  };
}

/** Writes what this bank can prove of the deal now. Rejects: as `decideRecord`. */
const recordingDeal = ownerRule(recordDeal, {
  load: (rows, { machine: { deal, payments } }) => ({
    record: rows.privateRow('dealRecord', deal),
    payments: payments.map((id) => rows.owned('payment', deal, id)),
    shipment: rows.owned('shipment', deal),
    trusts: trustOf(rows),
  }),
  decide: (loaded, { channel, machine: params, now }) => decideRecord({ ...loaded, channel, params, now }),
  save: (write, record) => {
    write.putPrivate('dealRecord', record.deal, record);
  },
});

/** What the end of a payment is decided by. The payment's own row is written: nobody else can have changed it. */
function finishRows(rows: OwnerRowReader, showing: Showing) {
  const { deal, payment } = showing;
  const record = rows.privateRow('dealRecord', deal);
  return {
    row: rows.owned('payment', deal, payment),
    proofs: {
      guard: moneyGuard(rows, deal),
      record,
      phase: rows.row('phase', deal),
      inspection: rows.row('inspection', deal),
      concession: rows.row('concession', deal),
      outcome: rows.row('outcome', deal),
      shipment: rows.owned('shipment', deal),
      trusts: trustOf(rows),
    },
    ...holdingAccount(rows, showing, record),
  };
}

/** Emits: payment (captured, allocation). Rejects: as `decideCapture`, REFUND_KEY, NO_ACCOUNT. */
const capturing = ownerRule(capture, {
  load: (rows, { machine }) => finishRows(rows, machine),
  decide({ row, proofs, ...holding }, { channel, machine: { payment: id, operation }, now }) {
    present(row, 'payment');
    const done = decideCapture({ ...proofs, channel, payments: [], payment: id, now });
    if (done === null) return null;
    const { allocation, bank: ownBank } = done.payment;
    if (allocation === null) throw new RangeError('a captured payment carries its allocation');
    const account = requireHoldingAccount(holding);
    const held = books.holdOf(done.payment);
    const posting = books.capture({ operation, at: now }, account, { held, ownBank, allocation });
    return { ...done, money: { account: posting.account, entries: [posting.entry] } };
  },
  save: saveFinished,
});

/** Emits: payment (voided). Rejects: as `decideVoid`, REFUND_KEY, NO_ACCOUNT. */
const voidingPayment = ownerRule(voidPayment, {
  load(rows, { machine }) {
    const found = finishRows(rows, machine);
    const isFull = found.proofs.record?.full != null;
    return { ...found, payments: isFull ? [] : rows.ownedUnder('payment', machine.deal) };
  },
  decide({ row, proofs, payments, ...holding }, { channel, machine: { payment: id, operation }, now }) {
    present(row, 'payment');
    const done = decideVoid({ ...proofs, channel, payments, payment: id, now });
    if (done === null) return null;
    const account = requireHoldingAccount(holding);
    const posting = books.giveBack({ operation, at: now }, account, books.holdOf(done.payment));
    return { ...done, money: { account: posting.account, entries: [posting.entry] } };
  },
  save: saveFinished,
});

interface Payer {
  readonly link: Owned<LinkRow> | null;
  readonly account: AccountRow | null;
}
const NO_PAYER: Payer = { link: null, account: null };

/** A customer's link by this bank's own record of confirming it, not by its public row, and the account behind it. */
function payerOf(rows: OwnerRowReader, link: string): Payer {
  const linked = rows.privateRow('linkedAccount', link);
  if (linked === null) return NO_PAYER;
  const account = rows.privateRow('account', linked.account);
  return { link: { row: linked.confirmed, attested: true }, account };
}

interface Showing {
  readonly deal: string;
  readonly payment: string;
  readonly refundKey: string;
}

function shownKey(rows: OwnerRowReader, { deal, refundKey }: Omit<Showing, 'payment'>): ShownKey {
  return { shown: refundKey, made: rows.keyed(refundKeyText(deal)) };
}

interface Holding {
  readonly account: AccountRow | null;
  readonly refundKey: ShownKey;
}

/** The account that holds a payment's money: a link is confirmed once, so it is still the one it was taken from. */
function holdingAccount(rows: OwnerRowReader, showing: Showing, record: DealRecordRow | null): Holding {
  const own = record?.own.find(({ payment }) => payment.id === showing.payment);
  const { account } = own === undefined ? NO_PAYER : payerOf(rows, own.payment.link);
  return { account, refundKey: shownKey(rows, showing) };
}

/** For who shows the refund key. Rejects: REFUND_KEY, NO_ACCOUNT. */
function requireHoldingAccount({ account, refundKey }: Holding): AccountRow {
  requireRefundKey(refundKey);
  if (account === null) throw new RuleViolation('NO_ACCOUNT');
  return account;
}

interface Movement {
  /** Null: the balance is as before. */
  readonly account: AccountRow | null;
  readonly entries: readonly JournalEntry[];
}

function saveMoney(write: OwnerWriter, { account, entries }: Movement): void {
  for (const entry of entries) write.enter(entry);
  if (account !== null) write.putPrivate('account', account.account, account);
}

function saveFinished(
  write: OwnerWriter,
  { payment, record, money }: Finished & { readonly money: Movement },
): void {
  write.changeOwned('payment', [payment.deal, payment.id], payment);
  write.putPrivate('dealRecord', record.deal, record);
  saveMoney(write, money);
}

export const agreement: readonly AgreementRule[] = [submittingPayment, admittingPayment, closingAdmission];
export const owner: readonly OwnerRule[] = [answeringPayment, recordingDeal, capturing, voidingPayment];
