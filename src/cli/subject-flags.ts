/** The flags that describe a simulated headband and the subject wearing it; shared by every command that makes one. */
import { HEADBAND_FAULTS, type HeadbandFault, isHeadbandFault } from '../adapters/sim/headband-faults.ts';
import type { MotionSource } from '../adapters/sim/motion-source.ts';
import type { SensorModel } from '../adapters/sim/sensor-model.ts';
import { SIMULATED_SENSORS } from '../adapters/sim/sensors.ts';
import { type SubjectSettings, subjectSettings } from '../adapters/sim/subject/settings.ts';
import { createSubject } from '../adapters/sim/subject/subject.ts';
import { KitError } from '../contract/errors.ts';
import { type Flags, integerFlag, numberFlag, textFlag } from './command.ts';

export const SUBJECT_OPTIONS = {
  seed: { type: 'string' },
  subject: { type: 'string', multiple: true },
  loss: { type: 'string' },
  jitter: { type: 'string' },
} as const;

export const SUBJECT_USAGE: readonly string[] = [
  '--seed N               seed of the simulated subject and its sensor (default 1)',
  '--subject NAME=VALUE   a setting of the subject, e.g. frtLeftDeg=38; may be given several times (docs/simulator.md)',
  '--loss SHARE           share of packets that the simulated headband loses, 0 to 0.5 (default 0)',
  '--jitter MS            random delay of every packet up to this, 0 to 100 (default 0)',
];

export interface SimulationSettings {
  readonly seed: number;
  readonly subject: Partial<SubjectSettings>;
  readonly lossShare: number;
  readonly jitterMs: number;
}

/** Throws BAD_FLAG, naming the flag. */
export function simulationSettings(flags: Flags): SimulationSettings {
  return {
    seed: integerFlag(flags, 'seed', 1, 0, 2 ** 31 - 1),
    subject: subjectChanges(flags),
    lossShare: numberFlag(flags, 'loss', 0, 0, 0.5),
    jitterMs: numberFlag(flags, 'jitter', 0, 0, 100),
  };
}

function subjectChanges(flags: Flags): Partial<SubjectSettings> {
  const given: unknown = flags['subject'] ?? [];
  const changes: Record<string, number> = {};
  for (const text of Array.isArray(given) ? given : [given]) {
    const [name = '', value = ''] = String(text).split('=');
    changes[name] = value.trim() === '' ? Number.NaN : Number(value);
  }
  try {
    subjectSettings(changes);
  } catch (error) {
    throw new KitError('BAD_FLAG', `--subject: ${error instanceof Error ? error.message : String(error)}`);
  }
  return changes;
}

/** The same settings as flags, for a process of its own. */
export function simulationArgs(settings: SimulationSettings): string[] {
  return [
    ...['--seed', String(settings.seed), '--loss', String(settings.lossShare), '--jitter', String(settings.jitterMs)],
    ...Object.entries(settings.subject).flatMap(([name, value]) => ['--subject', `${name}=${value}`]),
  ];
}

export const DEFAULT_DEVICE = 'headband-1';

/** The simulated sensors' names: what `--device` and `--virtual-devices` take. */
export const simulatedDevices = (): string[] => Object.keys(SIMULATED_SENSORS);

/**
 * A simulated sensor of the driver `device`; its own subject wears it unless `source` says otherwise. `serial` is part
 * of its identity. Throws BAD_FLAG when there is no such sensor.
 */
export function simulatedSensor(
  settings: SimulationSettings,
  device: string,
  serial: string,
  options: {
    readonly source?: MotionSource;
    readonly onSampleSent?: (timeS: number) => void;
    readonly fault?: HeadbandFault | null;
  } = {},
): SensorModel {
  const create = SIMULATED_SENSORS[device];
  if (!create) throw new KitError('BAD_FLAG', `--device takes one of ${simulatedDevices().join(', ')}`);
  return create({
    source: options.source ?? createSubject(settings.seed, settings.subject),
    serial,
    seed: settings.seed,
    lossShare: settings.lossShare,
    jitterMs: settings.jitterMs,
    fault: options.fault ?? null,
    // The time of a recording is the device's own; a simulated crystal on top would shift it against its truth.
    ...(options.source ? { clockPpm: 0 } : {}),
    ...(options.onSampleSent ? { onSampleSent: options.onSampleSent } : {}),
  });
}

/** The defect that a simulated headband is to have; null for none. Throws BAD_FLAG. */
export function faultFlag(flags: Flags): HeadbandFault | null {
  const name = textFlag(flags, 'fault');
  if (name === undefined) return null;
  if (!isHeadbandFault(name)) throw new KitError('BAD_FLAG', `--fault takes one of ${HEADBAND_FAULTS.join(', ')}`);
  return name;
}

export const serialFlag = (flags: Flags): string => textFlag(flags, 'serial') ?? 'SIM-0001';
