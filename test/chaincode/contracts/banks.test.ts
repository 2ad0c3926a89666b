// Banks, accounts and links through the real contracts, with every refusal.
import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import { accountNumber } from '../../../chaincode/protocol/account-number.js';
import type { Command } from '../../../chaincode/protocol/commands.js';
import { agreed, BANK_A, BANK_B, COURIER, MARKETPLACE, owned } from '../../support/member-access.js';
import { makePerson, newId } from '../../support/people.js';
import { codeOf, refusalOf } from '../../support/refusals.js';
import { openConsortium, present, type TestConsortium } from '../../support/test-consortium.js';

describe('banks', () => {
  let consortium: TestConsortium;
  before(async () => {
    consortium = await openConsortium();
  });
  after(() => consortium.close());

  const number = () => accountNumber('10', randomBytes(5));
  const opening = (account: string, holder = newId('holder')) =>
    consortium.openingOf(BANK_A, { account, holder });
  const tried = async (command: Command) => codeOf((await consortium.tryOwn(BANK_A, [command]))[0]);

  it('are registered once, by the marketplace’s administrator, for a member that is a bank', async () => {
    const params = { bank: '30', owner: BANK_B, name: 'Third', bic: 'BK30RUMM' };
    const register = async (person = consortium.staff.anna, changes: Partial<typeof params> = {}) =>
      codeOf(
        (await consortium.agree([consortium.signed(person, 'registerBank', { ...params, ...changes })]))
          .results[0],
      );
    expect(await register(consortium.administratorOf(BANK_B))).to.equal('WRONG_ORGANISATION');
    expect(await register(consortium.staff.carol)).to.equal('WRONG_ROLE');
    expect(await register(consortium.staff.anna, { owner: COURIER })).to.equal('WRONG_ORGANISATION');
    expect(await register(consortium.staff.anna, { bank: '10' })).to.equal('EXISTS');
    expect(await register(consortium.staff.anna, { name: 'BANK 1O' })).to.equal('NAME_TAKEN');
    expect(await register()).to.equal('ok');
    expect(await consortium.row('bankName', 'thlrd')).to.deep.equal({ v: 1, skeleton: 'thlrd', bank: '30' });
    expect(await register(consortium.staff.anna, { bank: '31', name: 'third' })).to.equal('NAME_TAKEN');
  });

  it('of one list cannot share a name', async () => {
    const register = (bank: string, name: string) =>
      consortium.signed(consortium.staff.anna, 'registerBank', {
        bank,
        owner: BANK_B,
        name,
        bic: 'BKXXRUMM',
      });
    const { results } = await consortium.agree([
      register('41', 'Восток'),
      register('42', 'BOCTOK'),
      register('43', 'Востоки'),
    ]);
    expect(results.map(codeOf)).to.deep.equal(['ok', 'NAME_TAKEN', 'ok']);
  });

  it('publish what is theirs: an operator of one bank does not speak for another', async () => {
    const publication = {
      bank: '10',
      tariff: { usualBasisPoints: 1, toBank: {} },
      sealingKey: 'A'.repeat(43),
      debitCaps: {},
    };
    const foreign = consortium.signed(consortium.operatorOf(BANK_B), 'publishBank', publication);
    expect(await tried(foreign)).to.equal('WRONG_ORGANISATION');
    const elsewhere = consortium.signed(consortium.operatorOf(BANK_B), 'publishBank', publication);
    expect(codeOf(await consortium.attempt(owned(BANK_B, elsewhere)))).to.equal('WRONG_ORGANISATION');
    const before = present(await consortium.row('bank', '10'));
    await consortium.run(
      owned(BANK_A, consortium.signed(consortium.operatorOf(BANK_A), 'publishBank', publication)),
    );
    const after = present(await consortium.row('bank', '10'));
    expect(after).to.deep.include({ tariff: publication.tariff, previousTariff: before.tariff });
    expect(after.tariffSince).to.equal(consortium.now());
  });

  it('open well-made accounts of their own, once, by an operator’s signature', async () => {
    const account = number();
    const wrongDigits = account.slice(0, -1) + (account.endsWith('0') ? '1' : '0');
    expect(await tried(opening(wrongDigits))).to.equal('CHECK_DIGITS');
    expect(await tried(opening(accountNumber('20', randomBytes(5))))).to.equal('CHECK_DIGITS');
    const params = { bank: '10', account, holder: 'h', currency: 'RUB' };
    expect(await tried(consortium.signed(consortium.alice.person, 'openAccount', params))).to.equal(
      'WRONG_ROLE',
    );
    await consortium.run(owned(BANK_A, opening(account)));
    expect(await tried(opening(account))).to.equal('ACCOUNT_EXISTS');
  });

  it('pay in and out what is there, each operation once', async () => {
    const account = number();
    const moving = (
      action: 'deposit' | 'withdraw',
      amount: string,
      operation = newId('operation'),
      currency = 'RUB',
    ) => {
      const params = { bank: '10', account, amount, currency };
      return consortium.signed(consortium.operatorOf(BANK_A), action, params, { params: { operation } });
    };
    expect(await tried(moving('deposit', '5'))).to.equal('NO_ACCOUNT');
    const operation = newId('operation');
    await consortium.run(owned(BANK_A, opening(account)), owned(BANK_A, moving('deposit', '500', operation)));
    expect(await tried(moving('deposit', '500', operation))).to.equal('OPERATION_EXISTS');
    expect(await tried(moving('deposit', '5', undefined, 'EUR'))).to.equal('CURRENCY');
    expect(await tried(moving('withdraw', '501'))).to.equal('FUNDS');
    await consortium.run(owned(BANK_A, moving('withdraw', '200')));
    expect(await consortium.balance(BANK_A, account)).to.include({
      available: '300',
      held: '0',
      pending: '0',
    });
    const operations = await consortium.privately<{ kind: string }[]>(BANK_A, {
      about: 'statement',
      account,
    });
    expect(operations.map(({ kind }) => kind)).to.have.members(['deposit', 'withdrawal']);
  });

  it('tell no private reason in a submitted list, and refuse a list of which nothing is left', async () => {
    const taken = present(consortium.alice.accounts[BANK_A]).account;
    const { results } = await consortium.own(BANK_A, [opening(taken), opening(number())]);
    expect(results[0]).to.include({ ok: false, code: 'REFUSED' }).and.not.to.have.property('values');
    expect(results[1]?.ok).to.equal(true);
    const alone = await refusalOf(consortium.own(BANK_A, [opening(taken)]));
    expect(alone).to.contain('NOTHING_WRITTEN').and.to.contain('ACCOUNT_EXISTS');
  });

  it('answer a repeated command as repeated, and other content under its id not at all', async () => {
    const command = opening(number());
    await consortium.run(owned(BANK_A, command));
    const [again] = await consortium.tryOwn(BANK_A, [command]);
    expect(again).to.include({ ok: true, repeated: true });
    const id = present(command.intent).body.id;
    const params = { bank: '10', account: number(), holder: 'h', currency: 'RUB' };
    const other = consortium.signed(consortium.operatorOf(BANK_A), 'openAccount', params, { id });
    expect(await tried(other)).to.equal('OTHER_CONTENT');
  });

  it('link an account for its holder, who knows the code and signs with the key he asked with', async () => {
    const account = number();
    const holder = newId('holder');
    const link = newId('link');
    const eve = makePerson('eve');
    await consortium.enrol(MARKETPLACE, eve, ['client']);
    const asking = { bank: '10', currency: 'RUB', keyThumbprint: eve.thumbprint };
    const stolen = { ...asking, keyThumbprint: consortium.alice.person.thumbprint };
    const foreignKey = await consortium.attempt(agreed(consortium.signed(eve, 'askLink', stolen)));
    expect(codeOf(foreignKey)).to.equal('KEY_DIFFERS');
    await consortium.run(
      owned(BANK_A, opening(account, holder)),
      agreed(consortium.signed(eve, 'askLink', asking, { id: link })),
    );
    const confirming = (changes: { holder?: string; account?: string; link?: string } = {}, by = eve) =>
      consortium.confirmationOf(by, { link, account, holder, ...changes });
    expect(await tried(confirming({ holder: 'somebody' }))).to.equal('NOT_HOLDER');
    expect(await tried(confirming({ account: number() }))).to.equal('NO_ACCOUNT');
    expect(await tried(confirming({}, consortium.alice.person))).to.equal('WRONG_ROLE');
    const right = confirming();
    const wrongCode = { ...right, params: { holder, expectedCodeHash: '0'.repeat(64) } };
    expect(await tried(wrongCode)).to.equal('CODE');
    const sameName = { ...makePerson('eve', eve.id) };
    expect(await tried(confirming({}, sameName))).to.equal('KEY_DIFFERS');
    await consortium.run(owned(BANK_A, right));
    expect(await tried(confirming())).to.equal('WRONG_STATE');
    const confirmed = present(await consortium.row('link', link));
    expect(confirmed.status).to.equal('active');
    expect(await consortium.privately(BANK_A, { about: 'link', link })).to.deep.equal({
      v: 1,
      link,
      account,
      confirmed,
    });
  });

  it('leave no account number, holder or secret in any block', async () => {
    const { account, holder } = present(consortium.alice.accounts[BANK_A]);
    const blocks = (await consortium.network.rawBlocks())
      .map((block) => Buffer.from(block).toString('latin1'))
      .join('');
    expect(blocks).to.contain('link/');
    expect([blocks.includes(account), blocks.includes(holder)]).to.deep.equal([false, false]);
  });
});
