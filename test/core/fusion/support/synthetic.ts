/** A synthetic trial with known truth: rest, smooth turning about all axes, rest; sensor errors as stated. */
import { rotationMatrix, type TrialRecord } from '../../../../src/core/fusion/strapdown.ts';

export interface SyntheticOptions {
  readonly rateHz?: number;
  readonly restS?: number;
  readonly motionS?: number;
  /** dM, 9 row by row: true = (I + dM) (measured - bias). */
  readonly matrix?: readonly number[];
  readonly biasRadps?: readonly number[];
  /** Sway of the place, m. */
  readonly strayM?: number;
  readonly magOffsetUt?: readonly number[];
  /** Turns about the vertical only. */
  readonly verticalOnly?: boolean;
}

export interface Synthetic {
  readonly record: TrialRecord;
  /** True worldFromSensor, 4 per sample. */
  readonly truth: Float64Array;
  readonly motionFrom: number;
  readonly motionTo: number;
}

/** Field of the synthetic world: north along y, dip 60 degrees, uT. */
const FIELD = [0, 20, -34.6];

export function synthetic(options: SyntheticOptions = {}): Synthetic {
  const rateHz = options.rateHz ?? 200;
  const restS = options.restS ?? 3;
  const motionS = options.motionS ?? 60;
  const dm = options.matrix ?? new Array<number>(9).fill(0);
  const bias = options.biasRadps ?? [0, 0, 0];
  const stray = options.strayM ?? 0.05;
  const offset = options.magOffsetUt ?? [0, 0, 0];
  const n = Math.round((2 * restS + motionS) * rateHz);
  const inverse = inverse3([1 + dm[0]!, dm[1]!, dm[2]!, dm[3]!, 1 + dm[4]!, dm[5]!, dm[6]!, dm[7]!, 1 + dm[8]!]);
  const timeS = Float64Array.from({ length: n }, (_, i) => i / rateHz);
  const gyrRadps = new Float64Array(3 * n);
  const accMps2 = new Float64Array(3 * n);
  const magUt = new Float64Array(3 * n);
  const truth = new Float64Array(4 * n);
  let q: [number, number, number, number] = [1, 0, 0, 0];
  const r = new Float64Array(9);
  const envelope = (t: number): number => {
    const u = (t - restS) / motionS;
    return u <= 0 || u >= 1 ? 0 : Math.min(1, 20 * u, 20 * (1 - u));
  };
  const place = (t: number, axis: number): number =>
    stray * envelope(t) * Math.sin(2 * Math.PI * (0.31 + 0.13 * axis) * t + axis);
  for (let i = 0; i < n; i++) {
    const t = timeS[i]!;
    const e = envelope(t);
    const w = options.verticalOnly
      ? [0, 0, e * 1.2 * Math.sin(0.9 * t)]
      : [e * 1.3 * Math.sin(0.7 * t + 0.3), e * 1.1 * Math.sin(0.53 * t + 1.1), e * (0.4 + 1.2 * Math.sin(0.41 * t))];
    if (i > 0) q = times(q, expHalf(w[0]! / rateHz, w[1]! / rateHz, w[2]! / rateHz));
    truth.set(q, 4 * i);
    rotationMatrix(r, q);
    const h = 1e-3;
    const acc = [0, 1, 2].map((axis) => (place(t + h, axis) - 2 * place(t, axis) + place(t - h, axis)) / (h * h));
    const f = [acc[0]!, acc[1]!, acc[2]! + 9.80665];
    for (let c = 0; c < 3; c++) {
      let g = bias[c]!;
      for (let j = 0; j < 3; j++) g += inverse[3 * c + j]! * w[j]!;
      gyrRadps[3 * i + c] = g + 1e-4 * noise(7 * i + c);
      accMps2[3 * i + c] = r[c]! * f[0]! + r[3 + c]! * f[1]! + r[6 + c]! * f[2]! + 0.01 * noise(7 * i + 3 + c);
      magUt[3 * i + c] = r[c]! * FIELD[0]! + r[3 + c]! * FIELD[1]! + r[6 + c]! * FIELD[2]! + offset[c]!;
    }
  }
  return {
    record: { timeS, gyrRadps, accMps2, magUt },
    truth,
    motionFrom: Math.round(restS * rateHz),
    motionTo: Math.round((restS + motionS) * rateHz),
  };
}

/** Largest error of an estimate against the truth, relative to the pose at `from`: heading and tilt, rad. */
export function errors(
  truth: Float64Array,
  estimate: Float64Array,
  from: number,
  to: number,
): { heading: number; tilt: number } {
  let heading = 0;
  let tilt = 0;
  let zero: number | null = null;
  for (let i = from; i <= to; i++) {
    const e = times(at(estimate, i), conj(at(truth, i)));
    const h = 2 * Math.atan2(e[3], e[0]);
    zero ??= h;
    const d = h - zero;
    heading = Math.max(heading, Math.abs(d - 2 * Math.PI * Math.round(d / (2 * Math.PI))));
    tilt = Math.max(tilt, 2 * Math.atan2(Math.hypot(e[1], e[2]), Math.hypot(e[0], e[3])));
  }
  return { heading, tilt };
}

type Q = [number, number, number, number];
const at = (q: Float64Array, i: number): Q => [q[4 * i]!, q[4 * i + 1]!, q[4 * i + 2]!, q[4 * i + 3]!];
const conj = (q: Q): Q => [q[0], -q[1], -q[2], -q[3]];
const times = (a: Q, b: Q): Q => [
  a[0] * b[0] - a[1] * b[1] - a[2] * b[2] - a[3] * b[3],
  a[0] * b[1] + a[1] * b[0] + a[2] * b[3] - a[3] * b[2],
  a[0] * b[2] - a[1] * b[3] + a[2] * b[0] + a[3] * b[1],
  a[0] * b[3] + a[1] * b[2] - a[2] * b[1] + a[3] * b[0],
];
const expHalf = (x: number, y: number, z: number): Q => {
  const a = Math.hypot(x, y, z);
  const s = a < 1e-9 ? 0.5 : Math.sin(a / 2) / a;
  return [Math.cos(a / 2), s * x, s * y, s * z];
};

/** A repeatable value in -1..1. */
function noise(i: number): number {
  let h = Math.imul(i ^ 0x9e3779b9, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return ((h ^ (h >>> 16)) >>> 0) / 2147483648 - 1;
}

function inverse3(a: readonly number[]): number[] {
  const [m0, m1, m2, m3, m4, m5, m6, m7, m8] = a as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const d = m0 * (m4 * m8 - m5 * m7) - m1 * (m3 * m8 - m5 * m6) + m2 * (m3 * m7 - m4 * m6);
  return [
    m4 * m8 - m5 * m7,
    m2 * m7 - m1 * m8,
    m1 * m5 - m2 * m4,
    m5 * m6 - m3 * m8,
    m0 * m8 - m2 * m6,
    m2 * m3 - m0 * m5,
    m3 * m7 - m4 * m6,
    m1 * m6 - m0 * m7,
    m0 * m4 - m1 * m3,
  ].map((x) => x / d);
}
