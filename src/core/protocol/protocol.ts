/**
 * The common form of a test: what a protocol file exports, and what every screen, record and report can do with it
 * without knowing the test. Adding a test is one file with a definition, a line in ./registry.ts and its texts.
 */

import type { TrunkSample } from '../neck/trunk-follow.ts';
import type { EvidenceGrade } from '../outcome/trend.ts';
import type { ExaminerEvent, MotionSample, ProtocolEvent } from './step.ts';

/** Directions of all tests; 'none' where a test has no side. */
export type ProtocolDirection =
  | 'none'
  | 'left'
  | 'right'
  | 'flexion'
  | 'extension'
  | 'lateral-left'
  | 'lateral-right'
  | 'rotation-left'
  | 'rotation-right';

/**
 * What one repetition (trial of endurance, sweep, hold) came to. Measures are SI, their names end in the unit
 * (`angleRad`, `peakSpeedRadps`, `holdS`), NaN where there is none: so that a record, a column and a picture need no code
 * of their own for a new test.
 */
export interface ProtocolRepetition {
  readonly number: number;
  readonly direction: ProtocolDirection;
  readonly practice: boolean;
  readonly status: 'counted' | 'practice' | 'rejected';
  /** One word; null when it counts. */
  readonly reason: string | null;
  readonly warnings: readonly string[];
  readonly startedAtS: number;
  readonly endReason: string | null;
  readonly measures: Readonly<Record<string, number>>;
}

export interface ProtocolView {
  /** One of the definition's phases. */
  readonly phase: string;
  /** True in the phases 'finished' and 'stopped'. */
  readonly ended: boolean;
  readonly direction: ProtocolDirection;
  /** Message key for the examiner. */
  readonly prompt: string;
  /** The live value of the definition's `live` measure, SI; NaN when there is none now. */
  readonly live: number;
  /** Its standard uncertainty; NaN when not known. */
  readonly liveSigma: number;
  readonly repetitions: readonly ProtocolRepetition[];
}

/** Total: any sample and any event in any phase end in one of the phases, with nothing lost and nothing thrown. */
export interface ProtocolMachine {
  readonly view: ProtocolView;
  /** `trunk`: a sensor on the trunk, for tests that take its turn out. */
  update(sample: MotionSample, events: ProtocolEvent[], trunk?: TrunkSample | null): void;
  apply(event: ExaminerEvent, timeS: number, events: ProtocolEvent[]): void;
  save(): unknown;
  restore(state: unknown): void;
}

/** What every test can be asked for, whatever its own parameters are called. Left out: as its protocol says. */
export interface CommonSettings {
  readonly repetitions?: number;
  readonly practice?: number;
  readonly autoConfirm?: boolean;
  /** Repetitions done before, by direction: the test goes on where it stopped. */
  readonly already?: Readonly<Record<string, number>>;
  /** Flexion of the start at the person's own baseline in the clinic, rad: that of this test has to agree with it. */
  readonly baselineStartRad?: number;
  /** Of the alignment in force, rad. */
  readonly alignmentSigmaRad?: number;
  /** Of the trunk's axes, rad; null or left out: one sensor. */
  readonly trunkSigmaRad?: number | null;
}

export interface ProtocolDefinition<P extends object = object> {
  readonly id: string;
  /** Goes up when the meaning of a measure changes: results of different versions are not compared. */
  readonly version: number;
  readonly posture: 'seated' | 'supine';
  readonly evidence: EvidenceGrade;
  /** False: never offered at home. */
  readonly atHome: boolean;
  readonly phases: readonly string[];
  readonly directions: readonly ProtocolDirection[];
  /** The measure that the result is about, its sigma if any, and the one shown live (may be the same). */
  readonly primary: string;
  readonly primarySigma: string | null;
  readonly live: string;
  /** What the examiner's keys mean here; message keys. Null: the key does nothing. */
  readonly keys: Readonly<Record<ExaminerEvent['type'], string | null>>;
  /** Where the protocol is from. */
  readonly source: string;
  readonly defaults: Readonly<P>;
  /** The common settings in the test's own words. */
  settings(common: CommonSettings): Partial<P>;
  /** Counted repetitions asked of each direction. */
  repetitionsAsked(overrides?: Partial<P>): number;
  create(overrides?: Partial<P>): ProtocolMachine;
}
