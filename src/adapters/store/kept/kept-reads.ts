/** Reads over the kept tables: the same answers as the SQL queries give. */
import type { SessionDetail, SessionSummary } from '../../../contract/records.ts';
import { visitOfContext } from '../../../contract/visit.ts';
import type { RepetitionRow, SessionQuery, StoredStream } from '../../../ports/session-store.ts';
import { listedRepetition, streamOf, trialOf, valuesOf } from '../rows.ts';
import type { SessionTable, TrialTable } from '../schema.ts';
import { chunkKey, type Draft, type KeptTables } from './tables.ts';

export type Look = Pick<Draft, 'get' | 'rows'>;

const byTimeThenId = (a: { started_at_ms: number; id: string }, b: { started_at_ms: number; id: string }): number =>
  a.started_at_ms - b.started_at_ms || (a.id < b.id ? -1 : 1);

export const trialsOf = (look: Look, sessionId: string): TrialTable[] =>
  look
    .rows('trial')
    .filter((trial) => trial.session_id === sessionId)
    .sort(byTimeThenId);

export const repetitionsOf = (look: Look, trialId: string): KeptTables['repetition'][] =>
  look
    .rows('repetition')
    .filter((row) => row.trial_id === trialId)
    .sort((a, b) => a.position - b.position);

export const chunksOf = (look: Look, streamId: string): KeptTables['chunk'][] =>
  look
    .rows('chunk')
    .filter((chunk) => chunk.stream_id === streamId)
    .sort((a, b) => a.sequence - b.sequence);

/** Chunks are numbered without holes: the next number is how many there are. */
export function chunkCount(look: Look, streamId: string): number {
  let count = 0;
  while (look.get('chunk', chunkKey(streamId, count)) !== undefined) count++;
  return count;
}

export function streamsOf(look: Look, sessionId: string): StoredStream[] {
  return look
    .rows('stream')
    .filter((stream) => stream.session_id === sessionId)
    .sort((a, b) => a.position - b.position)
    .map((stream) => streamOf(stream, chunkCount(look, stream.id)));
}

function summary(look: Look, session: SessionTable): SessionSummary {
  const streams = look.rows('stream').filter((stream) => stream.session_id === session.id);
  const trials = trialsOf(look, session.id);
  const last = trials.filter((trial) => trial.status === 'finished' && trial.kind === 'frt').at(-1);
  let recordedUs = 0;
  for (const { id, role } of streams) {
    const first = look.get('chunk', chunkKey(id, 0));
    const end = look.get('chunk', chunkKey(id, chunkCount(look, id) - 1));
    if (role === 'head' && first && end) recordedUs += end.last_arrival_us - first.first_arrival_us;
  }
  return {
    id: session.id,
    subjectId: session.subject_id,
    subjectCode: session.subject_code,
    episodeId: session.episode_id,
    setting: session.setting,
    startedAtMs: session.started_at_ms,
    endedAtMs: session.ended_at_ms,
    simulated: [...streams, ...trials].some((row) => row.simulated !== 0),
    trials: trials.length,
    frtLeftDeg: last?.left_mean_deg ?? null,
    frtRightDeg: last?.right_mean_deg ?? null,
    recordedS: recordedUs / 1e6,
  };
}

export function listSessions(look: Look, query: SessionQuery = {}): SessionSummary[] {
  const { subjectId, episodeId, after, limit = Number.POSITIVE_INFINITY } = query;
  return look
    .rows('session')
    .filter(
      (session) =>
        (subjectId === undefined || session.subject_id === subjectId) &&
        (episodeId === undefined || session.episode_id === episodeId) &&
        (!after || byTimeThenId(session, { started_at_ms: after.startedAtMs, id: after.id }) < 0),
    )
    .sort((a, b) => byTimeThenId(b, a))
    .slice(0, limit)
    .map((session) => summary(look, session));
}

export function sessionDetail(look: Look, sessionId: string): SessionDetail | null {
  const session = look.get('session', sessionId);
  if (!session) return null;
  const trialList = trialsOf(look, sessionId).map((trial) => trialOf(trial, repetitionsOf(look, trial.id)));
  return { ...summary(look, session), visit: visitOfContext(valuesOf(session.context)), trialList };
}

export function repetitionRows(look: Look, sessionId: string | null): RepetitionRow[] {
  const out: RepetitionRow[] = [];
  for (const session of look.rows('session').sort(byTimeThenId)) {
    if (sessionId !== null && session.id !== sessionId) continue;
    for (const trial of trialsOf(look, session.id)) {
      const stream = trial.stream_id === null ? undefined : look.get('stream', trial.stream_id);
      for (const row of repetitionsOf(look, trial.id)) out.push(listedRepetition(session, trial, stream, row));
    }
  }
  return out;
}
