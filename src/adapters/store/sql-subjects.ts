/** Subjects and episodes in SQL tables, and the erasure of all that belongs to one subject. */
import { KitError } from '../../contract/errors.ts';
import type { Episode, Subject, SubjectStore } from '../../ports/subject-store.ts';
import { valuesOf } from './rows.ts';
import type { EpisodeTable, SubjectTable } from './schema.ts';
import { atomically, type Connection, type Db, given, jsonOrUndefined, mustExist } from './sql-common.ts';

function subjectOf(row: SubjectTable): Subject {
  return {
    id: row.id,
    code: row.code,
    createdAtMs: row.created_at_ms,
    retainUntilMs: row.retain_until_ms,
    values: valuesOf(row.subject_values),
  };
}

function episodeOf(row: EpisodeTable): Episode {
  return {
    id: row.id,
    subjectId: row.subject_id,
    openedAtMs: row.opened_at_ms,
    closedAtMs: row.closed_at_ms,
    goal: row.goal,
    side: row.side,
    injuryDate: row.injury_date,
    mechanism: row.mechanism,
    payerReference: row.payer_reference,
    values: valuesOf(row.episode_values),
  };
}

/** From the leaves to the root, so that no row ever refers to one that is gone. */
async function erase(db: Db, subjectId: string): Promise<void> {
  const sessions = db.selectFrom('session').select('id').where('subject_id', '=', subjectId);
  const trials = db.selectFrom('trial').select('trial.id').where('session_id', 'in', sessions);
  const streams = db.selectFrom('stream').select('stream.id').where('session_id', 'in', sessions);
  const accounts = db.selectFrom('account').select('account.id').where('subject_id', '=', subjectId);
  await db.deleteFrom('result').where('trial_id', 'in', trials).execute();
  await db.deleteFrom('repetition').where('trial_id', 'in', trials).execute();
  await db.deleteFrom('trial').where('session_id', 'in', sessions).execute();
  await db.deleteFrom('calibration').where('session_id', 'in', sessions).execute();
  await db.deleteFrom('event').where('session_id', 'in', sessions).execute();
  await db.deleteFrom('chunk').where('stream_id', 'in', streams).execute();
  await db.deleteFrom('stream').where('session_id', 'in', sessions).execute();
  await db.deleteFrom('score').where('subject_id', '=', subjectId).execute();
  await db.deleteFrom('session').where('subject_id', '=', subjectId).execute();
  await db.deleteFrom('episode').where('subject_id', '=', subjectId).execute();
  await db.deleteFrom('invitation').where('subject_id', '=', subjectId).execute();
  await db.deleteFrom('received_bundle').where('subject_id', '=', subjectId).execute();
  await db.deleteFrom('login_session').where('account_id', 'in', accounts).execute();
  await db.deleteFrom('account').where('subject_id', '=', subjectId).execute();
  await db.deleteFrom('subject').where('id', '=', subjectId).execute();
}

/** @param erased told of an erasure, so that the engine clears what it keeps of the removed rows. */
export function createSubjectTables(db: Connection, erased: () => void): SubjectStore {
  return {
    createSubject: (s) =>
      atomically(db(), async (trx) => {
        const taken = await trx.selectFrom('subject').select('id').where('code', '=', s.code).executeTakeFirst();
        if (taken) throw new KitError('WRONG_STATE', 'there is a subject with this code');
        await trx
          .insertInto('subject')
          .values({
            id: s.id,
            code: s.code,
            created_at_ms: s.createdAtMs,
            retain_until_ms: s.retainUntilMs,
            subject_values: JSON.stringify(s.values),
          })
          .execute();
      }),
    async findSubject(by) {
      const query = db().selectFrom('subject').selectAll();
      const row = await ('id' in by
        ? query.where('id', '=', by.id)
        : query.where('code', '=', by.code)
      ).executeTakeFirst();
      return row ? subjectOf(row) : null;
    },
    async changeSubject(id, { retainUntilMs, values }) {
      const change = given({ retain_until_ms: retainUntilMs, subject_values: jsonOrUndefined(values) });
      if (Object.keys(change).length === 0) return;
      mustExist(await db().updateTable('subject').set(change).where('id', '=', id).executeTakeFirst(), `subject ${id}`);
    },
    async listSubjects({ limit, after } = {}) {
      let query = db()
        .selectFrom('subject')
        .selectAll()
        .select((eb) => [
          eb
            .selectFrom('session')
            .select((c) => c.fn.countAll().as('n'))
            .whereRef('session.subject_id', '=', 'subject.id')
            .as('sessions'),
          eb
            .selectFrom('session')
            .select('session.started_at_ms')
            .whereRef('session.subject_id', '=', 'subject.id')
            .orderBy('session.started_at_ms', 'desc')
            .limit(1)
            .as('last_ms'),
        ])
        .orderBy('code');
      if (limit !== undefined) query = query.limit(limit);
      if (after !== undefined) query = query.where('code', '>', after);
      const rows = await query.execute();
      return rows.map((row) => ({
        ...subjectOf(row),
        sessions: Number(row.sessions ?? 0),
        lastSessionMs: row.last_ms,
      }));
    },
    async subjectsToErase(wallMs) {
      const rows = await db().selectFrom('subject').select('id').where('retain_until_ms', '<=', wallMs).execute();
      return rows.map((row) => row.id);
    },
    async eraseSubject(id) {
      const known = await db().selectFrom('subject').select('id').where('id', '=', id).executeTakeFirst();
      if (!known) throw new KitError('NOT_FOUND', `subject ${id}`);
      await atomically(db(), (trx) => erase(trx, id));
      erased();
    },
    async createEpisode(e) {
      await db()
        .insertInto('episode')
        .values({
          id: e.id,
          subject_id: e.subjectId,
          opened_at_ms: e.openedAtMs,
          closed_at_ms: e.closedAtMs,
          goal: e.goal,
          side: e.side,
          injury_date: e.injuryDate,
          mechanism: e.mechanism,
          payer_reference: e.payerReference,
          episode_values: JSON.stringify(e.values),
        })
        .execute();
    },
    async changeEpisode(id, e) {
      const change = given({
        opened_at_ms: e.openedAtMs,
        closed_at_ms: e.closedAtMs,
        goal: e.goal,
        side: e.side,
        injury_date: e.injuryDate,
        mechanism: e.mechanism,
        payer_reference: e.payerReference,
        episode_values: jsonOrUndefined(e.values),
      });
      if (Object.keys(change).length === 0) return;
      mustExist(await db().updateTable('episode').set(change).where('id', '=', id).executeTakeFirst(), `episode ${id}`);
    },
    async findEpisode(id) {
      const row = await db().selectFrom('episode').selectAll().where('id', '=', id).executeTakeFirst();
      return row ? episodeOf(row) : null;
    },
    async listEpisodes(subjectId) {
      const rows = await db()
        .selectFrom('episode')
        .selectAll()
        .where('subject_id', '=', subjectId)
        .orderBy('opened_at_ms')
        .orderBy('id')
        .execute();
      return rows.map(episodeOf);
    },
  };
}
