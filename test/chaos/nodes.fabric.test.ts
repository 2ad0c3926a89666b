// Processes of real Fabric die in the middle of payments: no acknowledged payment is lost or doubled.
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import { QueuedLedgerClient } from '../../gateway/ledger/queued-ledger-client.js';
import { FabricPort } from '../../gateway/ledger/fabric/fabric-port.js';
import { newCounters } from '../../gateway/ledger/counters.js';
import { SubmitFailure, type LedgerPort } from '../../gateway/ledger/ledger-port.js';
import { MARKETPLACE, MEMBERS } from '../support/member-access.js';
import { newId } from '../support/people.js';
import { WireGround } from '../support/wire-ground.js';
import { ClientConsortium } from '../support/client-consortium.js';
import { machine } from '../support/deal-play.js';
import { expectPaymentsWhole, expectVerified } from './payment-audit.js';
import { PaymentStream } from './payment-stream.js';
import { drawFrom } from './process-killer.js';
import { untilProcess } from './process-states.js';

/** Another order of victims and moments: FORESCROW_CHAOS_SEED=<number> npm run test:fabric -- chaos */
const SEED = Number(process.env['FORESCROW_CHAOS_SEED'] ?? '20261121');
const LIMIT_MS = 300_000;
const WINDOW_MS = 6_000;
const PAYMENTS = 200;
/** Longer than the others wait for a silent leader's heartbeat. */
const CUT_OFF_MS = 15_000;
const ALREADY = /already (processed|exists)/;

describe(`nodes of real Fabric fail in the middle of payments, seed ${String(SEED)}`, function () {
  this.timeout(LIMIT_MS);
  const draw = drawFrom(SEED);
  let consortium: ClientConsortium;
  let stream: PaymentStream;
  let ground: WireGround | undefined;
  before(async () => {
    ground = await WireGround.start(WINDOW_MS, { ground: 'fabric' });
    consortium = await ClientConsortium.open(ground);
    stream = await PaymentStream.open(consortium);
  });
  afterEach(function () {
    if (this.currentTest?.isFailed() === true) stream.end();
  });
  after(() => ground?.stop());

  const domains = () =>
    shuffled(
      consortium.ground.consortium.members.map(({ domain }) => domain),
      draw,
    );

  /** At least 200 payments; at even distances in the middle of them these acts happen one after the other. */
  async function payThrough(acts: readonly (() => Promise<void>)[]): Promise<void> {
    const begun = stream.paid.length;
    let areOver = false;
    const paying = stream.pay(PAYMENTS, () => !areOver);
    const acting = (async () => {
      for (const [index, act] of acts.entries()) {
        await stream.until(begun + Math.floor(((index + 1) * PAYMENTS) / (acts.length + 1)));
        await act();
      }
    })().finally(() => {
      areOver = true;
    });
    await Promise.all([paying, acting]);
    expect(stream.paid.length).to.be.at.least(begun + PAYMENTS);
    await expectPaymentsWhole(consortium, stream);
  }

  for (const kind of ['chaincode', 'peer', 'orderer'] as const) {
    it(`each ${kind} is killed once meanwhile: all payments become final, none is lost or doubled`, async () => {
      const kill = (domain: string) => async (): Promise<void> => {
        const name = `${kind}-${domain}`;
        const { pid } = consortium.ground.process(name);
        consortium.ground.signal(name, 'SIGKILL');
        await untilProcess(consortium.ground, name, (now) => now.state === 'ready' && now.pid !== pid);
      };
      await payThrough(domains().map(kill));
    });
  }

  it('an orderer stops and returns, then another is cut off and returns: no acknowledged payment is lost', async () => {
    const [stopped = '', cutOff = ''] = domains().map((domain) => `orderer-${domain}`);
    await payThrough([() => consortium.ground.halt([stopped]), () => consortium.ground.resume([stopped])]);
    // Only one of four may be away at a time, and who is behind is away: between the two it catches up.
    await payThrough([
      async () => {
        consortium.ground.signal(cutOff, 'SIGSTOP');
        await pause(CUT_OFF_MS);
        consortium.ground.signal(cutOff, 'SIGCONT');
      },
    ]);
  });

  it('an envelope that reaches the orderers twice is told to nobody as "request already processed"', async () => {
    const counters = newCounters();
    const config = consortium.ground.config(MARKETPLACE);
    const twice = new SubmittedTwice(new FabricPort(config, counters));
    const ledger = new QueuedLedgerClient({ config, counters, port: twice });
    try {
      await ledger.ready();
      for (let sent = 0; sent < 20; sent += 1) {
        const params = { person: newId('person') };
        const [outcome] = await ledger.submit('agreement', [machine('registerPerson', params)], {
          as: 'admin',
        });
        expect(outcome).to.include({ ok: true }).and.not.have.property('repeated');
      }
      expect(twice.refusals, 'the orderers have said it').to.include('alreadyProcessed');
      expect(counters).to.include({ transactions: 20, conflicts: 0, retries: 0 });
    } finally {
      await ledger.close();
    }
  });

  it('every member verifies the whole chain by its own peer', async () => {
    for (const msp of MEMBERS) await expectVerified(consortium.ground, msp);
  });

  it('what callers saw of all this were failures to try again, never an orderer’s words', () => {
    const texts = stream.failures.map((error) => error.message);
    expect(texts.filter((text) => ALREADY.test(text))).to.deep.equal([]);
    console.log(`      ${String(stream.paid.length)} payments, ${String(texts.length)} times tried again`);
  });
});

/** The real port, but each envelope is submitted a second time, and its caller gets the second answer. */
class SubmittedTwice implements LedgerPort {
  readonly refusals: string[] = [];
  /** Blocks come after it, so that the client learns of the second answer first. */
  private answered: Promise<unknown> = Promise.resolve();

  constructor(private readonly port: LedgerPort) {}

  readonly evaluate: LedgerPort['evaluate'] = (call) => this.port.evaluate(call);
  readonly commitStatus: LedgerPort['commitStatus'] = (txId, ms) => this.port.commitStatus(txId, ms);
  readonly events: LedgerPort['events'] = (from) => this.port.events(from);
  readonly blocks: LedgerPort['blocks'] = (from) => this.port.blocks(from);
  readonly close: LedgerPort['close'] = () => this.port.close();

  async commits(from: number | 'newest'): ReturnType<LedgerPort['commits']> {
    const delivery = await this.port.commits(from);
    const answered = (): Promise<unknown> => this.answered;
    return {
      close: () => {
        delivery.close();
      },
      async *[Symbol.asyncIterator]() {
        for await (const block of delivery) {
          await answered();
          yield block;
        }
      },
    };
  }

  async endorse(call: Parameters<LedgerPort['endorse']>[0]): ReturnType<LedgerPort['endorse']> {
    const prepared = await this.port.endorse(call);
    const submitTwice = async (): Promise<void> => {
      await prepared.submit();
      await this.port.commitStatus(prepared.txId, LIMIT_MS);
      await prepared.submit().catch((error: unknown) => {
        if (error instanceof SubmitFailure) this.refusals.push(error.kind);
        throw error;
      });
    };
    const submit = (): Promise<void> => {
      const submitted = submitTwice();
      this.answered = submitted.catch(() => undefined);
      return submitted;
    };
    return { ...prepared, submit };
  }
}

function shuffled<Item>(items: readonly Item[], draw: () => number): Item[] {
  return items
    .map((item) => ({ item, place: draw() }))
    .sort((one, other) => one.place - other.place)
    .map(({ item }) => item);
}
