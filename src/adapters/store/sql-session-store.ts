/** The session store on any SQL engine that Kysely speaks to: same schema, same queries, same contract suite. */
import { type Kysely, sql } from 'kysely';
import { KitError } from '../../contract/errors.ts';
import type { SessionStore, StoredEvent } from '../../ports/session-store.ts';
import { type EngineTypes, migrate } from './migrations.ts';
import { repetitionRow } from './rows.ts';
import type { Schema } from './schema.ts';
import { createChunkTable } from './sql-chunks.ts';
import * as reads from './sql-reads.ts';
import { storeError } from './store-errors.ts';

/** An engine, opened: its connection, its column types, and what to do at the end. */
export interface OpenedEngine {
  readonly db: Kysely<Schema>;
  readonly types: EngineTypes;
  close(): Promise<void>;
}

/**
 * @param openEngine opens the connection and takes the lock; rejects with a KitError of the STORE_ family.
 * @param wallMs wall clock, ms, for the marks of migrations.
 * @returns a SessionStore; every method rejects with a KitError (STORE_FULL, STORE_LOCKED, STORE_CORRUPT,
 * STORE_UNAVAILABLE, NOT_FOUND).
 */
export function createSqlSessionStore(openEngine: () => Promise<OpenedEngine>, wallMs: () => number): SessionStore {
  let engine: OpenedEngine | null = null;
  const db = (): Kysely<Schema> => {
    if (!engine) throw new KitError('STORE_UNAVAILABLE', 'the database is closed');
    return engine.db;
  };
  const chunks = createChunkTable(db);
  async function guard<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (cause) {
      throw storeError(cause);
    }
  }
  async function* guardEach<T>(items: () => AsyncIterable<T>): AsyncIterable<T> {
    try {
      yield* items();
    } catch (cause) {
      throw storeError(cause);
    }
  }

  /** A gateway that died left its trials running and its sessions open; nobody will finish them now. */
  async function recover(): Promise<void> {
    await db().updateTable('trial').set({ status: 'interrupted' }).where('status', '=', 'running').execute();
    await db()
      .updateTable('session')
      .set({
        ended_at_ms: sql<number>`coalesce((select max(event.wall_ms) from event where event.session_id = session.id), session.started_at_ms)`,
      })
      .where('ended_at_ms', 'is', null)
      .execute();
  }

  return {
    open: () =>
      guard(async () => {
        engine = await openEngine();
        try {
          await migrate(engine.db, engine.types, wallMs());
          await recover();
        } catch (cause) {
          await engine.close();
          engine = null;
          throw cause;
        }
      }),
    createSession: (s) =>
      guard(async () => {
        await db()
          .insertInto('session')
          .values({
            id: s.id,
            subject_code: s.subjectCode,
            started_at_ms: s.startedAtMs,
            ended_at_ms: null,
            software_version: s.softwareVersion,
          })
          .execute();
      }),
    endSession: (sessionId, endedAtMs) =>
      guard(async () => {
        const done = await db()
          .updateTable('session')
          .set({ ended_at_ms: endedAtMs })
          .where('id', '=', sessionId)
          .executeTakeFirst();
        if (done.numUpdatedRows === 0n) throw new KitError('NOT_FOUND', `session ${sessionId}`);
      }),
    createStream: (s) =>
      guard(async () => {
        await db()
          .insertInto('stream')
          .values((eb) => ({
            id: s.id,
            session_id: s.sessionId,
            position: eb.selectFrom('stream').select((c) => c.fn.countAll<number>().as('n')),
            role: s.role,
            source_id: s.sourceId,
            simulated: s.description.simulated ? 1 : 0,
            description: JSON.stringify(s.description),
          }))
          .execute();
      }),
    appendChunk: (chunk) => guard(() => chunks.append(chunk)),
    createTrial: (t) =>
      guard(async () => {
        await db()
          .insertInto('trial')
          .values({
            id: t.id,
            session_id: t.sessionId,
            stream_id: t.streamId ?? null,
            kind: t.kind,
            started_at_ms: t.startedAtMs,
            ended_at_ms: null,
            status: 'running',
            simulated: t.simulated ? 1 : 0,
            parameters: JSON.stringify(t.parameters),
            result: null,
            left_mean_deg: null,
            right_mean_deg: null,
          })
          .execute();
      }),
    appendRepetition: (trialId, repetition) =>
      guard(async () => {
        const { n } = await db()
          .selectFrom('repetition')
          .select((eb) => eb.fn.countAll().as('n'))
          .where('trial_id', '=', trialId)
          .executeTakeFirstOrThrow();
        await db()
          .insertInto('repetition')
          .values(repetitionRow(trialId, Number(n), repetition))
          .execute();
      }),
    putRepetition: (trialId, position, repetition) =>
      guard(async () => {
        const { trial_id, position: at, ...values } = repetitionRow(trialId, position, repetition);
        await db()
          .insertInto('repetition')
          .values({ trial_id, position: at, ...values })
          .onConflict((conflict) => conflict.columns(['trial_id', 'position']).doUpdateSet(values))
          .execute();
      }),
    finishTrial: (trialId, status, endedAtMs, result, method) =>
      guard(async () => {
        const changed = method === undefined ? {} : await reads.parametersWithMethod(db(), trialId, method);
        const done = await db()
          .updateTable('trial')
          .set({
            ...changed,
            status,
            ended_at_ms: endedAtMs,
            result: result === null ? null : JSON.stringify(result),
            left_mean_deg: result?.left.meanDeg ?? null,
            right_mean_deg: result?.right.meanDeg ?? null,
          })
          .where('id', '=', trialId)
          .executeTakeFirst();
        if (done.numUpdatedRows === 0n) throw new KitError('NOT_FOUND', `trial ${trialId}`);
      }),
    appendEvent: (sessionId, e: StoredEvent) =>
      guard(async () => {
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
      }),
    saveCalibration: (c) =>
      guard(async () => {
        await db()
          .insertInto('calibration')
          .values({
            id: c.id,
            session_id: c.sessionId,
            stream_id: c.streamId,
            kind: c.kind,
            wall_ms: c.wallMs,
            calibration_values: JSON.stringify(c.values),
          })
          .execute();
      }),
    saveGyroModel: (sensorSerial, json, savedAtMs) =>
      guard(async () => {
        await db()
          .insertInto('gyro_model')
          .values({ sensor_serial: sensorSerial, wall_ms: savedAtMs, model: json })
          .execute();
      }),
    latestGyroModel: (sensorSerial) => guard(() => reads.latestGyroModel(db(), sensorSerial)),
    listSessions: () => guard(() => reads.listSessions(db())),
    sessionDetail: (sessionId) => guard(() => reads.sessionDetail(db(), sessionId)),
    listStreams: (sessionId) => guard(() => reads.listStreams(db(), sessionId)),
    listEvents: (sessionId) => guard(() => reads.listEvents(db(), sessionId)),
    repetitionRows: (sessionId) => guardEach(() => reads.repetitionRows(db(), sessionId)),
    readChunks: (streamId) => guardEach(() => chunks.read(streamId)),
    close: () =>
      guard(async () => {
        const open = engine;
        engine = null;
        chunks.forget();
        await open?.close();
      }),
  };
}
