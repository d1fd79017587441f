/**
 * Accuracy on whole trials with optical truth: npm run -s bench:accuracy -- --data FOLDER [--json]
 *
 * The benchmark's own metric (BROAD): error in the earth frame over movement samples with valid optics, no compensation
 * of the optics' lag, default parameters for every trial. "withDevicePrior": the matrix learnt on all other recordings
 * of the same unit (told apart by gyro bias, see support/unit.ts); where there is none, the trial alone.
 */
import { createAttitudeFilter } from '../../src/core/fusion/attitude.ts';
import { magneticHeading, turnedToNorth } from '../../src/core/fusion/magnetic-field.ts';
import { type OpticalScore as Score, scoreAgainstOptics as score } from '../../src/core/fusion/optical-score.ts';
import { type SmoothedTrial, smoothTrial } from '../../src/core/fusion/smoother.ts';
import { readTrials, type Trial } from './support/broad.ts';
import { readArguments, report } from './support/cli.ts';
import { type Learnt, meanBias, othersOfUnit, recordOf } from './support/unit.ts';

/** Every sample through the real-time filter, 4 per sample. */
export function realtime(trial: Trial, use9d: boolean): Float64Array {
  const filter = createAttitudeFilter({ use9d });
  const out = new Float64Array(4 * trial.rows);
  const attitude = use9d ? filter.worldFromSensor9d : filter.worldFromSensor;
  const dt = 1 / trial.rateHz;
  for (let i = 0; i < trial.rows; i++) {
    const at = 3 * i;
    filter.update(
      dt,
      trial.gyrRadps.subarray(at, at + 3),
      trial.accMps2.subarray(at, at + 3),
      use9d ? trial.magUt.subarray(at, at + 3) : null,
    );
    out.set(attitude, 4 * i);
  }
  return out;
}

type Kind =
  | 'realtime6d'
  | 'smoothed6d'
  | 'smoothed6dDevicePrior'
  | 'realtime9d'
  | 'smoothed9d'
  | 'smoothed9dDevicePrior';
type Row = { trial: string; otherRecordingsOfUnit: number } & Record<Kind, Score | null>;

/** Smoothed attitude turned north; without a magnetic heading it stays where it started. */
const north = (smoothed: SmoothedTrial): Float64Array => {
  const heading = magneticHeading(smoothed);
  return heading.ok ? turnedToNorth(smoothed.worldFromSensor, heading.value.headingRad) : smoothed.worldFromSensor;
};

/** Scores every trial of a folder. */
export async function runAccuracy(folder: string, progress: (line: string) => void): Promise<Record<string, unknown>> {
  const rows: Row[] = [];
  const learnt: Learnt[] = [];
  const skipped: { trial: string; reason: string }[] = [];
  for await (const trial of readTrials(folder)) {
    const smoothed = smoothTrial(recordOf(trial));
    if (!smoothed.ok) {
      skipped.push({ trial: trial.name, reason: smoothed.reason });
      continue;
    }
    const { value } = smoothed;
    learnt.push({ name: trial.name, bias: meanBias(value.rests), model: value.gyroModel });
    rows.push({
      trial: trial.name,
      otherRecordingsOfUnit: 0,
      realtime6d: score(trial, realtime(trial, false)),
      smoothed6d: score(trial, value.worldFromSensor),
      smoothed6dDevicePrior: null,
      realtime9d: score(trial, realtime(trial, true)),
      smoothed9d: score(trial, north(value)),
      smoothed9dDevicePrior: null,
    });
    progress(trial.name);
  }
  // the folder once more: now every recording has its unit's other recordings
  for await (const trial of readTrials(folder)) {
    const row = rows.find((one) => one.trial === trial.name);
    const self = learnt.find((one) => one.name === trial.name);
    if (row === undefined || self === undefined) continue;
    const { model, count } = othersOfUnit(learnt, self);
    const smoothed = smoothTrial(recordOf(trial), { gyroModel: model });
    if (!smoothed.ok) continue;
    row.otherRecordingsOfUnit = count;
    row.smoothed6dDevicePrior = score(trial, smoothed.value.worldFromSensor);
    row.smoothed9dDevicePrior = score(trial, north(smoothed.value));
    progress(`${trial.name}: with the matrix of ${count} other recordings`);
  }
  const kinds: Kind[] = [
    'realtime6d',
    'smoothed6d',
    'smoothed6dDevicePrior',
    'realtime9d',
    'smoothed9d',
    'smoothed9dDevicePrior',
  ];
  const means = Object.fromEntries(kinds.map((kind) => [kind, meanScore(rows.map((row) => row[kind]))]));
  return { means, trials: rows, skipped };
}

function meanScore(scores: readonly (Score | null)[]): Partial<Score> {
  const given = scores.filter((one) => one !== null);
  const mean = (pick: (one: Score) => number): number => given.reduce((sum, one) => sum + pick(one), 0) / given.length;
  if (given.length === 0) return {};
  return {
    inclination: mean((one) => one.inclination),
    heading: mean((one) => one.heading),
    total: mean((one) => one.total),
    alignedHeading: mean((one) => one.alignedHeading),
    alignedTotal: mean((one) => one.alignedTotal),
    startZeroedHeading: mean((one) => one.startZeroedHeading),
  };
}

/** A table for people, deg. */
function table(result: Record<string, unknown>): string {
  const rows = result['trials'] as Row[];
  const means = result['means'] as Record<Kind, Score>;
  const f = (x: number | undefined): string => (x === undefined ? '-' : x.toFixed(3)).padStart(7);
  const line = (name: string, row: Record<Kind, Score | null>): string =>
    [
      name.slice(0, 46).padEnd(46),
      f(row.realtime6d?.inclination),
      f(row.realtime6d?.alignedHeading),
      '|',
      f(row.smoothed6d?.inclination),
      f(row.smoothed6d?.alignedHeading),
      f(row.smoothed6d?.startZeroedHeading),
      '|',
      f(row.smoothed6dDevicePrior?.alignedHeading),
      f(row.smoothed6dDevicePrior?.startZeroedHeading),
      '|',
      f(row.realtime9d?.total),
      f(row.smoothed9d?.total),
      f(row.smoothed9dDevicePrior?.total),
    ].join(' ');
  return [
    'deg'.padEnd(46) +
      ' real-time 6D   | smoothed 6D             | with device prior | 9D real-time, smoothed, with prior',
    `${''.padEnd(46)}  incl.   head. |  incl.   head. st.zero. |   head. st.zero. |   total   total   total`,
    ...rows.map((row) => line(row.trial, row)),
    line('mean', means),
  ].join('\n');
}

const args = readArguments(import.meta.url);
if (args !== null) await report(args, () => runAccuracy(args.folder, args.progress), table);
