/**
 * Range of motion by the patient alone, seated: the same machine and measures, its own test with its own series. What an
 * examiner would see and say is judged here: too fast, the start has moved (trunk or band), a gap. Each is asked for once
 * more, then it counts and is marked.
 */
import { radFromDeg } from '../units.ts';
import { CROM_DEFAULTS, type CromParams, createCromMachine } from './crom.ts';
import { cromProtocolMachine, rangeOfMotion } from './crom-definition.ts';
import type { ProtocolDefinition } from './protocol.ts';

export const CROM_HOME_DEFAULTS: CromParams = Object.freeze({
  ...CROM_DEFAULTS,
  // Three slow ones that count, none before them: the alignment was the practice, and a tired patient stops early.
  warmUps: 0,
  repetitions: 3,
  // "Slowly" was said; a healthy person's comfortable turn peaks near 100 deg/s. A start value.
  fastRadps: radFromDeg(120),
  repeatFaults: 1,
  // One sensor on the head cannot see the trunk: a start this far from the first one is not the head's doing.
  movedRad: radFromDeg(8),
  spareTries: 3,
});

export const homeRangeOfMotion = Object.freeze<ProtocolDefinition<CromParams>>({
  ...rangeOfMotion,
  id: 'crom-home',
  evidence: 'self-active',
  atHome: true,
  source: 'six half-cycle movements, seated, alone, by voice; three slow ones that count; the mean is the result',
  defaults: CROM_HOME_DEFAULTS,
  settings: (common) => ({
    ...rangeOfMotion.settings(common),
    ...(common.already === undefined ? {} : { already: common.already }),
  }),
  repetitionsAsked: (overrides = {}) => overrides.repetitions ?? CROM_HOME_DEFAULTS.repetitions,
  create: (overrides = {}) => cromProtocolMachine(createCromMachine({ ...CROM_HOME_DEFAULTS, ...overrides })),
});
