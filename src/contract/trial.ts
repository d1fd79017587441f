/** The running or last test other than the FRT, in the form that all tests share. Degrees and seconds: this is the edge. */
import { z } from 'zod';
import { repetitionRecordSchema } from './repetition-record.ts';

/** Mean, best and spread of the counted repetitions of one direction, in the unit of the test's primary measure. */
export const directionResultSchema = z.object({
  direction: z.string(),
  count: z.number().int(),
  mean: z.number().nullable(),
  /** The largest; of the angles that people try to reach, the best. */
  best: z.number().nullable(),
  /** Largest minus smallest; null for a single one. */
  spread: z.number().nullable(),
  /** Standard uncertainty of the mean; null where the test states none. */
  sigma: z.number().nullable(),
});

export const trialResultSchema = z.object({
  protocol: z.string(),
  version: z.number().int(),
  /** Name of the primary measure with its unit: angleDeg, holdS, peakSpeedDegps … */
  measure: z.string(),
  directions: z.array(directionResultSchema),
  /** Only with a sensor on the trunk: its turn is taken out of every repetition that counts. */
  trunkCorrected: z.boolean().optional(),
});

export const trialStateSchema = z.object({
  id: z.string(),
  protocol: z.string(),
  phase: z.string(),
  ended: z.boolean(),
  /** What is asked for, or being done. */
  direction: z.string(),
  /** Message key of the prompt for the examiner. */
  prompt: z.string(),
  measure: z.string(),
  /** Counted repetitions asked of each direction. */
  repetitionsAsked: z.number().int(),
  directions: z.array(z.string()),
  repetitions: z.array(repetitionRecordSchema),
  /** Null until the test has ended, and when nothing counts. */
  result: trialResultSchema.nullable(),
});

export type DirectionResult = z.infer<typeof directionResultSchema>;
export type TrialResultValues = z.infer<typeof trialResultSchema>;
export type TrialState = z.infer<typeof trialStateSchema>;
