/** Tells listeners that the state changed: at once for a step, otherwise at most every `everyMs`. */
import type { Timers } from '../ports/timers.ts';

export interface StateEmitter {
  changed(): void;
  stepped(): void;
  stop(): void;
}

export function createStateEmitter(timers: Timers, everyMs: number, emit: () => void): StateEmitter {
  let waiting = false;
  let again = false;
  let cancel = (): void => {};
  let stopped = false;

  function now(): void {
    cancel();
    waiting = true;
    again = false;
    cancel = timers.after(everyMs, () => {
      waiting = false;
      if (again && !stopped) now();
    });
    emit();
  }
  return {
    changed() {
      if (stopped) return;
      if (waiting) again = true;
      else now();
    },
    stepped() {
      if (!stopped) now();
    },
    stop() {
      stopped = true;
      cancel();
    },
  };
}
