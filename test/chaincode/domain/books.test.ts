// A bank's books: what each operation posts, and that nothing is lost on any path of a hold.
import { expect } from 'chai';
import fc from 'fast-check';
import * as books from '../../../chaincode/domain/account/books.js';
import type { AccountRow, JournalEntry } from '../../../chaincode/domain/account/private-rows.js';

const number = '10011111111111100';
const account = (available: string, held = '0'): AccountRow => ({
  v: 1,
  account: number,
  holder: 'alice',
  currency: 'RUB',
  available,
  held,
});
const head = { operation: 'operation_00000001', at: 5 };
const holding = { ...head, codeBinding: 'b'.repeat(64) };
const deal = 'deal_00000001';
const request = {
  deal,
  payment: 'payment_00000001',
  currency: 'RUB',
  amount: '500000',
  fee: '7500',
};
const linesOf = ({ lines }: JournalEntry) =>
  Object.fromEntries(lines.map((line) => [line.account, line.amount]));

describe("a bank's books", () => {
  it('a deposit is owed to the customer and lies in cash', () => {
    const posting = books.deposit(head, account('1'), '100');
    expect(posting.account.available).to.equal('101');
    expect(linesOf(posting.entry)).to.deep.equal({ cash: '-100', [`available/${number}`]: '100' });
  });

  it('a withdrawal takes what is there and not a unit more', () => {
    expect(books.withdraw(head, account('100'), '100').account.available).to.equal('0');
    expect(() => books.withdraw(head, account('99'), '100')).to.throw('FUNDS');
  });

  it('a hold takes amount and fee off the available balance', () => {
    const posting = books.hold(holding, account('507500'), request);
    expect(posting.account).to.include({ available: '0', held: '507500' });
    expect(linesOf(posting.entry)).to.deep.equal({
      [`available/${number}`]: '-507500',
      [`held/${number}`]: '507500',
    });
  });

  it('a hold needs the fee as well, and the currency of the account', () => {
    expect(() => books.hold(holding, account('507499'), request)).to.throw('FUNDS');
    expect(() => books.hold(holding, account('507500'), { ...request, currency: 'EUR' })).to.throw(
      'CURRENCY',
    );
  });

  it('a hold that is given back leaves the balance as it was, fee included', () => {
    const { account: after } = books.hold(holding, account('600000'), request);
    const back = books.giveBack(head, after, request);
    expect(back.account).to.deep.equal(account('600000'));
    expect(() => books.giveBack(head, back.account, request)).to.throw('never negative');
    expect(() => books.giveBack(head, after, { ...request, currency: 'EUR' })).to.throw('CURRENCY');
  });

  it('a capture pays the fee to the bank, others to their bank and own customers through transit', () => {
    const { account: after } = books.hold(holding, account('507500'), request);
    const allocation = [
      { bank: '20', amount: '438000' },
      { bank: '10', amount: '62000' },
    ];
    const posting = books.capture(head, after, { held: request, ownBank: '10', allocation });
    expect(posting.account).to.include({ available: '0', held: '0' });
    expect(linesOf(posting.entry)).to.deep.equal({
      [`held/${number}`]: '-507500',
      fees: '7500',
      'bank/20': '438000',
      transit: '62000',
    });
    const again = { held: request, ownBank: '10', allocation };
    expect(() => books.capture(head, posting.account, again)).to.throw('never negative');
  });

  it('a capture whose shares are not the hold is refused', () => {
    const { account: after } = books.hold(holding, account('507500'), request);
    const allocation = [{ bank: '20', amount: '500001' }];
    expect(() => books.capture(head, after, { held: request, ownBank: '10', allocation })).to.throw(
      'PLAN_DIFFERS',
    );
  });

  const incoming = { ...request, payee: 'seller', account: number, amount: '438000', ownBank: '10' };

  it('a credit waits pending and leaves the account alone', () => {
    const { entry, pending } = books.creditPending(head, { ...incoming, payerBank: '20' });
    expect(pending).to.include({ account: number, amount: '438000', currency: 'RUB' });
    expect(linesOf(entry)).to.deep.equal({ 'bank/20': '-438000', [`pending/${number}`]: '438000' });
    const inside = books.creditPending(head, { ...incoming, payerBank: '10' });
    expect(linesOf(inside.entry)).to.have.property('transit', '-438000');
  });

  it('posting makes lines spendable, of the right account and currency', () => {
    const { pending: line } = books.creditPending(head, { ...incoming, payerBank: '20' });
    const posted = books.post(head, account('5'), [line]);
    expect(posted.account.available).to.equal('438005');
    expect(linesOf(posted.entry)).to.deep.equal({
      [`pending/${number}`]: '-438000',
      [`available/${number}`]: '438000',
    });
    expect(() => books.post(head, account('5'), [{ ...line, account: 'other' }])).to.throw('NO_ACCOUNT');
    expect(() => books.post(head, account('5'), [{ ...line, currency: 'EUR' }])).to.throw('CURRENCY');
  });

  it('account rows always equal the sum of their journal lines, whatever happens to holds', () => {
    const amounts = fc.array(fc.tuple(fc.bigInt(1n, 10n ** 17n), fc.bigInt(0n, 10n ** 6n), fc.boolean()), {
      maxLength: 8,
    });
    fc.assert(
      fc.property(amounts, (payments) => {
        const total = payments.reduce((sum, [amount, fee]) => sum + amount + fee, 0n);
        const journal: JournalEntry[] = [];
        let row = account('0');
        const book = (posting: books.Posting): void => {
          journal.push(posting.entry);
          row = posting.account;
        };
        book(books.deposit(head, row, (total + 1n).toString()));
        const holds = payments.map(([amount, fee]) => {
          const of = { ...request, amount: amount.toString(), fee: fee.toString() };
          book(books.hold(holding, row, of));
          return of;
        });
        holds.forEach((held, index) => {
          const allocation = [{ bank: '20', amount: held.amount }];
          if (payments[index]?.[2]) book(books.giveBack(head, row, held));
          else book(books.capture(head, row, { held, ownBank: '10', allocation }));
        });
        const sums = new Map<string, bigint>();
        for (const line of journal.flatMap(({ lines }) => lines)) {
          sums.set(line.account, (sums.get(line.account) ?? 0n) + BigInt(line.amount));
        }
        expect(String(sums.get(`available/${number}`) ?? 0n)).to.equal(row.available);
        expect(String(sums.get(`held/${number}`) ?? 0n)).to.equal('0');
        expect(row.held).to.equal('0');
        expect([...sums.values()].reduce((sum, value) => sum + value, 0n)).to.equal(0n);
      }),
    );
  });
});
