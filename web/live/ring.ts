/**
 * The last seconds of live frames of one sensor, in columns. What sample-rate data flows through on the page; it never
 * enters a signal or the virtual DOM.
 */
import type { LiveFrame } from '../../src/wire/live-frame.ts';

export interface LiveRing {
  readonly capacity: number;
  /** Frames ever pushed since the last reset; the newest sits at (count - 1) % capacity. */
  count: number;
  readonly timeS: Float64Array;
  readonly turnRad: Float32Array;
  readonly nodRad: Float32Array;
  readonly tiltRad: Float32Array;
  readonly turnSigmaRad: Float32Array;
  /** Of a test of turning: since the start of its repetition; NaN outside of one. */
  readonly twistRad: Float32Array;
  readonly twistSigmaRad: Float32Array;
  readonly arrivalUs: Float64Array;
  /** 1 where samples are missing before this one. */
  readonly gap: Uint8Array;
}

/** A ring of `capacity` frames; 12 s at 200 Hz need 2400. */
export function createLiveRing(capacity: number): LiveRing {
  return {
    capacity,
    count: 0,
    timeS: new Float64Array(capacity),
    turnRad: new Float32Array(capacity),
    nodRad: new Float32Array(capacity),
    tiltRad: new Float32Array(capacity),
    turnSigmaRad: new Float32Array(capacity),
    twistRad: new Float32Array(capacity),
    twistSigmaRad: new Float32Array(capacity),
    arrivalUs: new Float64Array(capacity),
    gap: new Uint8Array(capacity),
  };
}

/**
 * Appends the display angles of a frame. A time that runs backwards means the stream began anew: the ring is emptied
 * first, so that a chart never shows two streams as one.
 */
export function pushLive(ring: LiveRing, frame: LiveFrame, gapFlag: number): void {
  if (ring.count > 0 && frame.timeS < ring.timeS[(ring.count - 1) % ring.capacity]!) ring.count = 0;
  const at = ring.count % ring.capacity;
  ring.timeS[at] = frame.timeS;
  ring.turnRad[at] = frame.displayAxialRad;
  ring.nodRad[at] = frame.displayFlexionRad;
  ring.tiltRad[at] = frame.displayLateralRad;
  ring.turnSigmaRad[at] = frame.axialSigmaRad;
  ring.twistRad[at] = frame.twistRad;
  ring.twistSigmaRad[at] = frame.twistSigmaRad;
  ring.arrivalUs[at] = frame.arrivalUs;
  ring.gap[at] = (frame.flags & gapFlag) !== 0 ? 1 : 0;
  ring.count += 1;
}
