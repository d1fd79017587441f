/** Use cases of the outcome over time: every change with its audit row in one commit. The audit knows ids, never words. */
import { KitError } from '../../contract/errors.ts';
import type {
  AdherenceDayEntry,
  Ccft,
  DiaryDayEntry,
  EpisodeChange,
  Finding,
  NewEpisode,
  NewScore,
  Overview,
  OverviewRow,
  Plan,
  RetestPlanView,
  SubjectOutcome,
} from '../../contract/outcome.ts';
import { instrument } from '../../core/outcome/instruments.ts';
import { offerInstrument } from '../../core/outcome/schedule.ts';
import type { Score } from '../../ports/score-store.ts';
import type { Values } from '../../ports/session-store.ts';
import type { Records, Store } from '../../ports/store.ts';
import type { Subject } from '../../ports/subject-store.ts';
import {
  dayNumber,
  dayOf,
  kindOf,
  planOf,
  stands,
  writtenAdherence,
  writtenCcft,
  writtenDiary,
  writtenFinding,
  writtenReview,
  writtenScore,
} from './entries.ts';
import { overviewRow } from './overview.ts';
import { PLAN_SETTING, subjectRecords } from './records.ts';
import { episodeView, presentEpisode, type SubjectRecords, subjectOutcome } from './subject-view.ts';

export type OutcomeStore = Omit<Store, 'open' | 'close'>;

/** An entry belongs to the visit that began at most so long before it, ms. */
const VISIT_MS = 12 * 3_600_000;
/** A clock that is set, or a form that is typed in beside another one, ms. */
const AHEAD_MS = 60_000;
/** A clock that is set back by more is believed, ms. */
const SAME_MS = 1000;
const DONE = { ok: true } as const;

export interface OverviewPage {
  readonly after?: string | undefined;
  readonly limit?: number | undefined;
}

export type Outcome = ReturnType<typeof createOutcome>;

export function createOutcome(deps: {
  readonly store: OutcomeStore;
  readonly wallMs: () => number;
  readonly newId: () => string;
  /** A turn of the event loop for everybody else. */
  readonly turn: () => Promise<void>;
}) {
  const { store, wallMs, newId } = deps;
  let lastMs = Number.NEGATIVE_INFINITY;

  /** Of the same instant as the entry before: one ms later, so that the later word stays the later one. */
  function entryMs(): number {
    const nowMs = wallMs();
    lastMs = nowMs <= lastMs && lastMs - nowMs < SAME_MS ? lastMs + 1 : nowMs;
    return lastMs;
  }

  async function subjectOf(code: string): Promise<Subject> {
    const subject = await store.findSubject({ code });
    if (!subject) throw new KitError('NOT_FOUND', 'no subject has this code');
    return subject;
  }
  const recordsOf = (subject: Subject): Promise<SubjectRecords> => subjectRecords(store, subject);
  function change<T>(
    by: string | null,
    action: string,
    subject: Subject,
    values: Values,
    work: (records: Records) => Promise<T>,
  ): Promise<T> {
    return store.audited({ wallMs: wallMs(), accountId: by, action, object: `subject:${subject.id}`, values }, work);
  }
  function past(atMs: number | undefined): number {
    const nowMs = wallMs();
    if (atMs !== undefined && atMs > nowMs + AHEAD_MS) throw new KitError('BAD_REQUEST', 'that time is still to come');
    return atMs ?? nowMs;
  }
  function pastDay(day: string): void {
    if (dayNumber(day) > dayNumber(dayOf(wallMs()))) throw new KitError('BAD_REQUEST', 'that day is still to come');
  }

  async function write(
    by: string | null,
    action: string,
    subject: Subject,
    written: Pick<Score, 'instrument' | 'items' | 'total' | 'missingReason'>,
    atMs = entryMs(),
  ): Promise<{ id: string; total: number | null; missingReason: string | null }> {
    const id = newId();
    const episode = presentEpisode(await store.listEpisodes(subject.id));
    const [visit] = await store.listSessions({ subjectId: subject.id, limit: 1 });
    const sessionId = visit && atMs >= visit.startedAtMs && atMs - visit.startedAtMs <= VISIT_MS ? visit.id : null;
    const open = episode && episode.closedAtMs === null && atMs >= new Date(episode.openedAtMs).setHours(0, 0, 0, 0);
    const episodeId = open ? episode.id : null;
    const score: Score = { id, subjectId: subject.id, episodeId, sessionId, wallMs: atMs, ...written };
    await change(by, action, subject, { entry: id, kind: kindOf(score) }, (records) => records.saveScore(score));
    return { id, total: written.total, missingReason: written.missingReason };
  }

  return {
    async subject(code: string): Promise<SubjectOutcome> {
      return subjectOutcome(await recordsOf(await subjectOf(code)), wallMs());
    },
    /**
     * Subjects with at least one visit, entry or episode, in the order of codes: those after the code `after`, at most
     * `limit` looked at. Every trend is worked out anew, so a page of many takes its time.
     */
    async overview({ after, limit = Number.POSITIVE_INFINITY }: OverviewPage = {}): Promise<Overview> {
      const nowMs = wallMs();
      // By code units: the same order on every engine.
      const subjects = [...(await store.listSubjects())].sort((a, b) => (a.code < b.code ? -1 : 1));
      const found = after === undefined ? 0 : subjects.findIndex(({ code }) => code > after);
      const from = found < 0 ? subjects.length : found;
      const page = subjects.slice(from, from + limit);
      const rows: OverviewRow[] = [];
      for (const subject of page) {
        const records = await recordsOf(subject);
        if (records.visits.length + records.scores.length + records.episodes.length === 0) continue;
        rows.push(overviewRow(records, await store.listBundles({ subjectId: subject.id, limit: 200 }), nowMs));
        await deps.turn();
      }
      const looked = from + page.length;
      const next = looked < subjects.length ? page.at(-1)!.code : null;
      return { nowMs, rows, looked, subjects: subjects.length, next };
    },
    /** Writes down that these rows leave, before they do. */
    async exported(by: string | null, rows: number, filter: string | null): Promise<void> {
      const values = { rows, filter };
      await store.appendAudit({ wallMs: wallMs(), accountId: by, action: 'export.overview', object: null, values });
    },

    async openEpisode(by: string | null, code: string, asked: NewEpisode) {
      const subject = await subjectOf(code);
      const { openedAtMs, ...rest } = asked;
      const present = presentEpisode(await store.listEpisodes(subject.id));
      if (present && present.closedAtMs === null) throw new KitError('WRONG_STATE', 'an episode is open already');
      const episode = {
        id: newId(),
        subjectId: subject.id,
        openedAtMs: past(openedAtMs),
        closedAtMs: null,
        ...rest,
        values: {},
      };
      if (rest.injuryDate !== null) pastDay(rest.injuryDate);
      await change(by, 'episode.create', subject, { episode: episode.id }, (records) => records.createEpisode(episode));
      return episodeView(episode);
    },
    async changeEpisode(by: string | null, code: string, id: string, asked: EpisodeChange) {
      const subject = await subjectOf(code);
      const found = await store.findEpisode(id);
      if (!found || found.subjectId !== subject.id) throw new KitError('NOT_FOUND', 'no such episode');
      const { closed, goalReached, ...columns } = asked;
      if (columns.injuryDate) pastDay(columns.injuryDate);
      const changed = {
        ...Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== undefined)),
        ...(closed === undefined ? {} : { closedAtMs: closed ? (found.closedAtMs ?? wallMs()) : null }),
        ...(goalReached === undefined ? {} : { values: { ...found.values, goalReached } }),
      };
      const values = { episode: id, fields: Object.keys(asked) };
      await change(by, 'episode.change', subject, values, (records) => records.changeEpisode(id, changed));
      return episodeView((await store.findEpisode(id))!);
    },

    async addScore(by: string | null, code: string, asked: NewScore) {
      const subject = await subjectOf(code);
      const atMs = past(asked.atMs);
      const written = writtenScore(asked);
      const known = instrument(asked.instrument)!;
      const others = (await store.listScores(subject.id)).filter(
        (score) => kindOf(score) === asked.instrument && stands(score) && score.total !== null,
      );
      // Whichever of the two was first: the same days must not be looked back on twice.
      const tooNear = others.some(({ wallMs: other }) => {
        const [earlier, later] = other <= atMs ? [other, atMs] : [atMs, other];
        return !offerInstrument(known, earlier, later).offered;
      });
      if (tooNear) throw new KitError('SCORE_NOT_DUE');
      return write(by, 'score.create', subject, written, asked.atMs ?? entryMs());
    },
    async addDiaryDay(by: string | null, code: string, entry: DiaryDayEntry) {
      pastDay(entry.day);
      return write(by, 'diary.write', await subjectOf(code), writtenDiary(entry));
    },
    async addFinding(by: string | null, code: string, finding: Finding) {
      if (finding.kind === 'diagnostic-block') pastDay(finding.day);
      return write(by, 'finding.create', await subjectOf(code), writtenFinding(finding));
    },
    async addCcft(by: string | null, code: string, ccft: Ccft) {
      return write(by, 'ccft.create', await subjectOf(code), writtenCcft(ccft));
    },
    async addAdherence(by: string | null, code: string, entry: AdherenceDayEntry) {
      pastDay(entry.day);
      const subject = await subjectOf(code);
      const episode = presentEpisode(await store.listEpisodes(subject.id));
      const { exercises } = planOf(episode?.values ?? {}, await store.setting(PLAN_SETTING));
      const unknown = entry.done.find((name) => !exercises.includes(name));
      if (unknown !== undefined) throw new KitError('BAD_REQUEST', 'done: an exercise that is not in the plan');
      return write(by, 'adherence.tick', subject, writtenAdherence(entry));
    },
    async addReview(by: string | null, code: string, note: string | null) {
      return write(by, 'plan.review', await subjectOf(code), writtenReview(note));
    },
    /** A wrong entry: it stays in the record, marked, and counts nowhere. */
    async withdraw(by: string | null, code: string, id: string) {
      const subject = await subjectOf(code);
      await change(by, 'entry.withdraw', subject, { entry: id }, (records) => records.withdrawScore(subject.id, id));
      return DONE;
    },
    async setPlan(by: string | null, code: string, plan: Plan): Promise<Plan> {
      const subject = await subjectOf(code);
      const episode = presentEpisode(await store.listEpisodes(subject.id));
      if (!episode || episode.closedAtMs !== null) throw new KitError('WRONG_STATE', 'there is no open episode');
      const values = { ...episode.values, plan };
      await change(by, 'plan.change', subject, { episode: episode.id }, (records) =>
        records.changeEpisode(episode.id, { values }),
      );
      return plan;
    },
    async clinicPlan(): Promise<RetestPlanView> {
      const { sessions, weeks } = planOf({}, await store.setting(PLAN_SETTING));
      return { sessions, weeks };
    },
    async setClinicPlan(by: string | null, plan: RetestPlanView): Promise<RetestPlanView> {
      const entry = {
        wallMs: wallMs(),
        accountId: by,
        action: 'setting.retest-plan',
        object: null,
        values: { ...plan },
      };
      await store.audited(entry, (records) => records.saveSetting(PLAN_SETTING, plan, wallMs()));
      return plan;
    },
    /** What was sent until now has been seen. */
    async looked(by: string | null, code: string) {
      const subject = await subjectOf(code);
      const values = { ...subject.values, lookedAtMs: wallMs() };
      await change(by, 'subject.looked', subject, {}, (records) => records.changeSubject(subject.id, { values }));
      return DONE;
    },
  };
}
