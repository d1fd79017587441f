/** HTTP records: what the read-only routes answer. */
import { z } from 'zod';
import { type RepetitionRecord, repetitionRecordSchema, valuesSchema } from './repetition-record.ts';
import { type FrtRepetition, type FrtState, frtRepetitionSchema, frtSchema } from './state.ts';
import { visitRecordSchema } from './visit.ts';

export const sessionSummarySchema = z.object({
  id: z.string(),
  subjectId: z.string(),
  subjectCode: z.string(),
  episodeId: z.string().nullable(),
  setting: z.enum(['clinic', 'home']),
  startedAtMs: z.number(),
  endedAtMs: z.number().nullable(),
  simulated: z.boolean(),
  trials: z.number().int(),
  /** Mean counted FRT angle per side over the session's last finished FRT, deg. */
  frtLeftDeg: z.number().nullable(),
  frtRightDeg: z.number().nullable(),
  recordedS: z.number(),
  /** Only of one that was taken in from a CSV table: it has results and no raw data. */
  imported: z.literal(true).optional(),
});

export const trialSchema = z.object({
  id: z.string(),
  /** Id of the test's protocol: frt, crom, endurance … An open list. */
  kind: z.string(),
  startedAtMs: z.number(),
  endedAtMs: z.number().nullable(),
  /** finished, stopped, or interrupted (the gateway ended in the middle; recovered at the next start). */
  status: z.enum(['running', 'finished', 'stopped', 'interrupted']),
  simulated: z.boolean(),
  parameters: valuesSchema,
  /** What the examiner said before any degree was shown (restricted, not-restricted, unsure); null: not asked. */
  examinerCall: z.string().nullable(),
  /** Degrees were hidden until the examiner's call. */
  blinded: z.boolean(),
  repetitions: z.array(repetitionRecordSchema),
  /** In the form of the test's kind. */
  result: valuesSchema.nullable(),
});

export const sessionDetailSchema = sessionSummarySchema.extend({
  trialList: z.array(trialSchema),
  /** Safety screen, what was asked before, calls; null where none was kept. */
  visit: visitRecordSchema.nullable(),
});

export { type RepetitionRecord, repetitionRecordSchema } from './repetition-record.ts';
export type SessionSummary = z.infer<typeof sessionSummarySchema>;
export type TrialRecord = z.infer<typeof trialSchema>;
export type SessionDetail = z.infer<typeof sessionDetailSchema>;

/** A Flexion-Rotation repetition as it is stored among those of all tests. */
export function recordOfFrt(repetition: FrtRepetition): RepetitionRecord {
  const { number, side, practice, status, reason, warnings, angleDeg, sigmaDeg, endReason, startedAtMs, ...values } =
    repetition;
  const common = { number, direction: side, practice, status, reason, warnings, angleDeg, sigmaDeg };
  return { ...common, endReason, startedAtMs, values };
}

/** The way back. Throws when the record is that of another test. */
export function frtOfRecord(record: RepetitionRecord): FrtRepetition {
  const { values, direction, ...common } = record;
  return frtRepetitionSchema.parse({ ...values, ...common, side: direction });
}

/** The result of a Flexion-Rotation Test; null when there is none, or when it is not one. */
export function frtResultOf(trial: TrialRecord): FrtState['result'] {
  const parsed = frtSchema.shape.result.safeParse(trial.result);
  return trial.kind === 'frt' && parsed.success ? parsed.data : null;
}

/*
 * Routes (all under /api/v1, JSON, errors as { error: { code, message, hint } }):
 *   GET /sessions                        SessionSummary[] newest first
 *   GET /sessions/:id                    SessionDetail
 *   GET /sessions/:id/repetitions.csv    one row a repetition
 *   GET /repetitions.csv                 all of them
 *   GET /status                          liveness, version, radio
 *   WS  /live                            binary live frames; JSON state messages, commands and replies
 */
