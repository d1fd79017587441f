/** What the Flexion-Rotation Test machine takes and shows. Radians and seconds; the gateway converts at the edge. */
import type { TrunkSample } from '../neck/trunk-follow.ts';
import type { GravityAgreement } from './gravity-guard.ts';
import type { ExaminerEvent, MotionSample, ProtocolEvent, Side, Symptom } from './step.ts';

export type FrtPhase =
  | 'idle'
  | 'await-flexed'
  | 'neutral'
  | 'rotating'
  | 'hold'
  | 'captured'
  | 'returning'
  | 'finished'
  | 'stopped';

/** Where a sensor on the trunk belongs to the test. */
export interface FrtTrunkFigures {
  /** The twist is that of the head against the trunk; false: the trunk was lost, and it is the head's alone. */
  readonly corrected: boolean;
  /** What the head's sensor alone says, signed, rad. */
  readonly headAloneRad: number;
  /** How far the trunk had turned at end range, rad; NaN when it was lost. */
  readonly trunkTurnRad: number;
  /** Neck flexion at the flexed start, rad; NaN when the trunk was not known. */
  readonly startFlexionRad: number;
}

/** One word each; a rejected repetition does not count. */
export type FrtRejection = 'fast' | 'flexion' | 'closure' | 'signal' | 'gravity' | 'redone' | 'short' | 'side';

export interface FrtRepetitionRecord {
  readonly number: number;
  /** From the sign of the twist, not from what was asked. */
  readonly side: Side;
  readonly practice: boolean;
  readonly status: 'counted' | 'practice' | 'rejected';
  readonly reason: FrtRejection | null;
  readonly warnings: readonly string[];
  readonly startedAtS: number;
  /** Signed twist at end range, left positive, median over the hold, rad; NaN when none was reached. */
  readonly twistRad: number;
  readonly sigmaRad: number;
  /** NaN where gravity cannot tell (long axis within 20 degrees of the vertical). */
  readonly gravityTwistRad: number;
  readonly closureRad: number;
  readonly peakSpeedRadps: number;
  readonly startInclinationRad: number;
  /** Flexion of the start: elevation of the long axis above lying flat, rad. */
  readonly startFlexionRad: number;
  readonly holdS: number;
  readonly endReason: 'hold' | 'confirmed' | Symptom | 'stopped' | null;
  /** Absent with one sensor. */
  readonly trunk?: FrtTrunkFigures;
}

export interface FrtView {
  readonly phase: FrtPhase;
  readonly side: Side;
  /** Message key for the examiner. */
  readonly prompt: string;
  /** Live twist from the flexed start, rad; NaN when there is no flexed start. */
  readonly twistRad: number;
  /** Its standard uncertainty, rad; NaN when there is no flexed start. */
  readonly twistSigmaRad: number;
  /**
   * Change of inclination since the flexed start, as it is judged, rad: of the head against the vertical, or with a sensor
   * on the trunk of the neck. NaN when there is no flexed start.
   */
  readonly inclinationChangeRad: number;
  /** Whose inclination that is. */
  readonly inclinationOf: 'head' | 'neck';
  /** Gyro against gravity since the flexed start, now; null without one. */
  readonly gravity: GravityAgreement | null;
  readonly repetitions: readonly FrtRepetitionRecord[];
}

export interface FrtMachine {
  readonly view: FrtView;
  /** `trunk`: where a sensor on the trunk belongs to the test. */
  update(sample: MotionSample, events: ProtocolEvent[], trunk?: TrunkSample | null): void;
  apply(event: ExaminerEvent, timeS: number, events: ProtocolEvent[]): void;
  save(): unknown;
  restore(state: unknown): void;
}
