import { expect } from 'chai';
import { Narrator } from '../../demo/narrator.js';
import { Gateways } from '../../demo/gateways.js';
import { FakeAdminApis } from './fake-admin-apis.js';

const DEAL = 'deal_0123456789';
const PAYMENT = 'payment_0123456789';

function step(action: string, lane: string, more: { id?: string; code?: string; rows?: string[] } = {}) {
  return { block: 1, txId: `${action}0123456789`, lane, action, id: PAYMENT, code: null, rows: [], ...more };
}

describe('narrator of a deal', () => {
  let adminApis: FakeAdminApis | undefined;
  afterEach(async () => {
    await adminApis?.close();
    adminApis = undefined;
  });

  /** What is told of these steps, the second telling after a line of dots. */
  async function told(steps: readonly object[], status: string, admission = 'admitted'): Promise<string[]> {
    const view = {
      payments: [
        {
          row: { id: PAYMENT, deal: DEAL, owner: 'BankAMSP', status, amount: '500000', fee: '7500' },
          attested: true,
          admission: { status: admission },
        },
      ],
      credits: [
        {
          row: { deal: DEAL, payment: PAYMENT, payee: 'commission', owner: 'BankAMSP', amount: '62000' },
          attested: true,
        },
        {
          row: { deal: DEAL, payment: PAYMENT, payee: 'seller', owner: 'BankBMSP', amount: '500000' },
          attested: true,
        },
      ],
    };
    const answers = { [`/deals/${DEAL}`]: { block: 1, deal: view }, [`/deals/${DEAL}/history`]: { steps } };
    adminApis = await FakeAdminApis.open({ MarketplaceMSP: answers });
    const lines: string[] = [];
    const gateways = await Gateways.open(adminApis.context, (line) =>
      lines.push(line.replace(/ {2,}/g, ' ').trim()),
    );
    const narrator = new Narrator(gateways, DEAL);
    narrator.name(PAYMENT, 'payment 1');
    await narrator.tellWorkers();
    lines.push('...');
    await narrator.tellWorkers();
    return lines;
  }

  it('tells each step once, with its owner, sum and transaction', async () => {
    const rows = (payee: string) => ({ rows: [`credit/${DEAL}/${PAYMENT}/${payee}`] });
    const steps = [
      step('admitPayment', 'agreement'),
      step('answerPayment', 'owner'),
      step('markPaid', 'agreement', { id: DEAL }),
      step('capture', 'owner'),
      { ...step('credit', 'owner', rows('commission')), txId: 'aaaaaaaaaaaaaaaa' },
      { ...step('credit', 'owner', rows('seller')), txId: 'bbbbbbbbbbbbbbbb' },
    ];
    expect(await told(steps, 'captured')).to.deep.equal([
      'Marketplace reserves the goods and admits payment 1 tx admitPayment',
      'Bank A answers payment 1, 5 075.00: the money is held tx answerPaymen',
      'Marketplace marks the deal paid: payout plan, credits and parcel are on the ledger tx markPaid0123',
      'Bank A captures 5 075.00 of payment 1, having checked all signatures again tx capture01234',
      'Bank A credits the commission with 620.00 tx aaaaaaaaaaaa',
      'Bank B credits the seller with 5 000.00 tx bbbbbbbbbbbb',
      '...',
    ]);
  });

  it('leaves out what people did, since they tell it themselves, and what was refused', async () => {
    const steps = [
      step('submitPayment', 'agreement'),
      step('expire', 'agreement', { code: 'PAYMENT_UNANSWERED' }),
    ];
    expect(await told(steps, 'submitted')).to.deep.equal(['...']);
  });

  it('tells a late yes, a no and a admission that turned a payment away as what they are', async () => {
    const answer = [step('answerPayment', 'owner')];
    expect((await told(answer, 'late'))[0]).to.include('yes, but too late: held and given back at once');
    await adminApis?.close();
    expect((await told(answer, 'rejected'))[0]).to.include('payment 1, 5 075.00: no');
    await adminApis?.close();
    const refused = await told([step('admitPayment', 'agreement')], 'submitted', 'refused');
    expect(refused[0]).to.include('Marketplace turns away payment 1');
  });
});
