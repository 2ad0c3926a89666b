// Duty: what holds for every list: form, signatures, used-intent markers, expiry, senders, events.
// Must not: know what single commands do.
import { expect } from 'chai';
import { canonicalJson } from '../../../chaincode/protocol/canonical-json.js';
import { FUNCTIONS, type Command } from '../../../chaincode/protocol/commands.js';
import { BANK_A, BANK_B, MARKETPLACE } from '../../support/member-access.js';
import { altered, makePerson, newId, resigned } from '../../support/people.js';
import { codeOf, refusalOf } from '../../support/refusals.js';
import { openWorld, present, workedOffer, type World } from '../../support/world.js';

describe('lists', () => {
  let world: World;
  before(async () => {
    world = await openWorld();
  });
  after(() => world.close());

  const draft = (id = newId('offer')) => world.signed(world.bob.person, 'draftOffer', workedOffer(), { id });

  it('a bad command spoils no neighbour', async () => {
    const other = { action: 'noSuchThing' };
    const incomplete = { action: 'draftOffer' };
    const wrongLane = { action: 'closePayments', params: { deal: 'x' } };
    const intent = present(draft().intent);
    const mallory = makePerson('mallory');
    const { code, results } = await world.agree([
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
    const client = await world.client(MARKETPLACE);
    const texts = ['', '{}', '[]', '[1.0]', `[${'{},'.repeat(500)}{}]`, `["${'x'.repeat(1_048_576)}"]`];
    for (const text of texts) {
      expect(await refusalOf(world.network.submit(client, FUNCTIONS.agree, [text]))).to.contain('BAD_INPUT');
    }
  });

  it('the same intent with the same content is answered again; other content is refused', async () => {
    const id = newId('offer');
    const first = draft(id);
    expect((await world.agree([first])).results).to.deep.equal([{ ok: true, id }]);
    expect((await world.agree([first])).results).to.deep.equal([{ ok: true, id, repeated: true }]);
    expect((await world.agree([draft(id)])).results.map(codeOf)).to.deep.equal(['OTHER_CONTENT']);
    world.advance(7_200_000);
    expect((await world.agree([first])).results).to.deep.equal([{ ok: true, id, repeated: true }]);
  });

  it('twice in one list is once and a repetition', async () => {
    const command = draft();
    const { results } = await world.agree([command, command]);
    expect(results.map((result) => result.ok && result.repeated === true)).to.deep.equal([false, true]);
  });

  it('an intent counts until it expires, to the millisecond, and at most a day ahead', async () => {
    const sign = (expiresAt: number): Command => ({
      action: 'draftOffer',
      intent: world.bob.person.sign('draftOffer', workedOffer(), {
        channel: world.channel,
        now: world.now(),
        id: newId('offer'),
        expiresAt,
      }),
    });
    const day = 86_400_000;
    const list = [-1, 0, day, day + 1].map((ahead) => sign(world.now() + ahead));
    const { results } = await world.agree(list);
    expect(results.map(codeOf)).to.deep.equal(['INTENT_EXPIRED', 'ok', 'ok', 'OUT_OF_RANGE']);
  });

  it('an intent for another channel is refused', async () => {
    const context = { channel: 'other', now: world.now(), id: newId('offer') };
    const intent = world.bob.person.sign('draftOffer', workedOffer(), context);
    const { results } = await world.agree([{ action: 'draftOffer', intent }]);
    expect(results.map(codeOf)).to.deep.equal(['BAD_INPUT']);
  });

  it('machines without the role attribute are refused', async () => {
    const stranger = await world.network.client(MARKETPLACE, 'stranger');
    const odd = await world.network.client(MARKETPLACE, 'odd', { 'forescrow.role': 'visitor' });
    for (const client of [stranger, odd]) {
      const sending = world.network.submit(client, FUNCTIONS.agree, [canonicalJson([])]);
      expect(await refusalOf(sending)).to.contain('WRONG_ROLE');
    }
  });

  it('the owner lane serves its own organisation alone, before anything is read', async () => {
    const client = await world.client(BANK_B);
    const commands = canonicalJson([{ action: 'setSecret', params: { secret: 'x' } }]);
    const query = canonicalJson({ about: 'trialBalance' });
    for (const fn of [FUNCTIONS.own, FUNCTIONS.tryOwn, FUNCTIONS.privately]) {
      for (const transient of [
        { owner: BANK_A, commands, query },
        { commands, query },
      ]) {
        const asking = world.network.evaluate(client, BANK_A, fn, [], { transient });
        expect(await refusalOf(asking), fn).to.contain('WRONG_ORGANISATION');
      }
    }
  });

  it('the event tells each result with the public rows that it wrote, used-intent markers left out', async () => {
    const id = newId('offer');
    const prepared = await world.network.endorse(await world.client(MARKETPLACE), FUNCTIONS.agree, [
      canonicalJson([draft(id) as never]),
    ]);
    const text = Buffer.from(prepared.envelope.getPayload_asU8()).toString('utf8');
    expect(text).to.contain('forescrow.commands');
    const rows = `{"offer/${id}":"draft","stock/${id}":null}`;
    const told = `{"action":"draftOffer","result":{"id":"${id}","ok":true},"rows":${rows}}`;
    expect(text).to.contain(`{"lane":"agreement","results":[${told}],"v":1}`);
  });
});
