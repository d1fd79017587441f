/** Forward-only migrations, in order. One set for SQLite and PostgreSQL; see engine-types.ts for what differs. */
import { type Kysely, sql } from 'kysely';
import { KitError } from '../../contract/errors.ts';
import type { EngineTypes } from './engine-types.ts';
import { records } from './migration-records.ts';
import type { Schema } from './schema.ts';

export interface Migration {
  readonly name: string;
  up(db: Kysely<Schema>, types: EngineTypes): Promise<void>;
}

const first: Migration = {
  name: '0001-first',
  async up(db, types) {
    await db.schema
      .createTable('session')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('subject_code', 'text', (c) => c.notNull())
      .addColumn('started_at_ms', types.int8, (c) => c.notNull())
      .addColumn('ended_at_ms', types.int8)
      .addColumn('software_version', 'text', (c) => c.notNull())
      .execute();
    await db.schema
      .createTable('stream')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('session_id', 'text', (c) => c.notNull().references('session.id'))
      .addColumn('position', 'integer', (c) => c.notNull())
      .addColumn('role', 'text', (c) => c.notNull())
      .addColumn('source_id', 'text', (c) => c.notNull())
      .addColumn('simulated', 'integer', (c) => c.notNull())
      .addColumn('description', 'text', (c) => c.notNull())
      .execute();
    await db.schema.createIndex('stream_of_session').on('stream').column('session_id').execute();
    await db.schema
      .createTable('chunk')
      .addColumn('stream_id', 'text', (c) => c.notNull().references('stream.id'))
      .addColumn('sequence', 'integer', (c) => c.notNull())
      .addColumn('first_arrival_us', types.float8, (c) => c.notNull())
      .addColumn('last_arrival_us', types.float8, (c) => c.notNull())
      .addColumn('notifications', 'integer', (c) => c.notNull())
      .addColumn('crc32', types.int8, (c) => c.notNull())
      .addColumn('payload', types.blob, (c) => c.notNull())
      .addPrimaryKeyConstraint('chunk_key', ['stream_id', 'sequence'])
      .execute();
    await db.schema
      .createTable('trial')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('session_id', 'text', (c) => c.notNull().references('session.id'))
      .addColumn('stream_id', 'text', (c) => c.references('stream.id'))
      .addColumn('kind', 'text', (c) => c.notNull())
      .addColumn('started_at_ms', types.int8, (c) => c.notNull())
      .addColumn('ended_at_ms', types.int8)
      .addColumn('status', 'text', (c) => c.notNull())
      .addColumn('simulated', 'integer', (c) => c.notNull())
      .addColumn('parameters', 'text', (c) => c.notNull())
      .addColumn('result', 'text')
      .addColumn('left_mean_deg', types.float8)
      .addColumn('right_mean_deg', types.float8)
      .execute();
    await db.schema.createIndex('trial_of_session').on('trial').column('session_id').execute();
    await db.schema
      .createTable('repetition')
      .addColumn('trial_id', 'text', (c) => c.notNull().references('trial.id'))
      .addColumn('position', 'integer', (c) => c.notNull())
      .addColumn('number', 'integer', (c) => c.notNull())
      .addColumn('side', 'text', (c) => c.notNull())
      .addColumn('practice', 'integer', (c) => c.notNull())
      .addColumn('status', 'text', (c) => c.notNull())
      .addColumn('reason', 'text')
      .addColumn('warnings', 'text', (c) => c.notNull())
      .addColumn('angle_deg', types.float8)
      .addColumn('sigma_deg', types.float8)
      .addColumn('gravity_angle_deg', types.float8)
      .addColumn('closure_deg', types.float8)
      .addColumn('peak_speed_degps', types.float8)
      .addColumn('start_inclination_deg', types.float8)
      .addColumn('hold_s', types.float8)
      .addColumn('end_reason', 'text')
      .addColumn('started_at_ms', types.float8, (c) => c.notNull())
      .addPrimaryKeyConstraint('repetition_key', ['trial_id', 'position'])
      .execute();
    await db.schema
      .createTable('event')
      .addColumn('id', types.serial, (c) => c.primaryKey())
      .addColumn('session_id', 'text', (c) => c.notNull().references('session.id'))
      .addColumn('time_us', types.float8, (c) => c.notNull())
      .addColumn('wall_ms', types.float8, (c) => c.notNull())
      .addColumn('type', 'text', (c) => c.notNull())
      .addColumn('event_values', 'text', (c) => c.notNull())
      .execute();
    await db.schema.createIndex('event_of_session').on('event').column('session_id').execute();
    await db.schema
      .createTable('calibration')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('session_id', 'text', (c) => c.notNull().references('session.id'))
      .addColumn('stream_id', 'text', (c) => c.notNull().references('stream.id'))
      .addColumn('kind', 'text', (c) => c.notNull())
      .addColumn('wall_ms', types.float8, (c) => c.notNull())
      .addColumn('calibration_values', 'text', (c) => c.notNull())
      .execute();
  },
};

const gyroModels: Migration = {
  name: '0002-gyro-model',
  async up(db, types) {
    await db.schema
      .createTable('gyro_model')
      .addColumn('id', types.serial, (c) => c.primaryKey())
      .addColumn('sensor_serial', 'text', (c) => c.notNull())
      .addColumn('wall_ms', types.float8, (c) => c.notNull())
      .addColumn('model', 'text', (c) => c.notNull())
      .execute();
    await db.schema.createIndex('gyro_model_of_sensor').on('gyro_model').column('sensor_serial').execute();
  },
};

/** Append only: a published migration is never edited. */
export const MIGRATIONS: readonly Migration[] = [first, gyroModels, records];

/** Names of the migrations that this database has had; empty for a new one. */
export async function appliedMigrations(db: Kysely<Schema>): Promise<string[]> {
  const tables = await db.introspection.getTables();
  if (!tables.some((table) => table.name === 'migration')) return [];
  return (await db.selectFrom('migration').select('name').orderBy('name').execute()).map((row) => row.name);
}

/**
 * Brings the database to the present schema; each migration and its mark are one transaction.
 * @param migrations all of them, unless a test wants a database as an earlier version left it.
 * @throws KitError STORE_UNAVAILABLE when the database is newer than this program.
 * @returns names of the migrations applied now; empty when there was nothing to do.
 */
export async function migrate(
  db: Kysely<Schema>,
  types: EngineTypes,
  wallMs: number,
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<string[]> {
  await sql`create table if not exists migration (name text primary key, applied_at_ms ${sql.raw(
    String(types.int8),
  )} not null)`.execute(db);
  const done = new Set((await db.selectFrom('migration').select('name').execute()).map((row) => row.name));
  const newer = [...done].find((name) => !MIGRATIONS.some((migration) => migration.name === name));
  if (newer !== undefined)
    throw new KitError('STORE_UNAVAILABLE', `the database was made by a newer version of the kit (${newer})`);
  const applied: string[] = [];
  for (const migration of migrations) {
    if (done.has(migration.name)) continue;
    await db.transaction().execute(async (trx) => {
      await migration.up(trx, types);
      await trx.insertInto('migration').values({ name: migration.name, applied_at_ms: wallMs }).execute();
    });
    applied.push(migration.name);
  }
  return applied;
}
