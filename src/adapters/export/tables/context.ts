/** What was asked and marked around the tests of a visit, as columns of both tables; source: core/visit. */
import type { ExportTrialMarks, ExportVisit, ExportVisitContext } from '../../../contract/export.ts';
import type { VisitRecord, VisitTrialRecord } from '../../../contract/visit.ts';
import { judgeScreen } from '../../../core/visit/safety-screen.ts';
import { type Column, column } from './table.ts';

export const SCREEN_WORDS = ['clear', 'precautions-weighed', 'overridden', 'open', 'stop', 'not-asked'] as const;
const CALLS = ['restricted', 'not-restricted', 'unsure'] as const;
const TREATMENT = ['before', 'after'] as const;

/** In one word; 'overridden': the clinician went on by their own word, which has its own column. */
function screenWord({ answers, accepted, override }: VisitRecord, place: 'clinic' | 'home'): string {
  if (override !== null) return 'overridden';
  if (Object.keys(answers).length === 0) return 'not-asked';
  const { stop, precautions, open } = judgeScreen(answers, place, accepted);
  if (stop.length > 0) return 'stop';
  if (open.length > 0 || precautions.length > 0) return 'open';
  return accepted.length > 0 ? 'precautions-weighed' : 'clear';
}

export const marksOf = ({ treatment, blinded, calls, familiar }: VisitTrialRecord): ExportTrialMarks => ({
  ...{ treatment, blinded, calls },
  familiar: familiar?.reproduced ?? null,
  familiarAfterS: familiar?.afterS ?? null,
  familiarGoneAtNeutral: familiar?.goneAtNeutral ?? null,
});

const NOTHING: ExportVisitContext = {
  ...{ screen: 'not-asked', override: null, endedBy: null, headacheNow: null, analgesic6h: null },
  ...{ couchAngleDeg: null, examinerCode: null, blinded: null, treatment: null, frt: null },
};

/** Of a visit that came from a table: as it said. */
export function contextOf(visit: ExportVisit): ExportVisitContext {
  if (visit.imported) return visit.imported.context;
  const { visit: kept } = visit;
  if (!kept) return NOTHING;
  const frt = visit.trials.findLast(({ kind }) => kind === 'frt');
  return {
    screen: screenWord(kept, visit.setting),
    override: kept.override,
    endedBy: kept.endedBy,
    headacheNow: kept.headacheNow,
    analgesic6h: kept.analgesic6h,
    couchAngleDeg: kept.couchAngleDeg,
    examinerCode: kept.examiner,
    blinded: kept.blinded,
    treatment: kept.treatment,
    frt: frt?.marks ?? null,
  };
}

type V = ExportVisit;
const of =
  <K extends keyof ExportVisitContext>(key: K) =>
  (visit: V): ExportVisitContext[K] =>
    contextOf(visit)[key];

const call = (side: string) => (visit: V) => contextOf(visit).frt?.calls[side] ?? null;

/** At the end of the table of visits. */
export const VISIT_CONTEXT_COLUMNS: readonly Column<V>[] = [
  column<V>('headache_now_0_10', 'integer', 'headache before the tests, 0 none to 10 worst', of('headacheNow'), {
    ...{ min: 0, max: 10, reasonColumn: 'headache_now_reason' },
  }),
  column<V>(
    'headache_now_reason',
    'word',
    'why there is no headache rating; empty when there is one',
    (v) => (contextOf(v).headacheNow === null ? 'not-asked' : null),
    { values: ['not-asked'] },
  ),
  column<V>('analgesic_last_6h', 'boolean', 'a pain killer in the last six hours; empty: not asked', of('analgesic6h')),
  column<V>(
    'safety_screen',
    'word',
    'what the safety screen came to; its answers are not in this table',
    of('screen'),
    {
      ...{ required: true, values: SCREEN_WORDS },
    },
  ),
  column<V>('safety_screen_override', 'word', "the clinician's word in place of a clear screen", of('override'), {
    values: ['examined', 'screened-elsewhere', 'training'],
  }),
  column<V>('tests_ended_by_sign', 'word', 'a sign that ended all tests of the visit', of('endedBy'), {
    values: ['dizziness', 'neurological'],
  }),
  column<V>(
    'couch_angle_deg',
    'number',
    "the couch's head end above the horizontal; empty: not said",
    of('couchAngleDeg'),
    {
      ...{ unit: 'deg', min: -90, max: 90 },
    },
  ),
  column<V>('examiner_code', 'text', 'short code of who examined; empty: not said', of('examinerCode')),
  column<V>('blinded', 'boolean', "degrees were hidden until the examiner's call; empty: not kept", of('blinded')),
  column<V>('treatment', 'word', 'before or after treatment, at the end of the visit', of('treatment'), {
    values: TREATMENT,
  }),
  ...(['left', 'right'] as const).map((side) =>
    column<V>(
      `frt_${side}_examiner_call`,
      'word',
      `what the examiner felt to the patient's ${side}, before a degree was shown; empty: not asked`,
      call(side),
      { values: CALLS },
    ),
  ),
  column<V>(
    'frt_familiar_headache',
    'boolean',
    'the familiar headache was reproduced by the last Flexion-Rotation Test; empty: not asked',
    (v) => contextOf(v).frt?.familiar ?? null,
  ),
  column<V>(
    'frt_familiar_headache_after_s',
    'number',
    'after so many seconds',
    (v) => contextOf(v).frt?.familiarAfterS ?? null,
    { unit: 's', min: 0, max: 3600 },
  ),
  column<V>(
    'frt_familiar_headache_gone_at_neutral',
    'boolean',
    'it was gone at neutral; empty: not asked',
    (v) => contextOf(v).frt?.familiarGoneAtNeutral ?? null,
  ),
];

interface Line {
  readonly trial: { readonly marks?: ExportTrialMarks | null };
  readonly repetition: { readonly direction: string };
}

/** At the end of the table of repetitions: what was marked of the trial. */
export const trialContextColumns = <L extends Line>(): readonly Column<L>[] => [
  column<L>(
    'treatment',
    'word',
    'the test was before or after treatment; empty: not said',
    ({ trial }) => trial.marks?.treatment ?? null,
    { values: TREATMENT },
  ),
  column<L>(
    'blinded',
    'boolean',
    'degrees were hidden when the test began; empty: not kept',
    ({ trial }) => trial.marks?.blinded ?? null,
  ),
  column<L>(
    'examiner_call',
    'word',
    'what the examiner felt in this direction, before a degree was shown; empty: not asked',
    ({ trial, repetition }) => trial.marks?.calls[repetition.direction] ?? null,
    { values: CALLS },
  ),
  column<L>(
    'familiar_headache',
    'boolean',
    'the familiar headache was reproduced by the test; empty: not asked',
    ({ trial }) => trial.marks?.familiar ?? null,
  ),
  column<L>(
    'familiar_headache_after_s',
    'number',
    'after so many seconds',
    ({ trial }) => trial.marks?.familiarAfterS ?? null,
    { unit: 's', min: 0, max: 3600 },
  ),
  column<L>(
    'familiar_headache_gone_at_neutral',
    'boolean',
    'it was gone at neutral; empty: not asked',
    ({ trial }) => trial.marks?.familiarGoneAtNeutral ?? null,
  ),
];
