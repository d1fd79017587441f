/** Live samples to live frames. One frame object per sensor, reused. */
import type { LiveSample, StreamCounts } from '../core/pipeline.ts';
import { SampleFlag } from '../core/sample.ts';
import { createLiveFrame, LiveFlag, type LiveFrame } from '../wire/live-frame.ts';

/** What the running test makes of the head's present pose; NaN outside a repetition. */
export interface LiveMeasures {
  /** From the flexed start or the neutral, rad. */
  readonly twistRad: number;
  /** Its standard uncertainty, rad. */
  readonly twistSigmaRad: number;
  readonly inclinationChangeRad: number;
}

export const NOTHING_MEASURED: LiveMeasures = Object.freeze({
  twistRad: Number.NaN,
  twistSigmaRad: Number.NaN,
  inclinationChangeRad: Number.NaN,
});

/** Of a test that measures one angle; `machine`: the one that runs at the time of asking. */
export function measuresOf(machine: () => { readonly live: number; readonly liveSigma: number }): LiveMeasures {
  return {
    get twistRad() {
      return machine().live;
    },
    get twistSigmaRad() {
      return machine().liveSigma;
    },
    inclinationChangeRad: Number.NaN,
  };
}

export interface LiveFrameFiller {
  readonly frame: LiveFrame;
  /** Number that the next frame gets. */
  nextSequence: number;
  /**
   * Fills the frame. `withheld`: nothing that tells how far the head has turned; speed, inclination and the state of the
   * stream stay.
   */
  fill(
    sample: LiveSample,
    counts: StreamCounts,
    simulated: boolean,
    measured: LiveMeasures,
    withheld?: boolean,
  ): LiveFrame;
}

/** No angle and no pose, and the flag that says why. */
function withhold(frame: LiveFrame): void {
  frame.flags |= LiveFlag.withheld;
  for (let i = 0; i < 4; i++) frame.orientation[i] = Number.NaN;
  frame.flexionRad = Number.NaN;
  frame.lateralRad = Number.NaN;
  frame.axialRad = Number.NaN;
  frame.axialSigmaRad = Number.NaN;
  frame.twistRad = Number.NaN;
  frame.twistSigmaRad = Number.NaN;
  frame.displayFlexionRad = Number.NaN;
  frame.displayLateralRad = Number.NaN;
  frame.displayAxialRad = Number.NaN;
}

export function createLiveFrameFiller(sensorIndex: number): LiveFrameFiller {
  const frame = createLiveFrame();
  frame.sensorIndex = sensorIndex;
  const filler: LiveFrameFiller = {
    frame,
    nextSequence: 0,
    fill(sample, counts, simulated, measured, withheld = false) {
      const { twistRad, twistSigmaRad, inclinationChangeRad } = measured;
      frame.flags =
        (simulated ? LiveFlag.simulated : 0) |
        (sample.aligned ? LiveFlag.aligned : 0) |
        (sample.atRest ? LiveFlag.atRest : 0) |
        ((sample.flags & SampleFlag.gap) !== 0 ? LiveFlag.gap : 0) |
        (Number.isFinite(twistRad) ? LiveFlag.inRepetition : 0) |
        ((sample.flags & (SampleFlag.gyroSaturated | SampleFlag.accSaturated)) !== 0 ? LiveFlag.saturated : 0);
      frame.sequence = filler.nextSequence;
      filler.nextSequence = (filler.nextSequence + 1) >>> 0;
      frame.arrivalUs = sample.arrivalUs;
      frame.timeS = sample.timeS;
      const pose = sample.aligned ? sample.worldFromHead : sample.worldFromSensor;
      for (let i = 0; i < 4; i++) frame.orientation[i] = pose[i]!;
      frame.flexionRad = sample.flexionRad;
      frame.lateralRad = sample.lateralRad;
      frame.axialRad = sample.axialRad;
      frame.headInclinationRad = sample.headInclinationRad;
      frame.twistRad = twistRad;
      frame.twistSigmaRad = twistSigmaRad;
      frame.inclinationChangeRad = inclinationChangeRad;
      frame.tiltSigmaRad = sample.tiltSigmaRad;
      frame.axialSigmaRad = Math.hypot(sample.axialSigmaRad, sample.tiltSigmaRad);
      const rate = sample.sensorRateRadps;
      frame.rateRadps = Math.sqrt(rate[0]! * rate[0]! + rate[1]! * rate[1]! + rate[2]! * rate[2]!);
      frame.rateHz = counts.rateHz;
      const all = counts.received + counts.lost;
      frame.lossShare = all > 0 ? counts.lost / all : 0;
      frame.displayFlexionRad = sample.displayFlexionRad;
      frame.displayLateralRad = sample.displayLateralRad;
      frame.displayAxialRad = sample.displayAxialRad;
      if (withheld) withhold(frame);
      return frame;
    },
  };
  return filler;
}
