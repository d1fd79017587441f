/** Results as a page keeps them. */
import { KitError } from '../../../contract/errors.ts';
import type { ResultStore, TrialResult } from '../../../ports/result-store.ts';
import type { SessionStore } from '../../../ports/session-store.ts';
import { valuesOf } from '../rows.ts';
import type { ResultTable } from '../schema.ts';
import type { Draft, TableSet } from './tables.ts';

const resultOf = (row: ResultTable): TrialResult => ({
  id: row.id,
  trialId: row.trial_id,
  wallMs: row.wall_ms,
  coreVersion: row.core_version,
  method: row.method,
  calibrationId: row.calibration_id,
  raw: JSON.parse(row.raw) as TrialResult['raw'],
  rawHash: row.raw_hash,
  values: valuesOf(row.result_values),
  accepted: row.accepted !== 0,
});

const hex = (bytes: ArrayBuffer): string =>
  [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('');

function acceptOnly(draft: Draft, trialId: string, id: string): void {
  for (const row of draft.rows('result')) {
    const accepted = row.id === id ? 1 : 0;
    if (row.trial_id === trialId && row.accepted !== accepted) draft.put('result', row.id, { ...row, accepted });
  }
}

export function createKeptResults(tables: TableSet, readChunks: SessionStore['readChunks']): ResultStore {
  const { read, change } = tables;
  return {
    saveResult: (r) =>
      change((draft) => {
        const position = draft.rows('result').filter((row) => row.trial_id === r.trialId).length;
        draft.put('result', r.id, {
          id: r.id,
          trial_id: r.trialId,
          position,
          wall_ms: r.wallMs,
          core_version: r.coreVersion,
          method: r.method,
          calibration_id: r.calibrationId,
          raw: JSON.stringify(r.raw),
          raw_hash: r.rawHash,
          result_values: JSON.stringify(r.values),
          accepted: r.accepted ? 1 : 0,
        });
        if (r.accepted) acceptOnly(draft, r.trialId, r.id);
      }),
    acceptResult: (id) =>
      change((draft) => {
        const row = draft.get('result', id);
        if (!row) throw new KitError('NOT_FOUND', `result ${id}`);
        acceptOnly(draft, row.trial_id, id);
      }),
    listResults: (trialId) =>
      read((look) =>
        look
          .rows('result')
          .filter((row) => row.trial_id === trialId)
          .sort((a, b) => a.position - b.position)
          .map(resultOf),
      ),
    async rawHash(raw) {
      // The browser hashes what is there at once; a visit is a megabyte or two.
      const parts: Uint8Array[] = [];
      for (const { streamId, chunks: count } of raw) {
        parts.push(new TextEncoder().encode(`${streamId}:${count}\n`));
        let seen = 0;
        for await (const chunk of readChunks(streamId)) {
          if (seen === count) break;
          if (chunk.sequence === seen) parts.push(chunk.bytes);
          seen++;
        }
        if (seen < count) throw new KitError('STORE_CORRUPT', `stream ${streamId}, chunk ${seen} is missing`);
      }
      return hex(await crypto.subtle.digest('SHA-256', await new Blob(parts.map((p) => p.slice())).arrayBuffer()));
    },
    trend: (subjectId, kind) =>
      read((look) =>
        look
          .rows('trial')
          .filter((trial) => trial.kind === kind && trial.status === 'finished' && trial.result !== null)
          .sort((a, b) => a.started_at_ms - b.started_at_ms || (a.id < b.id ? -1 : 1))
          .flatMap((trial) => {
            const session = look.get('session', trial.session_id);
            if (session?.subject_id !== subjectId) return [];
            return {
              sessionId: session.id,
              trialId: trial.id,
              kind: trial.kind,
              setting: session.setting,
              episodeId: session.episode_id,
              startedAtMs: trial.started_at_ms,
              simulated: trial.simulated !== 0,
              parameters: valuesOf(trial.parameters),
              context: valuesOf(session.context),
              result: valuesOf(trial.result!),
            };
          }),
      ),
  };
}
