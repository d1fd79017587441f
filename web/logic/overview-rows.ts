/** Which rows of the overview are shown, and in which order. */
import type { Look, OverviewRow } from '../../src/contract/outcome.ts';

export const ORDERS = ['look', 'due', 'visit', 'code'] as const;
export type OverviewOrder = (typeof ORDERS)[number];

/** Due first, then by the day on which it falls due; never planned last. */
const dueMs = ({ review }: OverviewRow): number =>
  review.due ? Number.NEGATIVE_INFINITY : (review.nextMs ?? Number.POSITIVE_INFINITY);

/** A safety sign comes before any number of other reasons. */
const signs = ({ look }: OverviewRow): number => (look.includes('safety-sign') ? 1 : 0);

const byCode = (a: OverviewRow, b: OverviewRow): number => a.subjectCode.localeCompare(b.subjectCode);
const ascending = (a: number, b: number): number => (a < b ? -1 : a > b ? 1 : 0);

const COMPARE: Readonly<Record<OverviewOrder, (a: OverviewRow, b: OverviewRow) => number>> = {
  look: (a, b) => signs(b) - signs(a) || b.look.length - a.look.length || ascending(dueMs(a), dueMs(b)),
  due: (a, b) => ascending(dueMs(a), dueMs(b)),
  visit: (a, b) => (b.lastVisitMs ?? 0) - (a.lastVisitMs ?? 0),
  code: () => 0,
};

export function overviewRows(
  rows: readonly OverviewRow[],
  filter: Look | 'all' | 'any',
  order: OverviewOrder,
): OverviewRow[] {
  const wanted = rows.filter(
    ({ look }) => filter === 'all' || (filter === 'any' ? look.length > 0 : look.includes(filter)),
  );
  return wanted.sort((a, b) => COMPARE[order](a, b) || byCode(a, b));
}
