/**
 * One visit as a pure machine: what has to be known before a test, what forbids one, and when a degree may be seen.
 * It knows no sensor and no screen. `reduceVisit` is total: any event in any state gives a state, or a named refusal
 * that changes nothing.
 */
import { judgeScreen, type ScreenOutcome } from './safety-screen.ts';
import type { VisitEvent, VisitRefusal, VisitState, VisitStep, VisitTrial } from './visit-types.ts';

export type * from './visit-types.ts';

/** `accepted`: precautions noted for this patient before. */
export function createVisit(
  blinded: boolean,
  { place = 'clinic', accepted = [] }: { place?: 'clinic' | 'home'; accepted?: readonly string[] } = {},
): VisitState {
  return {
    answers: {},
    accepted,
    ...(place === 'home' ? { place } : {}),
    override: null,
    headacheNow: null,
    analgesic6h: null,
    couchAngleDeg: null,
    examiner: null,
    blinded,
    band: null,
    treatment: 'before',
    endedBy: null,
    closed: false,
    trials: [],
  };
}

/** What the answers came to, by the questions of the place. */
export const screenOf = (visit: Pick<VisitState, 'answers' | 'place' | 'accepted'>): ScreenOutcome =>
  judgeScreen(visit.answers, visit.place ?? 'clinic', visit.accepted);

/** What of the safety screen stands against a test; null: it is clear, or the clinician has answered for it. */
export function screenForbids(visit: VisitState): VisitRefusal | null {
  const outcome = screenOf(visit);
  if (outcome.stop.length > 0) return visit.override === 'examined' ? null : 'screen-stop';
  if (visit.override !== null) return null;
  if (outcome.open.length > 0) return 'screen-open';
  return outcome.precautions.length > 0 ? 'precaution-open' : null;
}

/** What stands against starting a test now; null: nothing does. */
export function testForbidden(visit: VisitState): VisitRefusal | null {
  if (visit.closed) return 'closed';
  if (visit.endedBy !== null) return 'ended';
  const screen = screenForbids(visit);
  if (screen !== null) return screen;
  if (visit.headacheNow === null) return 'headache-open';
  if (visit.analgesic6h === null) return 'analgesic-open';
  if (visit.band?.verdict === 'moved') return 'band-moved';
  if (visit.trials.some(({ ended }) => !ended)) return 'trial-running';
  // The next test shows degrees: what is still hidden has to be judged first.
  return visit.trials.some(({ id }) => !revealed(visit, id)) ? 'call-open' : null;
}

/** Whether a degree of this test may be shown, sounded, drawn or replayed: after its end, once every call is in. */
export function revealed(visit: VisitState, trialId: string): boolean {
  const trial = visit.trials.find(({ id }) => id === trialId);
  if (trial === undefined || visit.closed) return true;
  if (!trial.blinded || trial.revealedWithoutCall) return true;
  return trial.ended && trial.callsNeeded.every((direction) => direction in trial.calls);
}

const refused = (reason: VisitRefusal): VisitStep => ({ ok: false, reason });
const taken = (state: VisitState): VisitStep => ({ ok: true, state });

function changeTrial(
  visit: VisitState,
  id: string,
  change: (trial: VisitTrial) => VisitTrial | VisitRefusal,
): VisitStep {
  const trial = visit.trials.find((one) => one.id === id);
  if (trial === undefined) return refused('unknown-trial');
  const changed = change(trial);
  if (typeof changed === 'string') return refused(changed);
  return taken({ ...visit, trials: visit.trials.map((one) => (one.id === id ? changed : one)) });
}

function startTrial(visit: VisitState, event: Extract<VisitEvent, { type: 'trial-started' }>): VisitStep {
  const forbidden = testForbidden(visit);
  if (forbidden !== null) return refused(forbidden);
  if (visit.trials.some(({ id }) => id === event.id)) return refused('known-trial');
  const blinded = visit.blinded && event.directions.length > 0;
  const trial: VisitTrial = {
    id: event.id,
    protocol: event.protocol,
    ended: false,
    treatment: visit.treatment,
    blinded,
    calls: {},
    callsNeeded: blinded ? [...event.directions] : [],
    revealedWithoutCall: false,
    familiar: null,
  };
  return taken({ ...visit, trials: [...visit.trials, trial] });
}

function changeOfTrial(visit: VisitState, event: Extract<VisitEvent, { id: string }>): VisitStep {
  switch (event.type) {
    case 'trial-started':
      return startTrial(visit, event);
    case 'trial-ended':
      return changeTrial(visit, event.id, (trial) => ({
        ...trial,
        ended: true,
        callsNeeded: trial.callsNeeded.filter((direction) => event.tried.includes(direction)),
      }));
    case 'trial-reopened':
      return changeTrial(visit, event.id, (trial) => {
        // What is done again with the degrees in mind is not blinded.
        if (trial.blinded && revealed(visit, trial.id)) return 'revealed';
        if (visit.endedBy !== null) return 'ended';
        return { ...trial, ended: false, callsNeeded: trial.blinded ? [...event.directions] : [] };
      });
    case 'call':
      return changeTrial(visit, event.id, (trial) => {
        if (trial.callsNeeded.length > 0 && !trial.callsNeeded.includes(event.direction)) return 'unknown-direction';
        // Once the degrees are seen the call is no longer the examiner's own.
        if (trial.blinded && revealed(visit, event.id)) return 'call-fixed';
        return { ...trial, calls: { ...trial.calls, [event.direction]: event.call } };
      });
    case 'reveal':
      return changeTrial(visit, event.id, (trial) => {
        if (!trial.ended) return 'trial-running';
        return revealed(visit, event.id) ? trial : { ...trial, revealedWithoutCall: true };
      });
    case 'familiar':
      return changeTrial(visit, event.id, (trial) => ({ ...trial, familiar: event.familiar }));
  }
}

export function reduceVisit(visit: VisitState, event: VisitEvent): VisitStep {
  if ('id' in event) return changeOfTrial(visit, event);
  switch (event.type) {
    case 'answer':
      return taken({
        ...visit,
        answers: { ...visit.answers, [event.key]: event.yes },
        // An answer that is given anew has to be weighed anew.
        accepted: visit.accepted.filter((key) => key !== event.key),
        override: null,
      });
    case 'accept-precaution':
      if (!screenOf(visit).precautions.includes(event.key)) return refused('no-precaution');
      return taken({ ...visit, accepted: [...visit.accepted, event.key] });
    case 'override':
      return taken({ ...visit, override: event.reason });
    case 'headache-now':
      if (!Number.isInteger(event.value) || event.value < 0 || event.value > 10) return refused('out-of-range');
      return taken({ ...visit, headacheNow: event.value });
    case 'analgesic':
      return taken({ ...visit, analgesic6h: event.taken });
    case 'couch-angle':
      if (event.deg !== null && !(Math.abs(event.deg) <= 90)) return refused('out-of-range');
      return taken({ ...visit, couchAngleDeg: event.deg });
    case 'examiner':
      return taken({ ...visit, examiner: event.code });
    case 'blinding':
      // It holds from the next test on: what was hidden when it began stays hidden until its call.
      return taken({ ...visit, blinded: event.on });
    case 'band':
      return taken({ ...visit, band: event.found });
    case 'treated':
      if (visit.trials.some(({ ended }) => !ended)) return refused('trial-running');
      return taken({ ...visit, treatment: 'after' });
    case 'sign':
      // Whatever runs is over with it. The first sign stays: it is what ended the visit's tests.
      return taken({
        ...visit,
        endedBy: visit.endedBy ?? event.sign,
        trials: visit.trials.map((trial) => ({ ...trial, ended: true })),
      });
    case 'close':
      return taken({ ...visit, closed: true, trials: visit.trials.map((trial) => ({ ...trial, ended: true })) });
    case 'continue':
      return taken({ ...visit, closed: false });
  }
}
