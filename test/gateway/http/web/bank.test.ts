// What a bank's operators do and read, over HTTP, on the real rules, a real database and a simulated core.
import { expect } from 'chai';
import { randomBytes } from 'node:crypto';
import { accountNumber } from '../../../../chaincode/protocol/account-number.js';
import type { Operation } from '../../../../gateway/protocol/api/forms.js';
import { deposit, openAccount, withdraw } from '../../../../gateway/sdk/commands/accounts.js';
import type { CommandRequest } from '../../../../gateway/sdk/request.js';
import type { PersonAction } from '../../../../chaincode/protocol/commands.js';
import type { ExposureView } from '../../../../chaincode/protocol/queries.js';
import { PostgresProjectionTables } from '../../../../gateway/store/postgres/projection-tables.js';
import { publishingCaps } from '../../../support/debit-caps.js';
import { buy, machine } from '../../../support/deal-play.js';
import { agreed, BANK_A, BANK_B, MARKETPLACE } from '../../../support/member-access.js';
import type { Person } from '../../../support/people.js';
import { type EngineConsortium, openConsortium, present } from '../../../support/test-consortium.js';
import { blocksOf, project } from '../../projection/chain.js';
import { atBankWeb, type BankWeb } from '../../support/bank-web.js';

interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}
interface Account {
  readonly account: string;
  readonly holder: string;
  readonly available: string;
}
interface Request {
  readonly payment: string;
  readonly stage: string;
  readonly answerBy: number | null;
}
interface Statement {
  readonly account: Account;
  readonly operations: Page<{ readonly operation: string; readonly kind: string }>;
}

const newNumber = (): string => accountNumber('10', randomBytes(5));
/** A database's server starts with the first of them. */
const LIMIT_MS = 60_000;
const HOLDER = 'holder_wanda';

describe('a bank’s operators', function () {
  this.timeout(LIMIT_MS);
  let consortium: EngineConsortium;
  before(async () => {
    consortium = await openConsortium();
  });

  const atBank = (run: (bank: BankWeb) => Promise<void>): Promise<void> =>
    atBankWeb(consortium, async (bank) => {
      bank.core.addCustomer({ holder: HOLDER, name: 'Wanda', phone: '+70000000001' });
      await run(bank);
    });

  const signed = <A extends PersonAction>(
    request: CommandRequest<A>,
    by: Person = consortium.operatorOf(BANK_A),
  ) => ({
    intent: consortium.asked(by, request).intent,
  });
  const opening = (account: string, holder = HOLDER) =>
    signed(openAccount({ bank: '10', account, holder, currency: 'RUB' }));
  const payingIn = (account: string, amount: string) =>
    signed(deposit({ bank: '10', account, amount, currency: 'RUB' }));

  async function openedAccount({ call }: BankWeb, amounts: readonly string[] = []): Promise<string> {
    const account = newNumber();
    expect(await call<Operation>('openAccount', { body: opening(account) })).to.include({ status: 'done' });
    for (const amount of amounts) {
      consortium.advance(1_000);
      expect(await call<Operation>('deposit', { body: payingIn(account, amount) })).to.include({
        status: 'done',
      });
    }
    return account;
  }

  it('customers are looked for page by page, and one is read by his reference', () =>
    atBank(async ({ call, codeOf, core }) => {
      core.addCustomer({ holder: 'holder_walter', name: 'Walter', phone: '+70000000002' });
      const body = { words: 'wa', limit: 1 };
      const first = await call<Page<{ readonly name: string }>>('searchHolders', { body });
      const cursor = first.next;
      const second = await call<typeof first>('searchHolders', { body: { ...body, cursor } });
      expect([...first.items, ...second.items].map(({ name }) => name)).to.deep.equal(['Wanda', 'Walter']);
      expect(second.next).to.equal(null);
      expect(await call('getHolder', { body: { holder: HOLDER } })).to.deep.include({ name: 'Wanda' });
      expect(await codeOf(call('getHolder', { body: { holder: 'holder_wand' } }))).to.equal('NO_HOLDER');
      expect(await codeOf(call('getHolder', { body: { holder: 'a/../b' } }))).to.equal('BAD_INPUT');
      expect(await codeOf(call('searchHolders', { body: { words: 'x'.repeat(101) } }))).to.equal('BAD_INPUT');
      expect(await codeOf(call('searchHolders', { body: { limit: 101 } }))).to.equal('BAD_INPUT');
      expect(await codeOf(call('searchHolders', { body: 'a'.repeat(1_100_000) }))).to.equal('BODY_TOO_LARGE');
    }));

  it('an account is opened for a customer of the core alone, with a right number, once', () =>
    atBank(async (bank) => {
      const { call, codeOf } = bank;
      const account = newNumber();
      const unknown = call('openAccount', { body: opening(account, 'holder_nobody') });
      expect(await codeOf(unknown)).to.equal('NO_HOLDER');
      const wrong = `${account.slice(0, -1)}${account.endsWith('1') ? '2' : '1'}`;
      const misspelt = await call<Operation>('openAccount', { body: opening(wrong) });
      expect(misspelt).to.include({ status: 'refused', code: 'CHECK_DIGITS' });
      const body = opening(account);
      const once = await call<Operation>('openAccount', { body });
      expect(once).to.include({ status: 'done' });
      expect(await call('openAccount', { body }), 'the same again').to.deep.equal(once);
      const again = await call<Operation>('openAccount', { body: opening(account) });
      expect(again).to.include({ status: 'refused', code: 'ACCOUNT_EXISTS' });
      const { items } = await call<Page<Account>>('searchAccounts', { body: { holder: HOLDER } });
      expect(items.map((one) => one.account)).to.deep.equal([account]);
    }));

  it('money is paid in and out once, however often the command comes, and not more than there is', () =>
    atBank(async (bank) => {
      const { call, codeOf } = bank;
      const account = await openedAccount(bank);
      const body = payingIn(account, '5000');
      const answers = await Promise.all([1, 2, 3].map(() => call<Operation>('deposit', { body })));
      expect(new Set(answers.map(({ status, txId }) => `${status} ${txId ?? ''}`)).size).to.equal(1);
      expect((await consortium.balance(BANK_A, account)).available).to.equal('5000');
      const out = (amount: string) => signed(withdraw({ bank: '10', account, amount, currency: 'RUB' }));
      const tooMuch = await call<Operation>('withdraw', { body: out('5001') });
      expect(tooMuch).to.include({ status: 'refused', code: 'FUNDS' });
      expect(await call<Operation>('withdraw', { body: out('5000') })).to.include({ status: 'done' });
      expect((await consortium.balance(BANK_A, account)).available).to.equal('0');
      const none = await call<Operation>('deposit', { body: payingIn(newNumber(), '1') });
      expect(none).to.include({ status: 'refused', code: 'NO_ACCOUNT' });
      expect(await codeOf(call('withdraw', { body }))).to.equal('WRONG_ACTION');
      const { intent } = payingIn(account, '1');
      const altered = {
        ...intent,
        body: { ...intent?.body, params: { ...intent?.body.params, amount: '9' } },
      };
      expect(await codeOf(call('deposit', { body: { intent: altered } }))).to.equal('BAD_SIGNATURE');
      expect(await codeOf(call('deposit', { body: { intent: {} } }))).to.equal('BAD_INPUT');
    }));

  it('a command of another bank’s operator, or signed by another person, moves nothing', () =>
    atBank(async (bank) => {
      const { call, codeOf } = bank;
      const account = await openedAccount(bank);
      const request = deposit({ bank: '10', account, amount: '100', currency: 'RUB' });
      const foreign = signed(request, consortium.operatorOf(BANK_B));
      expect(await codeOf(call('deposit', { body: foreign }))).to.equal('NOT_YOUR_INTENT');
      const refused = await call<Operation>('deposit', { body: foreign }, 'foreign');
      expect(refused).to.include({ status: 'refused', code: 'WRONG_ORGANISATION' });
      const clients = signed(request, consortium.alice.person);
      expect(await codeOf(call('deposit', { body: clients }, 'client'))).to.equal('FORBIDDEN');
      const atB = consortium.alice.accounts[BANK_B]?.account ?? '';
      expect(await codeOf(call('getStatement', { body: { account: atB } }))).to.equal('NO_ACCOUNT');
      expect((await consortium.balance(BANK_A, account)).available).to.equal('0');
    }));

  it('accounts are found by the beginning of their number, as people write it, or of their holder’s reference', () =>
    atBank(async (bank) => {
      const { call } = bank;
      const numbers = [
        await openedAccount(bank),
        await openedAccount(bank),
        await openedAccount(bank),
      ].sort();
      const found = async (body: object): Promise<string[]> =>
        (await call<Page<Account>>('searchAccounts', { body })).items.map(({ account }) => account);
      const [first = ''] = numbers;
      const written = `${first.slice(0, 2)} ${first.slice(2, 7)}\u00a0${first.slice(7, 12)} ${first.slice(12)} `;
      expect(await found({ words: written })).to.deep.equal([first]);
      expect(await found({ words: 'holder_w' })).to.deep.equal(numbers);
      expect(await found({ words: 'holder_w', holder: 'holder_walter' })).to.deep.equal([]);
      expect(await found({ words: '%' }), 'no pattern').to.deep.equal([]);
      const seen: string[] = [];
      for (let cursor: string | null | undefined; cursor !== null;) {
        const body = { limit: 2, ...(cursor === undefined ? {} : { cursor }) };
        const part: Page<Account> = await call('searchAccounts', { body });
        seen.push(...part.items.map(({ account }) => account));
        cursor = part.next;
      }
      expect(seen).to.deep.equal(numbers);
    }));

  it('an account whose opening got no answer is listed once the ledger has it, one that it refused never', () =>
    atBank(async ({ call, accounts, database }) => {
      const lost = { account: newNumber(), holder: HOLDER, currency: 'RUB' };
      const refused = { ...lost, account: newNumber() };
      await accounts.noteAsked(lost);
      await accounts.noteAsked(refused);
      const list = async (): Promise<string[]> =>
        (await call<Page<Account>>('searchAccounts', { body: {} })).items.map(({ account }) => account);
      expect(await list()).to.deep.equal([]);
      await consortium.run({ msp: BANK_A, command: consortium.openingOf(BANK_A, lost) });
      expect(await list()).to.deep.equal([lost.account]);
      const rows = await database.query
        .selectFrom('bank_accounts')
        .selectAll()
        .orderBy('is_opened')
        .execute();
      expect(rows.map((row) => [row.account, row.is_opened])).to.deep.equal([
        [refused.account, false],
        [lost.account, true],
      ]);
    }));

  it('a statement is read page by page, newest first, without a gap when money comes in between', () =>
    atBank(async (bank) => {
      const { call, codeOf } = bank;
      const account = await openedAccount(bank, ['1', '2', '3']);
      const all = await call<Statement>('getStatement', { body: { account } });
      expect(all.account).to.include({ holder: HOLDER, available: '6' });
      expect(all.operations.items).to.have.length(3);
      const first = await call<Statement>('getStatement', { body: { account, limit: 2 } });
      consortium.advance(1_000);
      await call('deposit', { body: payingIn(account, '4') });
      const cursor = first.operations.next;
      const second = await call<Statement>('getStatement', { body: { account, limit: 2, cursor } });
      const pages = [...first.operations.items, ...second.operations.items].map(({ operation }) => operation);
      expect(pages).to.deep.equal(all.operations.items.map(({ operation }) => operation));
      expect(second.operations.next).to.equal(null);
      const nul = Buffer.from(JSON.stringify([0, '\u0000'])).toString('base64url');
      for (const odd of ['', '-1', '1e9', 'null', '[]', "';--", nul]) {
        const asked = await call<Statement>('getStatement', { body: { account, cursor: odd } });
        expect(asked.operations.items, odd).to.have.length(4);
        const body = { cursor: odd };
        expect(await codeOf(call('searchAccounts', { body })), odd).to.equal('ok');
      }
      expect(await codeOf(call('getStatement', { body: { account: newNumber() } }))).to.equal('NO_ACCOUNT');
      expect(await codeOf(call('getStatement', { body: { account, cursor: 'x'.repeat(513) } }))).to.equal(
        'BAD_INPUT',
      );
    }));

  it('payment requests say what each waits for, what the core has said, and who pays; ended ones wait no more', () =>
    atBank(async ({ call, codeOf, database, notes }) => {
      const deal = await buy(consortium, { offer: await consortium.listOffer() });
      const payment = await deal.submit(BANK_A, '500000');
      const named = { deal: deal.id, payment };
      const read = async (): Promise<void> => {
        await project(await blocksOf(consortium), new PostgresProjectionTables(database.query));
      };
      const list = async (state: string): Promise<readonly Request[]> =>
        (await call<Page<Request>>('listPaymentRequests', { query: `?limit=100&state=${state}` })).items;
      const found = async (): Promise<Request | undefined> =>
        (await list('waiting')).find((one) => one.payment === payment);
      await read();
      expect(await found()).to.deep.include({ ...named, stage: 'admission', answerBy: null, payer: null });

      await consortium.run(agreed(machine('admitPayment', named)));
      await read();
      const account = consortium.alice.accounts[BANK_A]?.account ?? '';
      await notes.note(named, { account, holder: HOLDER });
      expect(await found()).to.deep.include({
        stage: 'code',
        payer: { account, holder: HOLDER },
        core: null,
      });
      expect((await found())?.answerBy).to.be.a('number');
      await notes.note(named, { askedAt: 5 });
      await notes.note(named, { askedAt: 9 });
      const silent = { askedAt: 5, verdict: null, reason: null, answeredAt: null };
      expect(await found(), 'asked first at 5').to.deep.include({ stage: 'core', core: silent });
      await notes.note(named, { verdict: 'no', reason: 'CUST', answeredAt: 11 });
      const said = { askedAt: 5, verdict: 'no', reason: 'CUST', answeredAt: 11 };
      expect(await found()).to.deep.include({ stage: 'recording', core: said, refusal: null });
      expect((await list('answered')).map((one) => one.payment)).to.not.include(payment);

      consortium.advance(86_400_000);
      await consortium.run(agreed(machine('closeAdmission', named)));
      await read();
      expect(await found(), 'nobody waits for it').to.equal(undefined);
      const closed = (await list('answered')).find((one) => one.payment === payment);
      expect(closed?.stage).to.equal('closed');
      expect(await codeOf(call('listPaymentRequests', { query: '?state=all' }))).to.equal('BAD_INPUT');
      expect(await codeOf(call('listPaymentRequests', {}, 'administrator'))).to.equal('FORBIDDEN');
      expect(await codeOf(call('listPaymentRequests', { query: '?cursor=AAAA' }))).to.equal('ok');
    }));

  it('operations of a deal stand under the fingerprint of its refund key, which is never shown', () =>
    atBank(async ({ call, codeOf }) => {
      const deal = await buy(consortium, { offer: await consortium.listOffer() });
      await deal.playTo('credited');
      const path = { deal: deal.id };
      const shown = await call<{
        readonly refundKeyFingerprint: string | null;
        readonly tied: readonly {
          readonly kind: string;
          readonly lines: readonly { readonly amount: string }[];
        }[];
        readonly others: readonly { readonly kind: string }[];
      }>('listDealOperations', { path });
      expect(shown.refundKeyFingerprint).to.match(/^[0-9a-f]{16}$/);
      expect(shown.tied.map(({ kind }) => kind)).to.include.members(['hold', 'capture']);
      expect(shown.others.filter(({ kind }) => ['hold', 'capture', 'void'].includes(kind))).to.deep.equal([]);
      for (const { lines } of shown.tied) {
        expect(lines.reduce((sum, { amount }) => sum + BigInt(amount), 0n)).to.equal(0n);
      }
      const none = await call('listDealOperations', { path: { deal: 'deal_unknown00' } });
      expect(none).to.deep.equal({ refundKeyFingerprint: null, tied: [], others: [] });
      expect(await codeOf(call('listDealOperations', { path: { deal: 'x' } }))).to.equal('BAD_INPUT');
    }));

  it('the trial balance joins accounts of one kind, and sums to zero', () =>
    atBank(async (bank) => {
      await openedAccount(bank, ['700']);
      const { items } = await bank.call<{
        readonly items: readonly {
          readonly currency: string;
          readonly lines: readonly {
            readonly kind: string;
            readonly accounts: number;
            readonly sum: string;
          }[];
          readonly sum: string;
        }[];
      }>('getTrialBalance');
      const books = await consortium.trialBalance(BANK_A);
      const rubles = items.find(({ currency }) => currency === 'RUB');
      const available = Object.entries(books.accounts).filter(([name]) => name.startsWith('available/'));
      const line = rubles?.lines.find(({ kind }) => kind === 'available');
      expect(line?.accounts).to.equal(available.length);
      expect(line?.sum).to.equal(available.reduce((sum, [, amount]) => sum + BigInt(amount), 0n).toString());
      expect(rubles?.lines.reduce((sum, one) => sum + BigInt(one.sum), 0n)).to.equal(0n);
      expect(rubles?.sum).to.equal('0');
    }));

  it("what the bank has credited on another's word stands beside its cap, with the credits that wait", () =>
    atBank(async ({ call, waitingCredits }) => {
      const deal = await buy(consortium, { offer: await consortium.listOffer() });
      await deal.playTo('credited');
      await consortium.run(await publishingCaps(consortium, BANK_A, { RUB: '62000001' }));
      const [counted] = await consortium.privately<ExposureView[]>(BANK_A, { about: 'exposures' });
      const of = { ...present(counted), cap: '62000001' };
      expect(await call('listDebitCaps')).to.deep.equal({ items: [{ ...of, waiting: [] }] });
      const submitter = waitingCredits.noticing({
        submit: () =>
          Promise.resolve([{ ok: false, id: 'x', code: 'CAP_REACHED', txId: null, block: null }] as never),
      });
      const payment = present(deal.payments[1]).id;
      const view = await consortium.deal(deal.id);
      const named = { payment, payee: 'marketplace' } as const;
      const params = { deal: deal.id, ...named, operation: 'operation_1' };
      const executor = waitingCredits.sparing({
        execute: async () => (await submitter.submit('owner', [{ action: 'credit', params }])).length > 0,
      });
      await executor.execute(deal.id, view, [{ action: 'credit', ...named }]);
      const { arrivedAt } = present(view.payments.find(({ row }) => row.id === payment)).row;
      const waiting = [{ place: 1, deal: deal.id, payment, amount: '62000', arrivedAt }];
      expect(await call('listDebitCaps')).to.deep.equal({ items: [{ ...of, waiting }] });
    }));

  it('the simulated core’s switches have an address here; a core that is away is said to be', () =>
    atBank(async ({ call, codeOf, core, stopCore }) => {
      expect(await call('getSimulator')).to.deep.equal({
        switches: `http://core.localhost:1/switches/${core.switchesSecret()}`,
      });
      await stopCore();
      expect(await codeOf(call('getSimulator'))).to.equal('CORE_UNAVAILABLE');
      expect(await codeOf(call('searchHolders', { body: {} }))).to.equal('CORE_UNAVAILABLE');
      expect(await codeOf(call('openAccount', { body: opening(newNumber()) }))).to.equal('CORE_UNAVAILABLE');
    }));

  it('an API key is issued to a marketplace once for one wish, shown once, and lives two years at most', () =>
    atBank(async ({ call, codeOf, web, apiKeys }) => {
      const wish = { member: MARKETPLACE, scopes: ['quotes'], label: 'test', expiresAt: Date.now() + 60_000 };
      const headers = { authorization: 'Bearer operator', 'idempotency-key': 'one-key-for-one-wish' };
      const issue = async (): Promise<{ readonly key: string; readonly record: { readonly id: string } }> =>
        (await (await web.send('POST', '/api/v1/bank/api-keys', wish, headers)).json()) as never;
      const [first, second] = [await issue(), await issue()];
      expect(second).to.deep.equal(first);
      const listed = await call<Page<{ readonly id: string }>>('listApiKeys', {}, 'administrator');
      expect(listed.items.map(({ id }) => id)).to.deep.equal([first.record.id]);
      expect(JSON.stringify(listed)).to.not.include(first.key.slice(-43));
      const code = (change: object) => codeOf(call('issueApiKey', { body: { ...wish, ...change } }));
      expect(await code({ member: BANK_B })).to.equal('NOT_FOUND');
      expect(await code({ expiresAt: Date.now() })).to.equal('TOO_LATE');
      expect(await code({ expiresAt: Date.now() + 3 * 365 * 86_400_000 })).to.equal('KEY_LIFE');
      for (const odd of [
        { scopes: [] },
        { scopes: ['quotes', 'quotes'] },
        { scopes: ['all'] },
        { label: ' ' },
      ]) {
        expect(await code(odd), JSON.stringify(odd)).to.equal('BAD_INPUT');
      }
      const body = { ...wish, label: 'by others' };
      expect(await codeOf(call('issueApiKey', { body }, 'administrator'))).to.equal('FORBIDDEN');
      expect(await codeOf(call('listApiKeys', {}, 'client'))).to.equal('FORBIDDEN');
      const path = { key: first.record.id };
      const life = { expiresAt: Date.now() + 120_000 };
      const rotated = await Promise.all(
        [1, 2, 3].map(() => codeOf(call('rotateApiKey', { path, body: life }))),
      );
      expect(rotated.sort()).to.deep.equal(['WRONG_STATE', 'WRONG_STATE', 'ok']);
      expect(await call('revokeApiKey', { path }, 'administrator'))
        .to.have.property('revokedAt')
        .a('number');
      expect(await apiKeys.check(first.key)).to.equal(null);
      expect(await codeOf(call('revokeApiKey', { path: { key: 'none' } }))).to.equal('NOT_FOUND');
    }));
});
