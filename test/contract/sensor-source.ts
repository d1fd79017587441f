/** What every source of raw notifications promises. Called by the tests of each. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FoundSensor, RawNotification, SensorSource, SensorStream } from '../../src/ports/sensor-source.ts';
import { SUBJECT_PROMPTS } from '../../src/ports/sensor-source.ts';

export interface SourceUnderTest {
  readonly source: SensorSource;
  /** Lets time pass: virtual or real. */
  wait(ms: number): Promise<void>;
  /** Ends the stream from the other side: link lost, recording over. */
  end(sensorId: string): Promise<void>;
  dispose(): Promise<void>;
}

export function sensorSourceContract(name: string, create: () => Promise<SourceUnderTest>): void {
  describe(`sensor source: ${name}`, () => {
    let under: SourceUnderTest;
    beforeEach(async () => {
      under = await create();
      await under.source.start();
    });
    afterEach(() => under.dispose());

    async function find(): Promise<FoundSensor> {
      const found: FoundSensor[] = [];
      const stop = await under.source.discover((sensor) => found.push(sensor));
      for (let i = 0; i < 50 && found.length === 0; i++) await under.wait(20);
      await stop();
      expect(found.length).toBeGreaterThan(0);
      return found[0]!;
    }
    async function open(sensorId: string) {
      const got: RawNotification[] = [];
      const ends: string[] = [];
      let stream: SensorStream | null = null;
      const opening = under.source.open(sensorId, {
        onNotification: (n) => got.push({ ...n, bytes: n.bytes.slice() }),
        onEnd: (reason) => ends.push(reason),
      });
      opening.then(
        (opened) => {
          stream = opened;
        },
        () => {},
      );
      for (let i = 0; i < 100 && !stream; i++) await under.wait(10);
      return { stream: await opening, got, ends };
    }

    it('finds a sensor, opens it, describes it and streams with rising arrival times', async () => {
      const found = await find();
      const { stream, got } = await open(found.sensorId);
      expect(found.driverId).toBe(stream.description.driverId);
      expect(found.simulated).toBe(stream.description.simulated);
      expect(stream.description.sensorSerial).not.toBe('');
      expect(JSON.parse(JSON.stringify(stream.description))).toEqual(stream.description);
      for (let i = 0; i < 100 && got.length < 20; i++) await under.wait(20);
      expect(got.length).toBeGreaterThanOrEqual(20);
      for (let i = 1; i < got.length; i++) expect(got[i]!.arrivalUs).toBeGreaterThanOrEqual(got[i - 1]!.arrivalUs);
      for (const notification of got) expect(notification.characteristic).toMatch(/^[0-9a-f]{4,32}$/);
      const battery = stream.battery();
      if (battery !== null) expect(battery).toBeGreaterThanOrEqual(0);
      await stream.stop();
    });

    it('is silent after stop, and may be stopped twice', async () => {
      const { stream, got, ends } = await open((await find()).sensorId);
      await under.wait(100);
      await stream.stop();
      await stream.stop();
      const seen = got.length;
      await under.wait(200);
      expect(got.length).toBe(seen);
      expect(ends).toEqual([]);
    });

    it('can be opened again after stop', async () => {
      const { sensorId } = await find();
      const first = await open(sensorId);
      await first.stream.stop();
      await under.wait(50);
      const second = await open(sensorId);
      for (let i = 0; i < 100 && second.got.length === 0; i++) await under.wait(20);
      expect(second.got.length).toBeGreaterThan(0);
      await second.stream.stop();
    });

    it('tells the end once, with a reason, and nothing after it', async () => {
      const { sensorId } = await find();
      const { stream, got, ends } = await open(sensorId);
      await under.wait(100);
      await under.end(sensorId);
      for (let i = 0; i < 100 && ends.length === 0; i++) await under.wait(20);
      expect(ends).toHaveLength(1);
      expect(ends[0]).not.toBe('');
      const seen = got.length;
      await under.wait(200);
      expect(got.length).toBe(seen);
      await stream.stop();
      expect(ends).toHaveLength(1);
    });

    it('takes every prompt without an error, also after the end', async () => {
      const { stream } = await open((await find()).sensorId);
      for (const code of SUBJECT_PROMPTS) stream.prompt(code);
      await under.wait(50);
      await stream.stop();
      for (const code of SUBJECT_PROMPTS) stream.prompt(code);
      await under.wait(50);
    });

    it('rejects a sensor that is not there with a coded error', async () => {
      const opening = under.source.open('not-there', { onNotification() {}, onEnd() {} });
      const outcome = opening.then(
        () => 'opened',
        (error: { code?: string }) => error.code,
      );
      let settled: unknown = null;
      void outcome.then((value) => {
        settled = value;
      });
      for (let i = 0; i < 100 && settled === null; i++) await under.wait(100);
      expect(['SENSOR_NOT_FOUND', 'NOT_FOUND']).toContain(await outcome);
    });
  });
}
