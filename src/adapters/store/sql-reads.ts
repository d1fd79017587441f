/** Queries of the session store, written once for every SQL engine. */
import { type SqlBool, sql } from 'kysely';
import type { SessionDetail, SessionSummary } from '../../contract/records.ts';
import { visitOfContext } from '../../contract/visit.ts';
import type { RepetitionRow, SessionQuery, StoredEvent, StoredStream } from '../../ports/session-store.ts';
import { listedRepetition, streamOf, trialOf, valuesOf } from './rows.ts';
import type { RepetitionTable, SessionTable, StreamTable } from './schema.ts';
import type { Db } from './sql-common.ts';

/** Sessions handed over at once by the paged readers: the single connection is never held by a slow consumer. */
const PAGE = 128;

export function groupBy<T, K>(items: readonly T[], key: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group) group.push(item);
    else groups.set(key(item), [item]);
  }
  return groups;
}

/** It came from a CSV table. Read as text first: most contexts hold no such mark. */
const isImported = ({ context }: SessionTable): boolean =>
  context.includes('"imported"') && 'imported' in valuesOf(context);

async function summaries(db: Db, sessions: readonly SessionTable[]): Promise<SessionSummary[]> {
  if (sessions.length === 0) return [];
  const ids = sessions.map((session) => session.id);
  // First and last chunk by the key: the time of a stream is not found by reading all of it.
  const streams = await db
    .selectFrom('stream')
    .select((eb) => [
      'stream.session_id',
      'stream.role',
      'stream.simulated',
      eb
        .selectFrom('chunk')
        .select('chunk.first_arrival_us')
        .whereRef('chunk.stream_id', '=', 'stream.id')
        .orderBy('chunk.sequence')
        .limit(1)
        .as('first_us'),
      eb
        .selectFrom('chunk')
        .select('chunk.last_arrival_us')
        .whereRef('chunk.stream_id', '=', 'stream.id')
        .orderBy('chunk.sequence', 'desc')
        .limit(1)
        .as('last_us'),
    ])
    .where('stream.session_id', 'in', ids)
    .execute();
  const trials = await db
    .selectFrom('trial')
    .select(['session_id', 'kind', 'simulated', 'status', 'left_mean_deg', 'right_mean_deg'])
    .where('session_id', 'in', ids)
    .orderBy('started_at_ms')
    .orderBy('id')
    .execute();
  const streamsOf = groupBy(streams, (stream) => stream.session_id);
  const trialsOf = groupBy(trials, (trial) => trial.session_id);
  return sessions.map((session) => {
    const ownStreams = streamsOf.get(session.id) ?? [];
    const ownTrials = trialsOf.get(session.id) ?? [];
    const last = ownTrials.filter((trial) => trial.status === 'finished' && trial.kind === 'frt').at(-1);
    let recordedUs = 0;
    for (const stream of ownStreams) {
      if (stream.role === 'head' && stream.first_us !== null && stream.last_us !== null)
        recordedUs += stream.last_us - stream.first_us;
    }
    return {
      id: session.id,
      subjectId: session.subject_id,
      subjectCode: session.subject_code,
      episodeId: session.episode_id,
      setting: session.setting,
      startedAtMs: session.started_at_ms,
      endedAtMs: session.ended_at_ms,
      simulated: ownStreams.some((s) => s.simulated !== 0) || ownTrials.some((t) => t.simulated !== 0),
      trials: ownTrials.length,
      frtLeftDeg: last?.left_mean_deg ?? null,
      frtRightDeg: last?.right_mean_deg ?? null,
      recordedS: recordedUs / 1e6,
      ...(isImported(session) && { imported: true as const }),
    };
  });
}

export async function listSessions(db: Db, query: SessionQuery = {}): Promise<SessionSummary[]> {
  const out: SessionSummary[] = [];
  const limit = query.limit ?? Number.POSITIVE_INFINITY;
  let after = query.after;
  while (out.length < limit) {
    const size = Math.min(PAGE, limit - out.length);
    let page = db.selectFrom('session').selectAll().orderBy('started_at_ms', 'desc').orderBy('id', 'desc').limit(size);
    if (query.subjectId !== undefined) page = page.where('subject_id', '=', query.subjectId);
    if (query.episodeId !== undefined) page = page.where('episode_id', '=', query.episodeId);
    if (after) page = page.where(sql<SqlBool>`(started_at_ms, id) < (${after.startedAtMs}, ${after.id})`);
    const sessions = await page.execute();
    out.push(...(await summaries(db, sessions)));
    after = out.at(-1);
    if (sessions.length < size) break;
  }
  return out;
}

export async function sessionDetail(db: Db, sessionId: string): Promise<SessionDetail | null> {
  const session = await db.selectFrom('session').selectAll().where('id', '=', sessionId).executeTakeFirst();
  if (!session) return null;
  const [summary] = await summaries(db, [session]);
  const trials = await db
    .selectFrom('trial')
    .selectAll()
    .where('session_id', '=', sessionId)
    .orderBy('started_at_ms')
    .orderBy('id')
    .execute();
  const repetitions = await repetitionsOf(
    db,
    trials.map((trial) => trial.id),
  );
  return {
    ...summary!,
    trialList: trials.map((trial) => trialOf(trial, repetitions.get(trial.id) ?? [])),
    visit: visitOfContext(valuesOf(session.context)),
  };
}

export async function repetitionsOf(db: Db, trialIds: readonly string[]): Promise<Map<string, RepetitionTable[]>> {
  if (trialIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('repetition')
    .selectAll()
    .where('trial_id', 'in', trialIds)
    .orderBy('trial_id')
    .orderBy('position')
    .execute();
  return groupBy(rows, (row) => row.trial_id);
}

/** Chunks are numbered without holes, so the last number says how many there are. */
export async function chunkCount(db: Db, streamId: string): Promise<number> {
  const row = await db
    .selectFrom('chunk')
    .select('sequence')
    .where('stream_id', '=', streamId)
    .orderBy('sequence', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ? row.sequence + 1 : 0;
}

export async function listStreams(db: Db, sessionId: string): Promise<StoredStream[]> {
  const rows = await db
    .selectFrom('stream')
    .selectAll()
    .where('session_id', '=', sessionId)
    .orderBy('position')
    .execute();
  const streams: StoredStream[] = [];
  for (const row of rows) streams.push(streamOf(row, await chunkCount(db, row.id)));
  return streams;
}

export async function listEvents(db: Db, sessionId: string): Promise<StoredEvent[]> {
  const rows = await db.selectFrom('event').selectAll().where('session_id', '=', sessionId).orderBy('id').execute();
  return rows.map((row) => ({
    timeUs: row.time_us,
    wallMs: row.wall_ms,
    type: row.type,
    values: valuesOf(row.event_values),
  }));
}

/** The one written last: a clock that was set back does not bring an older one into force. */
export async function latestGyroModel(db: Db, sensorSerial: string): Promise<string | null> {
  const row = await db
    .selectFrom('gyro_model')
    .select('model')
    .where('sensor_serial', '=', sensorSerial)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.model ?? null;
}

/** The trial's parameters with another method, as the columns to change; none when the trial does not exist. */
export async function parametersWithMethod(db: Db, trialId: string, method: string): Promise<{ parameters?: string }> {
  const row = await db.selectFrom('trial').select('parameters').where('id', '=', trialId).executeTakeFirst();
  if (!row) return {};
  return { parameters: JSON.stringify({ ...valuesOf(row.parameters), method }) };
}

/** Sessions oldest first, a page at a time. */
async function* sessionPages(db: Db, sessionId: string | null): AsyncIterable<SessionTable[]> {
  let after: SessionTable | undefined;
  for (;;) {
    let page = db.selectFrom('session').selectAll().orderBy('started_at_ms').orderBy('id').limit(PAGE);
    if (sessionId !== null) page = page.where('id', '=', sessionId);
    if (after) page = page.where(sql<SqlBool>`(started_at_ms, id) > (${after.started_at_ms}, ${after.id})`);
    const sessions = await page.execute();
    if (sessions.length > 0) yield sessions;
    if (sessions.length < PAGE) return;
    after = sessions.at(-1);
  }
}

export async function* repetitionRows(db: Db, sessionId: string | null): AsyncIterable<RepetitionRow> {
  for await (const sessions of sessionPages(db, sessionId)) {
    const ids = sessions.map((session) => session.id);
    const trials = await db
      .selectFrom('trial')
      .selectAll()
      .where('session_id', 'in', ids)
      .orderBy('started_at_ms')
      .orderBy('id')
      .execute();
    const streams = new Map<string, StreamTable>();
    for (const stream of await db.selectFrom('stream').selectAll().where('session_id', 'in', ids).execute())
      streams.set(stream.id, stream);
    const trialsOf = groupBy(trials, (trial) => trial.session_id);
    const repetitions = await repetitionsOf(
      db,
      trials.map((trial) => trial.id),
    );
    for (const session of sessions) {
      for (const trial of trialsOf.get(session.id) ?? []) {
        const stream = trial.stream_id === null ? undefined : streams.get(trial.stream_id);
        for (const repetition of repetitions.get(trial.id) ?? []) {
          yield listedRepetition(session, trial, stream, repetition);
        }
      }
    }
  }
}
