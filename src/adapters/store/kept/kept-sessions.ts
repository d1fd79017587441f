/** Sessions and their tests as a page keeps them: what is written while a visit runs. */
import { KitError } from '../../../contract/errors.ts';
import type { RawChunk, SessionStore } from '../../../ports/session-store.ts';
import { crc32 } from '../../../wire/crc32.ts';
import {
  calibrationOf,
  calibrationRow,
  chunkOf,
  contextOf,
  repetitionRow,
  streamOf,
  trialRow,
  valuesOf,
} from '../rows.ts';
import * as reads from './kept-reads.ts';
import { chunkKey, type Draft, type TableName, type TableSet } from './tables.ts';

function mustExist<T>(row: T | undefined, what: string): T {
  if (row === undefined) throw new KitError('NOT_FOUND', what);
  return row;
}

/** The mean of a side, where the result has one: for the list alone. */
function meanDeg(result: Record<string, unknown> | null, side: 'left' | 'right'): number | null {
  const own = result?.[side];
  const mean = typeof own === 'object' && own !== null && 'meanDeg' in own ? own.meanDeg : null;
  return typeof mean === 'number' ? mean : null;
}

function subjectOf(draft: Draft, code: string, wallMs: number): string {
  const known = draft.rows('subject').find((subject) => subject.code === code);
  if (known) return known.id;
  const id = crypto.randomUUID();
  draft.put('subject', id, { id, code, created_at_ms: wallMs, retain_until_ms: null, subject_values: '{}' });
  return id;
}

function putChunk(draft: Draft, chunk: RawChunk): void {
  const { streamId, sequence, bytes } = chunk;
  if (!draft.get('stream', streamId)) throw new KitError('NOT_FOUND', `stream ${streamId}`);
  const stored = draft.get('chunk', chunkKey(streamId, sequence));
  if (stored) {
    // A retry after a commit whose acknowledgement was lost: the same bytes are already there.
    if (stored.crc32 === chunk.crc32 && stored.notifications === chunk.notifications) return;
    throw new KitError('INTERNAL', `chunk ${sequence} of stream ${streamId} exists with other bytes`);
  }
  if (sequence > 0 && !draft.get('chunk', chunkKey(streamId, sequence - 1)))
    throw new KitError('INTERNAL', `chunk ${sequence} of stream ${streamId} where an earlier one is next`);
  const row = {
    stream_id: streamId,
    sequence,
    first_arrival_us: chunk.firstArrivalUs,
    last_arrival_us: chunk.lastArrivalUs,
    notifications: chunk.notifications,
    crc32: chunk.crc32,
  };
  draft.put('chunk', chunkKey(streamId, sequence), row, bytes.slice());
}

export function createKeptSessions(tables: TableSet): SessionStore {
  const { read, change } = tables;
  async function update<T extends TableName & ('session' | 'trial')>(
    table: T,
    id: string,
    how: (row: ReturnType<typeof found<T>>) => Partial<ReturnType<typeof found<T>>>,
  ): Promise<void> {
    await change((draft) => {
      const row = found(draft, table, id);
      draft.put(table, id, { ...row, ...how(row) });
    });
  }
  function found<T extends TableName>(draft: Draft, table: T, id: string) {
    return mustExist(draft.get(table, id), `${table} ${id}`);
  }

  return {
    createSession: (s) =>
      change((draft) => {
        if (draft.get('session', s.id)) throw new KitError('WRONG_STATE', `session ${s.id}`);
        draft.put('session', s.id, {
          id: s.id,
          subject_id: subjectOf(draft, s.subjectCode, s.startedAtMs),
          subject_code: s.subjectCode,
          episode_id: s.episodeId ?? null,
          setting: s.setting ?? 'clinic',
          examiner_id: s.examinerId ?? null,
          context: JSON.stringify(s.context ?? {}),
          started_at_ms: s.startedAtMs,
          ended_at_ms: null,
          software_version: s.softwareVersion,
        });
      }),
    endSession: (id, endedAtMs) => update('session', id, () => ({ ended_at_ms: endedAtMs })),
    reopenSession: (id) => update('session', id, () => ({ ended_at_ms: null })),
    changeSession: (id, { episodeId, context }) =>
      update('session', id, () => ({
        ...(episodeId === undefined ? {} : { episode_id: episodeId }),
        ...(context === undefined ? {} : { context: JSON.stringify(context) }),
      })),
    createStream: (s) =>
      change((draft) => {
        mustExist(draft.get('session', s.sessionId), `session ${s.sessionId}`);
        const position = draft.rows('stream').filter((row) => row.session_id === s.sessionId).length;
        draft.put('stream', s.id, {
          id: s.id,
          session_id: s.sessionId,
          position,
          role: s.role,
          source_id: s.sourceId,
          simulated: s.description.simulated ? 1 : 0,
          description: JSON.stringify(s.description),
        });
      }),
    appendChunk: (chunk) => change((draft) => putChunk(draft, chunk)),
    appendChunks: (several) =>
      change((draft) => {
        for (const chunk of several) putChunk(draft, chunk);
      }),
    createTrial: (t) =>
      change((draft) => {
        mustExist(draft.get('session', t.sessionId), `session ${t.sessionId}`);
        draft.put('trial', t.id, trialRow(t));
      }),
    appendRepetition: (trialId, repetition) =>
      change((draft) => {
        mustExist(draft.get('trial', trialId), `trial ${trialId}`);
        const position = (reads.repetitionsOf(draft, trialId).at(-1)?.position ?? -1) + 1;
        draft.put('repetition', `${trialId}/${position}`, repetitionRow(trialId, position, repetition));
      }),
    putRepetition: (trialId, position, repetition) =>
      change((draft) => {
        mustExist(draft.get('trial', trialId), `trial ${trialId}`);
        draft.put('repetition', `${trialId}/${position}`, repetitionRow(trialId, position, repetition));
      }),
    setExaminerCall: (id, call) => update('trial', id, () => ({ examiner_call: call })),
    finishTrial: (id, status, endedAtMs, result, method) =>
      update('trial', id, (row) => ({
        status,
        ended_at_ms: endedAtMs,
        result: result === null ? null : JSON.stringify(result),
        left_mean_deg: meanDeg(result, 'left'),
        right_mean_deg: meanDeg(result, 'right'),
        ...(method === undefined ? {} : { parameters: JSON.stringify({ ...valuesOf(row.parameters), method }) }),
      })),
    appendEvent: (sessionId, e) =>
      change((draft) => {
        mustExist(draft.get('session', sessionId), `session ${sessionId}`);
        draft.put('event', crypto.randomUUID(), {
          session_id: sessionId,
          time_us: e.timeUs,
          wall_ms: e.wallMs,
          type: e.type,
          event_values: JSON.stringify(e.values),
        });
      }),
    saveCalibration: (c) =>
      change((draft) => {
        mustExist(draft.get('stream', c.streamId), `stream ${c.streamId}`);
        draft.put('calibration', c.id, calibrationRow(c));
      }),
    listCalibrations: (sessionId) =>
      read((look) =>
        look
          .rows('calibration')
          .filter((row) => row.session_id === sessionId)
          .sort((a, b) => a.wall_ms - b.wall_ms || (a.id < b.id ? -1 : 1))
          .map(calibrationOf),
      ),
    saveGyroModel: (sensorSerial, model, wallMs) =>
      change((draft) =>
        draft.put('gyro_model', crypto.randomUUID(), { sensor_serial: sensorSerial, wall_ms: wallMs, model }),
      ),
    latestGyroModel: (sensorSerial) =>
      read((look) => look.rows('gyro_model').findLast((row) => row.sensor_serial === sensorSerial)?.model ?? null),
    listSessions: (query) => read((look) => reads.listSessions(look, query)),
    sessionDetail: (sessionId) => read((look) => reads.sessionDetail(look, sessionId)),
    sessionContext: (sessionId) =>
      read((look) => {
        const row = look.get('session', sessionId);
        return row ? contextOf(row) : null;
      }),
    listStreams: (sessionId) => read((look) => reads.streamsOf(look, sessionId)),
    findStream: (streamId) =>
      read((look) => {
        const row = look.get('stream', streamId);
        return row ? streamOf(row, reads.chunkCount(look, streamId)) : null;
      }),
    listEvents: (sessionId) =>
      read((look) =>
        look
          .rows('event')
          .filter((row) => row.session_id === sessionId)
          .map((row) => ({
            timeUs: row.time_us,
            wallMs: row.wall_ms,
            type: row.type,
            values: valuesOf(row.event_values),
          })),
      ),
    async *repetitionRows(sessionId) {
      yield* await read((look) => reads.repetitionRows(look, sessionId));
    },
    async *readChunks(streamId) {
      for (const row of await read((look) => reads.chunksOf(look, streamId))) {
        const bytes = await tables.raw(chunkKey(streamId, row.sequence));
        if (crc32(bytes) !== row.crc32)
          throw new KitError('STORE_CORRUPT', `stream ${streamId}, chunk ${row.sequence}`);
        yield chunkOf(row, bytes);
      }
    },
  };
}
