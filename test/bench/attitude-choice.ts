/**
 * Own filter over raw data against the device's attitude, for devices without time and number in their packets: simulated
 * subjects who look around, at several shares of lost packets. It decides DeviceFacts.attitudeFrom of these devices. How
 * well the device itself fuses is an assumption of the simulator (docs/simulator.md); what loss does to raw data is not.
 *
 *   npm run -s bench:attitude-choice -- [--seeds 4] [--seconds 90] [--json]
 */
import { parseArgs } from 'node:util';
import { startOfflineRun } from '../../src/adapters/sim/offline-run.ts';
import { SIMULATED_SENSORS } from '../../src/adapters/sim/sensors.ts';
import { toQuaternion } from '../../src/adapters/sim/subject/rotation.ts';
import { createSubject } from '../../src/adapters/sim/subject/subject.ts';
import { scoreAgainstOptics } from '../../src/core/fusion/optical-score.ts';
import { createPipeline } from '../../src/core/pipeline-run.ts';
import { createSampleBlock } from '../../src/core/sample.ts';
import type { DeviceDriver } from '../../src/devices/driver.ts';
import { metaMotionDriver } from '../../src/devices/metamotion.ts';
import { witMotionDriver } from '../../src/devices/witmotion.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '4' },
    seconds: { type: 'string', default: '90' },
    json: { type: 'boolean', default: false },
  },
});
const seeds = Number(values.seeds);
const seconds = Number(values.seconds);
const SETTLE_S = 3;
const PROMPT_EVERY_US = 1e7;
const block = createSampleBlock();

/** Inclination and heading error of both attitudes, deg RMS. */
async function score(driver: DeviceDriver, seed: number, lossShare: number): Promise<Record<string, [number, number]>> {
  const subject = createSubject(seed);
  const sentS: number[] = [];
  const onSampleSent = (timeS: number): void => void sentS.push(timeS);
  const model = SIMULATED_SENSORS[driver.id]!({ source: subject, seed, lossShare, jitterMs: 8, onSampleSent });
  const run = await startOfflineRun({ model, driver, wish: { rateHz: 100, content: 'both' } });
  const decoder = driver.createDecoder(run.description);
  const rateHz = run.description.nominalRateHz;
  const ways = [false, true].map((useDeviceQuaternion) => ({
    name: useDeviceQuaternion ? 'device' : 'raw',
    pipeline: createPipeline({ nominalRateHz: rateHz, useDeviceQuaternion }),
    estimate: [] as number[],
  }));
  const untilUs = run.nowUs + seconds * 1e6;
  while (run.nowUs < untilUs) {
    subject.prompt('look-around', Math.max(0, model.sourceTimeS(run.nowUs)));
    run.advanceTo(Math.min(untilUs, run.nowUs + PROMPT_EVERY_US), ({ characteristic, bytes, arrivalUs }) => {
      if (decoder.decode(characteristic, bytes, block) !== 'ok') return;
      for (const { pipeline, estimate } of ways) {
        const before = estimate.length;
        pipeline.push(block, arrivalUs, (sample) => estimate.push(...sample.worldFromSensor));
        while (estimate.length < before + 4 * block.count) estimate.push(Number.NaN);
      }
    });
  }
  return Object.fromEntries(
    ways.map(({ name, estimate }) => {
      const rows = Math.min(sentS.length, estimate.length / 4);
      const optics = new Float64Array(4 * rows);
      for (let i = 0; i < rows; i++)
        toQuaternion(subject.truth.worldFromSensor(sentS[i]!), optics.subarray(4 * i, 4 * i + 4));
      const movement = new Uint8Array(rows).map((_, i) => (i >= SETTLE_S * rateHz ? 1 : 0));
      const error = scoreAgainstOptics(
        { rateHz, rows, optics, movement },
        Float64Array.from(estimate.slice(0, 4 * rows)),
      );
      return [name, [error.inclination, error.startZeroedHeading]];
    }),
  );
}

const results: { device: string; lossShare: number; from: string; inclinationDeg: number; headingDeg: number }[] = [];
for (const driver of [metaMotionDriver, witMotionDriver])
  for (const lossShare of [0, 0.01, 0.05]) {
    const sums: Record<string, [number, number]> = { raw: [0, 0], device: [0, 0] };
    for (let seed = 1; seed <= seeds; seed++)
      for (const [from, [inclination, heading]] of Object.entries(await score(driver, seed, lossShare))) {
        sums[from]![0] += inclination / seeds;
        sums[from]![1] += heading / seeds;
      }
    for (const [from, [inclinationDeg, headingDeg]] of Object.entries(sums))
      results.push({ device: driver.id, lossShare, from, inclinationDeg, headingDeg });
  }
if (values.json) process.stdout.write(`${JSON.stringify(results)}\n`);
else
  for (const { device, lossShare, from, inclinationDeg, headingDeg } of results)
    process.stdout.write(
      `${device.padEnd(12)} loss ${(100 * lossShare).toFixed(0).padStart(2)} %  ${from.padEnd(7)}` +
        `inclination ${inclinationDeg.toFixed(3)}, heading ${headingDeg.toFixed(3)} deg RMS\n`,
    );
