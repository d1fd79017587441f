/** Every number of the CROM machine, in SI and radians, with its reason. A clinic may set others; results keep them. */
import { radFromDeg } from '../units.ts';
import { CROM_DIRECTIONS, type CromDirection } from './crom-types.ts';

export interface CromParams {
  /** The movements in the order in which they are asked for. */
  readonly directions: readonly CromDirection[];
  /** All repetitions of a movement one after another, or one of each in turn. */
  readonly order: 'movements' | 'rounds';
  /** Per movement: to get used to it (two is common), and counted (three suffice for rotation, clinical sources agree). */
  readonly warmUps: number;
  readonly repetitions: number;
  /** Of each movement, warm-ups included, done before this trial: a test that was cut off goes on where it stopped. */
  readonly already: Readonly<Partial<Record<CromDirection, number>>>;
  /** Alone: too fast above this, rad/s; a fault (too fast, start moved, gap) is repeated so often, then it is marked. */
  readonly fastRadps: number;
  readonly repeatFaults: number;
  /** The start has moved by more than this from the trial's first one, rad: the trunk, or the band. */
  readonly movedRad: number;
  /** Of each movement at most so many tries beyond those that count: nobody alone is kept at it for ever. */
  readonly spareTries: number;
  /** The machine takes the neutral by itself; otherwise the examiner confirms it, every time. */
  readonly autoConfirm: boolean;

  /** Neutral: still for this long, s. */
  readonly neutralStillS: number;
  /** Below this smoothed rate the head is still, rad/s; smoothing, s; and a still window strays no further, rad. */
  readonly stillRateRadps: number;
  readonly stillTauS: number;
  readonly stillSpreadRad: number;
  /** An automatic neutral lies within this of the first one in tilt and of the last one in heading, rad: a patient still at end range is not captured. */
  readonly neutralNearRad: number;
  /** A head that rests elsewhere for this long is not on its way back: the neutral was another pose than meant, s ... */
  readonly neutralElsewhereS: number;
  /** ... or for this long, where an earlier movement has come back to it: at an end range somebody may well linger, s. */
  readonly neutralGivenUpS: number;
  /** The first one is taken by itself only with the head's long axis this near to the vertical, rad: the test is done seated. */
  readonly neutralUprightRad: number;
  /**
   * ... and is marked beyond this in tilt, and in heading beyond this and its drift since the first neutral (95 %), rad:
   * repositioning error of healthy people is 2 to 4 deg.
   */
  readonly neutralMarkRad: number;
  /** A later still pose replaces the neutral within this of the first of this repetition, rad: no slow start is carried along. */
  readonly neutralCreepRad: number;
  /** ... and only by a pose that stayed: the halves of its window agree within this, rad. */
  readonly neutralDriftRad: number;

  /** A movement begins beyond this total rotation, rad. */
  readonly beginRad: number;
  /** Below this a hold counts only when confirmed, rad; a confirmed one may be this small. */
  readonly holdMinRad: number;
  readonly confirmedMinRad: number;
  /** Hold at end range, and a confirmed one, s. */
  readonly holdS: number;
  readonly confirmedHoldS: number;
  /** A later hold farther out by more than this becomes the end range, rad: a slow approach is no end. */
  readonly followRad: number;
  /** Going on by more than this after a capture opens the end range again, rad. */
  readonly goOnRad: number;
  /** Turned back from the end range by this, rad, or by half of a smaller angle: on the way back. */
  readonly leaveRad: number;
  /** Back within this of the neutral and still this long: returned, rad, s. */
  readonly returnRad: number;
  readonly returnStillS: number;
  /** Still for this long outside of it ends the return all the same, s. */
  readonly returnGiveUpS: number;
  /** Closure that is marked, and that voids, rad: free repositioning, so wider than in the FRT. */
  readonly closureMarkRad: number;
  readonly closureVoidRad: number;
  /** A conjunct angle beyond this share of the primary one is marked. */
  readonly conjunctShare: number;

  /** Smoothing of the reported speed, s. */
  readonly speedTauS: number;
  /** Longest gap in a hold and in a repetition, s; added against rounding; a gap after which no earlier pose holds, s. */
  readonly holdGapS: number;
  readonly repetitionGapS: number;
  readonly gapToleranceS: number;
  readonly forgetGapS: number;
  readonly lossVoidShare: number;

  /** Standard uncertainties for the live value; the re-measured one has its own. */
  readonly alignmentSigmaRad: number;
  /** Of the axes of the trunk's sensor; null: there is none, and the head is measured against the room. */
  readonly trunkSigmaRad: number | null;
  readonly tiltShare: number;
  readonly gyroScaleSigma: number;
  readonly bandSigmaRad: number;
}

export const CROM_DEFAULTS: CromParams = Object.freeze({
  directions: CROM_DIRECTIONS,
  order: 'movements',
  warmUps: 2,
  repetitions: 3,
  already: Object.freeze({}),
  // With an examiner: who sees it, says so.
  fastRadps: Number.POSITIVE_INFINITY,
  repeatFaults: 0,
  movedRad: Number.POSITIVE_INFINITY,
  spareTries: Number.POSITIVE_INFINITY,
  autoConfirm: true,
  neutralStillS: 1.0,
  stillRateRadps: radFromDeg(4),
  stillTauS: 0.15,
  stillSpreadRad: radFromDeg(2),
  neutralNearRad: radFromDeg(15),
  neutralElsewhereS: 5,
  neutralGivenUpS: 15,
  neutralUprightRad: radFromDeg(45),
  neutralMarkRad: radFromDeg(5),
  neutralCreepRad: radFromDeg(3),
  neutralDriftRad: radFromDeg(0.25),
  beginRad: radFromDeg(5),
  holdMinRad: radFromDeg(10),
  confirmedMinRad: radFromDeg(2),
  holdS: 0.7,
  confirmedHoldS: 0.3,
  followRad: radFromDeg(0.2),
  goOnRad: radFromDeg(3),
  leaveRad: radFromDeg(5),
  returnRad: radFromDeg(8),
  returnStillS: 0.4,
  returnGiveUpS: 1.5,
  closureMarkRad: radFromDeg(5),
  closureVoidRad: radFromDeg(10),
  conjunctShare: 0.5,
  speedTauS: 0.2,
  holdGapS: 0.1,
  repetitionGapS: 0.3,
  gapToleranceS: 0.005,
  forgetGapS: 1,
  lossVoidShare: 0.1,
  alignmentSigmaRad: radFromDeg(2),
  trunkSigmaRad: null,
  tiltShare: 0.4,
  gyroScaleSigma: 0.003,
  bandSigmaRad: radFromDeg(0.1),
});
