/** One repetition of any test, as it is stored and sent. */
import { z } from 'zod';

/** JSON as it is stored: what a kind of test adds to what all have. */
export const valuesSchema = z.record(z.string(), z.unknown());

/** One repetition of any test. */
export const repetitionRecordSchema = z.object({
  number: z.number().int(),
  /** Which way, in the words of the test: left, right, flexion, extension, lateral-left … */
  direction: z.string(),
  practice: z.boolean(),
  status: z.enum(['counted', 'practice', 'rejected']),
  /** Why it was rejected, in one word (message key); null when it counts. */
  reason: z.string().nullable(),
  warnings: z.array(z.string()),
  /** Magnitude at end range, deg; null when none was reached. */
  angleDeg: z.number().nullable(),
  /** Standard uncertainty of that angle, deg. */
  sigmaDeg: z.number().nullable(),
  endReason: z.string().nullable(),
  startedAtMs: z.number(),
  values: valuesSchema,
});

export type RepetitionRecord = z.infer<typeof repetitionRecordSchema>;
