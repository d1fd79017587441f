/** What a visit knows and what may happen to it. Plain values: the state is stored as it is. */
import type { BandVerdict } from './band-check.ts';
import type { ScreenAnswers } from './safety-screen.ts';

/** The examiner's own call on a side, before any degree is shown. */
export type ExaminerCall = 'restricted' | 'not-restricted' | 'unsure';
export type TreatmentMark = 'before' | 'after';

/** What ends every test of a visit. */
export type EndingSign = 'dizziness' | 'neurological';

/**
 * Why the clinician goes on without a clear screen: the findings were examined and judged; it was asked today
 * outside this kit; nobody is examined (training, a simulated subject). A sign that forbids a test is set aside by the
 * first alone.
 */
export type OverrideReason = 'examined' | 'screened-elsewhere' | 'training';

export interface FamiliarHeadache {
  readonly reproduced: boolean;
  /** After so many seconds; null: not reproduced, or not timed. */
  readonly afterS: number | null;
  /** Gone at neutral; null: not asked. */
  readonly goneAtNeutral: boolean | null;
}

/** A test of the visit, as far as the visit is concerned. */
export interface VisitTrial {
  readonly id: string;
  readonly protocol: string;
  readonly ended: boolean;
  readonly treatment: TreatmentMark;
  /** Degrees were hidden when it began. */
  readonly blinded: boolean;
  /** By direction ('left', 'right', …); what the clinic's examiner felt. */
  readonly calls: Readonly<Record<string, ExaminerCall>>;
  /** Directions that need a call before degrees are shown; empty: none does. */
  readonly callsNeeded: readonly string[];
  /** Shown on the examiner's word although a call was missing. */
  readonly revealedWithoutCall: boolean;
  readonly familiar: FamiliarHeadache | null;
}

export interface VisitState {
  /** Where, and so which questions of the safety screen are asked; left out: in the clinic. */
  readonly place?: 'clinic' | 'home' | undefined;
  readonly answers: ScreenAnswers;
  /** Precautions that the clinician weighed and went on with. */
  readonly accepted: readonly string[];
  /** The clinician's word in place of a clear screen; null: none. Any later answer takes it away. */
  readonly override: OverrideReason | null;
  /** 0..10; null: not asked yet. */
  readonly headacheNow: number | null;
  /** A pain killer in the last six hours; null: not asked yet. */
  readonly analgesic6h: boolean | null;
  /** The couch's head end above the horizontal, deg; null: not said. */
  readonly couchAngleDeg: number | null;
  /** A short code of who examines; null: not said. */
  readonly examiner: string | null;
  /** Degrees are hidden until the examiner's call. A clinic may switch it off; the record says so. */
  readonly blinded: boolean;
  /** The last look at the band, supine; null: none since the alignment. */
  readonly band: { readonly verdict: BandVerdict; readonly offDeg: number | null } | null;
  readonly treatment: TreatmentMark;
  /** Dizziness or a neurological sign: no further test in this visit. */
  readonly endedBy: EndingSign | null;
  /** The visit is over: nothing is hidden any longer, and what was not called stays uncalled. */
  readonly closed: boolean;
  readonly trials: readonly VisitTrial[];
}

export type VisitEvent =
  | { readonly type: 'answer'; readonly key: string; readonly yes: boolean }
  | { readonly type: 'accept-precaution'; readonly key: string }
  | { readonly type: 'override'; readonly reason: OverrideReason }
  | { readonly type: 'headache-now'; readonly value: number }
  | { readonly type: 'analgesic'; readonly taken: boolean }
  | { readonly type: 'couch-angle'; readonly deg: number | null }
  | { readonly type: 'examiner'; readonly code: string | null }
  | { readonly type: 'blinding'; readonly on: boolean }
  /** Null: aligned anew, nothing is known of it. */
  | { readonly type: 'band'; readonly found: VisitState['band'] }
  | { readonly type: 'treated' }
  | {
      readonly type: 'trial-started';
      readonly id: string;
      readonly protocol: string;
      /** Those whose degrees wait for a call; none where the test has no call. */
      readonly directions: readonly string[];
    }
  /** `tried`: the directions in which an end range was reached; the others need no call. */
  | { readonly type: 'trial-ended'; readonly id: string; readonly tried: readonly string[] }
  /** Its last repetition was taken back: the test goes on. */
  | { readonly type: 'trial-reopened'; readonly id: string; readonly directions: readonly string[] }
  | { readonly type: 'call'; readonly id: string; readonly direction: string; readonly call: ExaminerCall }
  | { readonly type: 'reveal'; readonly id: string }
  | { readonly type: 'familiar'; readonly id: string; readonly familiar: FamiliarHeadache }
  | { readonly type: 'sign'; readonly sign: EndingSign }
  | { readonly type: 'close' }
  | { readonly type: 'continue' };

/** One word, a message key. */
export type VisitRefusal =
  | 'screen-open'
  | 'screen-stop'
  | 'precaution-open'
  | 'headache-open'
  | 'analgesic-open'
  | 'ended'
  | 'closed'
  | 'band-moved'
  | 'trial-running'
  | 'call-open'
  | 'known-trial'
  | 'unknown-trial'
  | 'unknown-direction'
  | 'call-fixed'
  | 'revealed'
  | 'out-of-range'
  | 'no-precaution';

export type VisitStep =
  | { readonly ok: true; readonly state: VisitState }
  | { readonly ok: false; readonly reason: VisitRefusal };
