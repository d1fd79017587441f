/**
 * Heading drift rate over a whole record from its values at rests: a random walk seen at the rests. Between two of them
 * its expectation is the straight line, before the first and after the last it is constant; what it strays from that is
 * a Brownian bridge or walk, so the uncertainty of the drift between any two times has a closed form.
 */
import { inverseSpd } from '../math/dense.ts';
import { radFromDeg } from '../units.ts';

export interface DriftLineParams {
  /** Standard uncertainty of the drift rate before anything was seen, rad/s: a device takes most of its bias out. */
  readonly rateSigmaRadps: number;
  /** How a consumer gyro's bias wanders, rad/s per root second: 0.1 deg/s in 100 s, as VQF assumes. */
  readonly walkRadps: number;
}

export const DRIFT_LINE_PARAMS: DriftLineParams = Object.freeze({
  rateSigmaRadps: radFromDeg(0.3),
  walkRadps: radFromDeg(0.01),
});

/** What was seen of the drift rate at one time. */
export interface DriftKnot {
  readonly timeS: number;
  readonly rateRadps: number;
  readonly sigmaRadps: number;
}

export interface DriftLine {
  /** Expected heading gained from one time to another, rad; the later one second. */
  driftRad(fromS: number, toS: number): number;
  /** Variance of that, rad^2. */
  varianceRad2(fromS: number, toS: number): number;
}

/** Knots closer together than this would make the walk between them singular, s. */
const CLOSEST_S = 1e-3;

/**
 * @param knots in the order of time; none: the rate is zero within its prior
 * @param middleS where the prior stands when there is no knot
 */
export function createDriftLine(
  knots: readonly DriftKnot[],
  middleS: number,
  params: DriftLineParams = DRIFT_LINE_PARAMS,
): DriftLine {
  const walk2 = params.walkRadps ** 2;
  const m = Math.max(1, knots.length);
  const at = knots.length > 0 ? knots.map((knot) => knot.timeS) : [middleS];
  const information = new Float64Array(m * m);
  const right = new Float64Array(m);
  information[0] = 1 / params.rateSigmaRadps ** 2;
  knots.forEach(({ rateRadps, sigmaRadps }, k) => {
    const weight = 1 / sigmaRadps ** 2;
    information[k * m + k] = information[k * m + k]! + weight;
    right[k] = weight * rateRadps;
    if (k === 0) return;
    const stiff = 1 / (walk2 * Math.max(CLOSEST_S, at[k]! - at[k - 1]!));
    for (const [i, j, sign] of [
      [k, k, 1],
      [k - 1, k - 1, 1],
      [k, k - 1, -1],
      [k - 1, k, -1],
    ] as const) {
      information[i * m + j] = information[i * m + j]! + sign * stiff;
    }
  });
  const covariance = inverseSpd(information, m) ?? new Float64Array(m * m);
  const rate = new Float64Array(m);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < m; j++) rate[i] = rate[i]! + covariance[i * m + j]! * right[j]!;
  }

  /** Time that each knot's rate counts for, s (into `weights`), and the variance of straying from the line, rad^2. */
  const weigh = (weights: Float64Array, fromS: number, toS: number): number => {
    let stray = 0;
    for (let k = -1; k < m; k++) {
      const beginS = k < 0 ? Number.NEGATIVE_INFINITY : at[k]!;
      const endS = k + 1 < m ? at[k + 1]! : Number.POSITIVE_INFINITY;
      const a = Math.max(fromS, beginS);
      const b = Math.min(toS, endS);
      if (!(b > a)) continue;
      if (k < 0 || k + 1 === m) {
        const only = k < 0 ? 0 : k;
        weights[only] = weights[only]! + b - a;
        stray += k < 0 ? walkVariance(endS - b, endS - a) : walkVariance(a - beginS, b - beginS);
      } else {
        const share = ((a + b) / 2 - beginS) / (endS - beginS);
        weights[k] = weights[k]! + (1 - share) * (b - a);
        weights[k + 1] = weights[k + 1]! + share * (b - a);
        const tied = ((b - beginS) ** 2 - (a - beginS) ** 2) / 2;
        stray += Math.max(0, walkVariance(a - beginS, b - beginS) - (tied * tied) / (endS - beginS));
      }
    }
    return walk2 * stray;
  };
  const weights = new Float64Array(m);
  return {
    driftRad(fromS, toS) {
      weigh(weights.fill(0), fromS, toS);
      return weights.reduce((sum, w, k) => sum + w * rate[k]!, 0);
    },
    varianceRad2(fromS, toS) {
      let variance = weigh(weights.fill(0), fromS, toS);
      for (let i = 0; i < m; i++) {
        for (let j = 0; j < m; j++) variance += weights[i]! * covariance[i * m + j]! * weights[j]!;
      }
      return Math.max(0, variance);
    },
  };
}

/** Variance of the integral of a unit walk from x to y after its known value: the double integral of min(s, t). */
const walkVariance = (x: number, y: number): number => x * (y - x) ** 2 + (y - x) ** 3 / 3;
