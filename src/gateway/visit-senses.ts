/** What the head's samples say for the visit beside the tests: is the band where it was, and was it tapped. */
import type { BandState } from '../contract/visit.ts';
import type { LiveSample } from '../core/pipeline.ts';
import { createBandTap } from '../core/signal/band-tap.ts';
import { degFromRad } from '../core/units.ts';
import { type BandCheck, type BandVerdict, createBandCheck } from '../core/visit/band-check.ts';

export interface VisitSenses {
  /** After the tests have had the sample: what a tap does then comes after it on the record too. */
  onSample(sample: LiveSample): void;
  startBandCheck(): void;
  /** Another alignment, another band: nothing is known of it. */
  forget(): void;
  /** Null when no check runs. */
  state(): BandState | null;
}

export function createVisitSenses(deps: {
  /** Two taps on the band. */
  tapped: () => void;
  /** `offDeg`: null where it is not known. */
  bandChecked: (verdict: BandVerdict, offDeg: number | null) => void;
  changed: () => void;
}): VisitSenses {
  const tap = createBandTap();
  let check: BandCheck | null = null;
  return {
    onSample(sample) {
      const rate = sample.sensorRateRadps;
      const turn = Math.sqrt(rate[0]! * rate[0]! + rate[1]! * rate[1]! + rate[2]! * rate[2]!);
      if (tap.update(sample.timeS, sample.sensorAccMps2, turn)) deps.tapped();
      if (check === null) return;
      check.update(sample);
      const { verdict, offRad } = check;
      if (verdict === null) return;
      check = null;
      deps.bandChecked(verdict, Number.isFinite(offRad) ? degFromRad(offRad) : null);
    },
    startBandCheck() {
      check = createBandCheck();
      deps.changed();
    },
    forget() {
      check = null;
    },
    state: () => check && { progress: check.progress },
  };
}
