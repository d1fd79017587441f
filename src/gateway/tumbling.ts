/** The guided tumble of a sensor, from the command to the matrix that is kept for that unit. */
import { createGyroTumble, type GyroTumble, type GyroTumblePhase } from '../../calibration/gyro-tumble.ts';
import { KitError } from '../contract/errors.ts';
import type { TumbleCode, TumbleState } from '../contract/tumble.ts';
import type { GyroModel } from '../core/fusion/gyro-model.ts';
import type { LiveSample } from '../core/pipeline.ts';
import type { SessionStore } from '../ports/session-store.ts';
import type { Journal } from './journal.ts';
import { gyroModelJson } from './remeasure.ts';
import type { SensorSlot } from './sensor-slot.ts';

export interface Tumbling {
  readonly running: boolean;
  /** Throws a KitError when this sensor cannot be calibrated, or another one is being. */
  start(slot: SensorSlot): void;
  cancel(): void;
  onSample(sample: LiveSample, slot: SensorSlot): void;
  sensorGone(slot: SensorSlot): void;
  state(): TumbleState | null;
}

const RUNNING: ReadonlySet<GyroTumblePhase> = new Set(['still', 'tumble', 'still-end']);
const AXES = ['x', 'y', 'z'] as const;

/** Per cent, from the posterior of the matrix. */
function resultOf(serial: string, { matrix, covariance }: GyroModel): NonNullable<TumbleState['result']> {
  const elements = Array.from(matrix);
  return {
    serial,
    scalePercent: [0, 4, 8].map((i) => 100 * elements[i]!),
    crossAxisPercent: 100 * Math.max(...elements.map((v, i) => (i % 4 === 0 ? 0 : Math.abs(v)))),
    sigmaPercent: 100 * Math.sqrt(Math.max(...elements.map((_, i) => covariance[10 * i]!))),
  };
}

export function createTumbling(deps: {
  store: Pick<SessionStore, 'saveGyroModel'>;
  journal: Journal;
  wallMs: () => number;
  /** It was found and is on its way to the store: up to this device time nothing may be learnt of the unit again. */
  learnt: (slot: SensorSlot, timeS: number, model: GyroModel) => void;
  changed: () => void;
  stepped: () => void;
}): Tumbling {
  const { store, journal } = deps;
  let of: { readonly slot: SensorSlot; readonly serial: string; readonly tumble: GyroTumble } | null = null;
  let shown = '';

  const codeOf = ({ phase, reason, coverage }: GyroTumble): TumbleCode => {
    if (phase === 'tumble') {
      const missing = AXES.filter((_, axis) => coverage[axis]! < 1);
      return missing.length === 1 ? `tumble.turn-${missing[0]!}` : 'tumble.turn';
    }
    if (phase === 'still-end') return 'tumble.put-down';
    if (phase === 'accepted') return 'tumble.accepted';
    return reason === null ? 'tumble.keep-still' : `tumble.refused-${reason}`;
  };

  return {
    get running() {
      return of !== null && RUNNING.has(of.tumble.phase);
    },
    start(slot) {
      if (of && RUNNING.has(of.tumble.phase)) throw new KitError('WRONG_STATE', 'a calibration is running');
      const serial = slot.source.sourceId === 'replay' ? '' : (slot.ingest.description?.sensorSerial ?? '');
      if (slot.supervisor.phase !== 'streaming') throw new KitError('NO_SENSOR', 'no samples are coming');
      if (serial === '') throw new KitError('WRONG_STATE', 'this sensor does not say which unit it is');
      if (Number.isNaN(slot.ingest.pipeline?.latest.sensorAccMps2[0] ?? Number.NaN))
        throw new KitError('WRONG_STATE', 'this sensor sends no rates and forces: there is nothing to calibrate');
      // From nothing: what was believed of the unit before must not lean on what is found now.
      of = { slot, serial, tumble: createGyroTumble() };
      of.tumble.start();
      slot.prompt('tumble');
      deps.stepped();
    },
    cancel() {
      if (!of) throw new KitError('WRONG_STATE', 'no calibration is running');
      if (RUNNING.has(of.tumble.phase)) of.slot.prompt('look-around');
      of = null;
      deps.stepped();
    },
    onSample(sample, slot) {
      if (of?.slot !== slot || !RUNNING.has(of.tumble.phase)) return;
      const { tumble, serial } = of;
      tumble.update(sample);
      const code = codeOf(tumble);
      if (code === shown) {
        deps.changed();
        return;
      }
      shown = code;
      const { result } = tumble;
      if (result) {
        const json = gyroModelJson(result);
        const wallMs = deps.wallMs();
        void journal.keep(() => store.saveGyroModel(serial, json, wallMs));
        deps.learnt(slot, sample.timeS, result);
      }
      if (!RUNNING.has(tumble.phase)) slot.prompt('look-around');
      deps.stepped();
    },
    sensorGone(slot) {
      if (of?.slot === slot) of = null;
    },
    state() {
      if (!of) return null;
      const { slot, serial, tumble } = of;
      const { phase, coverage, result } = tumble;
      if (phase === 'none') return null;
      return {
        index: slot.index,
        phase,
        code: codeOf(tumble),
        progress: (coverage[0] + coverage[1] + coverage[2]) / 3,
        coverage: [...coverage],
        result: result && resultOf(serial, result),
      };
    },
  };
}
