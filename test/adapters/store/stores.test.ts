import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createMemoryStore } from '../../../src/adapters/store/memory-store.ts';
import { findSqliteDriver, type SqliteDriver } from '../../../src/adapters/store/sqlite-driver.ts';
import { createSqliteStore } from '../../../src/adapters/store/sqlite-store.ts';
import { createSqliteThreadStore } from '../../../src/adapters/store/sqlite-thread.ts';
import {
  chunkOf,
  collect,
  DESCRIPTION,
  type StoreUnderTest,
  sessionStoreContract,
} from '../../contract/session-store.ts';
import { storeContract } from '../../contract/store.ts';
import { builtEntry } from '../../support/built.ts';

const inMemory = async (): Promise<StoreUnderTest> => {
  const store = createMemoryStore();
  return {
    store,
    reopen: async () => {
      await store.close();
      await store.open();
      return store;
    },
    dispose: () => store.close(),
  };
};
sessionStoreContract('memory', inMemory);
storeContract('memory', inMemory);

/** The thread runs compiled, whoever asks it. */
const ENTRY = builtEntry('src/adapters/store/sqlite-thread-entry.ts');

function inThread(driver: SqliteDriver['name']): StoreUnderTest & { folder: string } {
  const folder = mkdtempSync(join(tmpdir(), 'neck-store-'));
  let store = createSqliteThreadStore({ folder, driver }, ENTRY);
  return {
    folder,
    get store() {
      return store;
    },
    reopen: async () => {
      await store.close();
      store = createSqliteThreadStore({ folder, driver }, ENTRY);
      await store.open();
      return store;
    },
    dispose: async () => {
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function onDisk(driver: SqliteDriver): StoreUnderTest & { folder: string } {
  const folder = mkdtempSync(join(tmpdir(), 'neck-store-'));
  let store = createSqliteStore({ folder, driver });
  return {
    folder,
    get store() {
      return store;
    },
    reopen: async () => {
      await store.close();
      store = createSqliteStore({ folder, driver });
      await store.open();
      return store;
    },
    dispose: async () => {
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

for (const name of ['better-sqlite3', 'libsql'] as const) {
  let driver: SqliteDriver | null = null;
  try {
    driver = findSqliteDriver([name]);
  } catch {
    // Optional here; the other one is tested.
  }
  if (!driver) {
    it.skip(`${name} is not installed here`, () => {});
    continue;
  }
  const found = driver;
  sessionStoreContract(name, async () => onDisk(found));
  storeContract(name, async () => onDisk(found));
  sessionStoreContract(`${name} in a thread`, async () => inThread(name));
  storeContract(`${name} in a thread`, async () => inThread(name));

  describe(`in a thread: ${name}`, () => {
    it('refuses a second gateway on the same folder and a folder that cannot be, and ends its threads', async () => {
      const under = inThread(name);
      await under.store.open();
      const second = createSqliteThreadStore({ folder: under.folder, driver: name }, ENTRY);
      await expect(second.open()).rejects.toMatchObject({ code: 'STORE_LOCKED', detail: under.folder });
      await expect(
        createSqliteThreadStore({ folder: join(under.folder, 'neck.sqlite', 'x'), driver: name }, ENTRY).open(),
      ).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
      await under.store.close();
      await second.open();
      await expect(
        second.createStream({ id: 'x', sessionId: 'none', role: 'head', sourceId: 's', description: DESCRIPTION }),
      ).rejects.toMatchObject({ code: 'INTERNAL' });
      await second.close();
      await under.dispose();
    });

    it('runs transactions one after the other, and what fails leaves nothing', async () => {
      const under = inThread(name);
      await under.store.open();
      const begin = (id: string) => ({ id, subjectCode: `T-${id}`, startedAtMs: 1, softwareVersion: '1' });
      const outcomes = await Promise.allSettled(
        ['1', '2', '3', '4'].map((id) =>
          under.store.transaction(async (records) => {
            await records.createSession(begin(id));
            if (id === '2') throw new Error('no');
          }),
        ),
      );
      expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
      expect((await under.store.listSessions()).map(({ id }) => id).sort()).toEqual(['1', '3', '4']);
      await under.dispose();
    });
  });

  describe(`on disk: ${name}`, () => {
    it('refuses a second gateway on the same folder, and opens once the first has closed', async () => {
      const under = onDisk(found);
      await under.store.open();
      const second = createSqliteStore({ folder: under.folder, driver: found });
      await expect(second.open()).rejects.toMatchObject({ code: 'STORE_LOCKED' });
      await under.store.close();
      await second.open();
      await second.close();
      await under.dispose();
    });

    it('says when the disk is full, keeps what was acknowledged, and goes on when there is room', async () => {
      const under = onDisk(found);
      await under.store.open();
      await under.store.createSession({ id: 's', subjectCode: 'AB-1', startedAtMs: 1, softwareVersion: '1' });
      await under.store.createStream({
        id: 'st',
        sessionId: 's',
        role: 'head',
        sourceId: 'radio',
        description: DESCRIPTION,
      });
      await under.store.close();
      // A small page limit, above what the empty tables take, stands in for the full disk; the engine reports both alike.
      const limited: SqliteDriver = {
        name: found.name,
        connect: (file) => {
          const connection = found.connect(file);
          if (file.endsWith('neck.sqlite')) connection.exec('pragma max_page_count = 110');
          return connection;
        },
      };
      const store = createSqliteStore({ folder: under.folder, driver: limited });
      await store.open();
      let acknowledged = 0;
      let code = '';
      for (let i = 0; i < 100 && code === ''; i++) {
        await store.appendChunk(chunkOf('st', i, new Uint8Array(8000).fill(i))).then(
          () => acknowledged++,
          (error: { code: string }) => {
            code = error.code;
          },
        );
      }
      expect(code).toBe('STORE_FULL');
      expect(acknowledged).toBeGreaterThan(5);
      await store.close();
      const roomy = await under.reopen();
      expect(await collect(roomy.readChunks('st'))).toHaveLength(acknowledged);
      await roomy.appendChunk(chunkOf('st', acknowledged, Uint8Array.of(1)));
      await under.dispose();
    });
  });
}

describe('finding a driver', () => {
  it('tells what was tried when nothing loads', () => {
    expect(() => findSqliteDriver([])).toThrow(expect.objectContaining({ code: 'STORE_UNAVAILABLE' }) as Error);
    try {
      findSqliteDriver(['no-such-engine' as 'libsql', 'neither-this' as 'libsql']);
      expect.unreachable();
    } catch (error) {
      expect((error as Error).message).toMatch(/no-such-engine.*neither-this.*npm start/s);
    }
  });
});
