/** A stream description and shortcuts for tests of the headband. */
import {
  createHeadbandModel,
  type HeadbandModel,
  type HeadbandModelOptions,
} from '../../src/adapters/sim/headband-model.ts';
import type { SubjectSettings } from '../../src/adapters/sim/subject/settings.ts';
import { createSubject, type Subject } from '../../src/adapters/sim/subject/subject.ts';
import type { StreamDescription } from '../../src/ports/sensor-source.ts';

export const DESCRIPTION: StreamDescription = {
  driverId: 'headband-1',
  sensorSerial: 'TEST-1',
  name: 'test',
  manufacturer: '',
  model: '',
  firmware: '',
  hardware: '',
  simulated: true,
  nominalRateHz: 100,
  mtu: 247,
  config: {},
};

/** A simulated headband on a subject of its own. */
export function simulatedHeadband(
  seed: number,
  options: Omit<Partial<HeadbandModelOptions>, 'source'> = {},
  settings: Partial<SubjectSettings> = {},
): { model: HeadbandModel; subject: Subject } {
  const subject = createSubject(seed, settings);
  return { subject, model: createHeadbandModel({ seed, serial: `SIM-${seed}`, ...options, source: subject }) };
}
