/** The access rules upon a store in memory, for tests that need no process. */
import { createMemoryStore } from '../../src/adapters/store/memory-store.ts';
import { type AccessDeps, createAccess } from '../../src/gateway/access/access.ts';
import type { Access } from '../../src/gateway/access/access-types.ts';
import { silentLog } from '../../src/gateway/log.ts';
import { hostTimers } from '../../src/gateway/waiting.ts';
import type { PasswordHasher } from '../../src/ports/password-hasher.ts';

/** Fast and readable; the real one has its own test. */
export const plainHasher: PasswordHasher = {
  hash: async (password) => `plain:${password}`,
  verify: async (hash, password) => hash === `plain:${password}`,
};

export async function createTestAccess(deps: Partial<AccessDeps> = {}): Promise<Access> {
  const store = createMemoryStore();
  await store.open();
  return createAccess({
    records: store,
    hasher: plainHasher,
    timers: hostTimers,
    wallMs: Date.now,
    log: silentLog,
    busy: () => false,
    ...deps,
  });
}

/** No login is asked for. */
export const createOpenAccess = (deps: Partial<AccessDeps> = {}): Promise<Access> =>
  createTestAccess({ ...deps, open: true });
