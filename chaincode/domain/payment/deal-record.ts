// A bank records what it can prove of a deal as soon as it can, and needs no other member for it again.
import type { MachineParams } from '../../protocol/commands.js';
import { HAD_MONEY, isDelivered, provenMoney, sumOf } from '../../protocol/deal-state.js';
import type { Instant } from '../../protocol/forms.js';
import { attestedOrNull, type Owned } from '../../protocol/owned.js';
import type { PaymentRow } from '../../protocol/payment.js';
import type { ShipmentRow } from '../../protocol/shipment.js';
import { isProven } from '../intent-proof.js';
import { present } from '../owned.js';
import type { DealRecordRow, OwnPayment, PartysWord } from './deal-record-row.js';
import type { ProvenDeal } from './deal-proof.js';

/** The record with one more payment that the bank holds from now on. */
export function withHeld(
  known: DealRecordRow | null,
  proven: ProvenDeal,
  { payment, at }: Pick<OwnPayment, 'payment' | 'at'>,
): DealRecordRow {
  const own = { payment, status: 'held', at } as const;
  if (known !== null) return { ...known, own: [...known.own, own] };
  const facts = { full: null, moved: null, delivered: null, word: null };
  return { v: 1, deal: payment.deal, ...proven, own: [own], ...facts };
}

export interface RecordInput {
  readonly channel: string;
  readonly now: Instant;
  readonly params: MachineParams['recordDeal'];
  readonly record: DealRecordRow | null;
  /** The payments that the command names. */
  readonly payments: readonly (Owned<PaymentRow> | null)[];
  readonly shipment: Owned<ShipmentRow> | null;
  readonly trusts: (bank: string, msp: string) => boolean;
}

/**
 * Sets what is not set and can be proved now; the rest waits. Null: nothing is new.
 * Rejects: NOT_FOUND if this bank holds nothing for the deal.
 */
export function decideRecord(input: RecordInput): DealRecordRow | null {
  const before = present(input.record, 'dealRecord');
  const seen = { ...before, ...factsSeen(input, before) };
  const after = { ...seen, word: before.word ?? wordOf(input, seen) };
  return FACTS.some((fact) => after[fact] !== before[fact]) ? after : null;
}

const FACTS = ['full', 'moved', 'delivered', 'word'] as const;

/** What was recorded before stays. */
function factsSeen(
  input: RecordInput,
  before: DealRecordRow,
): Pick<DealRecordRow, 'full' | 'moved' | 'delivered'> {
  const { now, shipment } = input;
  return {
    full: before.full ?? fullOf(input, before),
    moved: before.moved ?? (hasMoved(shipment, before) ? now : null),
    delivered: before.delivered ?? (isDelivered(shipment, before.terms.terms) ? now : null),
  };
}

/** Whether the pinned courier says that he has the parcel. */
export function hasMoved(
  shipment: Owned<ShipmentRow> | null,
  { terms }: Pick<DealRecordRow, 'terms'>,
): boolean {
  const row = attestedOrNull(shipment);
  const { deal, offerTerms } = terms.terms;
  return row?.deal === deal && row.owner === offerTerms.courier && row.status !== 'announced';
}

/** The payments that make up the price; each bank answers for its own. */
function fullOf({ payments, trusts, now }: RecordInput, record: DealRecordRow): DealRecordRow['full'] {
  const money = provenMoney({ terms: record.terms, payments, trusts }, HAD_MONEY);
  if (sumOf(money) !== BigInt(record.terms.terms.offerTerms.price)) return null;
  const planned = money.map(({ id, bank, amount, arrivedAt }) => ({ id, bank, amount, arrivedAt }));
  return { at: now, payments: planned };
}

/** The seller's concession, or the buyer's acceptance of what was delivered; null: none is proved. */
function wordOf({ channel, now, params }: RecordInput, record: DealRecordRow): PartysWord | null {
  const { acceptance, concession } = params;
  if (
    acceptance !== null &&
    record.delivered !== null &&
    isWordOf('acceptance', acceptance, record, channel)
  ) {
    return { kind: 'acceptance', at: now, signed: acceptance };
  }
  if (concession === null || !isWordOf('concession', concession, record, channel)) return null;
  return { kind: 'concession', at: now, signed: concession };
}

const ACTIONS = { acceptance: 'acceptGoods', concession: 'concedeDeal' } as const;

/** Whether it is the word of the party whose it is, with the key of the link that was recorded. */
export function isWordOf(
  kind: PartysWord['kind'],
  signed: PartysWord['signed'],
  { terms: { deal, terms, termsHash, buyersLink, sellersLink } }: Pick<DealRecordRow, 'terms'>,
  channel: string,
): boolean {
  const [person, link] =
    kind === 'acceptance' ? [terms.buyer, buyersLink] : [terms.offerTerms.seller, sellersLink];
  const said = { channel, id: signed.id, action: ACTIONS[kind], person, params: { deal, termsHash } };
  return isProven({ what: kind, signed, ...said, link: { row: link, attested: true } });
}
