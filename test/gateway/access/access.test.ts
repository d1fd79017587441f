import { beforeEach, describe, expect, test } from 'vitest';
import { argon2Hasher } from '../../../src/adapters/security/argon2.ts';
import { createMemoryStore } from '../../../src/adapters/store/memory-store.ts';
import type { Access, Caller } from '../../../src/gateway/access/access-types.ts';
import { ABSOLUTE_END_MS, IDLE_END_MS } from '../../../src/gateway/access/logins.ts';
import { checkPassword } from '../../../src/gateway/access/password-rule.ts';
import { newCode, newToken, sameCode } from '../../../src/gateway/access/secrets.ts';
import type { Store } from '../../../src/ports/store.ts';
import { createTestAccess } from '../../support/memory-access.ts';

const GOOD = 'seven grey herons';
const MINUTE_MS = 60_000;

describe('the access rules', () => {
  let records: Store;
  let access: Access;
  let nowMs: number;
  let busy: boolean;
  let token: string;
  let admin: Caller;
  beforeEach(async () => {
    records = createMemoryStore();
    await records.open();
    nowMs = 1_000_000;
    busy = false;
    access = await createTestAccess({
      records,
      wallMs: () => nowMs,
      busy: () => busy,
      timers: { after: () => () => {} },
    });
    await access.start();
    ({ token, caller: admin } = await access.firstStart(access.firstStartCode!, 'admin', GOOD, 'here'));
  });
  const rows = () => records.listAudit({ limit: 1000 });
  const actions = async () => (await rows()).map((row) => row.action).reverse();
  const again = () => access.authenticate(token);
  const statusOf = async (caller: Caller | null) => (await access.view(caller)).status;

  test('the first start makes one administrator, with the code, once', async () => {
    expect(admin).toMatchObject({ handle: 'admin', role: 'admin', locked: false });
    expect(access.firstStartCode).toBeNull();
    await expect(access.firstStart('x', 'other', GOOD, 'here')).rejects.toMatchObject({ code: 'FIRST_START_DONE' });
    expect(await actions()).toEqual(['account.create', 'login.create']);
    const fresh = await createTestAccess();
    await fresh.start();
    await expect(fresh.firstStart('WRONG', 'admin', GOOD, 'here')).rejects.toMatchObject({ code: 'FIRST_START_CODE' });
    expect(await fresh.view(null)).toMatchObject({ status: 'first-start', handle: null });
    fresh.stop();
  });

  test('two first starts at once: one administrator', async () => {
    const fresh = await createTestAccess();
    await fresh.start();
    const code = fresh.firstStartCode!;
    const outcomes = await Promise.allSettled(['one', 'two'].map((name) => fresh.firstStart(code, name, GOOD, 'here')));
    expect(outcomes.map((outcome) => outcome.status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await fresh.accounts()).toHaveLength(1);
  });

  test('signing in needs the right password of an account that is not disabled, and every try is in the audit', async () => {
    const { id } = await access.addAccount(admin.accountId, {
      handle: 'clara',
      password: GOOD,
      role: 'clinician',
      subjectCode: null,
    });
    expect((await access.signIn('clara', GOOD, 'here')).caller.role).toBe('clinician');
    await expect(access.signIn('clara', 'wrong', 'here')).rejects.toMatchObject({ code: 'SIGN_IN_REFUSED' });
    await expect(access.signIn('nobody-here', GOOD, 'here')).rejects.toMatchObject({ code: 'SIGN_IN_REFUSED' });
    await access.changeAccount(admin.accountId, id, { disabled: true });
    await expect(access.signIn('clara', GOOD, 'here')).rejects.toMatchObject({ code: 'SIGN_IN_REFUSED' });
    expect((await actions()).filter((action) => action === 'login.refuse')).toHaveLength(3);
    // What was typed as a name may be a password.
    expect(JSON.stringify(await rows())).not.toContain('nobody-here');
    expect(JSON.stringify(await rows())).not.toContain(GOOD);
  });

  test('signing out ends the session for good, wherever its token is replayed', async () => {
    expect(await again()).not.toBeNull();
    const ended: string[] = [];
    access.onSessionEnd((id, why) => ended.push(`${id} ${why}`));
    await access.signOut(admin);
    expect(await again()).toBeNull();
    expect(ended).toEqual([`${admin.loginId} signed-out`]);
    expect(await access.authenticate('anything')).toBeNull();
    expect(await access.authenticate(null)).toBeNull();
  });

  test('another start of the gateway knows the session, and only the hash of its token is kept', async () => {
    const restarted = await createTestAccess({ records, wallMs: () => nowMs });
    await restarted.start();
    expect(await restarted.authenticate(token)).toMatchObject({ handle: 'admin' });
    expect(restarted.firstStartCode).toBeNull();
    expect(JSON.stringify(await records.listLogins(admin.accountId!))).not.toContain(token);
    restarted.stop();
  });

  test('an idle page locks, a running test keeps it open, and only the password opens it', async () => {
    await access.changeSettings(admin.accountId, { lockAfterMinutes: 5 });
    nowMs += 4 * MINUTE_MS;
    expect(await statusOf(await again())).toBe('signed-in');
    busy = true;
    nowMs += 20 * MINUTE_MS;
    expect(await statusOf(await again())).toBe('signed-in');
    await expect(access.lock(admin)).rejects.toMatchObject({ code: 'WRONG_STATE' });
    busy = false;
    nowMs += 4 * MINUTE_MS;
    expect(await statusOf(await again())).toBe('signed-in');
    nowMs += 2 * MINUTE_MS;
    const locked = (await again())!;
    expect(await statusOf(locked)).toBe('locked');
    await access.active(locked);
    expect(await statusOf(await again())).toBe('locked');
    await expect(access.unlock(locked, 'wrong', 'here')).rejects.toMatchObject({ code: 'SIGN_IN_REFUSED' });
    await access.unlock(locked, GOOD, 'here');
    expect(await statusOf(await again())).toBe('signed-in');
  });

  test('a session ends after eight idle hours and after a day, but not in the middle of a test', async () => {
    nowMs += IDLE_END_MS + 1;
    busy = true;
    expect(await again()).not.toBeNull();
    busy = false;
    nowMs += IDLE_END_MS + 1;
    expect(await again()).toBeNull();

    ({ token, caller: admin } = await access.signIn('admin', GOOD, 'here'));
    for (let hour = 0; hour < ABSOLUTE_END_MS / 3_600_000; hour++) {
      nowMs += 3_600_000;
      const caller = await again();
      expect(caller).not.toBeNull();
      if (caller!.locked) await access.unlock(caller!, GOOD, 'here');
    }
    nowMs += 1;
    expect(await again()).toBeNull();
    expect(await actions()).toContain('login.expire');
  });

  test('an account keeps no session opened under its former terms', async () => {
    const { id } = await access.addAccount(admin.accountId, {
      handle: 'rita',
      password: GOOD,
      role: 'reviewer',
      subjectCode: null,
    });
    const first = await access.signIn('rita', GOOD, 'here');
    await access.changeAccount(admin.accountId, id, { role: 'home', subjectCode: 'AB-1' });
    expect(await access.authenticate(first.token)).toBeNull();
    const second = await access.signIn('rita', GOOD, 'here');
    expect(second.caller).toMatchObject({ role: 'home', subjectCode: 'AB-1' });
    await access.changeAccount(admin.accountId, id, { password: 'eleven blue lamps' });
    expect(await access.authenticate(second.token)).toBeNull();
    await expect(access.signIn('rita', GOOD, 'here')).rejects.toMatchObject({ code: 'SIGN_IN_REFUSED' });
  });

  test("changing one's own password needs the present one and ends the other sessions", async () => {
    const other = await access.signIn('admin', GOOD, 'there');
    await expect(access.changePassword(admin, 'wrong', 'eleven blue lamps', 'here')).rejects.toMatchObject({
      code: 'SIGN_IN_REFUSED',
    });
    await access.changePassword(admin, GOOD, 'eleven blue lamps', 'here');
    expect(await access.authenticate(other.token)).toBeNull();
    expect(await again()).not.toBeNull();
  });

  test('the last administrator stays one', async () => {
    const { id } = (await access.accounts())[0]!;
    for (const change of [{ disabled: true }, { role: 'reviewer' as const }])
      await expect(access.changeAccount(admin.accountId, id, change)).rejects.toMatchObject({
        code: 'LAST_ADMINISTRATOR',
      });
    await expect(
      access.addAccount(null, { handle: 'admin', password: GOOD, role: 'admin', subjectCode: null }),
    ).rejects.toMatchObject({ code: 'ACCOUNT_EXISTS' });
  });
});

test.each([
  'aaaaaaaaaaaaaa',
  'abcdefghijklm',
  'qwertyuiop123'.slice(0, 10).repeat(2),
  'passwordpassword',
  '987654321098',
  'ClaraClara12',
])('the password %s is refused', (password) => {
  expect(() => checkPassword(password, 'clara')).toThrow(/easy to guess/);
});

test('tokens do not repeat and codes are read whatever way they are typed', () => {
  expect(new Set(Array.from({ length: 1000 }, newToken)).size).toBe(1000);
  expect(Buffer.from(newToken(), 'base64url')).toHaveLength(32);
  const code = newCode();
  expect(code).toMatch(/^[2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]{4}$/);
  expect(sameCode(code.toLowerCase().replaceAll('-', ' '), code)).toBe(true);
  expect(sameCode('', code)).toBe(false);
});

test('argon2id: the same password hashes differently, verifies, and another one does not', async () => {
  const [one, two] = await Promise.all([argon2Hasher.hash(GOOD), argon2Hasher.hash(GOOD)]);
  expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(one).not.toBe(two);
  expect(await argon2Hasher.verify(one, GOOD)).toBe(true);
  expect(await argon2Hasher.verify(one, `${GOOD} `)).toBe(false);
  expect(await argon2Hasher.verify('nonsense', GOOD)).toBe(false);
});
