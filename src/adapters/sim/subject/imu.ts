/** The sensor chip: exact rates and forces to what a consumer IMU would report. */
import type { Random } from './random.ts';
import { axisRotation, type Matrix3, rotationOf, times, toQuaternion, type Vector3 } from './rotation.ts';
import type { SubjectSettings } from './settings.ts';

const DEG = Math.PI / 180;

export interface Imu {
  /** Start bias, rad/s: truth for tests. */
  readonly gyroBiasRadps: Float64Array;
  /** What it reads of a true rate, scale and cross-axis, row by row: reading = matrix * rate + bias. */
  readonly gyroMatrix: Float64Array;
  /** Writes readings for exact inputs in the sensor frame. Draws noise: one call a sample. */
  read(
    timeS: number,
    rateHz: number,
    exact: { gyrRadps: Vector3; accMps2: Vector3; worldFromSensor: Matrix3 },
    out: { gyrRadps: Float64Array; accMps2: Float64Array; quat: Float64Array },
  ): void;
}

export function createImu(settings: SubjectSettings, random: Random, noise: Random): Imu {
  const bias = Float64Array.from(random.direction(), (d) => d * settings.gyroBiasDegps * DEG);
  const startBias = Float64Array.from(bias);
  const accBias = Float64Array.from(random.direction(), (d) => d * settings.accBiasMps2);
  const gain = new Float64Array(9);
  for (let r = 0; r < 3; r++) {
    for (let c = 0; c < 3; c++) {
      const limit = r === c ? settings.gyroScaleError : settings.gyroCrossAxis;
      gain[3 * r + c] = (r === c ? 1 : 0) + random.between(-limit, limit);
    }
  }
  const driftRadps = settings.deviceHeadingDriftDegps * DEG * (random.next() < 0.5 ? -1 : 1);
  const tiltDirection = 2 * Math.PI * random.next();
  const tiltRad = settings.deviceTiltErrorDeg * DEG;
  let lastS = Number.NaN;

  return {
    gyroBiasRadps: startBias,
    gyroMatrix: gain,
    read(timeS, rateHz, exact, out) {
      // White noise of a density reaches a deviation of density * sqrt(bandwidth), and the bandwidth is half the rate.
      const gyrSigma = settings.gyroNoiseDegpsPerRootHz * DEG * Math.sqrt(rateHz / 2);
      const accSigma = settings.accNoiseMps2PerRootHz * Math.sqrt(rateHz / 2);
      const elapsedS = timeS > lastS ? timeS - lastS : 0;
      lastS = timeS;
      const walk = settings.gyroBiasWalkDegps * DEG * Math.sqrt(elapsedS);
      const { gyrRadps: w, accMps2: a } = exact;
      for (let k = 0; k < 3; k++) {
        bias[k]! += walk * noise.gauss();
        const scaled = gain[3 * k]! * w[0]! + gain[3 * k + 1]! * w[1]! + gain[3 * k + 2]! * w[2]!;
        out.gyrRadps[k] = scaled + bias[k]! + gyrSigma * noise.gauss();
        out.accMps2[k] = a[k]! + accBias[k]! + accSigma * noise.gauss();
      }
      const heading = axisRotation('z', driftRadps * timeS);
      const lean = tiltRad * Math.sin(0.2 * timeS + tiltDirection);
      const tilt = rotationOf(lean * Math.cos(tiltDirection), lean * Math.sin(tiltDirection), 0);
      toQuaternion(times(times(heading, tilt), exact.worldFromSensor), out.quat);
    },
  };
}
