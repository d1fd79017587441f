/** A session's tests against earlier ones of the same person. Degrees or seconds, by the test's measure. */
import { z } from 'zod';

export const comparedDirectionSchema = z.object({
  direction: z.string(),
  verdict: z.enum(['changed', 'not changed', 'unclear']),
  /** Later minus earlier. */
  change: z.number().nullable(),
  /** Half of its 95 % interval. */
  halfWidth: z.number().nullable(),
  /** More than this counts as a change; null: not known. */
  threshold: z.number().nullable(),
  /** Why a change cannot be called, whatever its size; message keys. */
  notComparable: z.array(z.string()),
  sameExaminer: z.boolean(),
  /** Where the detectable change comes from; null: none is known. */
  source: z.string().nullable(),
});

export const comparisonSchema = z.object({
  trialId: z.string(),
  /** Last time: an earlier visit. Before: the same visit, before treatment. */
  against: z.enum(['last-time', 'before-treatment']),
  sessionId: z.string(),
  atMs: z.number(),
  directions: z.array(comparedDirectionSchema),
});

export type ComparedDirectionRecord = z.infer<typeof comparedDirectionSchema>;
export type Comparison = z.infer<typeof comparisonSchema>;
