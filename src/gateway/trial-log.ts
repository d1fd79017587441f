/** The running test's record: repetitions to the store at once, the result at its end. */
import { recordOfFrt } from '../contract/records.ts';
import type { FrtRepetition, FrtState } from '../contract/state.ts';
import type { SessionStore } from '../ports/session-store.ts';
import type { FrtSettings } from './examination.ts';
import { type FrtReference, frtResult } from './frt-view.ts';
import type { Journal } from './journal.ts';
import type { RemeasuredAngle } from './remeasure.ts';
import type { ResultKeeper } from './result-keeper.ts';
import { frtCorrected, methodWithTrunk } from './trunk-method.ts';

export interface TrialLog {
  readonly id: string;
  readonly settings: FrtSettings;
  readonly repetitions: readonly FrtRepetition[];
  /** Those on the disk, or all while it fails, which is said. */
  readonly shown: readonly FrtRepetition[];
  /** Null until the test has ended, and when nothing counts. */
  readonly result: FrtState['result'];
  readonly ended: boolean;
  repetition(index: number, repetition: FrtRepetition): void;
  end(status: 'finished' | 'stopped', endedAtMs: number): void;
  /** After the end: these angles replace the live ones, in the result too, and `method` says so. */
  remeasured(angles: readonly RemeasuredAngle[], method: string): void;
}

export function createTrialLog(deps: {
  id: string;
  settings: FrtSettings;
  reference: FrtReference;
  /** Of the live values. */
  method: string;
  store: SessionStore;
  journal: Journal;
  results: ResultKeeper;
  /** One more is on the disk. */
  stepped: () => void;
}): TrialLog {
  const { id, settings, store, journal } = deps;
  /** As they were measured live. */
  const live: FrtRepetition[] = [];
  const repetitions: FrtRepetition[] = [];
  let onDisk = 0;
  let result: FrtState['result'] = null;
  let ended = false;
  let lastEnd: { status: 'finished' | 'stopped'; endedAtMs: number } | null = null;
  let method = deps.method;

  function put(position: number, repetition: FrtRepetition): void {
    repetitions[position] = repetition;
    void journal
      .keep(() => store.putRepetition(id, position, recordOfFrt(repetition)))
      .then(() => {
        if (position < onDisk) return;
        onDisk = position + 1;
        deps.stepped();
      });
  }
  function storeEnd(): void {
    if (!lastEnd) return;
    const { status, endedAtMs } = lastEnd;
    const stored = frtResult(repetitions, deps.reference);
    const measuredBy = methodWithTrunk(method, frtCorrected(repetitions));
    result = stored;
    void journal.keep(() => store.finishTrial(id, status, endedAtMs, stored, measuredBy));
    deps.results.keep(id, measuredBy, { status, result: stored, repetitions: repetitions.map(recordOfFrt) });
  }
  return {
    id,
    settings,
    repetitions,
    get shown() {
      return journal.problem === null ? repetitions.slice(0, onDisk) : repetitions;
    },
    get result() {
      return result;
    },
    get ended() {
      return ended;
    },
    repetition(index, repetition) {
      const position = Math.min(index, repetitions.length);
      live[position] = repetition;
      put(position, repetition);
      // A repetition that was taken back after the end: the stored result must not count it any longer.
      if (ended) {
        // The test goes on with live values, and whether all can be measured anew is open once more.
        for (let i = 0; i < live.length; i++) if (repetitions[i] !== live[i]) put(i, live[i]!);
        method = deps.method;
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
    remeasured(angles, by) {
      if (!ended) return;
      for (const { index, ...anew } of angles) {
        const before = live[index];
        if (before) put(index, { ...before, ...anew });
      }
      method = by;
      storeEnd();
    },
  };
}
