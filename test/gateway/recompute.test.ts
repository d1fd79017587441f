import { describe, expect, it } from 'vitest';
import { createMemoryStore } from '../../src/adapters/store/memory-store.ts';
import { createFrtMachine } from '../../src/core/protocol/frt.ts';
import { CORE_VERSION } from '../../src/core/version.ts';
import { DRIVERS } from '../../src/devices/registry.ts';
import { DEFAULT_PARTS, type KitParts } from '../../src/gateway/kit-parts.ts';
import { acceptRecomputed, changesBetween, compareSession } from '../../src/gateway/recompute.ts';
import { QUATERNION_METHOD, REMEASURE_METHOD } from '../../src/gateway/remeasure.ts';
import { cromMethod } from '../../src/gateway/remeasure-crom.ts';
import type { Store } from '../../src/ports/store.ts';
import { recordVisit } from '../support/recorded-visit.ts';

/** A core that waits a moment longer before it calls a pose an end: other numbers from the same record. */
const OTHER_CORE: KitParts = {
  ...DEFAULT_PARTS,
  createFrt: (parameters) => createFrtMachine({ ...parameters, holdS: 0.75 }),
};

async function recorded(plan: Omit<Parameters<typeof recordVisit>[1], 'subjectCode'>) {
  const store = createMemoryStore();
  await store.open();
  const sessionId = await recordVisit(store, { ...plan, subjectCode: 'RE-1' });
  return { store, sessionId };
}
const compare = (store: Store, sessionId: string, parts = DEFAULT_PARTS) =>
  compareSession({ store, drivers: DRIVERS, parts }, sessionId);

describe('results recomputed from the raw record', () => {
  it('are equal to the bit: live and measured anew, redone, over a lost link, and of another test', async () => {
    const { store, sessionId } = await recorded({
      seed: 21,
      tests: ['frt', 'crom', 'frt'],
      redo: true,
      breakLink: true,
    });
    const trials = await compare(store, sessionId);
    expect(trials.map((t) => [t.kind, t.outcome, t.reason, t.changes])).toEqual([
      ['frt', 'equal', null, []],
      ['crom', 'equal', null, []],
      ['frt', 'equal', null, []],
    ]);
    expect(trials[2]!.fresh!.method).toBe(REMEASURE_METHOD);
    expect(trials[1]!.fresh!.method).toBe(cromMethod('crom', true));
    expect(trials[1]!.fresh!.values.result).not.toBeNull();
    // Each result kept its raw bytes' hash: as many as there were ends, one of them shown.
    for (const { trialId } of trials) {
      const results = await store.listResults(trialId);
      expect(results.filter((r) => r.accepted)).toHaveLength(1);
      for (const { raw, rawHash, coreVersion } of results) {
        expect(coreVersion).toBe(CORE_VERSION);
        expect(await store.rawHash(raw)).toBe(rawHash);
      }
    }
    expect((await store.listResults(trials[0]!.trialId)).length).toBeGreaterThan(1);
  }, 120_000);

  it('are equal to the bit where the session began after the alignment: nothing is measured from what was not kept', async () => {
    const { store, sessionId } = await recorded({ seed: 24, tests: ['frt'], alignedBefore: true });
    const [trial] = await compare(store, sessionId);
    expect(trial!.fresh!.method).toBe(REMEASURE_METHOD);
    expect([trial!.outcome, trial!.changes]).toEqual(['equal', []]);
  }, 120_000);

  it('are equal to the bit where the attitude came from the filter first and from the sensor itself then', async () => {
    const { store, sessionId } = await recorded({ seed: 25, tests: ['frt', 'frt', 'crom'], thenFrom: 'quaternion' });
    const trials = await compare(store, sessionId);
    expect(trials.map((t) => [t.outcome, t.reason, t.changes])).toEqual([
      ['equal', null, []],
      ['equal', null, []],
      ['equal', null, []],
    ]);
    expect(trials.map((t) => t.fresh!.method).slice(0, 2)).toEqual([REMEASURE_METHOD, QUATERNION_METHOD]);
    // Trial, result and stream say which it was; the bytes hold both all the time.
    const detail = (await store.sessionDetail(sessionId))!;
    const used = ['inertial', 'quaternion', 'quaternion'];
    expect(detail.trialList.map((trial) => trial.parameters['attitudeFrom'])).toEqual(used);
    for (const [i, { trialId }] of trials.entries())
      for (const { values } of await store.listResults(trialId))
        expect(values).toMatchObject({ attitudeFrom: used[i] });
    const streams = await store.listStreams(sessionId);
    expect(streams.map(({ description: { config } }) => [config['content'], config['attitudeFrom']])).toEqual([
      ['both', undefined],
      ['both', 'quaternion'],
    ]);
  }, 120_000);

  it('show every number that another core changes; an accepted one stands beside the old', async () => {
    const { store, sessionId } = await recorded({ seed: 22, tests: ['frt'] });
    const [different] = await compare(store, sessionId, OTHER_CORE);
    expect(different!.outcome).toBe('different');
    expect(different!.changes.length).toBeGreaterThan(0);

    const [old] = await store.listResults(different!.trialId);
    // As a version before this one would have left it.
    const made = { id: 'older', wallMs: 1, coreVersion: '0', accepted: true };
    await store.saveResult({ ...old!, ...made });
    const [changed] = await compare(store, sessionId, OTHER_CORE);
    expect(changed).toMatchObject({ outcome: 'changed', storedVersion: '0' });
    await acceptRecomputed(store, changed!, { id: 'new', wallMs: 2, raw: old!.raw, rawHash: old!.rawHash });
    const results = await store.listResults(changed!.trialId);
    expect(results.map((r) => [r.id, r.accepted]).slice(-2)).toEqual([
      ['older', false],
      ['new', true],
    ]);
    const detail = (await store.sessionDetail(sessionId))!;
    expect(detail.trialList[0]!.result).toEqual(changed!.fresh!.values.result);
    expect(detail.trialList[0]!.repetitions.every((r) => r.startedAtMs > 1e12)).toBe(true);
    expect((await compare(store, sessionId, OTHER_CORE))[0]!.outcome).toBe('equal');
  }, 120_000);

  it('name a leaf that is not what it was, and no other', () => {
    const before = { a: { b: [1, 2, { c: 0.1 }] }, d: null };
    expect(changesBetween(before, structuredClone(before))).toEqual([]);
    expect(0.1 + 2e-17).not.toBe(0.1);
    expect(changesBetween(before, { a: { b: [1, 2, { c: 0.1 + 2e-17 }] }, d: null })).toHaveLength(1);
    expect(changesBetween(before, { a: { b: [1, 2, { c: 0.2 }] }, d: 1 })).toEqual([
      { path: 'a.b.2.c', before: 0.1, after: 0.2 },
      { path: 'd', before: null, after: 1 },
    ]);
  });
});
