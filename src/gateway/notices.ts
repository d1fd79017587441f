/** What the page should say of the sensors just now: the most urgent thing, with what to do. */
import { type ErrorCode, KitError } from '../contract/errors.ts';
import type { KitState } from '../contract/state.ts';
import type { SensorSlot } from './sensor-slot.ts';

type Notice = KitState['notice'];

/** Below this share a battery may not last a visit (and a sensor check refuses it), 0..1. */
export const BATTERY_LOW = 0.1;

const HEADING_BRIDGED: Notice = Object.freeze({
  code: 'HEADING_BRIDGED',
  message: 'The link was interrupted; left and right are counted from a bridged heading.',
  hint: 'Look straight ahead and capture neutral again.',
});

function told(code: ErrorCode, detail: string | null): Notice {
  const error = new KitError(code, detail);
  return { code, message: error.message, hint: error.hint };
}

/** @param testing a test runs: what can wait until it is over is not said */
export function noticeFor(slots: readonly SensorSlot[], testing: boolean): Notice {
  for (const slot of slots) {
    if (slot.supervisor.interrupted) return told('LINK_LOST', slot.supervisor.message);
  }
  for (const { supervisor, source } of slots) {
    if (supervisor.phase === 'failed' && source.sourceId !== 'replay') return told('LINK_TIMEOUT', supervisor.message);
  }
  if (!testing && slots.some((slot) => slot.index === 0 && slot.ingest.headingBridged)) return HEADING_BRIDGED;
  for (const slot of slots) {
    const battery = slot.supervisor.stream?.battery() ?? null;
    if (battery !== null && battery < BATTERY_LOW)
      return told('BATTERY_LOW', `${slot.ingest.description?.name ?? slot.role}: ${Math.round(100 * battery)} %`);
  }
  return null;
}
