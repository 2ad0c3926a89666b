// What one client may have open at a time: deals that he has not paid, payments that he has not confirmed. A guard of
// this gateway against people who reserve much and pay nothing; the ledger knows no such limit.
import { rowKey } from '../../chaincode/protocol/rows.js';
import type { Intent } from '../../chaincode/protocol/intent.js';
import { nextStep } from '../../chaincode/protocol/deal-state.js';
import { Turns } from '../accounts/turns.js';
import type { Clock } from '../clock.js';
import type { Operations, SignedCommand } from '../operations/operations.js';
import { dealViewOf } from '../projection/deal-view.js';
import { Refused } from '../refused.js';
import type { DealReads, SubmittedPayment } from '../store/deal-reads.js';
import type { Confirmations } from './confirmations.js';

export interface ClientLimitsOptions {
  readonly deals: Pick<DealReads, 'ofPerson' | 'findMany' | 'paymentsOf'>;
  readonly operations: Pick<Operations, 'find' | 'submit' | 'underWay'>;
  readonly confirmations: Pick<Confirmations, 'of' | 'isAsked'>;
  readonly most: { readonly unpaidDeals: number; readonly unconfirmedPayments: number };
  readonly clock: Clock;
}

/** Of a buyer's newest deals, among which unpaid ones are counted. */
const LOOKED_AT = 30;

type OpenPayment = Pick<SubmittedPayment, 'id' | 'deal'>;

export class ClientLimits {
  private readonly turns = new Turns();

  constructor(private readonly options: ClientLimitsOptions) {}

  /**
   * Takes the command where the buyer may have one more unpaid deal, after what is to be kept beside it. Rejects: as
   * `Operations`, TOO_MANY_UNPAID.
   */
  takePurchase(person: string, command: SignedCommand, keep = () => Promise.resolve()): Promise<void> {
    return this.inTurn(person, command, async () => {
      const unpaid = await this.unpaidDeals(person, command.intent.body.id);
      const most = this.options.most.unpaidDeals;
      if (unpaid >= most) throw new Refused('TOO_MANY_UNPAID', { found: unpaid, most });
      await keep();
    });
  }

  /**
   * Takes the command where no other payment of the payer waits for its code in this deal, and not too many do in all.
   * Rejects: as `Operations`, PAYMENT_OPEN, TOO_MANY_UNCONFIRMED.
   */
  takePayment(person: string, deal: string, command: SignedCommand): Promise<void> {
    const { id } = command.intent.body;
    return this.inTurn(person, command, async () => {
      const others = (await this.unconfirmed(person)).filter((payment) => payment.id !== id);
      const open = others.find((payment) => payment.deal === deal);
      if (open !== undefined) {
        throw new Refused('PAYMENT_OPEN', { payment: open.id, operation: `/api/v1/operations/${open.id}` });
      }
      const most = this.options.most.unconfirmedPayments;
      if (others.length >= most) throw new Refused('TOO_MANY_UNCONFIRMED', { found: others.length, most });
    });
  }

  /** Any command, by the limit for its kind. Rejects: as the two above. */
  async take(person: string, command: SignedCommand): Promise<void> {
    const { action, params } = command.intent.body;
    const { deal } = params;
    if (action === 'buy') await this.takePurchase(person, command);
    if (action === 'submitPayment' && typeof deal === 'string') await this.takePayment(person, deal, command);
  }

  /** One command of a person is judged at a time, and the next sees it under way. */
  private inTurn(person: string, command: SignedCommand, judge: () => Promise<void>): Promise<void> {
    const { operations } = this.options;
    return this.turns.inTurn(person, async () => {
      // What was taken before is answered as before.
      if ((await operations.find(person, command.intent.body.id)) === null) await judge();
      await operations.submit(person, command, 0);
    });
  }

  private async unpaidDeals(person: string, bought: string): Promise<number> {
    const { deals, operations, clock } = this.options;
    const { items } = await deals.ofPerson(person, 'buyer', { cursor: null, limit: LOOKED_AT });
    const views = (await deals.findMany(items)).map(({ rows, shares }) => dealViewOf(rows, shares));
    const waiting = views.filter(
      (view) =>
        view.terms?.terms.deal !== bought && nextStep(view, clock.now())?.what === 'pay' && isUnpaid(view),
    );
    const known = new Set([...items, bought]);
    const fresh = (await operations.underWay(person, 'buy')).filter(({ body }) => !known.has(body.id));
    return waiting.length + fresh.length;
  }

  private async unconfirmed(person: string): Promise<readonly OpenPayment[]> {
    const { deals, operations } = this.options;
    const underWay = (await operations.underWay(person, 'submitPayment')).map(paymentOfIntent);
    const keys = underWay.map(({ deal, id }) => rowKey('payment', deal, id));
    const shown = await deals.paymentsOf(person, keys);
    const known = new Set(shown.map(({ id }) => id));
    const fresh = underWay.filter(({ id }) => !known.has(id));
    return [...shown.filter((payment) => this.isUnconfirmed(payment)), ...fresh];
  }

  /** Where the bank says it: until then. Elsewhere: until the bank has answered. */
  private isUnconfirmed({ id, bank, status, admission }: SubmittedPayment): boolean {
    const { confirmations } = this.options;
    if (status !== 'submitted' || admission === 'refused' || admission === 'closed') return false;
    if (!confirmations.isAsked(bank)) return true;
    const said = confirmations.of(id);
    // A code that is dead confirms nothing any more, and the payment ends with its time.
    return admission === null && said !== 'finalised' && said !== 'failed';
  }
}

function isUnpaid({ payments }: ReturnType<typeof dealViewOf>): boolean {
  return !payments.some(({ attested, row }) => attested && row.status === 'held');
}

function paymentOfIntent({ body }: Intent): OpenPayment {
  const { deal } = body.params;
  return { id: body.id, deal: typeof deal === 'string' ? deal : '' };
}
