/** One person's outcome over time, worked out anew from what is kept: a pure function of records and the time of asking. */
import type { EpisodeView, OutcomeSeries, SubjectOutcome } from '../../contract/outcome.ts';
import { summariseAdherence } from '../../core/outcome/adherence.ts';
import { summariseDiary } from '../../core/outcome/diary.ts';
import { type JudgedSeries, judgeTogether } from '../../core/outcome/episode-trend.ts';
import { INSTRUMENTS } from '../../core/outcome/instruments.ts';
import { scoreThresholds, TREND_SCORES } from '../../core/outcome/measures.ts';
import { planPrompts } from '../../core/outcome/prompts.ts';
import { offerInstrument, reviewDue } from '../../core/outcome/schedule.ts';
import type { Score } from '../../ports/score-store.ts';
import type { Episode, Subject } from '../../ports/subject-store.ts';
import type { VisitRow } from '../../ports/visit-store.ts';
import {
  adherenceOf,
  coreDay,
  dayNumber,
  dayOf,
  diaryOf,
  diaryWindows,
  kindOf,
  planOf,
  shownEntry,
  stands,
} from './entries.ts';
import { headacheNow, type MeasuredPoint, measuredSeries } from './points.ts';

export interface SubjectRecords {
  readonly subject: Subject;
  /** Oldest first. */
  readonly episodes: readonly Episode[];
  readonly visits: readonly VisitRow[];
  readonly scores: readonly Score[];
  /** What the clinic has set as its usual plan; undefined: nothing. */
  readonly clinicPlan: unknown;
}

const DAY_MS = 86_400_000;

export function episodeView({ id, openedAtMs, closedAtMs, ...rest }: Episode): EpisodeView {
  const { goal, side, injuryDate, mechanism, payerReference, values } = rest;
  const reached = values['goalReached'];
  const goalReached = typeof reached === 'number' ? reached : null;
  return { id, openedAtMs, closedAtMs, goal, side, injuryDate, mechanism, payerReference, goalReached };
}

/** The open one, else the latest. */
export function presentEpisode(episodes: readonly Episode[]): Episode | null {
  return episodes.findLast(({ closedAtMs }) => closedAtMs === null) ?? episodes.at(-1) ?? null;
}

/** From the start of the day on which it was opened to its end. Without an episode: always. */
function inside(episode: Episode | null, atMs: number, episodeId: string | null = null): boolean {
  if (episode === null) return true;
  if (episodeId !== null) return episodeId === episode.id;
  const from = new Date(episode.openedAtMs).setHours(0, 0, 0, 0);
  return atMs >= from && (episode.closedAtMs === null || atMs <= episode.closedAtMs + DAY_MS);
}

interface Followed {
  readonly id: string;
  readonly unit: OutcomeSeries['unit'];
  readonly lowerIsBetter: boolean | null;
}

function scorePoints(scores: readonly Score[], id: string, windows: readonly { atMs: number; value: number }[]) {
  const told = scores.flatMap((score) =>
    kindOf(score) === id && score.total !== null
      ? [{ atMs: score.wallMs, value: score.total, sessionId: score.sessionId, protocolKey: id }]
      : [],
  );
  // A total copied from a form and one counted from the diary are not one series.
  const counted =
    id === 'headache-days-28'
      ? windows.map((window) => ({ ...window, sessionId: null, protocolKey: `${id} diary` }))
      : [];
  return [...told, ...counted].map(
    (point): MeasuredPoint => ({
      ...point,
      sigma: 0,
      grade: 'patient-reported',
      examiner: null,
      endReason: null,
      headache: null,
      simulated: false,
      afterTreatment: false,
    }),
  );
}

function shownSeries({ points, verdict, band }: JudgedSeries, { id, unit, lowerIsBetter }: Followed): OutcomeSeries {
  const measured = points as readonly MeasuredPoint[];
  const first = measured[0]!;
  const known = (value: number | null): number | null => (value !== null && Number.isFinite(value) ? value : null);
  return {
    measure: id,
    grade: first.grade,
    simulated: first.simulated,
    afterTreatment: first.afterTreatment,
    unit,
    points: measured.map(({ atMs, sessionId, value, sigma, headache }) => ({
      ...{ atMs, sessionId, value, headache },
      sigma: known(sigma),
    })),
    band: known(band),
    verdict: verdict && {
      verdict: verdict.verdict,
      change: verdict.change,
      halfWidth: known(verdict.halfWidth),
      threshold: known(verdict.threshold),
      notComparable: [...verdict.notComparable],
      better: lowerIsBetter === null || verdict.change === 0 ? null : verdict.change < 0 === lowerIsBetter,
    },
  };
}

export function subjectOutcome(records: SubjectRecords, nowMs: number): SubjectOutcome {
  const { subject, episodes } = records;
  const episode = presentEpisode(episodes);
  const visits = records.visits.filter((visit) => inside(episode, visit.startedAtMs, visit.episodeId));
  const scores = records.scores.filter((score) => stands(score) && inside(episode, score.wallMs, score.episodeId));
  const plan = planOf(episode?.values ?? {}, records.clinicPlan);
  const today = dayNumber(dayOf(nowMs));
  const diaryDays = diaryOf(scores);
  const coreDays = diaryDays.map(coreDay);

  const followed = new Map<string, Followed>();
  const measured = measuredSeries(visits).map(({ measure, unit, thresholds, points }) => {
    followed.set(measure, { id: measure, unit, lowerIsBetter: null });
    return { id: measure, thresholds, points };
  });
  const reported = TREND_SCORES.map((instrument) => {
    const unit = instrument.id === 'midas' || instrument.id === 'headache-days-28' ? 'days' : 'points';
    followed.set(instrument.id, { id: instrument.id, unit, lowerIsBetter: instrument.lowerIsBetter });
    const points = scorePoints(scores, instrument.id, diaryWindows(coreDays, today));
    return { id: instrument.id, thresholds: scoreThresholds(instrument), points };
  });
  const judged = judgeTogether([...measured, ...reported]);
  const series = judged.series.map((one) => shownSeries(one, followed.get(one.id)!));

  const clinicMs = visits.filter(({ setting }) => setting === 'clinic').map(({ startedAtMs }) => startedAtMs);
  const baselineMs = clinicMs[0] ?? episode?.openedAtMs ?? null;
  const reviewedMs = scores.filter((score) => kindOf(score) === 'plan-review').map(({ wallMs }) => wallMs);
  const open = episode === null || episode.closedAtMs === null;
  const review =
    baselineMs === null || !open
      ? { due: false, cause: null, nextMs: null }
      : reviewDue(plan, baselineMs, clinicMs, reviewedMs, nowMs);
  const called = series.flatMap(({ grade, verdict }) => (verdict ? [{ grade, ...verdict }] : []));
  const groc = scores.findLast((score) => kindOf(score) === 'groc' && score.total !== null);
  const rating = groc?.total ?? 0;
  // A rating of change of four and more is a moderate one by its own scale: it counts as reported.
  const rated = Math.abs(rating) >= 4 ? [{ verdict: 'changed' as const, better: rating > 0 }] : [];
  const adherenceDays = adherenceOf(scores);

  return {
    subjectCode: subject.code,
    nowMs,
    simulated: visits.some(({ simulated }) => simulated),
    episode: episode && episodeView(episode),
    episodes: episodes.map(episodeView),
    visits: visits.map(({ sessionId, startedAtMs, setting, context }) => ({
      ...{ sessionId, setting, atMs: startedAtMs, headacheNow: headacheNow(context) },
    })),
    plan,
    review,
    prompts: planPrompts({
      reviewDue: review.due,
      visits: visits.length,
      reported: [
        ...called
          .filter(({ grade }) => grade === 'patient-reported')
          .map((v) => ({ verdict: v.verdict, better: v.better === true })),
        ...rated,
      ],
      measured: called.filter(({ grade }) => grade !== 'patient-reported'),
    }),
    series,
    measuresJudged: judged.measures,
    offers: INSTRUMENTS.map((instrument) => {
      // Over all episodes: what was asked lately was asked lately.
      const last = records.scores.findLast(
        (score) => kindOf(score) === instrument.id && stands(score) && score.total !== null,
      );
      const lastMs = last?.wallMs ?? null;
      return { instrument: instrument.id, ...offerInstrument(instrument, lastMs, nowMs), lastMs };
    }),
    entries: scores.flatMap((score) => shownEntry(score) ?? []).reverse(),
    diary: {
      days: diaryDays.filter(({ day }) => dayNumber(day) > today - 28).reverse(),
      ...summariseDiary(coreDays, today),
    },
    adherence: {
      days: adherenceDays.filter(({ day }) => dayNumber(day) > today - 28).reverse(),
      ...summariseAdherence(
        adherenceDays.map(({ day, done }) => ({ day: dayNumber(day), done })),
        plan.exercises,
        today,
      ),
    },
  };
}
