// Credits above what the bank takes on another bank's word wait with their places, and are not asked for all the time.
import { expect } from 'chai';
import type { Command } from '../../../chaincode/protocol/commands.js';
import type { DealView } from '../../../chaincode/protocol/queries.js';
import type { PaymentAction } from '../../../gateway/payments/due-actions.js';
import { WaitingCredits } from '../../../gateway/payments/waiting-credits.js';
import type { WorkerSubmitter } from '../../../gateway/worker/submitter.js';
import { dealView } from '../support/deal-views.js';

const FULL = 'CAP_REACHED';

describe('credits that wait for a settlement', () => {
  let waiting: WaitingCredits;
  /** Deals whose credits were sent. */
  let sent: string[];
  /** What the ledger says to a credit; null: it is taken. */
  let code: string | null;
  beforeEach(() => {
    waiting = new WaitingCredits();
    sent = [];
    code = FULL;
  });

  const ledger: WorkerSubmitter = {
    submit: (_lane, commands) => {
      sent.push(...commands.map(({ params }) => (params as { readonly deal: string }).deal));
      const outcome = { id: 'x', txId: 'tx', block: 1 };
      return Promise.resolve(
        commands.map(() => (code === null ? { ok: true, ...outcome } : { ok: false, code, ...outcome })),
      );
    },
  };

  /** An executor that sends each credit that is due, and says whether all were taken. */
  function executor() {
    const submitter = waiting.noticing(ledger);
    return waiting.sparing({
      execute: async (deal: string, _view: DealView, actions: readonly PaymentAction[]) => {
        const commands: Command[] = actions.flatMap((action) => {
          if (action.action !== 'credit') return [];
          const { payment, payee } = action;
          return [{ action: 'credit', params: { deal, payment, payee, operation: 'operation_1' } }];
        });
        return (await submitter.submit('owner', commands)).every(({ ok }) => ok);
      },
    });
  }

  const credit = (payment: string) => ({ action: 'credit', payment, payee: 'seller' }) as const;
  const viewOf = (payment: string, owner: string, arrivedAt: number): DealView =>
    dealView({
      payments: [{ id: payment, status: 'captured', owner, arrivedAt }],
      credits: [{ payment, payee: 'seller', amount: '700' }],
    });
  const run = (deal: string, payment: string, of: { owner?: string; arrivedAt?: number } = {}) =>
    executor().execute(deal, viewOf(payment, of.owner ?? 'BankAMSP', of.arrivedAt ?? 5), [credit(payment)]);

  it('are sent once and then kept: the deal is asked again, the credit is not', async () => {
    expect(await run('deal_1', 'payment_1')).to.equal(false);
    expect(await run('deal_1', 'payment_1')).to.equal(true);
    expect(sent).to.deep.equal(['deal_1']);
    expect(waiting.list()).to.deep.equal([
      {
        ...{ deal: 'deal_1', payment: 'payment_1', payee: 'seller', payerBank: '10', currency: 'RUB' },
        ...{ amount: '700', arrivedAt: 5, place: 1 },
      },
    ]);
  });

  it('have places by the arrival of their payments, in one queue for each bank', async () => {
    await run('deal_1', 'payment_1', { arrivedAt: 9 });
    await run('deal_2', 'payment_2', { arrivedAt: 3 });
    await run('deal_3', 'payment_3', { arrivedAt: 6, owner: 'BankBMSP' });
    const places = waiting.list().map(({ deal, payerBank, place }) => [deal, payerBank, place]);
    expect(places).to.deep.equal([
      ['deal_2', '10', 1],
      ['deal_3', '20', 1],
      ['deal_1', '10', 2],
    ]);
    expect(waiting.list('deal_1').map(({ place }) => place)).to.deep.equal([2]);
    expect(waiting.list('deal_4')).to.deep.equal([]);
  });

  it('go on in their order once the room has changed, and what is refused again waits again', async () => {
    await run('deal_1', 'payment_1', { arrivedAt: 9 });
    await run('deal_2', 'payment_2', { arrivedAt: 3 });
    expect(waiting.release()).to.deep.equal(['deal_2', 'deal_1']);
    expect(waiting.list()).to.deep.equal([]);
    code = null;
    expect(await run('deal_2', 'payment_2')).to.equal(true);
    code = FULL;
    await run('deal_1', 'payment_1');
    expect(waiting.list().map(({ deal }) => deal)).to.deep.equal(['deal_1']);
    expect(sent).to.deep.equal(['deal_1', 'deal_2', 'deal_2', 'deal_1']);
  });

  it('are only those that the ledger refuses for want of room', async () => {
    code = 'NOT_CAPTURED';
    expect(await run('deal_1', 'payment_1')).to.equal(false);
    expect(waiting.list()).to.deep.equal([]);
    expect(await run('deal_1', 'payment_1')).to.equal(false);
    expect(sent).to.deep.equal(['deal_1', 'deal_1']);
  });
});
