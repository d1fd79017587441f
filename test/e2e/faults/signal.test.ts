/** A link that works badly: small packets, bursts of loss, doubled and damaged packets, a clock that wraps, an empty battery. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLiveFrame, decodeLiveFrame, LiveFlag } from '../../../src/wire/live-frame.ts';
import {
  askFor,
  type FaultyAir,
  moreSamples,
  startFaultyAir,
  startVisit,
  streaming,
  type Visit,
  whatWasKept,
} from '../../support/faulty-air.ts';
import { skipWithoutVirtualRadio, sleep } from '../../support/virtual-radio.ts';
import { readyVisit } from '../../support/visit-ready.ts';

describe.skipIf(skipWithoutVirtualRadio())('a link', () => {
  let air: FaultyAir;
  let folder: string;
  let visit: Visit;
  /** The session of each fault, for what is on the disk at the end. */
  const sessionOf = new Map<string, string>();
  /** Notifications that reached the gateway in the worst of these sessions. */
  let heard = { atLeast: Number.NaN, atMost: Number.NaN };

  async function begin(fault: string, subjectCode: string): Promise<void> {
    await visit.client.must({ type: 'session-start', subjectCode });
    await readyVisit(visit.client.must);
    const { recording } = await visit.client.until('the session', (s) => s.recording !== null);
    sessionOf.set(fault, recording!.sessionId);
  }

  beforeAll(async () => {
    air = await startFaultyAir();
    folder = await mkdtemp(join(tmpdir(), 'neck-fault-'));
    visit = await startVisit(air, { folder });
  }, 120_000);
  afterAll(async () => {
    await visit?.close();
    await air?.stop();
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  test('with an MTU of 23: what fits is sent, nothing is cut', async () => {
    const band = await air.headbands({ serial: 'SMALL', mtuMax: 23 });
    await askFor(visit.client, 'SMALL');
    await streaming(visit.client);
    await begin('small', 'FAULT-02');
    await moreSamples(visit.client, 300);
    const sessionId = sessionOf.get('small')!;
    const { packets } = await band.pause();
    await sleep(300);
    expect(visit.head).toMatchObject({ lost: 0, nominalRateHz: 100 });
    expect(visit.head.received).toBe(packets[0]);
    await visit.client.must({ type: 'disconnect', index: 0 });
    await band.kill();
    const detail = await (await fetch(new URL(`/api/v1/sessions/${sessionId}`, visit.gateway.url))).json();
    expect((detail as { recordedS: number }).recordedS).toBeGreaterThan(2.5);
  }, 120_000);

  test('losing packets in bursts, doubling and damaging some: each is counted or flagged, none is believed twice', async () => {
    const band = await air.headbands({ serial: 'BAD' });
    const device = band.devices[0]!;
    await askFor(visit.client, 'BAD');
    await streaming(visit.client);
    // What arrives: a doubled one twice.
    const arrived = (): number => device.counters.notificationsPassed + device.counters.notificationsDoubled;
    const unasked = arrived();
    await begin('bad', 'FAULT-03');
    const before = arrived();
    const frame = createLiveFrame();
    let gaps = 0;
    const sequences = new Set<number>();
    let unfinite = 0;
    visit.client.onFrame((view) => {
      if (!decodeLiveFrame(view, frame) || visit.client.state?.sensors.length === 0) return;
      sequences.add(frame.sequence);
      if (frame.flags & LiveFlag.gap) gaps++;
      if (![...frame.orientation].every(Number.isFinite)) unfinite++;
    });

    Object.assign(device.link, { dropShare: 0.02, dropBurst: 8 });
    await sleep(6000);
    Object.assign(device.link, { dropShare: 0, dropBurst: 1 });
    await moreSamples(visit.client, 50);
    const dropped = device.counters.notificationsDropped;
    expect(dropped).toBeGreaterThan(16);
    expect(visit.head.lost).toBe(dropped);
    expect(visit.head.phase).toBe('streaming');
    expect(gaps).toBeGreaterThan(1);
    expect(gaps).toBeLessThanOrEqual(dropped / 8 + 1);

    const received = visit.head.received;
    const passed = device.counters.notificationsPassed;
    device.link.doubleShare = 0.2;
    await sleep(3000);
    device.link.doubleShare = 0;
    await moreSamples(visit.client, 50);
    expect(device.counters.notificationsDoubled).toBeGreaterThan(20);
    // A doubled packet is one packet.
    const grown = visit.head.received - received;
    expect(Math.abs(grown - (device.counters.notificationsPassed - passed))).toBeLessThanOrEqual(60);
    expect(visit.head.lost).toBe(dropped);

    device.link.damageShare = 0.05;
    await sleep(3000);
    device.link.damageShare = 0;
    await moreSamples(visit.client, 100);
    expect(device.counters.notificationsDamaged).toBeGreaterThan(3);
    expect(unfinite).toBe(0);
    expect(visit.head.phase).toBe('streaming');
    await band.pause();
    let at = -1;
    await expect
      .poll(
        () => {
          const stands = at === visit.head.received;
          at = visit.head.received;
          return stands;
        },
        { interval: 500, timeout: 20_000 },
      )
      .toBe(true);
    heard = { atLeast: arrived() - before, atMost: arrived() - unasked };
    await visit.client.must({ type: 'session-end' });
    await visit.client.must({ type: 'disconnect', index: 0 });
    await band.kill();
  }, 90_000);

  test('whose device clock wraps: time goes on, nothing is lost, no gap is seen', async () => {
    // Three seconds before the 32-bit microseconds are full.
    const band = await air.headbands({ serial: 'WRAP', tickOffsetUs: 2 ** 32 - 3_000_000 });
    await askFor(visit.client, 'WRAP');
    const frame = createLiveFrame();
    const times: number[] = [];
    let gaps = 0;
    visit.client.onFrame((view) => {
      if (!decodeLiveFrame(view, frame)) return;
      times.push(frame.timeS);
      if (frame.flags & LiveFlag.gap) gaps++;
    });
    await streaming(visit.client);
    await begin('wrap', 'FAULT-04');
    await moreSamples(visit.client, 600);
    expect(visit.head).toMatchObject({ lost: 0, phase: 'streaming' });
    expect(gaps).toBe(0);
    const steps = times.slice(1).map((time, i) => time - times[i]!);
    expect(Math.min(...steps)).toBeGreaterThan(0);
    expect(times.at(-1)! - times[0]!).toBeGreaterThan(5.5);
    expect(times.at(-1)! - times[0]!).toBeLessThan(30);
    await visit.client.must({ type: 'session-end' });
    await visit.client.must({ type: 'disconnect', index: 0 });
    await band.kill();
  }, 120_000);

  test('to a sensor with 8 % of its battery: said with what to do, and it streams all the same', async () => {
    const band = await air.headbands({ serial: 'EMPTY', batteryPercent: 8 });
    await askFor(visit.client, 'EMPTY');
    // The battery may be read a moment before the first sample comes.
    const state = await visit.client.until(
      'the word, while it streams',
      (s) => s.notice?.code === 'BATTERY_LOW' && s.sensors[0]?.phase === 'streaming',
      30_000,
    );
    expect(state.sensors[0]).toMatchObject({ battery: 0.08 });
    expect(state.notice!.message).toContain('8 %');
    await begin('empty', 'FAULT-05');
    await moreSamples(visit.client, 100);
    expect(visit.head.lost).toBe(0);
    await visit.client.must({ type: 'session-end' });
    await visit.client.must({ type: 'disconnect', index: 0 });
    await visit.client.until('no word of it any more', (s) => s.notice === null);
    await band.kill();
  }, 120_000);

  test('of each of them is on record, whole: as it came, damaged and doubled packets too', async () => {
    await visit.close();
    const kept = async (fault: string) => {
      const { streams, events } = await whatWasKept(folder, sessionOf.get(fault)!);
      expect(streams, fault).toHaveLength(1);
      expect(events.filter(({ type }) => type === 'stream-end').length, fault).toBe(1);
      return streams[0]!;
    };
    const small = await kept('small');
    expect(small.description).toMatchObject({ mtu: 23, nominalRateHz: 100 });
    expect(small.notifications).toBeGreaterThan(250);
    const bad = await kept('bad');
    expect(bad.notifications).toBeGreaterThanOrEqual(heard.atLeast);
    expect(bad.notifications).toBeLessThanOrEqual(heard.atMost);
    expect((await kept('wrap')).notifications).toBeGreaterThanOrEqual(590);
    expect((await kept('empty')).notifications).toBeGreaterThanOrEqual(95);
  }, 120_000);
});
