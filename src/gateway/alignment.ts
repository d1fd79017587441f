/** An alignment in force, and how it outlives a lost link. */
import type { Quat } from '../core/frames.ts';
import { conjugate, fromRotationVector, multiply, normalize } from '../core/math/quat.ts';

/** How the band sits on the head, and the head's neutral pose with its heading. */
export interface Alignment {
  readonly sensorFromHead: Quat<'sensor', 'head'>;
  readonly worldFromNeutral: Quat<'world', 'neutral'>;
  /** Standard uncertainty of the head axes, rad, each. */
  readonly sigmaRad: number;
  /** Who moved the head; left out: the patient. */
  readonly ledBy?: 'patient' | 'examiner';
}

/**
 * The neutral pose turned about the vertical by as much as the world turned between two estimates of the same sensor
 * pose. Allocates: for reconnects, not for samples.
 * @param before worldFromSensor at the end of the old connection, [w x y z]
 * @param after worldFromSensor at the start of the new one
 */
export function headingCarriedOver(alignment: Alignment, before: Float64Array, after: Float64Array): Alignment {
  const newFromOld = new Float64Array(4) as Quat<'world', 'world'>;
  const inverse = new Float64Array(4) as Quat<'sensor', 'world'>;
  conjugate(inverse, before as Quat<'world', 'sensor'>);
  multiply(newFromOld, after as Quat<'world', 'sensor'>, inverse);
  const turn = new Float64Array(4) as Quat<'world', 'world'>;
  fromRotationVector(turn, 0, 0, 2 * Math.atan2(newFromOld[3]!, newFromOld[0]!));
  const worldFromNeutral = new Float64Array(4) as Quat<'world', 'neutral'>;
  multiply(worldFromNeutral, turn, alignment.worldFromNeutral);
  normalize(worldFromNeutral, worldFromNeutral);
  return { ...alignment, worldFromNeutral };
}
