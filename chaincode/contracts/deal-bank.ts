// Duty: a bank's lane of a deal: answer, first sight of delivery, capture, credit, return.
// Must not: hold rules, nor read an account where a credit arrives: that would make it a hot key (rule 23).
import { decideAnswer } from '../domain/answer.js';
import * as books from '../domain/books.js';
import { decideCapture, type PaidLeg } from '../domain/capture.js';
import { decideCredit } from '../domain/crediting.js';
import { termsOfDeal } from '../domain/deal-terms.js';
import { requireDelivered } from '../domain/delivery.js';
import { decideVoid } from '../domain/expiry.js';
import type { Owned } from '../domain/owned.js';
import type { AccountRow, JournalEntry } from '../domain/private-rows.js';
import { requireRefundKey, type ShownKey } from '../domain/refund-key.js';
import { refundKeyText } from '../protocol/refund-key.js';
import { rowKey, type LegRow, type LinkRow } from '../protocol/rows.js';
import { RuleViolation } from '../protocol/violation.js';
import type { Loaded, OwnerSession, PrivateName } from '../state/sessions.js';
import { owner, type MachineCall, type Rule } from './handler.js';

type BankAction = 'answerLeg' | 'noteDelivery' | 'capture' | 'credit' | 'voidLeg';
type BankRule<A extends BankAction> = Rule<MachineCall<A>, OwnerSession>;
type Trust = (bank: string, msp: string) => boolean;

/** D4, L2. Emits: leg (held, rejected, late). Rejects: as `decideAnswer`. */
const answering: BankRule<'answerLeg'> = {
  keys: ({ machine: { deal, leg, verdict } }, loaded) => {
    const found = loaded.loadedRow('leg', deal, leg);
    return [
      rowKey('terms', deal),
      rowKey('leg', deal, leg),
      rowKey('gate', leg),
      ...(verdict === 'no' ? [] : [rowKey('receipt', leg)]),
      ...(found === null ? [] : [rowKey('bank', found.bank)]),
    ];
  },
  privateRows: ({ machine }, loaded) => {
    const { deal, leg, verdict } = machine;
    const found = loaded.loadedRow('leg', deal, leg);
    return found === null || verdict === 'no' ? [] : accountNames(loaded, found.link);
  },
  async decide({ machine, channel, now }, session) {
    const { deal, leg: id, verdict } = machine;
    const leg = await session.owned('leg', deal, id);
    const answer = decideAnswer({
      channel,
      owner: session.owner,
      now,
      params: machine,
      terms: await session.row('terms', deal),
      gate: await session.row('gate', id),
      leg,
      receipt: verdict === 'no' ? null : await session.row('receipt', id),
      bank: leg === null ? null : await session.owned('bank', leg.row.bank),
      refundKey: await shownKey(session, machine),
      ...(await payerOf(session, verdict === 'no' ? undefined : leg?.row.link)),
    });
    if (answer === null) return 'repeated';
    session.changeOwned('leg', [deal, id], answer.leg);
    if (answer.money !== null) await saveMoney(session, answer.money);
    return 'done';
  },
};

/** D8b. Writes this bank's own first sight of the delivery. Rejects: NOT_FOUND, TERMS_DIFFER, NOT_DELIVERED. */
const notingDelivery: BankRule<'noteDelivery'> = {
  keys: ({ machine: { deal } }) => [rowKey('terms', deal), rowKey('shipment', deal)],
  privateRows: ({ machine: { deal } }) => [['seen', deal]],
  async decide({ machine: { deal }, now }, session) {
    if ((await session.privateRow('seen', deal)) !== null) return 'repeated';
    const terms = termsOfDeal(await session.row('terms', deal), deal);
    requireDelivered(await session.owned('shipment', deal), terms);
    await session.putPrivate('seen', deal, { v: 1, deal, at: now });
    return 'done';
  },
};

/** D9. Emits: leg (captured, allocation). Rejects: as `decideCapture`, REFUND_KEY, NO_ACCOUNT. */
const capturing: BankRule<'capture'> = {
  keys: ({ machine: { deal } }, loaded) => [
    ...(['terms', 'plan', 'shipment', 'inspection'] as const).map((kind) => rowKey(kind, deal)),
    ...payoutKeys(loaded, deal),
  ],
  privateRows: ({ machine: { deal, leg } }, loaded) => [
    ['seen', deal],
    ['correspondents', ''],
    ...heldNames(loaded, deal, leg),
  ],
  async decide({ machine, channel, now }, session) {
    const { deal, leg: id } = machine;
    const leg = decideCapture({
      channel,
      owner: session.owner,
      deal,
      leg: id,
      now,
      isGuarded: await session.isGuarded('leg', deal, id),
      ...(await payoutRows(session, deal)),
      shipment: await session.owned('shipment', deal),
      inspection: await session.row('inspection', deal),
      seenAt: (await session.privateRow('seen', deal))?.at ?? null,
      trusts: await trustOf(session),
    });
    if (leg === null) return 'repeated';
    const account = await holdingAccount(session, leg, machine);
    const { allocation } = leg;
    if (allocation === null) throw new RangeError('a captured leg carries its allocation');
    const head = { operation: machine.operation, at: now };
    const posting = books.capture(head, account, { held: books.holdOf(leg), ownBank: leg.bank, allocation });
    session.changeOwned('leg', [deal, id], leg);
    await saveMoney(session, { account: posting.account, entries: [posting.entry] });
    return 'done';
  },
};

/** D10. Emits: credit (credited). Rejects: as `decideCredit`, NO_ACCOUNT. */
const crediting: BankRule<'credit'> = {
  keys: ({ machine: { deal, leg, payee } }) => [rowKey('credit', deal, leg, payee), rowKey('leg', deal, leg)],
  privateRows: ({ machine: { deal, leg, payee } }, loaded) => {
    const credit = loaded.loadedRow('credit', deal, leg, payee);
    if (credit === null) return [['correspondents', '']];
    return [
      ['correspondents', ''],
      ['line', books.creditId(deal, leg, payee)],
      ['token', credit.link],
    ];
  },
  async decide({ machine, now }, session) {
    const { deal, leg, payee, operation } = machine;
    const paidLeg = await session.owned('leg', deal, leg);
    const credit = decideCredit({
      owner: session.owner,
      deal,
      leg,
      credit: await session.owned('credit', deal, leg, payee),
      paidLeg,
      line: await session.privateRow('line', books.creditId(deal, leg, payee)),
      trusts: await trustOf(session),
    });
    if (credit === null || paidLeg === null) return 'repeated';
    const token = await session.privateRow('token', credit.link);
    if (token === null) throw new RuleViolation('NO_ACCOUNT');
    const { currency, amount, bank: ownBank } = credit;
    const payerBank = paidLeg.row.bank;
    const incoming = { deal, leg, payee, payerBank, ownBank, account: token.account, currency, amount };
    const line = books.creditUnfolded({ operation, at: now }, incoming);
    session.changeOwned('credit', [deal, leg, payee], credit);
    await session.putPrivate('line', line.credit, line);
    return 'done';
  },
};

/** X3. Emits: leg (voided). Rejects: as `decideVoid`, REFUND_KEY, NO_ACCOUNT. */
const voiding: BankRule<'voidLeg'> = {
  keys: ({ machine: { deal, leg } }) => [
    rowKey('terms', deal),
    rowKey('phase', deal),
    rowKey('leg', deal, leg),
  ],
  privateRows: ({ machine: { deal, leg } }, loaded) => [
    ['correspondents', ''],
    ...heldNames(loaded, deal, leg),
  ],
  async decide({ machine, now }, session) {
    const { deal, leg: id } = machine;
    const leg = decideVoid({
      deal,
      leg: id,
      owner: session.owner,
      terms: await session.row('terms', deal),
      phase: await session.row('phase', deal),
      legs: await session.ownedUnder('leg', deal),
      trusts: await trustOf(session),
    });
    if (leg === null) return 'repeated';
    const account = await holdingAccount(session, leg, machine);
    const posting = books.giveBack({ operation: machine.operation, at: now }, account, books.holdOf(leg));
    session.changeOwned('leg', [deal, id], leg);
    await saveMoney(session, { account: posting.account, entries: [posting.entry] });
    return 'done';
  },
};

/** Who is paid by whom: terms, plan, its legs with payers' links, links of buyer and payees; receipts of who signed. */
async function payoutRows(session: OwnerSession, deal: string) {
  const terms = await session.row('terms', deal);
  const plan = await session.row('plan', deal);
  const legs: PaidLeg[] = [];
  for (const id of new Set(plan?.items.map(({ leg }) => leg))) {
    const leg = await session.owned('leg', deal, id);
    const receipt = await session.row('receipt', id);
    legs.push({ leg, receipt, link: leg === null ? null : await session.owned('link', leg.row.link) });
  }
  const linkOf = async (link: string | undefined) =>
    link === undefined ? null : session.owned('link', link);
  return {
    terms,
    listing: terms === null ? null : await session.row('receipt', terms.listing),
    purchase: await session.row('receipt', deal),
    plan,
    legs,
    sellerLink: await linkOf(terms?.terms.offerTerms.sellerLink),
    buyerLink: await linkOf(terms?.terms.buyerLink),
    commissionLink: await linkOf(terms?.terms.offerTerms.commissionLink),
  };
}

/** What `payoutRows` reads. */
function payoutKeys(loaded: Loaded, deal: string): string[] {
  const row = loaded.loadedRow('terms', deal);
  const terms = row?.terms;
  const legs = (loaded.loadedRow('plan', deal)?.items ?? []).map(({ leg }) => leg);
  const payers = legs.map((leg) => loaded.loadedRow('leg', deal, leg)?.link);
  const links = [terms?.offerTerms.sellerLink, terms?.buyerLink, terms?.offerTerms.commissionLink, ...payers];
  return [
    ...[deal, row?.listing].flatMap((intent) => (intent === undefined ? [] : [rowKey('receipt', intent)])),
    ...legs.flatMap((leg) => [rowKey('leg', deal, leg), rowKey('receipt', leg)]),
    ...links.flatMap((link) => (link === undefined ? [] : [rowKey('link', link)])),
  ];
}

/** Own evidence, and that of correspondents for their own money (rule 2). */
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
  const token = link === undefined ? null : await session.privateRow('token', link);
  if (token === null) return { link: null, account: null };
  const account = await session.privateRow('account', token.account);
  return { link: { row: token.confirmed, believed: true }, account };
}

/** What `payerOf` reads. */
function accountNames(loaded: Loaded, link: string): PrivateName[] {
  const token = loaded.loadedPrivateRow('token', link);
  return [['token', link], ...(token === null ? [] : [['account', token.account] as const])];
}

/** What `holdingAccount` reads. */
function heldNames(loaded: Loaded, deal: string, leg: string): PrivateName[] {
  const found = loaded.loadedRow('leg', deal, leg);
  return found === null ? [] : accountNames(loaded, found.link);
}

interface Showing {
  readonly deal: string;
  readonly refundKey: string;
}

async function shownKey(session: OwnerSession, { deal, refundKey }: Showing): Promise<ShownKey> {
  return { shown: refundKey, made: await session.keyed(refundKeyText(deal)) };
}

/** The account that holds the leg's money, for who shows the refund key. Rejects: REFUND_KEY, NO_ACCOUNT. */
async function holdingAccount(session: OwnerSession, leg: LegRow, showing: Showing): Promise<AccountRow> {
  requireRefundKey(await shownKey(session, showing));
  // A link is confirmed once: its account is still the one that the money was taken from.
  const { account } = await payerOf(session, leg.link);
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
  owner.byMachine('answerLeg', answering),
  owner.byMachine('noteDelivery', notingDelivery),
  owner.byMachine('capture', capturing),
  owner.byMachine('credit', crediting),
  owner.byMachine('voidLeg', voiding),
] as const;
