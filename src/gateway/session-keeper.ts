/** The open session: at most one, kept in the store from its first moment. */
import { KitError } from '../contract/errors.ts';
import type { KitState } from '../contract/state.ts';
import type { SessionStore } from '../ports/session-store.ts';
import type { Clock } from '../ports/time.ts';
import type { Timers } from '../ports/timers.ts';
import type { Journal } from './journal.ts';
import type { Log } from './log.ts';
import { createRecorder, type Recorder } from './recorder.ts';

export interface SessionKeeper {
  /** Of the open session; null when there is none. */
  readonly recorder: Recorder | null;
  /** Rejects with WRONG_STATE, or with the store's error: a session that is not on disk is not open. */
  begin(subjectCode: string, examinerId?: string | null, setting?: 'clinic' | 'home'): Promise<void>;
  /** Goes on with a session that was ended. */
  reopen(sessionId: string, kept: { readonly subjectCode: string; readonly startedAtMs: number }): Promise<void>;
  /** Resolves when the session's end is committed, or at once when the store is failing (it follows later). */
  end(): Promise<void>;
  state(trialId: string | null): KitState['recording'];
}

export function createSessionKeeper(deps: {
  store: SessionStore;
  journal: Journal;
  clock: Clock;
  timers: Timers;
  log: Log;
  version: string;
  newId: () => string;
  onChange: () => void;
}): SessionKeeper {
  const { store, journal, clock } = deps;
  let open: { recorder: Recorder; subjectCode: string; startedAtMs: number } | null = null;
  let beginning = false;
  return {
    get recorder() {
      return open?.recorder ?? null;
    },
    async begin(subjectCode, examinerId = null, setting = 'clinic') {
      if (open || beginning) throw new KitError('WRONG_STATE', 'a session is open already');
      const id = deps.newId();
      const startedAtMs = clock.wallMs();
      beginning = true;
      try {
        await journal.attempt(() =>
          store.createSession({
            id,
            subjectCode,
            startedAtMs,
            softwareVersion: deps.version,
            examinerId,
            setting,
          }),
        );
      } finally {
        beginning = false;
      }
      const recorder = createRecorder({ ...deps, sessionId: id, onAcknowledged: deps.onChange });
      open = { recorder, subjectCode, startedAtMs };
    },
    async reopen(sessionId, kept) {
      if (open || beginning) throw new KitError('WRONG_STATE', 'a session is open already');
      beginning = true;
      try {
        await journal.attempt(() => store.reopenSession(sessionId));
      } finally {
        beginning = false;
      }
      open = { recorder: createRecorder({ ...deps, sessionId, onAcknowledged: deps.onChange }), ...kept };
    },
    async end() {
      if (!open) return;
      const { sessionId } = open.recorder;
      const endedAtMs = clock.wallMs();
      open = null;
      const ended = journal.keep(() => store.endSession(sessionId, endedAtMs));
      if (journal.problem === null) await Promise.race([ended, journal.drain(2000)]);
    },
    state(trialId) {
      if (!open) return null;
      const { recorder } = open;
      return {
        sessionId: recorder.sessionId,
        subjectCode: open.subjectCode,
        trialId,
        startedAtMs: open.startedAtMs,
        acknowledgedS: recorder.acknowledgedS,
        problem: journal.problem ?? (recorder.dropped > 0 ? 'STORE_FULL' : null),
      };
    },
  };
}
