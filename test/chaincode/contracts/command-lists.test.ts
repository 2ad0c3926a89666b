// What holds for every list: form, signatures, used-intent markers, expiry, senders, events.
import { expect } from 'chai';
import { canonicalJson } from '../../../chaincode/protocol/canonical-json.js';
import { FUNCTIONS, type Command } from '../../../chaincode/protocol/commands.js';
import { submitPayment } from '../../../gateway/sdk/commands/payments.js';
import { buy } from '../../support/deal-play.js';
import { agreed, BANK_A, BANK_B, MARKETPLACE, owned } from '../../support/member-access.js';
import { altered, makePerson, newId, resigned } from '../../support/people.js';
import { codeOf, refusalOf } from '../../support/refusals.js';
import { openConsortium, present, workedOffer, type TestConsortium } from '../../support/test-consortium.js';

describe('lists', () => {
  let consortium: TestConsortium;
  before(async () => {
    consortium = await openConsortium();
  });
  after(() => consortium.close());

  const code = async (command: Command) => codeOf((await consortium.agree([command])).results[0]);
  const draft = (id = newId('offer')) =>
    consortium.signed(consortium.bob.person, 'draftOffer', workedOffer(), { id });

  it('a bad command spoils no neighbour', async () => {
    const other = { action: 'noSuchThing' };
    const incomplete = { action: 'draftOffer' };
    const wrongLane = { action: 'closePayments', params: { deal: 'x' } };
    const intent = present(draft().intent);
    const mallory = makePerson('mallory');
    const { code, results } = await consortium.agree([
      other,
      draft(),
      incomplete,
      wrongLane,
      { action: 'setSecret', params: { secret: 'x' } },
      { action: 'draftOffer', intent: altered(intent, { price: '1' }) },
      { action: 'draftOffer', intent: resigned(intent, mallory) },
      { action: 'draftOffer', intent: { ...intent, body: { ...intent.body, action: 'buy' } } },
      draft(),
    ]);
    expect(code).to.equal(0);
    expect(results.map(codeOf)).to.deep.equal([
      'BAD_INPUT',
      'ok',
      'BAD_INPUT',
      'BAD_INPUT',
      'WRONG_LANE',
      'BAD_SIGNATURE',
      'KEY_DIFFERS',
      'BAD_INPUT',
      'ok',
    ]);
  });

  it('as a whole must be a canonical list of 1 to 500 commands', async () => {
    const client = await consortium.client(MARKETPLACE);
    const texts = ['', '{}', '[]', '[1.0]', `[${'{},'.repeat(500)}{}]`, `["${'x'.repeat(1_048_576)}"]`];
    for (const text of texts) {
      expect(await refusalOf(consortium.network.submit(client, FUNCTIONS.agree, [text]))).to.contain(
        'BAD_INPUT',
      );
    }
  });

  it('the same intent with the same content is answered again; other content is refused', async () => {
    const id = newId('offer');
    const first = draft(id);
    expect((await consortium.agree([first])).results).to.deep.equal([{ ok: true, id }]);
    expect((await consortium.agree([first])).results).to.deep.equal([{ ok: true, id, repeated: true }]);
    expect((await consortium.agree([draft(id)])).results.map(codeOf)).to.deep.equal(['OTHER_CONTENT']);
    consortium.advance(7_200_000);
    expect((await consortium.agree([first])).results).to.deep.equal([{ ok: true, id, repeated: true }]);
  });

  it('twice in one list is once and a repetition', async () => {
    const command = draft();
    const { results } = await consortium.agree([command, command]);
    expect(results.map((result) => result.ok && result.repeated === true)).to.deep.equal([false, true]);
  });

  it('an intent counts until it expires, to the millisecond, and at most a day ahead', async () => {
    const sign = (expiresAt: number): Command => ({
      action: 'draftOffer',
      intent: consortium.bob.person.sign('draftOffer', workedOffer(), {
        channel: consortium.channel,
        now: consortium.now(),
        id: newId('offer'),
        expiresAt,
      }),
    });
    const day = 86_400_000;
    const list = [-1, 0, day, day + 1].map((ahead) => sign(consortium.now() + ahead));
    const { results } = await consortium.agree(list);
    expect(results.map(codeOf)).to.deep.equal(['INTENT_EXPIRED', 'ok', 'ok', 'OUT_OF_RANGE']);
  });

  it('an intent expires in the owner lane as well: what an operator signed a month ago moves no money', async () => {
    const { account } = present(consortium.alice.accounts[BANK_A]);
    const withdrawing = (signedAt: number, expiresAt?: number): Command => {
      const params = { bank: '10', account, amount: '100', currency: 'RUB' };
      const context = { channel: consortium.channel, now: signedAt, id: newId('intent') };
      const more = expiresAt === undefined ? {} : { expiresAt };
      const intent = consortium.operatorOf(BANK_A).sign('withdraw', params, { ...context, ...more });
      return { action: 'withdraw', intent, params: { operation: newId('operation') } };
    };
    const day = 86_400_000;
    const before = await consortium.balance(BANK_A, account);
    const codeOfTrial = async (command: Command) => codeOf((await consortium.tryOwn(BANK_A, [command]))[0]);
    const old = withdrawing(consortium.now() - 30 * day);
    expect(await codeOfTrial(old)).to.equal('INTENT_EXPIRED');
    expect(await refusalOf(consortium.own(BANK_A, [old]))).to.contain('INTENT_EXPIRED');
    expect(await consortium.balance(BANK_A, account)).to.deep.equal(before);
    expect(await codeOfTrial(withdrawing(consortium.now(), consortium.now() - 1))).to.equal('INTENT_EXPIRED');
    expect(await codeOfTrial(withdrawing(consortium.now(), consortium.now() + day + 1))).to.equal(
      'OUT_OF_RANGE',
    );
    const fresh = withdrawing(consortium.now(), consortium.now());
    await consortium.run(owned(BANK_A, fresh));
    consortium.advance(30 * day);
    const [again] = await consortium.tryOwn(BANK_A, [fresh]);
    expect(again).to.include({ ok: true, repeated: true });
  });

  it("nobody uses up another person's id: markers are each person's own, in both lanes", async () => {
    const id = newId('intent');
    const { alice, bob } = consortium;
    const asking = (by: typeof alice) =>
      consortium.signed(
        by.person,
        'askLink',
        { bank: '10', currency: 'RUB', keyThumbprint: by.person.thumbprint },
        { id },
      );
    const drafting = consortium.signed(bob.person, 'draftOffer', workedOffer(), { id });
    const { results } = await consortium.agree([asking(alice), drafting, asking(alice), asking(bob)]);
    expect(results.map(codeOf)).to.deep.equal(['ok', 'ok', 'ok', 'OTHER_CONTENT']);
    const eve = makePerson('eve');
    await consortium.run(
      agreed({
        ...consortium.signed(consortium.administratorOf(BANK_A), 'registerPerson', {}, { id: eve.id }),
      }),
    );
    const confirmation = { person: eve.id, key: eve.key, roles: ['client'] } as const;
    const { account } = present(alice.accounts[BANK_A]);
    const money = { bank: '10', account, amount: '100', currency: 'RUB' };
    const beside = { id, params: { operation: newId('operation') } };
    const list = [
      consortium.signed(consortium.administratorOf(BANK_A), 'confirmPerson', confirmation, { id }),
      consortium.signed(consortium.operatorOf(BANK_A), 'deposit', money, beside),
    ];
    expect((await consortium.own(BANK_A, list)).results.map(codeOf)).to.deep.equal(['ok', 'ok']);
  });

  it('a payment id is taken for the payer who comes second with it, and only for him', async () => {
    const deal = await buy(consortium, { offer: await consortium.listOffer() });
    const eve = await consortium.newClient('eve', { [BANK_B]: '100000000' });
    const invitation = await deal.invite(eve);
    const id = newId('payment');
    const paying = (by: typeof eve, more: { invitation?: string; payment: string }) =>
      consortium.asked(
        by.person,
        submitPayment({
          ...{ terms: deal.terms, amount: '500000', fee: '0', arrivedAt: consortium.now(), ...more },
          link: present(by.accounts[BANK_B]).link,
        }),
      );
    const { alice } = consortium;
    const eves = paying(eve, { invitation, payment: id });
    expect(await code(eves)).to.equal('ok');
    expect(await code(paying(alice, { payment: id }))).to.equal('EXISTS');
    expect((await consortium.payment(deal.id, id))?.payer).to.equal(eve.person.id);
    expect((await consortium.agree([eves])).results).to.deep.equal([{ ok: true, id, repeated: true }]);
    expect(await code(paying(alice, { payment: newId('payment') }))).to.equal('ok');
  });

  it('an intent for another channel is refused', async () => {
    const context = { channel: 'other', now: consortium.now(), id: newId('offer') };
    const intent = consortium.bob.person.sign('draftOffer', workedOffer(), context);
    const { results } = await consortium.agree([{ action: 'draftOffer', intent }]);
    expect(results.map(codeOf)).to.deep.equal(['BAD_INPUT']);
  });

  it('machines without the role attribute are refused', async () => {
    const stranger = await consortium.network.client(MARKETPLACE, 'stranger');
    const odd = await consortium.network.client(MARKETPLACE, 'odd', { 'forescrow.role': 'visitor' });
    for (const client of [stranger, odd]) {
      const sending = consortium.network.submit(client, FUNCTIONS.agree, [canonicalJson([])]);
      expect(await refusalOf(sending)).to.contain('WRONG_ROLE');
    }
  });

  it('the owner lane serves its own organisation alone, before anything is read', async () => {
    const client = await consortium.client(BANK_B);
    const commands = canonicalJson([{ action: 'setSecret', params: { secret: 'x' } }]);
    const query = canonicalJson({ about: 'trialBalance' });
    for (const fn of [FUNCTIONS.own, FUNCTIONS.tryOwn, FUNCTIONS.privately]) {
      for (const transient of [
        { owner: BANK_A, commands, query },
        { commands, query },
      ]) {
        const asking = consortium.network.evaluate(client, BANK_A, fn, [], { transient });
        expect(await refusalOf(asking), fn).to.contain('WRONG_ORGANISATION');
      }
    }
  });

  it('the event tells each result with the public rows that it wrote, used-intent markers left out', async () => {
    const id = newId('offer');
    const prepared = await consortium.network.endorse(await consortium.client(MARKETPLACE), FUNCTIONS.agree, [
      canonicalJson([draft(id) as never]),
    ]);
    const text = Buffer.from(prepared.envelope.getPayload_asU8()).toString('utf8');
    expect(text).to.contain('forescrow.commands');
    const rows = `{"offer/${id}":"draft","stock/${id}":null}`;
    const told = `{"action":"draftOffer","result":{"id":"${id}","ok":true},"rows":${rows}}`;
    expect(text).to.contain(`{"lane":"agreement","results":[${told}],"v":1}`);
  });
});
