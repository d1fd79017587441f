/**
 * Attitude from a device that sends only its own quaternion: rate from successive quaternions over device time, rest
 * from that rate, and an uncertainty of heading that grows with time and turning since the last rest.
 */
import { identityQuat, type Quat } from './frames.ts';
import { SigmaSlot } from './fusion/attitude-types.ts';
import { conjugate, multiply, normalize, toRotationVector } from './math/quat.ts';
import { loadState, saveState } from './state.ts';

export interface DeviceAttitudeParams {
  /** Below this smoothed rate the device is taken to be at rest, rad/s (2 deg/s, as in VQF's rest detection). */
  readonly restRateRadps: number;
  /** Time constant of that smoothing, s. */
  readonly restTauS: number;
  /** Still for this long is a rest, s. */
  readonly restS: number;
  /** A rest goes on over a gap up to this, s: the settled 100 ms of a hold, and 5 ms for rounding of sample times. */
  readonly restGapS: number;
  /** Standard uncertainty of the device's own gyro bias, rad/s (0.03 deg/s: what VQF reaches in rest). */
  readonly biasSigmaRadps: number;
  /** Heading uncertainty per rad turned, rad/rad: scale and cross-axis errors of 0.5 % of a consumer gyro. */
  readonly turnShare: number;
  /** Heading uncertainty per second of missing data, rad/s: the device goes on fusing, only we do not see it. */
  readonly gapRadps: number;
  /** Standard uncertainty of the device's inclination, rad (0.6 deg: VQF's on optical truth, real time). */
  readonly tiltSigmaRad: number;
}

export const DEVICE_ATTITUDE_DEFAULTS: DeviceAttitudeParams = Object.freeze({
  restRateRadps: 0.035,
  restTauS: 0.2,
  restS: 0.4,
  restGapS: 0.105,
  biasSigmaRadps: 0.0005,
  turnShare: 0.005,
  gapRadps: 0.001,
  tiltSigmaRad: 0.0105,
});

export interface DeviceAttitude {
  readonly worldFromSensor: Quat<'world', 'sensor'>;
  /** From the last two quaternions, rad/s, sensor frame; zero for the first. */
  readonly rateRadps: Float64Array;
  /** Standard uncertainties, by `SigmaSlot`. */
  readonly sigmas: Float64Array;
  readonly atRest: boolean;
  /**
   * `quat` holds w x y z from `offset`; `times[dtSlot]` is the time since the quaternion before, `times[gapSlot]` the
   * missing part of it, s. Slots, because a number that is passed to a function would be allocated.
   */
  updateAt(times: Float64Array, dtSlot: number, gapSlot: number, quat: Float64Array, offset: number): void;
  save(): unknown;
  restore(state: unknown): void;
}

export function createDeviceAttitude(overrides: Partial<DeviceAttitudeParams> = {}): DeviceAttitude {
  const params = { ...DEVICE_ATTITUDE_DEFAULTS, ...overrides };
  const worldFromSensor = identityQuat<'world', 'sensor'>();
  const sensorFromWorld = identityQuat<'sensor', 'world'>();
  const next = identityQuat<'world', 'sensor'>();
  const step = identityQuat<'sensor', 'sensor'>();
  const state = {
    quat: worldFromSensor as Float64Array,
    rate: new Float64Array(3),
    smooth: new Float64Array(3),
    started: false,
    stillS: 0,
    sigmas: Float64Array.of(params.biasSigmaRadps, params.tiltSigmaRad, 0),
  };
  const sigmas = state.sigmas;
  return {
    worldFromSensor,
    rateRadps: state.rate,
    sigmas,
    get atRest() {
      return state.stillS >= params.restS;
    },
    updateAt(times, dtSlot, gapSlot, quat, offset) {
      const dtS = times[dtSlot]!;
      const gapS = times[gapSlot]!;
      for (let i = 0; i < 4; i++) next[i] = quat[offset + i]!;
      normalize(next, next);
      const rate = state.rate;
      if (state.started) {
        multiply(step, conjugate(sensorFromWorld, worldFromSensor), next);
        toRotationVector(rate, step);
        for (let i = 0; i < 3; i++) rate[i] = rate[i]! / dtS;
      }
      state.started = true;
      for (let i = 0; i < 4; i++) worldFromSensor[i] = next[i]!;

      const k = dtS / (params.restTauS + dtS);
      let square = 0;
      for (let i = 0; i < 3; i++) {
        state.smooth[i] = state.smooth[i]! + k * (rate[i]! - state.smooth[i]!);
        square += rate[i]! * rate[i]!;
      }
      const s = state.smooth;
      const smooth = Math.sqrt(s[0]! * s[0]! + s[1]! * s[1]! + s[2]! * s[2]!);
      state.stillS = smooth < params.restRateRadps && gapS <= params.restGapS ? state.stillS + dtS : 0;
      if (state.stillS >= params.restS) sigmas[SigmaSlot.headingRad] = 0;
      else {
        sigmas[SigmaSlot.headingRad] =
          sigmas[SigmaSlot.headingRad]! +
          ((params.biasSigmaRadps + params.turnShare * Math.sqrt(square)) * dtS + params.gapRadps * gapS);
      }
    },
    save: () => saveState(state),
    restore: (saved) => loadState(state, saved),
  };
}
