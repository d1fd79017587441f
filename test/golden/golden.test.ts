/**
 * Pins every number that the core makes of a few recordings. A change of the core that changes one is named here. When it
 * is wanted: raise CORE_VERSION (src/core/version.ts) and write the numbers anew with
 *   NECK_GOLDEN=numbers npx vitest run test/golden
 * The recordings themselves stay: they are the history (NECK_GOLDEN=record makes them, once).
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createMemoryStore } from '../../src/adapters/store/memory-store.ts';
import { CORE_VERSION } from '../../src/core/version.ts';
import { DRIVERS } from '../../src/devices/registry.ts';
import { DEFAULT_PARTS } from '../../src/gateway/kit-parts.ts';
import { changesBetween, compareSession } from '../../src/gateway/recompute.ts';
import { recordVisit, type VisitPlan } from '../support/recorded-visit.ts';
import { loadRecording, readRecording, takeRecording, writeRecording } from './recording.ts';

const PLANS: Readonly<Record<string, VisitPlan>> = {
  'frt-plain': { seed: 41, subjectCode: 'GOLD-41', tests: ['frt'] },
  'frt-gyro-error-redo': {
    seed: 42,
    subjectCode: 'GOLD-42',
    subject: { gyroScaleError: 0.01, gyroCrossAxis: 0.001 },
    tests: ['frt'],
    redo: true,
  },
  'crom-plain': { seed: 43, subjectCode: 'GOLD-43', tests: ['crom'] },
};
const MODE = process.env['NECK_GOLDEN'];
/** Sine and its kin differ in their last bits between versions of V8; the rest of the arithmetic does not. */
const OTHER_ENGINE_TOLERANCE = 1e-9;

interface Numbers {
  readonly coreVersion: string;
  readonly v8: string;
  readonly recordings: Record<string, unknown>;
}

const fileOf = (name: string): URL => new URL(`./${name}.json.gz`, import.meta.url);
const NUMBERS = new URL('./numbers.json', import.meta.url);

async function numbersOf(name: string): Promise<unknown> {
  const store = createMemoryStore();
  await store.open();
  const recording = readRecording(fileOf(name));
  await loadRecording(store, recording);
  const trials = await compareSession({ store, drivers: DRIVERS, parts: DEFAULT_PARTS }, recording.detail.id);
  await store.close();
  return JSON.parse(
    JSON.stringify(
      trials.map(({ kind, reason, fresh }) => ({ kind, reason, method: fresh?.method, values: fresh?.values })),
    ),
  );
}

describe('the golden recordings', () => {
  it.runIf(MODE === 'record')(
    'are made anew',
    async () => {
      for (const [name, plan] of Object.entries(PLANS)) {
        const store = createMemoryStore();
        await store.open();
        const sessionId = await recordVisit(store, plan);
        writeRecording(fileOf(name), await takeRecording(store, sessionId));
        await store.close();
      }
    },
    300_000,
  );

  it('give the numbers that are written down', async () => {
    const recordings: Record<string, unknown> = {};
    for (const name of Object.keys(PLANS)) recordings[name] = await numbersOf(name);
    const fresh: Numbers = { coreVersion: CORE_VERSION, v8: process.versions.v8, recordings };
    if (MODE !== undefined) writeFileSync(NUMBERS, `${JSON.stringify(fresh, null, 2)}\n`);
    expect(existsSync(NUMBERS)).toBe(true);
    const pinned = JSON.parse(readFileSync(NUMBERS, 'utf8')) as Numbers;
    expect(pinned.coreVersion, 'CORE_VERSION was raised: write the numbers anew, see the head of this file').toBe(
      CORE_VERSION,
    );
    const moved = changesBetween(pinned.recordings, fresh.recordings).filter(
      ({ before, after }) =>
        pinned.v8 === fresh.v8 ||
        typeof before !== 'number' ||
        typeof after !== 'number' ||
        Math.abs(after - before) > OTHER_ENGINE_TOLERANCE,
    );
    expect(moved, 'the core gives other numbers than it gave: see the head of this file').toEqual([]);
  }, 60_000);

  it('hold a counted repetition of every direction', () => {
    const { recordings } = JSON.parse(readFileSync(NUMBERS, 'utf8')) as Numbers;
    const text = JSON.stringify(recordings);
    for (const direction of ['left', 'right', 'flexion', 'extension', 'lateral-left', 'rotation-right'])
      expect(text).toContain(`"direction":"${direction}"`);
    expect(text).not.toContain('"reason":"no');
  });
});
