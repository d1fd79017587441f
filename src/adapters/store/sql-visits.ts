/** Whole visits from SQL tables, a page of sessions at a time with four queries each. */
import { type SqlBool, sql } from 'kysely';
import type { VisitQuery, VisitRow, VisitStore } from '../../ports/visit-store.ts';
import { descriptionOf, trialOf, valuesOf } from './rows.ts';
import type { SessionTable } from './schema.ts';
import type { Connection, Db } from './sql-common.ts';
import { groupBy, repetitionsOf } from './sql-reads.ts';
import { scoreOf } from './sql-results.ts';

/** Small, because an embedded engine holds up everything else while it reads a page. */
const PAGE = 32;

async function page(db: Db, query: VisitQuery, after: SessionTable | undefined): Promise<SessionTable[]> {
  let sessions = db.selectFrom('session').selectAll().orderBy('started_at_ms').orderBy('id').limit(PAGE);
  if (query.sessionId !== undefined) sessions = sessions.where('id', '=', query.sessionId);
  if (query.subjectCode !== undefined) sessions = sessions.where('subject_code', '=', query.subjectCode);
  if (query.fromMs !== undefined) sessions = sessions.where('started_at_ms', '>=', query.fromMs);
  if (query.toMs !== undefined) sessions = sessions.where('started_at_ms', '<', query.toMs);
  if (after) sessions = sessions.where(sql<SqlBool>`(started_at_ms, id) > (${after.started_at_ms}, ${after.id})`);
  return sessions.execute();
}

async function visits(db: Db, sessions: readonly SessionTable[]): Promise<VisitRow[]> {
  const ids = sessions.map(({ id }) => id);
  const trials = await db
    .selectFrom('trial')
    .selectAll()
    .where('session_id', 'in', ids)
    .orderBy('started_at_ms')
    .orderBy('id')
    .execute();
  const streams = await db.selectFrom('stream').selectAll().where('session_id', 'in', ids).execute();
  const scores = await db
    .selectFrom('score')
    .selectAll()
    .where('session_id', 'in', ids)
    .orderBy('wall_ms')
    .orderBy('id')
    .execute();
  const repetitions = await repetitionsOf(
    db,
    trials.map(({ id }) => id),
  );
  const trialsOf = groupBy(trials, (trial) => trial.session_id);
  const streamsOf = groupBy(streams, (stream) => stream.session_id);
  const scoresOf = groupBy(scores, (score) => score.session_id);
  return sessions.map((session) => {
    const own = streamsOf.get(session.id) ?? [];
    const ownTrials = (trialsOf.get(session.id) ?? []).map((trial) => {
      const stream = own.find(({ id }) => id === trial.stream_id);
      return {
        ...trialOf(trial, repetitions.get(trial.id) ?? []),
        stream: stream
          ? { id: stream.id, sourceId: stream.source_id, description: descriptionOf(stream.description) }
          : null,
      };
    });
    return {
      sessionId: session.id,
      subjectId: session.subject_id,
      subjectCode: session.subject_code,
      episodeId: session.episode_id,
      setting: session.setting,
      examinerId: session.examiner_id,
      context: valuesOf(session.context),
      startedAtMs: session.started_at_ms,
      endedAtMs: session.ended_at_ms,
      softwareVersion: session.software_version,
      simulated: own.some((stream) => stream.simulated !== 0) || ownTrials.some((trial) => trial.simulated),
      trials: ownTrials,
      scores: (scoresOf.get(session.id) ?? []).map(scoreOf),
    };
  });
}

export function createVisitReader(db: Connection): VisitStore {
  return {
    async *visitRows(query) {
      let after: SessionTable | undefined;
      for (;;) {
        const sessions = await page(db(), query, after);
        if (sessions.length > 0) yield* await visits(db(), sessions);
        if (sessions.length < PAGE) return;
        after = sessions.at(-1);
      }
    },
  };
}
