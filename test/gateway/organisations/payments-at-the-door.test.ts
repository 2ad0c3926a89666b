// Payers at a marketplace's web door on a real ledger: what one client may have open, and what a second payment meets.
import { expect } from 'chai';
import { ApiProblem } from '../../../gateway/sdk/api-client.js';
import { ClientConsortium } from '../../support/client-consortium.js';
import { inDatabase } from '../../support/database.js';
import { agreed, BANK_A, BANK_B, MARKETPLACE } from '../../support/member-access.js';
import { WireGround } from '../../support/wire-ground.js';
import {
  buyAtDoor,
  eventually,
  newWebClient,
  openMarket,
  payAtDoor,
  paymentRequest,
  type WebClient,
  type WebMarket,
} from '../support/web-clients.js';
import { openWebOrganisation } from '../support/web-organisation.js';

const START_LIMIT_MS = 120_000;
const LONG = { answerTimeMs: 600_000 };

async function problemOf(attempt: Promise<unknown>): Promise<ApiProblem['problem'] | null> {
  return attempt.then(
    () => null,
    (error: unknown) => {
      if (error instanceof ApiProblem) return error.problem;
      throw error;
    },
  );
}

describe('payments at the web door', function () {
  this.timeout(START_LIMIT_MS);
  let consortium: ClientConsortium;
  before(async () => {
    consortium = await ClientConsortium.open(await WireGround.start(30_000));
  });
  after(() => consortium.close());

  async function atMarket(
    run: (market: WebMarket) => Promise<void>,
    limits = { unpaidDeals: 5, unconfirmedPayments: 2 },
  ): Promise<void> {
    await inDatabase(async (database) => {
      const config = consortium.ground.config(MARKETPLACE);
      const ledger = consortium.ledger(MARKETPLACE);
      const web = await openWebOrganisation({ config, ledger, database, web: { limits } });
      try {
        await run(await openMarket(consortium, web));
      } finally {
        await web.close();
      }
    });
  }

  /** By the ledger, and in the tables of the door, which follow it. */
  async function admit({ session }: WebClient, deal: string, payment: string): Promise<void> {
    await consortium.run(agreed({ action: 'admitPayment', params: { deal, payment } }));
    await eventually(async () => {
      const { payments } = await session.api.call('getDeal', { path: { deal } });
      return payments.find(({ id }) => id === payment)?.place === 'admitted';
    });
  }

  it('a second payment into a deal waits until the first is confirmed; the same one is answered as before', () =>
    atMarket(async (market) => {
      const vera = await newWebClient(market, 'vera', { [BANK_A]: '2000000', [BANK_B]: '2000000' });
      const { terms } = await buyAtDoor(market, vera, await consortium.listOffer(LONG));
      const first = await paymentRequest(market, vera, terms, { msp: BANK_A, amount: '500000' });
      const path = { deal: terms.deal };
      const body = { intent: await vera.session.sign(first) };
      expect(await vera.session.api.call('submitPayment', { path, body })).to.include({ status: 'done' });
      const second = { msp: BANK_B, amount: '740000' };
      const refused = await problemOf(payAtDoor(market, vera, terms, second));
      expect(refused).to.deep.include({ code: 'PAYMENT_OPEN', status: 409 });
      expect(refused?.values).to.deep.equal({
        payment: first.id,
        operation: `/api/v1/operations/${first.id}`,
      });
      await admit(vera, terms.deal, first.id);
      expect(await payAtDoor(market, vera, terms, second)).to.include({ status: 'done' });
      expect(await vera.session.api.call('submitPayment', { path, body })).to.include({
        id: first.id,
        status: 'done',
      });
    }));

  it('a third payment without a confirmed one, in whatever deals, is refused', () =>
    atMarket(async (market) => {
      const nina = await newWebClient(market, 'nina', { [BANK_A]: '9000000' });
      const offer = await consortium.listOffer(LONG);
      const deals = [];
      for (let count = 0; count < 3; count += 1) deals.push((await buyAtDoor(market, nina, offer)).terms);
      const part = { msp: BANK_A, amount: '500000' };
      const [one, two, three] = deals;
      if (one === undefined || two === undefined || three === undefined) throw new Error('three deals');
      const first = await payAtDoor(market, nina, one, part);
      await payAtDoor(market, nina, two, part);
      expect(await problemOf(payAtDoor(market, nina, three, part))).to.deep.include({
        code: 'TOO_MANY_UNCONFIRMED',
        status: 429,
        values: { found: 2, most: 2 },
      });
      await admit(nina, one.deal, first.id);
      expect(await payAtDoor(market, nina, three, part)).to.include({ status: 'done' });
    }));

  it('of ten payments that are sent at once into ten deals, no more than the limit are taken', () =>
    atMarket(async (market) => {
      const zoe = await newWebClient(market, 'zoe', { [BANK_A]: '9000000' });
      const offer = await consortium.listOffer(LONG);
      const deals = [];
      for (let count = 0; count < 5; count += 1) deals.push((await buyAtDoor(market, zoe, offer)).terms);
      const requests = await Promise.all(
        deals.map(async (terms) => ({
          path: { deal: terms.deal },
          body: {
            intent: await zoe.session.sign(
              await paymentRequest(market, zoe, terms, { msp: BANK_A, amount: '500000' }),
            ),
          },
        })),
      );
      const codes = await Promise.all(
        [...requests, ...requests].map(
          async (request) =>
            (await problemOf(zoe.session.api.call('submitPayment', request, { waitS: 0 })))?.code ?? 'taken',
        ),
      );
      // Each was sent twice: the two that were taken are answered twice.
      expect(codes.filter((code) => code === 'taken')).to.have.length(4);
      expect(new Set(codes)).to.deep.equal(new Set(['taken', 'TOO_MANY_UNCONFIRMED']));
    }));

  it('a sixth unpaid deal is refused, and the limit is the one of the configuration', () =>
    atMarket(
      async (market) => {
        const lena = await newWebClient(market, 'lena', { [BANK_A]: '9000000' });
        const offer = await consortium.listOffer(LONG);
        await buyAtDoor(market, lena, offer);
        const { terms } = await buyAtDoor(market, lena, offer);
        expect(await problemOf(buyAtDoor(market, lena, offer))).to.deep.include({
          code: 'TOO_MANY_UNPAID',
          values: { found: 2, most: 2 },
        });
        await payAtDoor(market, lena, terms, { msp: BANK_A, amount: '1240000' });
        const { operation } = await buyAtDoor(market, lena, offer);
        expect(operation).to.include({ status: 'done' });
      },
      { unpaidDeals: 2, unconfirmedPayments: 2 },
    ));
});
