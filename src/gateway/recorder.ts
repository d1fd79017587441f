/**
 * Raw first: what the sensor sent goes to the store in chunks of half a second or less, in order, and counts as
 * acknowledged after the commit. One stream per connection; a session's streams follow each other over reconnects. The
 * chunks of all streams end together, so that they share a commit.
 */
import type { RawNotification, StreamDescription } from '../ports/sensor-source.ts';
import type { NewStream, SessionStore } from '../ports/session-store.ts';
import type { Clock } from '../ports/time.ts';
import type { Timers } from '../ports/timers.ts';
import { createChunkWriter } from '../wire/chunk.ts';
import type { Journal } from './journal.ts';
import type { Log } from './log.ts';

export interface RecorderParams {
  /** Longest time in one chunk, us: what a power cut can cost. */
  readonly chunkUs: number;
  /** A chunk this large is closed early, bytes. */
  readonly chunkBytes: number;
}

export const DEFAULT_RECORDER: RecorderParams = Object.freeze({ chunkUs: 500_000, chunkBytes: 64 * 1024 });

/** One connection's record. */
export interface StreamRecorder {
  readonly id: string;
  /** Notifications handed over since the record began: the place of an event on the record. */
  readonly notifications: number;
  /** Copies the bytes. */
  append(notification: RawNotification): void;
  /** Closes the chunk that is open, so that it is stored now. */
  flush(): void;
  close(): void;
}

export interface Recorder {
  readonly sessionId: string;
  /** Head-sensor time that the store has acknowledged, s. */
  readonly acknowledgedS: number;
  /** Notifications that found no room while the store was failing. */
  readonly dropped: number;
  openStream(stream: { role: NewStream['role']; sourceId: string; description: StreamDescription }): StreamRecorder;
  /** A marker on the record, in order with the chunks. */
  event(type: string, values: Record<string, unknown>): void;
}

export function createRecorder(
  deps: {
    sessionId: string;
    store: SessionStore;
    journal: Journal;
    clock: Clock;
    timers: Timers;
    log: Log;
    newId: () => string;
    /** `acknowledgedS` has grown. */
    onAcknowledged: () => void;
  },
  params: RecorderParams = DEFAULT_RECORDER,
): Recorder {
  const { sessionId, store, journal, clock, timers, log } = deps;
  let acknowledgedUs = 0;
  let dropped = 0;
  const open = new Set<() => void>();
  const flushAll = (): void => {
    for (const flush of open) flush();
  };

  function event(type: string, values: Record<string, unknown>): void {
    const timeUs = clock.nowUs();
    const wallMs = clock.wallMs();
    void journal.keep(() => store.appendEvent(sessionId, { timeUs, wallMs, type, values }));
  }

  function openStream(stream: Parameters<Recorder['openStream']>[0]): StreamRecorder {
    const id = deps.newId();
    const writer = createChunkWriter();
    let notifications = 0;
    let queued = 0;
    let lostHere = 0;
    let acknowledgedTo = Number.NaN;
    let closed = false;
    let cancelTimer = (): void => {};
    // A copy: the description is the caller's, the store may be busy for a while.
    const record: NewStream = { id, sessionId, ...structuredClone(stream) };
    void journal.keep(() => store.createStream(record));

    function flush(): void {
      cancelTimer();
      const chunk = writer.finish();
      if (!chunk) return;
      const sequence = queued;
      const kept = journal.tryKeepChunk({ streamId: id, sequence, ...chunk }, () => {
        if (stream.role === 'head') {
          const from = Number.isNaN(acknowledgedTo) ? chunk.firstArrivalUs : acknowledgedTo;
          acknowledgedUs += chunk.lastArrivalUs - from;
          deps.onAcknowledged();
        }
        acknowledgedTo = chunk.lastArrivalUs;
      });
      if (kept) {
        queued++;
        if (lostHere > 0) {
          event('recording-lost', { streamId: id, notifications: lostHere });
          lostHere = 0;
        }
        return;
      }
      // No room: this half second is gone, and the record says so when the store works again.
      if (lostHere === 0) log.error({ streamId: id }, 'raw data is being lost: the store does not take it');
      lostHere += chunk.notifications;
      dropped += chunk.notifications;
    }

    open.add(flush);
    return {
      id,
      get notifications() {
        return notifications;
      },
      append(notification) {
        if (closed) return;
        if (
          writer.count > 0 &&
          (notification.arrivalUs - writer.firstArrivalUs > params.chunkUs || writer.byteLength >= params.chunkBytes)
        )
          flushAll();
        // A stream that stops in the middle of a chunk must not keep it from the disk.
        if (writer.count === 0) cancelTimer = timers.after(params.chunkUs / 1000, flushAll);
        writer.append(notification);
        notifications++;
      },
      flush,
      close() {
        closed = true;
        open.delete(flush);
        flush();
      },
    };
  }

  return {
    sessionId,
    get acknowledgedS() {
      return acknowledgedUs / 1e6;
    },
    get dropped() {
      return dropped;
    },
    openStream,
    event,
  };
}
