/** The group's data: one row a subject, measure and evidence grade; first and latest value, and what the rule says of them. */
import { LOOKS, type OverviewRow } from '../../../contract/outcome.ts';
import { column, type Table } from './table.ts';
import { tableCsv } from './write.ts';

type Change = OverviewRow['changes'][number];
interface Line {
  readonly subject: OverviewRow;
  readonly change: Change | null;
  /** 1, 2, 3 … within the subject. */
  readonly series: number;
}

const GROUP_ID = 'neck-rom/group';
const GROUP_VERSION = 1;

const GRADES = ['examiner-passive', 'examiner-active', 'self-active', 'patient-reported'];

export const GROUP: Table<Line> = {
  id: GROUP_ID,
  version: GROUP_VERSION,
  title: 'Group: one row for every subject, measure and evidence grade of its present episode',
  key: ['subject_code', 'series'],
  columns: [
    column('schema_id', 'word', 'name of this table', () => GROUP_ID, { required: true, values: [GROUP_ID] }),
    column('schema_version', 'integer', 'version of this table', () => GROUP_VERSION, {
      required: true,
      min: GROUP_VERSION,
      max: GROUP_VERSION,
    }),
    column('subject_code', 'text', 'pseudonymous code', ({ subject }) => subject.subjectCode, { required: true }),
    column('simulated', 'boolean', 'made by a simulator, in any part', ({ subject }) => subject.simulated, {
      required: true,
    }),
    column('episode_open', 'boolean', 'an episode of care is open', ({ subject }) => subject.episodeOpen, {
      required: true,
    }),
    column('headache_side', 'word', 'side of the headache', ({ subject }) => subject.side, {
      values: ['left', 'right', 'both', 'alternating'],
    }),
    column('visits', 'integer', 'visits of the episode', ({ subject }) => subject.visits, { required: true, min: 0 }),
    column('home_visits', 'integer', 'visits made at home', ({ subject }) => subject.homeVisits, {
      required: true,
      min: 0,
    }),
    column('last_visit_at', 'time', 'start of the latest visit', ({ subject }) => subject.lastVisitMs),
    column('review_due', 'boolean', 'a review of the plan is due', ({ subject }) => subject.review.due, {
      required: true,
    }),
    column('stands_out', 'words', 'why somebody should look', ({ subject }) => subject.look.join(';') || null, {
      values: [...LOOKS],
    }),
    column('series', 'integer', 'which series of the subject', ({ series }) => series, { required: true, min: 1 }),
    column('measure', 'text', 'what was measured or asked', ({ change }) => change?.measure ?? null),
    column('evidence', 'word', 'how the value came about', ({ change }) => change?.grade ?? null, { values: GRADES }),
    column('unit', 'text', 'unit of first_value, last_value and change', ({ change }) => change?.unit ?? null),
    column('values_count', 'integer', 'values in the series', ({ change }) => change?.count ?? null, { min: 1 }),
    column('first_value', 'number', 'first value of the series, in unit', ({ change }) => change?.first ?? null),
    column('last_value', 'number', 'latest value of the series, in unit', ({ change }) => change?.last ?? null),
    column('change', 'number', 'latest minus first, in unit', ({ change }) => change?.change ?? null),
    column(
      'verdict',
      'word',
      'by the rule in docs/outcomes.md',
      ({ change }) => change?.verdict?.replace(' ', '-') ?? null,
      {
        values: ['changed', 'not-changed', 'unclear'],
      },
    ),
    column(
      'better',
      'boolean',
      'the change is better for the patient; empty where nothing says so',
      ({ change }) => change?.better ?? null,
    ),
  ],
};

function* lines(rows: Iterable<OverviewRow>): Iterable<Line> {
  for (const subject of rows) {
    if (subject.changes.length === 0) yield { subject, change: null, series: 1 };
    for (const [index, change] of subject.changes.entries()) yield { subject, change, series: index + 1 };
  }
}

export async function* groupCsv(rows: Iterable<OverviewRow>): AsyncIterable<Uint8Array> {
  for await (const piece of tableCsv(GROUP, lines(rows))) yield Buffer.from(piece);
}
