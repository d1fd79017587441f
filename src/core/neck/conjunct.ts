/** The whole of a head rotation: total helical angle, and what goes with the primary movement. */
import type { Frame, Quat } from '../frames.ts';
import { rotationAngleRad, toRotationVector } from '../math/quat.ts';
import { AXIAL, cromAngles, FLEXION, LATERAL, swingRad, twistRad } from './angles.ts';

/** Which angle of a pose is the reported one. `twist`: about the head's own long axis; the others: CROM's sequence. */
export type AngleMeasure = 'twist' | 'flexion' | 'lateral' | 'axial';

const scratch = new Float64Array(3);

/** The angle of a measure, rad; signs as in ../frames.ts. */
export function measureRad<F extends Frame>(measure: AngleMeasure, startFromHead: Quat<F, 'head'>): number {
  if (measure === 'twist') return twistRad(startFromHead);
  cromAngles(scratch, startFromHead);
  return scratch[measure === 'flexion' ? FLEXION : measure === 'lateral' ? LATERAL : AXIAL]!;
}

/**
 * Rotation vector of a pose against its start, rad, length 3 in the start's axes: its length is the total helical angle
 * (the one rotation about one axis that does the whole; Woltring 1994), its direction the axis. Free of any sequence of
 * axes, so it checks those that have one.
 */
export function helicalVector<F extends Frame>(outRad: Float64Array, startFromHead: Quat<F, 'head'>): Float64Array {
  return toRotationVector(outRad, startFromHead);
}

/** Total helical angle, rad in [0, pi]. */
export function helicalAngleRad<F extends Frame>(startFromHead: Quat<F, 'head'>): number {
  return rotationAngleRad(startFromHead);
}

/** All angles of one pose: the primary one and those that came with it. */
export interface ConjunctAngles {
  readonly flexionRad: number;
  readonly lateralRad: number;
  readonly axialRad: number;
  readonly twistRad: number;
  /** Angle of the long axis from its start: in the FRT what is left beside the twist. */
  readonly swingRad: number;
  readonly helicalRad: number;
}

/** Conjunct motion at a pose, usually that of the primary angle's peak. Allocates: once a repetition. */
export function conjunctAngles<F extends Frame>(startFromHead: Quat<F, 'head'>): ConjunctAngles {
  const angles = cromAngles(new Float64Array(3), startFromHead);
  return {
    flexionRad: angles[FLEXION]!,
    lateralRad: angles[LATERAL]!,
    axialRad: angles[AXIAL]!,
    twistRad: twistRad(startFromHead),
    swingRad: swingRad(startFromHead),
    helicalRad: helicalAngleRad(startFromHead),
  };
}
