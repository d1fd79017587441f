/**
 * Heading uncertainty gained since a mark. Two readings of it, of which the larger holds: what the uncertainty since the
 * last rest has grown by (a rest in between does not take back what was gained before it), and the bias uncertainty over
 * the time. The second is needed because the first is the length of a vector of causes: after a change of posture a new
 * cause stands at right angles to the old ones and hardly lengthens it. A bias that is wrong stays wrong, so both add up
 * as they are, not as squares.
 */
import { loadState, saveState } from '../state.ts';

/** What a motion sample says of its heading. */
export interface HeadingSigmas {
  readonly headingSigmaRad: number;
  readonly biasSigmaRadps?: number;
}

export interface HeadingGain {
  /** From here on. */
  mark(sample: HeadingSigmas): void;
  /** Takes objects, because a number that is passed to a function would be allocated. */
  update(motion: { readonly dtS: number }, sample: HeadingSigmas): void;
  /** Standard uncertainty gained since the mark, rad. */
  readonly sigmaRad: number;
  save(): unknown;
  restore(state: unknown): void;
}

/** A fall to below this share between two samples is a new start after a rest; turning back lowers it only slowly. */
const RESET_SHARE = 0.6;

export function createHeadingGain(): HeadingGain {
  const state = { base: 0, last: 0, before: 0, byBias: 0 };
  // A field, not a getter: a getter's number would be allocated whenever the call is not inlined.
  const gain = {
    sigmaRad: 0,
    mark(sample: HeadingSigmas): void {
      const sigma = sample.headingSigmaRad;
      state.base = state.last = Number.isFinite(sigma) ? sigma : 0;
      state.before = state.byBias = 0;
      tell();
    },
    update(motion: { readonly dtS: number }, sample: HeadingSigmas): void {
      const sigma = sample.headingSigmaRad;
      const biasSigma = sample.biasSigmaRadps;
      if (biasSigma !== undefined && Number.isFinite(biasSigma)) state.byBias += biasSigma * motion.dtS;
      if (Number.isFinite(sigma)) {
        if (sigma < RESET_SHARE * state.last) {
          state.before += Math.max(0, state.last - state.base);
          state.base = 0;
        }
        state.last = sigma;
      }
      tell();
    },
    save: () => saveState(state),
    restore(saved: unknown): void {
      loadState(state, saved);
      tell();
    },
  };
  const tell = (): void => {
    gain.sigmaRad = Math.max(state.byBias, state.before + state.last - state.base);
  };
  return gain;
}
