/** Brings a recording to the rate of a headband, the way a sensor does it inside: averaging over each output interval. */
import type { BroadRecording } from './broad-file.ts';

export interface ResampledRecording {
  readonly rateHz: number;
  readonly samples: number;
  /** samples x 3: mean over the interval that ends at the sample. */
  readonly gyrRadps: Float64Array;
  readonly accMps2: Float64Array;
  /** samples x 4: the optical row nearest to the sample's time (within half a source interval). */
  readonly opticalWorldFromSensor: Float64Array;
  readonly movement: Uint8Array;
}

/** `rateHz` at most the recording's own; sample n stands at time (n + 1) / rateHz of the recording. */
export function resample(recording: BroadRecording, rateHz: number): ResampledRecording {
  const ratio = recording.rateHz / rateHz;
  const samples = Math.floor((recording.rows - 1) / ratio);
  const gyrRadps = averageColumns(recording.gyrRadps, recording.rows, ratio, samples);
  const accMps2 = averageColumns(recording.accMps2, recording.rows, ratio, samples);
  const optical = new Float64Array(4 * samples);
  const movement = new Uint8Array(samples);
  for (let n = 0; n < samples; n++) {
    const row = Math.min(recording.rows - 1, Math.round((n + 1) * ratio));
    optical.set(recording.opticalWorldFromSensor.subarray(4 * row, 4 * row + 4), 4 * n);
    movement[n] = recording.movement[row] ?? 0;
  }
  return { rateHz, samples, gyrRadps, accMps2, opticalWorldFromSensor: optical, movement };
}

/** Row i covers the interval (i - 1, i] of source time; each output is the time-weighted mean over (n ratio, (n + 1) ratio]. */
function averageColumns(source: Float64Array, rows: number, ratio: number, samples: number): Float64Array {
  const out = new Float64Array(3 * samples);
  for (let n = 0; n < samples; n++) {
    const from = n * ratio;
    const to = (n + 1) * ratio;
    for (let row = Math.floor(from) + 1; row <= Math.ceil(to) && row < rows; row++) {
      const weight = (Math.min(row, to) - Math.max(row - 1, from)) / ratio;
      for (let k = 0; k < 3; k++) out[3 * n + k] = (out[3 * n + k] ?? 0) + weight * (source[3 * row + k] ?? 0);
    }
  }
  return out;
}
