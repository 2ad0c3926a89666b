// What a bench makes of its rounds: medians of ratios, floors and targets.
import { expect } from 'chai';
import { keepInFlight, median, perSecond } from './pace.js';
import { ProcessorMeter } from './processor-time.js';
import { jsonOf, ratiosOf, textOf } from './report.js';
import type { Round } from './workloads.js';

const ROUND: Round = {
  putLatencyMs: 50,
  paymentLatencyMs: 55,
  puts: 100,
  ownPuts: 200,
  singlePayments: 80,
  submittedInLists: 1_000,
  admittedInLists: 2_000,
  agreedInLists: 1_600,
  answeredInLists: 700,
  hotAdditions: 5,
  hotFailures: 0.95,
  doorPayments: 180,
  clientPayments: 200,
  processorMs: {
    put: { client: 2, ledger: 4 },
    single: { client: 3, ledger: 5 },
    submission: { client: 0.25, ledger: 0.5 },
    admission: { client: 0.25, ledger: 0.5 },
    answer: { client: 0.25, ledger: 1 },
    door: { client: 1, ledger: 1 },
    client: { client: 0.5, ledger: 1 },
  },
};

describe('the report of a bench', () => {
  it('a ratio is the median of the pairs’ ratios, not the ratio of medians', () => {
    const rounds = [
      ROUND,
      { ...ROUND, puts: 10, singlePayments: 9 },
      { ...ROUND, puts: 1_000, singlePayments: 500 },
    ];
    expect(ratiosOf(rounds).single.value).to.equal(0.8);
  });

  it('floors and targets are reached at their own value; a latency is good when it is small', () => {
    const ratios = ratiosOf([{ ...ROUND, singlePayments: 70, agreedInLists: 1_500, paymentLatencyMs: 57.5 }]);
    expect(ratios.single).to.include({ isAboveFloor: true, isOnTarget: false });
    expect(ratios.agreement).to.include({ isAboveFloor: true, isOnTarget: true });
    expect(ratios.owner).to.include({ isAboveFloor: true, isOnTarget: false });
    expect(ratios.light).to.include({ isOnTarget: true });
    expect(ratiosOf([{ ...ROUND, singlePayments: 69 }]).single.isAboveFloor).to.equal(false);
    expect(ratiosOf([{ ...ROUND, paymentLatencyMs: 58 }]).light.isOnTarget).to.equal(false);
  });

  it('processor time is shown by kind of process, each kind’s median, and in all', () => {
    const busier = { ...ROUND.processorMs, answer: { client: 0.75, ledger: 2 } };
    const result = { ground: 'embedded', date: '2026-01-31', rows: 0 };
    const text = textOf({ ...result, rounds: [ROUND, { ...ROUND, processorMs: busier }] });
    expect(text).to.match(/\n\| Processor time per command, ms +\| client \| ledger \| all +\|\n/);
    expect(text).to.match(/\n\| Answer in lists +\| 0\.50 +\| 1\.50 +\| 2\.00 +\|\n/);
  });

  it('the table names the ground, the day and every ratio; the object holds every round', () => {
    const result = { ground: 'embedded', date: '2026-01-31', rows: 1_000_000, rounds: [ROUND, ROUND] };
    const text = textOf(result);
    expect(text).to.match(
      /^Ground embedded, 2026-01-31, 2 interleaved pairs, 32 in flight, after 1,000,000 rows; /,
    );
    expect(text.split('\n').filter((line) => line.includes('÷'))).to.have.length(7);
    expect(jsonOf(result)).to.deep.include({ pairs: 2, rows: 1_000_000, rounds: [ROUND, ROUND] });
  });
});

describe('the processor time of a bench', () => {
  it('is given per command, for this process and for others by the first part of their names', async () => {
    const others = [
      { name: 'peer-bank-a.example', pid: process.pid },
      { name: 'ledger', pid: null },
    ];
    const meter = new ProcessorMeter(['work'], () => others);
    const started = process.cpuUsage();
    await meter.measure('work', 2, async () => {
      while (process.cpuUsage(started).user < 60_000) await Promise.resolve();
    });
    expect(Object.keys(meter.times.work)).to.deep.equal(['client', 'peer', 'ledger']);
    expect(meter.times.work['client']).to.be.within(30, 1_000);
    expect(meter.times.work['ledger']).to.equal(0);
  });
});

describe('the pace of a bench', () => {
  it('the median of an even number of values lies between the middle two', () => {
    expect(median([9, 1, 5])).to.equal(5);
    expect(median([9, 1, 5, 7])).to.equal(6);
    expect(() => median([])).to.throw(RangeError);
    expect(perSecond(50, 500)).to.equal(100);
  });

  it('keeps so many in flight, never more, and runs each once', async () => {
    const counted = { flying: 0, most: 0, done: 0 };
    const task = async (): Promise<void> => {
      counted.flying += 1;
      counted.most = Math.max(counted.most, counted.flying);
      await new Promise(setImmediate);
      counted.flying -= 1;
      counted.done += 1;
    };
    await keepInFlight(
      4,
      Array.from({ length: 21 }, () => task),
    );
    expect(counted).to.deep.equal({ flying: 0, most: 4, done: 21 });
  });

  it('a task that fails ends the whole', async () => {
    const outcome = await keepInFlight(2, [() => Promise.reject(new Error('no'))]).then(
      () => 'ended well',
      () => 'failed',
    );
    expect(outcome).to.equal('failed');
  });
});
