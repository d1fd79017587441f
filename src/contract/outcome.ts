/**
 * Outcome over time as it crosses the wire: episodes, what is typed in, the trends made of it. The rules are in
 * core/outcome. Values are in the measure's own unit; times are wall clock, ms, or calendar days without a zone.
 */
import { z } from 'zod';

/** A calendar day, YYYY-MM-DD. */
export const daySchema = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/, 'a day as YYYY-MM-DD')
  .refine(isDay, 'no such day');

function isDay(text: string): boolean {
  const ms = Date.parse(`${text}T00:00:00Z`);
  return Number.isFinite(ms) && new Date(ms).toISOString().startsWith(text);
}

export const sideSchema = z.enum(['left', 'right', 'both', 'alternating']);
export const mechanismSchema = z.enum(['none', 'motor-vehicle', 'fall', 'sport', 'work', 'gradual', 'other']);
/** Words of a person, never names: the page says so beside the field. */
const text = (max: number) => z.string().trim().max(max);
const note = text(300).nullable().default(null);

const episodeFields = {
  goal: text(200).nullable(),
  side: sideSchema.nullable(),
  injuryDate: daySchema.nullable(),
  mechanism: mechanismSchema.nullable(),
  /** Of an insurer: a claim or reference number. */
  payerReference: text(60).nullable(),
};
export const newEpisodeSchema = z.strictObject({
  goal: episodeFields.goal.default(null),
  side: episodeFields.side.default(null),
  injuryDate: episodeFields.injuryDate.default(null),
  mechanism: episodeFields.mechanism.default(null),
  payerReference: episodeFields.payerReference.default(null),
  /** Left out: now. Not in the future. */
  openedAtMs: z.number().int().min(0).optional(),
});
export const episodeChangeSchema = z
  .strictObject({ ...episodeFields, goalReached: z.number().int().min(0).max(10).nullable(), closed: z.boolean() })
  .partial();
export const episodeSchema = z.object({
  id: z.string(),
  openedAtMs: z.number(),
  closedAtMs: z.number().nullable(),
  ...episodeFields,
  mechanism: z.string().nullable(),
  /** How far the goal is reached, 0..10, by the patient's own word; null: not asked. */
  goalReached: z.number().nullable(),
});

/** Largest entries of a plan's lists, and how many there may be: for the forms as for what comes over the network. */
export const PLAN_LISTS = { sessions: { most: 200, entries: 12 }, weeks: { most: 260, entries: 12 } } as const;
const planList = ({ most, entries }: { readonly most: number; readonly entries: number }) =>
  z.array(z.number().int().min(1).max(most)).max(entries);

/** What the plan of an episode asks for. */
export const retestPlanSchema = z.strictObject({
  /** A review is due at these visits, counted from 1 ... */
  sessions: planList(PLAN_LISTS.sessions),
  /** ... and so many weeks after the first one. */
  weeks: planList(PLAN_LISTS.weeks),
});
export const planSchema = retestPlanSchema.extend({
  /** Home exercises that are ticked off: a list, not a prescription. */
  exercises: z.array(text(40).min(1)).max(12),
});

export const instrumentIdSchema = z.enum(['nprs', 'ndi', 'hit6', 'midas', 'groc', 'psfs', 'headache-days-28']);
/** Either the total or the items; null for an item that was left out. */
export const newScoreSchema = z
  .strictObject({
    instrument: instrumentIdSchema,
    total: z.number().finite().optional(),
    items: z.array(z.number().finite().nullable()).min(1).max(10).optional(),
    /** When it was answered, if not now. */
    atMs: z.number().int().min(0).optional(),
  })
  .refine(({ total, items }) => (total === undefined) !== (items === undefined), {
    path: ['total'],
    message: 'the total or the items, one of the two',
  });

export const diaryDaySchema = z.strictObject({
  day: daySchema,
  headache: z.boolean(),
  hours: z.number().min(0).max(24).nullable().default(null),
  peak: z.number().int().min(0).max(10).nullable().default(null),
  side: sideSchema.nullable().default(null),
  medication: z.boolean().default(false),
});

export const SEGMENTS = ['c0-1', 'c1-2', 'c2-3', 'c3-4', 'c4-7'] as const;
export const MUSCLES = [
  'suboccipital',
  'sternocleidomastoid',
  'scalenes',
  'upper-trapezius',
  'levator-scapulae',
  'splenius',
  'temporalis',
  'masseter',
] as const;
export const TREATMENTS = [
  'mobilisation',
  'manipulation',
  'self-snag',
  'soft-tissue',
  'needling',
  'neck-flexor-exercise',
  'shoulder-exercise',
  'stretching',
  'heat',
  'education',
  'other',
] as const;
const palpableSide = z.enum(['left', 'right', 'both']);
export const findingSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('palpation'),
    segment: z.enum(SEGMENTS),
    side: palpableSide,
    /** Tenderness 0..10. */
    pain: z.number().int().min(0).max(10).nullable().default(null),
    familiar: z.boolean(),
    /** The headache that came goes when the pressure is released. */
    resolves: z.boolean().nullable().default(null),
    note,
  }),
  z.strictObject({
    kind: z.literal('trigger-points'),
    muscles: z.array(z.enum(MUSCLES)).min(1).max(MUSCLES.length),
    side: palpableSide,
    familiar: z.boolean(),
    note,
  }),
  z.strictObject({
    kind: z.literal('posture'),
    /** Craniovertebral angle from a photograph; the sensor cannot tell it. */
    craniovertebralDeg: z.number().min(10).max(90).nullable().default(null),
    forwardHead: z.enum(['none', 'slight', 'marked']).nullable().default(null),
    note,
  }),
  z.strictObject({
    kind: z.literal('familiar-headache'),
    provokedBy: z.enum(['movement', 'sustained-posture', 'palpation', 'rotation-in-flexion']),
    side: palpableSide,
    reproduced: z.boolean(),
    resolves: z.boolean().nullable().default(null),
    note,
  }),
  z.strictObject({
    kind: z.literal('diagnostic-block'),
    day: daySchema,
    target: z.enum([
      'c1-2-joint',
      'c2-3-joint',
      'c3-4-joint',
      'third-occipital-nerve',
      'greater-occipital-nerve',
      'other',
    ]),
    side: palpableSide,
    /** Share of the headache that went, 0..100 %. */
    reliefPercent: z.number().int().min(0).max(100),
    note,
  }),
  z.strictObject({
    kind: z.literal('treatment'),
    given: z.array(z.enum(TREATMENTS)).min(1).max(TREATMENTS.length),
    note,
  }),
  z.strictObject({
    kind: z.literal('sleep'),
    hours: z.number().min(0).max(24),
    /** 0 very poor .. 10 very good. */
    quality: z.number().int().min(0).max(10),
    note,
  }),
  z.strictObject({ kind: z.literal('stress'), level: z.number().int().min(0).max(10), note }),
]);
export const FINDING_KINDS = [
  'palpation',
  'trigger-points',
  'posture',
  'familiar-headache',
  'diagnostic-block',
  'treatment',
  'sleep',
  'stress',
] as const;

export const ccftSchema = z.strictObject({
  stages: z
    .array(
      z.strictObject({
        pressureMmHg: z.number().int(),
        holds: z.number().int().min(0).max(10),
        clean: z.boolean(),
        /** Nod by the sensor since 20 mmHg, deg, chin down positive; null: no sensor. */
        nodDeg: z.number().min(-90).max(90).nullable().default(null),
      }),
    )
    .min(1)
    .max(5),
});

export const adherenceDaySchema = z.strictObject({ day: daySchema, done: z.array(text(40)).max(12) });

/** Anything typed in, as a list shows it. */
export const entrySchema = z.object({
  id: z.string(),
  /** ndi, palpation, ccft, plan-review … */
  kind: z.string(),
  atMs: z.number(),
  sessionId: z.string().nullable(),
  total: z.number().nullable(),
  missingReason: z.string().nullable(),
  /** Code of the total's band; null where there is none. */
  band: z.string().nullable(),
  values: z.record(z.string(), z.unknown()),
});

export const gradeSchema = z.enum(['examiner-passive', 'examiner-active', 'self-active', 'patient-reported']);
export const verdictSchema = z.object({
  verdict: z.enum(['changed', 'not changed', 'unclear']),
  /** Latest minus first. */
  change: z.number(),
  halfWidth: z.number().nullable(),
  threshold: z.number().nullable(),
  notComparable: z.array(z.string()),
  /** The change is in the direction that is better for the patient; null where nothing says so: a range is neither. */
  better: z.boolean().nullable(),
});
export const seriesSchema = z.object({
  /** Measure: frt-left, crom-full-rotation, ndi … */
  measure: z.string(),
  grade: gradeSchema,
  simulated: z.boolean(),
  /** Measured after a treatment of the same visit: a series of its own. */
  afterTreatment: z.boolean(),
  unit: z.enum(['deg', 's', 'degps', 'points', 'days']),
  points: z.array(
    z.object({
      atMs: z.number(),
      sessionId: z.string().nullable(),
      value: z.number(),
      /** Standard uncertainty; null: not known; 0 for a score that was typed. */
      sigma: z.number().nullable(),
      headache: z.boolean().nullable(),
    }),
  ),
  /** Half of the band around the first value outside of which a change is called; null: not known. */
  band: z.number().nullable(),
  verdict: verdictSchema.nullable(),
});

export const promptSchema = z.enum([
  'review-due',
  'progress',
  'reported-worse',
  'nothing-changed',
  'range-alone',
  'ask-patient',
]);
export const reviewSchema = z.object({
  due: z.boolean(),
  cause: z.object({ kind: z.enum(['session', 'week']), number: z.number() }).nullable(),
  nextMs: z.number().nullable(),
});

export const subjectOutcomeSchema = z.object({
  subjectCode: z.string(),
  nowMs: z.number(),
  simulated: z.boolean(),
  /** The open one, else the latest; null: none was begun. */
  episode: episodeSchema.nullable(),
  episodes: z.array(episodeSchema),
  /** Of the episode, oldest first. */
  visits: z.array(
    z.object({
      sessionId: z.string(),
      atMs: z.number(),
      setting: z.enum(['clinic', 'home']),
      headacheNow: z.number().nullable(),
    }),
  ),
  plan: planSchema,
  review: reviewSchema,
  prompts: z.array(promptSchema),
  series: z.array(seriesSchema),
  /** How many calls are made together: each is widened for it. */
  measuresJudged: z.number().int(),
  offers: z.array(
    z.object({
      instrument: instrumentIdSchema,
      offered: z.boolean(),
      fromMs: z.number().nullable(),
      lastMs: z.number().nullable(),
    }),
  ),
  /** Newest first: scores, findings, flexion tests, reviews. */
  entries: z.array(entrySchema),
  diary: z.object({
    /** The last 28 days that were written down, newest first. */
    days: z.array(diaryDaySchema),
    daysKnown: z.number().int(),
    headacheDays: z.number().int(),
    headacheDaysPer28: z.number().nullable(),
    medicationDaysPer28: z.number().nullable(),
    meanHours: z.number().nullable(),
    worstPeak: z.number().nullable(),
    side: sideSchema.nullable(),
  }),
  adherence: z.object({
    days: z.array(adherenceDaySchema),
    daysKnown: z.number().int(),
    share: z.number().nullable(),
  }),
});

/**
 * Why a subject stands out in the overview; message keys. The first: an answer at home that allowed no test, or a sign that
 * ended the tests of any visit.
 */
export const LOOKS = [
  'safety-sign',
  'review-due',
  'reported-worse',
  'sent',
  'refused',
  'stopped',
  'quiet',
  'no-plan',
] as const;
export const lookSchema = z.enum(LOOKS);
export const overviewRowSchema = z.object({
  subjectCode: z.string(),
  simulated: z.boolean(),
  episodeOpen: z.boolean(),
  side: sideSchema.nullable(),
  visits: z.number().int(),
  homeVisits: z.number().int(),
  lastVisitMs: z.number().nullable(),
  review: reviewSchema,
  /** Home visits that came since somebody looked. */
  sentSince: z.number().int(),
  lastSentMs: z.number().nullable(),
  look: z.array(lookSchema),
  prompts: z.array(promptSchema),
  /** One a series. */
  changes: z.array(
    z.object({
      measure: z.string(),
      grade: gradeSchema,
      unit: z.string(),
      first: z.number(),
      last: z.number(),
      count: z.number().int(),
      change: z.number().nullable(),
      verdict: z.enum(['changed', 'not changed', 'unclear']).nullable(),
      better: z.boolean().nullable(),
    }),
  ),
});
export const overviewSchema = z.object({
  nowMs: z.number(),
  rows: z.array(overviewRowSchema),
  /** Subjects that have been looked at up to the end of this page, and all there are. */
  looked: z.int().nonnegative(),
  subjects: z.int().nonnegative(),
  /** Where the next page begins; null: this was the last. */
  next: z.string().nullable(),
});

export type NewEpisode = z.infer<typeof newEpisodeSchema>;
export type EpisodeChange = z.infer<typeof episodeChangeSchema>;
export type EpisodeView = z.infer<typeof episodeSchema>;
export type RetestPlanView = z.infer<typeof retestPlanSchema>;
export type Plan = z.infer<typeof planSchema>;
export type NewScore = z.infer<typeof newScoreSchema>;
export type DiaryDayEntry = z.infer<typeof diaryDaySchema>;
export type Finding = z.infer<typeof findingSchema>;
export type FindingKind = (typeof FINDING_KINDS)[number];
export type Ccft = z.infer<typeof ccftSchema>;
export type AdherenceDayEntry = z.infer<typeof adherenceDaySchema>;
export type OutcomeEntry = z.infer<typeof entrySchema>;
export type OutcomeSeries = z.infer<typeof seriesSchema>;
export type OutcomeVerdict = z.infer<typeof verdictSchema>;
export type SubjectOutcome = z.infer<typeof subjectOutcomeSchema>;
export type Look = z.infer<typeof lookSchema>;
export type OverviewRow = z.infer<typeof overviewRowSchema>;
export type Overview = z.infer<typeof overviewSchema>;
