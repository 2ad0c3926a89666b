// The constant bounds of a deal's times and the instants that follow from its own terms, each a millisecond around.
import { expect } from 'chai';
import {
  admissionClosableFrom,
  answerBy,
  paymentsClosableFrom,
  settledFrom,
} from '../../../chaincode/protocol/deal-times.js';
import {
  firstOutOfBounds,
  leastStopMs,
  LONGEST_STOP_MS,
  marginMs,
} from '../../../chaincode/protocol/time-bounds.js';
import { admissionRow, payment } from '../domain/deal-rows.js';
import { boundsOfTimes, TIMES } from './times-at-bounds.js';
import { BOUGHT_AT, workedDealTerms } from './worked-example.js';

describe('the bounds of a deal’s times', () => {
  for (const { what, least, most } of boundsOfTimes(TIMES)) {
    it(`${what} counts from its least to its most, and not a millisecond beyond`, () => {
      const at = (value: number) => {
        const times = { ...TIMES, [what]: value };
        const longStopMs = what === 'longStopMs' ? value : Math.max(times.longStopMs, leastStopMs(times));
        return firstOutOfBounds({ ...times, longStopMs });
      };
      for (const value of [least, least + 1, most - 1, most]) expect(at(value), String(value)).to.equal(null);
      expect(at(least - 1)).to.deep.equal({ what, found: least - 1, least, most });
      expect(at(most + 1)).to.include({ what, found: most + 1, most });
    });
  }

  it('allow all single times at their most together', () => {
    const most = Object.fromEntries(boundsOfTimes(TIMES).map(({ what, most: end }) => [what, end]));
    expect(firstOutOfBounds({ ...TIMES, ...most, longStopMs: LONGEST_STOP_MS })).to.equal(null);
  });

  it('take no value that is no number', () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(firstOutOfBounds({ ...TIMES, payTimeMs: value })?.what).to.equal('payTimeMs');
    }
  });

  it('let the long stop cut off nothing that the other times allow', () => {
    expect(leastStopMs(TIMES)).to.equal(
      TIMES.payTimeMs +
        2 *
          (TIMES.answerTimeMs + TIMES.shipTimeMs + TIMES.deliverTimeMs + TIMES.stepTimeMs + TIMES.stepTimeMs),
    );
    const inspected = { ...TIMES, inspectionTimeMs: TIMES.stepTimeMs + 5 };
    expect(leastStopMs(inspected)).to.equal(leastStopMs(TIMES) + 10);
  });
});

describe('the instants of a deal', () => {
  const terms = workedDealTerms();
  const wider = { ...terms, offerTerms: { ...terms.offerTerms, windowMs: 30_000, slackMs: 500 } };

  it('wait twice the window and the slack of its own terms', () => {
    expect(marginMs(terms.offerTerms)).to.equal(7_000);
    expect(settledFrom(5, terms)).to.equal(7_005);
    expect(paymentsClosableFrom(terms)).to.equal(BOUGHT_AT + 900_000 + 7_000);
    expect(paymentsClosableFrom(wider)).to.equal(BOUGHT_AT + 900_000 + 60_500);
  });

  it('count a bank’s answer from the admission, or from arrival where there was none', () => {
    const arrived = payment({ arrivedAt: BOUGHT_AT + 5 });
    const admitted = admissionRow(arrived, 'admitted', BOUGHT_AT + 99_000);
    expect(answerBy(arrived, null, terms)).to.equal(BOUGHT_AT + 5 + 10_000);
    expect(answerBy(arrived, admitted, terms)).to.equal(BOUGHT_AT + 99_000);
    expect(admissionClosableFrom(arrived, null, terms)).to.equal(BOUGHT_AT + 5 + 10_000 + 7_000);
    expect(admissionClosableFrom(arrived, admitted, wider)).to.equal(BOUGHT_AT + 99_000 + 60_500);
  });
});
