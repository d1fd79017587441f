/**
 * 0003: subjects, episodes, results, scores, accounts, audit, transfers and settings; tests and repetitions of any kind.
 * What earlier versions stored is carried over: a subject for each code, the old repetitions, the results as they were.
 */
import { randomUUID } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import type { EngineTypes } from './engine-types.ts';
import type { Migration } from './migrations.ts';
import type { Schema } from './schema.ts';

type Db = Kysely<Schema>;

/** Rows carried over at once. */
const PAGE = 500;

/** core_version of what was stored before versions were kept with results. */
export const CORE_BEFORE_VERSIONS = 'before-1';

async function people(db: Db, types: EngineTypes): Promise<void> {
  await db.schema
    .createTable('subject')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('code', 'text', (c) => c.notNull().unique())
    .addColumn('created_at_ms', types.float8, (c) => c.notNull())
    .addColumn('retain_until_ms', types.float8)
    .addColumn('subject_values', 'text', (c) => c.notNull())
    .execute();
  await db.schema
    .createTable('episode')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('subject_id', 'text', (c) => c.notNull().references('subject.id'))
    .addColumn('opened_at_ms', types.float8, (c) => c.notNull())
    .addColumn('closed_at_ms', types.float8)
    .addColumn('goal', 'text')
    .addColumn('side', 'text')
    .addColumn('injury_date', 'text')
    .addColumn('mechanism', 'text')
    .addColumn('payer_reference', 'text')
    .addColumn('episode_values', 'text', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('episode_of_subject').on('episode').column('subject_id').execute();
  await db.schema
    .createTable('account')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('handle', 'text', (c) => c.notNull().unique())
    .addColumn('role', 'text', (c) => c.notNull())
    .addColumn('password_hash', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('subject_id', 'text', (c) => c.references('subject.id'))
    .addColumn('created_at_ms', types.float8, (c) => c.notNull())
    .addColumn('account_values', 'text', (c) => c.notNull())
    .execute();
  await db.schema
    .createTable('login_session')
    .addColumn('token_hash', 'text', (c) => c.primaryKey())
    .addColumn('account_id', 'text', (c) => c.notNull().references('account.id'))
    .addColumn('created_at_ms', types.float8, (c) => c.notNull())
    .addColumn('last_seen_ms', types.float8, (c) => c.notNull())
    .addColumn('expires_at_ms', types.float8, (c) => c.notNull())
    .addColumn('login_values', 'text', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('login_of_account').on('login_session').column('account_id').execute();
}

async function visits(db: Db): Promise<void> {
  const alter = (table: 'session' | 'trial') => db.schema.alterTable(table);
  await alter('session')
    .addColumn('subject_id', 'text', (c) => c.references('subject.id'))
    .execute();
  await alter('session')
    .addColumn('episode_id', 'text', (c) => c.references('episode.id'))
    .execute();
  await alter('session')
    .addColumn('setting', 'text', (c) => c.notNull().defaultTo('clinic'))
    .execute();
  // No reference: an account may be gone, or have stayed at home, and the visit is still whole.
  await alter('session').addColumn('examiner_id', 'text').execute();
  await alter('session')
    .addColumn('context', 'text', (c) => c.notNull().defaultTo('{}'))
    .execute();
  await alter('trial').addColumn('examiner_call', 'text').execute();
  await alter('trial')
    .addColumn('blinded', 'integer', (c) => c.notNull().defaultTo(0))
    .execute();
  const codes = await sql<{ code: string; first_ms: number }>`
    select subject_code as code, min(started_at_ms) as first_ms from session group by subject_code`.execute(db);
  for (const { code, first_ms } of codes.rows) {
    const id = randomUUID();
    await db
      .insertInto('subject')
      .values({ id, code, created_at_ms: Number(first_ms), retain_until_ms: null, subject_values: '{}' })
      .execute();
    await db.updateTable('session').set({ subject_id: id }).where('subject_code', '=', code).execute();
  }
  await db.schema.createIndex('session_by_time').on('session').columns(['started_at_ms', 'id']).execute();
  await db.schema
    .createIndex('session_of_subject')
    .on('session')
    .columns(['subject_id', 'started_at_ms', 'id'])
    .execute();
  await db.schema.createIndex('session_of_episode').on('session').column('episode_id').execute();
  await db.schema.createIndex('calibration_of_session').on('calibration').column('session_id').execute();
}

interface OldRepetition {
  readonly trial_id: string;
  readonly position: number;
  readonly number: number;
  readonly side: string;
  readonly practice: number;
  readonly status: 'counted' | 'practice' | 'rejected';
  readonly reason: string | null;
  readonly warnings: string;
  readonly angle_deg: number | null;
  readonly sigma_deg: number | null;
  readonly gravity_angle_deg: number | null;
  readonly closure_deg: number | null;
  readonly peak_speed_degps: number | null;
  readonly start_inclination_deg: number | null;
  readonly hold_s: number | null;
  readonly end_reason: string | null;
  readonly started_at_ms: number;
}

async function repetitions(db: Db, types: EngineTypes): Promise<void> {
  await db.schema.alterTable('repetition').renameTo('repetition_before').execute();
  await db.schema
    .createTable('repetition')
    .addColumn('trial_id', 'text', (c) => c.notNull().references('trial.id'))
    .addColumn('position', 'integer', (c) => c.notNull())
    .addColumn('number', 'integer', (c) => c.notNull())
    .addColumn('direction', 'text', (c) => c.notNull())
    .addColumn('practice', 'integer', (c) => c.notNull())
    .addColumn('status', 'text', (c) => c.notNull())
    .addColumn('reason', 'text')
    .addColumn('warnings', 'text', (c) => c.notNull())
    .addColumn('angle_deg', types.float8)
    .addColumn('sigma_deg', types.float8)
    .addColumn('end_reason', 'text')
    .addColumn('started_at_ms', types.float8, (c) => c.notNull())
    .addColumn('repetition_values', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('repetition_place', ['trial_id', 'position'])
    .execute();
  let last: { trial_id: string; position: number } = { trial_id: '', position: -1 };
  for (;;) {
    const { rows } = await sql<OldRepetition>`
      select * from repetition_before where (trial_id, position) > (${last.trial_id}, ${last.position})
      order by trial_id, position limit ${PAGE}`.execute(db);
    for (const row of rows) {
      const { side, gravity_angle_deg, closure_deg, peak_speed_degps, start_inclination_deg, hold_s, ...kept } = row;
      await db
        .insertInto('repetition')
        .values({
          ...kept,
          direction: side,
          repetition_values: JSON.stringify({
            gravityAngleDeg: gravity_angle_deg,
            closureDeg: closure_deg,
            peakSpeedDegps: peak_speed_degps,
            startInclinationDeg: start_inclination_deg,
            holdS: hold_s,
          }),
        })
        .execute();
      last = row;
    }
    if (rows.length < PAGE) break;
  }
  await db.schema.dropTable('repetition_before').execute();
}

async function results(db: Db, types: EngineTypes): Promise<void> {
  await db.schema
    .createTable('result')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('trial_id', 'text', (c) => c.notNull().references('trial.id'))
    .addColumn('position', 'integer', (c) => c.notNull())
    .addColumn('wall_ms', types.float8, (c) => c.notNull())
    .addColumn('core_version', 'text', (c) => c.notNull())
    .addColumn('method', 'text', (c) => c.notNull())
    .addColumn('calibration_id', 'text', (c) => c.references('calibration.id'))
    .addColumn('raw', 'text', (c) => c.notNull())
    .addColumn('raw_hash', 'text')
    .addColumn('result_values', 'text', (c) => c.notNull())
    .addColumn('accepted', 'integer', (c) => c.notNull())
    .addUniqueConstraint('result_place', ['trial_id', 'position'])
    .execute();
  const old = await db
    .selectFrom('trial')
    .select(['id', 'result', 'parameters', 'ended_at_ms', 'started_at_ms'])
    .where('result', 'is not', null)
    .execute();
  for (const trial of old) {
    const { method } = JSON.parse(trial.parameters) as { method?: unknown };
    await db
      .insertInto('result')
      .values({
        id: randomUUID(),
        trial_id: trial.id,
        position: 0,
        wall_ms: trial.ended_at_ms ?? trial.started_at_ms,
        core_version: CORE_BEFORE_VERSIONS,
        method: typeof method === 'string' ? method : '',
        calibration_id: null,
        raw: '[]',
        raw_hash: null,
        result_values: JSON.stringify({ result: JSON.parse(trial.result!) }),
        accepted: 1,
      })
      .execute();
  }
  await db.schema
    .createTable('score')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('subject_id', 'text', (c) => c.notNull().references('subject.id'))
    .addColumn('episode_id', 'text', (c) => c.references('episode.id'))
    .addColumn('session_id', 'text', (c) => c.references('session.id'))
    .addColumn('instrument', 'text', (c) => c.notNull())
    .addColumn('wall_ms', types.float8, (c) => c.notNull())
    .addColumn('items', 'text', (c) => c.notNull())
    .addColumn('total', types.float8)
    .addColumn('missing_reason', 'text')
    .execute();
  await db.schema.createIndex('score_of_subject').on('score').columns(['subject_id', 'wall_ms']).execute();
}

async function keeping(db: Db, types: EngineTypes): Promise<void> {
  await db.schema
    .createTable('audit')
    .addColumn('sequence', types.int8, (c) => c.primaryKey())
    .addColumn('wall_ms', types.float8, (c) => c.notNull())
    .addColumn('account_id', 'text')
    .addColumn('action', 'text', (c) => c.notNull())
    .addColumn('object', 'text')
    .addColumn('audit_values', 'text', (c) => c.notNull())
    .addColumn('previous_hash', 'text', (c) => c.notNull())
    .addColumn('hash', 'text', (c) => c.notNull())
    .execute();
  for (const statement of types.appendOnly('audit')) await sql.raw(statement).execute(db);
  await db.schema.createIndex('audit_of_object').on('audit').columns(['object', 'sequence']).execute();
  await db.schema
    .createTable('audit_head')
    .addColumn('id', 'integer', (c) => c.primaryKey())
    .addColumn('sequence', types.int8, (c) => c.notNull())
    .addColumn('hash', 'text', (c) => c.notNull())
    .execute();
  await db
    .insertInto('audit_head')
    .values({ id: 1, sequence: 0, hash: '0'.repeat(64) })
    .execute();
  await db.schema
    .createTable('invitation')
    .addColumn('token_hash', 'text', (c) => c.primaryKey())
    .addColumn('subject_id', 'text', (c) => c.notNull().references('subject.id'))
    .addColumn('created_by', 'text')
    .addColumn('created_at_ms', types.float8, (c) => c.notNull())
    .addColumn('expires_at_ms', types.float8, (c) => c.notNull())
    .addColumn('used_at_ms', types.float8)
    .addColumn('invitation_values', 'text', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('invitation_of_subject').on('invitation').column('subject_id').execute();
  await db.schema
    .createTable('received_bundle')
    .addColumn('bundle_hash', 'text', (c) => c.primaryKey())
    .addColumn('subject_id', 'text', (c) => c.references('subject.id'))
    .addColumn('received_at_ms', types.float8, (c) => c.notNull())
    .addColumn('status', 'text', (c) => c.notNull())
    .addColumn('bundle_values', 'text', (c) => c.notNull())
    .execute();
  await db.schema
    .createTable('setting')
    .addColumn('name', 'text', (c) => c.primaryKey())
    .addColumn('setting_value', 'text', (c) => c.notNull())
    .addColumn('wall_ms', types.float8, (c) => c.notNull())
    .execute();
}

export const records: Migration = {
  name: '0003-records',
  async up(db, types) {
    await people(db, types);
    await visits(db);
    await repetitions(db, types);
    await results(db, types);
    await keeping(db, types);
  },
};
