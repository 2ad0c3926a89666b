// Two members spoil one shared row of a deal in any phase: commands about it are refused, those beside them go on.
import { expect } from 'chai';
import { canonicalJson, type Json } from '../../../chaincode/protocol/canonical-json.js';
import { isOwnedKind, rowKey } from '../../../chaincode/protocol/rows.js';
import { buy, type DealPlay, type Stage, STAGES } from '../../support/deal-play.js';
import { agreed, BANK_A, COURIER, MARKETPLACE, type Step } from '../../support/member-access.js';
import { newId } from '../../support/people.js';
import { codeOf } from '../../support/refusals.js';
import {
  type EngineConsortium,
  openConsortium,
  present,
  workedOffer,
} from '../../support/test-consortium.js';

const SPOILED = ['{}', '{"v":1}', 'null', '[]', '"text"', '-1', 'no JSON'] as const;

describe('a deal with a spoiled row', () => {
  let consortium: EngineConsortium;
  let offer: string;
  before(async () => {
    consortium = await openConsortium();
    offer = await consortium.listOffer({ stock: 100 });
    const { ForgingContract } = await import('./forging-contract.js');
    for (const msp of [MARKETPLACE, COURIER]) {
      consortium.network.alterChaincode(msp, [...consortium.contracts, ForgingContract]);
    }
  });
  after(() => consortium.close());

  for (const stage of STAGES.filter((each) => each !== 'shipped' && each !== 'captured')) {
    it(`spoils no neighbour once it is ${stage}`, async () => {
      const deal = await (await buy(consortium, { offer })).playTo(stage);
      const keys = await sharedKeys(deal);
      expect(keys.length).to.be.greaterThan(2);
      for (const [index, key] of keys.entries()) {
        const genuine = canonicalJson((await rowAt(key)) as Json);
        await forge(key, SPOILED[index % SPOILED.length] ?? '{}');
        await expectNeighbourUntouched(deal, `${key} ${stage}`);
        await forge(key, genuine);
      }
      await playOn(deal, stage);
    });
  }

  /** Steps of the agreement lane about the deal, with a stranger's offer in their midst; then the owners' steps. */
  async function expectNeighbourUntouched(deal: DealPlay, what: string): Promise<void> {
    const id = newId('offer');
    const neighbour = consortium.signed(consortium.bob.person, 'draftOffer', workedOffer(), { id });
    const ids = deal.payments.map((payment) => payment.id);
    const steps: Step[] = [
      ...ids.flatMap((payment) => [deal.admit(payment), deal.close(payment)]),
      ...[deal.startInspection(), deal.acceptGoods(), deal.closePayments(), deal.expire(), deal.complete()],
    ];
    const commands = steps.map(({ command }) => command);
    const list = [...commands.slice(0, 1), neighbour, ...commands.slice(1)];
    const evaluated = await consortium.network.endorse(
      await consortium.client(MARKETPLACE),
      'agreement:apply',
      [canonicalJson(list as unknown as Json)],
    );
    const text = Buffer.from(evaluated.envelope.getPayload_asU8()).toString('utf8');
    expect(text, what).to.contain(`{"id":"${id}","ok":true}`);
    for (const payment of ids.slice(0, 1)) {
      for (const step of [deal.answer(payment, 'yes'), deal.capture(payment), deal.giveBack(payment)]) {
        const [result] = await consortium.tryOwn(present(step.msp), [step.command]);
        expect(codeOf(result), what).to.match(/^[A-Za-z_]+$/);
      }
    }
  }

  /** The rows that no organisation owns, of the deal and of what it rests on. */
  async function sharedKeys(deal: DealPlay): Promise<string[]> {
    const { offerTerms, buyer } = deal.terms;
    const view = await consortium.deal(deal.id);
    const keys = [
      ...(['terms', 'phase', 'reservation', 'plan', 'inspection'] as const).map((kind) =>
        rowKey(kind, deal.id),
      ),
      ...deal.payments.map(({ id }) => rowKey('admission', deal.id, id)),
      ...view.obligations.map(({ payment, payee }) => rowKey('obligation', deal.id, payment, payee)),
      ...deal.payments.map(({ id }) => rowKey('usedIntent', buyer, id)),
      ...[rowKey('stock', offer), rowKey('shares', offerTerms.sharesHash), rowKey('offer', offer)],
    ];
    const found: string[] = [];
    for (const key of keys) if ((await rowAt(key)) !== null) found.push(key);
    expect(found.every((key) => !isOwnedKind(key.split('/')[0] ?? ''))).to.equal(true);
    return found;
  }

  async function rowAt(key: string): Promise<unknown> {
    const client = await consortium.client(MARKETPLACE);
    const bytes = await consortium.network.evaluate(client, MARKETPLACE, 'query:rows', [
      canonicalJson([key]),
    ]);
    return (JSON.parse(bytes.toString('utf8')) as { readonly [name: string]: unknown })[key] ?? null;
  }

  /** With its rows as they were the deal goes on. */
  async function playOn(deal: DealPlay, stage: Stage): Promise<void> {
    const next: { readonly [S in Stage]: () => Promise<unknown> } = {
      bought: () => deal.pay(BANK_A, '500000'),
      held: () => consortium.run(deal.markPaid()),
      paid: () => consortium.run(deal.acceptParcel()),
      shipped: () => consortium.run(deal.deliver()),
      delivered: () => consortium.run(deal.acceptGoods()),
      accepted: () => consortium.run(...deal.payments.map(({ id }) => deal.capture(id))),
      captured: async () => consortium.run(...(await deal.credits())),
      credited: () => consortium.run(deal.complete()),
      completed: () => Promise.resolve(),
    };
    await next[stage]();
    expect(codeOf(await consortium.attempt(agreed(deal.purchase.command)))).to.equal('ok');
  }

  async function forge(key: string, text: string): Promise<void> {
    const client = await consortium.client(MARKETPLACE);
    const endorsers = [MARKETPLACE, COURIER];
    const { code } = await consortium.network.submit(client, 'forging:write', [key, text, ''], { endorsers });
    expect(code, `forging ${key}`).to.equal(0);
  }
});
