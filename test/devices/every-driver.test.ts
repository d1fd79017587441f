/** What holds for every driver of the registry, each read from its own simulated device. */
import { describe, expect, test } from 'vitest';
import { SIMULATED_SENSORS } from '../../src/adapters/sim/sensors.ts';
import { createSampleBlock } from '../../src/core/sample.ts';
import { DRIVERS, driverById } from '../../src/devices/registry.ts';
import { sampleAt } from '../support/device-columns.ts';
import { fuzzDriver, fuzzStreams } from '../support/device-fuzz.ts';

test('ids are unique, and every driver has a simulated device', () => {
  const ids = DRIVERS.map((driver) => driver.id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(Object.keys(SIMULATED_SENSORS).sort()).toEqual([...ids].sort());
});

for (const driver of DRIVERS)
  describe(driver.id, () => {
    test('20,000 damaged packets: a status each, nothing that is half a number', async () => {
      const result = await fuzzDriver(driver, 20_000, 5);
      expect(result.faults).toEqual([]);
      expect(result.mutated).toBeGreaterThan(result.packets / 2);
      expect(result.statuses['ok']).toBeGreaterThan(result.untouched / 2);
    });

    test('every stream it starts decodes from its description, and goes on from the middle bit for bit', async () => {
      const block = createSampleBlock();
      for (const { description, packets } of await fuzzStreams(driver)) {
        const run = (stop: number): string => {
          let decoder = driver.createDecoder(description);
          const seen: unknown[] = [];
          packets.forEach(({ characteristic, bytes }, n) => {
            if (n === stop) {
              const saved = JSON.parse(JSON.stringify(decoder.save()));
              decoder = driver.createDecoder(JSON.parse(JSON.stringify(description)));
              decoder.restore(saved);
            }
            seen.push(decoder.decode(characteristic, bytes, block));
            for (let i = 0; i < block.count; i++) seen.push(sampleAt(block, i));
          });
          return JSON.stringify(seen);
        };
        const whole = run(-1);
        expect(whole).toContain('"ok"');
        for (const stop of [1, packets.length >> 1]) expect(run(stop)).toBe(whole);
      }
    });

    test('its facts agree with what it does', async () => {
      expect(driverById(driver.id)).toBe(driver);
      expect(driver.serviceUuids.length).toBeGreaterThan(0);
      expect([...driver.facts.ratesHz]).toEqual([...driver.facts.ratesHz].sort((a, b) => a - b));
      for (const { mode } of driver.modes) expect(driver.describeForDecode(mode).driverId).toBe(driver.id);
      expect(driver.describeForDecode().driverId).toBe(driver.id);
      const block = createSampleBlock();
      for (const { description, packets } of await fuzzStreams(driver)) {
        if (description.sensorSerial === '') continue;
        expect(driver.facts.contents).toContain(description.config['content']);
        const decoder = driver.createDecoder(description);
        for (const { characteristic, bytes } of packets) {
          if (decoder.decode(characteristic, bytes, block) !== 'ok') continue;
          const { tickUs, counter } = sampleAt(block);
          expect([tickUs !== null, counter !== null]).toEqual([
            driver.facts.time.includes('clock'),
            driver.facts.time.includes('counter'),
          ]);
        }
      }
    });
  });
