/**
 * What a low output rate costs: our own filter over real recordings with optical truth (BROAD), at 200 Hz as inside a
 * device, and at the rates that a device sends, where samples are means over their interval or points of it. It decides
 * whether a driver's default attitude comes from the device's quaternion or from its raw data (DeviceFacts.attitudeFrom).
 *
 *   npm run -s bench:raw-rate -- [--folder FOLDER] [--json]
 */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { readBroadFile, readBroadManifest } from '../../src/adapters/replay/broad-file.ts';
import { resample } from '../../src/adapters/replay/resample.ts';
import { createAttitudeFilter } from '../../src/core/fusion/attitude.ts';
import { type OpticalScore, scoreAgainstOptics } from '../../src/core/fusion/optical-score.ts';
import { defaultFolder } from './support/broad.ts';

const { values } = parseArgs({ options: { folder: { type: 'string' }, json: { type: 'boolean', default: false } } });
const folder = values.folder ?? defaultFolder();
const FORMS = [
  { name: '200 Hz', rateHz: 200, point: false },
  { name: '60 Hz, means', rateHz: 60, point: false },
  { name: '60 Hz, points', rateHz: 60, point: true },
  { name: '50 Hz, points', rateHz: 50, point: true },
] as const;

type Recording = Awaited<ReturnType<typeof readBroadFile>>;

function score(recording: Recording, rateHz: number, point: boolean): OpticalScore {
  const truth = resample(recording, rateHz);
  const filter = createAttitudeFilter();
  const estimate = new Float64Array(4 * truth.samples);
  const times = Float64Array.of(1 / rateHz);
  const gyr = new Float64Array(3);
  const acc = new Float64Array(3);
  for (let n = 0; n < truth.samples; n++) {
    const row = Math.round(((n + 1) * recording.rateHz) / rateHz);
    for (let k = 0; k < 3; k++) {
      gyr[k] = point ? recording.gyrRadps[3 * row + k]! : truth.gyrRadps[3 * n + k]!;
      acc[k] = point ? recording.accMps2[3 * row + k]! : truth.accMps2[3 * n + k]!;
    }
    filter.updateAt(times, 0, gyr, acc);
    estimate.set(filter.worldFromSensor, 4 * n);
  }
  const { samples: rows, movement, opticalWorldFromSensor: optics } = truth;
  return scoreAgainstOptics({ rateHz, rows, optics, movement }, estimate);
}

const { trials } = await readBroadManifest(folder);
const sums = FORMS.map(({ name }) => ({ name, inclinationDeg: 0, startZeroedHeadingDeg: 0 }));
for (const { file } of trials) {
  const recording = await readBroadFile(path.join(folder, file));
  FORMS.forEach(({ rateHz, point }, i) => {
    const { inclination, startZeroedHeading } = score(recording, rateHz, point);
    sums[i]!.inclinationDeg += inclination / trials.length;
    sums[i]!.startZeroedHeadingDeg += startZeroedHeading / trials.length;
  });
}
if (values.json) process.stdout.write(`${JSON.stringify({ trials: trials.length, forms: sums })}\n`);
else
  for (const { name, inclinationDeg, startZeroedHeadingDeg } of sums)
    process.stdout.write(
      `${name.padEnd(16)} inclination ${inclinationDeg.toFixed(3)} deg, heading ${startZeroedHeadingDeg.toFixed(3)} deg RMS\n`,
    );
