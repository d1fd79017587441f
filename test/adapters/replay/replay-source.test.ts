import { describe, expect, it } from 'vitest';
import { createReplaySource } from '../../../src/adapters/replay/replay-source.ts';
import { createMemoryStore } from '../../../src/adapters/store/memory-store.ts';
import { DRIVERS } from '../../../src/devices/registry.ts';
import { createKit } from '../../../src/gateway/kit.ts';
import type { RawNotification, SensorSource } from '../../../src/ports/sensor-source.ts';
import type { Store } from '../../../src/ports/store.ts';
import type { HostTimeUs } from '../../../src/ports/time.ts';
import { createChunkWriter } from '../../../src/wire/chunk.ts';
import { crc32 } from '../../../src/wire/crc32.ts';
import { encodeLiveFrame, LIVE_FRAME_BYTES } from '../../../src/wire/live-frame.ts';
import { DESCRIPTION } from '../../contract/session-store.ts';
import { simulatedHeadband } from '../../support/sim-stream.ts';
import { createVirtualSource } from '../../support/virtual-source.ts';
import { createVirtualTime, type VirtualTime } from '../../support/virtual-time.ts';

function kitOn(time: VirtualTime, sources: SensorSource[], store: Store) {
  const { clock, timers } = time;
  const kit = createKit({ sources, store, clock, timers, version: 'test', drivers: DRIVERS });
  const frames: string[] = [];
  const bytes = new Uint8Array(LIVE_FRAME_BYTES);
  kit.addSink({
    publish(frame) {
      encodeLiveFrame(new DataView(bytes.buffer), frame);
      frames.push(Buffer.from(bytes).toString('hex'));
    },
  });
  return { kit, frames };
}

describe('the replay of a stored session', () => {
  for (const speed of [1, 20, Number.POSITIVE_INFINITY]) {
    it(`gives the angles of the day it was recorded, bit for bit, at speed ${speed}`, async () => {
      const time = createVirtualTime();
      const store = createMemoryStore();
      await store.open();
      const band = simulatedHeadband(3, { lossShare: 0.05, jitterMs: 8 }).model;
      const recording = kitOn(time, [createVirtualSource(time, { band })], store);
      await recording.kit.start();
      await recording.kit.execute({ type: 'session-start', subjectCode: 'RP-1' });
      await recording.kit.execute({ type: 'connect', id: 'simulator:band', role: 'head' });
      await time.advance(20_000);
      const { sessionId } = recording.kit.state.recording!;
      await Promise.all([recording.kit.execute({ type: 'session-end' }), time.advance(1000)]);
      const stop = recording.kit.stop();
      await time.advance(6000);
      await stop;
      expect(recording.frames.length).toBeGreaterThan(1500);

      const source = createReplaySource({ store, clock: time.clock, timers: time.timers, speed });
      const replay = kitOn(time, [source], store);
      await replay.kit.start();
      await replay.kit.execute({ type: 'scan', on: true });
      await time.advance(100);
      const [found] = replay.kit.state.found;
      expect(found).toMatchObject({ sourceId: 'replay', simulated: true, driverId: 'headband-1' });
      await replay.kit.execute({ type: 'connect', id: found!.id, role: 'head' });
      const startMs = time.nowMs;
      while (replay.kit.state.sensors[0]?.phase !== 'failed' && time.nowMs - startMs < 60_000) await time.advance(50);
      const tookMs = time.nowMs - startMs;
      expect(replay.kit.state.sensors[0]!.message).toBe('the recording is at its end');
      // Frames after the end of the session were not recorded.
      expect(replay.frames.length).toBeGreaterThan(1500);
      const different = replay.frames.findIndex((frame, i) => frame !== recording.frames[i]);
      expect(different).toBe(-1);
      expect(replay.kit.state.sensors[0]!.lost).toBeGreaterThan(20);
      const expectedMs = 20_000 / speed;
      expect(tookMs).toBeGreaterThanOrEqual(expectedMs * 0.9);
      expect(tookMs).toBeLessThan(expectedMs * 1.1 + 500);
      await Promise.all([replay.kit.stop(), time.advance(6000)]);
      expect((await store.listSessions()).map((session) => session.id)).toEqual([sessionId]);
    }, 60_000);
  }

  async function stored(damage: (bytes: Uint8Array) => Uint8Array, crcOfDamaged: boolean) {
    const store = createMemoryStore();
    await store.open();
    await store.createSession({ id: 's', subjectCode: 'AB-1', startedAtMs: 0, softwareVersion: '1' });
    await store.createStream({ id: 'st', sessionId: 's', role: 'head', sourceId: 'radio', description: DESCRIPTION });
    const writer = createChunkWriter();
    for (let sequence = 0; sequence < 3; sequence++) {
      for (let i = 0; i < 5; i++)
        writer.append({
          characteristic: 'c',
          bytes: Uint8Array.of(sequence, i),
          arrivalUs: (sequence * 100 + i) as HostTimeUs,
        });
      const chunk = writer.finish()!;
      const bytes = sequence === 1 ? damage(chunk.bytes) : chunk.bytes;
      const crc = crcOfDamaged ? crc32(bytes) : chunk.crc32;
      await store.appendChunk({ streamId: 'st', sequence, ...chunk, bytes, crc32: crc });
    }
    return store;
  }
  async function playAll(store: Store) {
    const time = createVirtualTime();
    const source = createReplaySource({
      store,
      clock: time.clock,
      timers: time.timers,
      speed: Number.POSITIVE_INFINITY,
    });
    const got: RawNotification[] = [];
    const ends: string[] = [];
    await source.open('st', { onNotification: (n) => got.push(n), onEnd: (reason) => ends.push(reason) });
    await time.advance(1000);
    return { got, ends };
  }

  it('ends at a damaged chunk with its reason and gives what came before', async () => {
    const flipped = await playAll(await stored((bytes) => bytes.map((byte, i) => (i === 20 ? byte ^ 1 : byte)), false));
    expect(flipped.got).toHaveLength(5);
    expect(flipped.ends).toEqual([expect.stringContaining('chunk 1')]);
    const cut = await playAll(await stored((bytes) => bytes.slice(0, 12), true));
    expect(cut.got).toHaveLength(5);
    expect(cut.ends).toEqual([expect.stringContaining('chunk 1')]);
    const whole = await playAll(await stored((bytes) => bytes, true));
    expect(whole.got.map((n) => [n.bytes[0], n.bytes[1], n.arrivalUs])).toHaveLength(15);
    expect(whole.ends).toEqual(['the recording is at its end']);
  });

  it('does not know a stream that is not there', async () => {
    const time = createVirtualTime();
    const source = createReplaySource({ store: await stored((b) => b, true), clock: time.clock, timers: time.timers });
    await expect(source.open('nothing', { onNotification() {}, onEnd() {} })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });
});
