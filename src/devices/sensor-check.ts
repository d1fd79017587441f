/**
 * Three seconds of a sensor that lies on the table: is it fit for a test? Rate, losses, gyro bias, |f|, noise, battery.
 * Pure; the samples come from the decoder, before any filter. Nothing is allocated for a sample.
 */
import { type SampleBlock, SampleFlag } from '../core/sample.ts';

export const SENSOR_CHECK_PARAMS = Object.freeze({
  durationS: 3,
  /** Left out at the start: the hand that let go of it, s. */
  settleS: 0.3,
  /** A sensor that is still being put down: the three seconds begin anew, as long as they can begin within this, s. */
  putDownS: 4,
  /** No end without samples: given up after this, s. */
  patienceS: 8,
  rateTolerance: 0.1,
  lossShare: 0.1,
  /** Consumer gyroscopes are sold with up to 3 deg/s and drift with temperature: 5 deg/s. */
  biasRadps: 0.087,
  /** 9.81 m/s^2 with 1 % of scale and 0.2 m/s^2 of bias. */
  forceMps2: [9.5, 10.1],
  /** Standard deviation at rest; ten times that of a usual chip, and more than a head sitting still: 1.5 deg/s. */
  gyroNoiseRadps: 0.026,
  accNoiseMps2: 0.15,
  /** Range of the rate's one-second means above which it was moved, rad/s: 2 deg/s. */
  movedRadps: 0.035,
  batteryShare: 0.1,
});

export type SensorCheckFailure =
  | 'no-samples'
  | 'rate'
  | 'loss'
  | 'moved'
  | 'gyro-bias'
  | 'force'
  | 'gyro-noise'
  | 'acc-noise'
  | 'battery-low';

export interface SensorCheckRecord {
  readonly passed: boolean;
  /** Empty when it passed. */
  readonly failures: readonly SensorCheckFailure[];
  readonly durationS: number;
  readonly samples: number;
  readonly rateHz: number;
  /** Share of samples lost; null where the device does not count. */
  readonly lossShare: number | null;
  /** Sensor axes, rad/s, and the standard uncertainty of each; null without a gyroscope. */
  readonly gyroBiasRadps: readonly number[] | null;
  readonly gyroBiasSigmaRadps: number | null;
  /** Standard deviation of a sample, largest axis. */
  readonly gyroNoiseRadps: number | null;
  /** Mean |f|. */
  readonly forceMps2: number | null;
  readonly accNoiseMps2: number | null;
  /** 0..1; null where not known. */
  readonly battery: number | null;
}

export interface SensorCheck {
  /** 0..1 */
  readonly progress: number;
  push(block: SampleBlock, arrivalUs: number): void;
  /** The record once it is over, by samples or by the time at the host; null before. */
  finish(nowUs: number, battery: number | null): SensorCheckRecord | null;
}

/** Sums of three axes. */
class Axes {
  count = 0;
  clear(): void {
    this.count = 0;
    this.sum.fill(0);
    this.squares.fill(0);
  }
  readonly sum = new Float64Array(3);
  readonly squares = new Float64Array(3);
  add(column: Float64Array, i: number): void {
    if (!Number.isFinite(column[3 * i]! + column[3 * i + 1]! + column[3 * i + 2]!)) return;
    this.count++;
    for (let k = 0; k < 3; k++) {
      this.sum[k]! += column[3 * i + k]!;
      this.squares[k]! += column[3 * i + k]! ** 2;
    }
  }
  mean(): number[] {
    return Array.from(this.sum, (sum) => sum / this.count);
  }
  /** Standard deviation of the axis that has most. */
  noise(): number {
    const variance = (k: number) => this.squares[k]! / this.count - (this.sum[k]! / this.count) ** 2;
    return Math.sqrt(Math.max(0, variance(0), variance(1), variance(2)));
  }
}

export function createSensorCheck(nominalRateHz: number, startUs: number): SensorCheck {
  const P = SENSOR_CHECK_PARAMS;
  const gyro = new Axes();
  const acc = new Axes();
  const seconds = [new Axes(), new Axes(), new Axes()];
  let firstUs = Number.NaN;
  let lastUs = Number.NaN;
  let firstCounter = Number.NaN;
  let lastCounter = Number.NaN;
  let samples = 0;
  /** The first second was seen to be quiet, or there is no time left to wait for another one. */
  let begun = false;

  const beginAnew = (): void => {
    for (const axes of [gyro, acc, ...seconds]) axes.clear();
    firstUs = lastUs = firstCounter = lastCounter = Number.NaN;
    samples = 0;
  };

  const elapsedS = (): number => (lastUs - firstUs) * 1e-6 || 0;

  function measure(battery: number | null): SensorCheckRecord {
    const durationS = elapsedS();
    const counted = lastCounter - firstCounter;
    const hasCounter = Number.isFinite(counted) && counted > 0;
    const rateHz = durationS > 0 ? (hasCounter ? counted : samples) / durationS : 0;
    const lossShare = hasCounter ? Math.max(0, 1 - samples / counted) : null;
    const bias = gyro.count > 0 ? gyro.mean() : null;
    const means = seconds.filter((axes) => axes.count > 0).map((axes) => axes.mean());
    const range = (k: number): number =>
      Math.max(...means.map((mean) => mean[k]!)) - Math.min(...means.map((mean) => mean[k]!));
    const moved = means.length > 1 ? Math.max(range(0), range(1), range(2)) : 0;
    const mean = acc.count > 0 ? acc.mean() : null;
    const values = {
      durationS,
      samples,
      rateHz,
      lossShare,
      gyroBiasRadps: bias,
      // What the noise leaves after averaging, and what the seconds differ by: the larger counts.
      gyroBiasSigmaRadps: bias ? Math.max(gyro.noise() / Math.sqrt(gyro.count), moved / 2) : null,
      gyroNoiseRadps: bias ? gyro.noise() : null,
      forceMps2: mean ? Math.hypot(mean[0]!, mean[1]!, mean[2]!) : null,
      accNoiseMps2: mean ? acc.noise() : null,
      battery,
    };
    const failures: SensorCheckFailure[] = [];
    const fails = (is: boolean, failure: SensorCheckFailure): void => void (is && failures.push(failure));
    if (samples === 0) failures.push('no-samples');
    else {
      fails(Math.abs(rateHz / nominalRateHz - 1) > P.rateTolerance, 'rate');
      fails((lossShare ?? 0) > P.lossShare, 'loss');
      // Bias and noise of a sensor that was moved are those of the hand.
      if (moved > P.movedRadps) failures.push('moved');
      else {
        fails(bias?.some((value) => Math.abs(value) > P.biasRadps) ?? false, 'gyro-bias');
        fails((values.gyroNoiseRadps ?? 0) > P.gyroNoiseRadps, 'gyro-noise');
        fails((values.accNoiseMps2 ?? 0) > P.accNoiseMps2, 'acc-noise');
      }
      const force = values.forceMps2;
      fails(force !== null && !(force >= P.forceMps2[0]! && force <= P.forceMps2[1]!), 'force');
    }
    fails(battery !== null && battery < P.batteryShare, 'battery-low');
    return { passed: failures.length === 0, failures, ...values };
  }

  return {
    get progress() {
      return Math.min(1, elapsedS() / P.durationS);
    },
    push(block, arrivalUs) {
      if (arrivalUs - startUs < P.settleS * 1e6 || elapsedS() >= P.durationS) return;
      if (!begun && elapsedS() >= P.durationS / 3) {
        begun = seconds[0]!.noise() <= P.gyroNoiseRadps || arrivalUs - startUs > P.putDownS * 1e6;
        if (!begun) beginAnew();
      }
      const first = Number.isNaN(firstUs);
      if (first) firstUs = arrivalUs;
      lastUs = arrivalUs;
      for (let i = 0; i < block.count; i++) {
        if ((block.flags[i]! & SampleFlag.duplicate) !== 0) continue;
        lastCounter = block.counter[i]!;
        // The first notification only opens the time that the samples are counted over.
        if (first) continue;
        samples++;
        gyro.add(block.gyrRadps, i);
        if ((block.flags[i]! & SampleFlag.freeAcceleration) === 0) acc.add(block.accMps2, i);
        seconds[Math.min(2, Math.floor((elapsedS() / P.durationS) * 3))]!.add(block.gyrRadps, i);
      }
      if (first) firstCounter = lastCounter;
    },
    finish(nowUs, battery) {
      const over = elapsedS() >= P.durationS || nowUs - startUs > P.patienceS * 1e6;
      return over ? measure(battery) : null;
    },
  };
}
