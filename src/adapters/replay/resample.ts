/** Brings a recording to the rate of a headband, the way a sensor does it inside: averaging over each output interval. */
import type { BroadRecording } from './broad-file.ts';

export interface ResampledRecording {
  readonly rateHz: number;
  readonly samples: number;
  /** samples x 3: mean over the interval that ends at the sample. */
  readonly gyrRadps: Float64Array;
  readonly accMps2: Float64Array;
  /** samples x 4: the optics at the sample's time, between two rows by normalised interpolation; NaN where either is. */
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
    const at = (n + 1) * ratio;
    const row = Math.min(recording.rows - 2, Math.floor(at));
    interpolate(optical.subarray(4 * n, 4 * n + 4), recording.opticalWorldFromSensor, row, at - row);
    movement[n] = recording.movement[Math.round(at)] ?? 0;
  }
  return { rateHz, samples, gyrRadps, accMps2, opticalWorldFromSensor: optical, movement };
}

/** Rows are 3.5 ms apart: over so short an arc the chord, normalised, is the arc to far below the optics' own noise. */
function interpolate(out: Float64Array, quats: Float64Array, row: number, share: number): void {
  const a = quats.subarray(4 * row, 4 * row + 4);
  const b = quats.subarray(4 * row + 4, 4 * row + 8);
  let dot = 0;
  for (let k = 0; k < 4; k++) dot += (a[k] ?? 0) * (b[k] ?? 0);
  const sign = dot < 0 ? -1 : 1;
  for (let k = 0; k < 4; k++) out[k] = (1 - share) * (a[k] ?? 0) + share * sign * (b[k] ?? 0);
  const norm = Math.hypot(...out);
  for (let k = 0; k < 4; k++) out[k] = (out[k] ?? 0) / norm;
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
