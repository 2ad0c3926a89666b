import { expect } from 'chai';
import { LedgerRejected, LedgerUnavailable } from '../../../gateway/ledger/ledger-errors.js';
import { type FoundRows, RowQuestions } from '../../../gateway/ledger/row-questions.js';

interface Asked {
  readonly keys: readonly string[];
  readonly answer: (found: object) => void;
  readonly fail: (error: Error) => void;
}

describe('questions for rows', () => {
  let asked: Asked[];
  let questions: RowQuestions;
  beforeEach(() => {
    asked = [];
    questions = new RowQuestions(
      (keys) =>
        new Promise<FoundRows>((resolve, reject) => {
          const answer = (found: object): void => {
            resolve(found as FoundRows);
          };
          asked.push({ keys, answer, fail: reject });
        }),
    );
  });
  const keysAsked = () => asked.map(({ keys }) => keys);

  it('are asked at once while few are under way, and gathered into one while others are', async () => {
    const answers = ['a', 'b', 'c', 'd'].map((key) => questions.rows([key, 'shared']));
    expect(keysAsked()).to.deep.equal([
      ['a', 'shared'],
      ['b', 'shared'],
    ]);
    asked[1]?.answer({ b: 2, shared: 0 });
    expect(await answers[1]).to.deep.equal({ b: 2, shared: 0 });
    await Promise.resolve();
    expect(keysAsked()[2]).to.deep.equal(['c', 'shared', 'd']);
    asked[2]?.answer({ c: 3, shared: 0 });
    expect(await answers[2]).to.deep.equal({ c: 3, shared: 0 });
    expect(await answers[3]).to.deep.equal({ d: null, shared: 0 });
    asked[0]?.answer({ a: 1, shared: 0 });
    expect(await answers[0]).to.deep.equal({ a: 1, shared: 0 });
    expect(asked).to.have.length(3);
  });

  it('are never more than a thousand keys, unless one asker wants more', async () => {
    const many = (name: string, count: number) =>
      Array.from({ length: count }, (_, index) => `${name}${String(index)}`);
    for (const [name, count] of [
      ['first', 1],
      ['second', 1],
      ['third', 600],
      ['fourth', 400],
      ['fifth', 1],
      ['sixth', 1_001],
    ] as const)
      void questions.rows(many(name, count));
    for (let number = 0; number < asked.length; number += 1) {
      asked[number]?.answer({});
      await new Promise(setImmediate);
    }
    expect(keysAsked().map(({ length }) => length)).to.deep.equal([1, 1, 1_000, 1, 1_001]);
  });

  it('of others do not suffer from a key that is none', async () => {
    const before = [questions.rows(['x']), questions.rows(['y'])];
    const together = [questions.rows(['good']), questions.rows(['BAD KEY'])];
    for (const [index, one] of before.entries()) {
      asked[index]?.answer({});
      await one;
    }
    await new Promise(setImmediate);
    expect(keysAsked()[2]).to.deep.equal(['good', 'BAD KEY']);
    asked[2]?.fail(new LedgerRejected('BAD_INPUT', 'keys.1'));
    await new Promise(setImmediate);
    expect(keysAsked()[3]).to.deep.equal(['good']);
    asked[3]?.answer({ good: 1 });
    expect(await together[0]).to.deep.equal({ good: 1 });
    await new Promise(setImmediate);
    asked[4]?.fail(new LedgerRejected('BAD_INPUT', 'keys.0'));
    const refused: unknown = await together[1]?.catch((error: unknown) => error);
    expect(refused).to.be.instanceOf(LedgerRejected);
    expect(asked).to.have.length(5);
  });

  it('all fail where the ledger is away, are not asked again, and the next is', async () => {
    const all = ['a', 'b', 'c', 'd'].map((key) => questions.rows([key]).catch((error: unknown) => error));
    for (let number = 0; number < asked.length; number += 1) {
      asked[number]?.fail(new LedgerUnavailable('away'));
      await new Promise(setImmediate);
    }
    for (const error of await Promise.all(all)) expect(error).to.be.instanceOf(LedgerUnavailable);
    expect(asked).to.have.length(3);
    const next = questions.rows(['e']);
    asked[3]?.answer({ e: 5 });
    expect(await next).to.deep.equal({ e: 5 });
  });
});
