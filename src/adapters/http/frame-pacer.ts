/**
 * When frames leave: at the end of the turn in which they came, and at most so often. A single sensor's frame leaves at
 * once; the frames of many sensors share one message, because each message to each dashboard is a system call.
 */

/** Far below the time of one animation frame, ms; a frame of many sensors waits no longer. */
export const PACE_MS = 2;

export interface FramePacer {
  /** Something waits to be sent. */
  due(): void;
  stop(): void;
}

export function createFramePacer(flush: () => void, everyMs: number = PACE_MS): FramePacer {
  let immediate: NodeJS.Immediate | null = null;
  let timer: NodeJS.Timeout | null = null;
  let lastMs = Number.NEGATIVE_INFINITY;

  function now(): void {
    immediate = null;
    timer = null;
    lastMs = performance.now();
    flush();
  }
  return {
    due() {
      if (immediate || timer) return;
      const waitMs = everyMs - (performance.now() - lastMs);
      if (waitMs > 0) timer = setTimeout(now, waitMs);
      else immediate = setImmediate(now);
    },
    stop() {
      if (immediate) clearImmediate(immediate);
      if (timer) clearTimeout(timer);
      immediate = null;
      timer = null;
    },
  };
}
