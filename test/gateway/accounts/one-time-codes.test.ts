// One-time codes are bound, counted, mortal, and survive a restart.
import { expect } from 'chai';
import { type SinonFakeTimers, useFakeTimers } from 'sinon';
import {
  CodeRefused,
  MOST_ISSUES,
  MOST_TRIES,
  OneTimeCodes,
  type CodeRequest,
} from '../../../gateway/accounts/one-time-codes.js';
import { systemClock } from '../../../gateway/clock.js';
import type { Refused } from '../../../gateway/refused.js';
import type { Database } from '../../../gateway/store/postgres/database.js';
import { AskingLimits } from '../../../gateway/accounts/asking-limits.js';
import { CodeBudgetTable } from '../../../gateway/store/postgres/code-budget-table.js';
import { OneTimeCodeTable } from '../../../gateway/store/postgres/one-time-code-table.js';
import { inDatabase, openAt } from '../../support/database.js';

const secret = Buffer.alloc(32, 7);
const subject = 'payment/payment_00000001';
const facts = ['payment_00000001', '500000', 'person_bob00000'];
const NEVER = new AbortController().signal;
const BUDGET = 'proven/holder-1';

interface Place {
  readonly database: Database;
  /** The same one, as another process has it. */
  readonly other: Database;
}

async function withCodes(
  run: (codes: OneTimeCodes, clock: SinonFakeTimers, place: Place) => Promise<void>,
): Promise<void> {
  await inDatabase(async (database, url) => {
    const other = await openAt(url);
    const clock = useFakeTimers({ now: 1_000_000, toFake: ['Date', 'setTimeout', 'clearTimeout'] });
    try {
      await run(codesIn(database), clock, { database, other });
    } finally {
      clock.restore();
      await other.close();
    }
  });
}

function codesIn(database: Database): OneTimeCodes {
  const limits = new AskingLimits(new CodeBudgetTable(database), systemClock);
  return new OneTimeCodes({ records: new OneTimeCodeTable(database), limits, secret, clock: systemClock });
}

/** A code that has reached its holder. */
async function sent(codes: OneTimeCodes, request: Omit<CodeRequest, 'budget'>): Promise<string> {
  return (await sentCode(codes, request)).code;
}

async function sentCode(codes: OneTimeCodes, request: Omit<CodeRequest, 'budget'>) {
  const issued = await codes.issue({ ...request, budget: BUDGET });
  await codes.deliver(request.subject, issued.challenge, 'sent');
  return issued;
}

async function refusal(attempt: Promise<unknown>): Promise<CodeRefused> {
  const reason: unknown = await attempt.catch((error: unknown) => error);
  if (reason instanceof CodeRefused) return reason;
  throw new Error('the code was not refused');
}

function wrong(code: string): string {
  return code === '000000' ? '000001' : '000000';
}

describe('one-time codes', () => {
  const validUntil = 1_000_000 + 300_000;

  it('the right code has six digits and is taken, also a second time', () =>
    withCodes(async (codes) => {
      const code = await sent(codes, { subject, facts, validUntil });
      expect(code).to.match(/^[0-9]{6}$/);
      await codes.check({ subject, code, facts });
      await codes.check({ subject, code, facts });
      expect(await codes.state(subject)).to.equal('right');
    }));

  it('a code for one amount is not good for another', () =>
    withCodes(async (codes) => {
      const code = await sent(codes, { subject, facts, validUntil });
      const other = ['payment_00000001', '500001', 'person_bob00000'];
      expect((await refusal(codes.check({ subject, code, facts: other }))).code).to.equal('CODE_WRONG');
    }));

  it('the fifth wrong try is the last, and then the right code is refused too', () =>
    withCodes(async (codes) => {
      const code = await sent(codes, { subject, facts, validUntil });
      const left: number[] = [];
      for (let tries = 0; tries < MOST_TRIES; tries += 1) {
        left.push((await refusal(codes.check({ subject, code: wrong(code), facts }))).triesLeft);
      }
      expect(left).to.deep.equal([4, 3, 2, 1, 0]);
      expect((await refusal(codes.check({ subject, code, facts }))).code).to.equal('CODE_TRIES_OVER');
      expect(await codes.state(subject)).to.equal('dead');
    }));

  for (const typed of ['', '   ', '\n', '12345', '1234567', 'abcdef']) {
    it(`${JSON.stringify(typed)} cannot be a code: it is refused and counts as no try`, () =>
      withCodes(async (codes) => {
        const code = await sent(codes, { subject, facts, validUntil });
        for (let tries = 0; tries <= MOST_TRIES; tries += 1) {
          const refused = await refusal(codes.check({ subject, code: typed, facts }));
          expect([refused.code, refused.triesLeft]).to.deep.equal(['CODE_MALFORMED', MOST_TRIES]);
        }
        await codes.check({ subject, code, facts });
      }));
  }

  it('the right code is taken with blanks, a line end and full-width digits, and given back in its one form', () =>
    withCodes(async (codes) => {
      const code = await sent(codes, { subject, facts, validUntil });
      const wide = [...code].map((digit) => String.fromCodePoint(0xff10 + Number(digit))).join('');
      const typed = ` ${wide.slice(0, 3)} ${wide.slice(3)}\n`;
      expect(await codes.check({ subject, code: typed, facts })).to.equal(code);
    }));

  it('codes of one subject come with growing pauses, and come to an end', () =>
    withCodes(async (codes, clock) => {
      const long = 1_000_000 + 86_400_000;
      const pauses: number[] = [];
      for (let issue = 1; issue < MOST_ISSUES; issue += 1) {
        const at = clock.now;
        await sent(codes, { subject, facts, validUntil: long });
        const tooSoon = codes.issue({ subject, facts, validUntil: long, budget: BUDGET });
        const refused: unknown = await tooSoon.catch((error: unknown) => error);
        expect(refused).to.have.property('code', 'TOO_MANY_REQUESTS');
        const { pausedUntil } = (refused as Refused).values;
        pauses.push(Number(pausedUntil) - at);
        clock.setSystemTime(Number(pausedUntil));
      }
      expect(pauses).to.deep.equal([30_000, 60_000, 120_000, 240_000]);
      await sent(codes, { subject, facts, validUntil: long });
      clock.setSystemTime(long - 1);
      const over = await refusal(codes.issue({ subject, facts, validUntil: long, budget: BUDGET }));
      expect(over.code).to.equal('CODE_TRIES_OVER');
    }));

  it('a code that was made and never handed over is good for nothing, and no code too many', () =>
    withCodes(async (codes) => {
      for (let issue = 0; issue <= MOST_ISSUES; issue += 1) {
        const { code } = await codes.issue({ subject, facts, validUntil, budget: BUDGET });
        expect((await refusal(codes.check({ subject, code, facts }))).code).to.equal('CODE_WRONG');
      }
    }));

  it('a code that was made for nobody is never right', () =>
    withCodes(async (codes) => {
      const { code, challenge } = await codes.issue({ subject, facts, validUntil, budget: BUDGET });
      await codes.deliver(subject, challenge, 'withheld');
      expect((await refusal(codes.check({ subject, code, facts }))).code).to.equal('CODE_WRONG');
    }));

  it('a signed attempt is counted once and answered the same, also by another process', () =>
    withCodes(async (codes, _clock, { other }) => {
      const { code, challenge } = await sentCode(codes, { subject, facts, validUntil });
      const signed = { attempt: 'attempt_1', content: '1'.repeat(64), challenge };
      const first = await refusal(codes.check({ subject, code: wrong(code), facts, signed }));
      const again = await refusal(codesIn(other).check({ subject, code: wrong(code), facts, signed }));
      expect([first.triesLeft, again.triesLeft]).to.deep.equal([4, 4]);
      const rightly = { attempt: 'attempt_2', content: '2'.repeat(64), challenge };
      for (const asked of [codes, codesIn(other)]) {
        expect(await asked.check({ subject, code, facts, signed: rightly })).to.equal(code);
      }
      expect((await codes.record(subject))?.tries).to.equal(2);
    }));

  it('the same attempt with other content is refused, and one at an earlier challenge counts as no try', () =>
    withCodes(async (codes, clock) => {
      const first = await sentCode(codes, { subject, facts, validUntil });
      const signed = { attempt: 'attempt_1', content: '1'.repeat(64), challenge: first.challenge };
      await refusal(codes.check({ subject, code: wrong(first.code), facts, signed }));
      const other = { ...signed, content: '2'.repeat(64) };
      const refused: unknown = await codes
        .check({ subject, code: first.code, facts, signed: other })
        .catch((error: unknown) => error);
      expect(refused).to.have.property('code', 'OTHER_CONTENT');
      clock.setSystemTime(1_030_000);
      await sentCode(codes, { subject, facts, validUntil });
      const late = { ...signed, attempt: 'attempt_2' };
      const expired = await refusal(codes.check({ subject, code: first.code, facts, signed: late }));
      expect([expired.code, expired.triesLeft]).to.deep.equal(['CODE_EXPIRED', MOST_TRIES]);
    }));

  it('wrong tries at many subjects of one holder pause them all, and a pause grows', () =>
    withCodes(async (codes, clock) => {
      const faults: string[] = [];
      for (let number = 0; number < 10; number += 1) {
        const guessed = `payment/guess_${String(number)}`;
        const code = await sent(codes, { subject: guessed, facts, validUntil });
        for (let tries = 0; tries < MOST_TRIES; tries += 1) {
          faults.push((await refusal(codes.check({ subject: guessed, code: wrong(code), facts }))).code);
        }
      }
      expect(faults.filter((fault) => fault === 'CODE_WRONG').length).to.be.lessThan(17);
      const code = await sent(codes, { subject, facts, validUntil });
      const paused = await refusal(codes.check({ subject, code, facts }));
      expect(paused.code).to.equal('CODE_TRIES_OVER');
      const until = paused.pausedUntil ?? 0;
      clock.setSystemTime(until);
      expect((await refusal(codes.check({ subject, code: wrong(code), facts }))).code).to.equal('CODE_WRONG');
      const next = await refusal(codes.check({ subject, code, facts }));
      expect((next.pausedUntil ?? 0) - until).to.be.greaterThan(60_000);
      const second = await sent(codes, { subject: 'payment/other', facts: ['1'], validUntil });
      expect(second).to.match(/^[0-9]{6}$/);
    }));

  it('guesses sent at once are all counted', () =>
    withCodes(async (codes) => {
      const code = await sent(codes, { subject, facts, validUntil });
      const guesses = Array.from({ length: 20 }, () =>
        refusal(codes.check({ subject, code: wrong(code), facts })),
      );
      const faults = (await Promise.all(guesses)).map((refused) => refused.code);
      expect(faults.filter((fault) => fault === 'CODE_WRONG')).to.have.length(MOST_TRIES);
    }));

  it('a code is good until the instant it expires, which is too late', () =>
    withCodes(async (codes, clock) => {
      const code = await sent(codes, { subject, facts, validUntil });
      const second = await sent(codes, { subject: 'payment/other', facts, validUntil: validUntil - 1 });
      clock.setSystemTime(validUntil - 1);
      await codes.check({ subject, code, facts });
      const late = await refusal(codes.check({ subject: 'payment/other', code: second, facts }));
      expect(late.code).to.equal('CODE_EXPIRED');
    }));

  it('a newer code makes the older one void', () =>
    withCodes(async (codes, clock) => {
      const older = await sent(codes, { subject, facts, validUntil });
      clock.setSystemTime(1_030_000);
      const newer = await sent(codes, { subject, facts: [...facts, 'again'], validUntil });
      expect((await refusal(codes.check({ subject, code: older, facts }))).code).to.equal('CODE_WRONG');
      await codes.check({ subject, code: newer, facts: [...facts, 'again'] });
    }));

  it('a code that nobody asked for is refused', () =>
    withCodes(async (codes) => {
      const refused = await refusal(codes.check({ subject, code: '123456', facts }));
      expect(refused.code).to.equal('CODE_NOT_ASKED');
    }));

  it('tries and verdict outlive the process, the code itself is never written', () =>
    withCodes(async (codes, _clock, { database, other }) => {
      const code = await sent(codes, { subject, facts, validUntil });
      await refusal(codes.check({ subject, code: wrong(code), facts }));
      const again = codesIn(other);
      expect((await refusal(again.check({ subject, code: wrong(code), facts }))).triesLeft).to.equal(3);
      await again.check({ subject, code, facts });
      const rows = await database.query.selectFrom('one_time_codes').selectAll().execute();
      expect(rows).to.have.length(1);
      expect(Object.values(rows[0] ?? {}).map(String)).to.not.include(code);
    }));

  it('guesses given to two processes at once are all counted', () =>
    withCodes(async (codes, _clock, { other }) => {
      const code = await sent(codes, { subject, facts, validUntil });
      const both = [codes, codesIn(other)];
      const guesses = Array.from({ length: 20 }, (_, index) =>
        refusal((both[index % 2] ?? codes).check({ subject, code: wrong(code), facts })),
      );
      const refused = await Promise.all(guesses);
      const counted = refused.filter((one) => one.code === 'CODE_WRONG').map(({ triesLeft }) => triesLeft);
      expect(counted.sort()).to.deep.equal([0, 1, 2, 3, 4]);
    }));

  it('who waits for a code learns at once when it was given', () =>
    withCodes(async (codes) => {
      const code = await sent(codes, { subject, facts, validUntil });
      const decided = codes.decided(subject, NEVER);
      await codes.check({ subject, code, facts });
      expect(await decided).to.equal('right');
    }));

  it('who waits for a code learns when it expires', () =>
    withCodes(async (codes, clock) => {
      await sent(codes, { subject, facts, validUntil: 1_000_500 });
      const decided = codes.decided(subject, NEVER);
      await clock.tickAsync(500);
      expect(await decided).to.equal('dead');
    }));
});
