/** Plays a stored test into what the live screens show. What a sensor sends meanwhile stays out. */
import { signal } from '@preact/signals';
import type { ReplayMeta } from '../../src/contract/replay.ts';
import { LIVE_FRAME_BYTES } from '../../src/wire/live-frame.ts';
import { live, playFrame, playing, resetLive } from '../live/live-data.ts';

/** The strip chart shows so much of what was before, s. */
const BEFORE_S = 12;
/** Offset of the time in a frame (wire/live-frame). */
const TIME_AT = 24;

export interface Player {
  readonly durationS: number;
  seek(toS: number): void;
  stop(): void;
}

/** Since the first frame, s; ten times a second at most. */
export const positionS = signal(0);
export const running = signal(false);
export const speed = signal(1);

export function createPlayer({ fromS, toS, frames: count }: ReplayMeta, bytes: Uint8Array): Player {
  const frameAt = (i: number): DataView =>
    new DataView(bytes.buffer, bytes.byteOffset + i * LIVE_FRAME_BYTES, LIVE_FRAME_BYTES);
  const timeOf = (i: number): number => frameAt(i).getFloat64(TIME_AT, true);
  let next = 0;
  let atS = fromS;
  let lastMs = performance.now();
  let handle = 0;

  function playTo(timeS: number): void {
    while (next < count && timeOf(next) <= timeS) playFrame(frameAt(next++));
  }
  function firstAfter(timeS: number): number {
    let low = 0;
    for (let high = count; low < high; ) {
      const middle = (low + high) >> 1;
      if (timeOf(middle) <= timeS) low = middle + 1;
      else high = middle;
    }
    return low;
  }
  function seek(toPositionS: number): void {
    atS = Math.max(fromS, Math.min(toS, fromS + toPositionS));
    resetLive();
    next = firstAfter(atS - BEFORE_S);
    playTo(atS);
    positionS.value = atS - fromS;
  }
  function step(nowMs: number): void {
    handle = requestAnimationFrame(step);
    const passedS = Math.min(0.25, (nowMs - lastMs) / 1000);
    lastMs = nowMs;
    if (running.peek()) {
      atS = Math.min(toS, atS + passedS * speed.peek());
      playTo(atS);
      if (atS >= toS) running.value = false;
      positionS.value = Math.round((atS - fromS) * 10) / 10;
    }
    // A pause holds the picture: it is not old, it is where the test was.
    if (Number.isFinite(live.receivedMs)) live.receivedMs = performance.now();
  }
  playing.replay = true;
  running.value = false;
  seek(0);
  handle = requestAnimationFrame(step);
  return {
    durationS: toS - fromS,
    seek,
    stop() {
      cancelAnimationFrame(handle);
      running.value = false;
      playing.replay = false;
      resetLive();
    },
  };
}
