/** The figures of one recorded repetition, with zero phase. */
import { identityQuat, type Quat } from '../frames.ts';
import { medianPeriodS } from '../signal/bridge-gaps.ts';
import { butterworthLowPass } from '../signal/butterworth.ts';
import { zeroPhase } from '../signal/zero-phase.ts';
import { type AngleMeasure, type ConjunctAngles, conjunctAngles, helicalAngleRad, measureRad } from './conjunct.ts';
import { logDimensionlessJerk } from './log-dimensionless-jerk.ts';
import { relativePose } from './pose.ts';
import { type FoundRepetition, meanPose, type PoseSeries, type Span } from './repetitions.ts';
import { sparc } from './sparc.ts';
import { derivative, peakSpeed, zeroPhaseVelocity } from './velocity.ts';

export interface RepetitionFigures {
  /** End range: median of the angle over the hold, against the mean pose of the neutral, rad, signed. */
  readonly angleRad: number;
  /** Standard deviation of the angle over the hold and over the neutral, root sum of squares, rad. */
  readonly holdSigmaRad: number;
  readonly holdS: number;
  /** All angles of the mean pose of the hold, which is the primary angle's peak. */
  readonly conjunct: ConjunctAngles;
  /** Rotation left after the return, rad. */
  readonly closureRad: number;
  /** Of the movement out, from its onset to its end at 5 % of its peak speed. */
  readonly movementS: number;
  /** Largest speed of the primary angle, zero-phase Butterworth 6 Hz, rad/s. */
  readonly peakVelocityRadps: number;
  readonly logDimensionlessJerk: number;
  readonly sparc: number;
  readonly worldFromNeutral: Quat<'world', 'head'>;
  readonly worldFromHold: Quat<'world', 'head'>;
}

/** Share of the peak speed at which a movement begins and ends (usual in the smoothness literature). */
const ONSET_SHARE = 0.05;
/** Cut-off of the speed that decides on onset and end, Hz: a wobble of the band is not a new movement. */
const ONSET_HZ = 1.5;

/** Median of values, which are sorted in place; NaN when there is none. */
function median(values: Float64Array): number {
  values.sort();
  const n = values.length;
  return n % 2 === 1 ? values[n >> 1]! : 0.5 * (values[(n >> 1) - 1]! + values[n >> 1]!);
}

function deviation(values: ArrayLike<number>): number {
  const n = values.length;
  let mean = 0;
  for (let i = 0; i < n; i++) mean += values[i]! / n;
  let square = 0;
  for (let i = 0; i < n; i++) square += (values[i]! - mean) ** 2;
  return n > 1 ? Math.sqrt(square / (n - 1)) : 0;
}

/** The primary angle of samples [from, to) against a start pose, unwrapped, rad. */
export function angleSeries(
  series: PoseSeries,
  worldFromStart: Quat<'world', 'head'>,
  measure: AngleMeasure,
  span: Span,
): Float64Array {
  const relative = identityQuat<'head', 'head'>();
  const out = new Float64Array(span.to - span.from);
  let last = 0;
  for (let i = span.from; i < span.to; i++) {
    const pose = series.worldFromHead.subarray(4 * i, 4 * i + 4) as Quat<'world', 'head'>;
    const angle = measureRad(measure, relativePose(relative, worldFromStart, pose));
    last = angle + 2 * Math.PI * Math.round((last - angle) / (2 * Math.PI));
    out[i - span.from] = last;
  }
  return out;
}

/** Evenly spaced values by straight lines between samples; the first at `timeS[span.from]`. */
export function evenlySpaced(
  timeS: ArrayLike<number>,
  values: ArrayLike<number>,
  from: number,
  rateHz: number,
): Float64Array {
  const n = values.length;
  if (n === 0) return new Float64Array(0);
  const begin = timeS[from]!;
  const count = Math.floor((timeS[from + n - 1]! - begin) * rateHz + 1e-6) + 1;
  const out = new Float64Array(count);
  for (let k = 0, i = 0; k < count; k++) {
    const t = begin + k / rateHz;
    while (i < n - 2 && timeS[from + i + 1]! < t) i++;
    const a = timeS[from + i]!;
    const b = timeS[from + Math.min(i + 1, n - 1)]!;
    const u = b > a ? Math.max(0, Math.min(1, (t - a) / (b - a))) : 0;
    out[k] = (1 - u) * values[i]! + u * values[Math.min(i + 1, n - 1)]!;
  }
  return out;
}

/** First and one past the last sample of the movement about the largest slow speed. */
function movementBounds(angle: Float64Array, rateHz: number): Span {
  const cutoffHz = Math.min(ONSET_HZ, 0.4 * rateHz);
  const slow = derivative(zeroPhase(butterworthLowPass(2, cutoffHz, rateHz), angle, Math.round(rateHz)), rateHz);
  let peak = 0;
  for (let i = 1; i < slow.length; i++) if (Math.abs(slow[i]!) > Math.abs(slow[peak]!)) peak = i;
  const least = ONSET_SHARE * Math.abs(slow[peak] ?? 0);
  let from = peak;
  while (from > 0 && Math.abs(slow[from - 1]!) >= least) from--;
  let to = peak + 1;
  while (to < slow.length && Math.abs(slow[to]!) >= least) to++;
  return { from, to };
}

/** Measures a repetition. Allocates: after the trial. */
export function measureRepetition(
  series: PoseSeries,
  found: FoundRepetition,
  measure: AngleMeasure,
): RepetitionFigures {
  const { timeS, worldFromHead } = series;
  const worldFromNeutral = meanPose(worldFromHead, found.neutral) as Quat<'world', 'head'>;
  const worldFromHold = meanPose(worldFromHead, found.hold) as Quat<'world', 'head'>;
  const worldFromAfter = meanPose(worldFromHead, found.after) as Quat<'world', 'head'>;
  const relative = identityQuat<'head', 'head'>();
  const atStart = angleSeries(series, worldFromNeutral, measure, found.neutral);
  const atHold = angleSeries(series, worldFromNeutral, measure, found.hold);
  const holdSigmaRad = Math.hypot(deviation(atHold), deviation(atStart));
  const out: Span = { from: found.neutral.from, to: found.hold.to };
  const rateHz = 1 / medianPeriodS(timeS);
  const even = evenlySpaced(timeS, angleSeries(series, worldFromNeutral, measure, out), out.from, rateHz);
  const bounds = movementBounds(even, rateHz);
  const velocity = zeroPhaseVelocity(even, rateHz);
  const speed = velocity.slice(bounds.from, bounds.to).map(Math.abs);
  return {
    angleRad: median(atHold),
    holdSigmaRad,
    holdS: timeS[found.hold.to - 1]! - timeS[found.hold.from]!,
    conjunct: conjunctAngles(relativePose(relative, worldFromNeutral, worldFromHold)),
    closureRad: helicalAngleRad(relativePose(relative, worldFromNeutral, worldFromAfter)),
    movementS: (bounds.to - bounds.from - 1) / rateHz,
    peakVelocityRadps: peakSpeed(speed),
    logDimensionlessJerk: logDimensionlessJerk(speed, rateHz),
    sparc: sparc(speed, rateHz),
    worldFromNeutral,
    worldFromHold,
  };
}
