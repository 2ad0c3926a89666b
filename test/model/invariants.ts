// What must hold after every block whatever the model says: I1 to I6, I8, I9 of the product's page, and double entry.
// It must not use the model's state: it looks at what the ledger really holds.
import { expect } from 'chai';
import { type OwnedKind, type RowKind, type Rows } from '../../chaincode/protocol/rows.js';
import { type PaymentRow } from '../../chaincode/protocol/payment.js';
import type { LedgerView } from './ledger-view.js';
import { sha256, sortedJson, total } from './model-command.js';
import type { EntryModel, SecretKind, SecretRows } from './model-state.js';

const FINAL_AFTER: { readonly [status in PaymentRow['status']]: readonly PaymentRow['status'][] } = {
  submitted: ['submitted', 'held', 'rejected', 'late', 'captured', 'voided'],
  held: ['held', 'captured', 'voided'],
  rejected: ['rejected'],
  late: ['late'],
  captured: ['captured'],
  voided: ['voided'],
};
/** Rows that are written once (used-intent markers: I9, terms, plans: what was signed and decided). */
const WRITTEN_ONCE: readonly string[] = ['usedIntent', 'bankName', 'terms', 'shares', 'plan', 'obligation'];
/** What an owned row is before its owner has said anything of it. */
const FIRST_STATUS: { readonly [K in OwnedKind]: Rows[K]['status'] } = {
  person: 'new',
  bank: 'new',
  link: 'asked',
  payment: 'submitted',
  shipment: 'announced',
  credit: 'due',
};

/** Money of one deal at all banks, minor units. */
interface DealMoney {
  readonly operations: EntryModel[];
  readonly payments: Map<string, string>;
}

export class Invariants {
  private readonly balances = new Map<string, bigint>();
  private readonly once = new Map<string, string>();
  /** Entries of each private row that has some, as text. */
  private readonly journals = new Map<string, readonly string[]>();
  private readonly operations = new Set<string>();
  private readonly deals = new Map<string, DealMoney>();
  private readonly reservations = new Map<string, Set<string>>();

  constructor(
    private readonly view: LedgerView,
    private readonly members: readonly string[],
  ) {}

  /** Takes in what has changed and checks all that it touches. */
  check(changed: readonly string[]): void {
    const touched = { deals: new Set<string>(), offers: new Set<string>(), banks: new Set<string>() };
    for (const key of changed) {
      if (key.includes(':')) this.takeSecret(key, touched);
      else this.takeRow(key, touched);
    }
    for (const msp of touched.banks) this.checkBooks(msp);
    for (const deal of touched.deals) this.checkDeal(deal);
    for (const offer of touched.offers) this.checkStock(offer);
  }

  private takeSecret(key: string, touched: { deals: Set<string>; banks: Set<string> }): void {
    const [owner = '', rest = ''] = key.split(':');
    const kind = rest.split('/', 1)[0];
    if (kind === 'usedIntent') this.keepOnce(key);
    if (kind === 'operation') this.takeEntries(owner, key, [this.secretAt('operation', key)], touched.deals);
    if (kind === 'journal') this.takeEntries(owner, key, [this.secretAt('journal', key)], touched.deals);
    touched.banks.add(owner);
  }

  /** I2: a row's journal only grows, and an operation's id is used once at its bank. */
  private takeEntries(owner: string, key: string, entries: readonly EntryModel[], deals: Set<string>): void {
    const earlier = this.journals.get(key) ?? [];
    const texts = entries.map((entry) => sortedJson(entry));
    expect(texts.slice(0, earlier.length), `journal of ${key}`).to.deep.equal(earlier);
    this.journals.set(key, texts);
    for (const entry of entries.slice(earlier.length)) {
      const name = `${owner} ${entry.operation}`;
      expect(this.operations.has(name), `I2: operation ${name} is new`).to.be.false;
      this.operations.add(name);
      this.post(owner, entry);
      if (entry.deal === null) continue;
      this.dealOf(entry.deal).operations.push(entry);
      deals.add(entry.deal);
    }
  }

  private takeRow(key: string, touched: { deals: Set<string>; offers: Set<string> }): void {
    const [kind = '', first = ''] = key.split('/');
    if (WRITTEN_ONCE.includes(kind)) this.keepOnce(key);
    if (Object.hasOwn(FIRST_STATUS, kind)) this.checkAttestation(key, kind as OwnedKind); // a key of it
    if (kind === 'payment') this.takePayment(this.rowAt('payment', key));
    if (kind === 'admission') touched.deals.add(this.rowAt('admission', key).deal);
    if (['payment', 'phase', 'plan', 'credit', 'reservation'].includes(kind)) touched.deals.add(first);
    if (kind === 'stock') touched.offers.add(first);
    if (kind === 'reservation') touched.offers.add(this.takeReservation(this.rowAt('reservation', key)));
  }

  private takePayment(payment: PaymentRow): void {
    const { payments } = this.dealOf(payment.deal);
    const before = payments.get(payment.id) ?? 'submitted';
    const allowed = FINAL_AFTER[before as PaymentRow['status']]; // what this method put there
    expect(allowed, `I3: payment ${payment.id} was ${before}`).to.include(payment.status);
    payments.set(payment.id, payment.status);
  }

  private takeReservation({ deal, offer, released }: Rows['reservation']): string {
    const reserved = this.reservations.get(offer) ?? new Set();
    if (released) reserved.delete(deal);
    else reserved.add(deal);
    this.reservations.set(offer, reserved);
    return offer;
  }

  /** I9: used-intent markers never change, nor does what was signed and decided. */
  private keepOnce(key: string): void {
    const text = sortedJson(this.view.rows.get(key));
    expect(this.once.get(key) ?? text, `${key} is written once`).to.equal(text);
    this.once.set(key, text);
  }

  /** Double entry: the lines of an operation sum to zero. */
  private post(msp: string, { operation, currency, lines }: EntryModel): void {
    expect(total(lines), `lines of ${operation}`).to.equal(0n);
    for (const { account, amount } of lines) {
      const name = `${msp} ${currency} ${account}`;
      this.balances.set(name, (this.balances.get(name) ?? 0n) + BigInt(amount));
    }
  }

  /** Double entry: rows of accounts and credits are what the journal says; all accounts sum to zero. */
  private checkBooks(msp: string): void {
    const pending = this.pendingBy(msp);
    for (const row of this.view.secrets<SecretRows['account']>(msp, 'account')) {
      const { account, available, held, currency } = row;
      const balance = (name: string) => this.balances.get(`${msp} ${currency} ${name}/${account}`) ?? 0n;
      expect(balance('available'), `available ${account}`).to.equal(BigInt(available));
      expect(balance('held'), `held ${account}`).to.equal(BigInt(held));
      expect(balance('pending'), `pending ${account}`).to.equal(pending.get(account) ?? 0n);
      expect(BigInt(available) >= 0n && BigInt(held) >= 0n, `no overdraft ${account}`).to.be.true;
    }
    const sums = new Map<string, bigint>();
    for (const [name, amount] of this.balances) {
      const [owner, currency = ''] = name.split(' ');
      if (owner === msp) sums.set(currency, (sums.get(currency) ?? 0n) + amount);
    }
    for (const [currency, sum] of sums) expect(sum, `books of ${msp} in ${currency}`).to.equal(0n);
  }

  private pendingBy(msp: string): Map<string, bigint> {
    const pending = new Map<string, bigint>();
    for (const { account, amount } of this.view.secrets<SecretRows['pendingCredit']>(msp, 'pendingCredit')) {
      pending.set(account, (pending.get(account) ?? 0n) + BigInt(amount));
    }
    return pending;
  }

  private checkDeal(deal: string): void {
    const money = this.dealOf(deal);
    this.checkMoney(deal, money);
    const phase = this.row('phase', deal)?.status;
    if (phase === 'expired' || phase === 'completed') this.checkKnown(deal, money, phase);
    if (this.row('plan', deal) !== undefined) this.checkShares(deal);
    this.checkPayers(deal, money);
  }

  /** Only the buyer, or whom he invited, has money in a deal, and by an invitation no more than it allows. */
  private checkPayers(deal: string, { payments }: DealMoney): void {
    const buyer = this.row('terms', deal)?.terms.buyer;
    const paid = [...payments].flatMap(([id, status]) =>
      status === 'held' || status === 'captured' ? [this.rowAt('payment', `payment/${deal}/${id}`)] : [],
    );
    for (const { id, payer, invitation } of paid) {
      const invited = invitation === null ? null : this.row('invitation', deal, invitation)?.accepted;
      expect(payer, `payer of ${id}`).to.equal(invited === null ? buyer : invited?.person);
    }
    for (const invitation of new Set(paid.flatMap((payment) => payment.invitation ?? []))) {
      const sum = total(paid.filter((payment) => payment.invitation === invitation));
      const { most = '0' } = this.row('invitation', deal, invitation) ?? {};
      expect(sum <= BigInt(most), `sum by invitation ${invitation}`).to.be.true;
    }
  }

  /** I1: held in = still held + to each payee + fees + voided; I2: returns never exceed the hold. */
  private checkMoney(deal: string, { operations, payments }: DealMoney): void {
    const sum = (kind: EntryModel['kind'], payment: string | null, prefix: string) =>
      operations
        .filter((it) => it.kind === kind && (payment === null || it.payment === payment))
        .flatMap(({ lines }) => lines.filter(({ account }) => account.startsWith(prefix)))
        .reduce((all, { amount }) => all + BigInt(amount), 0n);
    const paid = new Map<string, bigint>();
    let still = 0n;
    for (const [id, status] of payments) {
      const payment = this.rowAt('payment', `payment/${deal}/${id}`);
      const out = -sum('void', id, 'held/') - sum('capture', id, 'held/');
      const into = sum('hold', id, 'held/');
      expect(into, `I2: hold of ${id}`).to.equal(takenFor(payment));
      expect(out, `I2: returns of ${id}`).to.equal(status === 'held' ? 0n : into);
      if (status === 'held') still += into;
      for (const { payee, amount } of payment.allocation ?? []) {
        paid.set(payee, (paid.get(payee) ?? 0n) + BigInt(amount));
      }
    }
    const fees = sum('capture', null, 'fees');
    const voided = -sum('void', null, 'held/');
    const terms = [still, ...paid.values(), fees, voided];
    expect(
      terms.every((term) => term >= 0n),
      `I1: no negative term in ${deal}`,
    ).to.be.true;
    const heldIn = sum('hold', null, 'held/');
    expect(
      terms.reduce((all, term) => all + term, 0n),
      `I1: ${deal}`,
    ).to.equal(heldIn);
  }

  /** I4: no end while a bank that was asked, or may still be asked, has not answered. */
  private checkKnown(deal: string, { payments }: DealMoney, phase: 'expired' | 'completed'): void {
    const unknownAt = phase === 'expired' ? ['admitted', 'none'] : ['admitted'];
    for (const [id, status] of payments) {
      if (status !== 'submitted') continue;
      const admission = this.row('admission', deal, id)?.status ?? 'none';
      expect(unknownAt, `I4: ${deal} is ${phase}, payment ${id} is unknown`).not.to.include(admission);
    }
    if (phase === 'completed') this.checkPaidOut(deal, payments);
  }

  private checkPaidOut(deal: string, payments: ReadonlyMap<string, string>): void {
    for (const { payment, payee } of this.row('plan', deal)?.items ?? []) {
      // What went back needs no credit.
      if (payments.get(payment) === 'voided') continue;
      expect(payments.get(payment), `I4: payment ${payment} of a completed deal`).to.equal('captured');
      expect(this.row('credit', deal, payment, payee)?.status, `I4: credit ${payment}`).to.equal('credited');
    }
  }

  /** I5: pinned shares, parts that sum to the whole, the odd unit with the seller. */
  private checkShares(deal: string): void {
    const items = this.row('plan', deal)?.items ?? [];
    const part = (payee: string) => total(items.filter((item) => item.payee === payee));
    const { price, net } = this.pinnedShares(deal);
    expect(total(items), `I5: ${deal}`).to.equal(price);
    expect(part('seller'), `I5: net of ${deal}`).to.equal(net);
    expect(part('marketplace'), `I5: commission of ${deal}`).to.equal(price - net);
    for (const { payment, payee, purpose, amount, bank } of items) {
      const credit = this.row('credit', deal, payment, payee);
      const found = [credit?.amount, credit?.bank, credit?.purpose];
      expect(found, `I5: credit ${payment}/${payee}`).to.deep.equal([amount, bank, purpose]);
    }
  }

  private pinnedShares(deal: string): { readonly price: bigint; readonly net: bigint } {
    const { price = '0', sharesHash = '' } = this.row('terms', deal)?.terms.offerTerms ?? {};
    const shares = this.row('shares', sharesHash);
    expect(shares, `I5: shares of ${deal}`).not.to.be.undefined;
    return { price: BigInt(price), net: BigInt(shares?.net ?? '0') };
  }

  /** I6: available + reserved + sold = stock, all of them zero or more. */
  private checkStock(offer: string): void {
    const { total: whole = -1, available = -1, taken = -1 } = this.row('stock', offer) ?? {};
    expect(available >= 0 && taken >= 0, `I6: ${offer}`).to.be.true;
    expect(available + taken, `I6: ${offer}`).to.equal(whole);
    expect(taken, `I6: units of ${offer} that deals hold`).to.equal(this.reservations.get(offer)?.size ?? 0);
  }

  /** I8: any status but the first has its owner's attestation, the hash of the row with it, and nobody else's. */
  private checkAttestation(key: string, kind: OwnedKind): void {
    const row = this.rowAt(kind, key);
    const { owner, status } = row;
    const fact = this.view.facts.get(owner)?.get(key);
    const needed = status === FIRST_STATUS[kind] ? undefined : sha256(sortedJson(row));
    expect(fact, `I8: attestation of ${key}`).to.equal(needed);
    for (const msp of this.members) {
      if (msp !== owner) expect(this.view.facts.get(msp)?.has(key), `I8: ${key} at ${msp}`).to.be.false;
    }
    if (kind === 'payment' || kind === 'credit' || kind === 'link') {
      const { bank } = this.rowAt(kind, key);
      expect(this.row('bank', bank)?.owner, `I8: ${key} is its bank's`).to.equal(owner);
    }
  }

  private dealOf(deal: string): DealMoney {
    const known = this.deals.get(deal) ?? { operations: [], payments: new Map() };
    this.deals.set(deal, known);
    return known;
  }

  private row<K extends RowKind>(kind: K, ...ids: readonly string[]): Rows[K] | undefined {
    return this.view.rows.get([kind, ...ids].join('/')) as Rows[K] | undefined; // rows of that kind
  }

  private secretAt<K extends SecretKind>(_kind: K, key: string): SecretRows[K] {
    return this.view.rows.get(key) as unknown as SecretRows[K]; // the key is of that kind
  }

  private rowAt<K extends RowKind>(_kind: K, key: string): Rows[K] {
    return this.view.rows.get(key) as unknown as Rows[K]; // the key was found there
  }
}

/** Amount and fee of a payment that its bank has ever held. */
function takenFor({ status, amount, fee }: PaymentRow): bigint {
  return status === 'submitted' || status === 'rejected' ? 0n : BigInt(amount) + BigInt(fee);
}
