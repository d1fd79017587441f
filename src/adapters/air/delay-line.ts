/** Delivers packets in order, each not before its delay has passed. With no delay and nothing waiting it is transparent. */
export class DelayLine {
  readonly #deliver: (packet: Uint8Array) => void;
  #waiting: { readonly dueMs: number; readonly packet: Uint8Array }[] = [];
  #timer: NodeJS.Timeout | null = null;

  constructor(deliver: (packet: Uint8Array) => void) {
    this.#deliver = deliver;
  }

  push(packet: Uint8Array, delayMs: number): void {
    if (delayMs <= 0 && this.#waiting.length === 0) {
      this.#deliver(packet);
      return;
    }
    this.#waiting.push({ dueMs: performance.now() + delayMs, packet });
    this.#arm();
  }

  clear(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#waiting = [];
  }

  #arm(): void {
    const first = this.#waiting[0];
    if (this.#timer || !first) return;
    this.#timer = setTimeout(
      () => {
        this.#timer = null;
        // Timers may fire up to a millisecond early; half of one is no error worth another turn.
        while (this.#waiting.length > 0 && this.#waiting[0]!.dueMs <= performance.now() + 0.5) {
          this.#deliver(this.#waiting.shift()!.packet);
        }
        this.#arm();
      },
      Math.max(0, first.dueMs - performance.now()),
    );
  }
}
