/** Biquad cascade, direct form II transposed. Starts in the steady state of its first sample, so a constant stays put. */
import { SECTION_LENGTH, type Sections } from './butterworth.ts';

export interface BiquadCascade {
  /** One sample in, one out. A value that is not finite is ignored: the last output is repeated. */
  step(x: number): number;
  /** Puts the cascade into the steady state of a constant input. */
  start(x: number): void;
  /** Forgets everything; the next sample starts the steady state again. */
  reset(): void;
  save(): Float64Array;
  restore(state: ArrayLike<number>): void;
}

/**
 * Writes the state of a cascade at rest under the constant input x: two numbers per section.
 * Every section has its own gain at zero frequency; a low pass has 1.
 */
export function steadyState(state: Float64Array, sections: Sections, x: number): void {
  let level = x;
  for (let i = 0, k = 0; i < sections.length; i += SECTION_LENGTH, k += 2) {
    const b0 = sections[i]!;
    const b1 = sections[i + 1]!;
    const b2 = sections[i + 2]!;
    const a1 = sections[i + 3]!;
    const a2 = sections[i + 4]!;
    const y = (level * (b0 + b1 + b2)) / (1 + a1 + a2);
    state[k + 1] = b2 * level - a2 * y;
    state[k] = b1 * level - a1 * y + state[k + 1]!;
    level = y;
  }
}

/** Runs one sample through the cascade, updating the state (two numbers per section). */
export function stepSections(state: Float64Array, sections: Sections, x: number): number {
  let value = x;
  for (let i = 0, k = 0; i < sections.length; i += SECTION_LENGTH, k += 2) {
    const y = sections[i]! * value + state[k]!;
    state[k] = sections[i + 1]! * value - sections[i + 3]! * y + state[k + 1]!;
    state[k + 1] = sections[i + 2]! * value - sections[i + 4]! * y;
    value = y;
  }
  return value;
}

/** A running cascade over given sections. State: two numbers per section, a started flag, the last output. */
export function createBiquadCascade(sections: Sections): BiquadCascade {
  const delays = (2 * sections.length) / SECTION_LENGTH;
  const state = new Float64Array(delays + 2);
  const STARTED = delays;
  const LAST = delays + 1;

  function start(x: number): void {
    steadyState(state, sections, x);
    state[STARTED] = 1;
    state[LAST] = x;
  }

  return {
    step(x) {
      if (x - x !== 0) return state[LAST]!;
      if (state[STARTED] === 0) start(x);
      const y = stepSections(state, sections, x);
      state[LAST] = y;
      return y;
    },
    start,
    reset() {
      state.fill(0);
    },
    save: () => state.slice(),
    restore(saved) {
      if (saved.length !== state.length) throw new RangeError('the saved state belongs to another cascade');
      state.set(saved);
    },
  };
}
