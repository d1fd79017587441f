/** The newest live frame and the last seconds of the head sensor, outside of any signal. */
import {
  createLiveFrame,
  decodeLiveFrame,
  eachLiveFrame,
  LiveFlag,
  type LiveFrame,
} from '../../src/wire/live-frame.ts';
import { simulatedFrames } from '../state/store.ts';
import { createLiveRing, type LiveRing, pushLive } from './ring.ts';

/** 15 s at 200 Hz: the chart's window and some margin. */
const RING_FRAMES = 3000;
/** Frames that may wait for one animation frame while it is measured. */
const MAX_PENDING = 512;

export interface LiveData {
  /** Newest frame of the head sensor. */
  readonly head: LiveFrame;
  readonly ring: LiveRing;
  /** Page time of the newest frame of the head sensor, ms (performance.now); -Infinity before the first one. */
  receivedMs: number;
  /** Frames received since the last paint. */
  fresh: number;
}

export const live: LiveData = {
  head: createLiveFrame(),
  ring: createLiveRing(RING_FRAMES),
  receivedMs: Number.NEGATIVE_INFINITY,
  fresh: 0,
};

/** Arrival times not yet painted, kept only while measuring (`?bench`). */
export const pendingArrivalUs = { values: new Float64Array(MAX_PENDING), count: 0, on: false };

const scratch = createLiveFrame();

/** While a stored test is played, what a sensor sends is not shown: the two must never be taken for each other. */
export const playing = { replay: false };

/** One frame of a stored test. */
export function playFrame(view: DataView): void {
  receiveOne(view);
}

/** Takes a binary message. Bytes that are not a live frame of this version are ignored. */
export function receiveFrame(bytes: ArrayBuffer): void {
  if (!playing.replay) eachLiveFrame(bytes, 0, bytes.byteLength, receiveOne);
}

function receiveOne(view: DataView): void {
  if (!decodeLiveFrame(view, scratch) || scratch.sensorIndex !== 0) return;
  const head = live.head;
  decodeLiveFrame(view, head);
  pushLive(live.ring, head, LiveFlag.gap);
  live.receivedMs = performance.now();
  live.fresh += 1;
  if (pendingArrivalUs.on && pendingArrivalUs.count < MAX_PENDING) {
    pendingArrivalUs.values[pendingArrivalUs.count++] = head.arrivalUs;
  }
  // Assigning the same value notifies nobody.
  simulatedFrames.value = (head.flags & LiveFlag.simulated) !== 0;
}

/** Forgets everything: another gateway, or the sensor was taken off. */
export function resetLive(): void {
  Object.assign(live.head, createLiveFrame());
  live.ring.count = 0;
  live.receivedMs = Number.NEGATIVE_INFINITY;
  live.fresh = 0;
  simulatedFrames.value = false;
}
