// What a bank shows a deal's marketplace of its own side: a quote, a payment's operation and refund key, operations.
// To any other member there is no such deal.
import { rowKey } from '../../chaincode/protocol/rows.js';
import { interbankFeeOf, tariffBasisPoints } from '../../chaincode/protocol/fees.js';
import type { BankRow } from '../../chaincode/protocol/member.js';
import type { OperationView } from '../../chaincode/protocol/queries.js';
import type { OperationIds } from '../accounts/operation-ids.js';
import type { Clock } from '../clock.js';
import type { LedgerClient } from '../ledger/ledger-client.js';
import type { HeldBackCredit, PartnerPayment, PartnerQuote } from '../protocol/partner/endpoints.js';
import { Refused } from '../refused.js';
import type { NamedPayment, PaymentAuthorisations } from './authorisations.js';
import type { WaitingCredits } from './waiting-credits.js';

export interface PartnerReadsOptions {
  readonly bank: string;
  readonly ledger: LedgerClient;
  readonly authorisations: PaymentAuthorisations;
  readonly operationIds: OperationIds;
  readonly waitingCredits: Pick<WaitingCredits, 'list'>;
  readonly clock: Clock;
}

type TiedKind = 'hold' | 'capture' | 'void';
const TIED: ReadonlySet<string> = new Set<TiedKind>(['hold', 'capture', 'void']);

export interface DealOperation {
  readonly operation: string;
  readonly kind: TiedKind;
  readonly payment: string;
  readonly at: number;
  readonly currency: string;
  readonly amount: string;
}

export class PartnerReads {
  constructor(private readonly options: PartnerReadsOptions) {}

  /** Throws Refused: NOT_FOUND while no tariff is published. */
  async quote(of: { readonly payeeBank: string; readonly amount: string }): Promise<PartnerQuote> {
    const { ledger, bank, clock } = this.options;
    const key = rowKey('bank', bank);
    const row = (await ledger.rows([key]))[key] as BankRow | null | undefined; // the key names the kind
    return quoteOf(row ?? null, of, clock.now());
  }

  /** Throws Refused (NOT_FOUND). */
  async payment(named: NamedPayment): Promise<PartnerPayment> {
    const { authorisations, operationIds } = this.options;
    const { payment } = await authorisations.find(named);
    const { id, deal, status } = payment.row;
    const [hold] = (await this.tied(deal)).filter((entry) => entry.kind === 'hold' && entry.payment === id);
    const refundKey = hold === undefined ? null : await operationIds.refundKey(deal);
    return { payment: id, deal, status, operation: hold?.operation ?? null, refundKey };
  }

  /** Throws Refused (NOT_FOUND). */
  async operations(of: Omit<NamedPayment, 'payment'>): Promise<readonly DealOperation[]> {
    await this.requireDealOf(of.partner, of.deal);
    return this.tied(of.deal);
  }

  /** Throws Refused (NOT_FOUND). */
  async heldBack(of: Omit<NamedPayment, 'payment'>): Promise<readonly HeldBackCredit[]> {
    await this.requireDealOf(of.partner, of.deal);
    return this.options.waitingCredits
      .list(of.deal)
      .map(({ payment, payerBank, currency, amount, place }) => ({
        payment,
        payerBank,
        currency,
        amount,
        place,
      }));
  }

  /** Throws Refused (NOT_FOUND). */
  async requireDealOf(partner: string, deal: string): Promise<void> {
    const { terms } = await this.options.ledger.deal(deal);
    if (terms?.terms.offerTerms.marketplace !== partner) throw new Refused('NOT_FOUND');
  }

  private async tied(deal: string): Promise<readonly DealOperation[]> {
    const all = await this.options.ledger.queryPrivate({ about: 'operations', deal });
    return all.flatMap((view) => {
      const { operation, kind, payment, at, currency } = view;
      if (!TIED.has(kind) || payment === null) return [];
      return [{ operation, kind: kind as TiedKind, payment, at, currency, amount: movedIn(view) }];
    });
  }
}

/** What a tariff makes of an amount. Throws Refused: NOT_FOUND while none is published. */
export function quoteOf(
  row: BankRow | null,
  { payeeBank, amount }: { readonly payeeBank: string; readonly amount: string },
  askedAt: number,
): PartnerQuote {
  if (row?.tariff == null) throw new Refused('NOT_FOUND', { what: 'tariff' });
  const { id, tariff, tariffSince } = row;
  const fee = interbankFeeOf({ amount, payerBank: id, sellerBank: payeeBank, tariff });
  const total = (BigInt(amount) + BigInt(fee)).toString();
  const basisPoints = payeeBank === id ? 0 : tariffBasisPoints(tariff, payeeBank);
  return { amount, fee, total, basisPoints, tariffSince, askedAt };
}

/** Lines sum to zero: what came in on one side. No line itself is shown, since they name accounts. */
function movedIn({ lines }: OperationView): string {
  const coming = lines.map(({ amount }) => BigInt(amount)).filter((amount) => amount > 0n);
  return coming.reduce((sum, amount) => sum + amount, 0n).toString();
}
