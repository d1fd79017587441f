/** The running test's record: repetitions to the store at once, the result at its end. */
import type { FrtRepetition, FrtState } from '../contract/state.ts';
import type { SessionStore } from '../ports/session-store.ts';
import type { FrtSettings } from './examination.ts';
import { type FrtReference, frtResult } from './frt-view.ts';
import type { Journal } from './journal.ts';

export interface TrialLog {
  readonly id: string;
  readonly settings: FrtSettings;
  readonly repetitions: readonly FrtRepetition[];
  /** Null until the test has ended, and when nothing counts. */
  readonly result: FrtState['result'];
  readonly ended: boolean;
  repetition(index: number, repetition: FrtRepetition): void;
  end(status: 'finished' | 'stopped', endedAtMs: number): void;
}

export function createTrialLog(deps: {
  id: string;
  settings: FrtSettings;
  reference: FrtReference;
  store: SessionStore;
  journal: Journal;
}): TrialLog {
  const { id, settings, store, journal } = deps;
  const repetitions: FrtRepetition[] = [];
  let result: FrtState['result'] = null;
  let ended = false;
  let lastEnd: { status: 'finished' | 'stopped'; endedAtMs: number } | null = null;

  function storeEnd(): void {
    if (!lastEnd) return;
    const { status, endedAtMs } = lastEnd;
    const stored = frtResult(repetitions, deps.reference);
    result = stored;
    void journal.keep(() => store.finishTrial(id, status, endedAtMs, stored));
  }
  return {
    id,
    settings,
    repetitions,
    get result() {
      return result;
    },
    get ended() {
      return ended;
    },
    repetition(index, repetition) {
      const position = Math.min(index, repetitions.length);
      repetitions[position] = repetition;
      void journal.keep(() => store.putRepetition(id, position, repetition));
      // A repetition that was taken back after the end: the stored result must not count it any longer.
      if (ended) {
        storeEnd();
        ended = false;
        result = null;
      }
    },
    end(status, endedAtMs) {
      ended = true;
      lastEnd = { status, endedAtMs };
      storeEnd();
    },
  };
}
