/** What a protocol is: a pure machine fed with motion samples and examiner events. */

export type Side = 'left' | 'right';

/** What reaches a protocol from a person (pedal, key, button, band tap); the source is kept with the event. */
export type ExaminerEvent =
  | { readonly type: 'confirm' }
  | { readonly type: 'redo' }
  | { readonly type: 'stop' }
  | { readonly type: 'pain' }
  /** The patient's own, familiar headache was brought on. */
  | { readonly type: 'headache' }
  /** Dizziness, or a sign of nerve or circulation: the test ends. */
  | { readonly type: 'dizziness' };

/** What the patient felt that ends a movement where it is. */
export type Symptom = 'pain' | 'headache';

/** True of what the patient felt, whether it ends a movement or the test. */
export function isSymptom(event: ExaminerEvent): boolean {
  return event.type === 'pain' || event.type === 'headache' || event.type === 'dizziness';
}

/** One motion sample as a protocol sees it. Mutable and reused: a protocol copies what it keeps. SI and radians. */
export interface MotionSample {
  /** Seconds on the fitted device clock. */
  timeS: number;
  /** [w x y z], worldFromHead. */
  readonly worldFromHead: Float64Array;
  /** Angular rate in the head frame, bias removed, rad/s. */
  readonly headRateRadps: Float64Array;
  /** Specific force in the head frame, m/s^2; NaN when the sensor sends none. */
  readonly headAccMps2: Float64Array;
  /** Bits of SampleFlag. */
  flags: number;
  /** Missing time before this sample, s; 0 when none is missing. */
  gapS: number;
  /** Standard uncertainty of heading gained since the last rest, rad. */
  headingSigmaRad: number;
  /** Standard uncertainty of the gyro bias in use, rad/s (largest axis); absent or NaN: not known. */
  biasSigmaRadps?: number;
  /** Standard uncertainty of inclination, rad. */
  tiltSigmaRad: number;
}

/** What a protocol did with a sample or an event, for sounds, prompts and the log. Appended to a caller-owned list. */
export interface ProtocolEvent {
  readonly timeS: number;
  readonly type:
    | 'prompt'
    | 'neutral-captured'
    | 'rotation-started'
    | 'end-range-captured'
    | 'returned'
    | 'repetition-counted'
    | 'repetition-rejected'
    | 'warning'
    | 'stopped'
    | 'finished';
  /** Message key with its values, never text for people. */
  readonly code: string;
  readonly side: Side | null;
  readonly values?: Readonly<Record<string, number>>;
}
