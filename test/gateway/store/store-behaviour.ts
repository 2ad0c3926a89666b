// What every implementation of a store's interface must do; each is given by a function that opens it on the same
// contents, as the next process would.
import { expect } from 'chai';
import type { Checkpoints } from '../../../gateway/store/checkpoints.js';
import type { GeneratedValues } from '../../../gateway/store/generated-values.js';
import type { OneTimeCodeRecord, OneTimeCodeRecords } from '../../../gateway/store/one-time-code-records.js';
import type { PendingPostings } from '../../../gateway/store/pending-postings.js';

/** Runs on empty contents; each call of `open` stands for another process. */
export type OnStore<Store> = (run: (open: () => Store) => Promise<void>) => Promise<void>;

export function behavesAsGeneratedValues(onStore: OnStore<GeneratedValues>): void {
  it('a value is made once, also when asked for at once and by the next process', () =>
    onStore(async (open) => {
      let made = 0;
      const make = (): string => String((made += 1));
      const values = open();
      const both = await Promise.all([
        values.getOrCreate('hold/payment', make),
        values.getOrCreate('hold/payment', make),
      ]);
      const again = await values.getOrCreate('hold/payment', make);
      expect([...both, again, await open().getOrCreate('hold/payment', make)]).to.deep.equal([
        '1',
        '1',
        '1',
        '1',
      ]);
    }));

  it('two processes that ask at once are given the same value, for each of many subjects', () =>
    onStore(async (open) => {
      const subjects = Array.from({ length: 200 }, (_, index) => `operation/${String(index)}`);
      const ask = (store: GeneratedValues, name: string, order: readonly string[]) =>
        Promise.all(
          order.map(async (subject) => [subject, await store.getOrCreate(subject, () => name)] as const),
        );
      const [one, two] = await Promise.all([
        ask(open(), 'one', subjects),
        ask(open(), 'two', subjects.toReversed()),
      ]);
      expect(new Map(two)).to.deep.equal(new Map(one));
    }));

  it('what making a value throws is passed on, and the value is made when asked for again', () =>
    onStore(async (open) => {
      const values = open();
      const failed: unknown = await values
        .getOrCreate('key', () => {
          throw new Error('no randomness');
        })
        .catch((error: unknown) => error);
      expect(failed).to.have.property('message', 'no randomness');
      expect(await values.getOrCreate('key', () => 'made')).to.equal('made');
    }));
}

export function behavesAsCheckpoints(onStore: OnStore<Checkpoints>): void {
  it('without one the beginning is given', () =>
    onStore(async (open) => {
      expect(await open().load()).to.deep.equal({ block: -1, openDeals: [] });
    }));

  it('of checkpoints saved at once the newest stays', () =>
    onStore(async (open) => {
      const checkpoints = open();
      const blocks = [1, 2, 3, 4, 5];
      await Promise.all(
        blocks.map((block) => checkpoints.save({ block, openDeals: [`deal_${String(block)}`] })),
      );
      expect(await open().load()).to.deep.equal({ block: 5, openDeals: ['deal_5'] });
    }));
}

export function behavesAsOneTimeCodeRecords(onStore: OnStore<OneTimeCodeRecords>): void {
  const record: OneTimeCodeRecord = {
    subject: 'payment/1',
    challenge: 'challenge_1',
    binding: 'a'.repeat(64),
    question: null,
    issuedAt: 1_699_999_000_000,
    delivery: 'sent',
    budget: 'proven/holder-1',
    attempts: [{ attempt: 'attempt_1', content: 'b'.repeat(64), right: false, triesLeft: 4 }],
    validUntil: 1_700_000_000_000,
    issues: 1,
    tries: 0,
    right: false,
  };
  const put = (records: OneTimeCodeRecords, stored: OneTimeCodeRecord) =>
    records.change(stored.subject, () => ({ record: stored, result: null }));

  it('a record is found as it was stored, by its subject alone', () =>
    onStore(async (open) => {
      await put(open(), record);
      expect(await open().find('payment/1')).to.deep.equal(record);
      expect(await open().find('payment/2')).to.equal(null);
    }));

  it('changes by two processes at once are all counted', () =>
    onStore(async (open) => {
      const both = [open(), open()] as const;
      const count = (records: OneTimeCodeRecords) =>
        records.change('payment/1', (found) => {
          const tries = (found?.tries ?? 0) + 1;
          return { record: { ...record, tries }, result: tries };
        });
      const results = await Promise.all(
        Array.from({ length: 20 }, (_, index) => count(both[index % 2 === 0 ? 0 : 1])),
      );
      expect(results.toSorted((left, right) => left - right)).to.deep.equal(
        results.map((_, index) => index + 1),
      );
      expect((await open().find('payment/1'))?.tries).to.equal(20);
    }));

  it('a decision that throws or stores nothing changes nothing', () =>
    onStore(async (open) => {
      const records = open();
      await put(records, record);
      const failed: unknown = await records
        .change('payment/1', () => {
          throw new Error('refused');
        })
        .catch((error: unknown) => error);
      expect(failed).to.have.property('message', 'refused');
      expect(await records.change('payment/1', (found) => ({ result: found?.issues }))).to.equal(1);
      expect(await records.find('payment/1')).to.deep.equal(record);
    }));

  it('records of codes that expired before the instant are removed, the others stay', () =>
    onStore(async (open) => {
      const records = open();
      const { validUntil } = record;
      for (const [name, end] of [
        ['before', validUntil - 1],
        ['then', validUntil],
      ] as const) {
        await put(records, { ...record, subject: name, validUntil: end });
      }
      expect(await records.removeExpired(validUntil)).to.equal(1);
      expect(await records.find('before')).to.equal(null);
      expect((await records.find('then'))?.validUntil).to.equal(validUntil);
    }));
}

export function behavesAsPendingPostings(onStore: OnStore<PendingPostings>): void {
  it('accounts are there until they are removed, each once, for the next process too', () =>
    onStore(async (open) => {
      const postings = open();
      await Promise.all(['1', '2', '1', '3'].map((account) => postings.add(account)));
      await postings.remove('2');
      expect((await open().accounts()).toSorted()).to.deep.equal(['1', '3']);
    }));

  it('changes of one account take effect in the order in which they were asked for', () =>
    onStore(async (open) => {
      const postings = open();
      await Promise.all([postings.add('1'), postings.remove('1'), postings.add('1'), postings.add('2')]);
      expect((await postings.accounts()).toSorted()).to.deep.equal(['1', '2']);
      await Promise.all([postings.remove('1'), postings.add('1'), postings.remove('1')]);
      expect(await postings.accounts()).to.deep.equal(['2']);
    }));
}
