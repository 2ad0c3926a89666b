// Duty: a bank's lane of a deal: answer, first sight of delivery, capture, credit, return.
// Must not: hold rules, nor read an account where a credit arrives: that would make it a hot key (rule 23).
import { decideAnswer } from '../domain/answer.js';
import * as books from '../domain/books.js';
import { decideCapture, type PaidPayment } from '../domain/capture.js';
import { decideCredit } from '../domain/crediting.js';
import { termsOfDeal } from '../domain/deal-terms.js';
import { requireDelivered } from '../domain/delivery.js';
import { decideVoid } from '../domain/expiry.js';
import type { Owned } from '../domain/owned.js';
import type { AccountRow, JournalEntry } from '../domain/private-rows.js';
import { requireRefundKey, type ShownKey } from '../domain/refund-key.js';
import { refundKeyText } from '../protocol/refund-key.js';
import { rowKey, type PaymentRow, type LinkRow } from '../protocol/rows.js';
import { RuleViolation } from '../protocol/violation.js';
import type { Loaded, OwnerSession, PrivateName } from '../state/sessions.js';
import { owner, type MachineCall, type Rule } from './handler.js';

type BankAction = 'answerPayment' | 'recordDelivery' | 'capture' | 'credit' | 'voidPayment';
type BankRule<A extends BankAction> = Rule<MachineCall<A>, OwnerSession>;
type Trust = (bank: string, msp: string) => boolean;

/** D4, L2. Emits: payment (held, rejected, late). Rejects: as `decideAnswer`. */
const answering: BankRule<'answerPayment'> = {
  keys: ({ machine: { deal, payment, verdict } }, loaded) => {
    const found = loaded.loadedRow('payment', deal, payment);
    return [
      rowKey('terms', deal),
      rowKey('payment', deal, payment),
      rowKey('admission', payment),
      ...(verdict === 'no' ? [] : [rowKey('usedIntent', payment)]),
      ...(found === null ? [] : [rowKey('bank', found.bank)]),
    ];
  },
  privateRows: ({ machine }, loaded) => {
    const { deal, payment, verdict } = machine;
    const found = loaded.loadedRow('payment', deal, payment);
    return found === null || verdict === 'no' ? [] : accountNames(loaded, found.link);
  },
  async decide({ machine, channel, now }, session) {
    const { deal, payment: id, verdict } = machine;
    const payment = await session.owned('payment', deal, id);
    const answer = decideAnswer({
      channel,
      owner: session.owner,
      now,
      params: machine,
      terms: await session.row('terms', deal),
      admission: await session.row('admission', id),
      payment,
      usedIntent: verdict === 'no' ? null : await session.row('usedIntent', id),
      bank: payment === null ? null : await session.owned('bank', payment.row.bank),
      refundKey: await shownKey(session, machine),
      ...(await payerOf(session, verdict === 'no' ? undefined : payment?.row.link)),
    });
    if (answer === null) return 'repeated';
    session.changeOwned('payment', [deal, id], answer.payment);
    if (answer.money !== null) await saveMoney(session, answer.money);
    return 'done';
  },
};

/** D8b. Writes this bank's own first sight of the delivery. Rejects: NOT_FOUND, TERMS_DIFFER, NOT_DELIVERED. */
const recordingDelivery: BankRule<'recordDelivery'> = {
  keys: ({ machine: { deal } }) => [rowKey('terms', deal), rowKey('shipment', deal)],
  privateRows: ({ machine: { deal } }) => [['deliveryRecord', deal]],
  async decide({ machine: { deal }, now }, session) {
    if ((await session.privateRow('deliveryRecord', deal)) !== null) return 'repeated';
    const terms = termsOfDeal(await session.row('terms', deal), deal);
    requireDelivered(await session.owned('shipment', deal), terms);
    await session.putPrivate('deliveryRecord', deal, { v: 1, deal, at: now });
    return 'done';
  },
};

/** D9. Emits: payment (captured, allocation). Rejects: as `decideCapture`, REFUND_KEY, NO_ACCOUNT. */
const capturing: BankRule<'capture'> = {
  keys: ({ machine: { deal } }, loaded) => [
    ...(['terms', 'plan', 'shipment', 'inspection'] as const).map((kind) => rowKey(kind, deal)),
    ...payoutKeys(loaded, deal),
  ],
  privateRows: ({ machine: { deal, payment } }, loaded) => [
    ['deliveryRecord', deal],
    ['correspondents', ''],
    ...heldNames(loaded, deal, payment),
  ],
  async decide({ machine, channel, now }, session) {
    const { deal, payment: id } = machine;
    const payment = decideCapture({
      channel,
      owner: session.owner,
      deal,
      payment: id,
      now,
      isGuarded: await session.isGuarded('payment', deal, id),
      ...(await payoutRows(session, deal)),
      shipment: await session.owned('shipment', deal),
      inspection: await session.row('inspection', deal),
      seenAt: (await session.privateRow('deliveryRecord', deal))?.at ?? null,
      trusts: await trustOf(session),
    });
    if (payment === null) return 'repeated';
    const account = await holdingAccount(session, payment, machine);
    const { allocation } = payment;
    if (allocation === null) throw new RangeError('a captured payment carries its allocation');
    const head = { operation: machine.operation, at: now };
    const posting = books.capture(head, account, {
      held: books.holdOf(payment),
      ownBank: payment.bank,
      allocation,
    });
    session.changeOwned('payment', [deal, id], payment);
    await saveMoney(session, { account: posting.account, entries: [posting.entry] });
    return 'done';
  },
};

/** D10. Emits: credit (credited). Rejects: as `decideCredit`, NO_ACCOUNT. */
const crediting: BankRule<'credit'> = {
  keys: ({ machine: { deal, payment, payee } }) => [
    rowKey('credit', deal, payment, payee),
    rowKey('payment', deal, payment),
  ],
  privateRows: ({ machine: { deal, payment, payee } }, loaded) => {
    const credit = loaded.loadedRow('credit', deal, payment, payee);
    if (credit === null) return [['correspondents', '']];
    return [
      ['correspondents', ''],
      ['pendingCredit', books.creditId(deal, payment, payee)],
      ['linkedAccount', credit.link],
    ];
  },
  async decide({ machine, now }, session) {
    const { deal, payment, payee, operation } = machine;
    const paidPayment = await session.owned('payment', deal, payment);
    const credit = decideCredit({
      owner: session.owner,
      deal,
      payment,
      credit: await session.owned('credit', deal, payment, payee),
      paidPayment,
      line: await session.privateRow('pendingCredit', books.creditId(deal, payment, payee)),
      trusts: await trustOf(session),
    });
    if (credit === null || paidPayment === null) return 'repeated';
    const token = await session.privateRow('linkedAccount', credit.link);
    if (token === null) throw new RuleViolation('NO_ACCOUNT');
    const { currency, amount, bank: ownBank } = credit;
    const payerBank = paidPayment.row.bank;
    const incoming = { deal, payment, payee, payerBank, ownBank, account: token.account, currency, amount };
    const line = books.creditPending({ operation, at: now }, incoming);
    session.changeOwned('credit', [deal, payment, payee], credit);
    await session.putPrivate('pendingCredit', line.credit, line);
    return 'done';
  },
};

/** X3. Emits: payment (voided). Rejects: as `decideVoid`, REFUND_KEY, NO_ACCOUNT. */
const voiding: BankRule<'voidPayment'> = {
  keys: ({ machine: { deal, payment } }) => [
    rowKey('terms', deal),
    rowKey('phase', deal),
    rowKey('payment', deal, payment),
  ],
  privateRows: ({ machine: { deal, payment } }, loaded) => [
    ['correspondents', ''],
    ...heldNames(loaded, deal, payment),
  ],
  async decide({ machine, now }, session) {
    const { deal, payment: id } = machine;
    const payment = decideVoid({
      deal,
      payment: id,
      owner: session.owner,
      terms: await session.row('terms', deal),
      phase: await session.row('phase', deal),
      payments: await session.ownedUnder('payment', deal),
      trusts: await trustOf(session),
    });
    if (payment === null) return 'repeated';
    const account = await holdingAccount(session, payment, machine);
    const posting = books.giveBack({ operation: machine.operation, at: now }, account, books.holdOf(payment));
    session.changeOwned('payment', [deal, id], payment);
    await saveMoney(session, { account: posting.account, entries: [posting.entry] });
    return 'done';
  },
};

/**
 * Who is paid by whom: terms, plan, its payments with payers' links, links of buyer and payees; used-intent markers
 * of who signed.
 */
async function payoutRows(session: OwnerSession, deal: string) {
  const terms = await session.row('terms', deal);
  const plan = await session.row('plan', deal);
  const payments: PaidPayment[] = [];
  for (const id of new Set(plan?.items.map(({ payment }) => payment))) {
    const payment = await session.owned('payment', deal, id);
    const usedIntent = await session.row('usedIntent', id);
    payments.push({
      payment,
      usedIntent,
      link: payment === null ? null : await session.owned('link', payment.row.link),
    });
  }
  const linkOf = async (link: string | undefined) =>
    link === undefined ? null : session.owned('link', link);
  return {
    terms,
    listing: terms === null ? null : await session.row('usedIntent', terms.listing),
    purchase: await session.row('usedIntent', deal),
    plan,
    payments,
    sellerLink: await linkOf(terms?.terms.offerTerms.sellerLink),
    buyerLink: await linkOf(terms?.terms.buyerLink),
    commissionLink: await linkOf(terms?.terms.offerTerms.commissionLink),
  };
}

/** What `payoutRows` reads. */
function payoutKeys(loaded: Loaded, deal: string): string[] {
  const row = loaded.loadedRow('terms', deal);
  const terms = row?.terms;
  const payments = (loaded.loadedRow('plan', deal)?.items ?? []).map(({ payment }) => payment);
  const payers = payments.map((payment) => loaded.loadedRow('payment', deal, payment)?.link);
  const links = [terms?.offerTerms.sellerLink, terms?.buyerLink, terms?.offerTerms.commissionLink, ...payers];
  return [
    ...[deal, row?.listing].flatMap((intent) => (intent === undefined ? [] : [rowKey('usedIntent', intent)])),
    ...payments.flatMap((payment) => [rowKey('payment', deal, payment), rowKey('usedIntent', payment)]),
    ...links.flatMap((link) => (link === undefined ? [] : [rowKey('link', link)])),
  ];
}

/** Own attestation, and that of correspondents for their own money (rule 2). */
async function trustOf(session: OwnerSession): Promise<Trust> {
  const banks = (await session.privateRow('correspondents', ''))?.banks ?? [];
  return (bank, msp) =>
    msp === session.owner || banks.some((known) => known.bank === bank && known.msp === msp);
}

interface Payer {
  readonly link: Owned<LinkRow> | null;
  readonly account: AccountRow | null;
}

/** A customer's link by this bank's own record of confirming it, not by its public row, and the account behind it. */
async function payerOf(session: OwnerSession, link: string | undefined): Promise<Payer> {
  const token = link === undefined ? null : await session.privateRow('linkedAccount', link);
  if (token === null) return { link: null, account: null };
  const account = await session.privateRow('account', token.account);
  return { link: { row: token.confirmed, attested: true }, account };
}

/** What `payerOf` reads. */
function accountNames(loaded: Loaded, link: string): PrivateName[] {
  const token = loaded.loadedPrivateRow('linkedAccount', link);
  return [['linkedAccount', link], ...(token === null ? [] : [['account', token.account] as const])];
}

/** What `holdingAccount` reads. */
function heldNames(loaded: Loaded, deal: string, payment: string): PrivateName[] {
  const found = loaded.loadedRow('payment', deal, payment);
  return found === null ? [] : accountNames(loaded, found.link);
}

interface Showing {
  readonly deal: string;
  readonly refundKey: string;
}

async function shownKey(session: OwnerSession, { deal, refundKey }: Showing): Promise<ShownKey> {
  return { shown: refundKey, made: await session.keyed(refundKeyText(deal)) };
}

/** The account that holds the payment's money, for who shows the refund key. Rejects: REFUND_KEY, NO_ACCOUNT. */
async function holdingAccount(
  session: OwnerSession,
  payment: PaymentRow,
  showing: Showing,
): Promise<AccountRow> {
  requireRefundKey(await shownKey(session, showing));
  // A link is confirmed once: its account is still the one that the money was taken from.
  const { account } = await payerOf(session, payment.link);
  if (account === null) throw new RuleViolation('NO_ACCOUNT');
  return account;
}

interface Movement {
  /** Null: the balance is as before. */
  readonly account: AccountRow | null;
  readonly entries: readonly JournalEntry[];
}

async function saveMoney(session: OwnerSession, { account, entries }: Movement): Promise<void> {
  for (const entry of entries) session.enter(entry);
  if (account !== null) await session.putPrivate('account', account.account, account);
}

export const BANK_RULES = [
  owner.byMachine('answerPayment', answering),
  owner.byMachine('recordDelivery', recordingDelivery),
  owner.byMachine('capture', capturing),
  owner.byMachine('credit', crediting),
  owner.byMachine('voidPayment', voiding),
] as const;
