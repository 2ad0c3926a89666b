// Verify finds payments by who was not invited, and invitations that buyer or payer never signed.
import { expect } from 'chai';
import type { InvitationRow } from '../../chaincode/protocol/deal.js';
import { detached, type Intent } from '../../chaincode/protocol/intent.js';
import { acceptanceBody } from '../../chaincode/protocol/invitation-text.js';
import { rowKey } from '../../chaincode/protocol/rows.js';
import { termsHash } from '../../chaincode/protocol/terms.js';
import { withdrawInvitation } from '../../gateway/sdk/commands/deals.js';
import { buy, type DealPlay } from '../support/deal-play.js';
import { agreed, BANK_A } from '../support/member-access.js';
import { makePerson, newId, type Person, randomHash, signedBy } from '../support/people.js';
import {
  type EngineConsortium,
  openConsortium,
  present,
  type TestClient,
} from '../support/test-consortium.js';
import { type Forged, Forging, written, writtenPayment } from './forging.js';

describe('verify: invitations forged under valid endorsements', function () {
  this.timeout(60_000);
  let consortium: EngineConsortium;
  let forging: Forging;
  let deal: DealPlay;
  let eve: TestClient;
  const key = makePerson('invitation');
  const mallory = makePerson('mallory');
  beforeEach(async () => {
    consortium = await openConsortium();
    forging = new Forging(consortium);
    eve = await consortium.newClient('eve', { [BANK_A]: '100000000' });
    deal = await buy(consortium, { offer: await consortium.listOffer() });
  });
  afterEach(() => consortium.close());

  const found = () => forging.found();

  /** An invitation with the buyer's intent, signed by himself or by somebody in his name. */
  function invited(
    { by = deal.buyer.person, most = '1240000' }: { readonly by?: Person; readonly most?: string } = {},
    until = deal.terms.payDeadline,
  ): { readonly row: InvitationRow; readonly command: Omit<Forged, 'writes'> } {
    const id = newId('invitation');
    const params = { deal: deal.id, termsHash: termsHash(deal.terms), invitationKey: key.key, most, until };
    const genuine = deal.buyer.person.sign('invitePayer', params, { ...signing(), id });
    const isGenuine = by === deal.buyer.person;
    const signed = { id, ...detached(isGenuine ? genuine : signedBy(by, genuine.body)) };
    const { invitationKey } = params;
    const row = {
      v: 1,
      id,
      deal: deal.id,
      status: 'open',
      invitationKey,
      most,
      until,
      signed,
      accepted: null,
    } as const;
    return { row, command: { action: 'invitePayer', intent: genuine } };
  }

  /** Taken by a person with these keys. */
  function taken(
    row: InvitationRow,
    {
      person = eve.person,
      by = key,
      thumbprint = person.thumbprint,
    }: { readonly person?: Person; readonly by?: Person; readonly thumbprint?: string } = {},
  ): { readonly row: InvitationRow; readonly command: { readonly action: string; readonly intent: Intent } } {
    const of = { channel: consortium.channel, deal: deal.id, invitation: row.id };
    const body = acceptanceBody({ ...of, person: person.id, keyThumbprint: thumbprint });
    const invitationSignature = signedBy(by, body).signature;
    const params = { deal: deal.id, invitation: row.id, keyThumbprint: thumbprint, invitationSignature };
    const intent = person.sign('acceptInvitation', params, signing());
    const signed = { id: intent.body.id, ...detached(intent) };
    const accepted = { person: person.id, keyThumbprint: thumbprint, invitationSignature, signed };
    return {
      row: { ...row, status: 'accepted', accepted },
      command: { action: 'acceptInvitation', intent },
    };
  }

  const signing = () => ({ channel: consortium.channel, now: consortium.now() });
  const put = (row: InvitationRow) => written(rowKey('invitation', row.deal, row.id), row);

  /** Forged in one list, as if each command had been carried out. */
  async function invite(
    made: ReturnType<typeof invited>,
    ...more: readonly ReturnType<typeof taken>[]
  ): Promise<void> {
    const commands = [made, ...more].map(({ row, command }) => ({ ...command, writes: [put(row)] }));
    await forging.forge(...commands);
  }

  it('a payment that its payer’s tally does not count, or the forty-first', async () => {
    const { payment, command } = await forging.payment(deal);
    const tally = { v: 1, deal: deal.id, payer: payment.payer, payments: 0 };
    const key = rowKey('tally', deal.id, payment.payer);
    await forging.forge({ ...command, writes: [writtenPayment(payment), written(key, tally)] });
    await forging.expectRules('with payments 0', 'with payments 1');
    await consortium.close();
    consortium = await openConsortium();
    forging = new Forging(consortium);
    deal = await buy(consortium, { offer: await consortium.listOffer() });
    for (let count = 0; count < 40; count += 1) await deal.submit(BANK_A, '500000');
    expect(await found()).to.deep.equal([]);
    const more = await forging.payment(deal);
    await forging.forge({ ...more.command, writes: [writtenPayment(more.payment)] });
    await forging.expectRules('the command is refused, TOO_MANY_PAYMENTS {"found":40,"most":40}');
  });

  it('payments by whom the buyer invited, and invitations made, taken and withdrawn: nothing', async () => {
    await deal.invite(eve);
    await deal.pay(BANK_A, '500000', { payer: eve });
    const given = present(invited().command.intent);
    await consortium.run(agreed({ action: 'invitePayer', intent: given }));
    const withdrawal = withdrawInvitation({ deal: deal.id, invitation: given.body.id });
    await consortium.run(agreed(consortium.asked(deal.buyer.person, withdrawal)));
    const made = invited();
    await invite(made, taken(made.row));
    expect(await found()).to.deep.equal([]);
  });

  it('a payment by whom the buyer did not invite', async () => {
    const { payment, command } = await forging.payment(deal, {}, { payer: eve });
    await forging.forge({ ...command, writes: [writtenPayment(payment)] });
    await forging.expectRules('the command is refused, WRONG_ROLE {"needed":"buyer, or invited by him"}');
  });

  it('a payment by an invitation that another took, that is open, or that is for less', async () => {
    const mia = await consortium.newClient('mia', { [BANK_A]: '100000000' });
    const open = invited();
    const others = invited();
    const small = invited({ most: '499999' });
    const paid = [];
    for (const { row } of [open, others, small]) paid.push(await paymentBy(row.id));
    await invite(open);
    await invite(others, taken(others.row, { person: mia.person }));
    await invite(small, taken(small.row));
    expect(await found()).to.deep.equal([]);
    for (const payment of paid) await forging.forge(payment);
    await forging.expectRules(
      'WRONG_STATE {"found":"open","kind":"invitation","needed":"accepted"}',
      'WRONG_ROLE {"needed":"who took the invitation"}',
      'OVERPAYMENT {"found":"500000","most":"499999"}',
    );
  });

  it('payments reserved by one invitation that are more than it allows', async () => {
    await deal.invite(eve, '600000');
    const first = await deal.pay(BANK_A, '500000', { payer: eve });
    const second = await deal.submit(BANK_A, '400000', { payer: eve });
    const row = present(await consortium.row('reservation', deal.id));
    const writes = [written(rowKey('reservation', deal.id), { ...row, payments: [first, second] })];
    await forging.forge({ action: 'admitPayment', params: { deal: deal.id, payment: second }, writes });
    await forging.expectRules('"reason":"OVERPAYMENT","status":"refused"');
  });

  it('an invitation that somebody else signed in the place of the buyer', async () => {
    await invite(invited({ by: mallory }));
    await forging.expectRules('with signed ');
  });

  it('an invitation for more than the price, or longer than the time to pay', async () => {
    await invite(invited({ most: '1240001' }));
    await invite(invited({}, deal.terms.payDeadline + 1));
    await forging.expectRules('OVERPAYMENT {"found":"1240001","most":"1240000"}', '"what":"until"}');
  });

  it('an invitation taken without its key, or without the key that the row names', async () => {
    const one = invited();
    await invite(one, taken(one.row, { by: mallory }));
    await forging.expectRules('the command is refused, BAD_SIGNATURE {"what":"invitation"}');
    const two = invited();
    await invite(two, taken(two.row, { thumbprint: randomHash() }));
    await forging.expectRules('the command is refused, KEY_DIFFERS');
  });

  it('an invitation taken when it was over', async () => {
    const made = invited();
    await invite(made);
    consortium.advance(made.row.until + 1 - consortium.now());
    const { row, command } = taken(made.row);
    await forging.forge({ ...command, writes: [put(row)] });
    await forging.expectRules('the command is refused, TOO_LATE');
  });

  it('an invitation rewritten for another sum', async () => {
    const made = invited({ most: '1000' });
    await invite(made);
    const { row, command } = taken({ ...made.row, most: '1240000' });
    await forging.forge({ ...command, writes: [put(row)] });
    await forging.expectRules('with most "1240000"', 'with most "1000"');
  });

  it('an invitation withdrawn by somebody else, or after something was paid by it', async () => {
    const invitation = await deal.invite(eve);
    const row = present(await consortium.row('invitation', deal.id, invitation));
    const unused = invited();
    await deal.submit(BANK_A, '500000', { payer: eve });
    const request = withdrawInvitation({ deal: deal.id, invitation });
    const command = agreed(consortium.asked(deal.buyer.person, request)).command;
    const strange = agreed(
      consortium.asked(eve.person, withdrawInvitation({ deal: deal.id, invitation: unused.row.id })),
    ).command;
    await forging.forge({ ...command, writes: [put({ ...row, status: 'withdrawn' })] });
    await forging.expectRules('WRONG_STATE {"found":"used","kind":"invitation","needed":"unused"}');
    await invite(unused);
    await forging.forge({ ...strange, writes: [put({ ...unused.row, status: 'withdrawn' })] });
    await forging.expectRules('the command is refused, WRONG_ROLE {"needed":"buyer"}');
  });

  it('an invitation that the seller took', async () => {
    const made = invited();
    await invite(made, taken(made.row, { person: consortium.bob.person }));
    await forging.expectRules('the command is refused, OWN_OFFER');
  });

  /** A payment of eve's by this invitation, whatever its row says. */
  async function paymentBy(invitation: string): Promise<Forged> {
    const { command } = await deal.submission(BANK_A, '500000', { payer: eve, params: { invitation } });
    const { body } = present(command.intent);
    const { payment } = await forging.payment(deal, {}, { payer: eve });
    const { link, fee } = body.params as { readonly link: string; readonly fee: string };
    const row = { ...payment, id: body.id, invitation, link, fee };
    return { ...command, writes: [writtenPayment(row)] };
  }
});
