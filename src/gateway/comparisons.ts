/** A session's tests against those of the visit before, and against those before treatment in the same visit. */
import type { Comparison } from '../contract/comparison.ts';
import type { SessionDetail, TrialRecord } from '../contract/records.ts';
import { comparable, testFigures, type VisitConditions } from '../contract/test-result.ts';
import { visitFactsOf } from '../contract/visit-facts.ts';
import { compareTests } from '../core/result/compare-tests.ts';
import type { SessionStore } from '../ports/session-store.ts';

/** Earlier visits that are looked through for a test of the same kind. */
const LOOK_BACK = 40;

type Reads = Pick<SessionStore, 'listSessions' | 'sessionDetail' | 'sessionContext'>;

export async function conditionsOf(store: Reads, session: SessionDetail): Promise<VisitConditions> {
  const context = await store.sessionContext(session.id);
  const { examiner, headacheNow } = visitFactsOf(context?.context);
  return { setting: session.setting, examiner: examiner ?? context?.examinerId ?? null, headacheNow };
}

/** Which of a session's tests were done after treatment. */
async function treatedIn(store: Reads, sessionId: string): Promise<ReadonlySet<string>> {
  const { trials } = visitFactsOf((await store.sessionContext(sessionId))?.context);
  return new Set(trials.filter(({ treatment }) => treatment === 'after').map(({ id }) => id));
}

const orNull = (value: number | null): number | null => (value !== null && Number.isFinite(value) ? value : null);

function compared(
  against: Comparison['against'],
  [earlier, then]: readonly [TrialRecord, VisitConditions],
  [later, now]: readonly [TrialRecord, VisitConditions],
  sessionId: string,
): Comparison | null {
  const a = comparable(earlier, then);
  const b = comparable(later, now);
  if (!a || !b) return null;
  const directions = compareTests(a, b).map((one) => ({
    direction: one.direction,
    verdict: one.verdict,
    change: orNull(one.change),
    halfWidth: orNull(one.halfWidth),
    threshold: orNull(one.threshold),
    notComparable: [...one.notComparable],
    sameExaminer: one.sameExaminer,
    source: one.detectable?.citation ?? null,
  }));
  return directions.length === 0
    ? null
    : { trialId: later.id, against, sessionId, atMs: earlier.startedAtMs, directions };
}

const withResult = (trial: TrialRecord): boolean =>
  (trial.status === 'finished' || trial.status === 'stopped') && testFigures(trial) !== null;

/** Newest first within a test: against before treatment, then against last time. Simulated and real ones never meet. */
export async function comparisonsOf(store: Reads, session: SessionDetail): Promise<Comparison[]> {
  const now = await conditionsOf(store, session);
  const treated = await treatedIn(store, session.id);
  const trials = session.trialList.filter(withResult);
  const found: Comparison[] = [];
  for (const [index, trial] of trials.entries()) {
    if (!treated.has(trial.id)) continue;
    const before = trials.slice(0, index).findLast(({ id, kind }) => kind === trial.kind && !treated.has(id));
    const one = before && compared('before-treatment', [before, now], [trial, now], session.id);
    if (one) found.push(one);
  }
  const open = new Map(trials.filter(({ id }) => !treated.has(id)).map((trial) => [trial.kind, trial] as const));
  const place = { subjectId: session.subjectId, after: { startedAtMs: session.startedAtMs, id: session.id } };
  for (const { id, simulated } of open.size > 0 ? await store.listSessions({ ...place, limit: LOOK_BACK }) : []) {
    if (simulated !== session.simulated || open.size === 0) continue;
    const earlier = await store.sessionDetail(id);
    if (!earlier) continue;
    const then = await conditionsOf(store, earlier);
    const treatedThen = await treatedIn(store, id);
    // Today before treatment against then before treatment: what a treatment does at once is no change since last time.
    const candidates = earlier.trialList.filter((one) => withResult(one) && !treatedThen.has(one.id));
    for (const [kind, trial] of [...open]) {
      const last = candidates.findLast((one) => one.kind === kind);
      if (!last) continue;
      open.delete(kind);
      const one = compared('last-time', [last, then], [trial, now], id);
      if (one) found.push(one);
    }
  }
  return found;
}
