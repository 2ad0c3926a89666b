// A member's own values and books are compared with the blocks, and each difference is found.
import { expect } from 'chai';
import { ledger } from '@hyperledger/fabric-protos';
import type { DeliveredBlock } from '../../audit/delivered-block.js';
import { BankBooks } from '../../audit/bank-books.js';
import { Findings } from '../../audit/findings.js';
import { BANK_A, BANK_B, COURIER, MARKETPLACE } from '../support/member-access.js';
import { present, type EngineConsortium } from '../support/test-consortium.js';
import { auditedBy, deliveredTo, failedChecks, playedConsortium } from './audit.js';

const { KVRWSet } = ledger.rwset.kvrwset;
type KVRWSet = ledger.rwset.kvrwset.KVRWSet;

describe("verify: a member's own values and books", function () {
  this.timeout(60_000);
  let consortium: EngineConsortium;
  let delivered: DeliveredBlock[];
  before(async () => {
    consortium = await playedConsortium();
    delivered = await deliveredTo(consortium, BANK_A);
  });
  after(() => consortium.close());

  /** The last private set with a write under this kind of key, changed. */
  function withValue(kind: string, change: (set: KVRWSet) => void): DeliveredBlock[] {
    for (let number = delivered.length - 1; number >= 0; number -= 1) {
      const block = present(delivered[number]);
      for (const [position, set] of block.privateData ?? []) {
        const changed = changedSet(set, kind, change);
        if (changed) return delivered.with(number, { ...block, privateData: new Map([[position, changed]]) });
      }
    }
    throw new Error(`nothing private was written under ${kind}`);
  }

  for (const msp of [MARKETPLACE, BANK_A, BANK_B, COURIER]) {
    it(`${msp} finds its own values and books in order`, async () => {
      const report = await auditedBy(consortium, msp, await deliveredTo(consortium, msp));
      expect(report.findings).to.deep.equal([]);
      expect(report.checks.privateValues?.checked).to.be.greaterThan(0);
    });
  }

  it("a bank's trial balance sums to zero, shows no account number, and holds the worked example's money", async () => {
    const { books } = await auditedBy(consortium, BANK_A, delivered);
    const sums = Object.fromEntries(books.map(({ account, sum }) => [account, sum]));
    expect(books.reduce((total, { sum }) => total + BigInt(sum), 0n)).to.equal(0n);
    expect(sums['fees']).to.equal('7500');
    expect(sums['bank/20']).to.equal('438000');
    expect(JSON.stringify(books)).not.to.include(present(consortium.alice.accounts[BANK_A]).account);
  });

  it('a value that is not the one whose hash stands in the block: privateValues', async () => {
    const altered = withValue('operation/', (set) => {
      const write = present(set.getWritesList()[0]);
      write.setValue(Buffer.concat([write.getValue_asU8(), Buffer.from(' ')]));
    });
    expect(failedChecks(await auditedBy(consortium, BANK_A, altered))).to.include('privateValues');
  });

  it('a value that is missing: privateValues', async () => {
    const [number] = [...delivered.entries()].find(([, { privateData }]) => (privateData?.size ?? 0) > 0) ?? [
      -1,
    ];
    const altered = delivered.with(number, { ...present(delivered[number]), privateData: new Map() });
    expect(failedChecks(await auditedBy(consortium, BANK_A, altered))).to.include('privateValues');
  });

  it('an account with more money than its operations brought: balances', async () => {
    const altered = withValue('account/', (set) => {
      const write = present(set.getWritesList().find((each) => each.getKey().startsWith('account/')));
      const row = JSON.parse(Buffer.from(write.getValue_asU8()).toString('utf8')) as {
        readonly available: string;
      };
      const available = (BigInt(row.available) + 1n).toString();
      write.setValue(Buffer.from(JSON.stringify({ ...row, available })));
    });
    expect(failedChecks(await auditedBy(consortium, BANK_A, altered))).to.include.members([
      'balances',
      'privateValues',
    ]);
  });

  it("less counted as credited on another bank's word than was credited: balances", async () => {
    const altered = withValue('exposure/', (set) => {
      const write = present(set.getWritesList().find((each) => each.getKey().startsWith('exposure/')));
      const row = JSON.parse(Buffer.from(write.getValue_asU8()).toString('utf8')) as object;
      write.setValue(Buffer.from(JSON.stringify({ ...row, used: '1' })));
    });
    const { findings } = await auditedBy(consortium, BANK_A, altered);
    const balances = findings.filter(({ check }) => check === 'balances');
    expect(balances.map(({ found }) => found)).to.deep.equal(['1 counted as credited on the word of RUB 20']);
  });

  it('operations that are not those of their payment: balances', async () => {
    const changes = [
      [/"kind":"(capture|void)"/g, '"kind":"hold"', /operations \(hold, hold\) for payment_\w+/],
      [/"deal":"/g, '"deal":"x', /operation \w+ for payment\/xdeal_/],
      [/"account":"held\//g, '"account":"held/x', /for payment_\w+ over other money/],
    ] as const;
    for (const [text, other, message] of changes) {
      const altered = withValue('journal/', (set) => {
        const write = present(set.getWritesList().find((each) => each.getKey().startsWith('journal/')));
        write.setValue(
          Buffer.from(Buffer.from(write.getValue_asU8()).toString('utf8').replaceAll(text, other)),
        );
      });
      const { findings } = await auditedBy(consortium, BANK_A, altered);
      expect(findings.map(({ check }) => check)).to.include('balances');
      expect(findings.map(({ found }) => found).join('\n')).to.match(message);
    }
  });

  it('a private row that cannot be read: books', () => {
    const findings = new Findings();
    const books = new BankBooks(BANK_A, findings);
    const place = { block: 3, transaction: 'tx' };
    books.write('account/1', '{"account":"x"}', place);
    books.write('journal/1', 'no JSON', place);
    books.finish(place, { all: () => [] });
    expect(findings.list.map(({ check, found }) => [check, found])).to.deep.equal([
      ['books', 'the private row account/1 with other content'],
      ['books', 'the private row journal/1 with other content'],
    ]);
  });

  it('an operation whose lines do not sum to zero, or that is written twice: books', () => {
    const findings = new Findings();
    const books = new BankBooks(BANK_A, findings);
    const operation = {
      ...{ operation: 'operation_1', kind: 'deposit', deal: null, payment: null },
      currency: 'RUB',
      lines: [{ account: 'cash', amount: '-5' }],
    };
    const place = { block: 3, transaction: 'tx' };
    books.write('operation/1', JSON.stringify(operation), place);
    expect(findings.list.map(({ check, found }) => [check, found])).to.deep.equal([
      ['books', 'operation operation_1, whose lines sum to -5'],
    ]);
    const balanced = { ...operation, lines: [] };
    books.write('operation/2', JSON.stringify(balanced), place);
    books.write('operation/2', JSON.stringify(balanced), place);
    expect(findings.list.at(-1)?.found).to.equal('operation operation_1 again');
  });

  it('an operation of a deal that was entered before, in whatever row: books', () => {
    const again = ['operation hold_1 again'];
    const held = ['journal/1', journal(HELD)] as const;
    expect(booksFound(held)).to.deep.equal([]);
    for (const row of [HELD, journal(HELD)]) {
      expect(booksFound(held, [row === HELD ? 'operation/1' : 'journal/2', row])).to.deep.equal(again);
    }
    expect(booksFound(held, held)).to.deep.equal(again);
    expect(booksFound(['journal/1', journal(HELD, HELD)])).to.deep.equal(again);
  });
});

const LINES = [
  { account: 'available/1', amount: '-5' },
  { account: 'held/1', amount: '5' },
];
const HELD = {
  operation: 'hold_1',
  kind: 'hold',
  at: 5,
  deal: 'd',
  payment: 'l',
  currency: 'RUB',
  lines: LINES,
};
const journal = (...entries: readonly object[]) => ({ v: 1, entries });
/** What is found of the books when these rows are written one after the other. */
function booksFound(...rows: readonly (readonly [key: string, row: object])[]): string[] {
  const findings = new Findings();
  const books = new BankBooks(BANK_A, findings);
  for (const [key, row] of rows) books.write(key, JSON.stringify(row), { block: 3, transaction: 'tx' });
  return findings.list.map(({ check, found }) => (check === 'books' ? found : check));
}

function changedSet(
  set: ledger.rwset.TxPvtReadWriteSet,
  kind: string,
  change: (set: KVRWSet) => void,
): ledger.rwset.TxPvtReadWriteSet | null {
  const copy = ledger.rwset.TxPvtReadWriteSet.deserializeBinary(set.serializeBinary());
  for (const collection of copy.getNsPvtRwsetList().flatMap((each) => each.getCollectionPvtRwsetList())) {
    const writes = KVRWSet.deserializeBinary(collection.getRwset_asU8());
    if (!writes.getWritesList().some((write) => write.getKey().startsWith(kind))) continue;
    change(writes);
    collection.setRwset(writes.serializeBinary());
    return copy;
  }
  return null;
}
