/** Every number of the alignment, in SI and radians, with its reason. */
import { radFromDeg } from '../src/core/units.ts';

export interface AlignmentParams {
  /**
   * Upright and still for this long at first, s: twice what rest detection needs, so that the gyro's bias has its start
   * and the heading its uncertainty before anything turns. And after each movement, s.
   */
  readonly stillS: number;
  readonly settleS: number;
  /** Below this smoothed rate the head is still, rad/s, and it may not wander further than this within a window, rad. */
  readonly stillRateRadps: number;
  readonly stillSpreadRad: number;
  /** Excursions above this tell an axis, rad: below, the wobble of the band on the skin has its say. */
  readonly moveRad: number;
  /** The direction of the first movement is read here, rad. */
  readonly firstMoveRad: number;
  /** Smallest nod and turn that tell an axis well, rad. */
  readonly nodMinRad: number;
  readonly turnMinRad: number;
  /** Back within this of the still pose, rad. */
  readonly backRad: number;
  /** Nod axis from the level plane: refused beyond, rad. */
  readonly nodResidualRad: number;
  /** Nod off one axis: refused beyond, rad. */
  readonly nodSpreadRad: number;
  /** Turn axis from the vertical: refused beyond, rad. */
  readonly turnResidualRad: number;
  /** Head inclination at the end against the beginning: refused beyond, rad. */
  readonly repositionRad: number;
  /** A step that takes longer is given up, s. */
  readonly stepS: number;
  /** Missing time that breaks the procedure off, s: the attitude was bridged, not seen. */
  readonly gapS: number;
  /** Smallest uncertainty that an alignment is given, rad: nobody sits at the same neutral twice. */
  readonly floorSigmaRad: number;
}

export const ALIGNMENT_DEFAULTS: AlignmentParams = Object.freeze({
  stillS: 3.0,
  settleS: 0.6,
  stillRateRadps: radFromDeg(4),
  stillSpreadRad: radFromDeg(2),
  moveRad: radFromDeg(5),
  firstMoveRad: radFromDeg(10),
  nodMinRad: radFromDeg(15),
  turnMinRad: radFromDeg(20),
  backRad: radFromDeg(10),
  nodResidualRad: radFromDeg(10),
  nodSpreadRad: radFromDeg(20),
  turnResidualRad: radFromDeg(15),
  repositionRad: radFromDeg(8),
  stepS: 60,
  gapS: 1,
  floorSigmaRad: radFromDeg(1),
});
