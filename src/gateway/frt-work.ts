/**
 * What the gateway does around the Flexion-Rotation Test, as trial-work.ts does around the others: the test on disk before
 * it begins, marks, the log of its repetitions, what the visit is told, the state for the page.
 */
import type { FrtState } from '../contract/state.ts';
import type { ExaminerEvent } from '../core/protocol/step.ts';
import type { SessionStore } from '../ports/session-store.ts';
import { withheldFrt } from './blind-reads.ts';
import type { Examination, ExaminationListener, FrtSettings } from './examination.ts';
import { frtStateOf, repetitionOf } from './frt-view.ts';
import type { Journal } from './journal.ts';
import type { KitParts } from './kit-parts.ts';
import type { Remeasuring } from './remeasuring.ts';
import type { ResultKeeper } from './result-keeper.ts';
import { createTrialLog, type TrialLog } from './trial-log.ts';
import type { TrialPlace } from './trial-work.ts';
import type { VisitHooks } from './visit-hooks.ts';

type Told = Pick<ExaminationListener, 'frtEvents' | 'frtRepetition' | 'frtEnded'>;

export interface FrtWork extends Told {
  /** Null when it has ended, or there is none. */
  readonly runningTrialId: string | null;
  /** Rejects with the store's error: a test that is not on disk has not begun. `order`: whether the first side was drawn. */
  start(settings: FrtSettings, order: 'preset' | 'random', place: TrialPlace): Promise<void>;
  apply(event: ExaminerEvent['type'], source: string): void;
  /** Two taps on the band: confirms, while the running test waits for its start or its return. */
  tapped(): void;
  close(): void;
  state(): FrtState | null;
}

export function createFrtWork(deps: {
  parts: Pick<KitParts, 'frtMethod' | 'frtReference'>;
  store: SessionStore;
  journal: Journal;
  results: ResultKeeper;
  newId: () => string;
  wallMs: () => number;
  /** Device time of the last sample, s. */
  timeS: () => number;
  examination: () => Pick<Examination, 'frt' | 'frtRunning' | 'startFrt' | 'applyFrt' | 'closeFrt'>;
  remeasuring: Pick<Remeasuring, 'frtEnded' | 'cancel' | 'settle'>;
  visit: VisitHooks;
  mark: (type: string, values: Record<string, unknown>) => void;
  stepped: () => void;
}): FrtWork {
  const { parts, store, journal, results, examination, remeasuring, visit, mark } = deps;
  let trial: TrialLog | null = null;
  /** Of the beginning of the last turn, s. */
  let turnFromS = Number.NaN;

  const wallMsOf = (atS: number): number => deps.wallMs() - (deps.timeS() - atS) * 1000;

  const work: FrtWork = {
    get runningTrialId() {
      return trial && !trial.ended ? trial.id : null;
    },
    frtEvents(events) {
      for (const event of events) {
        if (event.type === 'rotation-started') turnFromS = event.timeS;
        mark('protocol', { ...event });
      }
      deps.stepped();
    },
    frtRepetition(index, record) {
      trial?.repetition(index, repetitionOf(record, wallMsOf));
    },
    frtEnded(status) {
      if (trial) {
        trial.end(status, deps.wallMs());
        const reached = trial.repetitions.filter(({ angleDeg }) => angleDeg !== null);
        visit.ended(trial.id, [...new Set(reached.map(({ side }) => side))]);
        const { frt } = examination();
        if (frt) remeasuring.frtEnded(trial, frt.view.repetitions, deps.timeS());
      }
      deps.stepped();
    },
    async start(settings, order, place) {
      const id = deps.newId();
      const { sessionId, streamId, simulated, alignmentSigmaRad, trunk, alignedBy, attitudeFrom } = place;
      const { frtMethod: method, frtReference: reference } = parts;
      const parameters = { ...settings, alignmentSigmaRad, ...(trunk && { trunkSigmaRad: trunk.sigmaRad }) };
      await journal.attempt(() =>
        store.createTrial({
          id,
          sessionId,
          kind: 'frt',
          startedAtMs: deps.wallMs(),
          simulated,
          parameters: { ...parameters, order, method, reference, attitudeFrom, ...(trunk && { trunk }), ...alignedBy },
          streamId,
          blinded: visit.blinded,
        }),
      );
      const { stepped } = deps;
      trial = createTrialLog({ id, settings, reference, method, store, journal, results, stepped });
      place.begins(id);
      visit.started(id, 'frt');
      mark('frt-start', { trialId: id, parameters });
      examination().startFrt(parameters);
      stepped();
    },
    apply(event, source) {
      const examined = examination();
      // A repetition taken back opens the test again: what waits for its end must wait for the next one.
      const reopens = trial?.ended && examined.frt?.view.phase === 'finished' ? trial.id : null;
      if (event === 'redo') {
        if (reopens !== null) visit.requireReopen(reopens);
        remeasuring.cancel();
      }
      examined.applyFrt({ type: event });
      if (reopens !== null && examined.frtRunning) visit.reopened(reopens);
      mark('frt-event', { event, source });
      if (event === 'headache' && trial) {
        const inTurn = ['rotating', 'hold', 'captured', 'returning'].includes(examined.frt?.view.phase ?? '');
        visit.headache(trial.id, inTurn ? Math.round(10 * (deps.timeS() - turnFromS)) / 10 : null);
      }
      deps.stepped();
    },
    tapped() {
      const { frt, frtRunning } = examination();
      const phase = frt?.view.phase;
      // In a turn the hands are on the head: what shakes the band there is no word of theirs.
      if (frtRunning && phase !== 'rotating' && phase !== 'hold') work.apply('confirm', 'tap');
    },
    close() {
      remeasuring.settle();
      examination().closeFrt();
      trial = null;
    },
    state() {
      const { frt } = examination();
      if (!trial || !frt) return null;
      const state = frtStateOf(trial.id, frt.view, trial.shown, trial.settings, trial.result);
      return visit.hides(trial.id) ? withheldFrt(state) : state;
    },
  };
  return work;
}
