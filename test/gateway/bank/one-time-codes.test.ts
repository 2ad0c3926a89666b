// Duty: one-time codes are bound, counted, mortal, and survive a restart.
// Must not: wait; the clock is sinon's.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { useFakeTimers, type SinonFakeTimers } from 'sinon';
import { CodeRefused, MOST_TRIES, OneTimeCodes } from '../../../gateway/bank/one-time-codes.js';
import { systemClock } from '../../../gateway/workers/clock.js';
import { inTemporaryFolder } from '../support/temporary-folder.js';

const secret = Buffer.alloc(32, 7);
const subject = 'payment/payment_00000001';
const facts = ['payment_00000001', '500000', 'person_bob00000'];
const NEVER = new AbortController().signal;

async function withCodes(
  run: (codes: OneTimeCodes, path: string, clock: SinonFakeTimers) => Promise<void>,
): Promise<void> {
  const clock = useFakeTimers({ now: 1_000_000, toFake: ['Date', 'setTimeout', 'clearTimeout'] });
  try {
    await inTemporaryFolder(async (folder) => {
      const path = join(folder, 'codes.jsonl');
      const codes = await OneTimeCodes.open({ path, secret, clock: systemClock });
      await run(codes, path, clock);
      await codes.close();
    });
  } finally {
    clock.restore();
  }
}

async function refusal(attempt: Promise<void>): Promise<CodeRefused> {
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
      const code = await codes.issue({ subject, facts, validUntil });
      expect(code).to.match(/^[0-9]{6}$/);
      await codes.check({ subject, code, facts });
      await codes.check({ subject, code, facts });
      expect(codes.state(subject)).to.equal('right');
    }));

  it('a code for one amount is not good for another', () =>
    withCodes(async (codes) => {
      const code = await codes.issue({ subject, facts, validUntil });
      const other = ['payment_00000001', '500001', 'person_bob00000'];
      expect((await refusal(codes.check({ subject, code, facts: other }))).code).to.equal('CODE_WRONG');
    }));

  it('the fifth wrong try is the last, and then the right code is refused too', () =>
    withCodes(async (codes) => {
      const code = await codes.issue({ subject, facts, validUntil });
      const left: number[] = [];
      for (let tries = 0; tries < MOST_TRIES; tries += 1) {
        left.push((await refusal(codes.check({ subject, code: wrong(code), facts }))).triesLeft);
      }
      expect(left).to.deep.equal([4, 3, 2, 1, 0]);
      expect((await refusal(codes.check({ subject, code, facts }))).code).to.equal('CODE_TRIES_OVER');
      expect(codes.state(subject)).to.equal('dead');
    }));

  it('guesses sent at once are all counted', () =>
    withCodes(async (codes) => {
      const code = await codes.issue({ subject, facts, validUntil });
      const guesses = Array.from({ length: 20 }, () =>
        refusal(codes.check({ subject, code: wrong(code), facts })),
      );
      const told = (await Promise.all(guesses)).map((refused) => refused.code);
      expect(told.filter((fault) => fault === 'CODE_WRONG')).to.have.length(MOST_TRIES);
    }));

  it('a code is good until the instant it expires, which is too late', () =>
    withCodes(async (codes, _path, clock) => {
      const code = await codes.issue({ subject, facts, validUntil });
      const second = await codes.issue({ subject: 'payment/other', facts, validUntil: validUntil - 1 });
      clock.setSystemTime(validUntil - 1);
      await codes.check({ subject, code, facts });
      const late = await refusal(codes.check({ subject: 'payment/other', code: second, facts }));
      expect(late.code).to.equal('CODE_EXPIRED');
    }));

  it('a newer code makes the older one void', () =>
    withCodes(async (codes) => {
      const older = await codes.issue({ subject, facts, validUntil });
      const newer = await codes.issue({ subject, facts: [...facts, 'again'], validUntil });
      expect((await refusal(codes.check({ subject, code: older, facts }))).code).to.equal('CODE_WRONG');
      await codes.check({ subject, code: newer, facts: [...facts, 'again'] });
    }));

  it('a code that nobody asked for is refused', () =>
    withCodes(async (codes) => {
      const refused = await refusal(codes.check({ subject, code: '123456', facts }));
      expect(refused.code).to.equal('CODE_NOT_ASKED');
    }));

  it('tries and verdict outlive the process, the code itself is never written', () =>
    withCodes(async (codes, path) => {
      const code = await codes.issue({ subject, facts, validUntil });
      await refusal(codes.check({ subject, code: wrong(code), facts }));
      const again = await OneTimeCodes.open({ path, secret, clock: systemClock });
      expect((await refusal(again.check({ subject, code: wrong(code), facts }))).triesLeft).to.equal(3);
      await again.check({ subject, code, facts });
      await again.close();
      expect(await readFile(path, 'utf8')).to.not.include(`"${code}"`);
    }));

  it('who waits for a code learns at once when it was given', () =>
    withCodes(async (codes) => {
      const code = await codes.issue({ subject, facts, validUntil });
      const settled = codes.settled(subject, NEVER);
      await codes.check({ subject, code, facts });
      expect(await settled).to.equal('right');
    }));

  it('who waits for a code learns when it expires', () =>
    withCodes(async (codes, _path, clock) => {
      await codes.issue({ subject, facts, validUntil: 1_000_500 });
      const settled = codes.settled(subject, NEVER);
      await clock.tickAsync(500);
      expect(await settled).to.equal('dead');
    }));
});
