/**
 * One visit as a pure machine: what has to be known before a test, what forbids one, and when a degree may be seen.
 * It knows no sensor and no screen. `reduceVisit` is total: any event in any state gives a state, or a named refusal
 * that changes nothing.
 */
import { judgeScreen, type ScreenAnswers } from './safety-screen.ts';

/** The examiner's own call on a side, before any degree is shown. */
export type ExaminerCall = 'restricted' | 'not-restricted' | 'unsure';
export type TreatmentMark = 'before' | 'after';

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
  /** By direction ('left', 'right', …); what the clinic's examiner felt. */
  readonly calls: Readonly<Record<string, ExaminerCall>>;
  /** Directions that need a call before degrees are shown; empty: none does. */
  readonly callsNeeded: readonly string[];
  readonly familiar: FamiliarHeadache | null;
}

export interface VisitState {
  readonly answers: ScreenAnswers;
  /** Precautions that the clinician weighed and went on with. */
  readonly accepted: readonly string[];
  /** 0..10; null: not asked yet. */
  readonly headacheNow: number | null;
  /** A pain killer in the last six hours; null: not asked yet. */
  readonly analgesic6h: boolean | null;
  /** Degrees are hidden until the examiner's call. A clinic may switch it off; the record says so. */
  readonly blinded: boolean;
  readonly treatment: TreatmentMark;
  /** Dizziness or a neurological sign: no further test in this visit. */
  readonly endedBy: 'dizziness' | null;
  readonly trials: readonly VisitTrial[];
}

export type VisitEvent =
  | { readonly type: 'answer'; readonly key: string; readonly yes: boolean }
  | { readonly type: 'accept-precaution'; readonly key: string }
  | { readonly type: 'headache-now'; readonly value: number }
  | { readonly type: 'analgesic'; readonly taken: boolean }
  | { readonly type: 'treated' }
  | {
      readonly type: 'trial-started';
      readonly id: string;
      readonly protocol: string;
      readonly directions: readonly string[];
    }
  | { readonly type: 'trial-ended'; readonly id: string }
  | { readonly type: 'call'; readonly id: string; readonly direction: string; readonly call: ExaminerCall }
  | { readonly type: 'familiar'; readonly id: string; readonly familiar: FamiliarHeadache }
  | { readonly type: 'dizziness' };

/** One word, a message key. */
export type VisitRefusal =
  | 'screen-open'
  | 'screen-stop'
  | 'precaution-open'
  | 'headache-open'
  | 'analgesic-open'
  | 'ended'
  | 'trial-running'
  | 'known-trial'
  | 'unknown-trial'
  | 'unknown-direction'
  | 'call-fixed'
  | 'out-of-range'
  | 'no-precaution';

export type VisitStep =
  | { readonly ok: true; readonly state: VisitState }
  | { readonly ok: false; readonly reason: VisitRefusal };

export function createVisit(blinded: boolean): VisitState {
  return {
    answers: {},
    accepted: [],
    headacheNow: null,
    analgesic6h: null,
    blinded,
    treatment: 'before',
    endedBy: null,
    trials: [],
  };
}

/** What stands against starting a test now; null: nothing does. */
export function testForbidden(visit: VisitState): VisitRefusal | null {
  if (visit.endedBy !== null) return 'ended';
  const outcome = judgeScreen(visit.answers, 'clinic', visit.accepted);
  if (outcome.stop.length > 0) return 'screen-stop';
  if (outcome.open.length > 0) return 'screen-open';
  if (outcome.precautions.length > 0) return 'precaution-open';
  if (visit.headacheNow === null) return 'headache-open';
  if (visit.analgesic6h === null) return 'analgesic-open';
  if (visit.trials.some(({ ended }) => !ended)) return 'trial-running';
  return null;
}

/** Whether a degree of this test may be shown, sounded, drawn or replayed: after its end, once every call is in. */
export function revealed(visit: VisitState, trialId: string): boolean {
  const trial = visit.trials.find(({ id }) => id === trialId);
  if (trial === undefined) return true;
  if (trial.callsNeeded.length === 0) return true;
  return trial.ended && trial.callsNeeded.every((direction) => direction in trial.calls);
}

const refused = (reason: VisitRefusal): VisitStep => ({ ok: false, reason });
const taken = (state: VisitState): VisitStep => ({ ok: true, state });

function changeTrial(visit: VisitState, id: string, change: (trial: VisitTrial) => VisitTrial): VisitStep {
  if (!visit.trials.some((trial) => trial.id === id)) return refused('unknown-trial');
  return taken({ ...visit, trials: visit.trials.map((trial) => (trial.id === id ? change(trial) : trial)) });
}

function startTrial(visit: VisitState, event: Extract<VisitEvent, { type: 'trial-started' }>): VisitStep {
  const forbidden = testForbidden(visit);
  if (forbidden !== null) return refused(forbidden);
  if (visit.trials.some(({ id }) => id === event.id)) return refused('known-trial');
  const trial: VisitTrial = {
    id: event.id,
    protocol: event.protocol,
    ended: false,
    treatment: visit.treatment,
    calls: {},
    callsNeeded: visit.blinded ? [...event.directions] : [],
    familiar: null,
  };
  return taken({ ...visit, trials: [...visit.trials, trial] });
}

function takeCall(visit: VisitState, event: Extract<VisitEvent, { type: 'call' }>): VisitStep {
  const trial = visit.trials.find(({ id }) => id === event.id);
  if (trial === undefined) return refused('unknown-trial');
  if (trial.callsNeeded.length > 0 && !trial.callsNeeded.includes(event.direction)) return refused('unknown-direction');
  // Once the degrees are seen the call is no longer the examiner's own.
  if (trial.callsNeeded.length > 0 && revealed(visit, event.id)) return refused('call-fixed');
  return changeTrial(visit, event.id, (one) => ({ ...one, calls: { ...one.calls, [event.direction]: event.call } }));
}

export function reduceVisit(visit: VisitState, event: VisitEvent): VisitStep {
  switch (event.type) {
    case 'answer':
      return taken({
        ...visit,
        answers: { ...visit.answers, [event.key]: event.yes },
        // An answer that is given anew has to be weighed anew.
        accepted: visit.accepted.filter((key) => key !== event.key),
      });
    case 'accept-precaution':
      if (!judgeScreen(visit.answers, 'clinic', visit.accepted).precautions.includes(event.key))
        return refused('no-precaution');
      return taken({ ...visit, accepted: [...visit.accepted, event.key] });
    case 'headache-now':
      if (!Number.isInteger(event.value) || event.value < 0 || event.value > 10) return refused('out-of-range');
      return taken({ ...visit, headacheNow: event.value });
    case 'analgesic':
      return taken({ ...visit, analgesic6h: event.taken });
    case 'treated':
      if (visit.trials.some(({ ended }) => !ended)) return refused('trial-running');
      return taken({ ...visit, treatment: 'after' });
    case 'trial-started':
      return startTrial(visit, event);
    case 'trial-ended':
      return changeTrial(visit, event.id, (trial) => ({ ...trial, ended: true }));
    case 'call':
      return takeCall(visit, event);
    case 'familiar':
      return changeTrial(visit, event.id, (trial) => ({ ...trial, familiar: event.familiar }));
    case 'dizziness':
      // Whatever runs is over with it.
      return taken({
        ...visit,
        endedBy: 'dizziness',
        trials: visit.trials.map((trial) => ({ ...trial, ended: true })),
      });
  }
}
