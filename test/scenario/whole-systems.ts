// Whole systems side by side: deals at the same time through the web APIs, bad input at those and at the admin APIs, no
// leak.
import { expect } from 'chai';
import { randomBytes, randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { keyThumbprint } from '../../chaincode/protocol/intent.js';
import * as acts from '../../demo/deal-acts.js';
import { Gateways } from '../../demo/gateways.js';
import { type OfferPlan, putUpOffers } from '../../demo/offers.js';
import { staffOf } from '../../demo/organisations.js';
import { engageParticipants, type Participants, SCENARIO_NAMES } from '../../demo/participants.js';
import { newId } from '../../gateway/sdk/ids.js';
import { booksBalance, reportOf } from '../../demo/report.js';
import { SCENARIOS } from '../../demo/scenarios.js';
import { openSeed, seed, type SeededWorld } from '../../demo/seed.js';
import { inviteBrowserPeople } from '../../demo/browser-people.js';
import { signerFor } from '../../demo/people.js';
import { ApiProblem } from '../../gateway/sdk/api-client.js';
import { DEFAULT_CONSORTIUM_FILE, type GroundName } from '../../network/consortium.js';
import { isRunning } from '../../network/processes/process-mark.js';
import { present } from '../support/test-consortium.js';
import { badAgreements, type BadCommandsStage, payment, signed } from './bad-commands.js';
import { LeakScanner, type Secret } from './leak-scanner.js';
import type { LedgerReader } from './ledger-contents.js';
import { played } from './played.js';
import { type Attestation, gatherAttestation } from './private-facts.js';
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
    let gateways: Gateways;
    let world: SeededWorld;
    let participants: Participants;
    /** Ids of the four scenarios' deals, in their order. */
    let deals: string[] = [];
    /** Planted into the blocks, so that the scan is known to look there. */
    const planted: Secret = { label: 'planted', text: `10${randomBytes(5).toString('hex')}42`, holders: [] };

    before(async () => {
      [system, other] = await Promise.all([
        RunningSystem.up(DEFAULT_CONSORTIUM_FILE, ground.name),
        RunningSystem.up(),
      ]);
      const print = (): void => undefined;
      await seed(system.context, { print });
      gateways = await Gateways.open(system.context, print);
      world = openSeed(system.context);
      await inviteBrowserPeople(system.context, { print });
      participants = await engageParticipants(gateways, world);
    });

    after(async () => {
      await Promise.all([system.remove(), other.remove()]);
    });

    it('serve at addresses of their own, and what one knows the other does not', async () => {
      const [one, two] = await Promise.all([system.status(), other.status()]);
      expect([one.ready, two.ready]).to.deep.equal([true, true]);
      const addresses = [one, two].flatMap(({ members }) =>
        members.flatMap(({ peer, admin }) => [peer, admin]),
      );
      expect(new Set(addresses).size).to.equal(16);
      const elsewhere = await Gateways.open(other.context, () => undefined);
      expect(await elsewhere.parameters()).to.equal(null);
      expect(await gateways.parameters()).not.to.equal(null);
    });

    it('the four deals of the demo at the same time come to the sums of the worked example', async () => {
      const options = { gateways, participants, commissionAccount: world.commissionAccount };
      deals = await Promise.all(SCENARIO_NAMES.map((name) => played(SCENARIOS[name], options)));
      const report = await reportOf(gateways, deals);
      expect(report.deals.map((deal) => ({ ...deal, id: '' }))).to.deep.equal([
        sums('completed', 2, { paidToSeller: '1178000', commission: '62000', interbankFees: '7500' }),
        sums('expired', 2, { returned: '812000' }),
        sums('completed', 2, { paidToSeller: '1178000', commission: '62000', interbankFees: '9600' }),
        sums('expired', 1, { returned: '1258600' }),
      ]);
      expect(report.balanced).to.equal(true);
    });

    describe('bad input', () => {
      let bad: BadCommandsStage;

      before(async () => {
        const { deal: open } = await acts.buy(
          gateways,
          participants.buyerAtB,
          participants.offers.wholePath.id,
        );
        const [completed, expired] = [await known(deals[0]), await known(deals[1])];
        bad = { channel: gateways.channel, participants, open, expired, completed };
      });

      async function known(id = ''): Promise<acts.Deal> {
        const { terms } = (await gateways.marketplace.admin.deal(id)).deal;
        return { id, terms: present(terms).terms, buyer: participants.buyerAtA.person, recipientCode: '' };
      }

      it('each bad command of a list has its own code and writes nothing, the good one is taken', async () => {
        const list = await badAgreements(bad);
        const { publicKey } = await signerFor(participants.buyerAtA.person);
        const good = await signed(bad, participants.buyerAtA.person, {
          id: newId('link'),
          action: 'askLink',
          params: {
            bank: '10',
            currency: 'RUB',
            keyThumbprint: keyThumbprint(publicKey),
          },
        });
        const before = await gateways.marketplace.admin.deal(bad.open.id);
        const outcomes = await gateways.marketplace.admin.submit('agreement', [
          ...list.map(({ command }) => command),
          good,
        ]);
        const codes = outcomes.slice(0, -1).map((outcome) => (outcome.ok ? 'taken' : outcome.code));
        expect(Object.fromEntries(list.map(({ what }, index) => [what, codes[index]]))).to.deep.equal(
          Object.fromEntries(list.map(({ what, code }) => [what, code])),
        );
        expect(outcomes.at(-1)).to.include({ ok: true }).and.not.have.property('repeated');
        expect((await gateways.marketplace.admin.deal(bad.open.id)).deal).to.deep.equal(before.deal);
        expect(await booksBalance(gateways)).to.equal(true);
      });

      it('the same command sent again is answered as before', async () => {
        const command = await payment(bad, { amount: '500000' });
        const [first] = await gateways.marketplace.admin.submit('agreement', [command]);
        const [again] = await gateways.marketplace.admin.submit('agreement', [command]);
        expect([first?.ok, again]).to.deep.include(true);
        expect(again).to.include({ ok: true, repeated: true, id: present(first).id });
        await acts.giveCode(gateways, bad.open, { id: present(first).id, payer: participants.buyerAtB });
      });

      it('a payment beyond the price is refused at the admission', async () => {
        const price = bad.open.terms.offerTerms.price;
        const command = await payment(bad, { amount: price });
        const { id } = present(command.intent).body;
        const [outcome] = await gateways.marketplace.admin.submit('agreement', [command]);
        expect(outcome?.ok).to.equal(true);
        await acts.giveCode(gateways, bad.open, { id, payer: participants.buyerAtB });
        const view = await gateways.marketplace.admin.waitForDeal(bad.open.id, ({ payments }) =>
          payments.some(({ row, admission }) => row.id === id && admission !== null),
        );
        const admission = view.payments.find(({ row }) => row.id === id)?.admission;
        expect(admission).to.include({ status: 'refused', reason: 'OVERPAYMENT' });
      });

      it('of two who want the last one, the second finds no stock, and his bank is never asked', async () => {
        const plan = lastOne(participants);
        await putUpOffers(gateways, {
          moderator: staffOf(world.staff, gateways.marketplace).officer,
          plans: [plan],
        });
        const bought = [
          await acts.buy(gateways, participants.friendAtA, plan.id),
          await acts.buy(gateways, participants.buyerAtA, plan.id),
        ];
        const admissions: unknown[] = [];
        for (const [index, { deal }] of bought.entries()) {
          const payer = present([participants.friendAtA, participants.buyerAtA][index]);
          const planned = await acts.planPayment(gateways, deal, { payer, amount: '100000' });
          const { payment } = await acts.submit(gateways, deal, planned);
          // Goods are kept for payers who have confirmed.
          await acts.giveCode(gateways, deal, payment);
          const view = await gateways.marketplace.admin.waitForDeal(
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
        const { deal } = await acts.buy(gateways, participants.buyerAtB, participants.offers.wholePath.id);
        const plan = await acts.planPayment(gateways, deal, {
          payer: participants.buyerAtB,
          amount: '1240000',
        });
        const { payment: sent } = await acts.submit(gateways, deal, plan);
        await acts.giveCode(gateways, deal, sent);
        const view = await gateways.marketplace.admin.waitForDeal(
          deal.id,
          ({ payments }) => payments[0]?.row.status !== 'submitted',
        );
        expect(view.payments[0]?.row.status).to.equal('rejected');
        expect(JSON.stringify(view)).not.to.include('FUNDS');
      });

      it('another bank’s account, a foreign operator and a wrong lane are refused at a bank’s admin API', async () => {
        const [bankA, bankB] = [gateways.bank('10'), gateways.bank('20')];
        const operatorA = staffOf(world.staff, bankA).officer;
        const deposit = async (account: string, bank: string) => ({
          ...(await signed(bad, operatorA, {
            action: 'deposit',
            params: { bank, account, amount: '100', currency: 'RUB' },
          })),
          params: { operation: newId('operation') },
        });
        const mine = await deposit(participants.buyerAtA.account.number, '10');
        const at = async (bank: typeof bankA, command: typeof mine): Promise<string> => {
          const [result] = await bank.admin.dryRun([command]);
          return result?.ok === true ? 'taken' : (result?.code ?? '');
        };
        expect(await at(bankA, mine)).to.equal('taken');
        expect(await at(bankB, mine)).to.equal('WRONG_ORGANISATION');
        expect(await at(bankB, await deposit(participants.buyerAtB.account.number, '20'))).to.equal(
          'WRONG_ORGANISATION',
        );
        const seal = { action: 'closePayments', params: { deal: bad.open.id } } as unknown as typeof mine;
        expect(await at(bankA, seal)).to.equal('WRONG_LANE');
        const spent = [await deposit('10000000000000000', '10'), mine];
        const outcomes = await bankA.admin.submit('owner', spent);
        expect(outcomes.map((outcome) => (outcome.ok ? 'taken' : outcome.code))).to.deep.equal([
          'REFUSED',
          'taken',
        ]);
      });

      it('malformed lists and requests get a code and no stack', async () => {
        const { url, tokenPath } = present(system.context.adminApis[0]);
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
        const { deal } = await acts.buy(gateways, participants.friendAtA, participants.offers.wholePath.id);
        const plan = await acts.planPayment(gateways, deal, {
          payer: participants.friendAtA,
          amount: '500000',
        });
        const { payment: sent } = await acts.submit(gateways, deal, plan);
        const { admin } = gateways.bank('10');
        const subject = { kind: 'payment', deal: deal.id, payment: sent.id } as const;
        const { code } = await admin.waitForCode(participants.friendAtA.account.holder, subject);
        const wrong = code === '000000' ? '000001' : '000000';
        const refusal: unknown = await acts
          .authorise(gateways, sent, { deal: deal.id, code: wrong })
          .catch((error: unknown) => error);
        expect(refusal).to.be.instanceOf(ApiProblem);
        expect((refusal as ApiProblem).problem).to.deep.include({
          code: 'CODE_WRONG',
          values: { triesLeft: 4 },
        });
        await acts.authorise(gateways, sent, { deal: deal.id, code });
        await gateways.marketplace.admin.waitForDeal(
          deal.id,
          ({ payments }) => payments[0]?.row.status === 'held',
        );
        expect(await booksBalance(gateways)).to.equal(true);
      });
    });

    describe('after "down"', () => {
      let attestation: Attestation;

      before(async () => {
        await makeBalancesOdd(gateways, world, participants);
        const outcomes = await gateways.marketplace.admin.submit('agreement', [
          { action: 'makeMoney', params: { note: planted.text } },
          await signed({ channel: gateways.channel }, participants.buyerAtA.person, {
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
        const sums = await publicSums(gateways);
        const { consortium, folder } = system;
        const before = await ground.ledger.beforeDown(folder, consortium);
        expect((await system.down()).code).to.equal(0);
        expect(pids.filter((one) => isRunning({ pid: one }))).to.deep.equal([]);
        expect(processesNaming(system.folder.dir)).to.deep.equal([]);
        expect((await other.status()).ready).to.equal(true);
        const contents = before ?? (await ground.ledger.afterDown(folder, consortium));
        attestation = await gatherAttestation({ folder, consortium, publicSums: sums, ledger: contents });
      });

      it('there is enough to look for, and the scan finds what was planted and what owners hold themselves', () => {
        const count = (label: string): number =>
          attestation.secrets.filter((secret) => secret.label.startsWith(label)).length;
        const least = {
          'account number': 10,
          'one-time code': 12,
          'refund key': 4,
          // Customers of two plays may be namesakes; nobody has the name of another organisation's staff.
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

/**
 * A machine too busy for a scenario's four seconds gives it another course; it is then played again, as in the demo.
 */
function lastOne(participants: Participants): OfferPlan {
  return { ...participants.offers.wholePath, id: newId('offer'), price: '1000000', stock: 1 };
}

/** No balance shall be the same as a sum that blocks may show: everybody gets a deposit of his own. */
async function makeBalancesOdd(
  gateways: Gateways,
  world: SeededWorld,
  participants: Participants,
): Promise<void> {
  const payers = [participants.seller, participants.buyerAtA, participants.buyerAtB, participants.friendAtA];
  for (const bank of gateways.banks) {
    const accounts = [...payers.map(({ account }) => account), world.commissionAccount];
    const deposits = accounts
      .filter((account) => account.bank === bank.bankId)
      .map(async (account) => {
        const amount = String(randomInt(1_000_000, 9_000_000) * 10 + 7);
        const params = { bank: account.bank, account: account.number, amount, currency: 'RUB' };
        const { officer } = staffOf(world.staff, bank);
        return {
          ...(await signed({ channel: gateways.channel }, officer, { action: 'deposit', params })),
          params: { operation: newId('operation') },
        };
      });
    const commands = await Promise.all(deposits);
    await gateways.carryOut({ at: bank, lane: 'own', commands });
  }
}

const PUBLIC_SUMS = ['price', 'net', 'minimumPart', 'amount', 'most', 'fee'];

/** Sums that the ledger's public rows say: a balance that happens to be the same proves no leak. */
async function publicSums({ marketplace }: Gateways): Promise<ReadonlySet<string>> {
  const sums = new Set<string>();
  const collect = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [name, inner] of Object.entries(value)) {
      if (typeof inner === 'string' && PUBLIC_SUMS.includes(name)) sums.add(inner);
      else collect(inner);
    }
  };
  for (const kind of ['offer', 'shares', 'payment', 'invitation', 'credit', 'obligation'])
    collect(await marketplace.admin.list(kind));
  return sums;
}

function sums(outcome: string, payments: number, amounts: object) {
  const none = { paidToSeller: '0', commission: '0', interbankFees: '0', returned: '0' };
  return { id: '', outcome, payments, ...none, ...amounts };
}
