/**
 * The synthetic subject: a neck whose true angles are known, wearing a consumer IMU. It follows prompts like a cooperative
 * patient. Made without the core: its truth comes from rotation matrices of its own, so that no error cancels.
 */
import type { SubjectPrompt } from '../../../ports/sensor-source.ts';
import type { MotionSource } from '../motion-source.ts';
import { createBehaviour, type PlannedMovement } from './behaviour.ts';
import { createBody } from './body.ts';
import { createImu } from './imu.ts';
import { createRandom } from './random.ts';
import {
  apply,
  flexLatAxial,
  type Matrix3,
  rotationVector,
  times,
  transpose,
  twistAboutZ,
  type Vector3,
} from './rotation.ts';
import { type SubjectSettings, subjectSettings } from './settings.ts';

/** Standard gravity, m/s^2 (its own copy: see above). */
const GRAVITY_MPS2 = 9.80665;
/** Half the span of the central differences, s: error terms of 1e-5 relative at 9 Hz, far under the noise of rounding. */
const H_S = 2e-4;
/** What is left out at the beginning of a hold, while the movement still fades, s. */
const HOLD_SETTLE_S = 0.2;

/** A performed movement with its true end range, measured on the true pose (sway and tremor included). */
export interface PerformedMovement extends Readonly<PlannedMovement> {
  /** Signed, rad: left twist / flexion / right lateral / left rotation positive. Median over the hold. */
  readonly endRangeRad: number;
  /** The same of the head against the trunk: what the neck did. Equal where the trunk kept still. */
  readonly neckRangeRad: number;
}

export interface SubjectTruth {
  readonly gyroBiasRadps: Float64Array;
  /** Scale and cross-axis of the gyro, row by row: reading = matrix * true rate + bias. */
  readonly gyroMatrix: Float64Array;
  worldFromHead(timeS: number): Matrix3;
  worldFromSensor(timeS: number): Matrix3;
  headFromSensor(timeS: number): Matrix3;
  /** Angular rate (rad/s) and specific force (m/s^2) without any sensor error, sensor frame. */
  exact(timeS: number): { gyrRadps: Vector3; accMps2: Vector3 };
  /** Twist about the head's long axis against the mean pose of the second before `startS`, rad, left positive. */
  frtTwistRad(timeS: number, startS: number): number;
  /** Movements whose hold is over by `timeS`, in order; aborted ones left out. */
  performed(timeS?: number): PerformedMovement[];
  readonly posture: 'sitting' | 'supine';
  activityAt(timeS: number): SubjectPrompt;
}

export interface Subject extends MotionSource {
  readonly settings: SubjectSettings;
  readonly seed: number;
  readonly truth: SubjectTruth;
  /** What moves a second sensor, on the breastbone, on the time of the first; it hears prompts for the same person. */
  readonly trunk: MotionSource;
}

function median(values: number[]): number {
  values.sort((a, b) => a - b);
  const middle = values.length >> 1;
  return values.length % 2 === 1 ? values[middle]! : (values[middle - 1]! + values[middle]!) / 2;
}

/** A subject from a seed; the same seed and the same prompts at the same times give the same samples, bit for bit. */
export function createSubject(seed: number, changes: Partial<SubjectSettings> = {}): Subject {
  const settings = subjectSettings(changes);
  const behaviour = createBehaviour(settings, createRandom(seed, 'behaviour'));
  const body = createBody(settings, behaviour, createRandom(seed, 'body'), createRandom(seed, 'trunk'));
  const imu = createImu(settings, createRandom(seed, 'imu'), createRandom(seed, 'noise'));

  const trunkImu = createImu(settings, createRandom(seed, 'trunk-imu'), createRandom(seed, 'trunk-noise'));

  const exactOf = (
    sensor: (timeS: number) => { worldFromSensor: Matrix3; positionM: Vector3 },
    t: number,
  ): { gyrRadps: Vector3; accMps2: Vector3; worldFromSensor: Matrix3 } => {
    const before = sensor(t - H_S);
    const now = sensor(t);
    const after = sensor(t + H_S);
    const turn = rotationVector(times(transpose(before.worldFromSensor), after.worldFromSensor));
    const force = [0, 0, 0];
    for (let k = 0; k < 3; k++) {
      force[k] = (before.positionM[k]! - 2 * now.positionM[k]! + after.positionM[k]!) / (H_S * H_S);
    }
    force[2]! += GRAVITY_MPS2;
    return {
      gyrRadps: turn.map((angle) => angle / (2 * H_S)),
      accMps2: apply(transpose(now.worldFromSensor), force),
      worldFromSensor: now.worldFromSensor,
    };
  };

  const exact = (t: number) => exactOf(body.sensor, t);

  /** `neck`: of the head against the trunk. */
  const relative = (movement: PlannedMovement, neck: boolean): ((t: number) => number) => {
    const { startS } = movement;
    const startFromWorld = transpose(body.meanWorldFromHead(startS - 1, startS));
    const startFromTrunk = neck ? times(startFromWorld, body.meanWorldFromTrunk(startS - 1, startS)) : null;
    return (t) => {
      const head = body.worldFromHead(t);
      const startFromHead = startFromTrunk
        ? times(startFromTrunk, times(transpose(body.worldFromTrunk(t)), head))
        : times(startFromWorld, head);
      if (movement.kind === 'frt') return twistAboutZ(startFromHead);
      const angles = flexLatAxial(startFromHead);
      if (movement.direction.startsWith('lateral')) return angles.lateralRad;
      return movement.direction.startsWith('rotation') ? angles.axialRad : angles.flexionRad;
    };
  };
  const overHold = (movement: PlannedMovement, angleAt: (t: number) => number): number => {
    const from = Math.min(movement.endRangeS + HOLD_SETTLE_S, (movement.endRangeS + movement.holdEndS) / 2);
    const values: number[] = [];
    for (let t = from; t <= movement.holdEndS; t += 0.01) values.push(angleAt(t));
    return median(values);
  };
  const measured = new WeakMap<PlannedMovement, { holdEndS: number; angleRad: number; neckRad: number }>();
  const endRange = (movement: PlannedMovement): { endRangeRad: number; neckRangeRad: number } => {
    let known = measured.get(movement);
    // A prompt may still shorten a hold that was measured as planned.
    if (known?.holdEndS !== movement.holdEndS) {
      const angleRad = overHold(movement, relative(movement, false));
      const still = settings.trunkAlongShare === 0;
      const neckRad = still ? angleRad : overHold(movement, relative(movement, true));
      known = { holdEndS: movement.holdEndS, angleRad, neckRad };
      measured.set(movement, known);
    }
    return { endRangeRad: known.angleRad, neckRangeRad: known.neckRad };
  };

  return {
    settings,
    seed,
    sample(timeS, rateHz, out) {
      behaviour.extend(timeS);
      imu.read(timeS, rateHz, exact(timeS), out);
      return true;
    },
    prompt: (code, timeS) => behaviour.prompt(code, timeS),
    linkLostAt: (timeS) => behaviour.linkLostAt(timeS),
    trunk: {
      sample(timeS, rateHz, out) {
        behaviour.extend(timeS);
        trunkImu.read(timeS, rateHz, exactOf(body.trunkSensor, timeS), out);
        return true;
      },
      prompt: (code, timeS) => behaviour.prompt(code, timeS),
    },
    truth: {
      gyroBiasRadps: imu.gyroBiasRadps,
      gyroMatrix: imu.gyroMatrix,
      worldFromHead: body.worldFromHead,
      worldFromSensor: (timeS) => body.sensor(timeS).worldFromSensor,
      headFromSensor: body.headFromSensor,
      exact,
      frtTwistRad: (timeS, startS) =>
        twistAboutZ(times(transpose(body.meanWorldFromHead(startS - 1, startS)), body.worldFromHead(timeS))),
      performed: (timeS = Number.POSITIVE_INFINITY) =>
        behaviour.movements
          .filter((movement) => !movement.aborted && movement.holdEndS <= timeS)
          .map((movement) => ({ ...movement, ...endRange(movement) })),
      get posture() {
        return behaviour.posture;
      },
      activityAt: behaviour.activityAt,
    },
  };
}
