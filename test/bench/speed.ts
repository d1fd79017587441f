/**
 * Time and garbage per sample: npm run -s bench:speed -- [--data FOLDER] [--json]
 *
 * Without --data and without recordings beside the project, on samples made here. The record is cut into stretches of a
 * millisecond or two; the filters and npm ahrs Madgwick take turns on every stretch, the best of a hundred visits counts,
 * and the figure is the mean over the stretches: so short that another process does not fall into all of them, and no
 * filter can choose an easy part of the record. Collections are counted by the performance observer over half a million samples of one filter, after warm-up and a forced collection;
 * the least of three counts, for the engine's own timers collect now and then.
 */
import { existsSync } from 'node:fs';
import { PerformanceObserver, performance } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import AHRS from 'ahrs';
import { createAttitudeFilter } from '../../src/core/fusion/attitude.ts';
import { smoothTrial } from '../../src/core/fusion/smoother.ts';
import { defaultFolder, readTrial, type Trial } from './support/broad.ts';
import { readArguments, report } from './support/cli.ts';
import { recordOf } from './support/unit.ts';

interface Columns {
  readonly n: number;
  readonly dtS: number;
  readonly gyr: readonly Float64Array[];
  readonly acc: readonly Float64Array[];
  readonly mag: readonly Float64Array[];
}

/** The samples as small arrays made once, as a decoder's block would hand them over: nothing is made while timing. */
function columnsOf(trial: Trial): Columns {
  const slices = (from: Float64Array): Float64Array[] =>
    Array.from({ length: trial.rows }, (_, i) => from.slice(3 * i, 3 * i + 3));
  return {
    n: trial.rows,
    dtS: 1 / trial.rateHz,
    gyr: slices(trial.gyrRadps),
    acc: slices(trial.accMps2),
    mag: slices(trial.magUt),
  };
}

/** Runs a filter over the samples from .. to. */
type Run = (from: number, to: number) => void;

function run6d(data: Columns): Run {
  const filter = createAttitudeFilter();
  return (from, to) => {
    for (let i = from; i < to; i++) filter.update(data.dtS, data.gyr[i]!, data.acc[i]!);
  };
}

function run9d(data: Columns): Run {
  const filter = createAttitudeFilter({ use9d: true });
  return (from, to) => {
    for (let i = from; i < to; i++) filter.update(data.dtS, data.gyr[i]!, data.acc[i]!, data.mag[i]!);
  };
}

function runMadgwick(data: Columns, rateHz: number): Run {
  const filter = new AHRS({ sampleInterval: 1000 / rateHz, algorithm: 'Madgwick', beta: 0.1 });
  return (from, to) => {
    for (let i = from; i < to; i++) {
      const g = data.gyr[i]!;
      const a = data.acc[i]!;
      filter.update(g[0]!, g[1]!, g[2]!, a[0]!, a[1]!, a[2]!);
    }
  };
}

const STRETCH = 4000;
const VISITS = 100;
const WARM_UP = 5;

/** Nanoseconds per sample of each run: best visit of every stretch, mean over the stretches. */
function timeInTurns(runs: Readonly<Record<string, Run>>, n: number): Record<string, number> {
  const stretches = Math.max(1, Math.floor(n / STRETCH));
  const best: Record<string, Float64Array> = {};
  for (const name of Object.keys(runs)) best[name] = new Float64Array(stretches).fill(Number.POSITIVE_INFINITY);
  for (let visit = -WARM_UP; visit < VISITS; visit++) {
    for (let k = 0; k < stretches; k++) {
      const from = k * STRETCH;
      const to = Math.min(n, from + STRETCH);
      for (const [name, run] of Object.entries(runs)) {
        const begin = process.hrtime.bigint();
        run(from, to);
        const ns = Number(process.hrtime.bigint() - begin) / (to - from);
        if (visit >= 0) best[name]![k] = Math.min(best[name]![k]!, ns);
      }
    }
  }
  const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  return Object.fromEntries(Object.entries(best).map(([name, values]) => [name, mean(values)]));
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Lets the observer's entries arrive. */
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));

async function countCollections(run: () => void): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < 3; attempt++) {
    let count = 0;
    const observer = new PerformanceObserver((list) => {
      count += list.getEntries().length;
    });
    // what was left over from before must not be counted here
    collect();
    await settle();
    observer.observe({ entryTypes: ['gc'] });
    run();
    await settle();
    observer.disconnect();
    least = Math.min(least, count);
  }
  return least;
}

/** Three minutes of turns about the vertical, for a machine without recordings: the cost hangs on the samples' number. */
function syntheticTrial(): Trial {
  const rateHz = 286;
  const rows = 180 * rateHz;
  const gyrRadps = new Float64Array(3 * rows);
  const accMps2 = new Float64Array(3 * rows);
  const magUt = new Float64Array(3 * rows);
  for (let i = 0; i < rows; i++) {
    const t = i / rateHz;
    const headingRad = 1.2 * Math.sin(0.8 * t);
    gyrRadps.set([0.002 * Math.sin(51 * t), 0.002 * Math.cos(47 * t), 0.96 * Math.cos(0.8 * t)], 3 * i);
    accMps2.set([0.03 * Math.sin(61 * t), 0.03 * Math.cos(57 * t), 9.81], 3 * i);
    magUt.set([20 * Math.cos(headingRad), -20 * Math.sin(headingRad), -44], 3 * i);
  }
  const optics = new Float64Array(4 * rows).fill(Number.NaN);
  const movement = new Uint8Array(rows);
  return { name: 'synthetic', rateHz, rows, gyrRadps, accMps2, magUt, optics, movement };
}

export async function runSpeed(folder: string, progress: (line: string) => void): Promise<Record<string, unknown>> {
  const without = folder === defaultFolder() && !existsSync(folder);
  const trial = without ? syntheticTrial() : await readTrial(folder, 3);
  const data = columnsOf(trial);
  const runs = {
    realtime6d: run6d(data),
    realtime9d: run9d(data),
    ahrsMadgwick: runMadgwick(data, trial.rateHz),
  };
  const best = timeInTurns(runs, data.n);
  progress('timed');
  // ten rounds of each filter alone, half a million samples, all compiled by now
  const gcs: Record<string, number> = {};
  for (const [name, run] of Object.entries(runs)) {
    gcs[name] = await countCollections(() => {
      for (let k = 0; k < 10; k++) run(0, data.n);
    });
  }
  const minute = recordOf(trial, 0, Math.min(trial.rows, Math.round(60 * trial.rateHz)));
  let smoothedNs = Number.POSITIVE_INFINITY;
  let twoSensorsMs = Number.POSITIVE_INFINITY;
  for (let k = 0; k < 16; k++) {
    const begin = performance.now();
    smoothTrial(minute);
    const middle = performance.now();
    smoothTrial(minute);
    const end = performance.now();
    smoothedNs = Math.min(smoothedNs, (1e6 * (middle - begin)) / minute.timeS.length);
    twoSensorsMs = Math.min(twoSensorsMs, end - begin);
  }
  const smootherGcs = await countCollections(() => void smoothTrial(minute));
  return {
    realtime6d: { nsPerSample: best['realtime6d'], gcs: gcs['realtime6d'] },
    realtime9d: { nsPerSample: best['realtime9d'], gcs: gcs['realtime9d'] },
    smoothed6d: { nsPerSample: smoothedNs, gcs: smootherGcs, twoSensorsOneMinuteMs: twoSensorsMs },
    ahrsMadgwick: { nsPerSample: best['ahrsMadgwick'], gcs: gcs['ahrsMadgwick'] },
    ratioToMadgwick: best['realtime6d']! / best['ahrsMadgwick']!,
  };
}

const args = readArguments(import.meta.url);
if (args !== null) await report(args, () => runSpeed(args.folder, args.progress));
