/** What the CROM machine takes and shows. Radians and seconds. */
import type { AngleMeasure } from '../neck/conjunct.ts';
import type { TrunkSample } from '../neck/trunk-follow.ts';
import type { AngleUncertainty } from '../neck/uncertainty.ts';
import type { CromPrompt, CromWarning } from './crom-codes.ts';
import type { ExaminerEvent, MotionSample, ProtocolEvent, Symptom } from './step.ts';

/** The six half-cycle movements. */
export const CROM_DIRECTIONS = [
  'flexion',
  'extension',
  'lateral-left',
  'lateral-right',
  'rotation-left',
  'rotation-right',
] as const;
export type CromDirection = (typeof CROM_DIRECTIONS)[number];

/** Which angle a movement is measured by, and its sign. */
export const CROM_AXES: Readonly<Record<CromDirection, { readonly measure: AngleMeasure; readonly sign: 1 | -1 }>> =
  Object.freeze({
    flexion: { measure: 'flexion', sign: 1 },
    extension: { measure: 'flexion', sign: -1 },
    'lateral-left': { measure: 'lateral', sign: -1 },
    'lateral-right': { measure: 'lateral', sign: 1 },
    'rotation-left': { measure: 'axial', sign: 1 },
    'rotation-right': { measure: 'axial', sign: -1 },
  });

export type CromPhase =
  | 'idle'
  | 'await-neutral'
  | 'neutral'
  | 'moving'
  | 'hold'
  | 'captured'
  | 'returning'
  | 'finished'
  | 'stopped';

export type CromRejection = 'signal' | 'short' | 'closure' | 'extra' | 'redone' | 'fast' | 'moved';

export interface CromRepetitionRecord {
  readonly number: number;
  /** From the angles themselves, not from what was asked. */
  readonly direction: CromDirection;
  /** The movement that was asked for. */
  readonly asked: CromDirection;
  readonly warmUp: boolean;
  readonly status: 'counted' | 'warm-up' | 'rejected';
  readonly reason: CromRejection | null;
  readonly warnings: readonly CromWarning[];
  readonly startedAtS: number;
  /** Medians over the hold against this repetition's neutral, rad, signed; NaN when no end range was reached. */
  readonly flexionRad: number;
  readonly lateralRad: number;
  readonly axialRad: number;
  /** The primary one of the three, signed. */
  readonly angleRad: number;
  /** The primary angle of the same hold against the trial's first neutral: two of these make a full cycle. */
  readonly fromFirstNeutralRad: number;
  /** Total helical angle at the hold, rad. */
  readonly helicalRad: number;
  readonly uncertainty: AngleUncertainty | null;
  /** Rotation left after the return, rad; NaN when there was no stop. */
  readonly closureRad: number;
  readonly peakSpeedRadps: number;
  readonly holdS: number;
  readonly endReason: 'hold' | 'confirmed' | Symptom | 'stopped' | null;
  /** Absent with one sensor. */
  readonly trunk?: CromTrunkFigures;
}

/** Where a sensor on the trunk belongs to the test. */
export interface CromTrunkFigures {
  /** The angles are those of the head against the trunk; false: the trunk was lost, and they are the head's alone. */
  readonly corrected: boolean;
  /** The primary angle by the head's sensor alone, signed, rad. */
  readonly headAloneRad: number;
  /** How far the trunk had turned since this neutral at end range, rad; NaN when it was lost. */
  readonly trunkTurnRad: number;
}

export interface CromView {
  readonly phase: CromPhase;
  /** The movement that is asked for, or being done. */
  readonly direction: CromDirection;
  readonly prompt: CromPrompt;
  /** Live angles against the neutral of the repetition, rad; NaN without one. */
  readonly flexionRad: number;
  readonly lateralRad: number;
  readonly axialRad: number;
  readonly repetitions: readonly CromRepetitionRecord[];
}

export interface CromMachine {
  readonly view: CromView;
  /** `trunk`: where a sensor on the trunk belongs to the test. */
  update(sample: MotionSample, events: ProtocolEvent[], trunk?: TrunkSample | null): void;
  apply(event: ExaminerEvent, timeS: number, events: ProtocolEvent[]): void;
  save(): unknown;
  restore(state: unknown): void;
}
