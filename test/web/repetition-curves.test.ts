/** The curves of a result are the repetitions of the stored test: as many, each its own, as far as what is reported. */
import { beforeAll, describe, expect, it } from 'vitest';
import { createMemoryStore } from '../../src/adapters/store/memory-store.ts';
import type { TrialRecord } from '../../src/contract/records.ts';
import { DRIVERS } from '../../src/devices/registry.ts';
import { DEFAULT_PARTS } from '../../src/gateway/kit-parts.ts';
import { type Replay, replayTrial } from '../../src/gateway/replay-trial.ts';
import { curveScale, repetitionCurves } from '../../web/logic/repetition-curves.ts';
import { recordVisit } from '../support/recorded-visit.ts';

describe('the repetitions of a stored test, laid over each other', () => {
  const tests: { trial: TrialRecord; replay: Replay }[] = [];
  beforeAll(async () => {
    const store = createMemoryStore();
    await store.open();
    // The first test has a repetition that is taken back: it stays in the list, and is done again.
    const id = await recordVisit(store, { seed: 62, subjectCode: 'CU-1', tests: ['frt', 'crom'], redo: true });
    for (const trial of (await store.sessionDetail(id))!.trialList)
      tests.push({ trial, replay: await replayTrial({ store, drivers: DRIVERS, parts: DEFAULT_PARTS }, id, trial.id) });
  }, 120_000);

  it('are as many as the records, with their directions and end ranges', () => {
    expect(tests.map(({ trial }) => trial.kind)).toEqual(['frt', 'crom']);
    for (const { trial, replay } of tests) {
      const curves = repetitionCurves(replay.meta, replay.frames, trial.repetitions);
      expect(curves.map(({ number }) => number)).toEqual(trial.repetitions.map(({ number }) => number));
      for (const { number, direction, points, endS } of curves) {
        const record = trial.repetitions.find((one) => one.number === number)!;
        expect(direction).toBe(record.direction);
        expect(points[0]!.s).toBeLessThanOrEqual(0);
        expect(Math.abs(points[0]!.deg)).toBeLessThan(5);
        for (const [i, { s }] of points.entries()) if (i > 0) expect(s).toBeGreaterThan(points[i - 1]!.s);
        if (record.angleDeg === null) continue;
        const farthestDeg = Math.max(...points.map(({ deg }) => deg));
        expect(Math.abs(farthestDeg - record.angleDeg), `${trial.kind} ${number}`).toBeLessThan(3);
        const atEnd = points.reduce((near, one) => (Math.abs(one.s - endS!) < Math.abs(near.s - endS!) ? one : near));
        expect(Math.abs(atEnd.deg - record.angleDeg), `${trial.kind} ${number}`).toBeLessThan(3);
      }
      const scale = curveScale(curves);
      expect(curves.every(({ points }) => points.every(({ s, deg }) => s <= scale.s && deg <= scale.deg))).toBe(true);
    }
  });

  it('are none of what the record does not hold', () => {
    const { trial, replay } = tests[0]!;
    expect(repetitionCurves(replay.meta, new Uint8Array(0), trial.repetitions)).toEqual([]);
    expect(repetitionCurves({ ...replay.meta, events: [] }, replay.frames, trial.repetitions)).toEqual([]);
    expect(repetitionCurves(replay.meta, replay.frames, [])).toEqual([]);
    expect(curveScale([])).toEqual({ s: 2, deg: 20 });
  });
});
