/** When a test is measured anew, with what, and where the outcome goes. */
import type { GyroModel } from '../core/fusion/gyro-model.ts';
import type { LiveSample } from '../core/pipeline.ts';
import type { FrtRepetitionRecord } from '../core/protocol/frt-types.ts';
import type { ProtocolRepetition } from '../core/protocol/protocol.ts';
import type { RawTrial, RescoreAlignment } from '../core/rescore.ts';
import type { SessionStore } from '../ports/session-store.ts';
import type { Alignment } from './alignment.ts';
import type { Journal } from './journal.ts';
import { gyroModelJson, parseGyroModel, QUATERNION_METHOD, REMEASURE_METHOD, remeasureFrt } from './remeasure.ts';
import { type CromRemeasured, cromMethod, remeasureCrom } from './remeasure-crom.ts';
import { createSampleRecord } from './sample-record.ts';
import type { SensorSlot } from './sensor-slot.ts';
import type { TrialLog } from './trial-log.ts';
import type { TrunkSide } from './trunk-side.ts';
import { nextTurn } from './waiting.ts';

/** The unit that is worn, and what is known of its gyro. */
export interface UnitModel {
  /** Empty: it does not say who it is, or must not be learnt from. */
  readonly serial: string;
  readonly stored: GyroModel | null;
}

/** What measuring anew came to, whichever the test. */
interface Outcome {
  readonly reason: string | null;
  readonly entries: readonly object[];
  readonly posterior: GyroModel | null;
  readonly method: string;
  /** Puts the new values where the live ones stood. */
  take(): void;
}

/** A test that has ended and can be measured anew. */
interface Job {
  readonly trialId: string;
  stillEnded(): boolean;
  measure(raw: RawTrial, alignment: RescoreAlignment, known: GyroModel | null, inertial: boolean): Outcome;
}

/** An ended range of motion. */
export interface EndedCrom {
  readonly trialId: string;
  readonly protocolId: string;
  readonly repetitions: readonly ProtocolRepetition[];
  stillEnded(): boolean;
  take(repetitions: readonly CromRemeasured[], method: string): void;
}

export interface Remeasuring {
  onSample(sample: LiveSample): void;
  /** Never rejects: without the model the test is measured as that of an unknown unit. */
  unitOf(slot: SensorSlot): Promise<UnitModel>;
  /** `trunk`: a sensor on the trunk belongs to the test. */
  trialStarts(trialId: string, alignment: Alignment, unit: UnitModel, timeS: number, trunk: boolean): void;
  /** Measures anew at the next turn of the event loop: the live result is shown first. */
  frtEnded(trial: TrialLog, records: readonly FrtRepetitionRecord[], timeS: number): void;
  cromEnded(crom: EndedCrom, timeS: number): void;
  cancel(): void;
  /** Does now what waits. */
  settle(): void;
  /** What the unit taught up to this device time, s, is kept already. */
  learnt(toS: number): void;
  /** What came before is in no record, so nothing that is measured from it could be computed again. */
  sessionBegan(): void;
  /** Samples up to this device time, s, came from another source of attitude. */
  sourceChanged(timeS: number): void;
  sensorGone(): void;
}

/** The first sample after a change of source is later than the last one before it by a millisecond at least, s. */
const NOT_THE_LAST_S = 0.0005;
/** At most so much from before the test belongs to its record, none from before the session: the subject at rest shows the gyro's bias, s. */
const BEFORE_S = 30;

export function createRemeasuring(deps: {
  store: SessionStore;
  journal: Journal;
  wallMs: () => number;
  mark: (type: string, values: Record<string, unknown>) => void;
  /** The samples of a second sensor. */
  trunk: Pick<TrunkSide, 'beside'>;
  changed: () => void;
}): Remeasuring {
  const { store, journal } = deps;
  const record = createSampleRecord();
  let running: { trialId: string; alignment: Alignment; unit: UnitModel; fromS: number; trunk: boolean } | null = null;
  /** What a test has taught must not be taught again by the next one as if it were new. */
  let learntToS = Number.NEGATIVE_INFINITY;
  let waiting: (() => void) | null = null;

  function remeasure(job: Job, toS: number): void {
    if (!running || running.trialId !== job.trialId || !job.stillEnded()) return;
    const { alignment, unit, fromS } = running;
    const alone = record.between(fromS, toS);
    const raw = running.trunk ? deps.trunk.beside(alone, record.arrivalUs(toS)) : alone;
    const outcome = job.measure(raw, alignment, unit.stored, record.inertial);
    const { reason, entries, posterior, method } = outcome;
    if (reason === null) outcome.take();
    deps.mark('remeasure', {
      trialId: job.trialId,
      method: reason === null ? method : null,
      reason,
      fromS,
      toS,
      sensorSerial: unit.serial,
      storedModel: unit.stored && JSON.parse(gyroModelJson(unit.stored)),
      repetitions: entries,
    });
    // A trial that does not hold together teaches nothing.
    if (reason === null && posterior && unit.serial !== '') {
      const json = gyroModelJson(posterior);
      const wallMs = deps.wallMs();
      void journal.keep(() => store.saveGyroModel(unit.serial, json, wallMs));
    }
    deps.changed();
  }
  function later(job: Job, timeS: number): void {
    learntToS = timeS;
    const work = (): void => remeasure(job, timeS);
    waiting = work;
    nextTurn(() => {
      if (waiting === work) settle();
    });
  }
  function settle(): void {
    const work = waiting;
    waiting = null;
    work?.();
  }

  return {
    onSample: (sample) => record.push(sample),
    async unitOf(slot) {
      // A replayed record would teach a second time what it taught when it was made.
      const serial = slot.source.sourceId === 'replay' ? '' : (slot.ingest.description?.sensorSerial ?? '');
      if (serial === '') return { serial, stored: null };
      let json: string | null = null;
      try {
        // In order with the writes: the model of the test before may still be on its way.
        await journal.attempt(async () => {
          json = await store.latestGyroModel(serial);
        });
      } catch {
        json = null;
      }
      return { serial, stored: parseGyroModel(json) };
    },
    trialStarts(trialId, alignment, unit, timeS, trunk) {
      const fromS = Math.max(learntToS, timeS - BEFORE_S);
      record.dropBefore(fromS);
      running = { trialId, alignment, unit, fromS, trunk };
    },
    frtEnded(trial, records, timeS) {
      const seen = [...records];
      const measure: Job['measure'] = (raw, alignment, known, inertial) => {
        const outcome = remeasureFrt(raw, alignment, seen, known);
        const method = inertial ? REMEASURE_METHOD : QUATERNION_METHOD;
        return { ...outcome, method, take: () => trial.remeasured(outcome.angles, method) };
      };
      later({ trialId: trial.id, stillEnded: () => trial.ended, measure }, timeS);
    },
    cromEnded({ trialId, protocolId, repetitions, stillEnded, take }, timeS) {
      const measure: Job['measure'] = (raw, alignment, known, inertial) => {
        const outcome = remeasureCrom(raw, alignment, repetitions, known);
        const method = cromMethod(protocolId, inertial);
        return { ...outcome, method, take: () => take(outcome.repetitions, method) };
      };
      later({ trialId, stillEnded, measure }, timeS);
    },
    cancel() {
      waiting = null;
    },
    settle,
    learnt(toS) {
      learntToS = Math.max(learntToS, toS);
    },
    sessionBegan() {
      settle();
      record.clear();
    },
    sourceChanged(timeS) {
      settle();
      record.clear();
      learntToS = timeS + NOT_THE_LAST_S;
    },
    sensorGone() {
      settle();
      running = null;
      record.clear();
      learntToS = Number.NEGATIVE_INFINITY;
    },
  };
}
