/**
 * The home active flexion-rotation measure: lying, head propped up with the chin to the chest, the patient turns it to each
 * side by himself. The machine is that of the test that an examiner does, the measure is not: nobody's hands find the end
 * range and keep the flexion, so it has its own name, its own codes and its own series, and no published value to be held
 * against. What it is compared with is the same person's baseline, done this way in the clinic.
 */
import { radFromDeg } from '../units.ts';
import { createFrtMachine, FRT_DEFAULTS, type FrtParams } from './frt.ts';
import { flexionRotation, frtProtocolMachine, frtRepetition, mirrorRecords } from './frt-definition.ts';
import type { FrtRepetitionRecord } from './frt-types.ts';
import type { ProtocolDefinition, ProtocolMachine, ProtocolRepetition } from './protocol.ts';
import type { ProtocolEvent } from './step.ts';

export const HOME_TURN_DEFAULTS: FrtParams = Object.freeze({
  ...FRT_DEFAULTS,
  // Nobody holds the flexion: what it loses is added to the turn by the lower neck (2.3 of the clinical sources).
  inclinationVoidRad: radFromDeg(5),
  inclinationMarkRad: radFromDeg(3),
  // "Slowly" was said, below 30 deg/s is meant; void beyond the FRT's 45, once, then it counts and is marked.
  repeatFast: 1,
  // One to get used to it, three that count, three spare ones.
  triesPerSide: 7,
});

/** 'frt.turn-left' is 'home-turn.turn-left': the words for it are its own. */
const ownCode = (code: string): string => code.replace(/^frt\./, 'home-turn.');

export function homeTurnRepetition(record: FrtRepetitionRecord): ProtocolRepetition {
  const shown = frtRepetition(record);
  return { ...shown, measures: { ...shown.measures, startFlexionRad: record.startFlexionRad } };
}

function homeTurnMachine(overrides: Partial<FrtParams>): ProtocolMachine {
  const machine = createFrtMachine({ ...HOME_TURN_DEFAULTS, ...overrides });
  const common = frtProtocolMachine(machine);
  const mirror = mirrorRecords(homeTurnRepetition);
  const renameFrom = (events: ProtocolEvent[], from: number): void => {
    for (let i = from; i < events.length; i++) events[i] = { ...events[i]!, code: ownCode(events[i]!.code) };
  };
  return {
    ...common,
    view: {
      get phase() {
        return common.view.phase;
      },
      get ended() {
        return common.view.ended;
      },
      get direction() {
        return common.view.direction;
      },
      get prompt() {
        return ownCode(common.view.prompt);
      },
      get live() {
        return common.view.live;
      },
      get liveSigma() {
        return common.view.liveSigma;
      },
      get repetitions() {
        return mirror(machine.view.repetitions);
      },
    },
    update(sample, events) {
      const from = events.length;
      machine.update(sample, events);
      if (events.length > from) renameFrom(events, from);
    },
    apply(event, timeS, events) {
      const from = events.length;
      machine.apply(event, timeS, events);
      renameFrom(events, from);
    },
  };
}

export const homeFlexionRotation = Object.freeze<ProtocolDefinition<FrtParams>>({
  ...flexionRotation,
  id: 'home-flexion-rotation',
  evidence: 'self-active',
  atHome: true,
  source:
    'active turns with the chin to the chest, lying, alone, by voice; one to get used to it, three that count a side; ' +
    'no published values: compared with the same person only',
  defaults: HOME_TURN_DEFAULTS,
  settings: (common) => ({
    ...flexionRotation.settings(common),
    ...(common.already === undefined ? {} : { already: common.already }),
    ...(common.baselineStartRad === undefined ? {} : { baselineStartRad: common.baselineStartRad }),
  }),
  create: homeTurnMachine,
});
