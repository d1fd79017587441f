/**
 * Standard uncertainty of a reported angle (JCGM 100:2008, GUM): each cause gives a term, terms are independent, the
 * sum is their root sum of squares. How far an error of a pose or of the alignment goes into the angle is found by
 * turning the pose a little and measuring again, so the same code serves twist and CROM in every posture.
 */
import { identityQuat, type Quat } from '../frames.ts';
import { wrapPi } from '../math/angle.ts';
import { conjugate, fromRotationVector, multiply } from '../math/quat.ts';
import { type AngleMeasure, measureRad } from './conjunct.ts';
import { relativePose } from './pose.ts';

/** Terms of the uncertainty of one angle, standard uncertainties in the angle itself, rad. */
export interface AngleTerms {
  /** Tilt noise of the two poses. */
  readonly tilt: number;
  /** Heading gained between them: gyro bias, noise, what no model explains. */
  readonly heading: number;
  /** Head axes against the true ones. */
  readonly alignment: number;
  /** How still the end range (and the start) was held. */
  readonly hold: number;
  /** Scale and cross-axis errors of this unit's gyro, as far as they are not known. */
  readonly device: number;
  /** The band on the skin. */
  readonly band: number;
  /** Movement over missing samples. */
  readonly gaps: number;
}

export type AngleTerm = keyof AngleTerms;
export const ANGLE_TERMS: readonly AngleTerm[] = ['tilt', 'heading', 'alignment', 'hold', 'device', 'band', 'gaps'];

export interface AngleUncertainty {
  /** Standard uncertainty, rad. */
  readonly sigmaRad: number;
  readonly terms: AngleTerms;
  /** The largest term. */
  readonly dominant: AngleTerm;
}

/** Root sum of squares of the terms, and the largest of them. A term that is not a number makes the sum not a number. */
export function combineTerms(terms: AngleTerms): AngleUncertainty {
  let sum = 0;
  let dominant: AngleTerm = 'tilt';
  for (const name of ANGLE_TERMS) {
    sum += terms[name] * terms[name];
    if (terms[name] > terms[dominant]) dominant = name;
  }
  return { sigmaRad: Math.sqrt(sum), terms, dominant };
}

/** How an angle answers to small rotations, rad per rad. */
export interface AngleSensitivity {
  /** Of the second pose about the world's axes x, y, z: z is heading. */
  readonly world: Float64Array;
  /** Of the head axes about themselves (an error of sensorFromHead). */
  readonly head: Float64Array;
}

/** Step of the central differences, rad: error terms of 1e-8, rounding of 1e-12. */
const STEP_RAD = 1e-4;

/** Sensitivity of the angle between two poses. Allocates: once a repetition. */
export function angleSensitivity(
  measure: AngleMeasure,
  worldFromStart: Quat<'world', 'head'>,
  worldFromEnd: Quat<'world', 'head'>,
): AngleSensitivity {
  const turn = identityQuat<'world', 'world'>();
  const crooked = identityQuat<'head', 'head'>();
  const straight = identityQuat<'head', 'head'>();
  const turned = identityQuat<'world', 'head'>();
  const startFromEnd = identityQuat<'head', 'head'>();
  const relative = identityQuat<'head', 'head'>();
  relativePose(startFromEnd, worldFromStart, worldFromEnd);
  const out = { world: new Float64Array(3), head: new Float64Array(3) };
  const byWorld = (axis: number, angle: number): number => {
    fromRotationVector(turn, axis === 0 ? angle : 0, axis === 1 ? angle : 0, axis === 2 ? angle : 0);
    return measureRad(measure, relativePose(relative, worldFromStart, multiply(turned, turn, worldFromEnd)));
  };
  const byHead = (axis: number, angle: number): number => {
    fromRotationVector(crooked, axis === 0 ? angle : 0, axis === 1 ? angle : 0, axis === 2 ? angle : 0);
    multiply(relative, conjugate(straight, crooked), startFromEnd);
    return measureRad(measure, multiply(relative, relative, crooked));
  };
  for (let axis = 0; axis < 3; axis++) {
    out.world[axis] = wrapPi(byWorld(axis, STEP_RAD) - byWorld(axis, -STEP_RAD)) / (2 * STEP_RAD);
    out.head[axis] = wrapPi(byHead(axis, STEP_RAD) - byHead(axis, -STEP_RAD)) / (2 * STEP_RAD);
  }
  return out;
}

/** What is known of the errors between start and end range, in the units of their cause. */
export interface AngleErrors {
  /** Heading gained, rad, without the gyro's matrix. */
  readonly headingSigmaRad: number;
  /** Tilt of the end pose against that of the start pose, each level axis, rad. */
  readonly tiltSigmaRad: number;
  /** Head axes: error about x, y and z of the head, rad; or a number for all three. */
  readonly alignmentSigmaRad: ArrayLike<number> | number;
  /** In the angle itself, rad. */
  readonly holdSigmaRad: number;
  readonly bandSigmaRad: number;
  readonly gapSigmaRad: number;
  /**
   * Covariance (3 x 3, row by row, rad^2) of the turn between the poses in world axes from the gyro's matrix; or a
   * number: the standard uncertainty of its scale, where nothing more is known.
   */
  readonly device: ArrayLike<number> | number;
}

/**
 * Uncertainty of the angle `measure` from one pose to another. With J the sensitivities:
 * heading |J_z| sigma, tilt sqrt(J_x^2 + J_y^2) sigma, alignment the root sum of squares of J_head,i sigma_i and of
 * (s / 2) sin(angle), s the sum of sigma_i^2 (what is left when the axes matter only to second order), device
 * sqrt(J' C J).
 */
export function angleUncertainty(
  measure: AngleMeasure,
  worldFromStart: Quat<'world', 'head'>,
  worldFromEnd: Quat<'world', 'head'>,
  errors: AngleErrors,
): AngleUncertainty {
  const { world, head } = angleSensitivity(measure, worldFromStart, worldFromEnd);
  const startFromEnd = relativePose(identityQuat<'head', 'head'>(), worldFromStart, worldFromEnd);
  const angle = measureRad(measure, startFromEnd);
  const align = errors.alignmentSigmaRad;
  let align2 = 0;
  let axes2 = 0;
  for (let i = 0; i < 3; i++) {
    const sigma = typeof align === 'number' ? align : align[i]!;
    axes2 += sigma * sigma;
    align2 += (head[i]! * sigma) ** 2;
  }
  align2 += (0.5 * axes2 * Math.sin(angle)) ** 2;
  let device2 = 0;
  if (typeof errors.device === 'number') device2 = (errors.device * angle) ** 2;
  else {
    for (let i = 0; i < 3; i++) {
      for (let j = 0; j < 3; j++) device2 += world[i]! * errors.device[3 * i + j]! * world[j]!;
    }
  }
  return combineTerms({
    tilt: Math.hypot(world[0]!, world[1]!) * errors.tiltSigmaRad,
    heading: Math.abs(world[2]!) * errors.headingSigmaRad,
    alignment: Math.sqrt(align2),
    hold: errors.holdSigmaRad,
    device: Math.sqrt(Math.max(0, device2)),
    band: errors.bandSigmaRad,
    gaps: errors.gapSigmaRad,
  });
}

/** Two-sided 95 % factor of the normal distribution. */
export const COVERAGE_95 = 1.96;

/** One repetition of a series. */
export interface MeasuredAngle {
  readonly angleRad: number;
  readonly uncertainty: AngleUncertainty;
}

export interface MeanAngle {
  readonly count: number;
  readonly meanRad: number;
  /** Standard uncertainty of the mean, rad. */
  readonly sigmaRad: number;
  /** What the repetitions share and averaging does not lower, rad. */
  readonly commonRad: number;
  /** Repeatability: standard deviation between repetitions, rad; NaN below two. */
  readonly repeatabilityRad: number;
}

/** Terms that all repetitions of one wearing have in common. */
const COMMON: readonly AngleTerm[] = ['alignment', 'device'];

/**
 * Mean of repetitions. With c the root mean square of the common part (alignment, device), r that of the rest and s the
 * standard deviation between the n repetitions:
 *
 *   sigma^2 = c^2 + max(r^2, s^2) / n
 *
 * s holds the person's own scatter and our random errors together; with few repetitions it may come out small by
 * chance, so it is never taken below r. Angles must not straddle +-pi. NaN for an empty list.
 */
export function meanAngle(repetitions: readonly MeasuredAngle[]): MeanAngle {
  const n = repetitions.length;
  const nan = Number.NaN;
  if (n === 0) return { count: 0, meanRad: nan, sigmaRad: nan, commonRad: nan, repeatabilityRad: nan };
  let mean = 0;
  let common2 = 0;
  let own2 = 0;
  for (const { angleRad, uncertainty } of repetitions) {
    mean += angleRad / n;
    for (const name of ANGLE_TERMS) {
      const square = uncertainty.terms[name] ** 2 / n;
      if (COMMON.includes(name)) common2 += square;
      else own2 += square;
    }
  }
  let scatter2 = 0;
  for (const { angleRad } of repetitions) scatter2 += (angleRad - mean) ** 2 / Math.max(1, n - 1);
  return {
    count: n,
    meanRad: mean,
    sigmaRad: Math.sqrt(common2 + Math.max(own2, scatter2) / n),
    commonRad: Math.sqrt(common2),
    repeatabilityRad: n > 1 ? Math.sqrt(scatter2) : nan,
  };
}
