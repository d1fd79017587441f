/** The Flexion-Rotation Test in the common form of a test. */
import { createFrtMachine, FRT_DEFAULTS, type FrtParams } from './frt.ts';
import type { FrtMachine, FrtRepetitionRecord } from './frt-types.ts';
import type { ProtocolDefinition, ProtocolMachine, ProtocolRepetition } from './protocol.ts';

export function frtRepetition(record: FrtRepetitionRecord): ProtocolRepetition {
  return {
    number: record.number,
    direction: record.side,
    practice: record.practice,
    status: record.status,
    reason: record.reason,
    warnings: record.warnings,
    startedAtS: record.startedAtS,
    endReason: record.endReason,
    measures: {
      // The direction says the side, so the angle is a magnitude.
      angleRad: Math.abs(record.twistRad),
      sigmaRad: record.sigmaRad,
      gravityAngleRad: Math.sign(record.twistRad) * record.gravityTwistRad,
      closureRad: record.closureRad,
      peakSpeedRadps: record.peakSpeedRadps,
      startInclinationRad: record.startInclinationRad,
      holdS: record.holdS,
    },
  };
}

/** The records in the common form, made anew only where they changed. */
export function mirrorRecords<R>(
  of: (record: R) => ProtocolRepetition,
): (records: readonly R[]) => readonly ProtocolRepetition[] {
  let seen: R[] = [];
  let mirrored: ProtocolRepetition[] = [];
  return (records) => {
    const same = records.length === seen.length && records.every((record, i) => record === seen[i]);
    if (same) return mirrored;
    mirrored = records.map((record, i) => (record === seen[i] ? mirrored[i]! : of(record)));
    seen = [...records];
    return mirrored;
  };
}

/** The machine's own view stays reachable: the FRT screen shows more than the common form holds. */
export function frtProtocolMachine(machine: FrtMachine): ProtocolMachine {
  const { view } = machine;
  const mirror = mirrorRecords(frtRepetition);
  return {
    view: {
      get phase() {
        return view.phase;
      },
      get ended() {
        return view.phase === 'finished' || view.phase === 'stopped';
      },
      get direction() {
        return view.side;
      },
      get prompt() {
        return view.prompt;
      },
      get live() {
        return Math.abs(view.twistRad);
      },
      get liveSigma() {
        return view.twistSigmaRad;
      },
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

export const flexionRotation = Object.freeze<ProtocolDefinition<FrtParams>>({
  id: 'frt',
  version: 1,
  posture: 'supine',
  evidence: 'examiner-passive',
  atHome: false,
  phases: ['idle', 'await-flexed', 'neutral', 'rotating', 'hold', 'captured', 'returning', 'finished', 'stopped'],
  directions: ['left', 'right'],
  primary: 'angleRad',
  primarySigma: 'sigmaRad',
  live: 'angleRad',
  keys: {
    confirm: 'key.confirm',
    redo: 'key.redo',
    pain: 'key.pain',
    stop: 'key.stop',
    headache: 'key.headache',
    dizziness: 'key.dizziness',
  },
  source: 'Hall T, Robinson K. Man Ther 2004; procedure as in Hall T, et al. J Headache Pain 2010; 11:391',
  defaults: FRT_DEFAULTS,
  settings: ({ repetitions, practice, autoConfirm, alignmentSigmaRad }) => ({
    ...(repetitions === undefined ? {} : { repetitionsPerSide: repetitions }),
    ...(practice === undefined ? {} : { practice: practice > 0 }),
    ...(autoConfirm === undefined ? {} : { autoConfirm }),
    ...(alignmentSigmaRad === undefined ? {} : { alignmentSigmaRad }),
  }),
  repetitionsAsked: (overrides = {}) => overrides.repetitionsPerSide ?? FRT_DEFAULTS.repetitionsPerSide,
  create: (overrides = {}) => frtProtocolMachine(createFrtMachine(overrides)),
});
