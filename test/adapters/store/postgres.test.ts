import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPostgresStore } from '../../../src/adapters/store/postgres-store.ts';
import {
  chunkOf,
  collect,
  DESCRIPTION,
  type StoreUnderTest,
  sessionStoreContract,
} from '../../contract/session-store.ts';
import { storeContract } from '../../contract/store.ts';
import { startPostgres, type TestPostgres, whyNoPostgres } from '../../support/postgres.ts';

const missing = whyNoPostgres();
if (missing) process.stderr.write(`skipped: the store on PostgreSQL, ${missing}\n`);

describe.skipIf(missing !== null)('PostgreSQL', () => {
  let server: TestPostgres;
  beforeAll(async () => {
    server = await startPostgres({ fsync: false });
  }, 60_000);
  afterAll(() => server?.stop());

  async function onServer(): Promise<StoreUnderTest & { url: string }> {
    const url = await server.newDatabase();
    let store = createPostgresStore({ url });
    return {
      url,
      get store() {
        return store;
      },
      reopen: async () => {
        await store.close();
        store = createPostgresStore({ url });
        await store.open();
        return store;
      },
      dispose: async () => {
        await store.close();
        await server.dropDatabase(url);
      },
    };
  }
  sessionStoreContract('PostgreSQL', onServer);
  storeContract('PostgreSQL', onServer);

  it('refuses a second gateway on the same database, lets a command look in, and opens once the first has closed', async () => {
    const under = await onServer();
    await under.store.open();
    const second = createPostgresStore({ url: under.url });
    await expect(second.open()).rejects.toMatchObject({ code: 'STORE_LOCKED' });
    const beside = createPostgresStore({ url: under.url, access: 'beside' });
    await beside.open();
    expect(await beside.listSessions()).toEqual([]);
    await beside.close();
    await under.store.close();
    await second.open();
    await second.close();
    await under.dispose();
  }, 90_000);

  it('keeps what was acknowledged when the server crashes, says that it is away, and goes on when it is back', async () => {
    const durable = await startPostgres({ fsync: true });
    try {
      const store = createPostgresStore({ url: await durable.newDatabase() });
      await store.open();
      await store.createSession({ id: 's', subjectCode: 'AB-1', startedAtMs: 1, softwareVersion: '1' });
      const description = DESCRIPTION;
      await store.createStream({ id: 'st', sessionId: 's', role: 'head', sourceId: 'radio', description });
      for (let i = 0; i < 20; i++) await store.appendChunk(chunkOf('st', i, new Uint8Array(500).fill(i)));
      const crashed = durable.crashAndRestart();
      await crashed;
      // The first use finds the broken connection; a gateway's journal tries again.
      let code = '';
      for (let tries = 0; tries < 20; tries++) {
        code = await store.appendChunk(chunkOf('st', 20, Uint8Array.of(1))).then(
          () => 'ok',
          (error: { code: string }) => error.code,
        );
        if (code === 'ok') break;
        expect(code).toBe('DATABASE_UNREACHABLE');
        await new Promise((done) => setTimeout(done, 200));
      }
      expect(code).toBe('ok');
      expect(await collect(store.readChunks('st'))).toHaveLength(21);
      await store.close();
    } finally {
      await durable.stop();
    }
  }, 60_000);
});
