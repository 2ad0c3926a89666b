// Rules of deals: bought, opened to invited payers, cancelled, conceded, closed to payments, expired, decided.
import { decideCancel } from '../domain/deal/cancellation.js';
import { decideConcede } from '../domain/deal/concession.js';
import { decideClosePayments, decideExpire } from '../domain/deal/expiry.js';
import { decideAcceptInvitation, decideInvite, decideWithdrawInvitation } from '../domain/deal/invitation.js';
import { decideOutcome } from '../domain/deal/outcome.js';
import { decideBuy } from '../domain/deal/purchase.js';
import {
  acceptInvitation,
  buy,
  cancelDeal,
  closePayments,
  concedeDeal,
  decideDeal,
  expire,
  type InvitationRow,
  invitePayer,
  type PhaseRow,
  withdrawInvitation,
} from '../protocol/deal.js';
import type { AgreementWriter } from '../state/sessions.js';
import { moneyGuard, savePayout, sharesOf } from './deal-rows.js';
import { agreementRule, type AgreementRule, type OwnerRule } from './rule.js';

/** Emits: terms, phase. Rejects: as `decideBuy`. */
const buying = agreementRule(buy, {
  load(rows, { intent, params }) {
    const offer = rows.row('offer', params.offer);
    const terms = offer?.terms ?? null;
    return {
      offer,
      buyerLink: rows.owned('link', params.link),
      sellerLink: terms === null ? null : rows.owned('link', terms.sellerLink),
      commissionLink: terms === null ? null : rows.owned('link', terms.commissionLink),
      existing: rows.row('terms', intent.body.id),
    };
  },
  decide: (loaded, { intent, params, keyThumbprint, now }) =>
    decideBuy({ ...loaded, intent, params, keyThumbprint, now }),
  save: (write, { terms, phase }) => {
    write.put('terms', [terms.deal], terms);
    write.put('phase', [phase.deal], phase);
  },
});

function saveInvitation(write: AgreementWriter, invitation: InvitationRow): void {
  write.put('invitation', [invitation.deal, invitation.id], invitation);
}

function savePhase(write: AgreementWriter, phase: PhaseRow): void {
  write.put('phase', [phase.deal], phase);
}

/** Emits: invitation (open). Rejects: as `decideInvite`. */
const inviting = agreementRule(invitePayer, {
  load: (rows, { params: { deal } }) => ({
    terms: rows.row('terms', deal),
    phase: rows.row('phase', deal),
    invitations: rows.rowsUnder('invitation', deal),
  }),
  decide: (loaded, { intent, params, keyThumbprint, now }) =>
    decideInvite({ ...loaded, intent, params, keyThumbprint, now }),
  save: saveInvitation,
});

/** Emits: invitation (accepted). Rejects: as `decideAcceptInvitation`. */
const acceptingInvitation = agreementRule(acceptInvitation, {
  load: (rows, { params: { deal, invitation } }) => ({
    terms: rows.row('terms', deal),
    invitation: rows.row('invitation', deal, invitation),
  }),
  decide: (loaded, { channel, intent, params, keyThumbprint, now }) =>
    decideAcceptInvitation({ ...loaded, channel, intent, params, keyThumbprint, now }),
  save: saveInvitation,
});

/** Emits: invitation (withdrawn). Rejects: as `decideWithdrawInvitation`. */
const withdrawingInvitation = agreementRule(withdrawInvitation, {
  load: (rows, { params: { deal, invitation } }) => ({
    terms: rows.row('terms', deal),
    invitation: rows.row('invitation', deal, invitation),
    payments: rows.ownedUnder('payment', deal),
  }),
  decide: (loaded, { intent, params, keyThumbprint }) =>
    decideWithdrawInvitation({ ...loaded, intent, params, keyThumbprint }),
  save: saveInvitation,
});

/** Emits: phase (cancelled). Rejects: as `decideCancel`. */
const cancelling = agreementRule(cancelDeal, {
  load: (rows, { params: { deal } }) => ({
    terms: rows.row('terms', deal),
    phase: rows.row('phase', deal),
  }),
  decide: (loaded, { intent, params, keyThumbprint, now }) =>
    decideCancel({ ...loaded, intent, params, keyThumbprint, now }),
  save: savePhase,
});

/** Emits: concession. Rejects: as `decideConcede`. */
const conceding = agreementRule(concedeDeal, {
  load: (rows, { params: { deal } }) => ({
    terms: rows.row('terms', deal),
    phase: rows.row('phase', deal),
    concession: rows.row('concession', deal),
    inspection: rows.row('inspection', deal),
  }),
  decide: (loaded, { intent, params, keyThumbprint, now }) =>
    decideConcede({ ...loaded, intent, params, keyThumbprint, now }),
  save: (write, concession) => {
    write.put('concession', [concession.deal], concession);
  },
});

/** Emits: outcome. Rejects: as `decideOutcome`. */
const deciding = agreementRule(decideDeal, {
  load: (rows, { machine: { deal } }) => ({
    terms: rows.row('terms', deal),
    phase: rows.row('phase', deal),
    outcome: rows.row('outcome', deal),
    inspection: rows.row('inspection', deal),
    concession: rows.row('concession', deal),
    shipment: rows.owned('shipment', deal),
  }),
  decide: (loaded, { machine, now }) =>
    decideOutcome({ ...loaded, deal: machine.deal, status: machine.outcome, now }),
  save: (write, outcome) => {
    write.put('outcome', [outcome.deal], outcome);
  },
});

/** Emits: phase (paymentsClosed). Rejects: as `decideClosePayments`. */
const closingPayments = agreementRule(closePayments, {
  load: (rows, { machine: { deal } }) => ({
    terms: rows.row('terms', deal),
    phase: rows.row('phase', deal),
  }),
  decide: (loaded, { machine: { deal }, now }) => decideClosePayments({ ...loaded, deal, now }),
  save: savePhase,
});

/** Emits: phase (expired), reservation, stock; or, if the price is held after all, what `markPaid` emits. */
const expiring = agreementRule(expire, {
  load(rows, { machine: { deal } }) {
    const terms = rows.row('terms', deal);
    const reservation = rows.row('reservation', deal);
    const payments = rows.ownedUnder('payment', deal);
    return {
      guard: moneyGuard(rows, deal),
      terms,
      shares: sharesOf(rows, terms),
      phase: rows.row('phase', deal),
      payments: payments.map((payment) => ({
        payment,
        admission: rows.row('admission', deal, payment.row.id),
      })),
      reservation,
      stock: reservation === null ? null : rows.row('stock', reservation.offer),
    };
  },
  decide: (loaded, { machine: { deal }, now }) => decideExpire({ ...loaded, deal, now }),
  save: async (write, expiry) => {
    if (expiry.outcome === 'paid') return savePayout(write, expiry.payout);
    const { phase, reservation, stock } = expiry;
    write.put('phase', [phase.deal], phase);
    if (reservation !== null) write.put('reservation', [phase.deal], reservation);
    if (stock !== null) write.put('stock', [stock.offer], stock);
  },
});

export const agreement: readonly AgreementRule[] = [
  buying,
  inviting,
  acceptingInvitation,
  withdrawingInvitation,
  cancelling,
  conceding,
  deciding,
  closingPayments,
  expiring,
];
export const owner: readonly OwnerRule[] = [];
