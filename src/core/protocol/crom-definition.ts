/** Cervical range of motion, whole or rotation alone, in the common form of a test. */
import { CROM_DEFAULTS, type CromParams, createCromMachine } from './crom.ts';
import { CROM_AXES, CROM_DIRECTIONS, type CromMachine, type CromRepetitionRecord } from './crom-types.ts';
import { mirrorRecords } from './frt-definition.ts';
import type { CommonSettings, ProtocolDefinition, ProtocolMachine, ProtocolRepetition } from './protocol.ts';

export function cromRepetition(record: CromRepetitionRecord): ProtocolRepetition {
  const { sign } = CROM_AXES[record.direction];
  return {
    number: record.number,
    direction: record.direction,
    practice: record.warmUp,
    status: record.status === 'warm-up' ? 'practice' : record.status,
    reason: record.reason,
    warnings: record.warnings,
    startedAtS: record.startedAtS,
    endReason: record.endReason,
    measures: {
      // The direction says the way, so the angle is a magnitude; the three angles keep their signs.
      angleRad: sign * record.angleRad,
      sigmaRad: record.uncertainty?.sigmaRad ?? Number.NaN,
      flexionRad: record.flexionRad,
      lateralRad: record.lateralRad,
      axialRad: record.axialRad,
      fromFirstNeutralRad: record.fromFirstNeutralRad,
      helicalRad: record.helicalRad,
      closureRad: record.closureRad,
      peakSpeedRadps: record.peakSpeedRadps,
      holdS: record.holdS,
      ...(record.trunk && {
        headAloneRad: sign * record.trunk.headAloneRad,
        trunkTurnRad: record.trunk.trunkTurnRad,
      }),
    },
  };
}

/** The live value is the angle of the movement that is asked for or done, positive the way it goes. */
export function cromProtocolMachine(machine: CromMachine): ProtocolMachine {
  const { view } = machine;
  const mirror = mirrorRecords(cromRepetition);
  return {
    view: {
      get phase() {
        return view.phase;
      },
      get ended() {
        return view.phase === 'finished' || view.phase === 'stopped';
      },
      get direction() {
        return view.direction;
      },
      get prompt() {
        return view.prompt;
      },
      get live() {
        const { measure, sign } = CROM_AXES[view.direction];
        if (measure === 'flexion') return sign * view.flexionRad;
        return sign * (measure === 'lateral' ? view.lateralRad : view.axialRad);
      },
      liveSigma: Number.NaN,
      get repetitions() {
        return mirror(view.repetitions);
      },
    },
    update: machine.update,
    apply: machine.apply,
    save: machine.save,
    restore: machine.restore,
  };
}

const PHASES = ['idle', 'await-neutral', 'neutral', 'moving', 'hold', 'captured', 'returning', 'finished', 'stopped'];
const KEYS = {
  confirm: 'key.confirm',
  redo: 'key.redo',
  pain: 'key.pain',
  stop: 'key.stop',
  headache: 'key.headache',
  dizziness: 'key.dizziness',
};

function cromSettings(common: CommonSettings): Partial<CromParams> {
  const { repetitions, practice, autoConfirm, alignmentSigmaRad, trunkSigmaRad } = common;
  return {
    ...(repetitions === undefined ? {} : { repetitions }),
    ...(practice === undefined ? {} : { warmUps: practice }),
    ...(autoConfirm === undefined ? {} : { autoConfirm }),
    ...(alignmentSigmaRad === undefined ? {} : { alignmentSigmaRad }),
    ...(trunkSigmaRad === undefined ? {} : { trunkSigmaRad }),
  };
}

export const rangeOfMotion = Object.freeze<ProtocolDefinition<CromParams>>({
  id: 'crom',
  version: 1,
  posture: 'seated',
  evidence: 'examiner-active',
  atHome: false,
  phases: PHASES,
  directions: CROM_DIRECTIONS,
  primary: 'angleRad',
  primarySigma: 'sigmaRad',
  live: 'angleRad',
  keys: KEYS,
  source: 'six half-cycle movements, seated; two to get used to it, three that count; the mean is the result',
  defaults: CROM_DEFAULTS,
  settings: cromSettings,
  repetitionsAsked: (overrides = {}) => overrides.repetitions ?? CROM_DEFAULTS.repetitions,
  create: (overrides = {}) => cromProtocolMachine(createCromMachine(overrides)),
});

const ROTATION_DEFAULTS: CromParams = Object.freeze({
  ...CROM_DEFAULTS,
  directions: Object.freeze(['rotation-left', 'rotation-right'] as const),
  order: 'rounds',
  warmUps: 1,
});

/** What stands beside the FRT: rotation from neutral, so that the share of the upper neck can be told. */
export const neutralRotation = Object.freeze<ProtocolDefinition<CromParams>>({
  ...rangeOfMotion,
  id: 'rotation-neutral',
  directions: ROTATION_DEFAULTS.directions,
  source: 'active rotation from neutral, beside the rotation in flexion (Schäfer 2020; Dvorak 1992)',
  defaults: ROTATION_DEFAULTS,
  create: (overrides = {}) => cromProtocolMachine(createCromMachine({ ...ROTATION_DEFAULTS, ...overrides })),
});
