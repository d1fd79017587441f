/**
 * How a second sensor sits on the trunk (sternum or upper back), patient seated upright: keep still (gravity gives z),
 * bow forward from the hips and come back (gives y and its sign), turn the trunk to the left (proves z and its sign). The
 * same finding as for the head, with the trunk for the head; where the head goes meanwhile does not matter.
 */
import type { Quat } from '../src/core/frames.ts';
import type { LiveSample } from '../src/core/pipeline.ts';
import type { AlignmentCode } from '../src/core/protocol/codes.ts';
import { radFromDeg } from '../src/core/units.ts';
import { type AlignmentPhase, createAlignmentProcedure } from './alignment.ts';
import { ALIGNMENT_DEFAULTS, type AlignmentParams } from './alignment-params.ts';

/** Skin over the trunk moves more than a band on the head: the floor of what is known is twice as high. */
export const TRUNK_ALIGNMENT_DEFAULTS: AlignmentParams = Object.freeze({
  ...ALIGNMENT_DEFAULTS,
  floorSigmaRad: radFromDeg(2),
});

/** What to do now, or why it was refused: the head's codes with the trunk's movements. */
export type TrunkAlignmentCode =
  | Exclude<AlignmentCode, 'align.nod' | 'align.nod-small' | 'align.turn-left' | 'align.turn-small'>
  | 'align.trunk-bow'
  | 'align.trunk-bow-small'
  | 'align.trunk-turn-left'
  | 'align.trunk-turn-small';

const CODES: Partial<Record<AlignmentCode, TrunkAlignmentCode>> = {
  'align.nod': 'align.trunk-bow',
  'align.nod-small': 'align.trunk-bow-small',
  'align.turn-left': 'align.trunk-turn-left',
  'align.turn-small': 'align.trunk-turn-small',
};

export interface TrunkAlignmentResult {
  readonly trunkSensorFromTrunk: Quat<'trunkSensor', 'trunk'>;
  /** Standard uncertainty of the trunk axes, rad, each. */
  readonly sigmaRad: number;
}

export interface TrunkAlignment {
  /** As for the head; 'nod' is the bow. */
  readonly phase: AlignmentPhase;
  readonly progress: number;
  readonly code: TrunkAlignmentCode | null;
  readonly result: TrunkAlignmentResult | null;
  start(): void;
  cancel(): void;
  /** A sample of the trunk's own pipeline. */
  update(sample: LiveSample): void;
  save(): unknown;
  restore(state: unknown): void;
}

export function createTrunkAlignment(overrides: Partial<AlignmentParams> = {}): TrunkAlignment {
  const procedure = createAlignmentProcedure({ ...TRUNK_ALIGNMENT_DEFAULTS, ...overrides });
  return {
    get phase() {
      return procedure.phase;
    },
    get progress() {
      return procedure.progress;
    },
    get code() {
      const code = procedure.code;
      return code === null ? null : (CODES[code] ?? (code as TrunkAlignmentCode));
    },
    get result() {
      const found = procedure.result;
      if (found === null) return null;
      // The procedure speaks of a head on a sensor; here the body is the trunk and the sensor the trunk's.
      const trunkSensorFromTrunk = found.sensorFromHead as Float64Array as Quat<'trunkSensor', 'trunk'>;
      return { trunkSensorFromTrunk, sigmaRad: found.sigmaRad };
    },
    start: () => procedure.start(),
    cancel: procedure.cancel,
    update: procedure.update,
    save: procedure.save,
    restore: procedure.restore,
  };
}
