/** A sensor that contradicts itself is shown and starts no test; the check before use goes with the session. Virtual time. */

import { afterEach, describe, expect, test } from 'vitest';
import type { HeadbandFault } from '../../src/adapters/sim/headband-faults.ts';
import { createMemoryStore } from '../../src/adapters/store/memory-store.ts';
import { kitStateSchema, type SensorState } from '../../src/contract/state.ts';
import { DRIVERS } from '../../src/devices/registry.ts';
import { createKit } from '../../src/gateway/kit.ts';
import { DEFAULT_PARTS } from '../../src/gateway/kit-parts.ts';
import { rescoreSession } from '../../src/gateway/rescore.ts';
import { biasOfCheck, startBiasOf } from '../../src/gateway/start-bias.ts';
import { SHORTEST_FRT } from '../support/shortest-frt.ts';
import { simulatedHeadband } from '../support/sim-stream.ts';
import { createVirtualSource } from '../support/virtual-source.ts';
import { createVirtualTime } from '../support/virtual-time.ts';
import { readyVisit } from '../support/visit-ready.ts';

const ends: (() => Promise<unknown>)[] = [];
afterEach(() => Promise.all(ends.splice(0).map((end) => end())));

async function connected(fault: HeadbandFault | null = null) {
  const time = createVirtualTime();
  const source = createVirtualSource(time, { band: simulatedHeadband(1, { fault }).model });
  const store = createMemoryStore();
  await store.open();
  const kit = createKit({
    sources: [source],
    store,
    clock: time.clock,
    timers: time.timers,
    version: 'test',
    drivers: DRIVERS,
  });
  let frames = 0;
  kit.addSink({ publish: () => void frames++ });
  await kit.start();
  ends.push(() => Promise.all([kit.stop(), time.advance(6000)]));
  await kit.execute({ type: 'connect', id: 'simulator:band', role: 'head' });
  await time.advance(500);
  const sensor = (): SensorState => kitStateSchema.parse(kit.state).sensors[0]!;
  return { time, store, kit, sensor, source, frames: () => frames };
}

describe('the proof of a sensor', () => {
  test('acceleration in g: the view goes on, no test starts, the record says why', async () => {
    const { time, store, kit, sensor, frames } = await connected('acceleration-in-g');
    await kit.execute({ type: 'session-start', subjectCode: 'P-1' });
    await readyVisit(kit.execute);
    await time.advance(30_000);
    expect(sensor().proof.failed).toMatch(/in g/);
    expect(sensor().proof.checks.find(({ check }) => check === 'force')).toMatchObject({
      verdict: 'failed',
      fault: 'acceleration-in-g',
    });
    await expect(kit.execute(SHORTEST_FRT)).rejects.toMatchObject({
      code: 'SENSOR_NOT_PROVEN',
      hint: expect.stringMatching(/\w/),
    });
    const before = frames();
    await time.advance(1000);
    expect(frames() - before).toBeGreaterThan(90);
    const { sessionId } = kit.state.recording!;
    await kit.execute({ type: 'session-end' });
    const told = (await store.listEvents(sessionId)).filter(({ type }) => type === 'sensor-proof');
    expect(JSON.stringify(told.at(-1))).toContain('acceleration-in-g');
  });

  test('a good one is proven, and proves itself anew after the link was lost', async () => {
    const { time, kit, sensor, source } = await connected();
    await time.advance(40_000);
    const verdicts = () => Object.fromEntries(sensor().proof.checks.map(({ check, verdict }) => [check, verdict]));
    expect(verdicts()).toMatchObject({
      payload: 'passed',
      force: 'passed',
      transport: 'passed',
      clock: 'passed',
      rate: 'passed',
    });
    expect(sensor().proof.failed).toBeNull();
    await expect(kit.execute(SHORTEST_FRT)).rejects.toMatchObject({ code: 'NOT_ALIGNED' });
    source.breakLink('band');
    await time.advance(3000);
    expect(sensor().phase).toBe('streaming');
    expect(verdicts()).toMatchObject({ transport: 'waiting' });
  });
});

describe('the check before use', () => {
  test('is made in three seconds, and goes with the session that follows', async () => {
    const { time, store, kit, sensor } = await connected();
    await time.advance(3000);
    expect(sensor().check).toBeNull();
    await kit.execute({ type: 'sensor-check', index: 0 });
    // Pressed twice: the one that runs is what was asked for.
    await kit.execute({ type: 'sensor-check', index: 0 });
    await time.advance(1500);
    expect(sensor().check).toMatchObject({ phase: 'running', record: null });
    await time.advance(3000);
    const { phase, record } = sensor().check!;
    expect({ phase, rate: Math.round(record!.rateHz), loss: record!.lossShare }).toEqual({
      phase: 'done',
      rate: 100,
      loss: 0,
    });
    await kit.execute({ type: 'session-start', subjectCode: 'P-1' });
    await readyVisit(kit.execute);
    const { sessionId } = kit.state.recording!;
    await time.advance(200);
    const kept = (await store.listCalibrations(sessionId)).filter(({ kind }) => kind === 'sensor-check');
    expect(kept.map(({ values }) => values)).toEqual([{ role: 'head', ...record }]);
    expect((await store.listEvents(sessionId)).map(({ type }) => type)).toContain('sensor-check');
  });

  test('gives the filter its start: the bias of the table with its uncertainty, over a lost link too, and on the record', async () => {
    const { time, store, kit, sensor, source } = await connected();
    await kit.execute({ type: 'session-start', subjectCode: 'P-2' });
    const { sessionId } = kit.state.recording!;
    await time.advance(1000);
    // A subject who has just sat down is given the time to come to rest.
    await kit.execute({ type: 'sensor-check', index: 0 });
    while (sensor().check!.phase === 'running') await time.advance(20);
    expect(sensor().check!.record!.failures).toEqual([]);
    await time.advance(500);
    const { gyroBiasRadps, gyroBiasSigmaRadps } = sensor().check!.record!;
    source.breakLink('band');
    await time.advance(3000);
    expect(sensor().phase).toBe('streaming');
    await kit.execute({ type: 'session-end' });
    await time.advance(200);
    const streams = await store.listStreams(sessionId);
    const [x, y, z] = gyroBiasRadps!;
    const start = { radps: [x, y, z], sigmaRadps: gyroBiasSigmaRadps };
    // Before the check nothing was known; then a stream that goes on from there, and one of the next connection.
    expect(streams.map(({ description }) => startBiasOf(description))).toEqual([null, start, start]);
    const ends = (await store.listEvents(sessionId)).filter(({ type }) => type === 'stream-end');
    expect(ends.map(({ values }) => values['reason']).slice(0, 1)).toEqual(['sensor-check']);
    // What was recorded is what was computed with: every frame again, in order.
    const { samples } = await rescoreSession({ store, drivers: DRIVERS, parts: DEFAULT_PARTS }, sessionId);
    expect(samples).toBeGreaterThan(600);
  });

  test('gives no start where the sensor was moved or is not itself', () => {
    const good = {
      passed: true,
      failures: [],
      durationS: 3,
      samples: 300,
      rateHz: 100,
      lossShare: 0,
      gyroBiasRadps: [0.01, -0.02, 0.003],
      gyroBiasSigmaRadps: 1e-4,
      gyroNoiseRadps: 1e-3,
      forceMps2: 9.81,
      accNoiseMps2: 0.01,
      battery: 0.5,
    } as const;
    expect(biasOfCheck(good)).toEqual({ radps: [0.01, -0.02, 0.003], sigmaRadps: 1e-4 });
    expect(biasOfCheck({ ...good, passed: false, failures: ['battery-low'] })).not.toBeNull();
    expect(biasOfCheck({ ...good, gyroBiasSigmaRadps: 0 })!.sigmaRadps).toBeGreaterThan(0);
    for (const failure of ['moved', 'gyro-bias', 'gyro-noise', 'no-samples'] as const)
      expect(biasOfCheck({ ...good, passed: false, failures: [failure] })).toBeNull();
    expect(biasOfCheck({ ...good, gyroBiasRadps: null, gyroBiasSigmaRadps: null })).toBeNull();
    expect(biasOfCheck(null)).toBeNull();
  });

  test('needs a sensor', async () => {
    const { kit } = await connected();
    await kit.execute({ type: 'disconnect', index: 0 });
    await expect(kit.execute({ type: 'sensor-check', index: 0 })).rejects.toMatchObject({ code: 'NO_SENSOR' });
  });
});
