/**
 * The visit as it is stored with its session, shown by the page and handed to the exports: safety screen, what was
 * asked before the tests, blinding, the examiner's own calls. The rules are in core/visit.
 */
import { z } from 'zod';

export const examinerCallSchema = z.enum(['restricted', 'not-restricted', 'unsure']);
export const overrideReasonSchema = z.enum(['examined', 'screened-elsewhere', 'training']);
export const endingSignSchema = z.enum(['dizziness', 'neurological']);
export const treatmentMarkSchema = z.enum(['before', 'after']);

export const familiarHeadacheSchema = z.object({
  reproduced: z.boolean(),
  afterS: z.number().min(0).max(3600).nullable(),
  goneAtNeutral: z.boolean().nullable(),
});

export const visitTrialSchema = z.object({
  id: z.string(),
  protocol: z.string(),
  ended: z.boolean(),
  treatment: treatmentMarkSchema,
  blinded: z.boolean(),
  calls: z.record(z.string(), examinerCallSchema),
  callsNeeded: z.array(z.string()).readonly(),
  revealedWithoutCall: z.boolean(),
  familiar: familiarHeadacheSchema.nullable(),
});

export const bandVerdictSchema = z.enum(['in-place', 'moved', 'not-supine', 'unsteady', 'no-gravity']);
/** A look at the band that is under way: share of the still second, 0..1. */
export const bandStateSchema = z.object({ progress: z.number() });

/** What is stored, under `visit` in the session's context. */
export const visitRecordSchema = z.object({
  /** At home the patient answers, and fewer questions. Left out: in the clinic. */
  place: z.enum(['clinic', 'home']).optional(),
  answers: z.record(z.string(), z.boolean()),
  accepted: z.array(z.string()).readonly(),
  override: overrideReasonSchema.nullable(),
  headacheNow: z.number().int().min(0).max(10).nullable(),
  analgesic6h: z.boolean().nullable(),
  couchAngleDeg: z.number().nullable(),
  examiner: z.string().nullable(),
  blinded: z.boolean(),
  /** Supine, before the test; `offDeg`: turned about the head's long axis since the alignment. */
  band: z.object({ verdict: bandVerdictSchema, offDeg: z.number().nullable() }).nullable().default(null),
  treatment: treatmentMarkSchema,
  endedBy: endingSignSchema.nullable(),
  closed: z.boolean(),
  trials: z.array(visitTrialSchema).readonly(),
});

/** What the answers came to, by their keys: no test, to be weighed, not answered. */
export const screenOutcomeSchema = z.object({
  stop: z.array(z.string()).readonly(),
  precautions: z.array(z.string()).readonly(),
  open: z.array(z.string()).readonly(),
});

/** The same as a page is told of it, with what follows from it. */
export const visitStateSchema = visitRecordSchema.extend({
  sessionId: z.string(),
  /** What stands against a test now, in one word; null: nothing does. */
  forbidden: z.string().nullable(),
  screen: screenOutcomeSchema,
  /** A look at the band is under way. */
  bandCheck: bandStateSchema.nullable(),
  /** The test whose degrees are withheld until the examiner's call; null: none. */
  withheldTrialId: z.string().nullable(),
});

export type ExaminerCall = z.infer<typeof examinerCallSchema>;
export type OverrideReason = z.infer<typeof overrideReasonSchema>;
export type EndingSign = z.infer<typeof endingSignSchema>;
export type BandState = z.infer<typeof bandStateSchema>;
export type FamiliarHeadache = z.infer<typeof familiarHeadacheSchema>;
export type VisitRecord = z.infer<typeof visitRecordSchema>;
export type VisitTrialRecord = z.infer<typeof visitTrialSchema>;
export type VisitStateMessage = z.infer<typeof visitStateSchema>;

/** The visit in a session's context; null where none was kept, as in sessions before there were visits. */
export function visitOfContext(context: Readonly<Record<string, unknown>>): VisitRecord | null {
  const parsed = visitRecordSchema.safeParse(context['visit']);
  return parsed.success ? parsed.data : null;
}

/** The calls in one line, as they are stored beside the test: "left restricted, right unsure"; null: none was made. */
export function callsInWords(calls: Readonly<Record<string, ExaminerCall>>): string | null {
  const entries = Object.entries(calls);
  return entries.length === 0 ? null : entries.map(([direction, call]) => `${direction} ${call}`).join(', ');
}
