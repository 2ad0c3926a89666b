// Where the money of a deal is, as the money strip draws it: four stations and the three stretches of rail between
// them. It follows from what the ledger says alone.
import type { DealListItem, DealPage, PaymentInfo } from '../../gateway/protocol/api/deals.js';
import { isGivenBack } from '../../gateway/protocol/deal-status.js';

export type Tint = 'moving' | 'held' | 'paid' | 'returned' | 'done';

export interface Part {
  /** Of the whole stretch, 0 to 1. */
  readonly share: number;
  readonly tint: Tint;
}

export type StationName = 'payer' | 'held' | 'courier' | 'payee';

/** One line under a station: a key of the words, with a sum where there is one. */
export interface Line {
  readonly words: string;
  readonly amount: string | null;
  readonly bank: string | null;
}

export interface Station {
  readonly name: StationName;
  /** Whether the money, or the parcel, is here now. */
  readonly at: Tint | null;
  readonly lines: readonly Line[];
  /** The stretch behind it; the last has none. */
  readonly rail: readonly Part[];
}

type Money = DealPage['money'];
export type StripDeal = Pick<DealPage, 'money' | 'status' | 'payments' | 'shipment'>;

const PARTS = 10_000n;

function shareOf(amount: string, price: string): number {
  return BigInt(price) === 0n ? 0 : Number((BigInt(amount) * PARTS) / BigInt(price)) / Number(PARTS);
}

const isSome = (amount: string): boolean => amount !== '0';
const line = (words: string, amount: string | null = null, bank: string | null = null): Line => ({
  words,
  amount,
  bank,
});

const TINT_OF = {
  asked: 'moving',
  admitted: 'moving',
  held: 'held',
  captured: 'paid',
  returned: 'returned',
  refused: null,
  late: 'returned',
} as const satisfies { readonly [P in PaymentInfo['place']]: Tint | null };

/** Parts of the price by where they are, for the stretch that payments fill. */
function paidInParts(payments: readonly PaymentInfo[], price: string): Part[] {
  return payments.flatMap(({ amount, place }) => {
    const tint = TINT_OF[place];
    return tint === null ? [] : [{ share: shareOf(amount, price), tint }];
  });
}

function payerStation({ money, payments, status }: StripDeal): Station {
  const moving = payments.filter(({ place }) => place === 'asked' || place === 'admitted');
  const isOver = isGivenBack(status) || status === 'completed';
  const lines = [
    ...moving.map(({ bank, amount, place }) => line(place, amount, bank)),
    ...(isSome(money.missing) && !isOver ? [line('missing', money.missing)] : []),
  ];
  const at = moving.length > 0 ? 'moving' : null;
  return { name: 'payer', at, lines, rail: paidInParts(payments, money.price) };
}

function heldStation({ money, payments, status }: StripDeal): Station {
  const held = payments.filter(({ place }) => place === 'held').map((p) => line('held', p.amount, p.bank));
  const isGone = isSome(money.captured) && held.length === 0;
  if (isGivenBack(status)) {
    const lines = [...held, ...(isSome(money.returned) ? [line('returned', money.returned)] : [])];
    return { name: 'held', at: isSome(money.returned) ? 'returned' : null, lines, rail: [] };
  }
  const at = held.length > 0 ? 'held' : isGone ? 'done' : null;
  return { name: 'held', at, lines: isGone ? [line('heldBefore')] : held, rail: [] };
}

const COURIER = {
  none: null,
  announced: null,
  accepted: 'moving',
  delivered: 'done',
} as const satisfies { readonly [S in DealPage['shipment']]: Tint | null };

function courierStation({ shipment }: StripDeal): Station {
  const lines = shipment === 'none' ? [] : [line(shipment)];
  return { name: 'courier', at: COURIER[shipment], lines, rail: [] };
}

function payeeStation({ money }: StripDeal): Station {
  const isAll = isSome(money.credited) && BigInt(money.credited) >= BigInt(money.captured);
  const onWay = (BigInt(money.captured) - BigInt(money.credited)).toString();
  const lines = [
    ...(isSome(money.credited) ? [line('credited', money.credited)] : []),
    ...(isSome(money.captured) && !isAll ? [line('captured', onWay)] : []),
  ];
  const at = isAll ? 'paid' : isSome(money.captured) ? 'moving' : null;
  return { name: 'payee', at, lines, rail: [] };
}

/** From held to the courier: the parcel's way; the money stands still until it has arrived. */
function parcelParts({ shipment, money }: StripDeal): Part[] {
  if (isSome(money.captured)) return [{ share: 1, tint: 'paid' }];
  if (shipment === 'delivered') return [{ share: 1, tint: 'held' }];
  return shipment === 'accepted' ? [{ share: 0.5, tint: 'held' }] : [];
}

function payoutParts({ price, captured, credited }: Money): Part[] {
  const onWay = (BigInt(captured) - BigInt(credited)).toString();
  const parts: Part[] = [
    { share: shareOf(credited, price), tint: 'paid' },
    { share: shareOf(onWay, price), tint: 'moving' },
  ];
  return parts.filter(({ share }) => share > 0);
}

export function stationsOf(deal: StripDeal): readonly Station[] {
  return [
    payerStation(deal),
    { ...heldStation(deal), rail: parcelParts(deal) },
    { ...courierStation(deal), rail: payoutParts(deal.money) },
    payeeStation(deal),
  ];
}

/** The three short stretches of the strip in a list, which knows sums only. */
export function smallStretches({
  money,
  status,
}: Pick<DealListItem, 'money' | 'status'>): readonly (readonly Part[])[] {
  const { price, asked, held, captured, returned } = money;
  const paidIn: Part[] = [
    { share: shareOf(captured, price), tint: 'paid' },
    { share: shareOf(held, price), tint: 'held' },
    { share: shareOf(asked, price), tint: 'moving' },
    { share: shareOf(returned, price), tint: 'returned' },
  ];
  const parcel: Part[] = isSome(captured) ? [{ share: 1, tint: 'paid' }] : [];
  const isOver = isGivenBack(status);
  return [paidIn.filter(({ share }) => share > 0), isOver ? [] : parcel, isOver ? [] : payoutParts(money)];
}
