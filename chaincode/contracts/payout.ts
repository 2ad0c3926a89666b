// Rules of the payout: marked paid, credited to the payees, completed.
import * as books from '../domain/account/books.js';
import { type CreditInput, decideCredit } from '../domain/payout/crediting.js';
import { exposureId } from '../domain/payout/exposure.js';
import { decideComplete, decideMarkPaid } from '../domain/payout/payout.js';
import type { LinkRow } from '../protocol/account.js';
import type { TermsRow } from '../protocol/deal.js';
import type { Owned } from '../protocol/owned.js';
import type { PaymentRow } from '../protocol/payment.js';
import { complete, credit, markPaid } from '../protocol/payout.js';
import { attestedOrNull } from '../protocol/owned.js';
import { RuleViolation } from '../protocol/violation.js';
import type { OwnerRowReader } from '../state/sessions.js';
import { invitationOf, moneyGuard, reservedPayments, savePayout, sharesOf, trustOf } from './deal-rows.js';
import { agreementRule, type AgreementRule, ownerRule, type OwnerRule } from './rule.js';

/** Emits: phase (paid), plan, obligations, credits (due), shipment (announced). Rejects: as `decideMarkPaid`. */
const markingPaid = agreementRule(markPaid, {
  load(rows, { machine: { deal } }) {
    const terms = rows.row('terms', deal);
    const reservation = rows.row('reservation', deal);
    return {
      guard: moneyGuard(rows, deal),
      terms,
      shares: sharesOf(rows, terms),
      phase: rows.row('phase', deal),
      reservation,
      payments: reservedPayments(rows, deal, reservation?.payments ?? []).map(({ payment }) => payment),
    };
  },
  decide: (loaded, { machine: { deal }, now }) => decideMarkPaid({ ...loaded, deal, now }),
  save: savePayout,
});

/**
 * Emits: credit (credited). Rejects: as `decideCredit`, NO_ACCOUNT.
 * The account's row is not read: a payee who is paid often would make it a key that all credits conflict on.
 */
const crediting = ownerRule(credit, {
  load(rows, { machine: { deal, payment: id, payee } }) {
    const found = rows.owned('credit', deal, id, payee);
    const paidPayment = rows.owned('payment', deal, id);
    const terms = rows.row('terms', deal);
    return {
      proofs: {
        owner: rows.owner,
        guard: moneyGuard(rows, deal),
        credit: found,
        paidPayment,
        dealProof: dealProof(rows, terms, found?.row.bank ?? ''),
        payersProof: payersProof(rows, terms, paidPayment?.row ?? null),
        creditedDeal: rows.privateRow('creditedDeal', deal),
        exposure: paidPayment === null ? null : rows.privateRow('exposure', exposureId(paidPayment.row)),
        bank: found === null ? null : rows.owned('bank', found.row.bank),
        trusts: trustOf(rows),
      },
      linkedAccount: found === null ? null : rows.privateRow('linkedAccount', found.row.link),
    };
  },
  decide({ proofs, linkedAccount }, { channel, machine: { deal, payment, operation }, now }) {
    const decided = decideCredit({ ...proofs, channel, deal, payment });
    if (decided === null) return null;
    if (linkedAccount === null) throw new RuleViolation('NO_ACCOUNT');
    const { payerBank, credit: credited } = decided;
    const { payee, currency, amount, bank: ownBank } = credited;
    const { account } = linkedAccount;
    const incoming = { deal, payment, payee, payerBank, ownBank, account, currency, amount };
    return { ...decided, ...books.creditPending({ operation, at: now }, incoming) };
  },
  save: (write, { credit: credited, creditedDeal, exposure, entry, pending }) => {
    write.changeOwned('credit', [credited.deal, credited.payment, credited.payee], credited);
    write.putPrivate('creditedDeal', creditedDeal.deal, creditedDeal);
    write.enter(entry);
    write.putPrivate('pendingCredit', books.pendingId(pending), pending);
    if (exposure !== null) write.putPrivate('exposure', exposureId(exposure), exposure);
  },
});

/** What the deal is proved by at a bank: links at this very bank by its own record of confirming them. */
function dealProof(rows: OwnerRowReader, terms: TermsRow | null, ownBank: string): CreditInput['dealProof'] {
  const link = (kept: LinkRow | undefined) => (kept === undefined ? null : knownLink(rows, kept, ownBank));
  return {
    terms,
    shares: sharesOf(rows, terms),
    listing: terms === null ? null : rows.row('usedIntent', terms.terms.offerTerms.seller, terms.listing),
    purchase: terms === null ? null : rows.row('usedIntent', terms.terms.buyer, terms.terms.deal),
    buyersLink: link(terms?.buyersLink),
    sellersLink: link(terms?.sellersLink),
    commissionsLink: link(terms?.commissionsLink),
  };
}

function knownLink(rows: OwnerRowReader, kept: LinkRow, ownBank: string): Owned<LinkRow> | null {
  if (kept.bank !== ownBank) return { row: kept, attested: true };
  const own = rows.privateRow('linkedAccount', kept.id);
  return own === null ? null : { row: own.confirmed, attested: true };
}

/** What the payment is proved by; the buyer's own link stands in the terms, any other the payer's bank attests. */
function payersProof(
  rows: OwnerRowReader,
  terms: TermsRow | null,
  payment: PaymentRow | null,
): CreditInput['payersProof'] {
  if (terms === null || payment === null) return { usedIntent: null, link: null, invitation: null };
  const { buyersLink } = terms;
  return {
    usedIntent: rows.row('usedIntent', payment.payer, payment.id),
    link:
      payment.link === buyersLink.id ? { row: buyersLink, attested: true } : rows.owned('link', payment.link),
    invitation: invitationOf(rows, payment),
  };
}

/** Emits: phase (completed). Rejects: as `decideComplete`. */
const completing = agreementRule(complete, {
  load(rows, { machine: { deal } }) {
    const plan = rows.row('plan', deal);
    const items = plan?.items ?? [];
    const payments = [...new Set(items.map(({ payment }) => payment))].map((id) =>
      attestedOrNull(rows.owned('payment', deal, id)),
    );
    return {
      phase: rows.row('phase', deal),
      plan,
      voided: new Set(payments.flatMap((row) => (row?.status === 'voided' ? [row.id] : []))),
      credits: items.map(({ payment, payee }) => rows.owned('credit', deal, payment, payee)),
    };
  },
  decide: (loaded, { machine: { deal }, now }) => decideComplete({ ...loaded, deal, now }),
  save: (write, phase) => {
    write.put('phase', [phase.deal], phase);
  },
});

export const agreement: readonly AgreementRule[] = [markingPaid, completing];
export const owner: readonly OwnerRule[] = [crediting];
