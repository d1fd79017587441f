/** The outcome over time, over HTTP: what is on the page, and every entry that is sent. */
import { signal } from '@preact/signals';
import { z } from 'zod';
import {
  type Overview,
  type OverviewRow,
  overviewSchema,
  type SubjectOutcome,
  subjectOutcomeSchema,
} from '../../src/contract/outcome.ts';
import { type Answer, api, BASE } from './api.ts';
import type { Loaded } from './records.ts';
import type { Problem } from './store.ts';

/** Rows so far: subjects that have been looked at, of all. */
export type OverviewSoFar = Pick<Overview, 'rows' | 'looked' | 'subjects'>;
export const overview = signal<Loaded<OverviewSoFar>>({ status: 'loading' });
export const subjectOutcome = signal<Loaded<SubjectOutcome>>({ status: 'loading' });
/** What stands against the last entry; null: nothing. */
export const entryProblem = signal<Problem | null>(null);
/** Counts what was kept, so that a form can say so and begin anew. */
export const kept = signal(0);

const anything = z.unknown();

/** Subjects a page: a second or so of a slow computer, so that something is seen at once and progress after it. */
const PAGE = 25;
let overviewLoads = 0;

/** A page at a time. What is whole on the screen stays there until the new one is whole. */
export async function loadOverview(): Promise<void> {
  const load = ++overviewLoads;
  const shown = overview.value;
  const keep = shown.status === 'ready' && shown.value.looked === shown.value.subjects;
  const rows: OverviewRow[] = [];
  for (let from: string | null = ''; from !== null; ) {
    const answer: Answer<Overview> = await api('GET', `/subjects?limit=${PAGE}${from}`, overviewSchema);
    if (load !== overviewLoads) return;
    if (!answer.ok) {
      overview.value = { status: 'failed', problem: answer.problem };
      return;
    }
    const { looked, subjects, next }: Overview = answer.value;
    rows.push(...answer.value.rows);
    from = next === null ? null : `&after=${encodeURIComponent(next)}`;
    if (next === null || !keep) overview.value = { status: 'ready', value: { rows: [...rows], looked, subjects } };
  }
}

export async function loadSubject(code: string): Promise<void> {
  const shown = subjectOutcome.value;
  // What is on the page stays there while the same person is read again.
  if (shown.status !== 'ready' || shown.value.subjectCode !== code) subjectOutcome.value = { status: 'loading' };
  const answer = await api('GET', `/subjects/${code}`, subjectOutcomeSchema);
  subjectOutcome.value = answer.ok
    ? { status: 'ready', value: answer.value }
    : { status: 'failed', problem: answer.problem };
}

/** @param path below the subject. True when it was kept; then the subject is read anew. */
export async function send(
  method: 'POST' | 'PATCH' | 'PUT' | 'DELETE',
  code: string,
  path: string,
  body: object = {},
): Promise<boolean> {
  const answer = await api(method, `/subjects/${code}/${path}`, anything, body);
  entryProblem.value = answer.ok ? null : answer.problem;
  if (answer.ok) {
    kept.value += 1;
    await loadSubject(code);
  }
  return answer.ok;
}

export const groupCsvUrl = (look: string): string =>
  `${BASE}/subjects.csv${look === 'all' ? '' : `?look=${encodeURIComponent(look)}`}`;
