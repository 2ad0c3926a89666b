// Speed guarded by counts that no machine changes: conflicts on hot keys, lists, round trips, keys, signatures. The raw
// blocks count, not the client's counters alone.
import { expect } from 'chai';
import type { LedgerCounters } from '../../gateway/ledger/ledger-client.js';
import type { Command } from '../../chaincode/protocol/commands.js';
import { buy, type DealPlay } from '../support/deal-play.js';
import { transactionsOf, type LedgerTransaction } from '../support/ledger-blocks.js';
import { BANK_A, BANK_B, COURIER, MARKETPLACE, MEMBERS, type Step } from '../support/member-access.js';
import { altered, newId } from '../support/people.js';
import { WireGround } from '../support/wire-ground.js';
import { ClientConsortium } from '../support/client-consortium.js';
import { present, type TestClient } from '../support/test-consortium.js';
import { accountOf, post, newPayers, send, wholeDeal } from './load-day.js';

const PAYERS = 50;
const PAYMENTS = 200;
/** Small lists, so that many transactions are in flight at a time. */
const SMALL_LISTS = { listCost: 80, gatherMs: 25 };
/** The worked example: 5 % of 12 400.00 RUB. */
const PRICE = 1_240_000n;
const COMMISSION = 62_000n;
const MONEY = 10_000_000n;
/**
 * Keys of the worked example's nineteen transactions, as counted in the blocks; a change needs its reason here. They
 * hold the definition's keys as well, which a peer reads for every chaincode and collection that is used, the
 * used-intent marker of each intent that a bank proves again, and what a bank has said of a payment, to its peer and
 * in every admission of the deal's next one. Each submission asks whether the payment's id is free; markPaid and each
 * bank's first yes open the shares that the terms hide. Each bank keeps one record of the deal: made with its yes,
 * written again with what it has proved, and when its payment ends. Each credit proves the deal and the payment again,
 * counts what it takes on the other bank's word, and is entered in the journal; posting removes what was pending.
 */
const KEYS = { reads: 336, writes: 68, rangeQueries: 0 };

describe('what commands cost on the ledger', function () {
  this.timeout(240_000);
  let ground: WireGround;
  let consortium: ClientConsortium;

  before(async () => {
    ground = await WireGround.start(30_000);
    consortium = await ClientConsortium.open(ground, { limits: SMALL_LISTS });
  });

  after(() => ground.stop());

  /** The newest block: one more transaction shows it. */
  async function height(): Promise<number> {
    const { account } = present(consortium.alice.accounts[BANK_A]);
    const [outcome] = await consortium
      .ledger(BANK_A)
      .submit('owner', [consortium.depositOf(BANK_A, account, '1')]);
    return present(outcome?.block);
  }

  /** What `work` brought into the blocks, without the transactions that frame it. */
  async function broughtBy(work: () => Promise<unknown>): Promise<LedgerTransaction[]> {
    const first = await height();
    await work();
    const last = await height();
    return transactionsOf(await ground.blocks(first + 1, last)).filter(({ block }) => block < last);
  }

  function askLink(person = consortium.alice.person): Command {
    const params = { bank: '10', currency: 'RUB', keyThumbprint: person.thumbprint };
    return consortium.signed(person, 'askLink', params, { id: newId('link') });
  }

  describe('a list of a hundred commands with three bad ones', () => {
    it('commits ninety-seven in one transaction of the agreement lane, and says which three and why', async () => {
      const commands = Array.from({ length: 100 }, () => askLink());
      const [forged, foreign] = [
        askLink(),
        consortium.signed(consortium.alice.person, 'askLink', unknownBank()),
      ];
      const intent = present(forged.intent);
      commands[10] = { ...forged, intent: altered(intent, { currency: 'USD' }) };
      commands[50] = foreign;
      commands[99] = { action: 'makeMoney', params: {} };
      const client = await ground.client(MARKETPLACE, { limits: { listCost: 100_000 } });
      let outcomes: Awaited<ReturnType<typeof client.submit>> = [];
      const transactions = await broughtBy(
        async () => (outcomes = await client.submit('agreement', commands)),
      );
      expect(transactions.map(({ code, commands: count }) => [code, count])).to.deep.equal([[0, 100]]);
      const refused = outcomes.flatMap((outcome, index) => (outcome.ok ? [] : [[index, outcome.code]]));
      expect(refused).to.deep.equal([
        [10, 'BAD_SIGNATURE'],
        [50, 'NOT_FOUND'],
        [99, 'BAD_INPUT'],
      ]);
      const links = await client.rows(outcomes.slice(0, 99).map(({ id }) => `link/${id}`));
      expect(Object.values(links).filter((row) => row !== null)).to.have.length(97);
      expect(client.counters).to.include({ transactions: 1, endorseCalls: 1, submitCalls: 1, retries: 0 });
    });

    it('commits ninety-seven in the owner lane, whose refusals show the public nothing', async () => {
      const { account } = present(consortium.alice.accounts[BANK_B]);
      const before = BigInt((await consortium.balance(BANK_B, account)).available);
      const commands = Array.from({ length: 100 }, () => consortium.depositOf(BANK_B, account, '1'));
      commands[0] = consortium.depositOf(BANK_B, account, '01');
      commands[1] = consortium.depositOf(BANK_B, account, '-1');
      commands[2] = consortium.depositOf(BANK_B, '20000000000000000', '1');
      const client = await ground.client(BANK_B, { limits: { listCost: 100_000 } });
      let outcomes: Awaited<ReturnType<typeof client.submit>> = [];
      const transactions = await broughtBy(async () => (outcomes = await client.submit('owner', commands)));
      expect(transactions.map(({ code, commands: count }) => [code, count])).to.deep.equal([[0, 100]]);
      expect(outcomes.flatMap(({ ok }, index) => (ok ? [] : [index]))).to.deep.equal([0, 1, 2]);
      expect(BigInt((await consortium.balance(BANK_B, account)).available) - before).to.equal(97n);
    });
  });

  describe('one deal of two payments, each step sent alone', () => {
    let transactions: LedgerTransaction[];
    let counted: ReadonlyMap<string, LedgerCounters>;
    let earlier: ReadonlyMap<string, LedgerCounters>;

    before(async () => {
      const offer = await consortium.listOffer({ answerTimeMs: 600_000 });
      const counters = () => new Map(MEMBERS.map((msp) => [msp, consortium.ledger(msp).counters]));
      transactions = await broughtBy(async () => {
        earlier = counters();
        await workedDeal(offer);
        counted = counters();
      });
    });

    async function workedDeal(offer: string): Promise<DealPlay> {
      const deal = await buy(consortium, { offer });
      const one = async (...steps: readonly Step[]): Promise<void> => {
        for (const step of steps) await send(consortium, [step]);
      };
      await one(await deal.submission(BANK_A, '500000'), await deal.submission(BANK_B, '740000'));
      const [first, second] = deal.payments.map(({ id }) => id);
      const payments = [present(first), present(second)] as const;
      await one(
        ...payments.map((payment) => deal.admit(payment)),
        ...payments.map((payment) => deal.answer(payment, 'yes')),
      );
      await one(deal.markPaid(), deal.acceptParcel(), deal.deliver(), deal.acceptGoods());
      await one(...deal.records(), ...payments.map((payment) => deal.capture(payment)));
      await one(...(await deal.credits()), deal.complete());
      return deal;
    }

    function grown(name: keyof LedgerCounters): number {
      return MEMBERS.reduce(
        (sum, msp) => sum + present(counted.get(msp))[name] - present(earlier.get(msp))[name],
        0,
      );
    }

    it('is nineteen commands in nineteen transactions, each endorsed and submitted once', () => {
      expect(transactions.map(({ code, commands }) => [code, commands])).to.deep.equal(
        Array.from({ length: 19 }, () => [0, 1]),
      );
      for (const name of ['commands', 'transactions', 'endorseCalls', 'submitCalls'] as const) {
        expect(grown(name), name).to.equal(19);
      }
    });

    it('asks the peer for no commit: one block stream reports them all', () => {
      expect(grown('commitStatusCalls')).to.equal(0);
      expect(grown('conflicts') + grown('retries')).to.equal(0);
    });

    it('bears two organisations’ signatures in the agreement lane and the owner’s alone in the other', () => {
      const signatures = (lane: string) =>
        transactions.filter((one) => one.lane === lane).map(({ endorsers }) => endorsers);
      expect(signatures('agreement')).to.deep.equal(Array.from({ length: 8 }, () => 2));
      expect(signatures('owner')).to.deep.equal(Array.from({ length: 11 }, () => 1));
    });

    it('reads and writes exactly so many keys', () => {
      const keys = { reads: 0, writes: 0, rangeQueries: 0 };
      for (const { reads, writes, rangeQueries } of transactions) {
        keys.reads += reads;
        keys.writes += writes;
        keys.rangeQueries += rangeQueries;
      }
      expect(keys).to.deep.equal(KEYS);
    });
  });

  describe('two hundred payments to one seller from fifty payers, all with commission', () => {
    let payers: TestClient[];
    let transactions: LedgerTransaction[];
    let startingBooks: { readonly seller: bigint; readonly commission: bigint };

    before(async () => {
      payers = await newPayers(consortium, PAYERS, String(MONEY));
      const offer = await consortium.listOffer({ stock: PAYMENTS, answerTimeMs: 600_000 });
      startingBooks = await takings();
      transactions = await broughtBy(() =>
        Promise.all(
          Array.from({ length: PAYMENTS }, (_, index) =>
            wholeDeal(consortium, offer, present(payers[index % PAYERS])),
          ),
        ),
      );
    });

    /** What seller and marketplace have received so far, all of it posted. */
    async function takings(): Promise<{ readonly seller: bigint; readonly commission: bigint }> {
      const seller = accountOf(consortium.bob);
      const link = present(await consortium.row('parameters')).commissionLinks['RUB'] ?? '';
      const known = await consortium.privately<{ readonly account: string }>(BANK_A, { about: 'link', link });
      const commission = { msp: BANK_A, bank: '10', account: known.account, holder: '', link };
      const received = async (one: typeof seller): Promise<bigint> => {
        await post(consortium, one);
        return BigInt((await consortium.balance(one.msp, one.account)).available);
      };
      return { seller: await received(seller), commission: await received(commission) };
    }

    it('leave no conflict code in the blocks, and no transaction had to be sent twice', () => {
      const codes = new Map<number, number>();
      for (const { code } of transactions) codes.set(code, (codes.get(code) ?? 0) + 1);
      expect([...codes]).to.deep.equal([[0, transactions.length]]);
      for (const msp of MEMBERS) {
        expect(consortium.ledger(msp).counters, msp).to.include({ conflicts: 0, retries: 0 });
      }
    });

    it('had at least sixteen transactions in flight at one client', () => {
      expect(consortium.ledger(MARKETPLACE).counters.mostInFlight).to.be.at.least(16);
    });

    it('took thirteen commands each, in lists that halve the transactions', () => {
      const commands = transactions.reduce((sum, transaction) => sum + transaction.commands, 0);
      expect(commands).to.equal(PAYMENTS * 13);
      expect(transactions.length).to.be.below(commands / 2);
      expect(consortium.ledger(COURIER).counters.commands).to.be.at.least(PAYMENTS * 2);
    });

    it('bring the seller every net sum and the marketplace every commission; all books sum to zero', async () => {
      const { seller, commission } = await takings();
      expect(seller - startingBooks.seller).to.equal((PRICE - COMMISSION) * BigInt(PAYMENTS));
      expect(commission - startingBooks.commission).to.equal(COMMISSION * BigInt(PAYMENTS));
      for (const msp of [BANK_A, BANK_B]) {
        const { sum, accounts } = await consortium.trialBalance(msp);
        expect(sum).to.equal('0');
        expect(Object.values(accounts).reduce((total, amount) => total + BigInt(amount), 0n)).to.equal(0n);
      }
    });

    it('cost each payer exactly what he paid and its fee', async () => {
      for (const payer of payers) {
        const { msp, account } = accountOf(payer);
        const fee = msp === BANK_A ? (PRICE * 150n) / 10_000n : 0n;
        const { available, held } = await consortium.balance(msp, account);
        const spent = (PRICE + fee) * BigInt(PAYMENTS / PAYERS);
        expect([available, held]).to.deep.equal([String(MONEY - spent), '0']);
      }
    });
  });

  function unknownBank() {
    return { bank: '77', currency: 'RUB', keyThumbprint: consortium.alice.person.thumbprint };
  }
});
