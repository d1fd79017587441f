/** Small tools of waiting: one at a time, and not for ever. */
import { type ErrorCode, KitError } from '../contract/errors.ts';
import type { Timers } from '../ports/timers.ts';

/** Runs jobs one after the other, in the order of asking; a failed one does not stop the next. */
export function createSerialQueue(): <T>(job: () => Promise<T>) => Promise<T> {
  let tail: Promise<unknown> = Promise.resolve();
  return (job) => {
    const result = tail.then(job);
    tail = result.catch(() => undefined);
    return result;
  };
}

/** The promise, or a KitError of the given code after `deadlineMs`. What comes later than that is ignored. */
export function withDeadline<T>(
  timers: Timers,
  promise: Promise<T>,
  deadlineMs: number,
  code: ErrorCode,
  detail: string,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const cancel = timers.after(deadlineMs, () => reject(new KitError(code, detail)));
    promise.then(resolve, reject).finally(cancel);
  });
}

/** A KitError for anything that was thrown. */
export function kitErrorOf(cause: unknown): KitError {
  if (cause instanceof KitError) return cause;
  return new KitError('INTERNAL', cause instanceof Error ? cause.message : String(cause), { cause });
}

/** Timers of the host. */
export const hostTimers: Timers = {
  after(delayMs, fn) {
    const timer = setTimeout(fn, delayMs);
    return () => clearTimeout(timer);
  },
};

const immediate: unknown = Reflect.get(globalThis, 'setImmediate');

/** After everything that is due in this turn of the event loop: Node has a way of its own, a page has not. */
export function nextTurn(fn: () => void): void {
  if (typeof immediate === 'function') immediate(fn);
  else setTimeout(fn, 0);
}

/**
 * For long work beside a running stream: call it often, and wait for what it returns. Every `longestMs` it lets the rest
 * of the program have a turn; else it returns nothing, at the cost of reading the clock.
 */
export function createPauses(longestMs = 8): () => Promise<void> | undefined {
  let sinceMs = performance.now();
  return () => {
    if (performance.now() - sinceMs < longestMs) return undefined;
    return new Promise((resolve) => {
      nextTurn(() => {
        sinceMs = performance.now();
        resolve();
      });
    });
  };
}
