// Ten banks, a marketplace and a courier: one deal paid from five banks, to the unit, and verified.
import { expect } from 'chai';
import type { DealView } from '../../chaincode/protocol/queries.js';
import * as acts from '../support/admin-acts.js';
import { enrol, linkAccounts, openAccounts, planAccount } from '../../demo/enrolment.js';
import { GOODS } from '../../demo/names.js';
import { putUpOffers } from '../../demo/offers.js';
import { staffOf } from '../../demo/organisations.js';
import { newId } from '../../gateway/sdk/ids.js';
import { makePerson } from '../../demo/people.js';
import { reportOf } from '../../demo/report.js';
import { Gateways } from '../../demo/gateways.js';
import { seed, openSeed, type SeededWorld } from '../../demo/seed.js';
import { RunningSystem } from './running-system.js';

const CONSORTIUM_FILE = 'network/examples/ten-banks.yaml';
const WAIT_MS = 60_000;
const PRICE = '1240000';
const SELLERS_BANK = '20';
/** What each of the five banks is asked to pay, and its tariff's 1.5 % on top; minor units. */
const PAYMENTS = [
  { bank: '10', amount: '300000', fee: '4500' },
  { bank: '30', amount: '200000', fee: '3000' },
  { bank: '50', amount: '240000', fee: '3600' },
  { bank: '70', amount: '150000', fee: '2250' },
  { bank: '91', amount: '350000', fee: '5250' },
] as const;
const DEPOSIT = 1_000_000n;

describe('ten banks', function () {
  this.timeout(400_000);
  let system: RunningSystem;
  let gateways: Gateways;
  let world: SeededWorld;
  let payers: acts.Payer[];
  let deal: acts.Deal;
  let seller: acts.Payer;

  before(async () => {
    system = await RunningSystem.up(CONSORTIUM_FILE);
    const print = (): void => undefined;
    await seed(system.context, { print });
    gateways = await Gateways.open(system.context, print);
    world = openSeed(system.context);
    await enrolParties();
  });

  after(() => system.remove());

  /** A buyer with money at five banks, and a seller at a sixth. */
  async function enrolParties(): Promise<void> {
    const buyer = await makePerson({ en: 'Alisa Lebedeva', ru: 'Алиса Лебедева' }, 'buyer');
    const vendor = await makePerson({ en: 'Bogdan Ozerov', ru: 'Богдан Озеров' }, 'seller');
    payers = PAYMENTS.map(({ bank }) => ({
      person: buyer,
      account: planAccount(buyer, bank, DEPOSIT.toString()),
    }));
    seller = { person: vendor, account: planAccount(vendor, SELLERS_BANK, '0') };
    const people = [buyer, vendor];
    const accounts = [...payers.map(({ account }) => account), seller.account];
    const { administrator } = staffOf(world.staff, gateways.marketplace);
    const enrolments = people.map((person) => ({ person, roles: ['client'] as const }));
    await enrol(gateways, gateways.marketplace, { administrator, enrolments });
    for (const bank of gateways.banks) {
      const own = accounts.filter((account) => account.bank === bank.bankId);
      const { officer: operator } = staffOf(world.staff, bank);
      await openAccounts(gateways, bank, { operator, accounts: own, people });
    }
    await linkAccounts(gateways, { accounts, people });
  }

  const waitFor = (holds: (view: DealView) => boolean): Promise<DealView> =>
    gateways.marketplace.admin.waitForDeal(deal.id, holds, WAIT_MS);

  async function pay(payer: acts.Payer, amount: string): Promise<void> {
    const payment = await acts.submit(gateways, deal, { payer, amount });
    await acts.giveCode(gateways, payer, { deal: deal.id, payment });
  }

  it('are twelve members, ten of them banks, each with its own admin API', async () => {
    const { members } = await system.status();
    expect(members).to.have.length(12);
    expect(gateways.banks).to.have.length(10);
  });

  it('a deal paid from five banks at once is paid out to the unit', async () => {
    const offer = newId('offer');
    await putUpOffers(gateways, {
      moderator: staffOf(world.staff, gateways.marketplace).officer,
      plans: [
        {
          id: offer,
          seller: seller.person,
          payTo: seller.account,
          goods: GOODS.bicycle,
          price: PRICE,
          stock: 1,
          payTimeMs: WAIT_MS,
          answerTimeMs: 30_000,
          inspectionTimeMs: WAIT_MS,
        },
      ],
    });
    const [first] = payers;
    if (first === undefined) throw new Error('there are five payers');
    deal = await acts.buy(gateways, first, offer);
    await Promise.all(payers.map((payer, index) => pay(payer, PAYMENTS[index]?.amount ?? '')));
    await waitFor(({ phase }) => phase?.status === 'paid');
    const { officer: agent } = staffOf(world.staff, gateways.courier);
    await acts.acceptParcel(gateways, deal, agent);
    await acts.deliver(gateways, deal, agent);
    await acts.acceptGoods(gateways, deal);
    await waitFor(({ phase }) => phase?.status === 'completed');
    const report = await reportOf(gateways, [deal.id]);
    expect(report.deals).to.deep.equal([
      {
        id: deal.id,
        outcome: 'completed',
        payments: 5,
        paidToSeller: '1178000',
        commission: '62000',
        interbankFees: '18600',
        returned: '0',
      },
    ]);
    expect(report.balanced).to.equal(true);
  });

  it('each payer is charged his payment and his fee, nothing more', async () => {
    for (const [index, { bank, amount, fee }] of PAYMENTS.entries()) {
      const balance = await gateways.bank(bank).admin.balance(payers[index]?.account.number ?? '');
      expect(BigInt(balance.available), `bank ${bank}`).to.equal(DEPOSIT - BigInt(amount) - BigInt(fee));
      expect(balance.held).to.equal('0');
    }
  });

  it('verify finds nothing, by the marketplace, by a bank that paid and by one that did not', async () => {
    for (const org of [undefined, 'bank-c.example', 'bank-d.example']) {
      const report = await system.verify(org);
      expect(report.findings).to.deep.equal([]);
      expect(report.ok).to.equal(true);
    }
  });
});
