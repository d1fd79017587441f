/** Results as a page keeps them. */
import { KitError } from '../../../contract/errors.ts';
import type { ResultStore } from '../../../ports/result-store.ts';
import type { SessionStore } from '../../../ports/session-store.ts';
import { resultOf, resultRow, valuesOf } from '../rows.ts';
import type { Draft, TableSet } from './tables.ts';

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
        draft.put('result', r.id, resultRow(r, position));
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
