/** The one ordered way into the store: one write at a time, retried until it is committed, bounded in memory. */
import { type ErrorCode, KitError } from '../contract/errors.ts';
import type { Timers } from '../ports/timers.ts';
import type { Log } from './log.ts';
import { kitErrorOf } from './waiting.ts';

export interface JournalParams {
  /** First pause after a failed write, ms; doubled at every further failure. */
  readonly retryMs: number;
  /** Longest pause, ms: a freed disk is noticed within this time. */
  readonly retryMaxMs: number;
  /** Raw bytes that may wait in memory. 32 MiB is about an hour of one sensor at 100 Hz. */
  readonly maxWaitingBytes: number;
}

export const DEFAULT_JOURNAL: JournalParams = Object.freeze({
  retryMs: 250,
  retryMaxMs: 2000,
  maxWaitingBytes: 32 * 1024 * 1024,
});

interface Job {
  readonly bytes: number;
  readonly write: () => Promise<void>;
  readonly done: () => void;
  /** Given for a write that somebody waits for: it fails instead of being retried. */
  readonly failed: ((error: KitError) => void) | null;
}

export interface Journal {
  /** Code of the failure that keeps the first write from being committed; null when all is well. */
  readonly problem: ErrorCode | null;
  /** Raw bytes that wait for their commit. */
  readonly waitingBytes: number;
  /** False when there is no room for so many bytes more; then nothing was queued. `onCommitted` is the acknowledgement. */
  tryKeep(bytes: number, write: () => Promise<void>, onCommitted?: () => void): boolean;
  /** For what is small and must not be lost: always queued, retried for ever. Resolves after the commit. */
  keep(write: () => Promise<void>): Promise<void>;
  /** In order, but once: rejects with the store's error, at once when the store is failing already. */
  attempt(write: () => Promise<void>): Promise<void>;
  /** Resolves when everything queued so far is committed, or after the deadline: true when all is committed. */
  drain(deadlineMs: number): Promise<boolean>;
}

/** Errors that can pass: the write is tried again. Anything else is a fault of ours that no waiting heals. */
const PASSING: ReadonlySet<ErrorCode> = new Set(['STORE_FULL', 'STORE_LOCKED', 'STORE_UNAVAILABLE']);

export function createJournal(
  deps: { timers: Timers; log: Log; onChange: () => void },
  params: JournalParams = DEFAULT_JOURNAL,
): Journal {
  const { timers, log, onChange } = deps;
  const jobs: Job[] = [];
  let waitingBytes = 0;
  let problem: ErrorCode | null = null;
  let busy = false;
  let failures = 0;

  function setProblem(code: ErrorCode | null): void {
    if (problem === code) return;
    problem = code;
    onChange();
  }

  function finish(job: Job): void {
    jobs.shift();
    waitingBytes -= job.bytes;
    busy = false;
    pump();
  }

  function pump(): void {
    const job = jobs[0];
    if (busy || !job) return;
    busy = true;
    job.write().then(
      () => {
        failures = 0;
        setProblem(null);
        job.done();
        finish(job);
      },
      (cause: unknown) => {
        const error = kitErrorOf(cause);
        log.error({ code: error.code, detail: error.detail }, 'a write to the store failed');
        if (job.failed) {
          job.failed(error);
          finish(job);
        } else if (PASSING.has(error.code)) {
          setProblem(error.code);
          const pauseMs = Math.min(params.retryMs * 2 ** Math.min(failures++, 16), params.retryMaxMs);
          timers.after(pauseMs, () => {
            busy = false;
            pump();
          });
        } else {
          // Tried again it would fail again and block all that comes after it.
          job.done();
          finish(job);
        }
      },
    );
  }

  function add(job: Job): void {
    jobs.push(job);
    waitingBytes += job.bytes;
    pump();
  }

  return {
    get problem() {
      return problem;
    },
    get waitingBytes() {
      return waitingBytes;
    },
    tryKeep(bytes, write, onCommitted = () => {}) {
      if (waitingBytes + bytes > params.maxWaitingBytes) return false;
      add({ bytes, write, done: onCommitted, failed: null });
      return true;
    },
    keep: (write) => new Promise((resolve) => add({ bytes: 0, write, done: resolve, failed: null })),
    attempt: (write) =>
      new Promise((resolve, reject) => {
        if (problem !== null) reject(new KitError(problem));
        else add({ bytes: 0, write, done: resolve, failed: reject });
      }),
    drain: (deadlineMs) =>
      new Promise((resolve) => {
        const cancel = timers.after(deadlineMs, () => resolve(false));
        add({
          bytes: 0,
          write: () => Promise.resolve(),
          done: () => {
            cancel();
            resolve(true);
          },
          failed: null,
        });
      }),
  };
}
