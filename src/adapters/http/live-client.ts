/**
 * One dashboard at the other end of a WebSocket. Frames leave together, one message per flush; messages in flight are
 * bounded by a small pool of buffers. When it is used up the newest frame of each sensor waits, and the ones before it
 * are skipped. State likewise: one in flight, the newest waits. So a slow client costs a fixed few kilobytes, however
 * long it sleeps.
 */
import type { WebSocket } from 'ws';
import type { Reply } from '../../contract/commands.ts';
import { LIVE_FRAME_BYTES, MAX_SENSORS } from '../../wire/live-frame.ts';

/** Messages of frames handed to the socket and not yet taken by the kernel, at most. */
export const MESSAGES_IN_FLIGHT = 4;
/** Frames in one message, at most. Never below MAX_SENSORS: whatever waits fits into the next message. */
export const FRAMES_PER_MESSAGE = 2 * MAX_SENSORS;
const OPEN = 1;
const BINARY = { binary: true, compress: false } as const;
const TEXT = { binary: false, compress: false } as const;

interface Slot {
  readonly bytes: Uint8Array;
  frames: number;
  readonly done: (error?: Error | null) => void;
}

export interface LiveClient {
  /** `bytes` is copied; it leaves with the next flush, or with this call when a message is full. */
  frame(sensorIndex: number, bytes: Uint8Array): void;
  flush(): void;
  /** Text, or the text's bytes where it goes to many: they are encoded once. */
  state(json: string | Uint8Array): void;
  reply(reply: Reply): void;
  /** Frames that were skipped for this client. */
  readonly skipped: number;
  /** Messages of frames in the socket's hands. */
  readonly inFlight: number;
}

export function createLiveClient(socket: Pick<WebSocket, 'send' | 'readyState'>): LiveClient {
  const free: Slot[] = [];
  /** Being filled; null when nothing waits for a flush, or when there is no buffer. */
  let filling: Slot | null = null;
  const waiting: (Uint8Array | null)[] = new Array(MAX_SENSORS).fill(null);
  const hasWaiting: boolean[] = new Array(MAX_SENSORS).fill(false);
  let skipped = 0;
  let inFlight = 0;
  let stateInFlight = false;
  let waitingState: string | Uint8Array | null = null;

  function put(slot: Slot, bytes: Uint8Array): void {
    slot.bytes.set(bytes, LIVE_FRAME_BYTES * slot.frames++);
  }

  function send(slot: Slot): void {
    if (socket.readyState !== OPEN) {
      slot.frames = 0;
      free.push(slot);
      return;
    }
    inFlight++;
    socket.send(slot.bytes.subarray(0, LIVE_FRAME_BYTES * slot.frames), BINARY, slot.done);
  }

  function flush(): void {
    if (!filling) return;
    const slot = filling;
    filling = null;
    send(slot);
  }

  for (let i = 0; i < MESSAGES_IN_FLIGHT; i++) {
    const slot: Slot = {
      bytes: new Uint8Array(FRAMES_PER_MESSAGE * LIVE_FRAME_BYTES),
      frames: 0,
      done: () => {
        inFlight--;
        slot.frames = 0;
        for (let sensor = 0; sensor < MAX_SENSORS; sensor++) {
          if (!hasWaiting[sensor]) continue;
          hasWaiting[sensor] = false;
          put(slot, waiting[sensor]!);
        }
        // At once: a frame that comes later must not overtake them.
        if (slot.frames > 0) send(slot);
        else free.push(slot);
      },
    };
    free.push(slot);
  }

  function sendState(json: string | Uint8Array): void {
    if (socket.readyState !== OPEN) return;
    stateInFlight = true;
    socket.send(json, TEXT, () => {
      stateInFlight = false;
      const next = waitingState;
      waitingState = null;
      if (next !== null) sendState(next);
    });
  }

  return {
    get skipped() {
      return skipped;
    },
    get inFlight() {
      return inFlight;
    },
    frame(sensorIndex, bytes) {
      if (sensorIndex >= MAX_SENSORS) return;
      filling ??= free.pop() ?? null;
      if (filling) {
        put(filling, bytes);
        if (filling.frames === FRAMES_PER_MESSAGE) flush();
        return;
      }
      if (hasWaiting[sensorIndex]) skipped++;
      waiting[sensorIndex] ??= new Uint8Array(LIVE_FRAME_BYTES);
      waiting[sensorIndex].set(bytes);
      hasWaiting[sensorIndex] = true;
    },
    flush,
    state(json) {
      if (stateInFlight) waitingState = json;
      else sendState(json);
    },
    reply(reply) {
      if (socket.readyState === OPEN) socket.send(JSON.stringify(reply));
    },
  };
}
