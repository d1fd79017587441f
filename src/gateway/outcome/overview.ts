/** One line a subject for the clinic: who is due, who sent something, what needs a look. */
import type { Look, OverviewRow } from '../../contract/outcome.ts';
import { visitOfContext } from '../../contract/visit.ts';
import { screenOf } from '../../core/visit/visit.ts';
import type { ReceivedBundle } from '../../ports/transfer-store.ts';
import { stands } from './entries.ts';
import { type SubjectRecords, subjectOutcome } from './subject-view.ts';

/** So long without a visit or an entry in an open episode, and somebody should ask, ms: half of the first interval. */
const QUIET_MS = 28 * 86_400_000;

export const lookedAt = (values: Readonly<Record<string, unknown>>): number => {
  const ms = values['lookedAtMs'];
  return typeof ms === 'number' ? ms : Number.NEGATIVE_INFINITY;
};

export function overviewRow(records: SubjectRecords, bundles: readonly ReceivedBundle[], nowMs: number): OverviewRow {
  const outcome = subjectOutcome(records, nowMs);
  const since = lookedAt(records.subject.values);
  const episodeOpen = outcome.episode !== null && outcome.episode.closedAtMs === null;
  const sent = bundles.filter(({ status }) => status === 'accepted');
  const arrivals =
    sent.length > 0
      ? sent.map(({ receivedAtMs }) => receivedAtMs)
      : records.visits.filter(({ setting }) => setting === 'home').map((visit) => visit.endedAtMs ?? visit.startedAtMs);
  const sign = records.visits.some(({ startedAtMs, setting, context }) => {
    const visit = startedAtMs > since ? visitOfContext(context) : null;
    if (visit === null) return false;
    const { stop, precautions } = screenOf(visit);
    // In the clinic somebody sat there when it was told.
    return visit.endedBy !== null || (setting === 'home' && stop.length + precautions.length > 0);
  });
  const stopped = records.visits.some(
    ({ startedAtMs, trials }) => startedAtMs > since && trials.some(({ status }) => status === 'stopped'),
  );
  const lastMs = Math.max(
    ...records.visits.map(({ startedAtMs }) => startedAtMs),
    ...records.scores.filter(stands).map(({ wallMs }) => wallMs),
    outcome.episode?.openedAtMs ?? Number.NEGATIVE_INFINITY,
  );
  const sentSince = arrivals.filter((ms) => ms > since).length;
  const reasons: readonly (readonly [Look, boolean])[] = [
    ['safety-sign', sign],
    ['review-due', outcome.review.due],
    ['reported-worse', outcome.prompts.includes('reported-worse')],
    ['sent', sentSince > 0],
    ['refused', bundles.some(({ status, receivedAtMs }) => status === 'refused' && receivedAtMs > since)],
    ['stopped', stopped],
    ['quiet', episodeOpen && nowMs - lastMs > QUIET_MS],
    ['no-plan', outcome.episode === null && outcome.visits.length > 1],
  ];
  return {
    subjectCode: outcome.subjectCode,
    simulated: outcome.simulated,
    episodeOpen,
    side: outcome.episode?.side ?? null,
    visits: outcome.visits.length,
    homeVisits: outcome.visits.filter(({ setting }) => setting === 'home').length,
    lastVisitMs: outcome.visits.at(-1)?.atMs ?? null,
    review: outcome.review,
    sentSince,
    lastSentMs: arrivals.length === 0 ? null : Math.max(...arrivals),
    look: reasons.flatMap(([look, is]) => (is ? [look] : [])),
    prompts: outcome.prompts,
    changes: outcome.series
      .filter(({ afterTreatment }) => !afterTreatment)
      .map(({ measure, grade, unit, points, verdict }) => ({
        ...{ measure, grade, unit, count: points.length },
        first: points[0]!.value,
        last: points.at(-1)!.value,
        change: verdict?.change ?? null,
        verdict: verdict?.verdict ?? null,
        better: verdict?.better ?? null,
      })),
  };
}
