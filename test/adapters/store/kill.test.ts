import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { findSqliteDriver } from '../../../src/adapters/store/sqlite-driver.ts';
import { createSqliteStore } from '../../../src/adapters/store/sqlite-store.ts';
import { collect } from '../../contract/session-store.ts';
import { chunkBytes } from '../../support/append-until-killed.ts';
import { builtEntry } from '../../support/built.ts';

const ROUNDS = 20;

describe('the store of a gateway that is killed', () => {
  for (const name of ['better-sqlite3', 'libsql'] as const) {
    let driver: ReturnType<typeof findSqliteDriver> | null = null;
    try {
      driver = findSqliteDriver([name]);
    } catch {
      // Optional here.
    }
    it.skipIf(driver === null)(
      `${name}: every acknowledged chunk is there after kill -9, ${ROUNDS} times, and the folder opens at once`,
      async () => {
        const folder = mkdtempSync(join(tmpdir(), 'neck-kill-'));
        const entry = fileURLToPath(builtEntry('test/support/append-until-killed.ts'));
        let acknowledged = 0;
        try {
          for (let round = 0; round < ROUNDS; round++) {
            const child = spawn(process.execPath, [entry, folder, name], { stdio: ['ignore', 'pipe', 'inherit'] });
            const lines: string[] = [];
            const reader = createInterface({ input: child.stdout });
            reader.on('line', (line) => lines.push(line));
            const ended = once(child, 'close');
            const first = await Promise.race([once(reader, 'line').then(() => 'line'), ended.then(() => 'end')]);
            if (first === 'end' && lines.length === 0) throw new Error('the child ended before it wrote anything');
            // Somewhere within a few writes: in a commit, between two, in a checkpoint. Seeded by the round.
            await new Promise((resolve) => setTimeout(resolve, (round * 37) % 83));
            child.kill('SIGKILL');
            await ended;
            const [sessionId, streamId, last] = lines.at(-1)!.split(' ');
            acknowledged += lines.length;

            const store = createSqliteStore({ folder, driver: driver! });
            await store.open();
            const chunks = await collect(store.readChunks(streamId!));
            // One more may be there: committed, and killed before it could say so.
            expect(chunks.length).toBeGreaterThan(Number(last));
            expect(chunks.length).toBeLessThanOrEqual(Number(last) + 2);
            for (const chunk of chunks)
              expect(Buffer.compare(chunk.bytes, chunkBytes(streamId!, chunk.sequence))).toBe(0);
            const detail = await store.sessionDetail(sessionId!);
            expect(detail!.trialList[0]!.status).toBe('interrupted');
            await store.close();
          }
          expect(acknowledged).toBeGreaterThan(ROUNDS);
        } finally {
          rmSync(folder, { recursive: true, force: true });
        }
      },
      120_000,
    );
  }
});
