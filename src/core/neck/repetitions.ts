/**
 * Finds repetitions in a recorded trial, after the fact and without delay: stays (the head is still) and what lies
 * between them. A repetition is a stay, a movement away from it, one or more stays out there, and a stay back near the
 * first. The hold is the stay farthest out; shorter pauses on the way belong to the movement.
 */
import { LOW_PASS_COEFFICIENTS, lowPassCoefficients, lowPassStart, lowPassStep } from '../signal/low-pass-2.ts';
import { radFromDeg } from '../units.ts';

/** A trial as head poses. Times increase; gaps show in them. */
export interface PoseSeries {
  /** n, s. */
  readonly timeS: Float64Array;
  /** 4 per sample, worldFromHead. */
  readonly worldFromHead: Float64Array;
  /** 3 per sample, rad/s, bias removed, in any axes fixed to head or band. */
  readonly rateRadps: Float64Array;
}

export interface RepetitionParams {
  /** Below this slow speed the head is still, rad/s: the settled number of the hold. */
  readonly stillRateRadps: number;
  /** Cut-off of the slow speed, Hz, zero phase: below the band's wobble on the skin (2 to 5 Hz). */
  readonly slowHz: number;
  /** A stay does not wander further than this, rad, and lasts at least this long, s. */
  readonly spreadRad: number;
  readonly stayMinS: number;
  /** A time step beyond this ends a stay, s. */
  readonly gapS: number;
  /**
   * The edges of a still stretch are left out by this, s, because movement fades in and out; but never more than a
   * quarter of a stay at each end.
   */
  readonly trimS: number;
  /**
   * Within a still stretch only what is slower than this, rad/s, or than twice its quietest part, is the stay: a slow
   * approach that never gets above the still rate is no part of the hold, however long it takes.
   */
  readonly quietRateRadps: number;
  /** A still stretch without a part slower than this, rad/s, is a slow movement: no stay. */
  readonly driftRateRadps: number;
  /** Quiet parts of one still stretch whose poses differ by less than this, rad, are one stay: sway is no movement. */
  readonly joinRad: number;
  /** The start pose is the mean of the last part of the stay before, s: the settled second. */
  readonly neutralS: number;
  /** Farther than this from the start the head has left it; back within it has returned, rad. */
  readonly awayRad: number;
  readonly backRad: number;
  /** The hold lies at least this far out, rad, and lasts at least this long, s. */
  readonly holdMinRad: number;
  readonly holdMinS: number;
  /** A repetition takes no longer, s. */
  readonly longestS: number;
  /** Stays that were over before this are no start of one, s: another posture before the test is none. */
  readonly fromS: number;
}

export const REPETITION_PARAMS: RepetitionParams = Object.freeze({
  stillRateRadps: radFromDeg(4),
  slowHz: 1.5,
  spreadRad: radFromDeg(3),
  stayMinS: 0.25,
  gapS: 0.1,
  trimS: 0.2,
  quietRateRadps: radFromDeg(1),
  driftRateRadps: radFromDeg(2),
  joinRad: radFromDeg(0.5),
  neutralS: 1,
  awayRad: radFromDeg(5),
  backRad: radFromDeg(10),
  holdMinRad: radFromDeg(8),
  holdMinS: 0.3,
  longestS: 60,
  fromS: Number.NEGATIVE_INFINITY,
});

/** Samples [from, to). */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface FoundRepetition {
  /** The last part of the stay before. */
  readonly neutral: Span;
  /** From the end of that stay to the hold. */
  readonly movement: Span;
  readonly hold: Span;
  /** From the hold to the stay after. */
  readonly back: Span;
  readonly after: Span;
}

/** Magnitude of the rate behind a zero-phase low pass, rad/s, n. */
export function slowSpeed(series: PoseSeries, cutoffHz: number): Float64Array {
  const { timeS, rateRadps } = series;
  const n = timeS.length;
  const y = Float64Array.from(rateRadps);
  const state = new Float64Array(6);
  const v = new Float64Array(3);
  const k = new Float64Array(LOW_PASS_COEFFICIENTS);
  const step = (i: number, dtS: number): void => {
    lowPassCoefficients(k, cutoffHz, dtS);
    v.set(y.subarray(3 * i, 3 * i + 3));
    lowPassStep(v, state, v, 3, k);
    y.set(v, 3 * i);
  };
  if (n > 0) lowPassStart(state, y.subarray(0, 3), 3);
  for (let i = 1; i < n; i++) step(i, timeS[i]! - timeS[i - 1]!);
  if (n > 0) lowPassStart(state, y.subarray(3 * n - 3, 3 * n), 3);
  for (let i = n - 2; i >= 0; i--) step(i, timeS[i + 1]! - timeS[i]!);
  const out = new Float64Array(n);
  for (let i = 0; i < n; i++) out[i] = Math.hypot(y[3 * i]!, y[3 * i + 1]!, y[3 * i + 2]!);
  return out;
}

/** Angle between two poses [w x y z] of a series, rad in [0, pi]. */
function distanceRad(a: ArrayLike<number>, i: number, b: ArrayLike<number>, j: number): number {
  const aw = a[i]!;
  const ax = a[i + 1]!;
  const ay = a[i + 2]!;
  const az = a[i + 3]!;
  const bw = b[j]!;
  const bx = b[j + 1]!;
  const by = b[j + 2]!;
  const bz = b[j + 3]!;
  const w = aw * bw + ax * bx + ay * by + az * bz;
  const x = aw * bx - ax * bw - ay * bz + az * by;
  const y = aw * by + ax * bz - ay * bw - az * bx;
  const z = aw * bz - ax * by + ay * bx - az * bw;
  return 2 * Math.atan2(Math.sqrt(x * x + y * y + z * z), Math.abs(w));
}

/** Mean of neighbouring poses, [w x y z]. */
export function meanPose(worldFromHead: ArrayLike<number>, span: Span): Float64Array {
  const out = new Float64Array(4);
  const first = 4 * span.from;
  for (let i = 4 * span.from; i < 4 * span.to; i += 4) {
    let dot = 0;
    for (let c = 0; c < 4; c++) dot += worldFromHead[i + c]! * worldFromHead[first + c]!;
    for (let c = 0; c < 4; c++) out[c] = out[c]! + (dot < 0 ? -1 : 1) * worldFromHead[i + c]!;
  }
  const norm = Math.hypot(out[0]!, out[1]!, out[2]!, out[3]!);
  for (let c = 0; c < 4; c++) out[c] = norm > 0 ? out[c]! / norm : c === 0 ? 1 : 0;
  return out;
}

interface Stay extends Span {
  readonly pose: Float64Array;
  readonly durationS: number;
}

/** Smallest mean of the speed over a window of the given length within a stretch, rad/s. */
function quietestRadps(timeS: Float64Array, speed: Float64Array, within: Span, windowS: number): number {
  let least = Number.POSITIVE_INFINITY;
  let sum = 0;
  for (let i = within.from, a = within.from; i < within.to; i++) {
    sum += speed[i]!;
    while (a < i && timeS[i]! - timeS[a + 1]! >= windowS) sum -= speed[a++]!;
    if (timeS[i]! - timeS[a]! >= windowS) least = Math.min(least, sum / (i - a + 1));
  }
  return least;
}

/** The quiet parts of a still stretch, in order; sway about one pose does not divide them. */
function quietParts(series: PoseSeries, speed: Float64Array, within: Span, params: RepetitionParams): Span[] {
  const { timeS, worldFromHead } = series;
  const least = quietestRadps(timeS, speed, within, params.stayMinS);
  if (least > params.driftRateRadps) return [];
  const limit = Math.max(params.quietRateRadps, 2 * least);
  const parts: Span[] = [];
  for (let i = within.from; i < within.to; i++) {
    if (speed[i]! > limit) continue;
    let to = i + 1;
    while (to < within.to && speed[to]! <= limit) to++;
    const part = { from: i, to };
    i = to;
    if (timeS[to - 1]! - timeS[part.from]! < params.stayMinS) continue;
    const before = parts.at(-1);
    const apart = before
      ? distanceRad(meanPose(worldFromHead, before), 0, meanPose(worldFromHead, part), 0)
      : Number.POSITIVE_INFINITY;
    if (before && apart < params.joinRad) parts[parts.length - 1] = { from: before.from, to };
    else parts.push(part);
  }
  return parts;
}

/** Stays of a series, edges trimmed, in order. */
function findStays(series: PoseSeries, params: RepetitionParams): Stay[] {
  const { timeS, worldFromHead } = series;
  const n = timeS.length;
  const speed = slowSpeed(series, params.slowHz);
  const stays: Stay[] = [];
  const take = ({ from, to }: Span, run: Span): void => {
    const most = (timeS[to - 1]! - timeS[from]!) / 4;
    const edge = (i: number, ownI: number, runI: number): boolean =>
      Math.abs(timeS[i]! - timeS[runI]!) < params.trimS && Math.abs(timeS[i]! - timeS[ownI]!) < most;
    let a = from;
    let b = to;
    while (a < b - 2 && edge(a, from, run.from)) a++;
    while (b > a + 2 && edge(b - 1, to - 1, run.to - 1)) b--;
    const pose = meanPose(worldFromHead, { from: a, to: b });
    stays.push({ from: a, to: b, pose, durationS: timeS[b - 1]! - timeS[a]! });
  };
  const close = (from: number, to: number): void => {
    if (to - from < 3 || timeS[to - 1]! - timeS[from]! < params.stayMinS) return;
    const run = { from, to };
    for (const part of quietParts(series, speed, run, params)) take(part, run);
  };
  let from = -1;
  for (let i = 0; i < n; i++) {
    const still = speed[i]! < params.stillRateRadps;
    const gap = i > 0 && timeS[i]! - timeS[i - 1]! > params.gapS + 0.015;
    const strays = from >= 0 && distanceRad(worldFromHead, 4 * i, worldFromHead, 4 * from) > params.spreadRad;
    if (from >= 0 && (!still || gap || strays)) {
      close(from, i);
      from = -1;
    }
    if (still && from < 0) from = i;
  }
  if (from >= 0) close(from, n);
  return stays;
}

/** The last `durationS` of a span. */
function tail(timeS: Float64Array, span: Span, durationS: number): Span {
  let from = span.from;
  while (from < span.to - 2 && timeS[from]! < timeS[span.to - 1]! - durationS) from++;
  return { from, to: span.to };
}

/**
 * All repetitions of a series, in order; they do not overlap but for the stay between two of them.
 */
export function findRepetitions(series: PoseSeries, overrides: Partial<RepetitionParams> = {}): FoundRepetition[] {
  const params = { ...REPETITION_PARAMS, ...overrides };
  const { timeS } = series;
  const stays = findStays(series, params);
  const found: FoundRepetition[] = [];
  let a = stays.findIndex(({ to }) => timeS[to - 1]! >= params.fromS);
  while (a >= 0 && a < stays.length) {
    const start = stays[a]!;
    let hold: Stay | null = null;
    let holdRad = 0;
    let b = a + 1;
    let closed = false;
    for (; b < stays.length; b++) {
      const stay = stays[b]!;
      if (timeS[stay.from]! - timeS[start.to - 1]! > params.longestS) break;
      const away = distanceRad(stay.pose, 0, start.pose, 0);
      const near = hold === null ? params.awayRad : Math.min(params.backRad, 0.5 * holdRad);
      if (away < near) {
        closed = true;
        break;
      }
      if (away >= params.holdMinRad && stay.durationS >= params.holdMinS && away > holdRad) {
        hold = stay;
        holdRad = away;
      }
    }
    const after = stays[b];
    if (closed && hold !== null && after !== undefined) {
      found.push({
        neutral: tail(timeS, start, params.neutralS),
        movement: { from: start.to, to: hold.from },
        hold: { from: hold.from, to: hold.to },
        back: { from: hold.to, to: after.from },
        after: { from: after.from, to: after.to },
      });
    }
    a = closed ? b : a + 1;
  }
  return found;
}
