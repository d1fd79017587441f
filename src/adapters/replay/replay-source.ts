/** A stored session as a SensorSource: its notifications, byte for byte, with their original arrival times. */
import { KitError } from '../../contract/errors.ts';
import type { RawNotification, SensorSource, SensorStream, StreamListener } from '../../ports/sensor-source.ts';
import type { SessionStore, StoredStream } from '../../ports/session-store.ts';
import type { Clock } from '../../ports/time.ts';
import type { Timers } from '../../ports/timers.ts';
import { decodeChunk } from '../../wire/chunk.ts';

export interface ReplaySourceOptions {
  readonly store: SessionStore;
  readonly clock: Clock;
  readonly timers: Timers;
  /** 1 is the original pace, 2 twice as fast, Infinity as fast as the machine can. */
  readonly speed?: number;
}

/** Sessions that a search lists, the newest ones: a list for a person, not an archive. */
const LISTED_SESSIONS = 20;
/** At full speed the event loop gets a turn after so many notifications. */
const PER_TURN = 200;

/**
 * sensorId is the id of a stored stream. A stream ends with onEnd at its last notification; a damaged chunk ends it with
 * its reason. `description` is the recorded one, so what was simulated stays marked.
 */
export function createReplaySource(options: ReplaySourceOptions): SensorSource {
  const { store, clock, timers, speed = 1 } = options;
  let running = true;

  async function findStream(streamId: string): Promise<StoredStream> {
    const stream = await store.findStream(streamId);
    if (stream) return stream;
    throw new KitError('NOT_FOUND', `stream ${streamId}`);
  }

  const pause = (ms: number): Promise<void> => new Promise((resolve) => timers.after(ms, resolve));

  async function play(streamId: string, listener: StreamListener, isOver: () => boolean): Promise<string> {
    let firstUs = Number.NaN;
    let startedUs = 0;
    let sinceTurn = 0;
    for await (const chunk of store.readChunks(streamId)) {
      const decoded = decodeChunk(chunk.bytes);
      if (!decoded.ok) return `chunk ${chunk.sequence} of the recording cannot be read: ${decoded.reason}`;
      for (const notification of decoded.notifications) {
        if (isOver()) return 'stopped';
        if (Number.isNaN(firstUs)) {
          firstUs = notification.arrivalUs;
          startedUs = clock.nowUs();
        }
        const dueUs = startedUs + (notification.arrivalUs - firstUs) / speed;
        const waitMs = (dueUs - clock.nowUs()) / 1000;
        // Timers are whole milliseconds: a shorter wait is no wait.
        if (waitMs >= 1 || ++sinceTurn >= PER_TURN) {
          sinceTurn = 0;
          await pause(Math.max(0, waitMs));
          if (isOver()) return 'stopped';
        }
        listener.onNotification(notification satisfies RawNotification);
      }
    }
    return 'the recording is at its end';
  }

  return {
    sourceId: 'replay',
    status: () => ({ status: 'ready' }),
    onStatus: () => {},
    start: async () => {
      running = true;
    },
    async discover(onFound) {
      for (const session of await store.listSessions({ limit: LISTED_SESSIONS })) {
        for (const stream of await store.listStreams(session.id)) {
          if (stream.chunks === 0 || stream.sourceId === 'replay') continue;
          onFound({
            sensorId: stream.id,
            name: `${session.subjectCode} ${new Date(session.startedAtMs).toISOString().slice(0, 16)} ${stream.role}`,
            driverId: stream.description.driverId,
            simulated: stream.description.simulated,
            rssiDbm: null,
          });
        }
      }
      return async () => {};
    },
    async open(sensorId, listener): Promise<SensorStream> {
      const { description } = await findStream(sensorId);
      let over = false;
      // Begins in the next turn, when the caller has the stream's description.
      timers.after(0, () => {
        void play(sensorId, listener, () => over || !running)
          .catch((cause: unknown) => (cause instanceof Error ? cause.message : String(cause)))
          .then((reason) => {
            if (over) return;
            over = true;
            listener.onEnd(reason);
          });
      });
      return {
        description,
        battery: () => null,
        rssiDbm: () => null,
        identify: async () => {
          throw new KitError('ATT_ERROR', 'a recording cannot blink');
        },
        prompt: () => {},
        stop: async () => {
          over = true;
        },
      };
    },
    stop: async () => {
      running = false;
    },
  };
}
