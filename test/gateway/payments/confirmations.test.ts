// What a marketplace knows of confirmed payments: by asking the banks, and by what it carries.
import { expect } from 'chai';
import { type SinonFakeTimers, useFakeTimers } from 'sinon';
import { systemClock } from '../../../gateway/clock.js';
import { Confirmations } from '../../../gateway/payments/confirmations.js';
import type { Authorisation } from '../../../gateway/protocol/api/payments.js';
import { Refused } from '../../../gateway/refused.js';
import { ANSWER_TIME_MS, BOUGHT_AT, DEAL, dealView, paymentView } from '../support/deal-views.js';
import { silentLog } from '../support/silent-log.js';

const PAYMENT = 'payment_00000001';
const NOW = BOUGHT_AT + 1_000;
const waiting = { id: PAYMENT, admission: null, arrivedAt: NOW } as const;
const OPEN = dealView({ payments: [waiting] });
const BANK = paymentView(waiting).row.bank;
const ID = { deal: DEAL, payment: PAYMENT };
const MARGIN_MS = 7_000;

interface Scene {
  readonly clock: SinonFakeTimers;
  readonly confirmations: Confirmations;
  readonly asked: string[];
  readonly requeued: string[];
  says: Authorisation['scaStatus'] | null;
}

async function onScene(run: (scene: Scene) => Promise<void>, banks = [BANK]): Promise<void> {
  const clock = useFakeTimers({ now: NOW, toFake: ['Date', 'setTimeout', 'clearTimeout'] });
  const stop = new AbortController();
  const asked: string[] = [];
  const requeued: string[] = [];
  const confirmations = new Confirmations({
    banks: new Set(banks),
    partner: {
      authorisation: (bank, { payment }) => {
        asked.push(`${bank}/${payment}`);
        if (scene.says === null) return Promise.reject(new Refused('BANK_UNAVAILABLE'));
        return Promise.resolve({ scaStatus: scene.says, challenge: null, triesLeft: 5, validUntil: null });
      },
    },
    requeue: (deal) => requeued.push(deal),
    ...{ clock: systemClock, log: silentLog, signal: stop.signal },
  });
  const scene: Scene = { clock, confirmations, asked, requeued, says: 'received' };
  try {
    await run(scene);
  } finally {
    stop.abort(new Error('the test is over'));
    clock.restore();
  }
}

describe('confirmations', () => {
  it('a payment is admitted once its bank says that the code was right, and the deal is processed again', () =>
    onScene(async (scene) => {
      const { confirmations, clock } = scene;
      confirmations.follow(OPEN);
      await clock.tickAsync(1_000);
      expect([confirmations.admits(paymentView(waiting)), scene.requeued]).to.deep.equal([false, []]);
      scene.says = 'finalised';
      await clock.tickAsync(2_000);
      expect([confirmations.admits(paymentView(waiting)), scene.requeued]).to.deep.equal([true, [DEAL]]);
      const count = scene.asked.length;
      confirmations.follow(OPEN);
      await clock.tickAsync(10_000);
      expect(scene.asked, 'nothing more is asked').to.have.length(count);
    }));

  it('a payment at a bank that has no door here is admitted at once and never asked about', () =>
    onScene(async (scene) => {
      scene.confirmations.follow(OPEN);
      await scene.clock.tickAsync(5_000);
      expect([scene.confirmations.admits(paymentView(waiting)), scene.asked]).to.deep.equal([true, []]);
    }, []));

  it('a bank that is away is asked again, with pauses that grow to two seconds', () =>
    onScene(async (scene) => {
      scene.says = null;
      scene.confirmations.follow(OPEN);
      await scene.clock.tickAsync(3_100);
      expect(scene.asked, '0.1, 0.3, 0.7, 1.5, 3.1 s').to.have.length(5);
      await scene.clock.tickAsync(4_000);
      expect(scene.asked).to.have.length(7);
      scene.says = 'finalised';
      await scene.clock.tickAsync(2_000);
      expect(scene.confirmations.admits(paymentView(waiting))).to.equal(true);
    }));

  it('what the gateway hears when it carries the code counts at once', () =>
    onScene((scene) => {
      scene.confirmations.follow(OPEN);
      scene.confirmations.hear(ID, 'finalised');
      scene.confirmations.hear(ID, 'finalised');
      expect([scene.confirmations.admits(paymentView(waiting)), scene.requeued]).to.deep.equal([
        true,
        [DEAL],
      ]);
      return Promise.resolve();
    }));

  it('an admitted payment is forgotten, and nothing is kept of one that is not followed', () =>
    onScene(async (scene) => {
      const { confirmations, clock } = scene;
      confirmations.hear(ID, 'finalised');
      expect(confirmations.of(PAYMENT)).to.equal(null);
      confirmations.follow(OPEN);
      confirmations.hear(ID, 'failed');
      expect(confirmations.of(PAYMENT)).to.equal('failed');
      confirmations.follow(dealView({ payments: [{ ...waiting, admission: 'admitted' }] }));
      expect(confirmations.of(PAYMENT)).to.equal(null);
      await clock.tickAsync(10_000);
      expect(scene.asked).to.deep.equal([]);
    }));

  it('nobody is asked any more once the payment may be closed', () =>
    onScene(async (scene) => {
      scene.confirmations.follow(OPEN);
      await scene.clock.tickAsync(ANSWER_TIME_MS + MARGIN_MS + 2_000);
      const count = scene.asked.length;
      await scene.clock.tickAsync(60_000);
      expect(scene.asked).to.have.length(count);
    }));
});
