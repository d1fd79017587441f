import { expect, it } from 'vitest';
import { createMemoryStore } from '../../src/adapters/store/memory-store.ts';
import { silentLog } from '../../src/gateway/log.ts';
import { applyRetention, RETENTION_SETTING, startRetention, subjectsDue } from '../../src/gateway/retention.ts';
import { createVirtualTime } from '../support/virtual-time.ts';

const DAY_MS = 86_400_000;

async function filled() {
  const store = createMemoryStore();
  await store.open();
  const subject = (id: string, createdAtMs: number, retainUntilMs: number | null) =>
    store.createSubject({ id, code: `C-${id}`, createdAtMs, retainUntilMs, values: {} });
  await subject('old', 0, null);
  await subject('visited', 0, null);
  await store.createSession({ id: 's', subjectCode: 'C-visited', startedAtMs: 90 * DAY_MS, softwareVersion: '1' });
  await subject('own-date', 0, 50 * DAY_MS);
  await subject('kept', 0, 500 * DAY_MS);
  return store;
}

it('without a rule only those with a date of their own are due', async () => {
  const store = await filled();
  expect(await subjectsDue(store, 100 * DAY_MS)).toEqual([{ id: 'own-date', reason: 'own-date' }]);
  for (const nonsense of [-1, 1.5, 'x', null, 1e9]) {
    await store.saveSetting(RETENTION_SETTING, nonsense, 1);
    expect(await subjectsDue(store, 100 * DAY_MS)).toHaveLength(1);
  }
});

it('the rule counts from the last visit, a date of its own goes before it, and each erasure is in the audit', async () => {
  const store = await filled();
  await store.saveSetting(RETENTION_SETTING, 30, 1);
  const erased = await applyRetention(store, 100 * DAY_MS);
  expect(erased.map(({ id }) => id).sort()).toEqual(['old', 'own-date']);
  expect((await store.listSubjects()).map(({ id }) => id)).toEqual(['kept', 'visited']);
  const rows = await store.listAudit({ limit: 10 });
  expect(rows.map(({ object }) => object).sort()).toEqual(['subject:old', 'subject:own-date']);
  expect(JSON.stringify(rows)).not.toContain('C-');
  expect(await applyRetention(store, 100 * DAY_MS)).toEqual([]);
  expect(await applyRetention(store, 120 * DAY_MS)).toEqual([{ id: 'visited', reason: 'days-since-last-visit' }]);
});

it('the gateway does it on its own, never during a visit, until it is stopped', async () => {
  const store = await filled();
  const time = createVirtualTime();
  let recording = true;
  const stop = startRetention({
    store,
    timers: time.timers,
    wallMs: () => 100 * DAY_MS,
    recording: () => recording,
    log: silentLog,
  });
  const subjects = async () => (await store.listSubjects()).length;
  await time.advance(120_000);
  expect(await subjects()).toBe(4);
  recording = false;
  await time.advance(7 * 3_600_000);
  await expect.poll(subjects).toBe(3);
  stop();
  expect(time.waiting).toBe(0);
});
