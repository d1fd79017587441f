/** The simulator's own service on the air, and what happens when something is written to it. */
import { AttError, type GattServerService } from '../../ports/gatt-server.ts';
import { SUBJECT_PROMPTS } from '../../ports/sensor-source.ts';
import { SIMULATOR_PROMPT, SIMULATOR_SERVICE } from '../../wire/simulator-service.ts';
import type { MotionSource } from './motion-source.ts';

export const SIMULATOR_GATT: GattServerService = {
  uuid: SIMULATOR_SERVICE,
  characteristics: [{ uuid: SIMULATOR_PROMPT, properties: ['write'] }],
};

/** Hands the prompt to the subject; an ATT code. */
export function writePrompt(source: MotionSource, bytes: Uint8Array, timeS: number): number {
  if (bytes.length !== 1) return AttError.invalidLength;
  const code = SUBJECT_PROMPTS[bytes[0]!];
  if (code === undefined) return AttError.application;
  source.prompt(code, Number.isNaN(timeS) ? 0 : timeS);
  return AttError.ok;
}
