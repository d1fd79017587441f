/** Each result into the store beside those before it, with the version that made it and the raw bytes it was made of. */
import type { RepetitionRecord, TrialRecord } from '../contract/records.ts';
import { CORE_VERSION } from '../core/version.ts';
import type { AttitudeSource } from '../devices/attitude-source.ts';
import type { ResultStore, TrialResult } from '../ports/result-store.ts';
import type { SessionStore } from '../ports/session-store.ts';
import type { Journal } from './journal.ts';

/** What a result holds, as JSON. */
export interface ResultValues {
  readonly status: 'finished' | 'stopped';
  readonly result: TrialRecord['result'];
  readonly repetitions: readonly RepetitionRecord[];
  /** Where the attitude came from; left out by versions that kept it with the stream only. */
  readonly attitudeFrom?: AttitudeSource | null;
}

export interface ResultKeeper {
  keep(trialId: string, method: string, values: ResultValues): void;
}

/** How much of which streams of the head sensor the session's results so far can rest on. */
export async function rawSoFar(
  store: Pick<SessionStore, 'listStreams'>,
  sessionId: string,
): Promise<{ streamId: string; chunks: number }[]> {
  const streams = await store.listStreams(sessionId);
  return streams
    .filter((stream) => stream.role === 'head' && stream.chunks > 0)
    .map((stream) => ({ streamId: stream.id, chunks: stream.chunks }));
}

export function createResultKeeper(deps: {
  store: SessionStore & ResultStore;
  journal: Journal;
  newId: () => string;
  wallMs: () => number;
  sessionId: () => string | null;
  calibrationId: () => string | null;
  attitudeFrom: () => AttitudeSource | null;
  /** Closes the chunk that is open: the raw data of a result comes to the disk before the result. */
  flush: () => void;
}): ResultKeeper {
  const { store, journal } = deps;
  return {
    keep(trialId, method, { status, result, repetitions }) {
      const sessionId = deps.sessionId();
      if (sessionId === null) return;
      deps.flush();
      const kept: Omit<TrialResult, 'raw' | 'rawHash'> = {
        id: deps.newId(),
        trialId,
        wallMs: deps.wallMs(),
        coreVersion: CORE_VERSION,
        method,
        calibrationId: deps.calibrationId(),
        // A copy: the caller's list goes on.
        values: {
          status,
          result: structuredClone(result),
          repetitions: structuredClone(repetitions),
          attitudeFrom: deps.attitudeFrom(),
        },
        accepted: true,
      };
      void journal.keep(async () => {
        const raw = await rawSoFar(store, sessionId);
        await store.saveResult({ ...kept, raw, rawHash: raw.length > 0 ? await store.rawHash(raw) : null });
      });
    },
  };
}
