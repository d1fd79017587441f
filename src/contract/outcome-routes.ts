/** Routes of the outcome over time: the overview, one person's outcome, and everything that is typed in. */
import { z } from 'zod';
import {
  adherenceDaySchema,
  ccftSchema,
  diaryDaySchema,
  episodeChangeSchema,
  episodeSchema,
  findingSchema,
  lookSchema,
  newEpisodeSchema,
  newScoreSchema,
  overviewSchema,
  planSchema,
  retestPlanSchema,
  subjectOutcomeSchema,
} from './outcome.ts';
import { WHO } from './policy.ts';
import { rule, whole } from './route-rule.ts';

/** What was kept: its id, and the total or the word why there is none. */
export const keptEntrySchema = z.object({
  id: z.string(),
  total: z.number().nullable(),
  missingReason: z.string().nullable(),
});
const done = z.object({ ok: z.literal(true) });
const reviewBodySchema = z.strictObject({ note: z.string().trim().max(300).nullable().default(null) });
/** Only rows that stand out for this reason, or for any. */
const overviewQuery = z.strictObject({ look: z.union([lookSchema, z.literal('any')]).optional() });
const overviewPageQuery = overviewQuery.extend({
  /** So many subjects are looked at, whether or not they have a row; left out: all that come. */
  limit: whole(1, 1000).optional(),
  /** `next` of the page before. */
  after: z.string().max(40).optional(),
});

const clinicWrites = <const B extends z.ZodType, const A extends z.ZodType>(summary: string, body: B, answer: A) =>
  rule({ who: WHO.CLINIC, subject: 'none', summary, body, answer });
const ownWrites = <const B extends z.ZodType>(summary: string, body: B) =>
  rule({ who: WHO.MEASURING, subject: 'own', summary, body, answer: keptEntrySchema });

export const OUTCOME_ROUTES = {
  'GET /api/v1/subjects': rule({
    who: WHO.READERS,
    subject: 'none',
    summary:
      'The overview: who is due, who sent something, what needs a look. In the order of codes; with a limit a page at a time.',
    query: overviewPageQuery,
    answer: overviewSchema,
  }),
  'GET /api/v1/subjects.csv': rule({
    who: WHO.READERS,
    subject: 'none',
    summary: "Export: the group's data, one row a subject and measure.",
    query: overviewQuery,
    answer: 'text/csv',
  }),
  'GET /api/v1/subjects/:code': rule({
    who: WHO.EVERY,
    subject: 'own',
    summary: "One person's outcome over time: episode, plan, diary, scores, findings, trends.",
    answer: subjectOutcomeSchema,
  }),
  'POST /api/v1/subjects/:code/episodes': clinicWrites('Begins an episode of care.', newEpisodeSchema, episodeSchema),
  'PATCH /api/v1/subjects/:code/episodes/:id': clinicWrites(
    'Changes or closes an episode.',
    episodeChangeSchema,
    episodeSchema,
  ),
  'PUT /api/v1/subjects/:code/plan': clinicWrites(
    'Sets when the plan is reviewed, and which home exercises are ticked off.',
    planSchema,
    planSchema,
  ),
  'POST /api/v1/subjects/:code/reviews': clinicWrites(
    'Notes that the plan was reviewed.',
    reviewBodySchema,
    keptEntrySchema,
  ),
  'POST /api/v1/subjects/:code/scores': ownWrites(
    'Keeps a score typed off a form, and works out its total. Refused while its recall period has not passed.',
    newScoreSchema,
  ),
  'POST /api/v1/subjects/:code/diary': ownWrites(
    'Keeps one day of the headache diary; the last word on a day stands.',
    diaryDaySchema,
  ),
  'POST /api/v1/subjects/:code/adherence': ownWrites('Ticks off the home exercises of one day.', adherenceDaySchema),
  'POST /api/v1/subjects/:code/findings': clinicWrites(
    'Keeps a finding: palpation, trigger points, posture, familiar headache, diagnostic block, treatment, sleep, stress.',
    findingSchema,
    keptEntrySchema,
  ),
  'POST /api/v1/subjects/:code/ccft': clinicWrites(
    "Keeps a craniocervical flexion test: pressure stages, with the sensor's nod angle beside each.",
    ccftSchema,
    keptEntrySchema,
  ),
  'DELETE /api/v1/subjects/:code/entries/:id': rule({
    who: WHO.CLINIC,
    subject: 'none',
    summary: 'Withdraws a wrong entry: it stays in the record, marked, and counts nowhere.',
    answer: done,
  }),
  'POST /api/v1/subjects/:code/looked': clinicWrites(
    'Notes that what was sent has been seen.',
    z.strictObject({}),
    done,
  ),
  'GET /api/v1/retest-plan': rule({
    who: WHO.READERS,
    subject: 'none',
    summary: "The clinic's usual intervals of review.",
    answer: retestPlanSchema,
  }),
  'PUT /api/v1/retest-plan': rule({
    who: WHO.ADMIN,
    subject: 'none',
    summary: "Sets the clinic's usual intervals of review.",
    body: retestPlanSchema,
    answer: retestPlanSchema,
  }),
} as const;
