/**
 * Calls a model when it wants to be called. Nothing is counted in ticks of a timer: the model compares the clock with
 * its own schedule, so a late timer makes a packet late but never moves the ones after it, and none is lost.
 */
import type { Clock } from '../../ports/time.ts';

/** setTimeout takes at most this, ms. A model that waits longer is asked once more in between. */
const MAX_TIMEOUT_MS = 60_000;

export class ModelLoop {
  readonly #clock: Clock;
  readonly #advance: (nowUs: number) => number;
  #timer: NodeJS.Timeout | null = null;
  #immediate: NodeJS.Immediate | null = null;
  #running = false;

  /** `advance` returns when it wants to be called next, us on the clock; Infinity: not before wake(). */
  constructor(clock: Clock, advance: (nowUs: number) => number) {
    this.#clock = clock;
    this.#advance = advance;
  }

  start(): void {
    this.#running = true;
    this.wake();
  }

  stop(): void {
    this.#running = false;
    this.#disarm();
  }

  /** Something happened: the model's wish may have changed. */
  wake(): void {
    if (!this.#running || this.#immediate) return;
    this.#disarm();
    this.#immediate = setImmediate(() => {
      this.#immediate = null;
      this.#run();
    });
  }

  #run(): void {
    const nextUs = this.#advance(this.#clock.nowUs());
    if (!this.#running || this.#immediate || nextUs === Number.POSITIVE_INFINITY) return;
    const waitMs = (nextUs - this.#clock.nowUs()) / 1000;
    if (waitMs <= 0) {
      this.wake();
      return;
    }
    this.#disarm();
    // Rounded up: a timer that fires early would only spin until the time has come.
    this.#timer = setTimeout(() => this.#run(), Math.min(MAX_TIMEOUT_MS, Math.ceil(waitMs)));
  }

  #disarm(): void {
    if (this.#timer) clearTimeout(this.#timer);
    if (this.#immediate) clearImmediate(this.#immediate);
    this.#timer = null;
    this.#immediate = null;
  }
}
