/**
 * After the trial: every repetition that the protocol saw is found again in the recorded raw data and measured anew with
 * zero phase, by the smoother that uses the whole record. This is the reported value; the live one was feedback. What
 * counts and what is void stays the protocol's decision.
 */
import type { Quat } from './frames.ts';
import { checkRecord, type RecordFault } from './fusion/check-record.ts';
import type { GyroModel } from './fusion/gyro-model-type.ts';
import type { QuaternionFault } from './fusion/quaternion-drift.ts';
import type { Result } from './fusion/result.ts';
import { smoothTrial } from './fusion/smoother.ts';
import type { SmootherParams } from './fusion/smoother-params.ts';
import { multiply } from './math/quat.ts';
import type { AngleMeasure } from './neck/conjunct.ts';
import { measureRepetition, type RepetitionFigures } from './neck/measure-repetition.ts';
import { type FoundRepetition, findRepetitions, type PoseSeries, type RepetitionParams } from './neck/repetitions.ts';
import { type AngleUncertainty, angleUncertainty } from './neck/uncertainty.ts';
import { SATURATION_FLAGS } from './quality.ts';
import { type MeasurableTrial, quaternionTrial } from './quaternion-trial.ts';
import { RESCORE_UNCERTAINTY, type RescoreUncertaintyParams, repetitionErrors } from './rescore-errors.ts';
import {
  hostLine,
  ontoClock,
  type SeenFromTrunk,
  seenFromTrunk,
  type TrunkPiece,
  withTrunkErrors,
} from './rescore-trunk.ts';
import { bridgeGaps } from './signal/bridge-gaps.ts';
import { radFromDeg } from './units.ts';

/** The decoded raw record of a trial: columns as the decoder gives them, duplicates left out. */
export interface RawTrial {
  /** Device time, s, on the clock of the protocol's records. */
  readonly timeS: Float64Array;
  /** 3 per sample, rad/s and m/s^2, sensor frame; NaN where the sensor had no value. */
  readonly gyrRadps: Float64Array;
  readonly accMps2: Float64Array;
  /** Bits of SampleFlag. */
  readonly flags: ArrayLike<number>;
  /** 4 per sample, as a device without raw rates states its orientation; when given, this is what is measured. */
  readonly worldFromSensor?: Float64Array;
  /** Host time of each sample by the fitted clock, us: only needed where two records have to meet. */
  readonly hostUs?: Float64Array;
  /** The record of a second sensor, on the trunk. */
  readonly trunk?: RawTrunk;
}

/** Its times are on its own clock; both records need `hostUs`. */
export interface RawTrunk {
  readonly record: RawTrial;
  /** How it sits on the trunk (calibration/trunk-alignment), and how well that is known, rad. */
  readonly trunkSensorFromTrunk: Quat<'trunkSensor', 'trunk'>;
  readonly sigmaRad: number;
}

/** What the protocol saw of one repetition. */
export interface LiveRepetition {
  readonly number: number;
  /** The repetition left its neutral at this time, s. */
  readonly startedAtS: number;
  readonly measure: AngleMeasure;
  /** Signed angle at end range, rad; NaN when none was reached. */
  readonly angleRad: number;
}

export type RescoreReason =
  /** No stay, movement, hold and return were found around its time. */
  | 'not-found'
  /** It turned the other way than the protocol saw. */
  | 'side-differs'
  /** More than five degrees from the live value: one of the two is wrong. */
  | 'differs'
  /** The trunk's sensor was lost in it. */
  | 'trunk-lost';

export interface RescoredRepetition {
  readonly number: number;
  readonly measure: AngleMeasure;
  readonly liveAngleRad: number;
  /** Reported angle, rad, signed; NaN when `reason` is not null. */
  readonly angleRad: number;
  readonly uncertainty: AngleUncertainty | null;
  readonly figures: RepetitionFigures | null;
  readonly reason: RescoreReason | null;
  /** A sensor axis was at its limit between neutral and return. */
  readonly saturated: boolean;
  /** Which uninterrupted piece of the record it lies in; -1: in none. Headings of two pieces have nothing in common. */
  readonly piece: number;
  /** Begin of the neutral, of the movement, of the hold, of the way back, and of the stay after it, s. */
  readonly timesS: readonly number[];
  /** With a sensor on the trunk: how far it turned between neutral and hold, and neck flexion at the neutral, rad. */
  readonly trunk?: Pick<SeenFromTrunk, 'turnRad' | 'startFlexionRad' | 'worldFromTrunk'>;
}

export interface RescoredTrial {
  readonly repetitions: readonly RescoredRepetition[];
  /** Matrix of this unit's gyro as this trial leaves it: the prior of its next session; null: quaternions teach none. */
  readonly gyroModel: GyroModel | null;
  readonly samples: number;
  /** Samples that were filled in for integration. */
  readonly bridged: number;
}

/** Why a record gives no number at all. */
export type RescoreFault = RecordFault | QuaternionFault;

export interface RescoreOptions {
  readonly smoother?: Partial<SmootherParams>;
  readonly repetitions?: Partial<RepetitionParams>;
  readonly uncertainty?: Partial<RescoreUncertaintyParams>;
}

/** How the band sat, and how well that is known (calibration's result). */
export interface RescoreAlignment {
  readonly sensorFromHead: Quat<'sensor', 'head'>;
  readonly sigmaRad: number;
}

/** Live and re-measured angle further apart than this: neither is reported, rad. */
const DIFFERS_RAD = radFromDeg(5);

/** Head poses and rates of a smoothed trial. */
export function headSeries(trial: MeasurableTrial, sensorFromHead: Quat<'sensor', 'head'>): PoseSeries {
  const { timeS, gyrRadps } = trial.record;
  const n = timeS.length;
  const worldFromHead = new Float64Array(4 * n);
  const rateRadps = new Float64Array(3 * n);
  for (let i = 0; i < n; i++) {
    const pose = trial.worldFromSensor.subarray(4 * i, 4 * i + 4) as Quat<'world', 'sensor'>;
    multiply(worldFromHead.subarray(4 * i, 4 * i + 4) as Quat<'world', 'head'>, pose, sensorFromHead);
    for (let c = 0; c < 3; c++) rateRadps[3 * i + c] = gyrRadps[3 * i + c]! - trial.biasRadps[c]!;
  }
  return { timeS, worldFromHead, rateRadps };
}

/** The repetition that was under way at a time: the time lies between the end of its neutral and the middle of its hold. */
function matching(found: readonly FoundRepetition[], timeS: Float64Array, atS: number): FoundRepetition | undefined {
  return found.findLast(
    ({ neutral, hold }) => timeS[neutral.from]! <= atS && atS <= timeS[(hold.from + hold.to) >> 1]!,
  );
}

/** Whether a sample between two times was flagged as saturated. */
function saturatedIn(raw: RawTrial, fromS: number, toS: number): boolean {
  for (let i = 0; i < raw.timeS.length; i++) {
    const inside = raw.timeS[i]! >= fromS && raw.timeS[i]! <= toS;
    if (inside && (raw.flags[i]! & SATURATION_FLAGS) !== 0) return true;
  }
  return false;
}

/** A hole longer than this leaves no heading across it: what lies before and after is smoothed apart, s. */
const CUT_S = 1;

/** The record in pieces without long holes; times that make no sense stay in one piece, to be refused by name. */
function cutAtHoles(raw: RawTrial): RawTrial[] {
  const { timeS, gyrRadps, accMps2, flags, worldFromSensor } = raw;
  const pieces: RawTrial[] = [];
  let from = 0;
  for (let i = 1; i <= timeS.length; i++) {
    if (i < timeS.length && !(timeS[i]! - timeS[i - 1]! > CUT_S)) continue;
    pieces.push({
      timeS: timeS.subarray(from, i),
      gyrRadps: gyrRadps.subarray(3 * from, 3 * i),
      accMps2: accMps2.subarray(3 * from, 3 * i),
      flags: Array.from({ length: i - from }, (_, k) => flags[from + k]!),
      ...(worldFromSensor && { worldFromSensor: worldFromSensor.subarray(4 * from, 4 * i) }),
    });
    from = i;
  }
  return pieces.length > 1 ? pieces : [raw];
}

/** One piece of the record, smoothed, with what was found in it. */
interface Piece {
  readonly raw: RawTrial;
  readonly trial: MeasurableTrial;
  readonly series: PoseSeries;
  readonly found: readonly FoundRepetition[];
  readonly gapVariance: Float64Array;
  readonly samples: number;
  readonly bridged: number;
}

function quaternionPiece(
  raw: RawTrial,
  worldFromSensor: Float64Array,
  alignment: RescoreAlignment,
  options: RescoreOptions,
): Result<Piece, RescoreFault> {
  const { timeS, flags } = raw;
  const drifted = quaternionTrial({ timeS, worldFromSensor, flags });
  if (!drifted.ok) return drifted;
  const trial = drifted.value;
  const series = headSeries(trial, alignment.sensorFromHead);
  const found = findRepetitions(series, options.repetitions);
  const samples = series.timeS.length;
  return {
    ok: true,
    value: { raw, trial, series, found, gapVariance: new Float64Array(samples), samples, bridged: 0 },
  };
}

function smoothPiece(raw: RawTrial, alignment: RescoreAlignment, options: RescoreOptions): Result<Piece, RescoreFault> {
  if (raw.worldFromSensor) return quaternionPiece(raw, raw.worldFromSensor, alignment, options);
  const checked = checkRecord(raw);
  if (!checked.ok) return checked;
  const { timeS, gyrRadps, accMps2 } = checked.value;
  const bridged = bridgeGaps(timeS, gyrRadps, accMps2);
  const smoothed = smoothTrial(bridged, options.smoother);
  if (!smoothed.ok) return smoothed;
  const trial = smoothed.value;
  const series = headSeries(trial, alignment.sensorFromHead);
  const found = findRepetitions(series, options.repetitions);
  const samples = timeS.length;
  const filled = bridged.timeS.length - samples;
  return { ok: true, value: { raw, trial, series, found, gapVariance: bridged.variance, samples, bridged: filled } };
}

/** The trunk's record in smoothed pieces, on the clock of the head's; none where it gives none. */
function trunkPieces(raw: RawTrial, trunk: RawTrunk, options: RescoreOptions): TrunkPiece[] {
  const { record, trunkSensorFromTrunk, sigmaRad } = trunk;
  if (!raw.hostUs || !record.hostUs || record.timeS.length < 2) return [];
  const head = hostLine(raw.timeS, raw.hostUs);
  const own = hostLine(record.timeS, record.hostUs);
  // The same finding of poses, with the trunk for the head; what is known of the head's unit is not of this one.
  const sensorFromHead = trunkSensorFromTrunk as Float64Array as Quat<'sensor', 'head'>;
  return cutAtHoles(record).flatMap((part) => {
    const piece = smoothPiece(part, { sensorFromHead, sigmaRad }, { repetitions: options.repetitions ?? {} });
    if (!piece.ok) return [];
    const { trial, series, gapVariance } = piece.value;
    const timeS = ontoClock(series.timeS, own, head);
    const cameS = ontoClock(part.timeS, own, head);
    return [{ trial, timeS, trunkWorldFromTrunk: series.worldFromHead, gapVariance, cameS }];
  });
}

function measureAgain(
  pieces: readonly Piece[],
  trunk: { readonly pieces: readonly TrunkPiece[]; readonly sigmaRad: number } | null,
  repetition: LiveRepetition,
  alignment: RescoreAlignment,
  params: RescoreUncertaintyParams,
): RescoredRepetition {
  const base = { number: repetition.number, measure: repetition.measure, liveAngleRad: repetition.angleRad };
  const at = pieces.findIndex(
    ({ series }) => series.timeS[0]! <= repetition.startedAtS && repetition.startedAtS <= series.timeS.at(-1)!,
  );
  const piece = pieces[at];
  const match = piece && matching(piece.found, piece.series.timeS, repetition.startedAtS);
  if (!match) {
    const nothing = { angleRad: Number.NaN, uncertainty: null, figures: null, saturated: false, timesS: [], piece: at };
    return { ...base, ...nothing, reason: 'not-found' };
  }
  const { trial, raw, gapVariance } = piece;
  const seen = trunk && seenFromTrunk(trunk.pieces, piece.series, match);
  const series = seen ? seen.series : piece.series;
  const figures = measureRepetition(series, match, repetition.measure);
  const alone = repetitionErrors(trial, match, figures, gapVariance, alignment.sigmaRad, params);
  const errors = trunk && seen ? withTrunkErrors(alone, seen, match, figures, trunk.sigmaRad, params) : alone;
  const { worldFromNeutral, worldFromHold } = figures;
  const differs = Math.abs(figures.angleRad - repetition.angleRad) > DIFFERS_RAD;
  const otherSide = figures.angleRad * repetition.angleRad < 0;
  const lost = trunk !== null && !seen;
  const reason = lost ? 'trunk-lost' : otherSide ? 'side-differs' : differs ? 'differs' : null;
  const spans = [match.neutral, match.movement, match.hold, match.back, match.after];
  const timesS = spans.map((span) => series.timeS[span.from]!);
  return {
    ...base,
    angleRad: reason === null ? figures.angleRad : Number.NaN,
    uncertainty: angleUncertainty(repetition.measure, worldFromNeutral, worldFromHold, errors),
    figures,
    reason,
    piece: at,
    saturated: saturatedIn(raw, timesS[0]!, series.timeS[match.after.to - 1]!),
    timesS,
    ...(seen && { trunk: seen }),
  };
}

/**
 * Measures the repetitions of a trial anew.
 *
 * @param raw from before the first neutral to after the last return; more does no harm: rests in it show the gyro's
 *   bias. Cut at holes of more than a second; a repetition over such a hole is not found again
 * @returns one result per live repetition, in their order; or the named reason why the record gives none
 */
export function rescoreTrial(
  raw: RawTrial,
  alignment: RescoreAlignment,
  live: readonly LiveRepetition[],
  options: RescoreOptions = {},
): Result<RescoredTrial, RescoreFault> {
  const params = { ...RESCORE_UNCERTAINTY, ...options.uncertainty };
  const results = cutAtHoles(raw).map((piece) => smoothPiece(piece, alignment, options));
  const pieces = results.flatMap((result) => (result.ok ? [result.value] : []));
  const [first] = results;
  if (pieces.length === 0) return first && !first.ok ? first : { ok: false, reason: 'empty' };
  const trunk = raw.trunk ? { pieces: trunkPieces(raw, raw.trunk, options), sigmaRad: raw.trunk.sigmaRad } : null;
  const longest = pieces.reduce((a, b) => (b.samples > a.samples ? b : a));
  return {
    ok: true,
    value: {
      repetitions: live.map((repetition) => measureAgain(pieces, trunk, repetition, alignment, params)),
      gyroModel: raw.worldFromSensor ? null : longest.trial.gyroModel,
      samples: pieces.reduce((sum, piece) => sum + piece.samples, 0),
      bridged: pieces.reduce((sum, piece) => sum + piece.bridged, 0),
    },
  };
}
