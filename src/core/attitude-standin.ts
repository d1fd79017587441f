/** Stand-in for ./fusion/attitude.ts behind the same interface, until that one is here. */
import { identityQuat, type Quat } from './frames.ts';
import { fromRotationVector, multiply, normalize, rotateVector } from './math/quat.ts';
import { loadState, saveState } from './state.ts';

export function createAttitudeFilter() {
  const q = identityQuat<'world', 'sensor'>();
  const step = identityQuat<'sensor', 'sensor'>();
  const tilt = identityQuat<'world', 'world'>();
  const up = new Float64Array(3);
  const state = {
    q: q as Float64Array,
    bias: new Float64Array(3),
    mean: new Float64Array(3),
    last: new Float64Array(3),
    restS: 0,
    started: false,
    heading: 0,
    biasSigma: 0.0087,
  };
  const integrate = (dtS: number, w: ArrayLike<number>): void => {
    fromRotationVector(
      step,
      (w[0]! - state.bias[0]!) * dtS,
      (w[1]! - state.bias[1]!) * dtS,
      (w[2]! - state.bias[2]!) * dtS,
    );
    normalize(q, multiply(q, q, step));
  };
  const lean = (acc: ArrayLike<number>, gain: number): void => {
    const n = Math.hypot(acc[0]!, acc[1]!, acc[2]!);
    if (!(n > 0)) return;
    rotateVector(up, q, acc);
    const x = up[1]! / n;
    const y = -up[0]! / n;
    const s = Math.hypot(x, y);
    const angle = s > 1e-12 ? (gain * Math.atan2(s, up[2]! / n)) / s : 0;
    fromRotationVector(tilt, angle * x, angle * y, 0);
    normalize(q, multiply(q, tilt, q));
  };
  return {
    worldFromSensor: q as Quat<'world', 'sensor'>,
    biasRadps: state.bias,
    get biasSigmaRadps() {
      return state.biasSigma;
    },
    get atRest() {
      return state.restS > 0.4;
    },
    get tiltSigmaRad() {
      return 0.006;
    },
    get headingSigmaRad() {
      return state.heading;
    },
    update(dtS: number, gyr: ArrayLike<number>, acc: ArrayLike<number> | null): void {
      integrate(dtS, gyr);
      let still = true;
      for (let i = 0; i < 3; i++) {
        state.mean[i] = state.mean[i]! + (gyr[i]! - state.mean[i]!) * Math.min(1, dtS / 0.5);
        still &&= Math.abs(gyr[i]! - state.mean[i]!) < 0.035 && Math.abs(state.mean[i]!) < 0.035;
        state.last[i] = gyr[i]!;
      }
      state.restS = still ? state.restS + dtS : 0;
      if (state.restS > 0.4) {
        for (let i = 0; i < 3; i++) state.bias[i] = state.bias[i]! + (state.mean[i]! - state.bias[i]!) * dtS;
        state.biasSigma = 0.0005;
        state.heading = 0;
      } else state.heading += state.biasSigma * dtS;
      if (acc) {
        lean(acc, state.started ? Math.min(1, dtS / 3) : 1);
        state.started = true;
      }
    },
    gap(durationS: number): void {
      integrate(Math.min(1, durationS), state.last);
      state.restS = 0;
      state.heading += 0.05 * durationS;
    },
    save: (): unknown => saveState(state),
    restore: (saved: unknown): void => loadState(state, saved),
  };
}
