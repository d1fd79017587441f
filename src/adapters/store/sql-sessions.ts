/** Sessions and their tests in SQL tables: what is written while a visit runs. */
import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { SessionStore } from '../../ports/session-store.ts';
import { calibrationOf, calibrationRow, contextOf, repetitionRow, streamOf, trialRow } from './rows.ts';
import type { createChunkTable } from './sql-chunks.ts';
import { atomically, type Connection, type Db, given, jsonOrUndefined, mustExist } from './sql-common.ts';
import * as reads from './sql-reads.ts';

/** The mean of a side, where the result has one: for the list alone. */
function meanDeg(result: Record<string, unknown> | null, side: 'left' | 'right'): number | null {
  const own = result?.[side];
  const mean = typeof own === 'object' && own !== null && 'meanDeg' in own ? own.meanDeg : null;
  return typeof mean === 'number' ? mean : null;
}

/** Id of the subject with that code; made when there is none. */
async function subjectOf(db: Db, code: string, wallMs: number): Promise<string> {
  await db
    .insertInto('subject')
    .values({ id: randomUUID(), code, created_at_ms: wallMs, retain_until_ms: null, subject_values: '{}' })
    .onConflict((conflict) => conflict.column('code').doNothing())
    .execute();
  return (await db.selectFrom('subject').select('id').where('code', '=', code).executeTakeFirstOrThrow()).id;
}

/** The episode of the subject that is open at the time; null when there is none. */
async function openEpisodeOf(db: Db, subjectId: string): Promise<string | null> {
  const open = await db
    .selectFrom('episode')
    .select('id')
    .where('subject_id', '=', subjectId)
    .where('closed_at_ms', 'is', null)
    .orderBy('opened_at_ms', 'desc')
    .executeTakeFirst();
  return open?.id ?? null;
}

export function createSessionTables(db: Connection, chunks: ReturnType<typeof createChunkTable>): SessionStore {
  return {
    createSession: (s) =>
      atomically(db(), async (trx) => {
        const subjectId = await subjectOf(trx, s.subjectCode, s.startedAtMs);
        await trx
          .insertInto('session')
          .values({
            id: s.id,
            subject_id: subjectId,
            subject_code: s.subjectCode,
            episode_id: s.episodeId === undefined ? await openEpisodeOf(trx, subjectId) : s.episodeId,
            setting: s.setting ?? 'clinic',
            examiner_id: s.examinerId ?? null,
            context: JSON.stringify(s.context ?? {}),
            started_at_ms: s.startedAtMs,
            ended_at_ms: null,
            software_version: s.softwareVersion,
          })
          .execute();
      }),
    async endSession(sessionId, endedAtMs) {
      const done = await db()
        .updateTable('session')
        .set({ ended_at_ms: endedAtMs })
        .where('id', '=', sessionId)
        .executeTakeFirst();
      mustExist(done, `session ${sessionId}`);
    },
    async reopenSession(sessionId) {
      const done = await db()
        .updateTable('session')
        .set({ ended_at_ms: null })
        .where('id', '=', sessionId)
        .executeTakeFirst();
      mustExist(done, `session ${sessionId}`);
    },
    async changeSession(sessionId, { episodeId, context }) {
      const change = given({ episode_id: episodeId, context: jsonOrUndefined(context) });
      if (Object.keys(change).length === 0) return;
      const done = await db().updateTable('session').set(change).where('id', '=', sessionId).executeTakeFirst();
      mustExist(done, `session ${sessionId}`);
    },
    async createStream(s) {
      await db()
        .insertInto('stream')
        .values((eb) => ({
          id: s.id,
          session_id: s.sessionId,
          position: eb
            .selectFrom('stream')
            .select(sql<number>`coalesce(max(position), -1) + 1`.as('next'))
            .where('session_id', '=', s.sessionId),
          role: s.role,
          source_id: s.sourceId,
          simulated: s.description.simulated ? 1 : 0,
          description: JSON.stringify(s.description),
        }))
        .execute();
    },
    appendChunk: (chunk) => chunks.append([chunk]),
    appendChunks: (several) => chunks.append(several),
    async createTrial(t) {
      await db().insertInto('trial').values(trialRow(t)).execute();
    },
    appendRepetition: (trialId, repetition) =>
      atomically(db(), async (trx) => {
        const row = await trx
          .selectFrom('repetition')
          .select((eb) => eb.fn.max('position').as('last'))
          .where('trial_id', '=', trialId)
          .executeTakeFirst();
        const position = row?.last === null || row?.last === undefined ? 0 : Number(row.last) + 1;
        await trx
          .insertInto('repetition')
          .values(repetitionRow(trialId, position, repetition))
          .execute();
      }),
    async putRepetition(trialId, position, repetition) {
      const { trial_id, position: at, ...values } = repetitionRow(trialId, position, repetition);
      await db()
        .insertInto('repetition')
        .values({ trial_id, position: at, ...values })
        .onConflict((conflict) => conflict.columns(['trial_id', 'position']).doUpdateSet(values))
        .execute();
    },
    async setExaminerCall(trialId, call) {
      const done = await db()
        .updateTable('trial')
        .set({ examiner_call: call })
        .where('id', '=', trialId)
        .executeTakeFirst();
      mustExist(done, `trial ${trialId}`);
    },
    finishTrial: (trialId, status, endedAtMs, result, method) =>
      atomically(db(), async (trx) => {
        const changed = method === undefined ? {} : await reads.parametersWithMethod(trx, trialId, method);
        const done = await trx
          .updateTable('trial')
          .set({
            ...changed,
            status,
            ended_at_ms: endedAtMs,
            result: result === null ? null : JSON.stringify(result),
            left_mean_deg: meanDeg(result, 'left'),
            right_mean_deg: meanDeg(result, 'right'),
          })
          .where('id', '=', trialId)
          .executeTakeFirst();
        mustExist(done, `trial ${trialId}`);
      }),
    async appendEvent(sessionId, e) {
      await db()
        .insertInto('event')
        .values({
          session_id: sessionId,
          time_us: e.timeUs,
          wall_ms: e.wallMs,
          type: e.type,
          event_values: JSON.stringify(e.values),
        })
        .execute();
    },
    async saveCalibration(c) {
      await db().insertInto('calibration').values(calibrationRow(c)).execute();
    },
    async listCalibrations(sessionId) {
      const rows = await db()
        .selectFrom('calibration')
        .selectAll()
        .where('session_id', '=', sessionId)
        .orderBy('wall_ms')
        .orderBy('id')
        .execute();
      return rows.map(calibrationOf);
    },
    async saveGyroModel(sensorSerial, json, savedAtMs) {
      await db()
        .insertInto('gyro_model')
        .values({ sensor_serial: sensorSerial, wall_ms: savedAtMs, model: json })
        .execute();
    },
    latestGyroModel: async (sensorSerial) => reads.latestGyroModel(db(), sensorSerial),
    listSessions: async (query) => reads.listSessions(db(), query),
    sessionDetail: async (sessionId) => reads.sessionDetail(db(), sessionId),
    async sessionContext(sessionId) {
      const row = await db().selectFrom('session').selectAll().where('id', '=', sessionId).executeTakeFirst();
      return row ? contextOf(row) : null;
    },
    listStreams: async (sessionId) => reads.listStreams(db(), sessionId),
    async findStream(streamId) {
      const row = await db().selectFrom('stream').selectAll().where('id', '=', streamId).executeTakeFirst();
      return row ? streamOf(row, await reads.chunkCount(db(), streamId)) : null;
    },
    listEvents: async (sessionId) => reads.listEvents(db(), sessionId),
    repetitionRows: (sessionId) => reads.repetitionRows(db(), sessionId),
    readChunks: (streamId) => chunks.read(streamId),
  };
}
