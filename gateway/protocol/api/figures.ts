// What the marketplace's staff see of all deals together: by day, in UTC. Sums are of prices and payments; how a price
// is shared is not in them.
import { z } from 'zod';
import { endpoint } from './endpoint.js';
import { amountSchema, currencySchema } from './forms.js';

/** A day of UTC. */
export const daySchema = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/);
export const LONGEST_RANGE_DAYS = 366;

const figuresSchema = z
  .strictObject({
    from: daySchema,
    /** The last day; today's is not over. */
    until: daySchema,
    /** Each day of the range stands in each list, also one without deals. */
    currencies: z.array(
      z.strictObject({
        currency: currencySchema,
        days: z.array(
          z.strictObject({
            day: daySchema,
            /** Prices of the deals that were fully paid on this day, and how many these are. */
            turnover: amountSchema,
            paid: z.int().min(0),
            /** Held at the payers' banks at the end of the day, fees not counted. */
            held: amountSchema,
          }),
        ),
      }),
    ),
    /** Of the deals bought in the range: how many have come so far by now. */
    funnel: z.strictObject({
      bought: z.int().min(0),
      partPaid: z.int().min(0),
      paid: z.int().min(0),
      delivered: z.int().min(0),
      completed: z.int().min(0),
      expired: z.int().min(0),
      cancelled: z.int().min(0),
    }),
    /** From fully paid to paid out, of the deals completed on each day; days without any are left out. */
    release: z.array(
      z.strictObject({
        day: daySchema,
        completed: z.int().min(1),
        medianMs: z.int().min(0),
        slowestMs: z.int().min(0),
      }),
    ),
  })
  .meta({ id: 'Figures' });
export type Figures = z.infer<typeof figuresSchema>;

export const figureEndpoints = {
  getFigures: endpoint({
    at: ['marketplace'],
    method: 'GET',
    path: '/api/v1/figures',
    access: ['moderator', 'administrator'],
    summary: 'Turnover, money held, deals by how far they have come, and time to release, by days of UTC.',
    query: z.strictObject({ from: daySchema, until: daySchema }),
    answer: figuresSchema,
    codes: ['BAD_RANGE'],
  }),
} as const;
