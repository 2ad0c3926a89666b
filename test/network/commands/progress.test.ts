import { expect } from 'chai';
import { barOf, withProgress } from '../../../network/commands/progress.js';

const progress = (stage: string, done: number) => ({ stage, done, total: 40 });

describe('progress of a long command', () => {
  it('is a bar with counts', () => {
    expect(barOf(progress('Accounts', 10))).to.equal(
      `${'█'.repeat(7)}${'░'.repeat(23)}   25 %  Accounts: 10 of 40`,
    );
    expect(barOf({ stage: 'Offers', done: 0, total: 0 })).to.equal(
      `${'█'.repeat(30)}  100 %  Offers: 0 of 0`,
    );
  });

  it('is a plain line for each stage and for the end where nothing can be redrawn', async () => {
    const lines: string[] = [];
    const context = {
      print: (line: string) => lines.push(line),
      complain: () => undefined,
      isTerminal: false,
      demo: () => Promise.reject(new Error('not asked for')),
    };
    const result = await withProgress(context, (onProgress) => {
      for (const done of [0, 1, 2]) onProgress(progress('Clients', done));
      for (const done of [2, 39, 40]) onProgress(progress('Accounts', done));
      return Promise.resolve('made');
    });
    expect(result).to.equal('made');
    expect(lines).to.deep.equal([
      '    0 %  Clients: 0 of 40',
      '    5 %  Accounts: 2 of 40',
      '  100 %  Accounts: 40 of 40',
    ]);
  });

  it('passes on why the work has failed', async () => {
    const context = {
      print: () => undefined,
      complain: () => undefined,
      isTerminal: false,
      demo: () => Promise.reject(new Error('not asked for')),
    };
    const failure = new Error('cut off');
    const run = withProgress(context, () => Promise.reject(failure));
    expect(await run.catch((error: unknown) => error)).to.equal(failure);
  });
});
