/**
 * The gyro bias that the check on the table found, as the start of the attitude filter. It stands in the description of
 * the stream, beside what the decoder needs: so a record is computed again with the same start.
 */
import type { StartBias } from '../core/pipeline.ts';
import type { SensorCheckFailure, SensorCheckRecord } from '../devices/sensor-check.ts';
import type { StreamDescription } from '../ports/sensor-source.ts';

/** What was measured of a sensor that was moved, or that is not itself, is no bias. */
const NO_BIAS: ReadonlySet<SensorCheckFailure> = new Set(['no-samples', 'moved', 'gyro-bias', 'gyro-noise']);
/** A mean is never known better than this, rad/s (0.001 deg/s): quantisation, and the Earth's own 0.004 deg/s. */
const LEAST_SIGMA_RADPS = 2e-5;

const KEYS = ['startBiasX', 'startBiasY', 'startBiasZ'] as const;
const SIGMA_KEY = 'startBiasSigma';

/** Null: it found none that could be relied on. */
export function biasOfCheck(check: SensorCheckRecord | null): StartBias | null {
  if (!check?.gyroBiasRadps || check.gyroBiasSigmaRadps === null) return null;
  if (check.failures.some((failure) => NO_BIAS.has(failure))) return null;
  const [x, y, z] = check.gyroBiasRadps;
  const radps = [x!, y!, z!] as const;
  const sigmaRadps = Math.max(LEAST_SIGMA_RADPS, check.gyroBiasSigmaRadps);
  return [...radps, sigmaRadps].every(Number.isFinite) ? { radps, sigmaRadps } : null;
}

export function describeWithBias(description: StreamDescription, bias: StartBias | null): StreamDescription {
  if (bias === null) return description;
  const [x, y, z] = bias.radps;
  const start = { [KEYS[0]]: x, [KEYS[1]]: y, [KEYS[2]]: z, [SIGMA_KEY]: bias.sigmaRadps };
  return { ...description, config: { ...description.config, ...start } };
}

/** The start that a description names; null: nothing is known of the bias. */
export function startBiasOf({ config }: Pick<StreamDescription, 'config'>): StartBias | null {
  const [x, y, z, sigmaRadps] = [...KEYS, SIGMA_KEY].map((key) => config[key]);
  const values = [x, y, z, sigmaRadps];
  if (!values.every((value) => typeof value === 'number' && Number.isFinite(value))) return null;
  return (sigmaRadps as number) > 0
    ? { radps: [x as number, y as number, z as number], sigmaRadps: sigmaRadps as number }
    : null;
}
