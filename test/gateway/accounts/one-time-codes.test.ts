// One-time codes are bound, counted, mortal, and survive a restart.
import { expect } from 'chai';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type SinonFakeTimers, useFakeTimers } from 'sinon';
import {
  CodeRefused,
  MOST_ISSUES,
  MOST_TRIES,
  OneTimeCodes,
} from '../../../gateway/accounts/one-time-codes.js';
import { systemClock } from '../../../gateway/clock.js';
import { OneTimeCodeFile } from '../../../gateway/store/files/one-time-code-file.js';
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
      const records = await OneTimeCodeFile.open(path);
      await run(new OneTimeCodes({ records, secret, clock: systemClock }), path, clock);
      await records.close();
    });
  } finally {
    clock.restore();
  }
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
      const code = await codes.issue({ subject, facts, validUntil });
      expect(code).to.match(/^[0-9]{6}$/);
      await codes.check({ subject, code, facts });
      await codes.check({ subject, code, facts });
      expect(await codes.state(subject)).to.equal('right');
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
      expect(await codes.state(subject)).to.equal('dead');
    }));

  for (const typed of ['', '   ', '\n', '12345', '1234567', 'abcdef']) {
    it(`${JSON.stringify(typed)} cannot be a code: it is refused and counts as no try`, () =>
      withCodes(async (codes) => {
        const code = await codes.issue({ subject, facts, validUntil });
        for (let tries = 0; tries <= MOST_TRIES; tries += 1) {
          const refused = await refusal(codes.check({ subject, code: typed, facts }));
          expect([refused.code, refused.triesLeft]).to.deep.equal(['CODE_MALFORMED', MOST_TRIES]);
        }
        await codes.check({ subject, code, facts });
      }));
  }

  it('the right code is taken with blanks, a line end and full-width digits, and given back in its one form', () =>
    withCodes(async (codes) => {
      const code = await codes.issue({ subject, facts, validUntil });
      const wide = [...code].map((digit) => String.fromCodePoint(0xff10 + Number(digit))).join('');
      const typed = ` ${wide.slice(0, 3)} ${wide.slice(3)}\n`;
      expect(await codes.check({ subject, code: typed, facts })).to.equal(code);
    }));

  it('requests sent at once are all counted', () =>
    withCodes(async (codes) => {
      const requests = Array.from({ length: MOST_ISSUES + 2 }, () =>
        codes.issue({ subject, facts, validUntil }),
      );
      const ends = await Promise.allSettled(requests);
      expect(ends.filter(({ status }) => status === 'fulfilled')).to.have.length(MOST_ISSUES);
    }));

  it('guesses sent at once are all counted', () =>
    withCodes(async (codes) => {
      const code = await codes.issue({ subject, facts, validUntil });
      const guesses = Array.from({ length: 20 }, () =>
        refusal(codes.check({ subject, code: wrong(code), facts })),
      );
      const faults = (await Promise.all(guesses)).map((refused) => refused.code);
      expect(faults.filter((fault) => fault === 'CODE_WRONG')).to.have.length(MOST_TRIES);
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
      const records = await OneTimeCodeFile.open(path);
      const again = new OneTimeCodes({ records, secret, clock: systemClock });
      expect((await refusal(again.check({ subject, code: wrong(code), facts }))).triesLeft).to.equal(3);
      await again.check({ subject, code, facts });
      await records.close();
      expect(await readFile(path, 'utf8')).to.not.include(`"${code}"`);
    }));

  it('who waits for a code learns at once when it was given', () =>
    withCodes(async (codes) => {
      const code = await codes.issue({ subject, facts, validUntil });
      const decided = codes.decided(subject, NEVER);
      await codes.check({ subject, code, facts });
      expect(await decided).to.equal('right');
    }));

  it('who waits for a code learns when it expires', () =>
    withCodes(async (codes, _path, clock) => {
      await codes.issue({ subject, facts, validUntil: 1_000_500 });
      const decided = codes.decided(subject, NEVER);
      await clock.tickAsync(500);
      expect(await decided).to.equal('dead');
    }));
});
