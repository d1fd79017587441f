import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { startOfflineRun } from '../../src/adapters/sim/offline-run.ts';
import { createPipeline } from '../../src/core/pipeline-run.ts';
import { SampleFlag } from '../../src/core/sample.ts';
import { headbandDriver } from '../../src/devices/headband.ts';
import { createIngest, type IngestState } from '../../src/gateway/ingest.ts';
import type { StreamRecorder } from '../../src/gateway/recorder.ts';
import type { RawNotification, StreamDescription } from '../../src/ports/sensor-source.ts';
import type { HostTimeUs } from '../../src/ports/time.ts';
import { HeadbandCharacteristic } from '../../src/wire/headband-profile.ts';
import { simulatedHeadband } from '../support/sim-stream.ts';

interface Recording {
  readonly description: StreamDescription;
  readonly notifications: RawNotification[];
}

async function record(seconds: number, startUs = 0, lossShare = 0): Promise<Recording> {
  const run = await startOfflineRun({ model: simulatedHeadband(1, { lossShare }).model, startUs });
  const notifications: RawNotification[] = [];
  run.advanceTo(startUs + seconds * 1e6, (n) => {
    notifications.push({ ...n, bytes: n.bytes.slice() });
  });
  return { description: run.description, notifications };
}

function ingestOn() {
  const seen: { timeS: number; gapS: number; flags: number; axialRad: number; q: number[] }[] = [];
  const ingest = createIngest({
    createPipeline,
    createDecoder: (description) => headbandDriver.createDecoder(description),
    onSample: (s) =>
      seen.push({ timeS: s.timeS, gapS: s.gapS, flags: s.flags, axialRad: s.axialRad, q: [...s.worldFromSensor] }),
  });
  return { ingest, seen };
}

describe('the ingest', () => {
  it('hands the bytes to the recorder before it looks at them', () => {
    const { ingest } = ingestOn();
    const recorded: number[] = [];
    ingest.record({ append: (n: RawNotification) => recorded.push(n.bytes.length) } as unknown as StreamRecorder);
    // No stream was begun: nothing can be decoded, but what came is kept.
    ingest.push({ characteristic: 'c', bytes: Uint8Array.of(1, 2), arrivalUs: 1 as HostTimeUs });
    expect(recorded).toEqual([2]);
  });

  it('lives through any bytes between good ones, and counts them', async () => {
    const { description, notifications } = await record(3);
    const { ingest, seen } = ingestOn();
    ingest.begin(description);
    let i = 0;
    let bad = 0;
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 260 }), fc.boolean(), (bytes, motion) => {
        const good = notifications[i++ % notifications.length]!;
        if (i <= notifications.length) ingest.push(good);
        const characteristic = motion ? HeadbandCharacteristic.motion : 'ffff';
        ingest.push({ characteristic, bytes, arrivalUs: good.arrivalUs });
        bad++;
      }),
      { numRuns: 2000 },
    );
    expect(ingest.undecodable).toBeGreaterThan(bad * 0.9);
    expect(seen.length).toBeGreaterThanOrEqual(notifications.length);
    for (const sample of seen) for (const part of sample.q) expect(Number.isFinite(part)).toBe(true);
  });

  it('continues a saved stream bit for bit', async () => {
    const { description, notifications } = await record(6, 0, 0.05);
    const whole = ingestOn();
    whole.ingest.begin(description);
    for (const n of notifications) whole.ingest.push(n);
    const half = notifications.length >> 1;
    const first = ingestOn();
    first.ingest.begin(description);
    for (const n of notifications.slice(0, half)) first.ingest.push(n);
    const state = JSON.parse(JSON.stringify(first.ingest.save())) as IngestState;
    const second = ingestOn();
    second.ingest.begin(description);
    second.ingest.restore(state);
    for (const n of notifications.slice(half)) second.ingest.push(n);
    expect([...first.seen, ...second.seen]).toEqual(whole.seen);
    expect(second.ingest.pipeline!.counts).toEqual(whole.ingest.pipeline!.counts);
  });

  it('goes on in time over a reconnect and flags the gap with what passed at the host', async () => {
    const before = await record(2);
    const after = await record(2, 7e6);
    const { ingest, seen } = ingestOn();
    ingest.begin(before.description);
    for (const n of before.notifications) ingest.push(n);
    const count = seen.length;
    ingest.begin(after.description);
    for (const n of after.notifications) ingest.push(n);
    const last = seen[count - 1]!;
    const first = seen[count]!;
    const hostGapS = (after.notifications[0]!.arrivalUs - before.notifications.at(-1)!.arrivalUs) / 1e6;
    expect(first.flags & SampleFlag.gap).toBeTruthy();
    expect(first.gapS).toBeCloseTo(hostGapS, 6);
    expect(first.timeS - last.timeS).toBeCloseTo(hostGapS, 6);
    expect(seen[count + 1]!.flags & SampleFlag.gap).toBe(0);
    for (let i = 1; i < seen.length; i++) expect(seen[i]!.timeS).toBeGreaterThan(seen[i - 1]!.timeS);
  });

  it('tells a short reconnect as a gap that no pose survives', async () => {
    const before = await record(1);
    const after = await record(1, 1.2e6);
    const { ingest, seen } = ingestOn();
    ingest.begin(before.description);
    for (const n of before.notifications) ingest.push(n);
    const count = seen.length;
    ingest.begin(after.description);
    for (const n of after.notifications) ingest.push(n);
    expect(seen[count]!.gapS).toBeGreaterThan(1);
    expect(seen[count]!.timeS - seen[count - 1]!.timeS).toBeLessThan(0.5);
  });
});
