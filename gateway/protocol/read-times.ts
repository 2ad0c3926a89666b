// What the program that measures stores is asked, on its standard input, and its answer, on its standard output.
import { z } from 'zod';

const url = z.string().regex(/^postgres(ql)?:\/\/./);

export const readTimesRequestSchema = z.strictObject({
  world: z.enum(['demo', 'production']),
  marketplace: z.strictObject({
    mspId: z.string(),
    url,
    /** Whose personal pages are asked for; ids. */
    people: z.array(z.string()),
  }),
  banks: z.array(z.strictObject({ mspId: z.string(), url })),
});
export type ReadTimesRequest = z.infer<typeof readTimesRequestSchema>;

const readTimeSchema = z.strictObject({
  what: z.enum(['catalogue', 'search', 'personalPage', 'bankAccounts']),
  /** How often it was asked. */
  times: z.int(),
  /** Milliseconds, with fractions. */
  medianMs: z.number(),
  mostMs: z.number(),
});
export type ReadTime = z.infer<typeof readTimeSchema>;

/** In the order of the question: the marketplace's, then each bank's. */
export const readTimesAnswerSchema = z.array(
  z.strictObject({ mspId: z.string(), times: z.array(readTimeSchema) }),
);
export type ReadTimesAnswer = z.infer<typeof readTimesAnswerSchema>;
