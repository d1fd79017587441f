/** The benchmark's metric: error in the earth frame, root mean square over movement samples with valid optics. */
import type { Trial } from './broad.ts';

export interface Score {
  readonly total: number;
  readonly heading: number;
  readonly inclination: number;
  readonly alignedTotal: number;
  readonly alignedHeading: number;
  readonly startZeroedHeading: number;
}

const DEG = 180 / Math.PI;
const wrap = (x: number): number => x - 2 * Math.PI * Math.round(x / (2 * Math.PI));

/** Circular mean, refined to the least-squares offset of the wrapped errors. */
function meanAngle(angles: readonly number[]): number {
  let s = 0;
  let c = 0;
  for (const a of angles) {
    s += Math.sin(a);
    c += Math.cos(a);
  }
  const first = Math.atan2(s, c);
  let sum = 0;
  for (const a of angles) sum += wrap(a - first);
  return wrap(first + sum / Math.max(1, angles.length));
}

/**
 * Scores an estimate against the optics, deg.
 *
 * @param estimate 4 per sample, worldFromSensor
 */
export function score(trial: Trial, estimate: Float64Array): Score {
  const { optics, movement, rows, rateHz } = trial;
  const first = movement.indexOf(1);
  const from = Math.max(0, first - Math.round(rateHz));
  const before: number[] = [];
  const headings: number[] = [];
  let total = 0;
  let heading2 = 0;
  let inclination2 = 0;
  const errors: [number, number, number, number][] = [];
  for (let i = 0; i < rows; i++) {
    const moving = movement[i] === 1;
    if (!moving && !(i >= from && i < first)) continue;
    const k = 4 * i;
    const rw = optics[k]!;
    if (Number.isNaN(rw)) continue;
    const rx = -optics[k + 1]!;
    const ry = -optics[k + 2]!;
    const rz = -optics[k + 3]!;
    const ew = estimate[k]!;
    const ex = estimate[k + 1]!;
    const ey = estimate[k + 2]!;
    const ez = estimate[k + 3]!;
    const w = ew * rw - ex * rx - ey * ry - ez * rz;
    const x = ew * rx + ex * rw + ey * rz - ez * ry;
    const y = ew * ry - ex * rz + ey * rw + ez * rx;
    const z = ew * rz + ex * ry - ey * rx + ez * rw;
    const heading = wrap(2 * Math.atan2(z, w));
    if (!moving) {
      before.push(heading);
      continue;
    }
    errors.push([w, x, y, z]);
    headings.push(heading);
    heading2 += heading * heading;
    const angle = 2 * Math.atan2(Math.hypot(x, y, z), Math.abs(w));
    total += angle * angle;
    const tilt = 2 * Math.atan2(Math.hypot(x, y), Math.hypot(w, z));
    inclination2 += tilt * tilt;
  }
  const n = Math.max(1, errors.length);
  const rms = (sum: number): number => DEG * Math.sqrt(sum / n);
  const offset = meanAngle(headings);
  const zero = meanAngle(before.length > 0 ? before : headings.slice(0, 1));
  let aligned2 = 0;
  let zeroed2 = 0;
  let alignedTotal = 0;
  const c = Math.cos(offset / 2);
  const s = Math.sin(-offset / 2);
  for (let i = 0; i < errors.length; i++) {
    aligned2 += wrap(headings[i]! - offset) ** 2;
    zeroed2 += wrap(headings[i]! - zero) ** 2;
    const [w, x, y, z] = errors[i]!;
    // the estimate turned back by the offset about the earth's z
    const aw = c * w - s * z;
    const ax = c * x - s * y;
    const ay = c * y + s * x;
    const az = c * z + s * w;
    alignedTotal += (2 * Math.atan2(Math.hypot(ax, ay, az), Math.abs(aw))) ** 2;
  }
  return {
    total: rms(total),
    heading: rms(heading2),
    inclination: rms(inclination2),
    alignedTotal: rms(alignedTotal),
    alignedHeading: rms(aligned2),
    startZeroedHeading: rms(zeroed2),
  };
}
