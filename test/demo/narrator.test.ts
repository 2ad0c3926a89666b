// What workers do is printed once for each event of the ledger, with its owner, sum and transaction.
import { expect } from 'chai';
import { Narrator } from '../../demo/narrator.js';
import { Gateways } from '../../demo/gateways.js';
import type { DealStep } from '../../gateway/protocol/admin.js';
import { FakeAdminApis } from './fake-admin-apis.js';

const DEAL = 'deal_0123456789';
const PAYMENT = 'payment_0123456789';

function step(action: string, rows: DealStep['rows'], more: Partial<DealStep> = {}): DealStep {
  const result = { ok: true, id: PAYMENT } as const;
  return { block: 1, txId: `${action}0123456789`, lane: 'agreement', action, result, rows, ...more };
}

const payment = (status: string) => ({ [`payment/${DEAL}/${PAYMENT}`]: status });
const admission = (status: string) => ({ [`admission/${DEAL}/${PAYMENT}`]: status });
const credit = (payee: string, status: string) => ({ [`credit/${DEAL}/${PAYMENT}/${payee}`]: status });
const phase = (status: string) => ({ [`phase/${DEAL}`]: status });

describe('narrator of a deal', () => {
  let adminApis: FakeAdminApis | undefined;
  afterEach(close);

  async function close(): Promise<void> {
    await adminApis?.close();
    adminApis = undefined;
  }

  /** What is printed of these steps, the second time after a line of dots. */
  async function printed(steps: readonly DealStep[], currency = 'RUB'): Promise<string[]> {
    const of = { deal: DEAL, payment: PAYMENT, currency } as const;
    const paid = { ...of, id: PAYMENT, owner: 'BankAMSP', amount: '500000', fee: '7500' };
    const [commission, price] = [
      { ...of, payee: 'marketplace', purpose: 'commission', owner: 'BankAMSP', amount: '62000' },
      { ...of, payee: 'seller', purpose: 'price', owner: 'BankBMSP', amount: '500000' },
    ];
    const view = {
      payments: [{ row: paid, attested: true, admission: null }],
      credits: [commission, price].map((row) => ({ row, attested: true })),
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

  it('prints each step once, with its owner, sum and transaction', async () => {
    const due = { ...credit('seller', 'due'), ...credit('marketplace', 'due') };
    const steps = [
      step('admitPayment', { ...admission('admitted'), [`reservation/${DEAL}`]: null }),
      step('answerPayment', payment('held')),
      step('markPaid', { ...phase('paid'), ...due, [`shipment/${DEAL}`]: 'announced' }),
      step('capture', payment('captured')),
      step('credit', credit('marketplace', 'credited'), { txId: 'aaaaaaaaaaaaaaaa' }),
      step('credit', credit('seller', 'credited'), { txId: 'bbbbbbbbbbbbbbbb' }),
    ];
    expect(await printed(steps)).to.deep.equal([
      'Marketplace reserves the goods and admits payment 1 tx admitPayment',
      'Bank A answers payment 1, 5 075.00: the money is held tx answerPaymen',
      'Marketplace marks the deal paid: payout plan, credits and parcel are on the ledger tx markPaid0123',
      'Bank A captures 5 075.00 of payment 1, having proved why for itself tx capture01234',
      'Bank A credits the commission with 620.00 tx aaaaaaaaaaaa',
      'Bank B credits the seller with 5 000.00 tx bbbbbbbbbbbb',
      '...',
    ]);
  });

  it('writes sums with the decimals of their currency', async () => {
    const capture = [step('capture', payment('captured'))];
    expect((await printed(capture, 'JPY'))[0]).to.include('captures 507 500 of payment 1');
    await close();
    expect((await printed(capture, 'KWD'))[0]).to.include('captures 507.500 of payment 1');
  });

  it('leaves out what people did, which is printed elsewhere, what was refused and what was repeated', async () => {
    const refused = { ok: false, id: DEAL, code: 'PAYMENT_UNANSWERED' } as const;
    const steps = [
      step('submitPayment', payment('submitted')),
      step('expire', phase('expired'), { result: refused }),
      step('markPaid', phase('paid'), { result: { ok: true, id: DEAL, repeated: true } }),
    ];
    expect(await printed(steps)).to.deep.equal(['...']);
  });

  it('prints a late yes, a no and an admission that turned a payment away as what they are', async () => {
    const sentences = async (rows: DealStep['rows']) => {
      const [line] = await printed([step('any', rows)]);
      await close();
      return line;
    };
    const late = await sentences(payment('late'));
    expect(late).to.include(
      'Bank A answers payment 1, 5 075.00: yes, but too late: held and given back at once',
    );
    expect(await sentences(payment('rejected'))).to.include('payment 1, 5 075.00: no');
    expect(await sentences(admission('refused'))).to.include('Marketplace turns away payment 1');
  });
});
