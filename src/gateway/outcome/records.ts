/** Everything that one person's outcome is worked out from, read from the store. */
import type { Store } from '../../ports/store.ts';
import type { Subject } from '../../ports/subject-store.ts';
import type { VisitRow } from '../../ports/visit-store.ts';
import type { SubjectRecords } from './subject-view.ts';

export type OutcomeSource = Pick<Store, 'findSubject' | 'listEpisodes' | 'listScores' | 'setting' | 'visitRows'>;

/** The clinic's usual plan of reviews, among the settings. */
export const PLAN_SETTING = 'retest-plan';

export async function subjectRecords(store: OutcomeSource, subject: Subject): Promise<SubjectRecords> {
  const visits: VisitRow[] = [];
  for await (const visit of store.visitRows({ subjectCode: subject.code })) visits.push(visit);
  const [episodes, scores, clinicPlan] = await Promise.all([
    store.listEpisodes(subject.id),
    store.listScores(subject.id),
    store.setting(PLAN_SETTING),
  ]);
  return { subject, episodes, scores, visits, clinicPlan };
}
