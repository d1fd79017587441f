/** `users` and `audit` as they are typed, on SQLite and on PostgreSQL, and signing in on both with what they made. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { argon2Hasher } from '../../src/adapters/security/argon2.ts';
import { createStore } from '../../src/adapters/store/open-store.ts';
import type { Access } from '../../src/gateway/access/access-types.ts';
import type { Store } from '../../src/ports/store.ts';
import { createTestAccess } from '../support/memory-access.ts';
import { startPostgres, type TestPostgres, whyNoPostgres } from '../support/postgres.ts';
import { runCommand } from '../support/run-command.ts';

const missing = whyNoPostgres();
if (missing) process.stderr.write(`skipped: accounts on PostgreSQL, ${missing}\n`);

const passwordIn = (text: string): string => /password is (\S+)/.exec(text)![1]!;

describe.each(['SQLite', 'PostgreSQL'])('accounts on %s', (engine) => {
  const here = engine === 'SQLite' || missing === null;
  const folder = mkdtempSync(join(tmpdir(), 'neck-accounts-'));
  let server: TestPostgres | null = null;
  let databaseUrl: string | undefined;
  beforeAll(async () => {
    if (!here) return;
    if (engine === 'PostgreSQL') {
      server = await startPostgres({ fsync: false });
      databaseUrl = await server.newDatabase();
      vi.stubEnv('DATABASE_URL', databaseUrl);
    } else vi.stubEnv('DATABASE_URL', '');
    const store = createStore({ folder, databaseUrl });
    await store.open();
    await store.close();
  }, 60_000);
  afterAll(async () => {
    vi.unstubAllEnvs();
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  let opened: { access: Access; store: Store } | null = null;
  afterEach(async () => {
    opened?.access.stop();
    await opened?.store.close();
    opened = null;
  });
  async function gateway(): Promise<Access> {
    const store = createStore({ folder, databaseUrl });
    await store.open();
    const access = await createTestAccess({ records: store, hasher: argon2Hasher });
    opened = { access, store };
    return access;
  }
  const users = (...argv: string[]) => runCommand('users', ...argv, '--data', folder);
  const audit = (...argv: string[]) => runCommand('audit', ...argv, '--data', folder);

  it.skipIf(!here)(
    'add, list, reset, disable, enable and role do what they say, and who signs in feels it',
    async () => {
      expect(await users('list')).toContain('No accounts yet');
      const first = passwordIn(await users('add', '--login', 'ada', '--role', 'admin'));
      const second = passwordIn(await users('add', '--login', 'bob', '--role', 'clinician'));
      await expect(users('add', '--login', 'bob', '--role', 'reviewer')).rejects.toMatchObject({
        code: 'ACCOUNT_EXISTS',
      });
      expect(await users('list')).toMatch(/ada +admin[\s\S]*bob +clinician/);
      const access = await gateway();
      expect((await access.signIn('bob', second, '10.0.0.1')).caller.role).toBe('clinician');
      await expect(access.signIn('bob', first, '10.0.0.1')).rejects.toMatchObject({ code: 'SIGN_IN_REFUSED' });

      const third = passwordIn(await users('reset', '--login', 'bob'));
      await expect(access.signIn('bob', second, '10.0.0.2')).rejects.toMatchObject({ code: 'SIGN_IN_REFUSED' });
      const { token } = await access.signIn('bob', third, '10.0.0.2');
      expect((await access.authenticate(token))?.handle).toBe('bob');

      expect(await users('disable', '--login', 'bob')).toContain('disabled; its sessions have ended');
      expect(await access.authenticate(token)).toBeNull();
      await expect(access.signIn('bob', third, '10.0.0.3')).rejects.toMatchObject({ code: 'SIGN_IN_REFUSED' });
      expect(await users('enable', '--login', 'bob')).toContain('enabled');
      expect(await users('role', '--login', 'bob', '--role', 'reviewer')).toContain('is now reviewer');
      expect((await access.signIn('bob', third, '10.0.0.4')).caller.role).toBe('reviewer');
      expect(JSON.parse(await users('list', '--json'))).toMatchObject([
        { handle: 'ada' },
        { handle: 'bob', disabled: false },
      ]);
      for (const change of [['disable'], ['role', '--role', 'clinician']])
        await expect(users(change[0]!, '--login', 'ada', ...change.slice(1))).rejects.toMatchObject({
          code: 'LAST_ADMINISTRATOR',
        });
    },
    60_000,
  );

  it.skipIf(!here)(
    'leave rows in an audit that lists, verifies, and tells when a row was changed',
    async () => {
      const listed = await audit('list', '--limit', '100');
      for (const action of ['account.create', 'account.change', 'login.create']) expect(listed).toContain(action);
      expect(listed).not.toMatch(/password is|argon2/);
      expect((await audit('list', '--limit', '2', '--json')).trim().split('\n')).toHaveLength(2);
      expect(await audit('verify')).toMatch(/^All \d+ rows follow from one another/);
      expect(JSON.parse(await audit('verify', '--json'))).toMatchObject({ brokenAt: null });
      if (databaseUrl === undefined) return;
      const client = new pg.Client({ connectionString: databaseUrl });
      await client.connect();
      // Whoever owns the database can take its guard away; the chain tells.
      await client.query('alter table audit disable trigger user');
      await client.query("update audit set action = 'nothing.happened' where sequence = 2");
      await client.end();
      await expect(audit('verify')).rejects.toMatchObject({ code: 'AUDIT_BROKEN', detail: 'row 2' });
    },
    60_000,
  );
});
