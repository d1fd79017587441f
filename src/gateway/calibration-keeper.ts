/** What a session found of a sensor: how it sits, its gyro, the check before use. A mark on the record, and a row. */
import type { SessionStore } from '../ports/session-store.ts';
import type { Journal } from './journal.ts';
import type { Recorder } from './recorder.ts';
import type { SensorSlot } from './sensor-slot.ts';

export interface CalibrationKeeper {
  /**
   * `mark`: type of the mark, where it is not the kind's own name. Returns the row's id; null where nothing is recorded, so
   * that nothing is kept.
   */
  keep(slot: SensorSlot | null, kind: string, values: Record<string, unknown>, mark?: string): string | null;
}

export function createCalibrationKeeper(deps: {
  store: Pick<SessionStore, 'saveCalibration'>;
  journal: Journal;
  newId: () => string;
  wallMs: () => number;
  recorder: () => Recorder | null;
}): CalibrationKeeper {
  const { store, journal } = deps;
  return {
    keep(slot, kind, values, mark = kind) {
      const recorder = deps.recorder();
      const streamId = slot?.recordedStreamId;
      if (!recorder || !slot || !streamId) return null;
      recorder.event(mark, { streamId, afterSample: slot.sampleIndex, ...values });
      const { sessionId } = recorder;
      const id = deps.newId();
      const wallMs = deps.wallMs();
      void journal.keep(() => store.saveCalibration({ id, sessionId, streamId, kind, wallMs, values }));
      return id;
    },
  };
}
