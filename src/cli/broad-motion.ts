/** A recording as the motion inside a simulated headband: what the real IMU measured, at the headband's rate. */
import { type BroadRecording, readBroadFile } from '../adapters/replay/broad-file.ts';
import { type ResampledRecording, resample } from '../adapters/replay/resample.ts';
import type { MotionSource } from '../adapters/sim/motion-source.ts';

/**
 * Sample n (from 0) of the stream, which stands at (n + 1) / rateHz, is sample n of the recording at that rate; the
 * stream is over with the recording.
 */
export function createBroadMotion(recording: BroadRecording): MotionSource {
  let resampled: ResampledRecording | null = null;
  return {
    sample(timeS, rateHz, out) {
      if (resampled?.rateHz !== rateHz) resampled = resample(recording, rateHz);
      const n = Math.round(timeS * rateHz) - 1;
      if (n < 0 || n >= resampled.samples) return false;
      out.gyrRadps.set(resampled.gyrRadps.subarray(3 * n, 3 * n + 3));
      out.accMps2.set(resampled.accMps2.subarray(3 * n, 3 * n + 3));
      // The recording holds no quaternion of the device; none is invented.
      out.quat.fill(Number.NaN);
      return true;
    },
    prompt() {},
  };
}

export const readBroadMotion = async (file: string): Promise<MotionSource> =>
  createBroadMotion(await readBroadFile(file));
