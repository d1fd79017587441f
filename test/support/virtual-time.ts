/** A clock and timers that stand still until a test moves them. */
import type { Clock, HostTimeUs } from '../../src/ports/time.ts';
import type { Timers } from '../../src/ports/timers.ts';

export interface VirtualTime {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly nowMs: number;
  /** Timers that wait. */
  readonly waiting: number;
  /** Runs what is due in order, letting promises settle after each step. */
  advance(ms: number): Promise<void>;
  /** Time passes and nothing runs, as in a process that is busy or was put to sleep. */
  skip(ms: number): void;
}

/** One turn of the event loop. */
export const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Lets everything that needs no timer happen: chains of promises and of turns up to this long. */
async function settleAll(): Promise<void> {
  for (let i = 0; i < 6; i++) await settle();
}

export function createVirtualTime(startMs = 1000): VirtualTime {
  let nowMs = startMs;
  let nextId = 0;
  const timers = new Map<number, { dueMs: number; fn: () => void }>();

  function nextDue(limitMs: number): number | null {
    let best: number | null = null;
    for (const [id, timer] of timers)
      if (timer.dueMs <= limitMs && (best === null || timer.dueMs < timers.get(best)!.dueMs)) best = id;
    return best;
  }

  return {
    clock: {
      nowUs: () => (nowMs * 1000) as HostTimeUs,
      wallMs: () => 1_700_000_000_000 + nowMs,
    },
    timers: {
      after(delayMs, fn) {
        const id = nextId++;
        timers.set(id, { dueMs: nowMs + Math.max(0, delayMs), fn });
        return () => timers.delete(id);
      },
    },
    get nowMs() {
      return nowMs;
    },
    get waiting() {
      return timers.size;
    },
    skip(ms) {
      nowMs += ms;
    },
    async advance(ms) {
      const endMs = nowMs + ms;
      await settleAll();
      for (let id = nextDue(endMs); id !== null; id = nextDue(endMs)) {
        const { dueMs, fn } = timers.get(id)!;
        timers.delete(id);
        nowMs = Math.max(nowMs, dueMs);
        fn();
        await settleAll();
      }
      nowMs = endMs;
    },
  };
}
