/** What a report is made of, read from the store once. */
import type { Comparison } from '../../contract/comparison.ts';
import { KitError } from '../../contract/errors.ts';
import type { SubjectOutcome } from '../../contract/outcome.ts';
import type { SessionDetail, TrialRecord } from '../../contract/records.ts';
import { type TestFigures, testFigures } from '../../contract/test-result.ts';
import { type VisitFacts, visitFactsOf } from '../../contract/visit-facts.ts';
import type { ResultStore } from '../../ports/result-store.ts';
import type { StreamDescription } from '../../ports/sensor-source.ts';
import type { SessionStore } from '../../ports/session-store.ts';
import { comparisonsOf } from '../comparisons.ts';
import { type OutcomeSource, subjectRecords } from '../outcome/records.ts';
import { subjectOutcome } from '../outcome/subject-view.ts';

export interface ReportTest {
  readonly trial: TrialRecord;
  readonly figures: TestFigures;
  readonly method: string;
  readonly coreVersion: string | null;
  /** 'before' or 'after' treatment; null where the visit had no treatment in between. */
  readonly treatment: 'before' | 'after' | null;
  readonly blinded: boolean;
  readonly calls: Readonly<Record<string, string>>;
  readonly comparisons: readonly Comparison[];
}

export interface ReportFacts {
  readonly session: SessionDetail;
  readonly softwareVersion: string;
  readonly examiner: string | null;
  readonly visit: VisitFacts;
  readonly device: StreamDescription | null;
  /** In the order of the visit. */
  readonly tests: readonly ReportTest[];
  /** The person's outcome over time; null: there is none. */
  readonly outcome: SubjectOutcome | null;
}

export type ReportStore = Pick<SessionStore, 'listSessions' | 'sessionDetail' | 'sessionContext' | 'listStreams'> &
  Pick<ResultStore, 'listResults'> &
  OutcomeSource;

/** Rejects with NOT_FOUND, or NO_RESULTS for a session in which no test came to a result. */
export async function reportFacts(store: ReportStore, sessionId: string, nowMs: number): Promise<ReportFacts> {
  const session = await store.sessionDetail(sessionId);
  if (!session) throw new KitError('NOT_FOUND', `session ${sessionId}`);
  const context = await store.sessionContext(sessionId);
  const visit = visitFactsOf(context?.context);
  const comparisons = await comparisonsOf(store, session);
  const treated = visit.trials.some(({ treatment }) => treatment === 'after');
  const tests: ReportTest[] = [];
  for (const trial of session.trialList) {
    const figures = testFigures(trial);
    if (figures === null || trial.status === 'running') continue;
    const mark = visit.trials.find(({ id }) => id === trial.id);
    const accepted = (await store.listResults(trial.id)).findLast((result) => result.accepted);
    const stored = trial.parameters['method'];
    tests.push({
      trial,
      figures,
      method: accepted?.method ?? (typeof stored === 'string' ? stored : trial.kind),
      coreVersion: accepted?.coreVersion ?? null,
      treatment: treated ? (mark?.treatment ?? 'before') : null,
      blinded: (mark?.blinded ?? trial.blinded) && mark?.revealedWithoutCall !== true,
      calls: mark?.calls ?? {},
      comparisons: comparisons.filter(({ trialId }) => trialId === trial.id),
    });
  }
  if (tests.length === 0) throw new KitError('NO_RESULTS');
  const streams = await store.listStreams(sessionId);
  const subject = await store.findSubject({ code: session.subjectCode });
  return {
    session,
    softwareVersion: context?.softwareVersion ?? '',
    examiner: visit.examiner ?? context?.examinerId ?? null,
    visit,
    device: streams.find(({ role }) => role === 'head')?.description ?? null,
    tests,
    outcome: subject && subjectOutcome(await subjectRecords(store, subject), nowMs),
  };
}
