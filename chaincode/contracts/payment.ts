// Rules of payments: submitted, admitted, answered by the payer's bank, paid out or given back.
import { decideAdmit, decideCloseAdmission } from '../domain/payment/admission.js';
import { decideAnswer } from '../domain/payment/answer.js';
import * as books from '../domain/account/books.js';
import { decideCapture, type PaidPayment } from '../domain/payment/capture.js';
import { decideVoid } from '../domain/deal/expiry.js';
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
  type PaymentRow,
  submitPayment,
  voidPayment,
} from '../protocol/payment.js';
import { refundKeyText } from '../protocol/refund-key.js';
import { RuleViolation } from '../protocol/violation.js';
import type { OwnerRowReader, OwnerWriter, RowReader } from '../state/sessions.js';
import { invitationOf, moneyGuard, payeeLinks, reservedPayments, sharesOf, trustOf } from './deal-rows.js';
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
    return {
      owner: rows.owner,
      terms: rows.row('terms', deal),
      admission: rows.row('admission', deal, id),
      payment,
      usedIntent: isYes ? rows.row('usedIntent', payment.row.payer, id) : null,
      invitation: isYes ? invitationOf(rows, payment.row) : null,
      bank: payment === null ? null : rows.owned('bank', payment.row.bank),
      refundKey: shownKey(rows, machine),
      trusts: isYes ? trustOf(rows) : () => false,
      ...(isYes ? payerOf(rows, payment.row.link) : NO_PAYER),
    };
  },
  decide: (loaded, { channel, machine: params, now }) => decideAnswer({ ...loaded, channel, params, now }),
  save: (write, { payment, money }) => {
    write.changeOwned('payment', [payment.deal, payment.id], payment);
    if (money !== null) saveMoney(write, money);
  },
});

/** Emits: payment (captured, allocation). Rejects: as `decideCapture`, REFUND_KEY, NO_ACCOUNT. */
const capturing = ownerRule(capture, {
  load(rows, { machine }) {
    const { deal, payment } = machine;
    const terms = rows.row('terms', deal);
    const plan = rows.row('plan', deal);
    const payments = [...new Set(plan?.items.map((item) => item.payment))];
    return {
      proofs: {
        owner: rows.owner,
        guard: moneyGuard(rows, deal),
        terms,
        shares: sharesOf(rows, terms),
        ...signedBySides(rows, terms),
        plan,
        isGuarded: rows.isGuarded('payment', deal, payment),
        payments: payments.map((id) => paidPayment(rows, deal, id)),
        payeeLinks: payeeLinks(rows, terms),
        shipment: rows.owned('shipment', deal),
        inspection: rows.row('inspection', deal),
        seenAt: rows.privateRow('deliveryRecord', deal)?.at ?? null,
        trusts: trustOf(rows),
      },
      ...holdingAccount(rows, machine),
    };
  },
  decide({ proofs, ...holding }, { channel, machine: { deal, payment: id, operation }, now }) {
    const payment = decideCapture({ ...proofs, channel, deal, payment: id, now });
    if (payment === null) return null;
    const { allocation, bank: ownBank } = payment;
    if (allocation === null) throw new RangeError('a captured payment carries its allocation');
    const account = requireHoldingAccount(holding);
    const held = books.holdOf(payment);
    const posting = books.capture({ operation, at: now }, account, { held, ownBank, allocation });
    return { payment, money: { account: posting.account, entries: [posting.entry] } };
  },
  save: saveMoved,
});

/** Emits: payment (voided). Rejects: as `decideVoid`, REFUND_KEY, NO_ACCOUNT. */
const voidingPayment = ownerRule(voidPayment, {
  load(rows, { machine }) {
    const { deal } = machine;
    return {
      proofs: {
        owner: rows.owner,
        guard: moneyGuard(rows, deal),
        terms: rows.row('terms', deal),
        phase: rows.row('phase', deal),
        payments: rows.ownedUnder('payment', deal),
        trusts: trustOf(rows),
      },
      ...holdingAccount(rows, machine),
    };
  },
  decide({ proofs, ...holding }, { machine: { deal, payment: id, operation }, now }) {
    const payment = decideVoid({ ...proofs, deal, payment: id });
    if (payment === null) return null;
    const account = requireHoldingAccount(holding);
    const posting = books.giveBack({ operation, at: now }, account, books.holdOf(payment));
    return { payment, money: { account: posting.account, entries: [posting.entry] } };
  },
  save: saveMoved,
});

/** What seller and buyer signed, and the buyer's link. */
function signedBySides(rows: RowReader, terms: TermsRow | null) {
  if (terms === null) return { listing: null, purchase: null, buyerLink: null };
  const { deal, buyer, buyerLink, offerTerms } = terms.terms;
  return {
    listing: rows.row('usedIntent', offerTerms.seller, terms.listing),
    purchase: rows.row('usedIntent', buyer, deal),
    buyerLink: rows.owned('link', buyerLink),
  };
}

function paidPayment(rows: RowReader, deal: string, id: string): PaidPayment {
  const payment = rows.owned('payment', deal, id);
  if (payment === null) return { payment, usedIntent: null, link: null, invitation: null };
  const { payer, link } = payment.row;
  return {
    payment,
    usedIntent: rows.row('usedIntent', payer, id),
    link: rows.owned('link', link),
    invitation: invitationOf(rows, payment.row),
  };
}

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
function holdingAccount(rows: OwnerRowReader, showing: Showing): Holding {
  const payment = rows.owned('payment', showing.deal, showing.payment);
  const { account } = payment === null ? NO_PAYER : payerOf(rows, payment.row.link);
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

function saveMoved(
  write: OwnerWriter,
  { payment, money }: { readonly payment: PaymentRow; readonly money: Movement },
): void {
  write.changeOwned('payment', [payment.deal, payment.id], payment);
  saveMoney(write, money);
}

export const agreement: readonly AgreementRule[] = [submittingPayment, admittingPayment, closingAdmission];
export const owner: readonly OwnerRule[] = [answeringPayment, capturing, voidingPayment];
