// What a seller types as the values that are signed: amounts in minor units, spans in milliseconds.
import type { OfferContent } from '../../../chaincode/protocol/offer.js';
import type { OfferContentText } from '../../../gateway/protocol/api/offers.js';
import { readAmount } from '../../app/texts.js';
import type { Faults } from '../../components/use-form.js';

export const SPANS = [
  'payTimeMs',
  'answerTimeMs',
  'shipTimeMs',
  'deliverTimeMs',
  'inspectionTimeMs',
] as const;
export type SpanName = (typeof SPANS)[number];

export const UNITS = ['minute', 'hour', 'day'] as const;
export type Unit = (typeof UNITS)[number];
const UNIT_MS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;

const HOUR_MS = UNIT_MS.hour;
const DAY_MS = UNIT_MS.day;
export const USUAL_SPANS: { readonly [N in SpanName]: number } = {
  payTimeMs: HOUR_MS,
  answerTimeMs: 10 * UNIT_MS.minute,
  shipTimeMs: 3 * DAY_MS,
  deliverTimeMs: 7 * DAY_MS,
  inspectionTimeMs: DAY_MS,
};

export type OfferField =
  'title' | 'description' | 'price' | 'stock' | 'courier' | SpanName | `${SpanName}Unit`;

/** What is signed, and the content whose hash is. */
export interface OfferDraft extends Omit<OfferContent, 'contentHash'> {
  readonly content: Pick<OfferContentText, 'title' | 'description'>;
}

export type OfferFault = 'title' | 'price' | 'stock' | 'span';

/** In the largest unit that leaves a whole number. */
export function spanIn(spanMs: number): { readonly count: number; readonly unit: Unit } {
  for (const unit of ['day', 'hour'] as const) {
    if (spanMs >= UNIT_MS[unit] && spanMs % UNIT_MS[unit] === 0)
      return { count: spanMs / UNIT_MS[unit], unit };
  }
  return { count: Math.round(spanMs / UNIT_MS.minute), unit: 'minute' };
}

const LEAST_TITLE = 3;
const COUNT = /^[0-9]{1,9}$/;

export function readOffer(
  typed: (name: OfferField) => string,
  currency: string,
  words: (fault: OfferFault) => string,
): { readonly values: OfferDraft } | { readonly faults: Faults<OfferField> } {
  const faults: { [N in OfferField]?: string } = {};
  const title = typed('title');
  if (title.length < LEAST_TITLE) faults.title = words('title');
  const price = readAmount(typed('price'), currency);
  if (price === null || price === '0') faults.price = words('price');
  const stock = COUNT.test(typed('stock')) ? Number(typed('stock')) : 0;
  if (stock < 1) faults.stock = words('stock');
  const spans = Object.fromEntries(SPANS.map((name) => [name, readSpan(typed, name)]));
  for (const name of SPANS) if (spans[name] === null) faults[name] = words('span');
  if (Object.keys(faults).length > 0 || price === null) return { faults };
  const times = spans as unknown as { readonly [N in SpanName]: number }; // none is null, else there is a fault
  const content = { title, description: typed('description') };
  return { values: { ...times, content, price, currency, stock, courier: typed('courier') } };
}

function readSpan(typed: (name: OfferField) => string, name: SpanName): number | null {
  const unit = UNITS.find((one) => one === typed(`${name}Unit`)) ?? 'hour';
  return COUNT.test(typed(name)) ? Number(typed(name)) * UNIT_MS[unit] : null;
}
