/** Every number of the FRT machine, in SI and radians, with its reason. A clinic may set others; results keep them. */
import { radFromDeg } from '../units.ts';
import type { Side } from './step.ts';

export interface FrtParams {
  readonly firstSide: Side;
  /** Counted repetitions a side. */
  readonly repetitionsPerSide: number;
  /** One repetition a side to get used to it, before those that count. */
  readonly practice: boolean;
  /** Of each side, practice included, done before this trial: a test that was cut off goes on where it stopped. */
  readonly already: Readonly<Partial<Record<Side, number>>>;
  /** The machine takes the flexed start by itself; otherwise the examiner confirms it, every time. */
  readonly autoConfirm: boolean;

  /** Flexed start: still for this long, s. */
  readonly startStillS: number;
  /** Below this smoothed rate the head is still, rad/s: hold and start alike. */
  readonly stillRateRadps: number;
  /** Smoothing of the rate for stillness, s: lets a tremor of 0.3 deg at 10 Hz pass as still. */
  readonly stillTauS: number;
  /** A still window may not wander further than this, rad: a creep below the still rate is not a pose. */
  readonly stillSpreadRad: number;
  /** An automatic start needs the face upward: long axis raised from the horizontal by at least this, rad ... */
  readonly startFlexionMinRad: number;
  /** ... and short of upright by at least this, rad: a patient who still sits is not captured. */
  readonly startFromUprightMinRad: number;
  /** ... and the ears level within this, and turned from the last good start by no more than this, rad. */
  readonly startTurnMaxRad: number;
  /** A head that rests turned from there, but otherwise as a start does, for this long has shifted on the couch, s. */
  readonly startElsewhereS: number;
  /** Flexion (elevation of the long axis) of an earlier start that this one has to agree with, rad; NaN: none ... */
  readonly baselineStartRad: number;
  /** ... and within this, rad. */
  readonly baselineWithinRad: number;
  /** A later still pose replaces the start unless it is less flexed by more than this, rad: the most flexed one counts. */
  readonly startRefineRad: number;
  /** ... and only within this twist of the first one, rad: a slow turn may not carry its own start along. */
  readonly startCreepRad: number;
  /** ... and only by a pose that stayed: the halves of its window agree within this, rad. */
  readonly startDriftRad: number;
  /** A replaced start that lies nearer than this to the one before is not told anew, rad. */
  readonly startTellRad: number;
  /** A start less flexed than the trial's most flexed by more than this is marked, rad: lost flexion inflates the twist. */
  readonly lessFlexedRad: number;

  /** A turn begins beyond this twist, rad. */
  readonly turnBeginRad: number;
  /** A confirmed turn may be this small, rad: a side that hardly moves is still measured. */
  readonly confirmedTurnRad: number;
  /** Below this a hold counts only when confirmed, rad. */
  readonly holdMinTwistRad: number;
  /** Hold at end range for this long, s. */
  readonly holdS: number;
  /** A confirmed hold may be this short, s. */
  readonly confirmedHoldS: number;
  /** A later hold farther out by more than this becomes the end range, rad: a slow approach is no end. */
  readonly followRad: number;
  /** Going on by more than this after a capture opens the end range again, rad: it was a pause, not the end. */
  readonly goOnRad: number;

  /** Turned back from the end range by this, rad (or by half of a smaller twist): on the way back. */
  readonly leaveRad: number;
  /** Back within this of the start, rad; also the closure beyond which a repetition is void. */
  readonly returnRad: number;
  /** Still for this long at the return, s. */
  readonly returnStillS: number;
  /** Still for this long outside `returnRad` but near it ends the return all the same, s. */
  readonly returnGiveUpS: number;
  /** Closure beyond this is marked, rad. */
  readonly closureMarkRad: number;

  /** Change of head inclination from the flexed start: void, marked, rad. */
  readonly inclinationVoidRad: number;
  readonly inclinationMarkRad: number;
  /** Swing of the long axis at end range that is marked, rad. */
  readonly swingMarkRad: number;
  /** Swing beyond which the head has left the test altogether, rad. */
  readonly swingLostRad: number;
  /** Speed that voids, rad/s. */
  readonly speedVoidRadps: number;
  /** Of a side so many are void for speed; one more that is too fast counts and is marked. */
  readonly repeatFast: number;
  /** Smoothing of the rate for speed, s: the neck's speed is judged, not the wobble of the band on the skin (2 to 5 Hz). */
  readonly speedTauS: number;

  /** Longest gap in a hold, in a repetition, s; and what is added against rounding of sample times. */
  readonly holdGapS: number;
  readonly repetitionGapS: number;
  readonly gapToleranceS: number;
  /** A gap after which no earlier pose is comparable, s. */
  readonly forgetGapS: number;
  /** Share of missing time that voids. */
  readonly lossVoidShare: number;

  /** Gyro against gravity: void beyond this or beyond the 95 % interval, whichever is larger, rad. */
  readonly gravityVoidRad: number;
  /**
   * The live guard: up as predicted and as measured behind a low pass of this time constant, s, further apart than the
   * limit for this long, s. A tap on the band (10 m/s^2 for 20 ms) decays below 3 degrees within 0.1 s, an error of the
   * gyro stays as long as the head is turned.
   */
  readonly gravityGuardTauS: number;
  readonly gravityGuardS: number;
  /** Long axis nearer to the vertical than this: gravity cannot tell, rad. */
  readonly gravityBlindRad: number;
  /** Standard uncertainty of up from the accelerometer at one still pose, rad: 10 mg of a consumer part's offset. */
  readonly accDirectionSigmaRad: number;

  /** Attempts at end range a side, practice included. */
  readonly attemptsPerSide: number;
  /** Turns of a side, void ones included: nobody alone is kept at it for ever. */
  readonly triesPerSide: number;
  /** A turn beyond this is an attempt whether or not a hold was caught, rad. */
  readonly attemptTwistRad: number;

  /** Standard uncertainty of the alignment, rad (from the alignment itself where known). */
  readonly alignmentSigmaRad: number;
  /** The same of the trunk's sensor; null: there is none, and the head is measured against the room. */
  readonly trunkSigmaRad: number | null;
  /** Share of the tilt uncertainty that two still poses a few seconds apart do not have in common: the rest cancels. */
  readonly tiltShare: number;
  /** Standard uncertainty of the gyro's scale for one turn: 0.3 % of a consumer part after factory trim. */
  readonly gyroScaleSigma: number;
  /** Standard uncertainty from the band creeping on the skin between start and hold, rad: 0.5 deg a minute, ten seconds. */
  readonly bandSigmaRad: number;
}

export const FRT_DEFAULTS: FrtParams = Object.freeze({
  firstSide: 'left',
  repetitionsPerSide: 3,
  practice: true,
  already: Object.freeze({}),
  autoConfirm: true,
  startStillS: 1.0,
  stillRateRadps: radFromDeg(4),
  stillTauS: 0.15,
  stillSpreadRad: radFromDeg(2),
  startFlexionMinRad: radFromDeg(15),
  startFromUprightMinRad: radFromDeg(10),
  startTurnMaxRad: radFromDeg(15),
  startElsewhereS: 5,
  // With an examiner: whose hands know whether the flexion is full.
  baselineStartRad: Number.NaN,
  baselineWithinRad: radFromDeg(5),
  startRefineRad: radFromDeg(0.5),
  startCreepRad: radFromDeg(3),
  startDriftRad: radFromDeg(0.25),
  startTellRad: radFromDeg(1),
  lessFlexedRad: radFromDeg(5),
  turnBeginRad: radFromDeg(5),
  confirmedTurnRad: radFromDeg(2),
  holdMinTwistRad: radFromDeg(10),
  holdS: 0.7,
  confirmedHoldS: 0.3,
  followRad: radFromDeg(0.2),
  goOnRad: radFromDeg(3),
  leaveRad: radFromDeg(5),
  returnRad: radFromDeg(5),
  returnStillS: 0.4,
  returnGiveUpS: 1.5,
  closureMarkRad: radFromDeg(3),
  inclinationVoidRad: radFromDeg(8),
  inclinationMarkRad: radFromDeg(5),
  swingMarkRad: radFromDeg(10),
  swingLostRad: radFromDeg(45),
  speedVoidRadps: radFromDeg(45),
  repeatFast: Number.POSITIVE_INFINITY,
  speedTauS: 0.2,
  holdGapS: 0.1,
  repetitionGapS: 0.3,
  gapToleranceS: 0.005,
  forgetGapS: 1,
  lossVoidShare: 0.1,
  gravityVoidRad: radFromDeg(3),
  gravityGuardTauS: 0.3,
  gravityGuardS: 0.5,
  gravityBlindRad: radFromDeg(20),
  accDirectionSigmaRad: radFromDeg(0.6),
  attemptsPerSide: 5,
  triesPerSide: Number.POSITIVE_INFINITY,
  attemptTwistRad: radFromDeg(20),
  alignmentSigmaRad: radFromDeg(2),
  trunkSigmaRad: null,
  tiltShare: 0.4,
  gyroScaleSigma: 0.003,
  bandSigmaRad: radFromDeg(0.1),
});
