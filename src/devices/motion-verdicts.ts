/** What the sums of motion-proof.ts say: a verdict for each law, and the fault that explains a failed one. */
import { type MotionProofState, READINGS } from './motion-proof.ts';

export type ProofVerdict = 'passed' | 'waiting' | 'failed';
export type ProofFault =
  | 'quaternion-not-unit'
  | 'quaternion-conjugated'
  | 'quaternion-xyzw'
  | 'quaternion-xyzw-conjugated'
  | 'quaternion-against-gyro'
  | 'gravity-not-up'
  | 'acceleration-inverted'
  | 'acceleration-in-g'
  | 'acceleration-in-mg'
  | 'acceleration-scale'
  | 'gyro-flipped'
  | 'gyro-in-degrees'
  | 'gyro-silent'
  | 'gyro-scale'
  | 'gyro-against-gravity'
  | 'truncated-packet'
  | 'undecodable-packets'
  | 'clock-in-milliseconds'
  | 'clock-in-nanoseconds'
  | 'clock-in-seconds'
  | 'clock-wrong'
  | 'clock-steps'
  | 'rate-low'
  | 'rate-high'
  | 'samples-lost';

export interface Finding {
  readonly verdict: ProofVerdict;
  readonly fault: ProofFault | null;
  /** Axes concerned, e.g. "xz"; '' where none. */
  readonly axes: string;
}

export const MOTION_VERDICT_PARAMS = Object.freeze({
  /** Windows of rest before a verdict. */
  restWindows: 5,
  /** |f| at rest, m/s^2: 9.81 with room for a bias and a scale error of a cheap sensor. */
  forceMps2: [8.3, 11.3],
  forceG: [0.8, 1.2],
  /** Upward share of the force at rest: 20 deg of tilt error. */
  up: 0.94,
  turnWindows: 12,
  tiltWindows: 8,
  /** Correlation per axis. */
  correlation: 0.7,
  /** Energy of an axis before it is judged, rad^2: five windows at 30 deg/s. */
  axisEnergy: 0.05,
  /** An axis with less than this share of all turning shows its bias more than its motion. */
  axisShare: 0.05,
  tiltAxisEnergy: 0.06,
  /** Gyroscope against quaternion or gravity. */
  gain: [0.6, 1.6],
  /** 57.3, and less where the wire clips what is 57 times too large; nothing else makes so much of a rate. */
  gainDegrees: [8, 100],
  /** Share of the force's change that the gyroscope must explain before its gains mean something. */
  explained: 0.5,
  /** With so many windows and less explained than this, it explains nothing. */
  unexplained: 0.1,
  unexplainedWindows: 60,
  /** Keeps an axis that did not turn out of the solution, rad^2. */
  ridge: 0.01,
});

const P = MOTION_VERDICT_PARAMS;
const AXES = 'xyz';
const within = (value: number, [low, high]: readonly number[]): boolean => value > low! && value < high!;
const WAITING: Finding = Object.freeze({ verdict: 'waiting', fault: null, axes: '' });
const PASSED: Finding = Object.freeze({ verdict: 'passed', fault: null, axes: '' });
const failed = (fault: ProofFault, axes = ''): Finding => ({ verdict: 'failed', fault, axes });

/** |f| at rest is g. */
export function judgeForce(s: MotionProofState): Finding {
  if (s.restWindows < P.restWindows) return WAITING;
  const force = s.restForce / s.restWindows;
  if (within(force, P.forceMps2)) return PASSED;
  if (within(force, P.forceG)) return failed('acceleration-in-g');
  if (within(force / 1000, P.forceG)) return failed('acceleration-in-mg');
  return failed('acceleration-scale');
}

const FAULT_OF_READING = [
  null,
  'quaternion-conjugated',
  'quaternion-xyzw',
  'quaternion-xyzw-conjugated',
] as const satisfies readonly (ProofFault | null)[];

/** The first reading other than as sent under which every law that was seen holds. */
function readingThatFits(s: MotionProofState): ProofFault | null {
  for (let reading = 1; reading < READINGS.length; reading++) {
    const upOk = s.quatRestWindows < P.restWindows || s.restUp[reading]! / s.quatRestWindows > P.up;
    if (upOk && turnAxes(s, reading).wrong === '') return FAULT_OF_READING[reading]!;
  }
  return null;
}

/** Force at rest, taken to the world by the quaternion, points up. */
export function judgeGravity(s: MotionProofState): Finding {
  if (s.quatRestWindows < P.restWindows) return WAITING;
  const up = s.restUp[0]! / s.quatRestWindows;
  if (up > P.up) return PASSED;
  if (up < -P.up && s.turnWindows >= P.turnWindows && turnAxes(s, 0).wrong === '')
    return failed('acceleration-inverted');
  const reading = readingThatFits(s);
  if (reading) return failed(reading);
  return failed(up < -P.up ? 'acceleration-inverted' : 'gravity-not-up');
}

/** Axes whose rates do not follow each other, those that do so backwards, and the gain of the others. */
function turnAxes(
  s: MotionProofState,
  reading: number,
): { seen: number; wrong: string; backwards: string; gain: number } {
  let seen = 0;
  let wrong = '';
  let backwards = '';
  let product = 0;
  let energy = 0;
  const gyroFloor = Math.max(P.axisEnergy, P.axisShare * (s.gyroEnergy[0]! + s.gyroEnergy[1]! + s.gyroEnergy[2]!));
  for (let k = 0; k < 3; k++) {
    const q = s.quatEnergy[3 * reading + k]!;
    const g = s.gyroEnergy[k]!;
    if (q < gyroFloor && g < gyroFloor) continue;
    seen++;
    const correlation = s.product[3 * reading + k]! / Math.sqrt(Math.max(q * g, 1e-12));
    if (correlation > P.correlation) {
      product += s.product[3 * reading + k]!;
      energy += q;
    } else wrong += AXES[k];
    if (correlation < -P.correlation) backwards += AXES[k];
  }
  return { seen, wrong, backwards, gain: energy > 0 ? product / energy : 1 };
}

/** The quaternion turns as the gyroscope says. */
export function judgeTurning(s: MotionProofState): Finding {
  if (s.turnWindows < P.turnWindows) return WAITING;
  const quatEnergy = s.quatEnergy[0]! + s.quatEnergy[1]! + s.quatEnergy[2]!;
  const gyroEnergy = s.gyroEnergy[0]! + s.gyroEnergy[1]! + s.gyroEnergy[2]!;
  if (quatEnergy < P.axisEnergy) return WAITING;
  if (gyroEnergy < 1e-4 * quatEnergy) return failed('gyro-silent');
  const { seen, wrong, backwards, gain } = turnAxes(s, 0);
  if (wrong === '') return seen === 0 ? WAITING : judgeGain(gain);
  const byGravity = judgeTransport(s);
  if (byGravity.verdict === 'failed') return byGravity;
  const reading = readingThatFits(s);
  if (reading) return failed(reading);
  return backwards === wrong ? failed('gyro-flipped', backwards) : failed('quaternion-against-gyro', wrong);
}

/** Gyroscope over what it should be. */
function judgeGain(gain: number): Finding {
  if (within(gain, P.gain)) return PASSED;
  return failed(within(gain, P.gainDegrees) ? 'gyro-in-degrees' : 'gyro-scale');
}

/** Gains of the three gyro axes that explain the change of the force best, by the normal equations. */
function solveGains(s: MotionProofState): [number, number, number] {
  const n = s.normal;
  // The ridge follows the unit of the gyroscope, which may be the very fault.
  const ridge = P.ridge * (1e-9 + (n[0]! + n[4]! + n[8]!) / Math.max(1e-9, s.tiltEnergy));
  const a = n[0]! + ridge;
  const b = n[1]!;
  const c = n[2]!;
  const d = n[4]! + ridge;
  const e = n[5]!;
  const f = n[8]! + ridge;
  const r0 = s.right[0]!;
  const r1 = s.right[1]!;
  const r2 = s.right[2]!;
  const A = d * f - e * e;
  const B = c * e - b * f;
  const C = b * e - c * d;
  const det = a * A + b * B + c * C;
  return [
    (A * r0 + B * r1 + C * r2) / det,
    (B * r0 + (a * f - c * c) * r1 + (b * c - a * e) * r2) / det,
    (C * r0 + (b * c - a * e) * r1 + (a * d - b * b) * r2) / det,
  ];
}

/** The force turns in the sensor against the gyroscope. */
export function judgeTransport(s: MotionProofState): Finding {
  if (s.tiltWindows < P.tiltWindows) return WAITING;
  const trace = s.normal[0]! + s.normal[4]! + s.normal[8]!;
  if (trace < 1e-4 * s.tiltEnergy) return s.tiltWindows >= P.unexplainedWindows ? failed('gyro-silent') : WAITING;
  const gains = solveGains(s);
  const explained = (gains[0] * s.right[0]! + gains[1] * s.right[1]! + gains[2] * s.right[2]!) / s.tiltEnergy;
  if (explained < P.explained) {
    const never = explained < P.unexplained && s.tiltWindows >= P.unexplainedWindows;
    return never ? failed('gyro-against-gravity') : WAITING;
  }
  let flipped = '';
  let worst: Finding = PASSED;
  let seen = 0;
  for (let k = 0; k < 3; k++) {
    const gain = gains[k]!;
    if (gain * gain * s.normal[4 * k]! < P.tiltAxisEnergy) continue;
    seen++;
    if (gain < 0) flipped += AXES[k];
    else {
      // Gain is what the gyroscope must be multiplied with; the fault is the inverse.
      const finding = judgeGain(1 / gain);
      if (finding.verdict === 'failed') worst = finding;
    }
  }
  if (seen === 0) return WAITING;
  return flipped === '' ? worst : failed('gyro-flipped', flipped);
}
