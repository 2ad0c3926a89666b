// Ledger, chaincode, gateways and databases are killed under load, and what clients saw acknowledged must be true
// afterwards.
import { expect } from 'chai';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DealView } from '../../chaincode/protocol/queries.js';
import { demoContext } from '../../network/commands/command-context.js';
import { DEFAULT_CONSORTIUM_FILE, readConsortium, type Consortium } from '../../network/consortium.js';
import { booksBalance } from '../../demo/report.js';
import { Gateways } from '../../demo/gateways.js';
import { seed, openSeed } from '../../demo/seed.js';
import { databaseName } from '../../network/postgres/databases.js';
import { gatewayName } from '../../network/processes/gateway-process.js';
import { System } from '../../network/system.js';
import { SystemFolder } from '../../network/processes/system-folder.js';
import { finish, openMarket, PAID_IN, payIn, shop, type Market } from './load-market.js';
import { ClientLog, LoggedAdminApi } from './client-log.js';
import { drawFrom, kill, killings, type Death } from './process-killer.js';
import { auditLedger, commandName, type Audit } from './ledger-audit.js';

/** Another course of events: FORESCROW_CHAOS_SEED=<number> npm test -- chaos */
const SEED = Number(process.env['FORESCROW_CHAOS_SEED'] ?? '20261121');
const LIMIT_MS = 500_000;
const PATIENCE_MS = 60_000;
const PORTS = { from: 11_000, to: 32_000 } as const;
/** Rows that take each status once. */
const ONCE = /^(payment|admission|phase|credit|shipment|inspection)\//;

describe(`kill -9 on the whole system under load, seed ${String(SEED)}`, function () {
  this.timeout(LIMIT_MS);
  const log = new ClientLog();
  const deaths: Death[] = [];
  const views: DealView[] = [];
  let dir = '';
  let folder: SystemFolder;
  let consortium: Consortium;
  let system: System | undefined;
  let gateways: Gateways;
  let market: Market;
  let audit: Audit;

  before(async () => {
    dir = mkdtempSync(join(tmpdir(), 'forescrow-chaos-'));
    folder = new SystemFolder(dir);
    consortium = fastConsortium();
    const made = new System({ folder, consortium, consortiumFile: DEFAULT_CONSORTIUM_FILE });
    system = made;
    await made.up();
    const context = demoContext(folder, consortium);
    const print = () => undefined;
    await seed(context, { print });
    gateways = await Gateways.open(context, print);
    market = await openMarket(gateways, openSeed(context));
    // From here on every list that anybody sends is in the log.
    for (const organisation of gateways.all) {
      const token = readFileSync(organisation.tokenPath, 'utf8').trim();
      const admin = new LoggedAdminApi({ url: organisation.url, token, patienceMs: PATIENCE_MS }, log);
      Object.assign(organisation, { admin });
    }
    await liveThroughKills();
    for (const deal of market.deals) views.push(await finish(gateways, market, deal));
  });

  after(async () => {
    await system?.down();
    rmSync(dir, { recursive: true, force: true });
  });

  async function liveThroughKills(): Promise<void> {
    let areKillsOver = false;
    // On a slow machine every code may grow old between two kills: people go on until one has bought in time.
    const over = (): boolean => areKillsOver && market.delivered.length > 0;
    const load = Promise.all([
      ...market.shoppers.map((shopper) => shop(gateways, market, shopper, over)),
      ...market.savers.map((account) => payIn(gateways, market, account, over)),
    ]);
    const { members } = consortium;
    const processes = ['ledger', 'chaincode', ...members.map(gatewayName), ...members.map(databaseName)];
    const kills = async (): Promise<void> => {
      for (const killing of killings(SEED, processes)) deaths.push(await kill(folder, log, killing));
    };
    // The first failure is thrown below; the other may fail in its wake.
    load.catch(() => undefined);
    try {
      await Promise.race([kills(), load]);
    } finally {
      areKillsOver = true;
    }
    await load;
  }

  function acknowledged(action: string) {
    return log.all().filter((entry) => entry.action === action && entry.answers.some(({ ok }) => ok));
  }

  it('kills fourteen times, each time while requests are on their way, and the clients go on', () => {
    expect(deaths.length).to.equal(14);
    expect(deaths.every(({ inFlight }) => inFlight > 0)).to.equal(true);
    const progress = deaths.map(({ acknowledgedBefore }) => acknowledgedBefore);
    expect(progress.every((sum, index) => sum > (progress[index - 1] ?? 0))).to.equal(true);
    expect(log.waits, 'clients that lost an answer').to.be.greaterThan(0);
    expect(log.acknowledged).to.be.greaterThan(progress.at(-1) ?? 0);
    const killed = deaths
      .map(({ victims }) => (victims.length === 1 ? victims[0] : 'all of them'))
      .join(', ');
    console.log(`      killed: ${killed}`);
    console.log(
      `      ${String(log.all().length)} commands, ${String(log.acknowledged)} acknowledged, ` +
        `${String(log.waits)} times sent again, ${String(views.length)} deals`,
    );
  });

  it('every deal comes to its end soon after the last kill; some are paid out, some come back', () => {
    const outcomes = views.map(({ phase }) => phase?.status);
    expect(outcomes.length).to.equal(acknowledged('buy').length);
    expect(outcomes.filter((outcome) => outcome === 'completed').length).to.be.greaterThan(0);
    expect(outcomes.filter((outcome) => outcome === 'expired').length).to.be.greaterThan(0);
    expect(views.flatMap(({ payments }) => payments).every(({ attested }) => attested)).to.equal(true);
  });

  it('what was paid in and acknowledged is there once, to the unit', async () => {
    for (const account of market.savers) {
      const deposits = acknowledged('deposit').filter(({ params }) => params['account'] === account.number);
      expect(deposits.length).to.be.greaterThan(10);
      const { available } = await gateways.bank(account.bank).admin.balance(account.number);
      expect(BigInt(available)).to.equal(BigInt(PAID_IN) * BigInt(deposits.length));
    }
  });

  it('buyers have paid what was captured, nothing is held, the seller has his nets', async () => {
    for (const { person, account } of market.shoppers) {
      const payments = views.flatMap((view) => view.payments.map(({ row }) => row));
      const paid = payments.filter((payment) => payment.payer === person.id && payment.status === 'captured');
      const spent = paid.reduce((sum, { amount, fee }) => sum + BigInt(amount) + BigInt(fee), 0n);
      const { available, held } = await gateways.bank(account.bank).admin.balance(account.number);
      expect([BigInt(available), held]).to.deep.equal([BigInt(account.deposit) - spent, '0']);
    }
    const completed = views.filter(({ phase }) => phase?.status === 'completed');
    const nets = completed.reduce((sum, { shares }) => sum + BigInt(shares?.net ?? 'none'), 0n);
    const { bank, number } = market.seller;
    const { available, pending } = await gateways.bank(bank).admin.balance(number);
    expect(BigInt(available) + BigInt(pending)).to.equal(nets);
  });

  it('each payment is held once, and captured or given back at most once, in its bank’s books', async () => {
    for (const { id } of market.deals) {
      const seen = new Set<string>();
      for (const { admin } of gateways.banks) {
        const { groups } = await admin.operations(id);
        for (const { kind, payment, lines } of groups.flatMap(({ operations }) => operations)) {
          const ends = kind === 'capture' || kind === 'void' ? 'end' : kind;
          const payee = kind === 'credit' ? lines.map(({ account }) => account).join() : '';
          const name = `${ends} ${payment ?? ''} ${payee}`;
          expect(seen.has(name), `${name} twice in ${id}`).to.equal(false);
          seen.add(name);
        }
      }
    }
    expect(await booksBalance(gateways)).to.equal(true);
  });

  describe('the blocks on disk', () => {
    before(async () => {
      await system?.down();
      audit = await auditLedger(join(folder.ledgerData, 'store'), consortium.chaincode.name);
    });

    it('form one whole chain from the first block on', () => {
      expect(audit.height).to.be.greaterThan(10);
    });

    it('hold every acknowledged command once, in the very transaction that the client was told', () => {
      const yes = log.all().filter(({ answers }) => answers.some(({ ok }) => ok));
      expect(yes.length).to.be.greaterThan(100);
      for (const { action, id, answers } of yes) {
        const places = audit.done.get(commandName(action, id)) ?? [];
        expect(places.length, `${action} ${id}`).to.equal(1);
        for (const answer of answers) {
          if (!answer.ok || answer.repeated) continue;
          expect(places[0]).to.deep.equal({ txId: answer.txId, block: answer.block });
        }
      }
    });

    it('hold nothing that a client was told is refused, and no client was left without an answer', () => {
      for (const { action, id, answers } of log.all()) {
        expect(answers.length, `${action} ${id}`).to.be.greaterThan(0);
        if (answers.some(({ ok }) => ok)) continue;
        expect(audit.done.get(commandName(action, id)), `${action} ${id}`).to.equal(undefined);
      }
    });

    it('take every row through each status once', () => {
      expect([...audit.changes.keys()].some((name) => ONCE.test(name))).to.equal(true);
      const doubled = [...audit.changes].filter(([name, times]) => ONCE.test(name) && times > 1);
      expect(doubled).to.deep.equal([]);
    });
  });
});

/** Codes live shortly, so that a purchase that an outage cut off ends soon. */
function fastConsortium(): Consortium {
  const draw = drawFrom(Date.now());
  const portBase = PORTS.from + Math.floor(draw() * (PORTS.to - PORTS.from));
  const file = readConsortium(DEFAULT_CONSORTIUM_FILE, { portBase });
  return { ...file, simulator: { codeLifeMs: 5_000, answerAfterMs: 0, answerLimitMs: 2_000 } };
}
