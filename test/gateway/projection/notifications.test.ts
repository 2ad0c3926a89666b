// Who is notified of what the blocks of real deals make happen: each event's people with their part and their sum, but
// not who did it himself, and nobody of a word that no row bears out.
import { expect } from 'chai';
import { canonicalJson } from '../../../chaincode/protocol/canonical-json.js';
import { rowKey } from '../../../chaincode/protocol/rows.js';
import type { WholeBlock } from '../../../gateway/ledger/ledger-port.js';
import { notificationsOf } from '../../../gateway/projection/notifications.js';
import { withdrawInvitation } from '../../../gateway/sdk/commands/deals.js';
import { draftOffer, moderateOffer } from '../../../gateway/sdk/commands/offers.js';
import { buy } from '../../support/deal-play.js';
import { agreed, BANK_A, BANK_B } from '../../support/member-access.js';
import { newId, randomHash } from '../../support/people.js';
import {
  type EngineConsortium,
  openConsortium,
  type TestClient,
  workedOffer,
} from '../../support/test-consortium.js';
import { blocksOf, project } from './chain.js';
import { MemoryTables } from './memory-tables.js';

type Line = readonly [name: string, ...rest: (string | number | null)[]];

async function notificationsIn(consortium: EngineConsortium, blocks?: readonly WholeBlock[]) {
  const { changes } = await project(blocks ?? (await blocksOf(consortium)), new MemoryTables());
  return changes.flatMap(({ notifications }) => notifications);
}

/** Event, person, part and sum of each notification about this deal or offer. */
async function linesOf(
  consortium: EngineConsortium,
  about: string,
  people: { readonly [name: string]: TestClient },
): Promise<Line[]> {
  const names = new Map(Object.entries(people).map(([name, { person }]) => [person.id, name]));
  const found = (await notificationsIn(consortium)).filter(({ deal, offer }) =>
    [deal, offer].includes(about),
  );
  return found.map(({ name, person, role, amount }) => [name, names.get(person) ?? person, role, amount]);
}

describe('notifications', () => {
  it('follow a deal that two people pay: each of them, the seller with his net, nobody of his own act', async () => {
    const consortium = await openConsortium();
    const { alice, bob } = consortium;
    const eve = await consortium.newClient('eve', { [BANK_B]: '100000000' });
    const deal = await buy(consortium, { offer: await consortium.listOffer() });
    await deal.invite(eve);
    await deal.pay(BANK_A, '500000');
    await deal.pay(BANK_B, '740000', { payer: eve });
    await deal.playTo('completed');
    expect(await linesOf(consortium, deal.id, { alice, bob, eve })).to.deep.equal([
      ['InvitationAccepted', 'alice', 'buyer', '1240000'],
      ['PaymentHeld', 'alice', 'buyer', '500000'],
      ['PaymentHeld', 'alice', 'buyer', '740000'],
      ['PaymentHeld', 'eve', 'payer', '740000'],
      ['DealPaid', 'alice', 'buyer', '1240000'],
      ['DealPaid', 'bob', 'seller', '1240000'],
      ['DealPaid', 'eve', 'payer', '1240000'],
      ['ParcelAccepted', 'alice', 'buyer', null],
      ['ParcelAccepted', 'bob', 'seller', null],
      ['ParcelDelivered', 'alice', 'buyer', null],
      ['ParcelDelivered', 'bob', 'seller', null],
      ['GoodsAccepted', 'bob', 'seller', null],
      ['DealCompleted', 'alice', 'buyer', '1240000'],
      ['DealCompleted', 'bob', 'seller', '1178000'],
      ['DealCompleted', 'eve', 'payer', '1240000'],
    ]);
    const { rows, changes } = await project(await blocksOf(consortium), new MemoryTables());
    const accepted = changes.flatMap(({ events }) => events).filter(({ name }) => name === 'GoodsAccepted');
    const notifiedWhenBy = (person: string | null) =>
      notificationsOf(
        accepted.map((event) => ({ ...event, person })),
        { before: new Map(), after: rows },
      ).map((one) => one.person);
    expect(notifiedWhenBy(null)).to.deep.equal([bob.person.id]);
    expect(notifiedWhenBy(bob.person.id)).to.deep.equal([]);
  });

  it('say what became of payments that brought nothing, and what came back', async () => {
    const consortium = await openConsortium();
    const { alice, bob } = consortium;
    const eve = await consortium.newClient('eve', { [BANK_B]: '100000000' });
    const deal = await buy(consortium, { offer: await consortium.listOffer() });
    await deal.invite(eve);
    const back = await deal.pay(BANK_A, '500000');
    const refused = await deal.submit(BANK_A, '150000');
    await consortium.run(deal.admit(refused), deal.answer(refused, 'no'));
    const late = await deal.submit(BANK_B, '200000', { payer: eve });
    await consortium.run(deal.admit(late));
    consortium.advanceTo(consortium.now() + 86_400_000);
    await consortium.run(deal.closePayments(), deal.close(late), deal.expire());
    await consortium.run(deal.answer(late, 'yes'), deal.giveBack(back));
    const lines = await linesOf(consortium, deal.id, { alice, bob, eve });
    expect(lines.slice(1)).to.deep.equal([
      ['PaymentHeld', 'alice', 'buyer', '500000'],
      ['PaymentRejected', 'alice', 'buyer', '150000'],
      ['AdmissionClosed', 'alice', 'buyer', '200000'],
      ['AdmissionClosed', 'eve', 'payer', '200000'],
      ['DealExpired', 'alice', 'buyer', null],
      ['DealExpired', 'bob', 'seller', null],
      ['DealExpired', 'eve', 'payer', null],
      ['PaymentArrivedLate', 'alice', 'buyer', '200000'],
      ['PaymentArrivedLate', 'eve', 'payer', '200000'],
      ['PaymentVoided', 'alice', 'buyer', '500000'],
    ]);
  });

  it('tell the other side that a party has cancelled, and both how it ended', async () => {
    const consortium = await openConsortium();
    const { alice, bob } = consortium;
    const deal = await buy(consortium, { offer: await consortium.listOffer() });
    await consortium.run(deal.cancel('seller'), deal.expire());
    const lines = await linesOf(consortium, deal.id, { alice, bob });
    expect(lines).to.deep.equal([
      ['DealCancelled', 'alice', 'buyer', null],
      ['DealExpired', 'alice', 'buyer', null],
      ['DealExpired', 'bob', 'seller', null],
    ]);
    await consortium.close();
  });

  it('say that goods were sold out, that an invitation is withdrawn, until when to ship and to inspect', async () => {
    const consortium = await openConsortium();
    const { alice, bob } = consortium;
    const eve = await consortium.newClient('eve', { [BANK_B]: '100000000' });
    const offer = await consortium.listOffer({ stock: 1, inspectionTimeMs: 600_000 });
    const loser = await buy(consortium, { offer });
    const winner = await buy(consortium, { offer });
    const invitation = await loser.invite(eve);
    await consortium.run(
      agreed(consortium.asked(alice.person, withdrawInvitation({ deal: loser.id, invitation }))),
    );
    await winner.playTo('delivered');
    await consortium.run(winner.startInspection());
    const tooLate = await loser.submit(BANK_A, '500000');
    await consortium.run(loser.admit(tooLate));
    expect(await linesOf(consortium, loser.id, { alice, bob, eve })).to.deep.equal([
      ['InvitationAccepted', 'alice', 'buyer', '1240000'],
      ['InvitationWithdrawn', 'eve', 'payer', '1240000'],
      ['PaymentRefused', 'alice', 'buyer', '500000'],
    ]);
    const all = await notificationsIn(consortium);
    const until = (name: string) =>
      all.filter((one) => one.name === name && one.deal === winner.id).map((one) => [one.person, one.until]);
    const view = await consortium.deal(winner.id);
    const startedAt = view.inspection?.startedAt ?? 0;
    expect(until('InspectionStarted')).to.deep.equal([[alice.person.id, startedAt + 600_000]]);
    expect(until('DealPaid')).to.deep.equal([
      [alice.person.id, null],
      [bob.person.id, (view.phase?.at ?? 0) + workedOffer().shipTimeMs],
    ]);
  });

  it('reach the seller with the verdict on his offer, and nobody else', async () => {
    const consortium = await openConsortium();
    const { bob } = consortium;
    const drafted = async (): Promise<string> => {
      const id = newId('offer');
      await consortium.run(agreed(consortium.asked(bob.person, draftOffer(workedOffer(), id))));
      return id;
    };
    const [good, bad] = [await drafted(), await drafted()];
    const verdict = (offer: string, of: Parameters<typeof moderateOffer>[1]) =>
      agreed(consortium.asked(consortium.staff.carol, moderateOffer({ offer, version: 1 }, of)));
    await consortium.run(
      verdict(good, { commissionBasisPoints: null }),
      verdict(bad, { reasonHash: randomHash() }),
    );
    expect(await linesOf(consortium, good, { bob })).to.deep.equal([
      ['OfferApproved', 'bob', 'seller', null],
    ]);
    expect(await linesOf(consortium, bad, { bob })).to.deep.equal([['OfferRejected', 'bob', 'seller', null]]);
  });

  it('come of no event that its row does not bear out, nor twice of one that is repeated', async () => {
    const consortium = await openConsortium();
    const deal = await buy(consortium, { offer: await consortium.listOffer() });
    const held = await deal.pay(BANK_A, '500000');
    const open = await deal.submit(BANK_B, '740000');
    const blocks = await blocksOf(consortium);
    const honest = await notificationsIn(consortium, blocks);
    const said = (key: string, status: string) => ({
      action: 'answerPayment',
      result: { ok: true as const, id: 'x' },
      rows: { [key]: status },
    });
    const words = [
      said(rowKey('payment', deal.id, open), 'held'),
      said(rowKey('payment', deal.id, held), 'held'),
      said(rowKey('payment', deal.id, 'payment_nowhere00'), 'held'),
      said(rowKey('payment', deal.id, open), 'voided'),
      said(rowKey('phase', deal.id), 'paid'),
      said(rowKey('phase', 'deal_nowhere00000'), 'completed'),
      said(`offer/${deal.terms.offerTerms.offer}/more`, 'rejected'),
    ];
    const row = await consortium.payment(deal.id, open);
    const written = canonicalJson({ ...row, status: 'voided' });
    const last = blocks.at(-1);
    const forged = last?.transactions.map((transaction) => ({
      ...transaction,
      event: { v: 1 as const, lane: 'owner' as const, results: words },
      rows: [{ key: rowKey('payment', deal.id, open), text: written }],
      attestations: [],
    }));
    const added = last === undefined ? [] : [{ ...last, block: last.block + 1, transactions: forged ?? [] }];
    expect(await notificationsIn(consortium, [...blocks, ...added])).to.deep.equal(honest);
    expect(honest.filter(({ name }) => name === 'PaymentHeld')).to.have.length(1);
  });
});
