// A signed command of which one byte was changed on the way is refused, wherever the byte stands.
import { expect } from 'chai';
import type { Json } from '../../chaincode/protocol/canonical-json.js';
import { FUNCTIONS, type Command, type CommandResult } from '../../chaincode/protocol/commands.js';
import type { Intent } from '../../chaincode/protocol/intent.js';
import { buy, type DealPlay } from '../support/deal-play.js';
import { BANK_A, BANK_B, listText, type Step } from '../support/member-access.js';
import { present, type TestConsortium } from '../support/test-consortium.js';
import { VALID, changesNothing, codeOf } from './colluding-members.js';
import type { AttackGround } from './attack-ground.js';

const LIST = 200;
/** Bad form, or a form that the signature does not fit. */
const REFUSALS = ['BAD_INPUT', 'BAD_SIGNATURE'];

interface Alteration {
  readonly at: string;
  readonly intent: Json;
}

/** The value with one character of one leaf changed to its neighbour, for every character of every leaf. */
function* alterations(value: Json, at: string): Generator<Alteration> {
  if (typeof value === 'string') {
    for (let place = 0; place < value.length; place += 1) {
      const other = neighbour(value.charAt(place));
      yield { at: `${at}[${String(place)}]`, intent: value.slice(0, place) + other + value.slice(place + 1) };
    }
    return;
  }
  if (typeof value === 'number') {
    for (const change of [1, -1]) yield { at: `${at}[${String(change)}]`, intent: value + change };
    return;
  }
  if (value === null) {
    yield { at: `${at}[null]`, intent: 'intent_00000001' };
    return;
  }
  for (const [name, member] of Object.entries(value as { readonly [name: string]: Json })) {
    for (const { at: where, intent } of alterations(member, `${at}.${name}`)) {
      yield { at: where, intent: { ...(value as object), [name]: intent } };
    }
  }
}

/** Another character of the same sort, so that as many alterations as possible are well formed. */
function neighbour(character: string): string {
  if (/[0-9]/.test(character)) return String((Number(character) + 1) % 10);
  const [first, second] = /[A-Z]/.test(character) ? ['A', 'B'] : ['a', 'b'];
  return character === first ? second : first;
}

export function describeAlteredIntents(ground: AttackGround): void {
  describe('attack: a signed command altered by one byte', function () {
    this.timeout(60_000);
    let consortium: TestConsortium;
    let deal: DealPlay;
    before(async () => {
      consortium = await ground.open();
      deal = await (await buy(consortium, { offer: await consortium.listOffer() })).playTo('delivered');
    });
    after(() => ground.close(consortium));

    const commands: { readonly [what: string]: () => Promise<Step> | Step } = {
      'a purchase': () => deal.purchase,
      'a payment': async () =>
        (await buy(consortium, { offer: await consortium.listOffer() })).submission(BANK_A, '500000'),
      'an acceptance': () => deal.acceptGoods(),
    };

    for (const [what, make] of Object.entries(commands)) {
      it(`${what}: every character of every member matters`, async () => {
        const { command } = await make();
        const intent = present(command.intent);
        const altered = [...alterations(intent, 'intent')]; // an intent is JSON
        const tops = new Set(altered.map(({ at }) => /^intent\.(body\.(params\.)?)?(\w+)/.exec(at)?.[3]));
        const { body } = intent;
        const members = [...Object.keys(body), ...Object.keys(body.params), 'key', 'signature'];
        expect([...tops].sort()).to.deep.equal(
          [...new Set(members)].filter((name) => name !== 'params').sort(),
        );
        // Altered intents are sent as they are; that they are none is what is to be found out.
        const results = await opinions(
          altered.map((each) => ({ ...command, intent: each.intent as unknown as Intent })),
        );
        const wrong = altered.filter((_, index) => !REFUSALS.includes(codeOf(results[index])));
        expect(wrong.map(({ at }) => at)).to.deep.equal([]);
      });
    }

    it('committed all the same, it writes nothing', async () => {
      const { command } = deal.acceptGoods();
      const intent = present(command.intent);
      const params = { ...intent.body.params, deal: deal.id.slice(0, -1) + neighbour(deal.id.slice(-1)) };
      const forgeries: Intent[] = [
        { ...intent, body: { ...intent.body, params } },
        { ...intent, body: { ...intent.body, expiresAt: intent.body.expiresAt - 1 } },
        { ...intent, signature: neighbour(intent.signature.charAt(0)) + intent.signature.slice(1) },
      ];
      await changesNothing(consortium, async () => {
        const sent = await consortium.agree(
          forgeries.map((forged) => ({ action: 'acceptGoods', intent: forged })),
        );
        expect(sent.code).to.equal(VALID);
        expect(sent.results.map(codeOf)).to.deep.equal(['BAD_SIGNATURE', 'BAD_SIGNATURE', 'BAD_SIGNATURE']);
      });
    });

    it('under the name of another action it is refused', async () => {
      const { command } = deal.acceptGoods();
      for (const action of ['acceptParcel', 'buy', 'submitPayment', 'markPaid']) {
        const [result] = await opinions([{ ...command, action }]);
        expect(codeOf(result), action).to.be.oneOf(['BAD_INPUT', 'WRONG_LANE']);
      }
    });

    it('unaltered it is accepted', async () => {
      expect(codeOf(await consortium.attempt(deal.acceptGoods()))).to.equal('ok');
    });

    /** What Bank B's peer says to each command, in lists. */
    async function opinions(all: readonly Command[]): Promise<CommandResult[]> {
      const client = await consortium.client(BANK_B);
      const results: CommandResult[] = [];
      for (let from = 0; from < all.length; from += LIST) {
        const args = [listText(all.slice(from, from + LIST))];
        const bytes = await consortium.network.evaluate(client, BANK_B, FUNCTIONS.agree, args);
        results.push(...(JSON.parse(bytes.toString('utf8')) as CommandResult[]));
      }
      return results;
    }
  });
}
