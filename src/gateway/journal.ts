/**
 * The one ordered way into the store: one write at a time, retried until it is committed, bounded in memory. Raw chunks
 * that wait behind each other go in one commit: a commit waits for the disk, however little is in it.
 */
import { type ErrorCode, KitError } from '../contract/errors.ts';
import type { RawChunk, SessionStore } from '../ports/session-store.ts';
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
  /** Chunks in one commit, at most: what has gathered while a disk was full must not hold up the samples. */
  readonly chunksPerCommit: number;
}

export const DEFAULT_JOURNAL: JournalParams = Object.freeze({
  retryMs: 250,
  retryMaxMs: 2000,
  maxWaitingBytes: 32 * 1024 * 1024,
  chunksPerCommit: 32,
});

interface Job {
  /** A chunk, which may share its commit with its neighbours; or a write that stands alone. */
  readonly write: RawChunk | (() => Promise<void>);
  readonly done: () => void;
  /** Given for a write that somebody waits for: it fails instead of being retried. */
  readonly failed: ((error: KitError) => void) | null;
}

export interface Journal {
  /** Code of the failure that keeps the first write from being committed; null when all is well. */
  readonly problem: ErrorCode | null;
  /** Raw bytes that wait for their commit. */
  readonly waitingBytes: number;
  /** False when there is no room for its bytes; then nothing was queued. `onCommitted` is the acknowledgement. */
  tryKeepChunk(chunk: RawChunk, onCommitted?: () => void): boolean;
  /** For what is small and must not be lost: always queued, retried for ever. Resolves after the commit. */
  keep(write: () => Promise<void>): Promise<void>;
  /** In order, but once: rejects with the store's error, at once when the store is failing already. */
  attempt(write: () => Promise<void>): Promise<void>;
  /** Resolves when everything queued so far is committed, or after the deadline: true when all is committed. */
  drain(deadlineMs: number): Promise<boolean>;
}

/** Errors that can pass: the write is tried again. Anything else is a fault of ours that no waiting heals. */
const PASSING: ReadonlySet<ErrorCode> = new Set([
  'STORE_FULL',
  'STORE_LOCKED',
  'STORE_UNAVAILABLE',
  'DATABASE_UNREACHABLE',
]);

const bytesOf = ({ write }: Job): number => (typeof write === 'function' ? 0 : write.bytes.length);

export function createJournal(
  deps: { store: Pick<SessionStore, 'appendChunks'>; timers: Timers; log: Log; onChange: () => void },
  params: JournalParams = DEFAULT_JOURNAL,
): Journal {
  const { store, timers, log, onChange } = deps;
  const jobs: Job[] = [];
  let waitingBytes = 0;
  let problem: ErrorCode | null = null;
  let busy = false;
  let pumping = false;
  let failures = 0;
  /** Chunks from here on that go each by itself: together they failed, and one must not take the others with it. */
  let apart = 0;

  function setProblem(code: ErrorCode | null): void {
    if (problem === code) return;
    problem = code;
    onChange();
  }

  function finish(count: number): void {
    for (const job of jobs.splice(0, count)) waitingBytes -= bytesOf(job);
    apart = Math.max(0, apart - count);
    busy = false;
    pump();
  }

  /** The chunks at the head of the queue that go in one commit. */
  function chunksAhead(): RawChunk[] {
    const most = apart > 0 ? 1 : params.chunksPerCommit;
    const chunks: RawChunk[] = [];
    for (const { write } of jobs) {
      if (typeof write === 'function' || chunks.length === most) break;
      chunks.push(write);
    }
    return chunks;
  }

  function pump(): void {
    const job = jobs[0];
    if (busy || !job) return;
    busy = true;
    const chunks = chunksAhead();
    const count = Math.max(1, chunks.length);
    const writing = typeof job.write === 'function' ? job.write() : store.appendChunks(chunks);
    writing.then(
      () => {
        failures = 0;
        setProblem(null);
        for (const done of jobs.slice(0, count)) done.done();
        finish(count);
      },
      (cause: unknown) => {
        const error = kitErrorOf(cause);
        log.error({ code: error.code, detail: error.detail }, 'a write to the store failed');
        if (job.failed) {
          job.failed(error);
          finish(1);
        } else if (PASSING.has(error.code)) {
          setProblem(error.code);
          const pauseMs = Math.min(params.retryMs * 2 ** Math.min(failures++, 16), params.retryMaxMs);
          timers.after(pauseMs, () => {
            busy = false;
            pump();
          });
        } else if (count > 1) {
          apart = count;
          busy = false;
          pump();
        } else {
          // Tried again it would fail again and block all that comes after it.
          job.done();
          finish(1);
        }
      },
    );
  }

  function add(job: Job): void {
    jobs.push(job);
    waitingBytes += bytesOf(job);
    if (pumping) return;
    // After this turn: what else it hands over shares the commit.
    pumping = true;
    void Promise.resolve().then(() => {
      pumping = false;
      pump();
    });
  }

  return {
    get problem() {
      return problem;
    },
    get waitingBytes() {
      return waitingBytes;
    },
    tryKeepChunk(chunk, onCommitted = () => {}) {
      if (waitingBytes + chunk.bytes.length > params.maxWaitingBytes) return false;
      add({ write: chunk, done: onCommitted, failed: null });
      return true;
    },
    keep: (write) => new Promise((resolve) => add({ write, done: resolve, failed: null })),
    attempt: (write) =>
      new Promise((resolve, reject) => {
        if (problem !== null) reject(new KitError(problem));
        else add({ write, done: resolve, failed: reject });
      }),
    drain: (deadlineMs) =>
      new Promise((resolve) => {
        const cancel = timers.after(deadlineMs, () => resolve(false));
        add({
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
