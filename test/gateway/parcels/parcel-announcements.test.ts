// Announcing parcels: until the courier has them, again after a change, and with no address in a line of the log.
import { expect } from 'chai';
import pino from 'pino';
import type { Clock } from '../../../gateway/clock.js';
import { ParcelAnnouncements } from '../../../gateway/parcels/parcel-announcements.js';
import type { ParcelAnnouncement } from '../../../gateway/protocol/partner/endpoints.js';
import { briefError } from '../../../gateway/log.js';
import { Refused } from '../../../gateway/refused.js';
import type { WaitingAnnouncement } from '../../../gateway/store/addresses.js';

const STREET = 'Gogol street';
const waitingFor = (deal: string, changedAt = 5): WaitingAnnouncement => ({
  ...{ deal, buyer: 'person_alice000', seller: 'person_bob00000', courier: 'CourierMSP', changedAt },
  address: { recipient: 'Alice', text: STREET, phone: null },
  failures: 0,
});

class Scene {
  now = 1_000;
  readonly timers: { readonly at: number; readonly action: () => void }[] = [];
  readonly waiting = new Map<string, WaitingAnnouncement & { readonly tryAt: number }>();
  readonly settled: [string, string][] = [];
  readonly given: [string, ParcelAnnouncement][] = [];
  readonly lines: string[] = [];
  /** What the courier answers to a deal; null: it takes it. */
  refusal: (deal: string) => Error | null = () => null;
  /** Called while the courier is asked. */
  meanwhile: () => void = () => undefined;

  readonly clock: Clock = {
    now: () => this.now,
    at: (at, action) => {
      const timer = { at, action };
      this.timers.push(timer);
      return () => void this.timers.splice(this.timers.indexOf(timer), 1);
    },
  };

  readonly announcements = new ParcelAnnouncements({
    addresses: {
      waiting: (now) => Promise.resolve([...this.waiting.values()].filter(({ tryAt }) => tryAt <= now)),
      settle: ({ deal, changedAt }, announced) => {
        this.settled.push([deal, announced]);
        if (this.waiting.get(deal)?.changedAt === changedAt) this.waiting.delete(deal);
        return Promise.resolve();
      },
      postpone: ({ deal }, until) => {
        const one = this.waiting.get(deal);
        if (one !== undefined) this.waiting.set(deal, { ...one, tryAt: until, failures: one.failures + 1 });
        return Promise.resolve();
      },
    },
    partner: {
      announce: (_courier, deal, parcel) => {
        this.meanwhile();
        const refusal = this.refusal(deal);
        if (refusal !== null) return Promise.reject(refusal);
        this.given.push([deal, parcel]);
        return Promise.resolve();
      },
    },
    sellerName: () => Promise.resolve('Bob'),
    clock: this.clock,
    log: pino(
      { serializers: { err: briefError } },
      {
        write: (line: string) => {
          this.lines.push(line);
        },
      },
    ),
  });

  add(one: WaitingAnnouncement): void {
    this.waiting.set(one.deal, { ...one, tryAt: 0 });
  }

  /** Lets what is under way come to its end, then the clock reach the next timer. */
  async turn(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    const next = this.timers.sort((left, right) => left.at - right.at).shift();
    if (next === undefined) return;
    this.now = Math.max(this.now, next.at);
    next.action();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('parcel announcements', () => {
  it('gives the courier address and seller’s name, and does not give it again', async () => {
    const scene = new Scene();
    scene.add(waitingFor('deal_1'));
    scene.announcements.wake();
    for (let turns = 0; turns < 3; turns += 1) await scene.turn();
    const { address } = waitingFor('deal_1');
    expect(scene.given).to.deep.equal([['deal_1', { address, seller: 'Bob', changedAt: 5 }]]);
    expect(scene.settled).to.deep.equal([['deal_1', 'announced']]);
    await scene.announcements.stop();
  });

  it('a courier that is away gets it when it is back, and one deal does not keep the others', async () => {
    const scene = new Scene();
    scene.add(waitingFor('deal_1'));
    scene.add(waitingFor('deal_2'));
    scene.refusal = (deal) => (deal === 'deal_1' ? new Refused('BANK_UNAVAILABLE') : null);
    scene.announcements.wake();
    for (let turns = 0; turns < 6; turns += 1) await scene.turn();
    expect(scene.given.map(([deal]) => deal)).to.deep.equal(['deal_2']);
    expect(scene.waiting.get('deal_1')?.failures).to.be.greaterThan(2);
    scene.refusal = () => null;
    for (let turns = 0; turns < 8; turns += 1) await scene.turn();
    expect(scene.given.map(([deal]) => deal)).to.deep.equal(['deal_2', 'deal_1']);
    expect(scene.lines.length).to.be.greaterThan(0);
    expect(scene.lines.join('')).not.to.contain(STREET).and.not.contain('Alice').and.not.contain('Bob');
    await scene.announcements.stop();
  });

  it('what the buyer changes while the courier is being asked is given as well', async () => {
    const scene = new Scene();
    scene.add(waitingFor('deal_1'));
    scene.meanwhile = () => {
      scene.meanwhile = () => undefined;
      scene.add(waitingFor('deal_1', 6));
    };
    scene.announcements.wake();
    for (let turns = 0; turns < 3; turns += 1) await scene.turn();
    expect(scene.given.map(([, { changedAt }]) => changedAt)).to.deep.equal([5, 6]);
    await scene.announcements.stop();
  });

  it('an address that comes when the parcel is accepted is marked late, and no more is tried', async () => {
    const scene = new Scene();
    scene.add(waitingFor('deal_1'));
    scene.refusal = () => new Refused('PARCEL_ACCEPTED');
    scene.announcements.wake();
    for (let turns = 0; turns < 3; turns += 1) await scene.turn();
    expect(scene.settled).to.deep.equal([['deal_1', 'late']]);
    await scene.announcements.stop();
  });

  it('after the stop nothing is looked for', async () => {
    const scene = new Scene();
    scene.announcements.wake();
    await scene.turn();
    await scene.announcements.stop();
    scene.add(waitingFor('deal_1'));
    scene.announcements.wake();
    await scene.turn();
    expect(scene.given).to.deep.equal([]);
    expect(scene.timers).to.deep.equal([]);
  });
});
