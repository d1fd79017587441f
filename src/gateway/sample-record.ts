/** The head sensor's decoded samples of the last minutes, raw, for measuring a test anew when it has ended. */
import type { LiveSample } from '../core/pipeline.ts';
import type { RawTrial } from '../core/rescore.ts';

/** 15 minutes at 200 Hz: about 17 MB. Beyond it the oldest quarter is given up. */
export const MAX_RECORD_SAMPLES = 180_000;
const FIRST_SAMPLES = 8192;

export interface SampleRecord {
  readonly count: number;
  /** Rates came from a gyro. Those taken from a device's quaternion have no bias at all: its orientation is kept instead. */
  readonly inertial: boolean;
  /** Copies what it keeps. */
  push(sample: LiveSample): void;
  dropBefore(timeS: number): void;
  clear(): void;
  /** Samples from one time to another, both included; views, valid until the next push. */
  between(fromS: number, toS: number): RawTrial;
  /** Samples taken from one host time on that had arrived by another, us; views, valid until the next push. */
  arrived(fromHostUs: number, byArrivalUs: number): RawTrial;
  /** Arrival of the last sample up to a time, us; NaN where there is none. */
  arrivalUs(toS: number): number;
}

export function createSampleRecord(maxSamples = MAX_RECORD_SAMPLES): SampleRecord {
  let capacity = Math.min(FIRST_SAMPLES, maxSamples);
  let timeS = new Float64Array(capacity);
  let gyrRadps = new Float64Array(3 * capacity);
  let accMps2 = new Float64Array(3 * capacity);
  let worldFromSensor = new Float64Array(4 * capacity);
  let flags = new Uint32Array(capacity);
  let hostUs = new Float64Array(capacity);
  let arrivalUs = new Float64Array(capacity);
  let count = 0;
  let inertial = false;

  function drop(samples: number): void {
    timeS.copyWithin(0, samples, count);
    gyrRadps.copyWithin(0, 3 * samples, 3 * count);
    accMps2.copyWithin(0, 3 * samples, 3 * count);
    worldFromSensor.copyWithin(0, 4 * samples, 4 * count);
    flags.copyWithin(0, samples, count);
    hostUs.copyWithin(0, samples, count);
    arrivalUs.copyWithin(0, samples, count);
    count -= samples;
  }
  function makeRoom(): void {
    if (capacity >= maxSamples) {
      drop(Math.ceil(maxSamples / 4));
      return;
    }
    capacity = Math.min(2 * capacity, maxSamples);
    const longer = (old: Float64Array, width: number): Float64Array<ArrayBuffer> => {
      const next = new Float64Array(width * capacity);
      next.set(old);
      return next;
    };
    timeS = longer(timeS, 1);
    gyrRadps = longer(gyrRadps, 3);
    accMps2 = longer(accMps2, 3);
    worldFromSensor = longer(worldFromSensor, 4);
    hostUs = longer(hostUs, 1);
    arrivalUs = longer(arrivalUs, 1);
    const moreFlags = new Uint32Array(capacity);
    moreFlags.set(flags);
    flags = moreFlags;
  }
  function indexOf(atS: number): number {
    let i = 0;
    while (i < count && timeS[i]! < atS) i++;
    return i;
  }

  const part = (i: number, end: number): RawTrial => ({
    timeS: timeS.subarray(i, end),
    gyrRadps: gyrRadps.subarray(3 * i, 3 * end),
    accMps2: accMps2.subarray(3 * i, 3 * end),
    flags: flags.subarray(i, end),
    hostUs: hostUs.subarray(i, end),
    // A device's own orientation is measured as it is given; where there are rates, they are what was measured.
    ...(!inertial && { worldFromSensor: worldFromSensor.subarray(4 * i, 4 * end) }),
  });

  return {
    get count() {
      return count;
    },
    get inertial() {
      return inertial;
    },
    push(sample) {
      if (count === capacity) makeRoom();
      timeS[count] = sample.timeS;
      flags[count] = sample.flags;
      hostUs[count] = sample.hostUs;
      arrivalUs[count] = sample.arrivalUs;
      for (let k = 0; k < 3; k++) {
        // As the sensor sent it: the smoother finds the bias by itself, from both ends.
        gyrRadps[3 * count + k] = sample.sensorRateRadps[k]! + sample.biasRadps[k]!;
        accMps2[3 * count + k] = sample.sensorAccMps2[k]!;
      }
      worldFromSensor.set(sample.worldFromSensor, 4 * count);
      count++;
      inertial = sample.biasRadps.some((bias) => bias !== 0);
    },
    dropBefore: (atS) => drop(indexOf(atS)),
    clear() {
      count = 0;
    },
    between(fromS, toS) {
      const i = indexOf(fromS);
      let end = count;
      while (end > i && timeS[end - 1]! > toS) end--;
      return part(i, end);
    },
    arrived(fromHostUs, byArrivalUs) {
      let i = 0;
      while (i < count && !(hostUs[i]! >= fromHostUs)) i++;
      let end = count;
      while (end > i && arrivalUs[end - 1]! > byArrivalUs) end--;
      return part(i, end);
    },
    arrivalUs(toS) {
      let end = count;
      while (end > 0 && timeS[end - 1]! > toS) end--;
      return end > 0 ? arrivalUs[end - 1]! : Number.NaN;
    },
  };
}
