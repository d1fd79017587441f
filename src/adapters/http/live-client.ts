/**
 * One dashboard at the other end of a WebSocket. Frames in flight are bounded by a small pool of buffers; when it is
 * used up the newest frame of each sensor waits, and the ones before it are skipped. State likewise: one in flight, the
 * newest waits. So a slow client costs a fixed few kilobytes, however long it sleeps.
 */
import type { WebSocket } from 'ws';
import type { Reply } from '../../contract/commands.ts';
import { LIVE_FRAME_BYTES, MAX_SENSORS } from '../../wire/live-frame.ts';

/** Frames handed to the socket and not yet taken by the kernel, at most. */
export const FRAMES_IN_FLIGHT = 16;
const OPEN = 1;
const BINARY = { binary: true, compress: false } as const;

interface Slot {
  readonly bytes: Uint8Array;
  readonly done: (error?: Error | null) => void;
}

export interface LiveClient {
  /** `bytes` is copied. */
  frame(sensorIndex: number, bytes: Uint8Array): void;
  state(json: string): void;
  reply(reply: Reply): void;
  /** Frames that were skipped for this client. */
  readonly skipped: number;
  /** Frames in the socket's hands. */
  readonly inFlight: number;
}

export function createLiveClient(socket: Pick<WebSocket, 'send' | 'readyState'>): LiveClient {
  const free: Slot[] = [];
  const waiting: (Uint8Array | null)[] = new Array(MAX_SENSORS).fill(null);
  const hasWaiting: boolean[] = new Array(MAX_SENSORS).fill(false);
  let skipped = 0;
  /** Whose turn it is among those that wait: none of them starves. */
  let turn = 0;
  let stateInFlight = false;
  let waitingState: string | null = null;

  function send(slot: Slot): void {
    if (socket.readyState !== OPEN) {
      free.push(slot);
      return;
    }
    socket.send(slot.bytes, BINARY, slot.done);
  }

  for (let i = 0; i < FRAMES_IN_FLIGHT; i++) {
    const slot: Slot = {
      bytes: new Uint8Array(LIVE_FRAME_BYTES),
      done: () => {
        for (let n = 0; n < MAX_SENSORS; n++) {
          const sensor = (turn + n) % MAX_SENSORS;
          if (!hasWaiting[sensor]) continue;
          turn = sensor + 1;
          hasWaiting[sensor] = false;
          slot.bytes.set(waiting[sensor]!);
          send(slot);
          return;
        }
        free.push(slot);
      },
    };
    free.push(slot);
  }

  function sendState(json: string): void {
    if (socket.readyState !== OPEN) return;
    stateInFlight = true;
    socket.send(json, () => {
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
      return FRAMES_IN_FLIGHT - free.length;
    },
    frame(sensorIndex, bytes) {
      if (sensorIndex >= MAX_SENSORS) return;
      const slot = free.pop();
      if (slot) {
        slot.bytes.set(bytes);
        send(slot);
        return;
      }
      if (hasWaiting[sensorIndex]) skipped++;
      waiting[sensorIndex] ??= new Uint8Array(LIVE_FRAME_BYTES);
      waiting[sensorIndex].set(bytes);
      hasWaiting[sensorIndex] = true;
    },
    state(json) {
      if (stateInFlight) waitingState = json;
      else sendState(json);
    },
    reply(reply) {
      if (socket.readyState === OPEN) socket.send(JSON.stringify(reply));
    },
  };
}
