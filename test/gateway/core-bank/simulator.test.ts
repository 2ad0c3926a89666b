// The simulated core answers as it was set: at once, slowly, silently, unwillingly; and remembers.
import { expect } from 'chai';
import { join } from 'node:path';
import { type SinonFakeTimers, useFakeTimers } from 'sinon';
import { systemClock } from '../../../gateway/clock.js';
import type { CoreAnswer, PaymentRequest } from '../../../gateway/core-bank/core-bank.js';
import { FakePhone } from '../../../gateway/core-bank/simulator/fake-phone.js';
import { SimulatedBank } from '../../../gateway/core-bank/simulator/simulated-bank.js';
import { inTemporaryFolder } from '../support/temporary-folder.js';

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
  readonly bank: SimulatedBank;
  readonly path: string;
  readonly clock: SinonFakeTimers;
}

async function withBank(run: (scene: Scene) => Promise<void>): Promise<void> {
  const clock = useFakeTimers({ now: NOW, toFake: ['Date', 'setTimeout', 'clearTimeout'] });
  try {
    await inTemporaryFolder(async (folder) => {
      const path = join(folder, 'bank.jsonl');
      const bank = await SimulatedBank.open({ path, clock: systemClock, answerAfterMs: 0 });
      await run({ bank, path, clock });
      await bank.close();
    });
  } finally {
    clock.restore();
  }
}

describe('simulated bank', () => {
  it('says yes at once where nothing else was set', () =>
    withBank(async ({ bank, clock }) => {
      const answer = bank.decide(request, NEVER);
      await clock.tickAsync(0);
      expect(await answer).to.deep.equal({ verdict: 'yes' });
    }));

  it('a slow core answers when its time since admission is over, not a millisecond before', () =>
    withBank(async ({ bank, clock }) => {
      await bank.behave({ payment: request.payment, answer: 'yes', afterMs: 9_000, silent: false });
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
      await bank.behave({ deal: request.deal, answer: 'yes', afterMs: 12_000, silent: true });
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
      await bank.behave({ ...quick, answer: 'no' });
      await bank.behave({ ...quick, deal: request.deal, answer: 'yes' });
      await bank.behave({ ...quick, payment: request.payment, answer: 'no' });
      expect(await bank.enquire(request)).to.deep.include({ verdict: 'no' });
      expect(await bank.enquire({ ...request, payment: 'payment_00000002' })).to.deep.equal({
        verdict: 'yes',
      });
      const elsewhere = { ...request, deal: 'deal_00000002', payment: 'payment_00000003' };
      expect(await bank.enquire(elsewhere)).to.deep.include({ verdict: 'no' });
    }));

  it('customers and behaviours outlive the process', () =>
    withBank(async ({ bank, path }) => {
      await bank.addCustomer({ holder: 'holder-1', name: 'Алиса', phone: '+70000000001' });
      await bank.behave({ payment: request.payment, answer: 'no', afterMs: 0, silent: false });
      const again = await SimulatedBank.open({ path, clock: systemClock, answerAfterMs: 0 });
      expect(again.customer('holder-1')?.name).to.equal('Алиса');
      expect(await again.enquire(request)).to.deep.include({ verdict: 'no' });
      await again.close();
    }));

  it('a decision that is no longer wanted is given up', () =>
    withBank(async ({ bank }) => {
      await bank.behave({ answer: 'yes', afterMs: 0, silent: true });
      const stop = new AbortController();
      const answer = bank.decide(request, stop.signal).catch((error: unknown) => error);
      stop.abort(new Error('enough'));
      expect(await answer).to.have.property('message', 'enough');
    }));
});

describe('fake phone', () => {
  const content = {
    about: { kind: 'link', link: 'link_00000001' },
    text: 'Code 123456',
    code: '123456',
    validUntil: NOW + 1,
  } as const;

  it('who waits for a message gets it as soon as it is sent, and only their own', () =>
    inTemporaryFolder(async (folder) => {
      const phone = await FakePhone.open(join(folder, 'phone.jsonl'), systemClock);
      const waiting = phone.messages('holder-1', 0, 30_000);
      await phone.send('holder-2', content);
      await phone.send('holder-1', content);
      expect((await waiting).map(({ number, code }) => [number, code])).to.deep.equal([[1, '123456']]);
      await phone.close();
    }));

  it('messages after a number are given, also after a restart', () =>
    inTemporaryFolder(async (folder) => {
      const path = join(folder, 'phone.jsonl');
      const phone = await FakePhone.open(path, systemClock);
      await phone.send('holder-1', content);
      await phone.send('holder-1', { ...content, code: '654321' });
      await phone.close();
      const again = await FakePhone.open(path, systemClock);
      expect((await again.messages('holder-1', 1, 0)).map(({ code }) => code)).to.deep.equal(['654321']);
      await again.close();
    }));
});
