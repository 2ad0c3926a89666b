// Figures of all deals, day by day of UTC.
import type { Clock } from '../../../clock.js';
import { type figureEndpoints, type Figures, LONGEST_RANGE_DAYS } from '../../../protocol/api/figures.js';
import { Refused } from '../../../refused.js';
import type { DayFigures, DayRange, FigureReads } from '../../../store/figure-reads.js';
import type { HandlersOf } from '../binding.js';

const DAY_MS = 86_400_000;

export function figureHandlers(of: {
  readonly figures: FigureReads;
  readonly clock: Clock;
}): HandlersOf<keyof typeof figureEndpoints> {
  return {
    getFigures: async ({ query }) => {
      const range = rangeOf(query, of.clock.now());
      const { figures } = of;
      const changes = await figures.days(range.from);
      return {
        from: dayOf(range.from),
        until: dayOf(range.until - DAY_MS),
        currencies: currenciesOf(range, changes, await figures.heldNow()),
        funnel: await figures.funnel(range),
        release: [...(await figures.release(range))],
      };
    },
  };
}

/** Up to today: nothing is known of later days. Throws: Refused BAD_RANGE. */
function rangeOf(query: { readonly from: string; readonly until: string }, now: number): DayRange {
  const today = Math.floor(now / DAY_MS) * DAY_MS;
  const from = Date.parse(query.from);
  const until = Math.min(Date.parse(query.until), today) + DAY_MS;
  const isDay = dayOf(from) === query.from && !Number.isNaN(until);
  if (isDay && from < until && until - from <= LONGEST_RANGE_DAYS * DAY_MS) return { from, until };
  throw new Refused('BAD_RANGE', { most: LONGEST_RANGE_DAYS });
}

function dayOf(instant: number): string {
  return Number.isNaN(instant) ? '' : new Date(instant).toISOString().slice(0, 10);
}

/** From the newest day back: at the end of a day was held what is held now, less what came after it. */
function currenciesOf(
  { from, until }: DayRange,
  changes: readonly DayFigures[],
  heldNow: ReadonlyMap<string, bigint>,
): Figures['currencies'] {
  const currencies = [...new Set([...heldNow.keys(), ...changes.map(({ currency }) => currency)])].sort();
  return currencies.map((currency) => {
    const own = new Map(changes.filter((one) => one.currency === currency).map((one) => [one.day, one]));
    const last = dayOf(until - DAY_MS);
    const after = [...own.values()].filter(({ day }) => day > last);
    let held = after.reduce((sum, { heldChange }) => sum - heldChange, heldNow.get(currency) ?? 0n);
    const days: Figures['currencies'][number]['days'] = [];
    for (let start = until - DAY_MS; start >= from; start -= DAY_MS) {
      const day = dayOf(start);
      const found = own.get(day);
      const turnover = (found?.turnover ?? 0n).toString();
      days.unshift({ day, turnover, paid: found?.paid ?? 0, held: notNegative(held).toString() });
      held -= found?.heldChange ?? 0n;
    }
    return { currency, days };
  });
}

/** A block that comes between two queries may make a day's sum a little wrong, and never less than nothing. */
function notNegative(sum: bigint): bigint {
  return sum < 0n ? 0n : sum;
}
