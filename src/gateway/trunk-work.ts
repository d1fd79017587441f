/** What the gateway does around a second sensor on the trunk: its alignment, its marks, its part in a test. */
import { type AlignmentPhase, alignmentRuns } from '../../calibration/alignment.ts';
import { createTrunkAlignment } from '../../calibration/trunk-alignment.ts';
import { KitError } from '../contract/errors.ts';
import type { TrunkState } from '../contract/state.ts';
import type { LiveSample } from '../core/pipeline.ts';
import { degFromRad } from '../core/units.ts';
import type { SubjectPrompt } from '../ports/sensor-source.ts';
import type { CalibrationKeeper } from './calibration-keeper.ts';
import type { Recorder } from './recorder.ts';
import type { SensorSlot } from './sensor-slot.ts';
import { createTrunkSide, type TrunkSide } from './trunk-side.ts';

/** The trunk's sensor as a test begins with it; kept with the trial. */
export interface TrunkPart {
  /** Of its axes, rad. */
  readonly sigmaRad: number;
  readonly serial: string;
  readonly streamId: string | null;
}

export interface TrunkWork {
  readonly side: TrunkSide;
  readonly alignmentRunning: boolean;
  onSample(sample: LiveSample): void;
  startAlignment(): void;
  cancelAlignment(): void;
  /** For the test that begins; null: one sensor, the head against the room. */
  forTest(): TrunkPart | null;
  sessionBegan(): void;
  /** Another sensor, taken off, or its attitude comes from elsewhere: how it sat is history. */
  loosen(): void;
  sensorGone(): void;
  /** Null without a sensor on the trunk. */
  state(): TrunkState | null;
}

const PROMPT: Partial<Record<AlignmentPhase, SubjectPrompt>> = {
  still: 'sit-still',
  nod: 'trunk-bow',
  'turn-left': 'trunk-turn-left',
  accepted: 'look-around',
  rejected: 'look-around',
};

export function createTrunkWork(deps: {
  calibrations: CalibrationKeeper;
  slot: () => SensorSlot | null;
  recorder: () => Recorder | null;
  changed: () => void;
  stepped: () => void;
}): TrunkWork {
  const side = createTrunkSide();
  const procedure = createTrunkAlignment();
  let shown: { phase: AlignmentPhase; code: string | null } = { phase: procedure.phase, code: procedure.code };

  function mark(type: string, values: Record<string, unknown>): void {
    const slot = deps.slot();
    if (!slot?.recordedStreamId) return;
    const place = { streamId: slot.recordedStreamId, afterSample: slot.sampleIndex };
    deps.recorder()?.event(type, { ...place, ...values });
  }
  function markMount(type: 'trunk-alignment' | 'trunk-alignment-in-force'): void {
    const { mount } = side;
    if (!mount) return;
    const values = { trunkSensorFromTrunk: [...mount.trunkSensorFromTrunk], sigmaRad: mount.sigmaRad };
    deps.calibrations.keep(deps.slot(), 'trunk-alignment', values, type);
  }
  function after(): void {
    const { phase, code } = procedure;
    const stepped = phase !== shown.phase;
    const said = code !== shown.code;
    shown = { phase, code };
    if (stepped && phase === 'accepted' && procedure.result) {
      side.setMount(procedure.result);
      markMount('trunk-alignment');
    }
    const prompt = PROMPT[phase];
    if (prompt && (stepped || (said && prompt !== 'sit-still'))) deps.slot()?.prompt(prompt);
    if (stepped || said) deps.stepped();
    else deps.changed();
  }
  function loosen(): void {
    procedure.cancel();
    shown = { phase: procedure.phase, code: procedure.code };
    side.setMount(null);
    mark('trunk-loose', {});
    deps.stepped();
  }

  return {
    side,
    get alignmentRunning() {
      return alignmentRuns(procedure.phase);
    },
    onSample(sample) {
      side.onSample(sample);
      if (!alignmentRuns(procedure.phase)) return;
      procedure.update(sample);
      after();
    },
    startAlignment() {
      const slot = deps.slot();
      if (slot?.supervisor.phase !== 'streaming')
        throw new KitError('NO_SENSOR', 'no samples are coming from the trunk');
      if (slot.trust.checkRunning) throw new KitError('WRONG_STATE', 'the sensor check is running');
      side.setMount(null);
      mark('trunk-loose', {});
      procedure.start();
      shown = { phase: 'none', code: null };
      after();
    },
    cancelAlignment() {
      procedure.cancel();
      after();
    },
    forTest() {
      const slot = deps.slot();
      const { mount } = side;
      const phase = slot?.supervisor.phase;
      if (!slot || !mount || !(phase === 'streaming' || phase === 'stale')) return null;
      // A sensor whose data contradicts itself corrects nothing.
      if (slot.trust.proofState().failed !== null) return null;
      const serial = slot.ingest.description?.sensorSerial ?? '';
      return { sigmaRad: mount.sigmaRad, serial, streamId: slot.recordedStreamId };
    },
    sessionBegan() {
      side.clear();
      markMount('trunk-alignment-in-force');
    },
    loosen() {
      side.clear();
      loosen();
    },
    // What a running test had of it goes stale by itself; the next sensor begins anew.
    sensorGone: () => procedure.cancel(),
    state() {
      if (!deps.slot()) return null;
      const { phase, progress, code } = procedure;
      const sigmaDeg = side.mount ? degFromRad(side.mount.sigmaRad) : null;
      return { phase, progress, code, sigmaDeg };
    },
  };
}
