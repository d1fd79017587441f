/**
 * Short neck-like clips: npm run -s bench:clips -- --data FOLDER [--json]
 *
 * Rule: every maximal run of movement of 15 to 40 s that has at least 1 s of rest on both sides, with up to 3 s of that
 * rest. The optics' constant lag of 2.4 ms is taken out by turning each estimate on by its own rate. Points: every half
 * second of motion and its end; twist about the sensor's z and two tilt components (swing), counted where the swing is
 * below 120 degrees and the optics see. RMSE: total angle of the rotation from the pose at the end of the first rest,
 * per clip over its motion, then the mean over clips.
 */

import { createAttitudeFilter } from '../../src/core/fusion/attitude.ts';
import { MIN_SWING_COSINE, relativeAngles, swingTwist } from '../../src/core/fusion/relative-angles.ts';
import {
  SMOOTHER_PARAMS,
  type SmoothedTrial,
  type SmootherParams,
  smoothTrial,
} from '../../src/core/fusion/smoother.ts';
import type { Trial } from './support/broad.ts';
import { readTrials } from './support/broad.ts';
import { readArguments, report } from './support/cli.ts';
import { type Learnt, meanBias, othersOfUnit, recordOf } from './support/unit.ts';

const LAG_S = 0.0024;
const DEG = 180 / Math.PI;

export interface Clip {
  readonly from: number;
  readonly start: number;
  readonly end: number;
  readonly to: number;
}

/** Cuts a trial by the rule. */
export function cutClips(trial: Trial): Clip[] {
  const clips: Clip[] = [];
  const rest = Math.round(3 * trial.rateHz);
  for (let i = 0; i < trial.rows; i++) {
    if (trial.movement[i] !== 1) continue;
    const start = i;
    while (i < trial.rows && trial.movement[i] === 1) i++;
    const end = i;
    let from = start;
    while (from > 0 && trial.movement[from - 1] === 0 && start - from < rest) from--;
    let to = end;
    while (to < trial.rows && trial.movement[to] === 0 && to - end < rest) to++;
    const seconds = (end - start) / trial.rateHz;
    if (seconds < 15 || seconds > 40 || start - from < trial.rateHz || to - end < trial.rateHz) continue;
    clips.push({ from, start, end, to });
  }
  return clips;
}

/** Turns an estimate on by its own rate over the lag: 4 per sample, in place of nothing (a copy). */
function withoutLag(q: Float64Array, gyrRadps: Float64Array, bias: ArrayLike<number>): Float64Array {
  const out = new Float64Array(q.length);
  for (let i = 0; i < q.length / 4; i++) {
    const x = 0.5 * LAG_S * (gyrRadps[3 * i]! - bias[0]!);
    const y = 0.5 * LAG_S * (gyrRadps[3 * i + 1]! - bias[1]!);
    const z = 0.5 * LAG_S * (gyrRadps[3 * i + 2]! - bias[2]!);
    const [a, b, c, d] = q.subarray(4 * i, 4 * i + 4) as unknown as [number, number, number, number];
    const w = a - b * x - c * y - d * z;
    const e = [w, b + a * x + c * z - d * y, c + a * y - b * z + d * x, d + a * z + b * y - c * x];
    const n = Math.hypot(...e);
    for (let k = 0; k < 4; k++) out[4 * i + k] = e[k]! / n;
  }
  return out;
}

interface Tally {
  readonly rmse: number[];
  /** Error and stated sigma of every point, rad; which of the three angles. */
  readonly errors: number[];
  readonly sigmas: number[];
}

const relative = (q: Float64Array, a: number, b: number): [number, number, number, number] => {
  const [w, x, y, z] = [q[4 * a]!, -q[4 * a + 1]!, -q[4 * a + 2]!, -q[4 * a + 3]!];
  const [p, r, s, t] = [q[4 * b]!, q[4 * b + 1]!, q[4 * b + 2]!, q[4 * b + 3]!];
  const out: [number, number, number, number] = [
    w * p - x * r - y * s - z * t,
    w * r + x * p + y * t - z * s,
    w * s - x * t + y * p + z * r,
    w * t + x * s - y * r + z * p,
  ];
  return out[0] < 0 ? [-out[0], -out[1], -out[2], -out[3]] : out;
};

/** Angle between two relative turns, rad. */
function angleBetween(a: readonly number[], b: readonly number[]): number {
  const w = Math.abs(a[0]! * b[0]! + a[1]! * b[1]! + a[2]! * b[2]! + a[3]! * b[3]!);
  const x = a[0]! * b[1]! - a[1]! * b[0]! - a[2]! * b[3]! + a[3]! * b[2]!;
  const y = a[0]! * b[2]! + a[1]! * b[3]! - a[2]! * b[0]! - a[3]! * b[1]!;
  const z = a[0]! * b[3]! - a[1]! * b[2]! + a[2]! * b[1]! - a[3]! * b[0]!;
  return 2 * Math.atan2(Math.hypot(x, y, z), w);
}

const wrap = (a: number): number => a - 2 * Math.PI * Math.round(a / (2 * Math.PI));

/** Scores one estimate of a clip; `stated` gives the uncertainty, null for peers that state none. */
function scoreClip(tally: Tally, trial: Trial, clip: Clip, estimate: Float64Array, stated: SmoothedTrial | null): void {
  const optics = trial.optics.subarray(4 * clip.from, 4 * clip.to);
  const valid = (i: number): boolean => !Number.isNaN(optics[4 * i]!);
  let start = clip.start - clip.from - 1;
  while (start > 0 && !valid(start)) start--;
  const end = clip.end - clip.from;
  let sum = 0;
  let count = 0;
  for (let i = start + 1; i < end; i++) {
    if (!valid(i)) continue;
    sum += angleBetween(relative(estimate, start, i), relative(optics, start, i)) ** 2;
    count++;
  }
  if (count === 0) return;
  tally.rmse.push(Math.sqrt(sum / count));
  if (stated === null) return;
  const half = Math.round(trial.rateHz / 2);
  const angles = new Float64Array(3);
  const sigmas = new Float64Array(3);
  const estimated = new Float64Array(3);
  const truth = new Float64Array(3);
  const points: number[] = [];
  for (let i = clip.start - clip.from + half; i < end; i += half) points.push(i);
  points.push(end);
  for (const i of points) {
    if (!valid(i)) continue;
    const cosine = swingTwist(truth, relative(optics, start, i));
    if (cosine < MIN_SWING_COSINE) continue;
    swingTwist(estimated, relative(estimate, start, i));
    relativeAngles(stated, start, i, angles, sigmas);
    for (let k = 0; k < 3; k++) {
      tally.errors.push(wrap(estimated[k]! - truth[k]!));
      tally.sigmas.push(sigmas[k]!);
    }
  }
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / Math.max(1, values.length);

function summary(tally: Tally): Record<string, number> {
  const inside = tally.errors.filter((e, i) => Math.abs(e) <= 1.96 * tally.sigmas[i]!).length;
  return {
    rmseDeg: DEG * mean(tally.rmse),
    coverage: inside / Math.max(1, tally.errors.length),
    meanHalfWidthDeg: DEG * 1.96 * mean(tally.sigmas),
    pointRmseDeg: DEG * Math.sqrt(mean(tally.errors.map((e) => e * e))),
    twistRatio: ratio(tally, 0),
    tiltRatio: ratio(tally, 1),
    worstClipDeg: DEG * Math.max(...tally.rmse),
  };
}

/** Root mean square of error over stated sigma: of the twist (0) or of the two tilt components (1). */
function ratio(tally: Tally, kind: 0 | 1): number {
  const squares = tally.errors.map((e, i) => (e / tally.sigmas[i]!) ** 2);
  return Math.sqrt(mean(squares.filter((_, i) => (i % 3 === 0) === (kind === 0))));
}

const empty = (): Tally => ({ rmse: [], errors: [], sigmas: [] });

export async function runClips(
  folder: string,
  progress: (line: string) => void,
  overrides: Partial<SmootherParams> = {},
): Promise<Record<string, unknown>> {
  const params = { ...SMOOTHER_PARAMS, ...overrides };
  const learnt: Learnt[] = [];
  const withClips: { trial: Trial; clips: Clip[] }[] = [];
  for await (const trial of readTrials(folder)) {
    const whole = smoothTrial(recordOf(trial), params);
    if (!whole.ok) {
      progress(`${trial.name}: ${whole.reason}`);
      continue;
    }
    learnt.push({ name: trial.name, bias: meanBias(whole.value.rests), model: whole.value.gyroModel });
    const clips = cutClips(trial);
    progress(`${trial.name}: ${clips.length} clips`);
    if (clips.length > 0) withClips.push({ trial, clips });
  }
  const alone = empty();
  const device = empty();
  const realtime = empty();
  let clipCount = 0;
  let withoutUnit = 0;
  for (const { trial, clips } of withClips) {
    const self = learnt.find((one) => one.name === trial.name)!;
    const { model, count } = othersOfUnit(learnt, self);
    if (count === 0) withoutUnit += clips.length;
    for (const clip of clips) {
      const record = recordOf(trial, clip.from, clip.to);
      const first = smoothTrial(record, params);
      const second = smoothTrial(record, { ...params, gyroModel: model });
      if (!first.ok || !second.ok) continue;
      clipCount++;
      for (const [tally, smoothed] of [
        [alone, first.value],
        [device, second.value],
      ] as const) {
        const estimate = withoutLag(smoothed.worldFromSensor, record.gyrRadps, smoothed.biasRadps);
        scoreClip(tally, trial, clip, estimate, smoothed);
      }
      const filter = createAttitudeFilter();
      const live = new Float64Array(4 * record.timeS.length);
      for (let i = 0; i < record.timeS.length; i++) {
        const at = 3 * i;
        filter.update(1 / trial.rateHz, record.gyrRadps.subarray(at, at + 3), record.accMps2.subarray(at, at + 3));
        live.set(filter.worldFromSensor, 4 * i);
      }
      scoreClip(realtime, trial, clip, withoutLag(live, record.gyrRadps, filter.biasRadps), null);
    }
  }
  return {
    clips: clipCount,
    points: alone.errors.length,
    alone: summary(alone),
    withDevicePrior: { ...summary(device), clipsWithoutOtherRecordings: withoutUnit },
    realtime: { rmseDeg: DEG * mean(realtime.rmse) },
  };
}

const args = readArguments(import.meta.url);
if (args !== null) await report(args, () => runClips(args.folder, args.progress));
