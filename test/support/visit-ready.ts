/** What has to be said before a test may start, for tests that are about something else: nobody is examined, nothing is hidden. */
import type { Command } from '../../src/contract/commands.ts';

export const VISIT_READY: readonly Command[] = [
  { type: 'visit-override', reason: 'training' },
  { type: 'visit-context', headacheNow: 0, analgesic6h: false, blinded: false },
];

/** @param send a kit's `execute`, or a client's `must` */
export async function readyVisit(send: (command: Command) => Promise<unknown>): Promise<void> {
  for (const command of VISIT_READY) await send(command);
}
