// The simulated core answers as it was set: at once, slowly, silently, unwillingly; and remembers.
import { expect } from 'chai';
import { type SinonFakeTimers, useFakeTimers } from 'sinon';
import { join } from 'node:path';
import { Phones } from '../../../demo/core/phones.js';
import { SimulatedCore } from '../../../demo/core/simulated-core.js';
import type { CoreAnswer, PaymentRequest } from '../../../gateway/protocol/core.js';
import { inTemporaryFolder } from '../../gateway/support/temporary-folder.js';

const NOW = 1_000_000;
const NEVER = new AbortController().signal;
const request: PaymentRequest = {
  deal: 'deal_00000001',
  payment: 'payment_00000001',
  account: '10011111111111100',
  holder: 'holder-1',
  total: '507500',
  currency: 'RUB',
  admittedAt: NOW,
  answerBy: NOW + 10_000,
};

interface Scene {
  readonly bank: SimulatedCore;
  /** A new process on the same file. */
  readonly reopen: () => SimulatedCore;
  readonly clock: SinonFakeTimers;
}

async function withBank(run: (scene: Scene) => Promise<void>): Promise<void> {
  await inTemporaryFolder(async (folder) => {
    const clock = useFakeTimers({ now: NOW, toFake: ['Date', 'setTimeout', 'clearTimeout'] });
    try {
      const reopen = () => SimulatedCore.open({ path: join(folder, 'core.jsonl'), answerAfterMs: 0 });
      await run({ bank: reopen(), reopen, clock });
    } finally {
      clock.restore();
    }
  });
}

describe('simulated core', () => {
  it('says yes at once where nothing else was set', () =>
    withBank(async ({ bank, clock }) => {
      const answer = bank.decide(request, NEVER);
      await clock.tickAsync(0);
      expect(await answer).to.deep.equal({ verdict: 'yes' });
    }));

  it('a slow core answers when its time since admission is over, not a millisecond before', () =>
    withBank(async ({ bank, clock }) => {
      bank.behave({ payment: request.payment, answer: 'yes', afterMs: 9_000, silent: false });
      let answer: CoreAnswer | null = null;
      void bank.decide(request, NEVER).then((given) => (answer = given));
      await clock.tickAsync(8_999);
      expect(answer).to.equal(null);
      expect(await bank.enquire(request)).to.equal('unknown');
      await clock.tickAsync(1);
      expect(answer).to.deep.equal({ verdict: 'yes' });
    }));

  it('a silent core never answers of itself, but answers an enquiry after its time', () =>
    withBank(async ({ bank, clock }) => {
      bank.behave({ deal: request.deal, answer: 'yes', afterMs: 12_000, silent: true });
      let answered = false;
      void bank.decide(request, NEVER).then(() => (answered = true));
      await clock.tickAsync(11_999);
      expect(await bank.enquire(request)).to.equal('unknown');
      await clock.tickAsync(1);
      expect(await bank.enquire(request)).to.deep.equal({ verdict: 'yes' });
      expect(answered).to.equal(false);
    }));

  it('a payment’s own behaviour counts before its deal’s, and that before everybody’s', () =>
    withBank(async ({ bank }) => {
      const quick = { afterMs: 0, silent: false };
      bank.behave({ ...quick, answer: 'no' });
      bank.behave({ ...quick, deal: request.deal, answer: 'yes' });
      bank.behave({ ...quick, payment: request.payment, answer: 'no' });
      expect(await bank.enquire(request)).to.deep.include({ verdict: 'no' });
      expect(await bank.enquire({ ...request, payment: 'payment_00000002' })).to.deep.equal({
        verdict: 'yes',
      });
      const elsewhere = { ...request, deal: 'deal_00000002', payment: 'payment_00000003' };
      expect(await bank.enquire(elsewhere)).to.deep.include({ verdict: 'no' });
    }));

  it('customers and behaviours outlive the process', () =>
    withBank(async ({ bank, reopen }) => {
      bank.addCustomer({ holder: 'holder-1', name: 'Алиса', phone: '+70000000001' });
      bank.behave({ payment: request.payment, answer: 'no', afterMs: 0, silent: false });
      const again = reopen();
      expect(again.customer('holder-1')).to.include({ name: 'Алиса' });
      expect(await again.enquire(request)).to.deep.include({ verdict: 'no' });
    }));

  it('customers are found page by page by name, reference or phone, and one by his exact reference alone', () =>
    withBank(async ({ bank }) => {
      const add = (holder: string, name: string): void => {
        bank.addCustomer({ holder, name, phone: '+70000000001' });
      };
      add('holder-10', 'Алиса');
      add('holder-1', 'Борис');
      add('holder-2', 'Алина');
      const first = bank.findCustomers({ words: 'ал', cursor: null, limit: 1 });
      const second = bank.findCustomers({ words: 'ал', cursor: first.next, limit: 1 });
      expect([first, second].map(({ items, next }) => [items.map(({ name }) => name), next])).to.deep.equal([
        [['Алиса'], 'holder-10'],
        [['Алина'], null],
      ]);
      expect(bank.findCustomers({ words: '0001', cursor: null, limit: 9 }).items).to.have.length(3);
      expect(bank.customer('holder-1')?.name).to.equal('Борис');
      expect(bank.customer('holder')).to.equal(null);
      return Promise.resolve();
    }));

  it('a payment is decided once, whatever is asked or set afterwards, also by the next process', () =>
    withBank(async ({ bank, reopen }) => {
      expect(await bank.enquire(request)).to.deep.equal({ verdict: 'yes' });
      bank.behave({ payment: request.payment, answer: 'no', afterMs: 0, silent: true });
      expect(await bank.decide(request, NEVER)).to.deep.equal({ verdict: 'yes' });
      expect(await reopen().enquire(request)).to.deep.equal({ verdict: 'yes' });
      expect(bank.newestDecisions(5)).to.have.length(1);
    }));

  it('a decision that is no longer wanted is given up', () =>
    withBank(async ({ bank }) => {
      bank.behave({ answer: 'yes', afterMs: 0, silent: true });
      const stop = new AbortController();
      const answer = bank.decide(request, stop.signal).catch((error: unknown) => error);
      stop.abort(new Error('enough'));
      expect(await answer).to.have.property('message', 'enough');
    }));
});

describe('phones', () => {
  const content = {
    about: { kind: 'link', link: 'link_00000001' },
    text: 'Code 123456',
    code: '123456',
    validUntil: NOW + 1,
  } as const;

  it('who waits for a message gets it as soon as it is sent, and only their own', () =>
    inTemporaryFolder(async (folder) => {
      const phones = Phones.open(join(folder, 'phones.jsonl'));
      const waiting = phones.messages('holder-1', 0, 30_000);
      await phones.send('holder-2', content);
      await phones.send('holder-1', content);
      expect((await waiting).map(({ number, code }) => [number, code])).to.deep.equal([[1, '123456']]);
    }));

  it('messages after a number are given, also after a restart; one that is sent again is shown once', () =>
    inTemporaryFolder(async (folder) => {
      const path = join(folder, 'phones.jsonl');
      const phones = Phones.open(path);
      await phones.send('holder-1', content);
      await phones.send('holder-1', content);
      await phones.send('holder-1', { ...content, text: 'Code 654321', code: '654321' });
      const again = Phones.open(path);
      expect((await again.messages('holder-1', 1, 0)).map(({ code }) => code)).to.deep.equal(['654321']);
    }));

  it('a holder keeps one secret link for life, and nobody else’s leads to him', () =>
    inTemporaryFolder((folder) => {
      const path = join(folder, 'phones.jsonl');
      const phones = Phones.open(path);
      const secret = phones.secretOf('holder-1');
      expect(secret).to.match(/^[A-Za-z0-9_-]{22}$/);
      expect(phones.secretOf('holder-2')).to.not.equal(secret);
      const again = Phones.open(path);
      expect([again.secretOf('holder-1'), again.holderOf(secret)]).to.deep.equal([secret, 'holder-1']);
      expect(again.holderOf('x'.repeat(22))).to.equal(null);
      return Promise.resolve();
    }));
});
