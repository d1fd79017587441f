/**
 * For measuring and for tests: a page that finds `window.neckLog` when it starts writes there, in order, every command
 * that was asked and answered and every frame in full precision, and takes commands from it. Nobody else's page has one.
 */
import type { KitState } from '../../src/contract/state.ts';
import type { LiveFrame } from '../../src/wire/live-frame.ts';
import type { KitTransport } from '../state/kit-link.ts';
import { pageClock } from './page-clock.ts';

export interface MeasuringLog {
  readonly entries: unknown[];
  ask?: KitTransport['ask'];
  state?: KitState;
}

export function measuringLog(): MeasuringLog | null {
  const found: unknown = Reflect.get(window, 'neckLog');
  if (typeof found !== 'object' || found === null || !('entries' in found) || !Array.isArray(found.entries))
    return null;
  return found as MeasuringLog;
}

/** The same transport; the log takes from it, and tells what was answered. */
export function logged(transport: KitTransport, log: MeasuringLog): KitTransport {
  const ask: KitTransport['ask'] = async (command, timeoutMs) => {
    log.entries.push({ asked: command, atUs: pageClock.nowUs() });
    const reply = await transport.ask(command, timeoutMs);
    log.entries.push({ command, ok: reply.ok });
    return reply;
  };
  log.ask = ask;
  return { ...transport, ask };
}

export function logFrame(log: MeasuringLog, frame: LiveFrame): void {
  log.entries.push({ frame: { ...frame, orientation: [...frame.orientation] } });
}
