// Verify finds steps of a deal that two members took though the rules refuse them, or refused against the rules.
import { expect } from 'chai';
import { sharesHash } from '../../chaincode/protocol/shares.js';
import { rowKey } from '../../chaincode/protocol/rows.js';
import { draftOffer, moderateOffer } from '../../gateway/sdk/commands/offers.js';
import { buy, type DealPlay } from '../support/deal-play.js';
import { agreed, BANK_A } from '../support/member-access.js';
import { newId, type Person } from '../support/people.js';
import { type EngineConsortium, openConsortium, present, workedOffer } from '../support/test-consortium.js';
import { type Forged, Forging, foundingOf, written } from './forging.js';

const YEAR_2128 = Date.UTC(2128, 0, 1);

describe('verify: agreements that the rules do not make', function () {
  this.timeout(60_000);
  let consortium: EngineConsortium;
  let forging: Forging;
  beforeEach(async () => {
    consortium = await openConsortium();
    forging = new Forging(consortium);
  });
  afterEach(() => consortium.close());

  const bought = async (): Promise<DealPlay> => buy(consortium, { offer: await consortium.listOffer() });

  /** A step of the deal with its real command, and what forgers write for it. */
  const step = (
    command: { readonly action: string; readonly params?: object },
    ...writes: Forged['writes']
  ) => forging.forge({ ...command, writes } as Forged);

  it('what altered chaincode writes as the rules say it: nothing', async () => {
    const deal = await bought();
    await deal.submit(BANK_A, '500000');
    consortium.advance(1_000_000);
    await step(deal.closePayments().command, phase(deal, 'paymentsClosed'));
    expect(await forging.found()).to.deep.equal([]);
  });

  it('payments closed right after the purchase', async () => {
    const deal = await bought();
    await step(deal.closePayments().command, phase(deal, 'paymentsClosed'));
    await forging.expectRules(
      `closePayments: phase/${deal.id} not written: the command is refused, TOO_EARLY`,
    );
  });

  it('an admission closed at once', async () => {
    const deal = await bought();
    const payment = await deal.submit(BANK_A, '500000');
    await consortium.run(deal.admit(payment));
    const key = rowKey('admission', deal.id, payment);
    const row = present(await consortium.row('admission', deal.id, payment));
    await step(deal.close(payment).command, written(key, { ...row, status: 'closed' }));
    await forging.expectRules(`closeAdmission: ${key} not written: the command is refused, TOO_EARLY`);
  });

  it('a payment refused for want of stock that is there', async () => {
    const deal = await bought();
    const payment = await deal.submit(BANK_A, '500000');
    const key = rowKey('admission', deal.id, payment);
    const answerBy = consortium.now() + deal.terms.offerTerms.answerTimeMs;
    const row = { v: 1, payment, deal: deal.id, status: 'refused', answerBy, reason: 'NO_STOCK' };
    await step(deal.admit(payment).command, written(key, row));
    await forging.expectRules(
      `admitPayment: ${key} with reason "NO_STOCK", status "refused" | `,
      `admitPayment: ${key} with reason null, status "admitted"`,
      `admitPayment: reservation/${deal.id} not written | `,
    );
  });

  it('an offer approved by its seller, by who is no moderator, or by nobody', async () => {
    const eve = await consortium.newClient('eve', { [BANK_A]: '0' }, ['client', 'moderator']);
    const offer = newId('offer');
    await consortium.run(agreed(consortium.asked(eve.person, draftOffer(workedOffer(), offer))));
    const key = rowKey('offer', offer);
    const draft = present(await consortium.row('offer', offer));
    const request = moderateOffer({ offer, version: draft.version }, { commissionBasisPoints: null });
    const approval = (by: Person): Forged => {
      const command = consortium.asked(by, request);
      const sharesNonce = present(command.intent).body.params['sharesNonce'] ?? null;
      return { ...command, writes: [written(key, { ...draft, status: 'approved', sharesNonce })] };
    };
    const refused = `moderateOffer: ${key} not written: the command is refused, `;
    await forging.forge(approval(eve.person));
    await forging.expectRules(`${refused}OWN_OFFER`);
    await forging.forge({ action: 'moderateOffer', writes: [written(key, draft)] });
    await forging.forge(approval(consortium.bob.person));
    await forging.expectRules(`${refused}WRONG_ROLE {"needed":"moderator"}`);
    const { writes } = approval(eve.person);
    await forging.forge({ action: 'moderateOffer', writes });
    await forging.expectRules(`${refused}BAD_INPUT {"at":"[0]","found":"neither","needed":"intent"}`);
  });

  it('a person registered by a machine that registers nobody', async () => {
    const id = newId('person');
    const row = { v: 1, id, owner: BANK_A, status: 'new', key: null, roles: [] };
    const writes = [written(rowKey('person', id), row, BANK_A)];
    await forging.forge({ action: 'registerPerson', params: { person: id }, writes });
    await forging.expectRules(`registerPerson: person/${id} not written: the command is refused, WRONG_ROLE`);
  });

  it('an inspection from the year 2128', async () => {
    const deal = await bought();
    await deal.playTo('delivered');
    const row = { v: 1, deal: deal.id, status: 'started', startedAt: YEAR_2128, acceptance: null };
    const key = rowKey('inspection', deal.id);
    await step(deal.startInspection().command, written(key, row));
    await forging.expectRules(
      `startInspection: ${key} with startedAt ${String(YEAR_2128)} | `,
      `startInspection: ${key} with startedAt ${String(consortium.now())}`,
    );
  });

  it('parameters rewritten by any command', async () => {
    const deal = await bought();
    consortium.advance(1_000_000);
    const row = { ...present(await consortium.row('parameters')), windowMs: 2_000 };
    await step(deal.closePayments().command, phase(deal, 'paymentsClosed'), written('parameters', row));
    await forging.expectRules(' | closePayments: parameters not written');
  });

  it('a step that the rules take, called refused: the event, and the answer', async () => {
    const deal = await bought();
    consortium.advance(1_000_000);
    await forging.refuse(deal.closePayments().command, 'TOO_EARLY');
    await forging.expectRules(
      `closePayments: phase/${deal.id} not written | `,
      'closePayments: the event says {"action":"closePayments","result":{"code":"TOO_EARLY"',
    );
  });

  it('an answer that is not the one in the event', async () => {
    const deal = await bought();
    consortium.advance(1_000_000);
    await forging.answer('[]', deal.closePayments().command, [phase(deal, 'paymentsClosed')]);
    await forging.expectRules('the answer [] | ');
  });

  it('a right step under the certificate of a machine that may not give it', async () => {
    const row = present(await consortium.row('parameters'));
    await forging.forge(foundingOf(row));
    await forging.expectRules('the command is refused, WRONG_ROLE {"found":"gateway","needed":["admin"]}');
  });

  it('a list that is none: it is refused as a whole', async () => {
    const deal = await bought();
    consortium.advance(1_000_000);
    await forging.forgeText('{"no":"list"}', [phase(deal, 'paymentsClosed')]);
    await forging.expectRules('the list is refused, BAD_INPUT');
  });

  it('shares under other numbers, in a list beside an honest neighbour', async () => {
    const deal = await bought();
    const { offerTerms } = deal.terms;
    const opened = present(await consortium.row('shares', offerTerms.sharesHash));
    const other = { ...opened, net: '1' };
    const key = rowKey('shares', sharesHash(other));
    consortium.advance(1_000_000);
    const honest = { ...deal.closePayments().command, writes: [phase(deal, 'paymentsClosed')] } as Forged;
    await forging.forge(honest, {
      action: 'listOffer',
      writes: [written(key, { ...other, hash: sharesHash(other) })],
    });
    const texts = await forging.texts();
    expect(texts).to.include(`listOffer: ${key} not written`);
    expect(texts).not.to.include('closePayments: phase');
  });

  function phase(deal: DealPlay, status: string): Forged['writes'][number] {
    const row = { v: 1, deal: deal.id, status, at: consortium.now(), cancelledBy: null };
    return written(rowKey('phase', deal.id), row);
  }
});
