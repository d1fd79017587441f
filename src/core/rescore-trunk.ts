/**
 * After the trial, with a second sensor on the trunk: its record is smoothed as the head's is, and each repetition is
 * measured on the head as it would be seen from the trunk's pose at the repetition's own neutral (./neck/trunk-correction).
 */
import { identityQuat, type Quat } from './frames.ts';
import { conjugate, multiply, normalize, rotationAngleRad } from './math/quat.ts';
import { cromAngles, FLEXION } from './neck/angles.ts';
import type { RepetitionFigures } from './neck/measure-repetition.ts';
import { trunkFromHead } from './neck/pose.ts';
import type { FoundRepetition, PoseSeries, Span } from './neck/repetitions.ts';
import { headingBetweenRad, TRUNK_CORRECTION } from './neck/trunk-correction.ts';
import { TRUNK_FOLLOW } from './neck/trunk-follow.ts';
import type { AngleErrors } from './neck/uncertainty.ts';
import type { MeasurableTrial } from './quaternion-trial.ts';
import { type RescoreUncertaintyParams, repetitionErrors } from './rescore-errors.ts';

/** One uninterrupted piece of the trunk's record, smoothed. */
export interface TrunkPiece {
  readonly trial: MeasurableTrial;
  /** On the clock of the head's record, s. */
  readonly timeS: Float64Array;
  /** 4 per sample, trunkWorldFromTrunk. */
  readonly trunkWorldFromTrunk: Float64Array;
  readonly gapVariance: Float64Array;
  /** Times of the samples that came, on the same clock, s. */
  readonly cameS: Float64Array;
}

/** A repetition seen from its trunk. */
export interface SeenFromTrunk {
  readonly series: PoseSeries;
  readonly piece: TrunkPiece;
  /** The trunk's samples at the middle of neutral and hold. */
  readonly at: readonly [number, number];
  /** How far the trunk turned between them, rad. */
  readonly turnRad: number;
  /** The trunk at the neutral, in the head's world. */
  readonly worldFromTrunk: Quat<'world', 'trunk'>;
  /** Neck flexion at the neutral, rad. */
  readonly startFlexionRad: number;
}

/**
 * Host time less device time as a straight line over the record, so that two clocks meet: value and slope at a device
 * time. Two crystals differ by tens of ppm, a hundredth of a second in minutes.
 */
export function hostLine(timeS: Float64Array, hostUs: Float64Array): (deviceS: number) => number {
  // Before the clock was fitted, there is no host time.
  const known = Array.from(timeS.keys()).filter((i) => Number.isFinite(hostUs[i]!));
  let meanS = 0;
  let meanOff = 0;
  for (const i of known) {
    meanS += timeS[i]! / known.length;
    meanOff += (1e-6 * hostUs[i]! - timeS[i]!) / known.length;
  }
  let sxx = 0;
  let sxy = 0;
  for (const i of known) {
    sxx += (timeS[i]! - meanS) ** 2;
    sxy += (timeS[i]! - meanS) * (1e-6 * hostUs[i]! - timeS[i]! - meanOff);
  }
  const slope = sxx > 0 ? sxy / sxx : 0;
  return (deviceS) => deviceS + meanOff + slope * (deviceS - meanS);
}

/** Device times of one record on the clock of another, s. */
export function ontoClock(
  timesS: Float64Array,
  own: (deviceS: number) => number,
  other: (deviceS: number) => number,
): Float64Array {
  // Both are straight lines of slope near one: two points give the inverse of the other.
  const base = other(0);
  const perS = other(1) - base;
  return timesS.map((t) => (own(t) - base) / perS);
}

const middle = (span: Span): number => (span.from + span.to) >> 1;

function nearest(timeS: Float64Array, atS: number): number {
  let low = 0;
  let high = timeS.length - 1;
  while (low < high) {
    const half = (low + high) >> 1;
    if (timeS[half]! < atS) low = half + 1;
    else high = half;
  }
  return low > 0 && atS - timeS[low - 1]! < timeS[low]! - atS ? low - 1 : low;
}

/** The trunk's pose at a time, between two samples by a normalised mean: they are a hundredth of a second apart. */
function poseAt(out: Quat<'trunkWorld', 'trunk'>, piece: TrunkPiece, atS: number): void {
  const { timeS, trunkWorldFromTrunk: q } = piece;
  const i = nearest(timeS, atS);
  const a = timeS[i]! <= atS ? i : Math.max(0, i - 1);
  const b = Math.min(a + 1, timeS.length - 1);
  const span = timeS[b]! - timeS[a]!;
  const u = span > 0 ? Math.max(0, Math.min(1, (atS - timeS[a]!) / span)) : 0;
  let dot = 0;
  for (let k = 0; k < 4; k++) dot += q[4 * a + k]! * q[4 * b + k]!;
  const sign = dot < 0 ? -1 : 1;
  for (let k = 0; k < 4; k++) out[k] = (1 - u) * q[4 * a + k]! + sign * u * q[4 * b + k]!;
  normalize(out, out);
}

/** Whether the trunk was there all the way from one time to another. */
function covers({ cameS }: TrunkPiece, fromS: number, toS: number): boolean {
  const limit = TRUNK_FOLLOW.staleS;
  const first = nearest(cameS, fromS);
  if (Math.abs(cameS[first]! - fromS) > limit) return false;
  let last = cameS[first]!;
  for (let i = first + 1; i < cameS.length && cameS[i]! <= toS; i++) {
    if (cameS[i]! - last > limit) return false;
    last = cameS[i]!;
  }
  return toS - last <= limit;
}

/** Null: the trunk was lost in it, or lay on its side. */
export function seenFromTrunk(
  pieces: readonly TrunkPiece[],
  series: PoseSeries,
  found: FoundRepetition,
): SeenFromTrunk | null {
  const { timeS } = series;
  const holdEndS = timeS[found.hold.to - 1]!;
  const piece = pieces.find((one) => covers(one, timeS[found.neutral.from]!, holdEndS));
  if (!piece) return null;
  const start = middle(found.neutral);
  const trunk = identityQuat<'trunkWorld', 'trunk'>();
  const head = (i: number) => series.worldFromHead.subarray(4 * i, 4 * i + 4) as Quat<'world', 'head'>;
  poseAt(trunk, piece, timeS[start]!);
  const heading = headingBetweenRad(head(start), trunk);
  if (Number.isNaN(heading)) return null;
  const worldFromTrunkWorld = identityQuat<'world', 'trunkWorld'>();
  worldFromTrunkWorld.set([Math.cos(0.5 * heading), 0, 0, Math.sin(0.5 * heading)]);
  const atStart = multiply(identityQuat<'world', 'trunk'>(), worldFromTrunkWorld, trunk);
  const worldFromTrunk = identityQuat<'world', 'trunk'>();
  const trunkFromWorld = identityQuat<'trunk', 'world'>();
  const moved = identityQuat<'world', 'world'>();
  const turnedAt = (atS: number): Quat<'world', 'world'> => {
    poseAt(trunk, piece, atS);
    multiply(worldFromTrunk, worldFromTrunkWorld, trunk);
    return multiply(moved, atStart, conjugate(trunkFromWorld, worldFromTrunk));
  };
  const worldFromHead = series.worldFromHead.slice();
  for (let i = found.neutral.from; i < found.after.to; i++) {
    const pose = worldFromHead.subarray(4 * i, 4 * i + 4) as Quat<'world', 'head'>;
    multiply(pose, turnedAt(timeS[i]!), pose);
  }
  const holdS = timeS[middle(found.hold)]!;
  const neck = trunkFromHead(identityQuat<'trunk', 'head'>(), atStart, head(start));
  return {
    series: { ...series, worldFromHead },
    piece,
    at: [nearest(piece.timeS, timeS[start]!), nearest(piece.timeS, holdS)],
    turnRad: rotationAngleRad(turnedAt(holdS)),
    worldFromTrunk: atStart,
    startFlexionRad: cromAngles(new Float64Array(3), neck)[FLEXION]!,
  };
}

/** The head's errors with those of the trunk's sensor beside them. */
export function withTrunkErrors(
  errors: AngleErrors,
  seen: SeenFromTrunk,
  found: FoundRepetition,
  figures: RepetitionFigures,
  alignmentSigmaRad: number,
  params: RescoreUncertaintyParams,
): AngleErrors {
  const { piece, at, turnRad } = seen;
  const span = (i: number): Span => ({ from: i, to: i + 1 });
  const both = { ...found, neutral: span(at[0]), hold: span(at[1]) };
  const own = repetitionErrors(piece.trial, both, figures, piece.gapVariance, 0, params);
  const facingRad = Math.hypot(TRUNK_CORRECTION.facingSigmaRad, alignmentSigmaRad);
  const facing = facingRad * Math.sin(Math.min(Math.PI / 2, turnRad));
  // Of the trunk's own turn, in axes of another heading: its whole size about each axis is no less than it is.
  const ownDevice = own.device as ArrayLike<number>;
  const device = Float64Array.from(errors.device as ArrayLike<number>);
  for (let i = 0; i < 9; i += 4) device[i] = device[i]! + ownDevice[0]! + ownDevice[4]! + ownDevice[8]!;
  return {
    ...errors,
    headingSigmaRad: Math.hypot(errors.headingSigmaRad, own.headingSigmaRad),
    tiltSigmaRad: Math.hypot(errors.tiltSigmaRad, own.tiltSigmaRad),
    // The skin over the trunk moves twice as much as that under the band.
    bandSigmaRad: Math.hypot(errors.bandSigmaRad, 2 * own.bandSigmaRad, facing),
    gapSigmaRad: Math.hypot(errors.gapSigmaRad, own.gapSigmaRad),
    device,
  };
}
