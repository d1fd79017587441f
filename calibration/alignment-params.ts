/** Every number of the alignment, in SI and radians, with its reason. */
import { radFromDeg } from '../src/core/units.ts';

export interface AlignmentParams {
  /**
   * Upright and still at first: windows of this length, s, at least so many of them without a move, and on until the
   * gyro's bias is known to this standard uncertainty, rad/s: it has its start here, before anything turns. A band that
   * never comes to rest goes on after the most windows, with the uncertainty that it has.
   */
  readonly stillS: number;
  readonly stillWindows: number;
  readonly stillWindowsMost: number;
  readonly biasSigmaRadps: number;
  /** Still after each movement, s. */
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
  /**
   * Standard deviation among people of the turn and of the side bend that go with a nod, each as a share of it: how far
   * the nod's axis lies from the head's y. The turn shows (the axis leaves the level), the side bend does not: it turns
   * the found axes about the long one, and no movement upright tells.
   */
  readonly nodCouplingShare: number;
  /** How many nods of this person the knowledge about people is worth, against the one turn that was seen. */
  readonly nodCouplingWeight: number;
  /**
   * What the wobble of the band on the skin leaves of a small movement's axis, rad of the movement itself: 1.5 degrees rms at
   * 2 to 5 Hz over a movement of about a second are some eight independent half waves, so half a degree. The axis is off by
   * this over the sine of the movement. 0: movements as large as the patient's own, where the floor holds it.
   */
  readonly wobbleSigmaRad: number;
}

export const ALIGNMENT_DEFAULTS: AlignmentParams = Object.freeze({
  stillS: 1.5,
  stillWindows: 2,
  stillWindowsMost: 6,
  biasSigmaRadps: radFromDeg(0.15),
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
  nodCouplingShare: 0.05,
  nodCouplingWeight: 3,
  wobbleSigmaRad: 0,
});

/** Who moves the head: the patient, or, where turning hurts, the examiner's hands. */
export type AlignmentLead = 'patient' | 'examiner';

/**
 * Led by hands: half the movement is enough, what it says is known less well, and that is stated. The nod of 8 and the turn of
 * 10 degrees are a fifth of the range that neck pain leaves at the least (flexion 40, rotation 50 degrees), and three and
 * seven times what tells which way it went; a nod of 8 degrees leaves half a degree over sin 8, that is 3.6 degrees, of the
 * axis. Hands are slower to come to rest: the pose after counts within the same limits.
 */
export const EXAMINER_LED: Partial<AlignmentParams> = Object.freeze({
  moveRad: radFromDeg(3),
  firstMoveRad: radFromDeg(5),
  nodMinRad: radFromDeg(8),
  turnMinRad: radFromDeg(10),
  backRad: radFromDeg(5),
  wobbleSigmaRad: radFromDeg(0.5),
});
