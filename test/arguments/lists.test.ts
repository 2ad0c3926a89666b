// Malformed lists as a whole, hostile function names, arguments, transient data and questions are refused, write
// nothing, and the next request is served.
import { expect } from 'chai';
import { canonicalJson, type Json } from '../../chaincode/protocol/canonical-json.js';
import { FUNCTIONS, type CommandResult } from '../../chaincode/protocol/commands.js';
import { parseViolation } from '../../chaincode/protocol/violation.js';
import { BANK_A, BANK_B, MARKETPLACE, agreed, listText, owned } from '../support/member-access.js';
import { buy, machine } from '../support/deal-play.js';
import { newId } from '../support/people.js';
import { openConsortium, present, type EngineConsortium } from '../support/test-consortium.js';
import { HOSTILE, PROTOTYPE_NAMES } from './malformed.js';
import { ask, sendRefused, type Request } from './sending.js';

const DEAL = 'deal_0123456789abcdef';
const SEAL = canonicalJson([{ action: 'closePayments', params: { deal: DEAL } }]);

/** Not the one canonical text of a list of 1 to 500 commands. */
const MALFORMED: { readonly [what: string]: string } = {
  nothing: '',
  blank: ' ',
  null: 'null',
  text: '"x"',
  number: '1',
  object: '{}',
  'empty list': '[]',
  'open list': '[',
  'list and more': `${SEAL}]`,
  'two lists': SEAL + SEAL,
  'white space': ` ${SEAL}`,
  'line end': `${SEAL}\n`,
  'byte order mark': `\ufeff${SEAL}`,
  'zero byte': `${SEAL}\u0000`,
  comment: `/**/${SEAL}`,
  'trailing comma': '[{},]',
  'single quotes': "['x']",
  'duplicate members': `[{"action":"seal","action":"seal","params":{"deal":"${DEAL}"}}]`,
  'duplicate members below': `[{"action":"seal","params":{"deal":"${DEAL}","deal":"${DEAL}"}}]`,
  'unsorted members': `[{"params":{"deal":"${DEAL}"},"action":"seal"}]`,
  'white space inside': `[{"action": "seal","params":{"deal":"${DEAL}"}}]`,
  'escaped letter': `[{"action":"\\u0073eal","params":{"deal":"${DEAL}"}}]`,
  'escaped solidus': '["\\/"]',
  'lone surrogate': '["\\ud800"]',
  'lone low surrogate as member': '[{"\\udc00":1}]',
  float: '[1.5]',
  'float without fraction': '[1.0]',
  exponent: '[1e3]',
  'great exponent': '[1e999]',
  'leading zero': '[01]',
  'plus sign': '[+1]',
  'minus zero': '[-0]',
  hexadecimal: '[0x10]',
  'unsafe integer': '[9007199254740993]',
  'not a number': '[NaN]',
  infinity: '[Infinity]',
  undefined: '[undefined]',
  '501 commands': canonicalJson(Array.from({ length: 501 }, () => ({}))),
  'more than a mebibyte': canonicalJson(['x'.repeat(1_048_573)]),
  '33 levels deep': '['.repeat(33) + ']'.repeat(33),
  'thousands of levels deep': '['.repeat(3_000) + ']'.repeat(3_000),
  'deep lists': '['.repeat(200_000) + ']'.repeat(200_000),
  'deep objects': '{"a":'.repeat(100_000) + '1' + '}'.repeat(100_000),
};

const HOSTILE_FUNCTIONS: readonly string[] = [
  ...['', ':', '::', ' ', 'agreement', 'agreement:', ':apply ', 'agreement::apply', 'agreement:apply:apply'],
  ...['AGREEMENT:apply', 'agreement:Apply', 'agreement:apply ', ' agreement:apply', 'agreement:try'],
  ...['owner:__proto__', 'owner:runOwn', 'query:store', 'agreement:createContext', 'owner:getName'],
  ...['agreement:beforeTransaction', 'agreement:afterTransaction', 'agreement:unknownTransaction'],
  ...['agreement:\u0000', 'agreement:apply\u0000', '\u{10ffff}:x', 'x'.repeat(100_000), 'schemas:x', '😀:😀'],
  ...PROTOTYPE_NAMES.flatMap((name) => [
    name,
    `${name}:apply`,
    `agreement:${name}`,
    `owner:${name}`,
    `query:${name}`,
  ]),
];

describe('arguments: lists, functions, questions', function () {
  this.timeout(60_000);
  let consortium: EngineConsortium;
  before(async () => {
    consortium = await openConsortium();
  });
  afterEach(async () => {
    expect(
      (await ask(consortium, { sender: MARKETPLACE, fn: FUNCTIONS.rows, args: ['["parameters"]'] })).status,
    ).to.equal(200);
  });
  after(() => consortium.close());

  for (const [what, text] of Object.entries(MALFORMED)) {
    it(`a list that is ${what} is bad input in both lanes`, async () => {
      await refusedAs('BAD_INPUT', { sender: MARKETPLACE, fn: FUNCTIONS.agree, args: [text] });
      for (const fn of [FUNCTIONS.own, FUNCTIONS.tryOwn]) {
        await refusedAs('BAD_INPUT', { sender: BANK_A, fn, transient: { owner: BANK_A, commands: text } });
      }
    });
  }

  it('a list of 500 commands within a mebibyte is read, each hostile one refused by itself', async () => {
    const commands = [...HOSTILE, ...HOSTILE, ...HOSTILE, ...HOSTILE].slice(0, 500);
    for (const lane of ['agreement', 'owner'] as const) {
      const results = await sendRefused(consortium, lane, commands, { owner: BANK_A });
      expect(results.map(codeOf).filter((code) => code !== 'BAD_INPUT')).to.deep.equal([]);
    }
  });

  it('a list of 32 levels is read, its deep command refused by itself', async () => {
    const deep = JSON.parse('['.repeat(31) + ']'.repeat(31)) as Json;
    const results = await sendRefused(consortium, 'agreement', [deep], { owner: BANK_A });
    expect(results.map(codeOf)).to.deep.equal(['BAD_INPUT']);
  });

  it('hostile commands between good ones spoil none of them', async () => {
    const offer = await consortium.listOffer();
    const deals = [await buy(consortium, { offer }), await buy(consortium, { offer })];
    const good = deals.map((deal) => deal.submission(BANK_B, '740000'));
    const [first, second] = (await Promise.all(good)).map(({ command }) => command);
    const commands = [...HOSTILE, first, ...HOSTILE, second, ...HOSTILE] as unknown as readonly Json[];
    const client = await consortium.client(MARKETPLACE);
    const sent = await consortium.network.submit(client, FUNCTIONS.agree, [canonicalJson(commands)]);
    const results = JSON.parse(sent.result.toString('utf8')) as readonly CommandResult[];
    expect(sent.code).to.equal(0);
    expect(results.map(codeOf).flatMap((code, index) => (code === 'ok' ? [index] : []))).to.deep.equal([
      HOSTILE.length,
      HOSTILE.length * 2 + 1,
    ]);
    for (const deal of deals) expect((await consortium.deal(deal.id)).payments.length).to.equal(1);
  });

  it('no prototype name and no other text is a function', async () => {
    for (const fn of HOSTILE_FUNCTIONS) {
      const answer = await ask(consortium, {
        sender: BANK_A,
        fn,
        args: [SEAL],
        transient: { owner: BANK_A, commands: SEAL },
      });
      expect([fn.slice(0, 40), answer.status, answer.writes]).to.deep.equal([fn.slice(0, 40), 500, 0]);
    }
  });

  it('a function takes exactly its own number of arguments', async () => {
    const transient = { owner: MARKETPLACE, commands: SEAL, query: '{"about":"trialBalance"}' };
    const counts = { agree: 1, own: 0, tryOwn: 0, rows: 1, list: 2, deal: 1, privately: 0 } as const;
    for (const [name, fn] of Object.entries(FUNCTIONS)) {
      for (const count of [0, 1, 2, 3, 50]) {
        if (count === counts[name as keyof typeof FUNCTIONS]) continue; // its own keys
        const args = Array.from({ length: count }, () => SEAL);
        const answer = await ask(consortium, { sender: MARKETPLACE, fn, args, transient });
        expect([name, count, answer.status, answer.writes]).to.deep.equal([name, count, 500, 0]);
      }
    }
  });

  it('questions with hostile keys, kinds and ids are bad input', async () => {
    const texts = HOSTILE.filter((value): value is string => typeof value === 'string');
    for (const text of texts) {
      const sender = MARKETPLACE;
      await refusedAs('BAD_INPUT', { sender, fn: FUNCTIONS.rows, args: [text] });
      await refusedAs('BAD_INPUT', { sender, fn: FUNCTIONS.list, args: [text, ''] });
      await refusedAs('BAD_INPUT', { sender, fn: FUNCTIONS.deal, args: [text] });
      const transient = { owner: BANK_A, query: text };
      await refusedAs('BAD_INPUT', { sender: BANK_A, fn: FUNCTIONS.privately, transient });
    }
  });

  it('private questions of hostile shape are bad input', async () => {
    const names = ['about', 'account', 'deal', 'link', 'intent'];
    const asked = [
      ...HOSTILE,
      ...HOSTILE.flatMap((value) => [{ about: value }, { about: 'balance', account: value }]),
    ];
    const extra = names.map((name) => ({ about: 'trialBalance', [name === 'about' ? 'extra' : name]: 'x' }));
    for (const question of [...asked, ...extra] as readonly Json[]) {
      const transient = { owner: BANK_A, query: canonicalJson(question) };
      await refusedAs('BAD_INPUT', { sender: BANK_A, fn: FUNCTIONS.privately, transient });
    }
  });

  it('a command in bytes that are no UTF-8 is bad input', async () => {
    const broken = Buffer.from([0xff, 0xfe, 0xc0, 0x80]);
    const commands = Buffer.concat([Buffer.from('[{"action":"seal'), broken, Buffer.from('"}]')]);
    const transient = { owner: BANK_A, commands };
    const tried = await ask(consortium, { sender: BANK_A, fn: FUNCTIONS.tryOwn, transient });
    const results = JSON.parse(tried.payload) as readonly CommandResult[];
    expect([results.map(codeOf), tried.writes]).to.deep.equal([['BAD_INPUT'], 0]);
    await refusedAs('NOTHING_WRITTEN', { sender: BANK_A, fn: FUNCTIONS.own, transient });
  });

  it('an owner list without its transient data is refused', async () => {
    await refusedAs('WRONG_ORGANISATION', { sender: BANK_A, fn: FUNCTIONS.own });
    await refusedAs('BAD_INPUT', { sender: BANK_A, fn: FUNCTIONS.own, transient: { owner: BANK_A } });
    await refusedAs('BAD_INPUT', { sender: BANK_A, fn: FUNCTIONS.privately, transient: { owner: BANK_A } });
  });

  it('another currency than the account’s or the deal’s is refused', async () => {
    const { account, bank } = present(consortium.alice.accounts[BANK_A]);
    const operator = consortium.operatorOf(BANK_A);
    for (const action of ['deposit', 'withdraw'] as const) {
      const params = { bank, account, amount: '1', currency: 'USD' };
      const beside = { params: { operation: newId('operation') } };
      const step = owned(BANK_A, consortium.signed(operator, action, params, beside));
      expect(codeOf(await consortium.attempt(step))).to.equal('CURRENCY');
    }
    const deal = await buy(consortium, { offer: await consortium.listOffer() });
    const payment = await deal.submission(BANK_B, '740000', { params: { currency: 'USD' } });
    expect(codeOf(await consortium.attempt(agreed(payment.command)))).to.equal('CURRENCY');
    expect(listText([machine('closePayments', { deal: DEAL })])).to.equal(SEAL);
  });

  async function refusedAs(code: string, request: Request): Promise<void> {
    const answer = await ask(consortium, request);
    const what = JSON.stringify(request).slice(0, 200);
    expect([answer.status, parseViolation(answer.message)?.code], what).to.deep.equal([500, code]);
    expect(answer.writes).to.equal(0);
  }
});

function codeOf(result: CommandResult): string {
  return result.ok ? 'ok' : result.code;
}
