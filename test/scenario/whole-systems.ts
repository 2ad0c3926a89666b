// Duty: whole systems side by side: deals at the same time, bad input at the desks, no leak.
// Must not: repeat what test/network/demo shows: the demo as a newcomer runs it, restart and kills.
import { createHash, randomBytes, randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { DEFAULT_CONSORTIUM_FILE, type GroundName } from '../../network/consortium.js';
import { DeskProblem } from '../../gateway/protocol/desk-client.js';
import { engageCast, STORY_NAMES, type Cast } from '../../demo/cast.js';
import * as acts from '../../demo/deal-acts.js';
import { putUpOffers, type OfferPlan } from '../../demo/offers.js';
import { staffOf } from '../../demo/organisations.js';
import { newId } from '../../demo/people.js';
import { booksBalance, reportOf } from '../../demo/report.js';
import { Stage } from '../../demo/stage.js';
import { STORIES, type StoryPlan } from '../../demo/stories.js';
import { StoryTurned, type StoryOptions } from '../../demo/story.js';
import { loadWorld, openWorld, type KnownWorld } from '../../demo/world.js';
import { isRunning } from '../../network/processes/process-mark.js';
import { present } from '../support/world.js';
import { badAgreements, payment, signed, type BadWorld } from './bad-commands.js';
import { LeakScanner, type Secret } from './leak-scanner.js';
import type { LedgerReader } from './ledger-contents.js';
import { gatherAttestation, type Attestation } from './private-facts.js';
import { processesNaming, RunningSystem } from './running-system.js';

/** What differs between grounds for a whole system. */
export interface ScenarioGround {
  readonly name: GroundName;
  /** Processes of one system, its supervisor among them. */
  readonly processes: number;
  /** Longest life of the suite's steps, milliseconds. */
  readonly limitMs: number;
  /** Reads what the ledger holds, before the system goes down or after, as the ground permits. */
  readonly ledger: LedgerReader;
}

/** The second system is on the embedded ground, whatever the first one is on. */
export function describeWholeSystems(ground: ScenarioGround): void {
  describe(`two systems side by side, the first on the ground "${ground.name}"`, function () {
    this.timeout(ground.limitMs);
    let system: RunningSystem;
    let other: RunningSystem;
    let stage: Stage;
    let world: KnownWorld;
    let cast: Cast;
    /** Ids of the four stories' deals, in their order. */
    let deals: string[] = [];
    /** Planted into the blocks, so that the scan is known to look there. */
    const planted: Secret = { label: 'planted', text: `10${randomBytes(5).toString('hex')}42`, holders: [] };

    before(async () => {
      [system, other] = await Promise.all([
        RunningSystem.up(DEFAULT_CONSORTIUM_FILE, ground.name),
        RunningSystem.up(),
      ]);
      const print = (): void => undefined;
      await loadWorld(system.context, { print });
      stage = await Stage.open(system.context, print);
      world = openWorld(system.context);
      cast = await engageCast(stage, world);
    });

    after(async () => {
      await Promise.all([system.remove(), other.remove()]);
    });

    it('serve at addresses of their own, and what one knows the other does not', async () => {
      const [one, two] = await Promise.all([system.status(), other.status()]);
      expect([one.ready, two.ready]).to.deep.equal([true, true]);
      const addresses = [one, two].flatMap(({ members }) =>
        members.flatMap(({ peer, desk }) => [peer, desk]),
      );
      expect(new Set(addresses).size).to.equal(16);
      const elsewhere = await Stage.open(other.context, () => undefined);
      expect(await elsewhere.parameters()).to.equal(null);
      expect(await stage.parameters()).not.to.equal(null);
    });

    it('the four deals of the demo at the same time come to the sums of the worked example', async () => {
      const options = { stage, cast, commissionAccount: world.commissionAccount };
      deals = await Promise.all(STORY_NAMES.map((name) => played(STORIES[name], options)));
      const report = await reportOf(stage, deals);
      expect(report.deals.map((deal) => ({ ...deal, id: '' }))).to.deep.equal([
        sums('completed', 2, { paidToSeller: '1178000', commission: '62000', interbankFees: '7500' }),
        sums('expired', 2, { returned: '812000' }),
        sums('completed', 2, { paidToSeller: '1178000', commission: '62000', interbankFees: '9600' }),
        sums('expired', 1, { returned: '1258600' }),
      ]);
      expect(report.balanced).to.equal(true);
    });

    describe('bad input at the desk', () => {
      let bad: BadWorld;

      before(async () => {
        const { deal: open } = await acts.buy(stage, cast.buyerAtB, cast.offers.wholePath.id);
        const [completed, expired] = [await known(deals[0]), await known(deals[1])];
        bad = { channel: stage.channel, cast, open, expired, completed };
      });

      async function known(id = ''): Promise<acts.Deal> {
        const { terms } = (await stage.marketplace.desk.deal(id)).deal;
        const { terms: dealTerms, termsHash } = present(terms);
        return { id, terms: dealTerms, termsHash, buyer: cast.buyerAtA.person, recipientCode: '' };
      }

      it('each bad command of a list has its own code and writes nothing, the good one is taken', async () => {
        const list = badAgreements(bad);
        const good = signed(bad, cast.buyerAtA.person, {
          id: newId('link'),
          action: 'askLink',
          params: {
            bank: '10',
            currency: 'RUB',
            keyThumbprint: createHash('sha256')
              .update(Buffer.from(cast.buyerAtA.person.publicKey, 'base64url'))
              .digest('hex'),
          },
        });
        const before = await stage.marketplace.desk.deal(bad.open.id);
        const outcomes = await stage.marketplace.desk.agree([...list.map(({ command }) => command), good]);
        const codes = outcomes.slice(0, -1).map((outcome) => (outcome.ok ? 'taken' : outcome.code));
        expect(Object.fromEntries(list.map(({ what }, index) => [what, codes[index]]))).to.deep.equal(
          Object.fromEntries(list.map(({ what, code }) => [what, code])),
        );
        expect(outcomes.at(-1)).to.include({ ok: true }).and.not.have.property('repeated');
        expect((await stage.marketplace.desk.deal(bad.open.id)).deal).to.deep.equal(before.deal);
        expect(await booksBalance(stage)).to.equal(true);
      });

      it('the same command sent again is answered as before', async () => {
        const command = payment(bad, { amount: '500000' });
        const [first] = await stage.marketplace.desk.agree([command]);
        const [again] = await stage.marketplace.desk.agree([command]);
        expect([first?.ok, again]).to.deep.include(true);
        expect(again).to.include({ ok: true, repeated: true, id: present(first).id });
      });

      it('a payment beyond the price is refused at the admission', async () => {
        const price = bad.open.terms.offerTerms.price;
        const command = payment(bad, { amount: price });
        const { id } = present(command.intent).body;
        const [outcome] = await stage.marketplace.desk.agree([command]);
        expect(outcome?.ok).to.equal(true);
        const view = await stage.marketplace.desk.waitForDeal(bad.open.id, ({ payments }) =>
          payments.some(({ row, admission }) => row.id === id && admission !== null),
        );
        const admission = view.payments.find(({ row }) => row.id === id)?.admission;
        expect(admission).to.include({ status: 'refused', reason: 'OVERPAYMENT' });
      });

      it('of two who want the last one, the second finds no stock, and his bank is never asked', async () => {
        const plan = lastOne(cast);
        await putUpOffers(stage, {
          moderator: staffOf(world.staff, stage.marketplace).officer,
          plans: [plan],
        });
        const bought = [
          await acts.buy(stage, cast.friendAtA, plan.id),
          await acts.buy(stage, cast.buyerAtA, plan.id),
        ];
        const admissions: unknown[] = [];
        for (const [index, { deal }] of bought.entries()) {
          const payer = present([cast.friendAtA, cast.buyerAtA][index]);
          const planned = await acts.planPayment(stage, deal, { payer, amount: '100000' });
          await acts.submit(stage, deal, planned);
          const view = await stage.marketplace.desk.waitForDeal(
            deal.id,
            ({ payments }) => payments[0]?.admission != null,
          );
          admissions.push([view.payments[0]?.admission?.status, view.payments[0]?.admission?.reason]);
        }
        expect(admissions).to.deep.equal([
          ['admitted', null],
          ['refused', 'NO_STOCK'],
        ]);
      });

      it('a payment that the account cannot bear is rejected, and the public is not told why', async () => {
        const { deal } = await acts.buy(stage, cast.buyerAtB, cast.offers.wholePath.id);
        const plan = await acts.planPayment(stage, deal, { payer: cast.buyerAtB, amount: '1240000' });
        const { payment: sent } = await acts.submit(stage, deal, plan);
        await acts.giveCode(stage, deal, sent);
        const view = await stage.marketplace.desk.waitForDeal(
          deal.id,
          ({ payments }) => payments[0]?.row.status !== 'submitted',
        );
        expect(view.payments[0]?.row.status).to.equal('rejected');
        expect(JSON.stringify(view)).not.to.include('FUNDS');
      });

      it('another bank’s account, a foreign operator and a wrong lane are refused at a bank’s own desk', async () => {
        const [bankA, bankB] = [stage.bank('10'), stage.bank('20')];
        const operatorA = staffOf(world.staff, bankA).officer;
        const deposit = (account: string, bank: string) => ({
          ...signed(bad, operatorA, {
            action: 'deposit',
            params: { bank, account, amount: '100', currency: 'RUB' },
          }),
          params: { operation: newId('operation') },
        });
        const mine = deposit(cast.buyerAtA.account.number, '10');
        const at = async (bank: typeof bankA, command: typeof mine): Promise<string> => {
          const [result] = await bank.desk.tryOwn([command]);
          return result?.ok === true ? 'taken' : (result?.code ?? '');
        };
        expect(await at(bankA, mine)).to.equal('taken');
        expect(await at(bankB, mine)).to.equal('WRONG_ORGANISATION');
        expect(await at(bankB, deposit(cast.buyerAtB.account.number, '20'))).to.equal('WRONG_ORGANISATION');
        const seal = { action: 'closePayments', params: { deal: bad.open.id } } as unknown as typeof mine;
        expect(await at(bankA, seal)).to.equal('WRONG_LANE');
        const spent = [deposit('10000000000000', '10'), mine];
        const outcomes = await bankA.desk.own(spent);
        expect(outcomes.map((outcome) => (outcome.ok ? 'taken' : outcome.code))).to.deep.equal([
          'REFUSED',
          'taken',
        ]);
      });

      it('malformed lists and requests get a code and no stack', async () => {
        const { url, tokenPath } = present(system.context.desks[0]);
        const token = readFileSync(tokenPath, 'utf8').trim();
        const post = async (body: string, bearer = token): Promise<[number, string]> => {
          const headers = { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' };
          const response = await fetch(`${url}/commands`, { method: 'POST', headers, body });
          const text = await response.text();
          expect(text).not.to.match(/\bat .+\.(js|ts):\d+/);
          return [response.status, (JSON.parse(text) as { code: string }).code];
        };
        for (const body of ['', '{', '[]', '{}', '{"commands":"x"}', '{"commands":[]}', '{"commands":[1]}']) {
          expect(await post(body), body).to.deep.equal([400, 'BAD_INPUT']);
        }
        expect((await post('{"commands":[]}', 'x'.repeat(43)))[0]).to.equal(401);
      });

      it('a wrong one-time code is told with the tries that are left, and the right one still counts', async () => {
        const { deal } = await acts.buy(stage, cast.friendAtA, cast.offers.wholePath.id);
        const plan = await acts.planPayment(stage, deal, { payer: cast.friendAtA, amount: '500000' });
        const { payment: sent } = await acts.submit(stage, deal, plan);
        const { desk } = stage.bank('10');
        const subject = { kind: 'payment', deal: deal.id, payment: sent.id } as const;
        const { code } = await desk.waitForCode(cast.friendAtA.account.holder, subject);
        const wrong = code === '000000' ? '000001' : '000000';
        const refusal: unknown = await desk
          .authorise({ deal: deal.id, payment: sent.id, code: wrong })
          .catch((error: unknown) => error);
        expect(refusal).to.be.instanceOf(DeskProblem);
        expect((refusal as DeskProblem).problem).to.deep.include({
          code: 'CODE_WRONG',
          values: { triesLeft: 4 },
        });
        await desk.authorise({ deal: deal.id, payment: sent.id, code });
        await stage.marketplace.desk.waitForDeal(
          deal.id,
          ({ payments }) => payments[0]?.row.status === 'held',
        );
        expect(await booksBalance(stage)).to.equal(true);
      });
    });

    describe('after "down"', () => {
      let attestation: Attestation;

      before(async () => {
        await makeBalancesOdd(stage, world, cast);
        const outcomes = await stage.marketplace.desk.agree([
          { action: 'makeMoney', params: { note: planted.text } },
          signed({ channel: stage.channel }, cast.buyerAtA.person, {
            id: newId('link'),
            action: 'askLink',
            params: { bank: '10', currency: 'RUB', keyThumbprint: '0'.repeat(64) },
          }),
        ]);
        expect(outcomes.filter(({ txId }) => txId !== null)).to.have.length(2);
      });

      it('no process of the system is left, and the other one goes on', async () => {
        const { pid, processes } = await system.status();
        const pids = [present(pid), ...processes.map((one) => present(one.pid))];
        expect(pids).to.have.length(ground.processes);
        const sums = await publicSums(stage);
        const { consortium, folder } = system;
        const before = await ground.ledger.beforeDown(folder, consortium);
        expect((await system.down()).code).to.equal(0);
        expect(pids.filter((one) => isRunning({ pid: one }))).to.deep.equal([]);
        expect(processesNaming(system.folder.dir)).to.deep.equal([]);
        expect((await other.status()).ready).to.equal(true);
        const contents = before ?? (await ground.ledger.afterDown(folder, consortium));
        attestation = gatherAttestation({ folder, consortium, publicSums: sums, ledger: contents });
      });

      it('there is enough to look for, and the scan finds what was planted and what owners hold themselves', () => {
        const count = (label: string): number =>
          attestation.secrets.filter((secret) => secret.label.startsWith(label)).length;
        const least = {
          'account number': 10,
          'one-time code': 12,
          'refund key': 4,
          // Names are drawn at random from a small pool, so that customers of two plays may be namesakes.
          name: 3,
          phone: 8,
          balance: 5,
        };
        for (const [label, most] of Object.entries(least)) expect(count(label), label).to.be.at.least(most);
        const plants = new LeakScanner([planted]);
        const found = attestation.places.filter(({ bytes }) => plants.find(bytes).length > 0);
        expect(new Set(found.map(({ name }) => name))).to.include('blocks');
        const everything = new LeakScanner(attestation.secrets);
        const own = attestation.places.filter(({ name }) => name === "Bank A's private rows");
        expect(own.flatMap(({ bytes }) => everything.find(bytes)).length).to.be.greaterThan(10);
      });

      it('nothing private stands in blocks, in the public state, in another organisation’s store or in a log', () => {
        const scanner = new LeakScanner(attestation.secrets);
        const leaks = attestation.places.flatMap(({ name, reader, bytes }) =>
          scanner
            .find(bytes, reader)
            .map(({ secret, form, about }) => `${secret.label} as ${form} in ${name}: "${about}"`),
        );
        expect([...new Set(leaks)].join('\n')).to.equal('');
      });
    });
  });
}

/** A machine too busy for a story's four seconds gives it another course; it is then played again, as in the demo. */
async function played(plan: StoryPlan, options: StoryOptions): Promise<string> {
  for (let plays = 1; ; plays += 1) {
    try {
      return await plan.play(options);
    } catch (error) {
      if (!(error instanceof StoryTurned) || plays >= MOST_PLAYS) throw error;
    }
  }
}
const MOST_PLAYS = 3;

function lastOne(cast: Cast): OfferPlan {
  return { ...cast.offers.wholePath, id: newId('offer'), price: '1000000', stock: 1 };
}

/** No balance shall be the same as a sum that blocks tell rightly: everybody gets a deposit of his own. */
async function makeBalancesOdd(stage: Stage, world: KnownWorld, cast: Cast): Promise<void> {
  const payers = [cast.seller, cast.buyerAtA, cast.buyerAtB, cast.friendAtA];
  for (const bank of stage.banks) {
    const accounts = [...payers.map(({ account }) => account), world.commissionAccount];
    const commands = accounts
      .filter((account) => account.bank === bank.bankId)
      .map((account) => {
        const amount = String(randomInt(1_000_000, 9_000_000) * 10 + 7);
        const params = { bank: account.bank, account: account.number, amount, currency: 'RUB' };
        const { officer } = staffOf(world.staff, bank);
        return {
          ...signed({ channel: stage.channel }, officer, { action: 'deposit', params }),
          params: { operation: newId('operation') },
        };
      });
    await stage.carryOut({ at: bank, lane: 'own', commands });
  }
}

const PUBLIC_SUMS = ['price', 'commission', 'net', 'minimumPart', 'amount', 'fee'];

/** Sums that the ledger's public rows say: a balance that happens to be the same tells nothing. */
async function publicSums({ marketplace }: Stage): Promise<ReadonlySet<string>> {
  const sums = new Set<string>();
  const collect = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [name, inner] of Object.entries(value)) {
      if (typeof inner === 'string' && PUBLIC_SUMS.includes(name)) sums.add(inner);
      else collect(inner);
    }
  };
  for (const kind of ['offer', 'payment', 'credit', 'obligation']) collect(await marketplace.desk.list(kind));
  return sums;
}

function sums(outcome: string, payments: number, amounts: object) {
  const none = { paidToSeller: '0', commission: '0', interbankFees: '0', returned: '0' };
  return { id: '', outcome, payments, ...none, ...amounts };
}
