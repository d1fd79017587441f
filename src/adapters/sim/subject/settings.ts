/** Every setting of the synthetic subject and of the sensor it wears. Degrees here, as a person types them. */

export const SUBJECT_DEFAULTS = Object.freeze({
  /** True end ranges, deg: a restricted right side, as the FRT looks for. */
  frtLeftDeg: 38,
  frtRightDeg: 29,
  flexionDeg: 50,
  extensionDeg: 60,
  lateralLeftDeg: 40,
  lateralRightDeg: 38,
  rotationLeftDeg: 70,
  rotationRightDeg: 66,

  /** Standard deviation of an end range between repetitions, deg (cut at two). */
  repetitionSpreadDeg: 0.5,
  /** Standard deviation of each return to a resting pose, per angle, deg; healthy repositioning errors are 2 to 3 deg in all. */
  neutralSpreadDeg: 0.8,
  flexedSpreadDeg: 0.5,
  /** Head tremor, rms per angle, deg, 5 to 9 Hz. */
  tremorDeg: 0.012,
  /** Slow sway, rms per angle, deg, 0.05 to 0.4 Hz. */
  swayDeg: 0.08,

  /** Peak speeds of minimum-jerk movements, deg/s; the FRT is slow (45 deg/s would void it), fast rotation is not. */
  frtPeakDegps: 30,
  cromPeakDegps: 60,
  fastPeakDegps: 210,
  alignmentPeakDegps: 45,
  bodyPeakDegps: 40,
  /** Longest hold at the FRT end range, s. */
  frtHoldS: 2,
  cromHoldS: 1.2,
  /** Reaction pause before following a prompt, s: uniform between the two. */
  reactionMinS: 0.25,
  reactionMaxS: 0.6,
  /** Stillness kept before every FRT rotation (the examiner's new grip), s. */
  regripS: 1.8,

  /** Head flexion against the trunk in the FRT, deg. */
  flexedDeg: 50,
  /** Elevation of the head's long axis above the horizontal in the FRT pose, deg; each subject differs by up to 4. */
  flexedElevationDeg: 35,
  /** Side lean that comes with the FRT twist, and flexion lost, at end range, deg. */
  frtLeanDeg: 3,
  frtFlexionLossDeg: 1,
  /** Standard deviation of conjunct motion, as a share of the primary angle. */
  couplingShare: 0.02,
  nodDeg: 20,
  turnDeg: 40,
  /** The trunk goes along with the head by this share of every flexion, extension and rotation, the FRT's too. */
  trunkAlongShare: 0,
  /** The trunk's own movements, when its sensor is aligned, deg. */
  trunkBowDeg: 22,
  trunkTurnDeg: 30,

  /** The band sits crooked by a random rotation of up to this angle, deg. */
  mountingDeg: 15,
  /** Band against skull during movement, rms deg at 2 to 5 Hz; creep over a minute's time, deg. */
  wobbleDeg: 0.2,
  creepDeg: 0,
  /** Neck pivot to sensor in the head frame, m: 9 cm forward, 16 cm up (middle of the forehead). */
  leverForwardM: 0.09,
  leverUpM: 0.16,

  /** Consumer IMU. Noise densities in deg/s/sqrt(Hz) and m/s^2/sqrt(Hz). */
  gyroNoiseDegpsPerRootHz: 0.007,
  accNoiseMps2PerRootHz: 0.0015,
  /** Bias of random direction, deg/s and m/s^2. */
  gyroBiasDegps: 0.3,
  accBiasMps2: 0.05,
  /** Random walk of the gyro bias, deg/s per root second. */
  gyroBiasWalkDegps: 0.0005,
  /** Largest scale error per axis and cross-axis error, share. */
  gyroScaleError: 0.003,
  gyroCrossAxis: 0.001,
  /** The device's own quaternion: heading drift (either way), deg/s, and tilt error, deg. */
  deviceHeadingDriftDegps: 0.02,
  deviceTiltErrorDeg: 0.3,

  /** Which FRT rotation, counted from 1 over both sides, goes wrong in this way; 0: none. */
  frtFastAt: 0,
  frtFlexionLostAt: 0,
  frtLinkLostAt: 0,
  /** How: peak speed, deg/s; flexion lost at end range, deg; how long no packet gets through, from the middle of the way out, s. */
  frtFastPeakDegps: 75,
  frtFlexionLostDeg: 14,
  frtLinkLostS: 0.8,
});

export type SubjectSettings = { readonly [K in keyof typeof SUBJECT_DEFAULTS]: number };

/** Defaults with the given changes. Throws RangeError on an unknown name, a value that is no finite number, or no speed. */
export function subjectSettings(changes: Partial<SubjectSettings> = {}): SubjectSettings {
  for (const [name, value] of Object.entries(changes)) {
    if (!(name in SUBJECT_DEFAULTS)) throw new RangeError(`the subject has no setting "${name}"`);
    if (typeof value !== 'number' || !Number.isFinite(value)) throw new RangeError(`${name} must be a finite number`);
    if (name.endsWith('PeakDegps') && value < 1) throw new RangeError(`${name} must be at least 1`);
    if (name.endsWith('At') && (value < 0 || !Number.isInteger(value)))
      throw new RangeError(`${name} must be a whole number, 0 or more`);
    if (name.endsWith('S') && value < 0) throw new RangeError(`${name} must not be negative`);
  }
  return { ...SUBJECT_DEFAULTS, ...changes };
}
