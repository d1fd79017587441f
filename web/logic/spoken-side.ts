/** Which side is said before a repetition: pure; `live/spoken-side` says it. The same words stand on the screen. */
import type { Side } from '../../src/contract/state.ts';

interface Asked {
  /** Message key of the prompt for the examiner. */
  readonly prompt: string;
}

/** Prompts that ask for a movement to one side. */
const TO_A_SIDE = /[.-](?:turn|lateral|rotation)-(left|right)$/;

/** Null where no side is asked for anew, and for a page that was opened, or that came back, in the middle of a test. */
export function spokenSideOf(before: Asked | null, now: Asked | null): Side | null {
  if (before === null || now === null || now.prompt === before.prompt) return null;
  const side = TO_A_SIDE.exec(now.prompt)?.[1];
  return side === 'left' || side === 'right' ? side : null;
}
