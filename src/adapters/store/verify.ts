/** Is everything there, and is it what was stored? Reads the whole database and changes nothing. */
import { sql } from 'kysely';
import { decodeChunk } from '../../wire/chunk.ts';
import { crc32 } from '../../wire/crc32.ts';
import { tablePages } from './copy-tables.ts';
import { bytesOf } from './rows.ts';
import type { ChunkTable } from './schema.ts';
import { checkAuditChain } from './sql-audit.ts';
import { createChunkTable } from './sql-chunks.ts';
import type { Db } from './sql-common.ts';
import { createResultTables } from './sql-results.ts';
import type { OpenedEngine } from './sql-store.ts';
import { storeError } from './store-errors.ts';
import { TABLES } from './tables.ts';

export interface Finding {
  readonly check: 'engine' | 'references' | 'chunks' | 'audit' | 'results';
  /** What it is about, in words that lead to the row. */
  readonly message: string;
}

export interface Verification {
  readonly ok: boolean;
  readonly sessions: number;
  /** Of these: taken in from CSV tables, with results and no raw data to check them against. */
  readonly imported: number;
  readonly chunks: number;
  readonly chunkBytes: number;
  readonly auditRows: number;
  readonly results: number;
  readonly findings: readonly Finding[];
}

/** More of one kind say nothing new. */
const MAX_FINDINGS = 100;

/** The pages of the file and its indices, where the engine can tell. */
async function checkEngine({ db, types }: OpenedEngine): Promise<string[]> {
  if (types.engine !== 'sqlite') return [];
  const { rows } = await sql<{ integrity_check: string }>`pragma integrity_check(20)`.execute(db);
  return rows.map((row) => row.integrity_check).filter((line) => line !== 'ok');
}

async function checkReferences(db: Db): Promise<string[]> {
  const found: string[] = [];
  for (const { name, references } of TABLES) {
    for (const [column, parent] of references) {
      const { rows } = await sql<{ n: number }>`
        select count(*) as n from ${sql.table(name)} where ${sql.ref(column)} is not null
        and not exists (select 1 from ${sql.table(parent)} as parent where parent.id = ${sql.ref(`${name}.${column}`)})`.execute(
        db,
      );
      const missing = Number(rows[0]?.n ?? 0);
      if (missing > 0) found.push(`${missing} rows of ${name} refer by ${column} to a ${parent} that is not there`);
    }
  }
  return found;
}

/** What is wrong with a chunk that has its right number; null: nothing. */
function chunkFault(row: ChunkTable, bytes: Uint8Array): string | null {
  if (crc32(bytes) !== Number(row.crc32)) return 'does not match its checksum';
  const decoded = decodeChunk(bytes);
  if (!decoded.ok) return `cannot be decoded (${decoded.reason})`;
  if (decoded.notifications.length !== row.notifications) return 'has another count of notifications';
  return null;
}

async function checkChunks(db: Db): Promise<{ chunks: number; chunkBytes: number; found: string[] }> {
  const found: string[] = [];
  let chunks = 0;
  let chunkBytes = 0;
  let streamId = '';
  let next = 0;
  for await (const page of tablePages<ChunkTable>(db, { name: 'chunk', key: ['stream_id', 'sequence'] })) {
    for (const row of page) {
      if (row.stream_id !== streamId) {
        streamId = row.stream_id;
        next = 0;
      }
      if (row.sequence !== next) found.push(`stream ${streamId}: chunk ${next} is missing`);
      const bytes = bytesOf(row.payload);
      const fault = chunkFault(row, bytes);
      if (fault) found.push(`stream ${streamId}: chunk ${row.sequence} ${fault}`);
      next = row.sequence + 1;
      chunks++;
      chunkBytes += bytes.length;
    }
  }
  return { chunks, chunkBytes, found };
}

/** Each result against the raw bytes that it says it was computed from. */
async function checkResults(db: Db): Promise<{ results: number; found: string[] }> {
  const found: string[] = [];
  let results = 0;
  const tables = createResultTables(
    () => db,
    createChunkTable(() => db),
  );
  for await (const page of tablePages(db, { name: 'result', key: ['id'] })) {
    for (const row of page) {
      results++;
      if (typeof row['raw_hash'] !== 'string') continue;
      const raw = JSON.parse(String(row['raw'])) as Parameters<typeof tables.rawHash>[0];
      const hash = await tables.rawHash(raw).catch((cause: unknown) => storeError(cause).message);
      if (hash !== row['raw_hash'])
        found.push(`result ${String(row['id'])}: the raw bytes are not those it was made of`);
    }
  }
  return { results, found };
}

/** Reads all of an opened database. A part that cannot be read is a finding, and the other parts are checked. */
export async function verifyDatabase(engine: OpenedEngine): Promise<Verification> {
  const { db } = engine;
  const findings: Finding[] = [];
  async function part<T>(
    check: Finding['check'],
    fallback: T,
    work: () => Promise<[T, readonly string[]]>,
  ): Promise<T> {
    try {
      const [value, found] = await work();
      findings.push(...found.slice(0, MAX_FINDINGS).map((message) => ({ check, message })));
      return value;
    } catch (cause) {
      findings.push({ check, message: storeError(cause).message });
      return fallback;
    }
  }
  await part('engine', null, async () => [null, await checkEngine(engine)]);
  const sessions = await part('references', 0, async () => {
    const { rows } = await sql<{ n: number }>`select count(*) as n from session`.execute(db);
    return [Number(rows[0]?.n ?? 0), await checkReferences(db)];
  });
  const imported = await part('references', 0, async () => {
    const { rows } = await sql<{
      n: number;
    }>`select count(*) as n from session where context like '%"imported":%'`.execute(db);
    return [Number(rows[0]?.n ?? 0), []];
  });
  const raw = await part('chunks', { chunks: 0, chunkBytes: 0 }, async () => {
    const { found, ...counts } = await checkChunks(db);
    return [counts, found];
  });
  const auditRows = await part('audit', 0, async () => {
    const { rows, brokenAt } = await checkAuditChain(db);
    return [rows, brokenAt === null ? [] : [`the audit chain is broken at row ${brokenAt}`]];
  });
  const results = await part('results', 0, async () => {
    const { results: count, found } = await checkResults(db);
    return [count, found];
  });
  return { ok: findings.length === 0, sessions, imported, ...raw, auditRows, results, findings };
}
