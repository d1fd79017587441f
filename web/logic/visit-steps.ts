/** One screen a step: which one is due, from what the gateway says. */
import type { KitState } from '../../src/contract/state.ts';
import type { VisitTrialRecord } from '../../src/contract/visit.ts';

export const VISIT_STEPS = ['code', 'screen', 'context', 'sensor', 'align', 'lying', 'test', 'call', 'result'] as const;
export type VisitStep = (typeof VISIT_STEPS)[number];

/** What the page itself knows of a visit. */
export interface VisitPage {
  /** The questions of today were left with Continue. */
  readonly contextSeen: boolean;
  /** The sensor check was left out, or is done. */
  readonly sensorSeen: boolean;
  /** The patient lies, and the band has not moved. */
  readonly lyingDone: boolean;
}

type Known = Pick<KitState, 'visit' | 'recording' | 'frt'> & {
  readonly sensors: readonly Pick<KitState['sensors'][number], 'role'>[];
  readonly alignment: Pick<KitState['alignment'], 'phase'>;
};
/** As far as a step that lies behind needs to know. */
interface Done {
  readonly visit: { readonly trials: readonly Pick<VisitTrialRecord, 'id' | 'calls'>[] } | null;
  readonly frt: { readonly trialId: string; readonly repetitions: readonly unknown[] } | null;
}

/** The step that comes next; 'ended' when no further test may be done in this visit. */
export function dueStep({ visit, recording, sensors, alignment, frt }: Known, page: VisitPage): VisitStep | 'ended' {
  if (recording === null || visit === null) return 'code';
  const frtEnded = frt !== null && (frt.phase === 'finished' || frt.phase === 'stopped');
  if (frt !== null && !frtEnded) return 'test';
  if (visit.withheldTrialId !== null) {
    // A test that has just begun is hidden before its own state is there: nobody is asked for a call then.
    const hidden = visit.trials.find(({ id }) => id === visit.withheldTrialId);
    return hidden?.ended === false ? 'test' : 'call';
  }
  if (visit.endedBy !== null) return 'ended';
  if (frtEnded) return 'result';
  if (visit.forbidden?.startsWith('screen') || visit.forbidden === 'precaution-open') return 'screen';
  // A page that was opened anew in the middle of a visit does not ask again for what a test has already stood on.
  const tested = visit.trials.length > 0;
  if (visit.headacheNow === null || visit.analgesic6h === null || !(page.contextSeen || tested)) return 'context';
  const head = sensors.find(({ role }) => role === 'head');
  if (head === undefined || !(page.sensorSeen || tested)) return 'sensor';
  if (alignment.phase !== 'accepted') return 'align';
  // A seated test says nothing of the band after lying down.
  const lay = visit.trials.some(({ protocol }) => protocol === 'frt');
  return page.lyingDone || lay ? 'test' : 'lying';
}

/** Behind, and really done: a test without a repetition and a call that nobody made are neither. */
export function stepDone(step: VisitStep, due: VisitStep | 'ended', { visit, frt }: Done): boolean {
  const order = VISIT_STEPS.indexOf(step);
  if (due === 'ended') return order < VISIT_STEPS.indexOf('test');
  if (order >= VISIT_STEPS.indexOf(due)) return false;
  if (step === 'test') return frt === null || frt.repetitions.length > 0;
  if (step === 'call') return Object.keys(visit?.trials.find(({ id }) => id === frt?.trialId)?.calls ?? {}).length > 0;
  return true;
}

/** What lies behind may be looked at again; what lies ahead only when it is due. */
export function mayOpen(step: VisitStep, due: VisitStep | 'ended'): boolean {
  if (due === 'ended' || due === 'code') return step === due;
  const order = VISIT_STEPS.indexOf(step);
  // A running test, and a call that is due, have the screen to themselves; the patient is chosen once.
  if (due === 'test' || due === 'call') return step === due || (due === 'test' && order > 0 && order < 6);
  return order > 0 && order <= VISIT_STEPS.indexOf(due);
}
