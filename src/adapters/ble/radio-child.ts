/** Keeps one radio process alive: starts it, watches it, ends it, and starts it again after a growing pause. */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { RadioReport, RadioRequest } from './radio-messages.ts';

/** Pause before a restart: doubles with every death, starts over once a process has lived. */
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5000;
const LIVED_MS = 10_000;
/** A process that leaves this many pings in a row unanswered hangs. Counted, not timed: a busy parent is no hang. */
const PING_MS = 2000;
const MISSED_PINGS = 4;
/** Time to say goodbye on the air, ms. */
const GOODBYE_MS = 1500;

export interface RadioChildEvents {
  /** A fresh process runs; it knows nothing yet. */
  onStart(): void;
  onReport(report: RadioReport): void;
  /** It is gone. False: no new one until start() is called. */
  onDeath(how: string, pauseMs: number): boolean;
  onLog(text: string): void;
}

export class RadioChild {
  readonly #entry: URL;
  readonly #events: RadioChildEvents;
  #child: ChildProcess | null = null;
  #timer: NodeJS.Timeout | null = null;
  #pauseMs = FIRST_PAUSE_MS;
  #startedMs = 0;
  #stopped = true;

  constructor(entry: URL, events: RadioChildEvents) {
    this.#entry = entry;
    this.#events = events;
  }

  get pid(): number | null {
    return this.#child?.pid ?? null;
  }

  start(): void {
    this.#stopped = false;
    if (!this.#child && !this.#timer) this.#spawn();
  }

  send(request: RadioRequest): void {
    if (this.#child?.connected) this.#child.send(request, () => {});
  }

  /** Ends the running process; another one follows as after any death. */
  kill(): void {
    this.#child?.kill('SIGKILL');
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    const child = this.#child;
    if (!child) return;
    await new Promise<void>((resolve) => {
      const force = setTimeout(() => child.kill('SIGKILL'), GOODBYE_MS);
      child.once('exit', () => {
        clearTimeout(force);
        resolve();
      });
      this.send({ type: 'close' });
    });
  }

  #spawn(): void {
    this.#timer = null;
    this.#startedMs = performance.now();
    const child = fork(fileURLToPath(this.#entry), [], {
      serialization: 'advanced',
      execArgv: [],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#child = child;
    let missed = 0;
    const watch = setInterval(() => {
      if (missed >= MISSED_PINGS) child.kill('SIGKILL');
      missed++;
      this.send({ type: 'ping' });
    }, PING_MS);
    let gone = false;
    const over = (how: string) => {
      if (gone) return;
      gone = true;
      clearInterval(watch);
      this.#child = null;
      this.#afterDeath(how);
    };
    child.on('message', (report: RadioReport) => {
      missed = 0;
      if (this.#child === child) this.#events.onReport(report);
    });
    // 'exit' may overtake the last messages; the channel's own end does not.
    let exited: string | null = null;
    child.on('exit', (code, signal) => {
      exited = signal ?? `exit code ${code}`;
      if (!child.connected) over(exited);
    });
    child.on('disconnect', () => {
      if (exited) over(exited);
      else child.kill('SIGKILL');
    });
    child.on('error', (error) => over(error.message));
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => this.#events.onLog(text.trimEnd()));
    }
    this.#events.onStart();
  }

  #afterDeath(how: string): void {
    if (this.#stopped) return;
    if (performance.now() - this.#startedMs > LIVED_MS) this.#pauseMs = FIRST_PAUSE_MS;
    const pauseMs = this.#pauseMs;
    this.#pauseMs = Math.min(LONGEST_PAUSE_MS, 2 * pauseMs);
    if (!this.#events.onDeath(how, pauseMs)) {
      this.#pauseMs = FIRST_PAUSE_MS;
      return;
    }
    this.#timer = setTimeout(() => this.#spawn(), pauseMs);
  }
}
