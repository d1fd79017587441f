/** HTTP records: what the read-only routes answer. */
import { z } from 'zod';
import { frtRepetitionSchema, frtSchema } from './state.ts';

export const sessionSummarySchema = z.object({
  id: z.string(),
  subjectCode: z.string(),
  startedAtMs: z.number(),
  endedAtMs: z.number().nullable(),
  simulated: z.boolean(),
  trials: z.number().int(),
  /** Mean counted FRT angle per side over the session's last finished FRT, deg. */
  frtLeftDeg: z.number().nullable(),
  frtRightDeg: z.number().nullable(),
  recordedS: z.number(),
});

export const trialSchema = z.object({
  id: z.string(),
  kind: z.enum(['frt']),
  startedAtMs: z.number(),
  endedAtMs: z.number().nullable(),
  /** finished, stopped, or interrupted (the gateway ended in the middle; recovered at the next start). */
  status: z.enum(['running', 'finished', 'stopped', 'interrupted']),
  simulated: z.boolean(),
  repetitions: z.array(frtRepetitionSchema),
  result: frtSchema.shape.result,
});

export const sessionDetailSchema = sessionSummarySchema.extend({ trialList: z.array(trialSchema) });

export type SessionSummary = z.infer<typeof sessionSummarySchema>;
export type TrialRecord = z.infer<typeof trialSchema>;
export type SessionDetail = z.infer<typeof sessionDetailSchema>;

/*
 * Routes (all under /api/v1, JSON, errors as { error: { code, message, hint } }):
 *   GET /sessions                        SessionSummary[] newest first
 *   GET /sessions/:id                    SessionDetail
 *   GET /sessions/:id/repetitions.csv    one row a repetition
 *   GET /repetitions.csv                 all of them
 *   GET /status                          liveness, version, radio
 *   WS  /live                            binary live frames; JSON state messages, commands and replies
 */
