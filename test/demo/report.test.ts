import { expect } from 'chai';
import { booksBalance, reportOf } from '../../demo/report.js';
import { Gateways } from '../../demo/gateways.js';
import { FakeAdminApis, type Answers } from './fake-admin-apis.js';

const DEAL = 'deal_0123456789';

function payment(status: string, amounts: { amount: string; fee: string }, attested = true) {
  return { row: { id: `payment_${amounts.amount}`, status, ...amounts }, attested, admission: null };
}

function credit(payee: string, amount: string, status = 'credited', attested = true) {
  const purpose = payee === 'seller' ? 'price' : 'commission';
  return { row: { payee, purpose, amount, status }, attested };
}

function trialBalance(accounts: Record<string, string>, sum = '0') {
  const answer = [{ bank: '', currency: 'RUB', accounts, sum, operations: 1 }];
  return { '/queries trialBalance': { answer } };
}

const BOOKS_A = trialBalance({ 'available/1': '507500', 'bank/20': '438000', fees: '7500', cash: '-953000' });
const BOOKS_B = trialBalance({ 'pending/2': '1178000', 'bank/10': '-438000', cash: '-740000' });

describe('report of the demo', () => {
  let adminApis: FakeAdminApis | undefined;

  async function gatewaysWith(answers: Record<string, Answers>): Promise<Gateways> {
    adminApis = await FakeAdminApis.open(answers);
    return Gateways.open(adminApis.context, () => undefined);
  }

  afterEach(async () => {
    await adminApis?.close();
    adminApis = undefined;
  });

  it('counts only what the banks have captured, credited and given back, with attestation', async () => {
    const view = {
      phase: { status: 'completed' },
      payments: [
        payment('captured', { amount: '500000', fee: '7500' }),
        payment('captured', { amount: '740000', fee: '0' }),
        payment('captured', { amount: '1', fee: '1000' }, false),
        payment('voided', { amount: '300000', fee: '4500' }),
      ],
      credits: [
        credit('seller', '500000'),
        credit('seller', '678000'),
        credit('marketplace', '62000'),
        credit('marketplace', '5', 'due'),
        credit('seller', '7', 'credited', false),
      ],
    };
    const voided = {
      kind: 'void',
      lines: [
        { account: 'held/1', amount: '-304500' },
        { account: 'available/1', amount: '304500' },
      ],
    };
    const held = { kind: 'hold', lines: [{ account: 'available/1', amount: '-304500' }] };
    const operations = { groups: [{ refundKeyFingerprint: 'f', operations: [held, voided] }] };
    const gateways = await gatewaysWith({
      MarketplaceMSP: { [`/deals/${DEAL}`]: { block: 1, deal: view } },
      BankAMSP: { ...BOOKS_A, [`/deals/${DEAL}/operations`]: operations },
      BankBMSP: { ...BOOKS_B, [`/deals/${DEAL}/operations`]: { groups: [] } },
    });
    gateways.count('tx1');
    gateways.count('tx1');
    gateways.count('tx2');
    gateways.count(null);
    expect(await reportOf(gateways, [DEAL])).to.deep.equal({
      deals: [
        {
          id: DEAL,
          outcome: 'completed',
          payments: 4,
          paidToSeller: '1178000',
          commission: '62000',
          interbankFees: '7500',
          returned: '304500',
        },
      ],
      transactions: 2,
      balanced: true,
    });
  });

  it('books balance when each bank sums to zero and both tell the same of what one owes the other', async () => {
    expect(await booksBalance(await gatewaysWith({ BankAMSP: BOOKS_A, BankBMSP: BOOKS_B }))).to.equal(true);
  });

  it('books do not balance when the accounts of one bank leave a rest, whatever sum it states', async () => {
    const wrong = trialBalance({ 'available/1': '507501', 'bank/20': '438000', cash: '-945500' });
    expect(await booksBalance(await gatewaysWith({ BankAMSP: wrong, BankBMSP: BOOKS_B }))).to.equal(false);
  });

  it('books do not balance when a bank itself states a rest', async () => {
    const wrong = trialBalance({ 'available/1': '5', cash: '-5' }, '1');
    expect(await booksBalance(await gatewaysWith({ BankAMSP: BOOKS_A, BankBMSP: wrong }))).to.equal(false);
  });

  it('books do not balance when one bank owes what the other does not expect', async () => {
    const wrong = trialBalance({ 'pending/2': '1178000', 'bank/10': '-437999', cash: '-740001' });
    expect(await booksBalance(await gatewaysWith({ BankAMSP: BOOKS_A, BankBMSP: wrong }))).to.equal(false);
  });
});
