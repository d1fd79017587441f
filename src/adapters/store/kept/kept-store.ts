/**
 * The store of a page: what a visit at home makes, sealed, until the clinic has confirmed it. The same rows as in the
 * database, so that a visit can be handed over as it is; nothing of other subjects, accounts or an audit.
 */

import { KitError } from '../../../contract/errors.ts';
import type { ArchiveRecord, ArchiveTable } from '../../../ports/archive-store.ts';
import type { ResultStore } from '../../../ports/result-store.ts';
import type { SessionStore } from '../../../ports/session-store.ts';
import type { SettingStore } from '../../../ports/setting-store.ts';
import { ARCHIVE_COLUMNS } from '../archive-columns.ts';
import * as reads from './kept-reads.ts';
import { createKeptResults } from './kept-results.ts';
import { createKeptSessions } from './kept-sessions.ts';
import type { SealedBlobs } from './sealed-blobs.ts';
import { chunkKey, createTables, type TableName } from './tables.ts';
import { createVault } from './vault.ts';

export interface KeptStore extends SessionStore, ResultStore, SettingStore {
  /** Opens, and marks what a closed page left running as interrupted. */
  open(): Promise<void>;
  close(): Promise<void>;
  /** One visit with its raw bytes, parents before children. Rejects with NOT_FOUND. */
  visitRecords(sessionId: string): AsyncIterable<ArchiveRecord>;
  /** Removes a visit with everything that belongs to it: only after the clinic has confirmed it. */
  dropVisit(sessionId: string): Promise<void>;
  /** Everything, the key included. */
  forgetAll(): Promise<void>;
}

/** The columns of an archive, in its order; numbers and texts only. */
function rowFor(table: ArchiveTable, row: Readonly<Record<string, unknown>>): ArchiveRecord['row'] {
  const out: Record<string, string | number | null> = {};
  for (const name of Object.keys(ARCHIVE_COLUMNS[table])) {
    const value = row[name] ?? null;
    out[name] = typeof value === 'number' || value === null ? value : String(value);
  }
  return out;
}

export function createKeptStore(blobs: SealedBlobs): KeptStore {
  const tables = createTables(createVault(blobs));
  const sessions = createKeptSessions(tables);

  /** Keys of every row of a visit, by table, in the order of an archive. */
  const keysOf = (look: reads.Look, sessionId: string): readonly (readonly [TableName & ArchiveTable, string[]])[] => {
    const streams = reads.streamsOf(look, sessionId).map((stream) => stream.id);
    const trials = reads.trialsOf(look, sessionId).map((trial) => trial.id);
    const results = look.rows('result').filter((row) => trials.includes(row.trial_id));
    const calibrations = look.rows('calibration').filter((row) => row.session_id === sessionId);
    return [
      ['session', [sessionId]],
      ['stream', streams],
      ['calibration', calibrations.map((row) => row.id)],
      ['trial', trials],
      ['repetition', trials.flatMap((id) => reads.repetitionsOf(look, id).map((row) => `${id}/${row.position}`))],
      ['result', results.map((row) => row.id)],
      ['chunk', streams.flatMap((id) => reads.chunksOf(look, id).map((row) => chunkKey(id, row.sequence)))],
    ];
  };

  return {
    ...sessions,
    ...createKeptResults(tables, sessions.readChunks),
    async open() {
      await tables.open();
      await tables.change((draft) => {
        for (const trial of draft.rows('trial'))
          if (trial.status === 'running') draft.put('trial', trial.id, { ...trial, status: 'interrupted' });
        for (const session of draft.rows('session')) {
          if (session.ended_at_ms !== null) continue;
          const events = draft.rows('event').filter((event) => event.session_id === session.id);
          const last = Math.max(session.started_at_ms, ...events.map((event) => event.wall_ms));
          draft.put('session', session.id, { ...session, ended_at_ms: last });
        }
      });
    },
    close: () => tables.close(),
    forgetAll: () => tables.clear(),
    async *visitRecords(sessionId) {
      const rows = await tables.read((look) => {
        if (!look.get('session', sessionId)) throw new KitError('NOT_FOUND', `session ${sessionId}`);
        const out: { readonly record: ArchiveRecord; readonly rawKey: string | null }[] = [];
        for (const [table, keys] of keysOf(look, sessionId)) {
          for (const key of keys) {
            const row = rowFor(table, { ...look.get(table, key) });
            out.push({ record: { table, row, payload: null }, rawKey: table === 'chunk' ? key : null });
          }
          if (table !== 'calibration') continue;
          for (const event of look.rows('event'))
            if (event.session_id === sessionId)
              out.push({ record: { table: 'event', row: rowFor('event', { ...event }), payload: null }, rawKey: null });
        }
        return out;
      });
      for (const { record, rawKey } of rows)
        yield rawKey === null ? record : { ...record, payload: await tables.raw(rawKey) };
    },
    dropVisit: (sessionId) =>
      tables.change((draft) => {
        const session = draft.get('session', sessionId);
        if (!session) throw new KitError('NOT_FOUND', `session ${sessionId}`);
        draft.dropWhere('event', (event) => event.session_id === sessionId);
        for (const [table, keys] of keysOf(draft, sessionId)) for (const key of keys) draft.drop(table, key);
        if (!draft.rows('session').some((other) => other.subject_id === session.subject_id))
          draft.drop('subject', session.subject_id);
      }),
    setting: (key) =>
      tables.read((look) => {
        const row = look.get('setting', key);
        return row === undefined ? undefined : (JSON.parse(row.value) as unknown);
      }),
    listSettings: () =>
      tables.read((look) =>
        Object.fromEntries(look.rows('setting').map(({ key, value }) => [key, JSON.parse(value) as unknown])),
      ),
    saveSetting: (key, value) =>
      tables.change((draft) => draft.put('setting', key, { key, value: JSON.stringify(value) })),
  };
}
