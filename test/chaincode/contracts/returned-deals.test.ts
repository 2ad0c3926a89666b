// A paid deal whose money goes back: by the seller's word, or because it was not shipped or not delivered in time.
import { expect } from 'chai';
import { overdueFrom, unshippedFrom } from '../../../chaincode/protocol/deal-times.js';
import { codeOf } from '../../attack/colluding-members.js';
import { buy, type DealPlay } from '../../support/deal-play.js';
import { BANK_A } from '../../support/member-access.js';
import { type EngineConsortium, openConsortium, present } from '../../support/test-consortium.js';

describe('a paid deal whose money goes back', function () {
  this.timeout(60_000);
  let consortium: EngineConsortium;
  let offer: string;
  before(async () => {
    consortium = await openConsortium();
    offer = await consortium.listOffer({ inspectionTimeMs: 60_000 });
  });
  after(() => consortium.close());

  const refusal = async (...of: Parameters<EngineConsortium['attempt']>) =>
    codeOf(await consortium.attempt(...of));
  const balance = async () => consortium.balance(BANK_A, present(consortium.alice.accounts[BANK_A]).account);
  const at = async (stage: 'held' | 'paid' | 'shipped' | 'delivered' | 'accepted') =>
    (await buy(consortium, { offer })).playTo(stage);

  async function giveBack(deal: DealPlay): Promise<void> {
    await consortium.run(...deal.payments.map(({ id }) => deal.giveBack(id)));
    await consortium.run(deal.complete());
    expect((await consortium.row('phase', deal.id))?.status).to.equal('completed');
    const { payments } = await consortium.deal(deal.id);
    expect(payments.map(({ row }) => row.status)).to.deep.equal(['voided', 'voided']);
  }

  it('conceded by the seller: at once, at both banks, with its fee, and the buyer accepts no more', async () => {
    const before = await balance();
    const deal = await at('delivered');
    await consortium.run(deal.startInspection(), deal.concede());
    expect(await refusal(deal.acceptGoods())).to.equal('WRONG_STATE');
    expect(await refusal(deal.concede())).to.equal('WRONG_STATE');
    // The ledger took no acceptance, so the banks' workers hand none in.
    await consortium.run(...deal.records(null));
    expect(await refusal(deal.capture(present(deal.payments[0]).id))).to.equal('NOT_DUE');
    await giveBack(deal);
    expect(await balance()).to.deep.equal(before);
  });

  it('is conceded by nobody else, not before it is paid, nor after the buyer accepted or had his time', async () => {
    const deal = await at('paid');
    expect(await refusal(deal.concede(consortium.alice))).to.equal('WRONG_ROLE');
    expect(await refusal((await at('held')).concede())).to.equal('WRONG_STATE');
    expect(await refusal((await at('accepted')).concede())).to.equal('WRONG_STATE');
    const inspected = await at('delivered');
    await consortium.run(inspected.startInspection());
    consortium.advance(60_000);
    expect(await refusal(inspected.concede())).to.equal('TOO_LATE');
  });

  it('not shipped in time: any member says so, and each bank counts the time itself', async () => {
    const deal = await at('paid');
    await consortium.run(...deal.records());
    const due = unshippedFrom(present(await consortium.row('phase', deal.id)).at, deal.terms);
    consortium.advanceTo(due - 1);
    expect(await refusal(deal.decide('unshipped'))).to.equal('NOT_DUE');
    consortium.advanceTo(due + 1_000);
    await consortium.run(deal.decide('unshipped'));
    expect(await consortium.attempt(deal.decide('unshipped'))).to.include({ ok: true, repeated: true });
    await giveBack(deal);
    expect(await refusal(deal.acceptParcel())).to.equal('WRONG_STATE');
  });

  it('on its way for too long: overdue, and handed over to nobody once a bank has given back', async () => {
    const deal = await at('shipped');
    await consortium.run(...deal.records());
    const due = overdueFrom(present(await consortium.row('phase', deal.id)).at, deal.terms);
    expect(await refusal(deal.decide('unshipped'))).to.equal('WRONG_STATE');
    consortium.advanceTo(due - 1);
    expect(await refusal(deal.decide('overdue'))).to.equal('NOT_DUE');
    consortium.advanceTo(due + 1_000);
    await consortium.run(deal.decide('overdue'));
    const [first, second] = deal.payments.map(({ id }) => id);
    await consortium.run(deal.giveBack(present(first)));
    expect(await refusal(deal.deliver())).to.equal('WRONG_STATE');
    await consortium.run(deal.giveBack(present(second)));
    await consortium.run(deal.complete());
  });

  it('is not late once it was delivered, whatever was said before', async () => {
    const deal = await at('shipped');
    await consortium.run(...deal.records());
    const due = overdueFrom(present(await consortium.row('phase', deal.id)).at, deal.terms);
    consortium.advanceTo(due + 1_000);
    await consortium.run(deal.decide('overdue'), deal.deliver());
    for (const { id } of deal.payments) expect(await refusal(deal.giveBack(id))).to.equal('NOT_DUE');
    await consortium.run(deal.acceptGoods());
    await consortium.run(...deal.records());
    await consortium.run(...deal.payments.map(({ id }) => deal.capture(id)));
  });
});
