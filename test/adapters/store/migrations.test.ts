/** From every earlier version, with data in it, to the present one: on both engines, twice, and with nothing lost. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MIGRATIONS, migrate } from '../../../src/adapters/store/migrations.ts';
import { openPostgres } from '../../../src/adapters/store/postgres-store.ts';
import { createSqlStore, type OpenedEngine } from '../../../src/adapters/store/sql-store.ts';
import { findSqliteDriver } from '../../../src/adapters/store/sqlite-driver.ts';
import { openSqliteFile } from '../../../src/adapters/store/sqlite-store.ts';
import { verifyDatabase } from '../../../src/adapters/store/verify.ts';
import { frtOfRecord } from '../../../src/contract/records.ts';
import { collect, DESCRIPTION, FRT_REPETITION, RESULT } from '../../contract/session-store.ts';
import { realChunk } from '../../support/filled-store.ts';
import { startPostgres, type TestPostgres, whyNoPostgres } from '../../support/postgres.ts';

const missing = whyNoPostgres();
if (missing) process.stderr.write(`skipped: migrations on PostgreSQL, ${missing}\n`);

type Db = OpenedEngine['db'];

/** What a gateway of version 0001 wrote. */
async function fillFirst(db: Db): Promise<void> {
  for (const [id, code, at] of [
    ['s1', 'AB-1', 1000],
    ['s2', 'AB-1', 2000],
    ['s3', 'CD-2', 3000],
  ] as const) {
    await sql`insert into session (id, subject_code, started_at_ms, ended_at_ms, software_version)
      values (${id}, ${code}, ${at}, ${at + 500}, '0.1.0')`.execute(db);
    await sql`insert into stream (id, session_id, position, role, source_id, simulated, description)
      values (${`st-${id}`}, ${id}, 0, 'head', 'radio', 0, ${JSON.stringify(DESCRIPTION)})`.execute(db);
    for (let i = 0; i < 3; i++) {
      const { firstArrivalUs, lastArrivalUs, notifications, crc32, bytes } = realChunk(`st-${id}`, i);
      await sql`insert into chunk (stream_id, sequence, first_arrival_us, last_arrival_us, notifications, crc32, payload)
        values (${`st-${id}`}, ${i}, ${firstArrivalUs}, ${lastArrivalUs}, ${notifications}, ${crc32}, ${Buffer.from(bytes)})`.execute(
        db,
      );
    }
    await sql`insert into trial (id, session_id, stream_id, kind, started_at_ms, ended_at_ms, status, simulated,
      parameters, result, left_mean_deg, right_mean_deg) values (${`t-${id}`}, ${id}, ${`st-${id}`}, 'frt', ${at + 10},
      ${at + 400}, 'finished', 0, '{"method":"frt-live-twist/1"}', ${JSON.stringify(RESULT)}, 38.1, 29.2)`.execute(db);
    const r = FRT_REPETITION;
    for (let position = 0; position < 2; position++)
      await sql`insert into repetition (trial_id, position, number, side, practice, status, reason, warnings, angle_deg,
        sigma_deg, gravity_angle_deg, closure_deg, peak_speed_degps, start_inclination_deg, hold_s, end_reason,
        started_at_ms) values (${`t-${id}`}, ${position}, ${r.number}, ${r.side}, 0, ${r.status}, ${r.reason},
        ${JSON.stringify(r.warnings)}, ${r.angleDeg}, ${r.sigmaDeg}, ${r.gravityAngleDeg}, ${r.closureDeg},
        ${r.peakSpeedDegps}, ${r.startInclinationDeg}, ${r.holdS}, ${r.endReason}, ${r.startedAtMs})`.execute(db);
    await sql`insert into event (session_id, time_us, wall_ms, type, event_values)
      values (${id}, 1.5, 2.5, 'note', '{"a":1}')`.execute(db);
    await sql`insert into calibration (id, session_id, stream_id, kind, wall_ms, calibration_values)
      values (${`c-${id}`}, ${id}, ${`st-${id}`}, 'alignment', 1.5, '{}')`.execute(db);
  }
}

/** What each version added to what the one before wrote. */
const FILL: readonly ((db: Db) => Promise<void>)[] = [
  fillFirst,
  async (db) => {
    await sql`insert into gyro_model (sensor_serial, wall_ms, model) values ('SN-1', 5, '{"n":1}')`.execute(db);
  },
];

for (const engineName of ['sqlite', 'postgres'] as const) {
  describe.skipIf(missing !== null && engineName === 'postgres')(`migrations on ${engineName}`, () => {
    const folder = mkdtempSync(join(tmpdir(), 'neck-migrate-'));
    let server: TestPostgres | null = null;
    beforeAll(async () => {
      if (engineName === 'postgres') server = await startPostgres({ fsync: false });
    }, 60_000);
    afterAll(async () => {
      await server?.stop();
      rmSync(folder, { recursive: true, force: true });
    });
    let files = 0;
    async function newDatabase(): Promise<() => Promise<OpenedEngine>> {
      if (engineName === 'postgres') {
        const url = await server!.newDatabase();
        return () => openPostgres(url, 'own');
      }
      const file = join(folder, `${files++}.sqlite`);
      return async () => openSqliteFile(file, findSqliteDriver());
    }

    it('has data to test each earlier version with', () => {
      expect(FILL).toHaveLength(MIGRATIONS.length - 1);
    });

    for (let version = 1; version < MIGRATIONS.length; version++) {
      it(`carries everything from ${MIGRATIONS[version - 1]!.name} to now`, async () => {
        const open = await newDatabase();
        const old = await open();
        await migrate(old.db, old.types, 1, MIGRATIONS.slice(0, version));
        for (const fill of FILL.slice(0, version)) await fill(old.db);
        await old.close();

        const store = createSqlStore(open, () => 2);
        await store.open();
        expect((await store.listSubjects()).map((s) => [s.code, s.sessions])).toEqual([
          ['AB-1', 2],
          ['CD-2', 1],
        ]);
        const list = await store.listSessions();
        expect(list.map((s) => [s.id, s.startedAtMs, s.frtLeftDeg])).toEqual([
          ['s3', 3000, 38.1],
          ['s2', 2000, 38.1],
          ['s1', 1000, 38.1],
        ]);
        const detail = (await store.sessionDetail('s1'))!;
        expect(detail.trialList[0]!.result).toEqual(RESULT);
        expect(detail.trialList[0]!.repetitions.map(frtOfRecord)).toEqual([FRT_REPETITION, FRT_REPETITION]);
        expect(await collect(store.readChunks('st-s2'))).toHaveLength(3);
        expect(await store.listEvents('s1')).toEqual([{ timeUs: 1.5, wallMs: 2.5, type: 'note', values: { a: 1 } }]);
        expect(await store.listCalibrations('s1')).toHaveLength(1);
        expect(await store.listResults('t-s1')).toMatchObject([
          { coreVersion: 'before-1', method: 'frt-live-twist/1', accepted: true, values: { result: RESULT } },
        ]);
        expect(await store.latestGyroModel('SN-1')).toBe(version >= 2 ? '{"n":1}' : null);
        await store.close();
        // Nothing to do the second time.
        const now = await open();
        expect(await migrate(now.db, now.types, 3)).toEqual([]);
        expect((await verifyDatabase(now)).findings).toEqual([]);
        await now.close();
      }, 90_000);
    }

    it('refuses a database that a newer version made, and leaves it alone', async () => {
      const open = await newDatabase();
      const engine = await open();
      await migrate(engine.db, engine.types, 1);
      await sql`insert into migration (name, applied_at_ms) values ('9999-later', 1)`.execute(engine.db);
      await engine.close();
      await expect(createSqlStore(open, () => 1).open()).rejects.toMatchObject({
        code: 'STORE_UNAVAILABLE',
        detail: expect.stringContaining('9999-later'),
      });
    });
  });
}
