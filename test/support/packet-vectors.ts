/** Packets of real devices beside the repository, decoded as a support engineer would: by name, UUID and hex. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DecodedSample, decodeBytes } from '../../src/devices/decode-bytes.ts';
import { DRIVERS } from '../../src/devices/registry.ts';
import { sharedDataFolder } from './shared-data.ts';

export interface PacketVector {
  readonly name: string;
  readonly hex: string;
  readonly characteristic?: string;
  readonly expected: Readonly<Record<string, unknown>>;
}

export function packetVectors(file: string): PacketVector[] {
  const parsed: unknown = JSON.parse(readFileSync(join(sharedDataFolder('packets') ?? '', file), 'utf8'));
  return (parsed as { vectors: PacketVector[] }).vectors;
}

/** Samples and battery of one packet; throws with the reason when it gives none. */
export function decoded(
  device: string,
  characteristic: string,
  hex: string,
  mode?: number,
): { samples: readonly DecodedSample[]; battery: number | null } {
  const outcome = decodeBytes(DRIVERS, {
    device,
    characteristics: [characteristic],
    hex: [hex],
    ...(mode === undefined ? {} : { mode }),
  });
  if (outcome.status !== 'ok') throw new Error(`${outcome.status}: ${outcome.reason}`);
  return outcome;
}
