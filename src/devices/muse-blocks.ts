/** Place and time of blocks of three Muse samples: sequence numbers that wrap, and a clock that trembles. */
import { SampleFlag } from '../core/sample.ts';
import { MUSE_RATE_HZ, MUSE_SAMPLES } from './muse-protocol.ts';

const BLOCK_US = (MUSE_SAMPLES * 1e6) / MUSE_RATE_HZ;
/** Blocks this much older than the newest are late or sent twice; older still, the headband has begun anew. */
const LATE_BLOCKS = 64;
/** A silence of a minute; a longer jump is a new beginning. */
const LONGEST_GAP_BLOCKS = 1040;
/** Share of the clock's error that one block takes up; the period takes up its square over four. */
const CLOCK_GAIN = 0.02;
/** Beyond this the clock has jumped, us: packets wait for each other, by tens of ms. */
const CLOCK_JUMP_US = 500_000;

export interface BlockState {
  started: boolean;
  raw: number;
  rawClock: number;
  /** Clock unwrapped and followed smoothly, us from the first block; NaN without a clock. */
  clockUs: number;
  tickUs: number;
  periodUs: number;
  /** Blocks from the first one. */
  index: number;
}

export const newBlockState = (): BlockState => ({
  started: false,
  raw: 0,
  rawClock: 0,
  clockUs: Number.NaN,
  tickUs: Number.NaN,
  periodUs: BLOCK_US,
  index: 0,
});

/** Where a block lies, for the samples in it. */
export interface BlockPlace {
  index: number;
  tickUs: number;
  samplePeriodUs: number;
  flags: number;
}

/**
 * Places a block by its sequence number, which wraps at `modulus`, and its clock (256 kHz, u32; NaN where there is none),
 * and remembers it when it is the newest.
 */
export function placeBlock(state: BlockState, raw: number, modulus: number, rawClock: number, place: BlockPlace): void {
  const hasClock = !Number.isNaN(rawClock);
  const elapsedUs = hasClock && state.started ? ((rawClock - state.rawClock) | 0) / 0.256 : Number.NaN;
  place.flags = 0;
  if (!state.started) {
    state.tickUs = state.clockUs = hasClock ? 0 : Number.NaN;
  } else {
    let step = (raw - state.raw + modulus) % modulus;
    // The clock tells how many wraps a silence holds; without one, half the numbers lie ahead and half behind.
    if (hasClock) step += modulus * Math.round((elapsedUs / BLOCK_US - step) / modulus);
    else if (step >= modulus / 2) step -= modulus;
    if (step <= 0 && step > -LATE_BLOCKS) {
      place.index = state.index + step;
      place.tickUs = state.tickUs + step * state.periodUs;
      place.samplePeriodUs = state.periodUs / MUSE_SAMPLES;
      place.flags = SampleFlag.duplicate;
      return;
    }
    if (step <= 0 || step > LONGEST_GAP_BLOCKS) {
      step = 1;
      place.flags = SampleFlag.gap | SampleFlag.clockStep;
      if (hasClock) state.clockUs = state.tickUs;
    } else if (hasClock) state.clockUs += elapsedUs - step * state.periodUs;
    if (step > 1) place.flags |= SampleFlag.gap;
    state.index += step;
    follow(state, step, place);
  }
  state.started = true;
  state.raw = raw;
  if (hasClock) state.rawClock = rawClock;
  place.index = state.index;
  place.tickUs = state.tickUs;
  place.samplePeriodUs = state.periodUs / MUSE_SAMPLES;
}

/** Moves the smooth clock on by `step` blocks; `clockUs` holds the true one less the expected step. */
function follow(state: BlockState, step: number, place: BlockPlace): void {
  const errorUs = state.clockUs - state.tickUs;
  state.clockUs += step * state.periodUs;
  state.tickUs += step * state.periodUs;
  if (Math.abs(errorUs) > CLOCK_JUMP_US) {
    state.tickUs = state.clockUs;
    place.flags |= SampleFlag.clockStep;
  } else if (Number.isFinite(errorUs)) {
    state.tickUs += CLOCK_GAIN * errorUs;
    state.periodUs += ((CLOCK_GAIN * CLOCK_GAIN) / 4) * (errorUs / step);
  }
}
