/**
 * Do gyroscope, accelerometer and quaternion of one device speak of the same motion? Looked at in short windows, through
 * three laws that hold for any rigid body and need no manual:
 *
 *   quaternion and gyroscope   q(start)^-1 q(end) turns by the integral of the angular rate, in sensor axes
 *   gyroscope and gravity      d(f)/dt = -omega x f while the body turns and hardly accelerates
 *   quaternion and gravity     the specific force at rest, taken to the world, points up
 *
 * The same sums are kept for what a quaternion may be by mistake (its conjugate, another order of components), so that a
 * law that fails for what was sent, and holds for one of those, names the fault. Sums fade, so that a verdict can change.
 */

/** What the four numbers of a quaternion may be, in the order of preference. */
export const READINGS = ['as-sent', 'conjugated', 'xyzw', 'xyzw-conjugated'] as const;
export type Reading = (typeof READINGS)[number];

export const MOTION_PROOF_PARAMS = Object.freeze({
  windowS: 0.2,
  /** A window with a hole longer than this is left out, s. */
  holeS: 0.06,
  /** Less turn than this in a window proves nothing, rad. */
  turnRad: 0.03,
  /** More than this is too much for the small-angle sums, rad. */
  turnMaxRad: 0.6,
  /** Largest change of |f| in a window whose force is still taken for gravity, share: above, it is acceleration. */
  forceChange: 0.1,
  /** Change of the force's direction in a window that counts as tilting, and the most for small-angle sums, rad. */
  tiltRad: 0.05,
  tiltMaxRad: 0.5,
  /** Force steady within this share over a window counts as rest. */
  restShare: 0.02,
  /**
   * A window that turns by more than the first (100 deg/s) is left out of the law of gravity, rad: what a head accelerates
   * the band by, at 0.1 m from its axis, is no longer small against what it tilts it by. Beyond the second it is another
   * unit, not a fast head: so much as a degree that is taken for a radian makes of the least tilt that counts.
   */
  fastRad: 0.35,
  otherUnitRad: 2,
  /** Weights are halved when so many windows are in a sum. */
  windowsKept: 400,
});

/** Sums of everything seen; plain numbers for core/state. */
export interface MotionProofState {
  /** The window in progress. */
  elapsedS: number;
  samples: number;
  readonly firstQuat: Float64Array;
  readonly lastQuat: Float64Array;
  readonly firstAcc: Float64Array;
  readonly lastAcc: Float64Array;
  /** Integral of the rate, rad; and of -rate_k e_k x f, one row for each gyro axis. */
  readonly turn: Float64Array;
  readonly transport: Float64Array;
  readonly accMin: Float64Array;
  readonly accMax: Float64Array;
  /** Rest: windows, sum of |f|, sum of the upward share of f for each reading. */
  restWindows: number;
  restForce: number;
  quatRestWindows: number;
  readonly restUp: Float64Array;
  /** Turning: windows, gyro energy by axis, quaternion energy and product by reading and axis. */
  turnWindows: number;
  readonly gyroEnergy: Float64Array;
  readonly quatEnergy: Float64Array;
  readonly product: Float64Array;
  /** Tilting: windows, normal matrix (3 x 3), right side, energy of the force's change. */
  tiltWindows: number;
  readonly normal: Float64Array;
  readonly right: Float64Array;
  tiltEnergy: number;
}

export function createMotionProofState(): MotionProofState {
  const zeros = (n: number) => new Float64Array(n);
  return {
    elapsedS: 0,
    samples: 0,
    firstQuat: zeros(4),
    lastQuat: zeros(4),
    firstAcc: zeros(3),
    lastAcc: zeros(3),
    turn: zeros(3),
    transport: zeros(9),
    accMin: zeros(3),
    accMax: zeros(3),
    restWindows: 0,
    restForce: 0,
    quatRestWindows: 0,
    restUp: zeros(READINGS.length),
    turnWindows: 0,
    gyroEnergy: zeros(3),
    quatEnergy: zeros(3 * READINGS.length),
    product: zeros(3 * READINGS.length),
    tiltWindows: 0,
    normal: zeros(9),
    right: zeros(3),
    tiltEnergy: 0,
  };
}

/** The window in progress is over without a result: a hole, a saturated or invalid reading. */
export function breakWindow(s: MotionProofState): void {
  s.samples = 0;
  s.elapsedS = 0;
}

/**
 * One sample; components may be NaN where the device sends none. `dtS`: since the sample before.
 * quat [w x y z] at `4 i`, gyr (rad/s) and acc (m/s^2) at `3 i` of their columns.
 */
export function addToMotionProof(
  s: MotionProofState,
  quat: Float64Array,
  gyr: Float64Array,
  acc: Float64Array,
  i: number,
  dtS: number,
): void {
  if (!(dtS >= 0 && dtS <= MOTION_PROOF_PARAMS.holeS)) breakWindow(s);
  if (s.samples === 0) {
    for (let k = 0; k < 4; k++) s.firstQuat[k] = s.lastQuat[k] = quat[4 * i + k]!;
    for (let k = 0; k < 3; k++) {
      s.firstAcc[k] = s.lastAcc[k] = s.accMin[k] = s.accMax[k] = acc[3 * i + k]!;
      s.turn[k] = 0;
    }
    s.transport.fill(0);
    s.samples = 1;
    s.elapsedS = 0;
    return;
  }
  const gx = gyr[3 * i]! * dtS;
  const gy = gyr[3 * i + 1]! * dtS;
  const gz = gyr[3 * i + 2]! * dtS;
  const fx = 0.5 * (s.lastAcc[0]! + acc[3 * i]!);
  const fy = 0.5 * (s.lastAcc[1]! + acc[3 * i + 1]!);
  const fz = 0.5 * (s.lastAcc[2]! + acc[3 * i + 2]!);
  s.turn[0]! += gx;
  s.turn[1]! += gy;
  s.turn[2]! += gz;
  // -e_k x f for k = x, y, z: (0, fz, -fy), (-fz, 0, fx), (fy, -fx, 0).
  s.transport[1]! += gx * fz;
  s.transport[2]! -= gx * fy;
  s.transport[3]! -= gy * fz;
  s.transport[5]! += gy * fx;
  s.transport[6]! += gz * fy;
  s.transport[7]! -= gz * fx;
  for (let k = 0; k < 4; k++) s.lastQuat[k] = quat[4 * i + k]!;
  for (let k = 0; k < 3; k++) {
    const value = acc[3 * i + k]!;
    s.lastAcc[k] = value;
    if (value < s.accMin[k]!) s.accMin[k] = value;
    if (value > s.accMax[k]!) s.accMax[k] = value;
  }
  s.samples++;
  s.elapsedS += dtS;
  if (s.elapsedS < MOTION_PROOF_PARAMS.windowS) return;
  closeWindow(s);
  breakWindow(s);
}

const scratch = new Float64Array(4);
const rotation = new Float64Array(3);

/** The quaternion that is meant if `sent` is to be read so; into `scratch`. */
function reread(sent: Float64Array, reading: number): void {
  const rotated = reading >= 2;
  const sign = reading % 2 === 1 ? -1 : 1;
  scratch[0] = sent[rotated ? 3 : 0]!;
  for (let k = 0; k < 3; k++) scratch[1 + k] = sign * sent[rotated ? k : 1 + k]!;
}

/** Rotation vector of first^-1 last in sensor axes, rad, into `rotation`. */
function rotationBetween(first: Float64Array, last: Float64Array, reading: number): void {
  reread(first, reading);
  const w = scratch[0]!;
  const x = scratch[1]!;
  const y = scratch[2]!;
  const z = scratch[3]!;
  reread(last, reading);
  const W = scratch[0]!;
  const X = scratch[1]!;
  const Y = scratch[2]!;
  const Z = scratch[3]!;
  const real = w * W + x * X + y * Y + z * Z;
  const rx = w * X - x * W - y * Z + z * Y;
  const ry = w * Y - y * W - z * X + x * Z;
  const rz = w * Z - z * W - x * Y + y * X;
  const sine = Math.hypot(rx, ry, rz);
  const scale = sine < 1e-9 ? 0 : (2 * Math.atan2(sine, Math.abs(real)) * Math.sign(real || 1)) / sine;
  rotation[0] = scale * rx;
  rotation[1] = scale * ry;
  rotation[2] = scale * rz;
}

function closeWindow(s: MotionProofState): void {
  const P = MOTION_PROOF_PARAMS;
  const hasQuat = Number.isFinite(s.firstQuat[0]! + s.lastQuat[0]!);
  const hasTurn = Number.isFinite(s.turn[0]! + s.turn[1]! + s.turn[2]!);
  const first = Math.hypot(s.firstAcc[0]!, s.firstAcc[1]!, s.firstAcc[2]!);
  const last = Math.hypot(s.lastAcc[0]!, s.lastAcc[1]!, s.lastAcc[2]!);
  const hasForce = Number.isFinite(first + last) && first > 0 && last > 0;

  if (hasQuat && hasTurn) {
    rotationBetween(s.firstQuat, s.lastQuat, 0);
    const angle = Math.hypot(rotation[0]!, rotation[1]!, rotation[2]!);
    if (angle > P.turnRad && angle < P.turnMaxRad) addTurn(s);
  }
  if (!hasForce) return;
  const spread = Math.max(s.accMax[0]! - s.accMin[0]!, s.accMax[1]! - s.accMin[1]!, s.accMax[2]! - s.accMin[2]!);
  if (spread < 2 * P.restShare * first) addRest(s, last, hasQuat);
  if (!hasTurn || Math.abs(last / first - 1) > P.forceChange) return;
  const turned = Math.hypot(s.turn[0]!, s.turn[1]!, s.turn[2]!);
  if (turned > P.fastRad && turned < P.otherUnitRad) return;
  const change = Math.hypot(
    s.lastAcc[0]! - s.firstAcc[0]!,
    s.lastAcc[1]! - s.firstAcc[1]!,
    s.lastAcc[2]! - s.firstAcc[2]!,
  );
  if (change > P.tiltRad * first && change < P.tiltMaxRad * first) addTilt(s, first);
}

function addTurn(s: MotionProofState): void {
  if (s.turnWindows >= MOTION_PROOF_PARAMS.windowsKept) {
    s.turnWindows /= 2;
    for (const sums of [s.gyroEnergy, s.quatEnergy, s.product]) for (let k = 0; k < sums.length; k++) sums[k]! /= 2;
  }
  s.turnWindows++;
  for (let k = 0; k < 3; k++) s.gyroEnergy[k]! += s.turn[k]! ** 2;
  for (let reading = 0; reading < READINGS.length; reading++) {
    rotationBetween(s.firstQuat, s.lastQuat, reading);
    for (let k = 0; k < 3; k++) {
      s.quatEnergy[3 * reading + k]! += rotation[k]! ** 2;
      s.product[3 * reading + k]! += rotation[k]! * s.turn[k]!;
    }
  }
}

function addRest(s: MotionProofState, force: number, hasQuat: boolean): void {
  if (s.restWindows >= MOTION_PROOF_PARAMS.windowsKept) {
    s.restWindows /= 2;
    s.quatRestWindows /= 2;
    s.restForce /= 2;
    for (let k = 0; k < READINGS.length; k++) s.restUp[k]! /= 2;
  }
  s.restWindows++;
  s.restForce += force;
  if (!hasQuat) return;
  s.quatRestWindows++;
  for (let reading = 0; reading < READINGS.length; reading++) {
    reread(s.lastQuat, reading);
    const w = scratch[0]!;
    const x = scratch[1]!;
    const y = scratch[2]!;
    const z = scratch[3]!;
    const up =
      2 * (x * z - w * y) * s.lastAcc[0]! +
      2 * (y * z + w * x) * s.lastAcc[1]! +
      (w * w - x * x - y * y + z * z) * s.lastAcc[2]!;
    s.restUp[reading]! += up / force;
  }
}

function addTilt(s: MotionProofState, force: number): void {
  if (s.tiltWindows >= MOTION_PROOF_PARAMS.windowsKept) {
    s.tiltWindows /= 2;
    s.tiltEnergy /= 2;
    for (const sums of [s.normal, s.right]) for (let k = 0; k < sums.length; k++) sums[k]! /= 2;
  }
  s.tiltWindows++;
  // In units of the force itself, so that its own unit does not matter.
  const weight = 1 / (force * force);
  for (let c = 0; c < 3; c++) {
    const change = s.lastAcc[c]! - s.firstAcc[c]!;
    s.tiltEnergy += weight * change * change;
    for (let k = 0; k < 3; k++) {
      const own = weight * s.transport[3 * k + c]!;
      s.right[k]! += own * change;
      for (let j = 0; j < 3; j++) s.normal[3 * k + j]! += own * s.transport[3 * j + c]!;
    }
  }
}
