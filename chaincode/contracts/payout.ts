// Rules of the payout: marked paid, credited to the payees, completed.
import * as books from '../domain/account/books.js';
import { decideCredit } from '../domain/payout/crediting.js';
import { decideComplete, decideMarkPaid } from '../domain/payout/payout.js';
import { complete, credit, markPaid } from '../protocol/payout.js';
import { attestedOrNull } from '../protocol/owned.js';
import { RuleViolation } from '../protocol/violation.js';
import { moneyGuard, reservedPayments, savePayout, sharesOf, trustOf } from './deal-rows.js';
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
  load(rows, { machine: { deal, payment, payee } }) {
    const found = rows.owned('credit', deal, payment, payee);
    return {
      proofs: {
        owner: rows.owner,
        guard: moneyGuard(rows, deal),
        credit: found,
        paidPayment: rows.owned('payment', deal, payment),
        pendingCredit: rows.privateRow('pendingCredit', books.creditId(deal, payment, payee)),
        trusts: trustOf(rows),
      },
      linkedAccount: found === null ? null : rows.privateRow('linkedAccount', found.row.link),
    };
  },
  decide({ proofs, linkedAccount }, { machine: { deal, payment, operation }, now }) {
    const credited = decideCredit({ ...proofs, deal, payment });
    if (credited === null) return null;
    if (linkedAccount === null) throw new RuleViolation('NO_ACCOUNT');
    const { payee, currency, amount, bank: ownBank } = credited;
    const { account } = linkedAccount;
    const payerBank = proofs.paidPayment?.row.bank ?? '';
    const incoming = { deal, payment, payee, payerBank, ownBank, account, currency, amount };
    return { credited, pendingCredit: books.creditPending({ operation, at: now }, incoming) };
  },
  save: (write, { credited, pendingCredit }) => {
    write.changeOwned('credit', [credited.deal, credited.payment, credited.payee], credited);
    write.putPrivate('pendingCredit', pendingCredit.credit, pendingCredit);
  },
});

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
