/** The mark of a simulated sensor, the same for every driver. */
import type { GattLink } from '../ports/gatt.ts';
import { SUBJECT_PROMPTS, type SubjectPrompt } from '../ports/sensor-source.ts';
import { SIMULATOR_PROMPT } from '../wire/simulator-service.ts';

export const isSimulated = (link: GattLink): boolean => link.characteristics.has(SIMULATOR_PROMPT);

/** Only simulated subjects listen; on a real sensor this is nothing, not an error. */
export async function promptSubject(link: GattLink, code: SubjectPrompt): Promise<void> {
  if (isSimulated(link)) await link.write(SIMULATOR_PROMPT, Uint8Array.of(SUBJECT_PROMPTS.indexOf(code)));
}
