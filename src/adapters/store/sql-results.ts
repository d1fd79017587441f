/** Results, trends and scores in SQL tables. */
import { createHash } from 'node:crypto';
import { KitError } from '../../contract/errors.ts';
import type { ResultStore } from '../../ports/result-store.ts';
import type { Score, ScoreStore } from '../../ports/score-store.ts';
import { resultOf, resultRow, valuesOf } from './rows.ts';
import type { ScoreTable } from './schema.ts';
import type { createChunkTable } from './sql-chunks.ts';
import { atomically, type Connection, mustExist } from './sql-common.ts';

export function scoreOf(row: ScoreTable): Score {
  return {
    id: row.id,
    subjectId: row.subject_id,
    episodeId: row.episode_id,
    sessionId: row.session_id,
    instrument: row.instrument,
    wallMs: row.wall_ms,
    items: valuesOf(row.items),
    total: row.total,
    missingReason: row.missing_reason,
  };
}

export function createResultTables(
  db: Connection,
  chunks: ReturnType<typeof createChunkTable>,
): ResultStore & ScoreStore {
  return {
    saveResult: (r) =>
      atomically(db(), async (trx) => {
        if (r.accepted)
          await trx.updateTable('result').set({ accepted: 0 }).where('trial_id', '=', r.trialId).execute();
        const last = await trx
          .selectFrom('result')
          .select((eb) => eb.fn.max('position').as('last'))
          .where('trial_id', '=', r.trialId)
          .executeTakeFirst();
        await trx
          .insertInto('result')
          .values(resultRow(r, last?.last === null || last?.last === undefined ? 0 : Number(last.last) + 1))
          .execute();
      }),
    acceptResult: (id) =>
      atomically(db(), async (trx) => {
        const row = await trx.selectFrom('result').select('trial_id').where('id', '=', id).executeTakeFirst();
        if (!row) throw new KitError('NOT_FOUND', `result ${id}`);
        await trx.updateTable('result').set({ accepted: 0 }).where('trial_id', '=', row.trial_id).execute();
        await trx.updateTable('result').set({ accepted: 1 }).where('id', '=', id).execute();
      }),
    async listResults(trialId) {
      const rows = await db()
        .selectFrom('result')
        .selectAll()
        .where('trial_id', '=', trialId)
        .orderBy('position')
        .execute();
      return rows.map(resultOf);
    },
    async rawHash(raw) {
      const hash = createHash('sha256');
      for (const { streamId, chunks: count } of raw) {
        hash.update(`${streamId}:${count}\n`);
        let seen = 0;
        for await (const chunk of chunks.read(streamId, count)) {
          hash.update(chunk.bytes);
          seen++;
        }
        if (seen < count) throw new KitError('STORE_CORRUPT', `stream ${streamId}, chunk ${seen} is missing`);
      }
      return hash.digest('hex');
    },
    async trend(subjectId, kind) {
      const rows = await db()
        .selectFrom('session')
        .innerJoin('trial', 'trial.session_id', 'session.id')
        .select([
          'session.id as session_id',
          'session.setting',
          'session.episode_id',
          'session.context',
          'trial.id as trial_id',
          'trial.kind',
          'trial.started_at_ms',
          'trial.simulated',
          'trial.parameters',
          'trial.result',
        ])
        .where('session.subject_id', '=', subjectId)
        .where('trial.kind', '=', kind)
        .where('trial.status', '=', 'finished')
        .where('trial.result', 'is not', null)
        .orderBy('trial.started_at_ms')
        .orderBy('trial.id')
        .execute();
      return rows.map((row) => ({
        sessionId: row.session_id,
        trialId: row.trial_id,
        kind: row.kind,
        setting: row.setting,
        episodeId: row.episode_id,
        startedAtMs: row.started_at_ms,
        simulated: row.simulated !== 0,
        parameters: valuesOf(row.parameters),
        context: valuesOf(row.context),
        result: valuesOf(row.result!),
      }));
    },
    async saveScore(s) {
      await db()
        .insertInto('score')
        .values({
          id: s.id,
          subject_id: s.subjectId,
          episode_id: s.episodeId,
          session_id: s.sessionId,
          instrument: s.instrument,
          wall_ms: s.wallMs,
          items: JSON.stringify(s.items),
          total: s.total,
          missing_reason: s.missingReason,
        })
        .execute();
    },
    async withdrawScore(subjectId, id) {
      const done = await db()
        .updateTable('score')
        .set({ total: null, missing_reason: 'withdrawn' })
        .where('id', '=', id)
        .where('subject_id', '=', subjectId)
        .executeTakeFirst();
      mustExist(done, `score ${id}`);
    },
    async listScores(subjectId, { instrument, episodeId } = {}) {
      let query = db().selectFrom('score').selectAll().where('subject_id', '=', subjectId);
      if (instrument !== undefined) query = query.where('instrument', '=', instrument);
      if (episodeId !== undefined) query = query.where('episode_id', '=', episodeId);
      return (await query.orderBy('wall_ms').orderBy('id').execute()).map(scoreOf);
    },
  };
}
