/** Queries of the session store, written once for every SQL engine. */
import type { Kysely } from 'kysely';
import type { SessionDetail, SessionSummary, TrialRecord } from '../../contract/records.ts';
import type { RepetitionRow, StoredEvent, StoredStream } from '../../ports/session-store.ts';
import { descriptionOf, repetitionOf, trialOf } from './rows.ts';
import type { Schema, SessionTable, StreamTable } from './schema.ts';

type Db = Kysely<Schema>;

/** Rows handed over at once by the paged readers: the single connection is never held by a slow consumer. */
const PAGE = 256;

async function summaries(db: Db, sessions: readonly SessionTable[]): Promise<SessionSummary[]> {
  if (sessions.length === 0) return [];
  const ids = sessions.map((session) => session.id);
  const streams = await db
    .selectFrom('stream')
    .leftJoin('chunk', 'chunk.stream_id', 'stream.id')
    .select((eb) => [
      'stream.session_id',
      'stream.role',
      'stream.simulated',
      eb.fn.min('chunk.first_arrival_us').as('first_us'),
      eb.fn.max('chunk.last_arrival_us').as('last_us'),
    ])
    .where('stream.session_id', 'in', ids)
    .groupBy(['stream.id', 'stream.session_id', 'stream.role', 'stream.simulated'])
    .execute();
  const trials = await db
    .selectFrom('trial')
    .select(['session_id', 'simulated', 'status', 'left_mean_deg', 'right_mean_deg'])
    .where('session_id', 'in', ids)
    .orderBy('started_at_ms')
    .orderBy('id')
    .execute();
  return sessions.map((session) => {
    const ofSession = streams.filter((stream) => stream.session_id === session.id);
    const trialsOf = trials.filter((trial) => trial.session_id === session.id);
    const last = trialsOf.filter((trial) => trial.status === 'finished').at(-1);
    let recordedUs = 0;
    for (const stream of ofSession) {
      if (stream.role === 'head' && stream.first_us !== null && stream.last_us !== null)
        recordedUs += Number(stream.last_us) - Number(stream.first_us);
    }
    return {
      id: session.id,
      subjectCode: session.subject_code,
      startedAtMs: session.started_at_ms,
      endedAtMs: session.ended_at_ms,
      simulated: ofSession.some((s) => s.simulated !== 0) || trialsOf.some((t) => t.simulated !== 0),
      trials: trialsOf.length,
      frtLeftDeg: last?.left_mean_deg ?? null,
      frtRightDeg: last?.right_mean_deg ?? null,
      recordedS: recordedUs / 1e6,
    };
  });
}

export async function listSessions(db: Db): Promise<SessionSummary[]> {
  const sessions = await db
    .selectFrom('session')
    .selectAll()
    .orderBy('started_at_ms', 'desc')
    .orderBy('id', 'desc')
    .execute();
  const out: SessionSummary[] = [];
  for (let i = 0; i < sessions.length; i += PAGE) out.push(...(await summaries(db, sessions.slice(i, i + PAGE))));
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
  const trialList: TrialRecord[] = [];
  for (const trial of trials) {
    const repetitions = await db
      .selectFrom('repetition')
      .selectAll()
      .where('trial_id', '=', trial.id)
      .orderBy('position')
      .execute();
    trialList.push(trialOf(trial, repetitions));
  }
  return { ...summary!, trialList };
}

export async function listStreams(db: Db, sessionId: string): Promise<StoredStream[]> {
  const rows = await db
    .selectFrom('stream')
    .selectAll('stream')
    .select((eb) =>
      eb
        .selectFrom('chunk')
        .select((c) => c.fn.countAll().as('n'))
        .whereRef('chunk.stream_id', '=', 'stream.id')
        .as('chunks'),
    )
    .where('session_id', '=', sessionId)
    .orderBy('position')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    sessionId: row.session_id,
    role: row.role,
    sourceId: row.source_id,
    description: descriptionOf(row.description),
    chunks: Number(row.chunks ?? 0),
  }));
}

export async function listEvents(db: Db, sessionId: string): Promise<StoredEvent[]> {
  const rows = await db.selectFrom('event').selectAll().where('session_id', '=', sessionId).orderBy('id').execute();
  return rows.map((row) => ({
    timeUs: row.time_us,
    wallMs: row.wall_ms,
    type: row.type,
    values: JSON.parse(row.event_values) as Record<string, unknown>,
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
  return { parameters: JSON.stringify({ ...(JSON.parse(row.parameters) as Record<string, unknown>), method }) };
}

export async function* repetitionRows(db: Db, sessionId: string | null): AsyncIterable<RepetitionRow> {
  let query = db
    .selectFrom('trial')
    .innerJoin('session', 'session.id', 'trial.session_id')
    .selectAll('trial')
    .select(['session.subject_code', 'session.software_version'])
    .orderBy('session.started_at_ms')
    .orderBy('session.id')
    .orderBy('trial.started_at_ms')
    .orderBy('trial.id');
  if (sessionId !== null) query = query.where('trial.session_id', '=', sessionId);
  const trials = await query.execute();
  const streams = new Map<string, StreamTable>();
  for (const trial of trials) {
    if (trial.stream_id !== null && !streams.has(trial.stream_id)) {
      const row = await db.selectFrom('stream').selectAll().where('id', '=', trial.stream_id).executeTakeFirst();
      if (row) streams.set(row.id, row);
    }
    const stream = trial.stream_id === null ? undefined : streams.get(trial.stream_id);
    const repetitions = await db
      .selectFrom('repetition')
      .selectAll()
      .where('trial_id', '=', trial.id)
      .orderBy('position')
      .execute();
    for (const repetition of repetitions) {
      yield {
        sessionId: trial.session_id,
        subjectCode: trial.subject_code,
        softwareVersion: trial.software_version,
        trialId: trial.id,
        kind: trial.kind,
        trialStatus: trial.status,
        simulated: trial.simulated !== 0,
        parameters: JSON.parse(trial.parameters) as Record<string, unknown>,
        stream: stream
          ? { id: stream.id, sourceId: stream.source_id, description: descriptionOf(stream.description) }
          : null,
        repetition: repetitionOf(repetition),
      };
    }
  }
}
