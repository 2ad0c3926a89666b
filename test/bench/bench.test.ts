// A short bench runs through every workload on the embedded ledger, with its money right after it. Speed is not judged.
import { expect } from 'chai';
import { present } from '../support/test-consortium.js';
import { runBench } from './bench.js';
import { METERED } from './workloads.js';

describe('a short bench', function () {
  this.timeout(180_000);

  it('runs every workload and finds the money right, and no conflict among payments', async () => {
    const told: string[] = [];
    const sizes = { light: 3, busy: 40, listed: 60, hot: 20, door: 1 };
    const options = { ground: 'embedded', pairs: 1, payers: 20, clients: 4, sizes, rows: 1_500 } as const;
    const { rounds } = await runBench(options, (line) => told.push(line));
    const [round] = rounds;
    expect(rounds).to.have.length(1);
    const { processorMs, ...figures } = present(round);
    expect(Object.keys(processorMs)).to.have.members(METERED);
    for (const [name, figure] of Object.entries(figures)) {
      expect(figure, name).to.be.a('number').that.is.at.least(0);
    }
    expect(told.at(-1)).to.contain('money is right');
  });
});
