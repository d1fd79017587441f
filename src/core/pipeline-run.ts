/**
 * One sensor's path from decoded samples to head pose and neck angles; see ./pipeline.ts for what it takes and gives.
 * Per sample: time and gaps, attitude, alignment, angles, display filter. Nothing is allocated per sample.
 */

import { createDeviceAttitude } from './device-attitude.ts';
import { identityQuat, type Quat } from './frames.ts';
import { createAttitudeFilter, SigmaSlot } from './fusion/attitude.ts';
import { copyQuat, normalize } from './math/quat.ts';
import { AXIAL, cromAngles, FLEXION, LATERAL, writeSwing } from './neck/angles.ts';
import { headPose, relativePose, rotateVectorInverse } from './neck/pose.ts';
import type { LiveSample, Pipeline, PipelineConfig, StreamCounts } from './pipeline.ts';
import { createHeadingGain } from './protocol/heading-gain.ts';
import { isFiniteVector, isRotation } from './quality.ts';
import { type SampleBlock, SampleFlag } from './sample.ts';
import { ClockSlot, createSampleClock } from './sample-clock.ts';
import { createDisplayFilter } from './signal/display-filter.ts';
import { createRateMeter } from './signal/rate-meter.ts';
import { loadState, reviveState, saveState } from './state.ts';

/** A stream that stops sending what attitude came from is looked at anew after this many samples without it. */
const UNUSABLE_SAMPLES = 50;

type Content = 'unknown' | 'inertial' | 'quaternion';

/** A live sample with nothing known yet. */
export function createLiveSample(): LiveSample {
  const nan = Number.NaN;
  return {
    index: -1,
    tickUs: nan,
    arrivalUs: nan,
    hostUs: nan,
    timeS: 0,
    worldFromSensor: identityQuat(),
    worldFromHead: identityQuat<'world', 'head'>(),
    sensorRateRadps: new Float64Array(3),
    sensorAccMps2: new Float64Array(3).fill(nan),
    headRateRadps: new Float64Array(3),
    headAccMps2: new Float64Array(3).fill(nan),
    biasRadps: new Float64Array(3),
    biasSigmaRadps: nan,
    atRest: false,
    aligned: false,
    flags: 0,
    gapS: 0,
    headingSigmaRad: 0,
    axialSigmaRad: Number.NaN,
    tiltSigmaRad: nan,
    flexionRad: nan,
    lateralRad: nan,
    axialRad: nan,
    headInclinationRad: nan,
    displayFlexionRad: nan,
    displayLateralRad: nan,
    displayAxialRad: nan,
  };
}

export function createPipeline(config: PipelineConfig): Pipeline {
  const clock = createSampleClock(config.nominalRateHz);
  const rate = createRateMeter();
  const { startBias } = config;
  const filter = createAttitudeFilter(
    startBias ? { biasRadps: startBias.radps, biasSigmaRadps: startBias.sigmaRadps } : {},
  );
  const device = createDeviceAttitude();
  const sinceNeutral = createHeadingGain();
  const step = { dtS: 0 };
  const displayRateHz = 1 / clock.periodS;
  const displays = [
    createDisplayFilter(displayRateHz),
    createDisplayFilter(displayRateHz),
    createDisplayFilter(displayRateHz),
  ] as const;
  /** Indices into `times`: the step of the attitude, and what is missing before it, s. */
  const STEP = 0;
  const GAP = 1;
  /** Missing time carried over from samples that could not be used, s. */
  const CARRIED = 2;

  const latest = createLiveSample();
  const counts: StreamCounts = { received: 0, lost: 0, duplicates: 0, invalid: 0, rateHz: 0 };
  const worldFromHead = latest.worldFromHead as Quat<'world', 'head'>;
  const sensorFromHead = identityQuat<'sensor', 'head'>();
  const worldFromNeutral = identityQuat<'world', 'neutral'>();
  const neutralFromHead = identityQuat<'neutral', 'head'>();
  const angles = new Float64Array(3);
  const shown = new Float64Array(3);
  const sigmas = new Float64Array(3);
  const times = new Float64Array(3);
  const gyr = new Float64Array(3);
  const acc = new Float64Array(3);
  const state = {
    content: 'unknown' as Content,
    unusable: 0,
    times,
    sensorFromHead: sensorFromHead as Float64Array,
    worldFromNeutral: worldFromNeutral as Float64Array,
  };

  const contentOf = (hasGyr: boolean, hasQuat: boolean): Content => {
    if (hasQuat && (config.useDeviceQuaternion || !hasGyr)) return 'quaternion';
    return hasGyr ? 'inertial' : 'unknown';
  };

  const takeSigmas = (from: Float64Array): void => {
    latest.biasSigmaRadps = from[SigmaSlot.biasRadps]!;
    latest.tiltSigmaRad = from[SigmaSlot.tiltRad]!;
    latest.headingSigmaRad = from[SigmaSlot.headingRad]!;
  };

  const attitudeFromInertial = (block: SampleBlock, i: number, hasAcc: boolean): void => {
    for (let k = 0; k < 3; k++) gyr[k] = block.gyrRadps[3 * i + k]!;
    if (times[GAP]! > 0) filter.gap(times[GAP]!);
    times[STEP] = Math.max(1e-6, clock.at[ClockSlot.dtS]! + times[CARRIED]! - times[GAP]!);
    filter.updateAt(times, STEP, gyr, hasAcc ? acc : null);
    copyQuat(latest.worldFromSensor, filter.worldFromSensor);
    for (let k = 0; k < 3; k++) {
      latest.biasRadps[k] = filter.biasRadps[k]!;
      latest.sensorRateRadps[k] = filter.rateRadps[k]!;
    }
    latest.atRest = filter.atRest;
    filter.readSigmas(sigmas);
    takeSigmas(sigmas);
  };

  const attitudeFromDevice = (block: SampleBlock, i: number): void => {
    times[STEP] = clock.at[ClockSlot.dtS]! + times[CARRIED]!;
    device.updateAt(times, STEP, GAP, block.quat, 4 * i);
    copyQuat(latest.worldFromSensor, device.worldFromSensor);
    latest.sensorRateRadps.set(device.rateRadps);
    latest.biasRadps.fill(0);
    latest.atRest = device.atRest;
    takeSigmas(device.sigmas);
  };

  const markNeutral = (): void => {
    sinceNeutral.mark(latest);
    latest.axialSigmaRad = latest.aligned ? 0 : Number.NaN;
  };

  /** Pose and angles of the head from the attitude of the sensor. */
  const applyAlignment = (): void => {
    headPose(worldFromHead, latest.worldFromSensor, sensorFromHead);
    rotateVectorInverse(latest.headRateRadps, sensorFromHead, latest.sensorRateRadps);
    rotateVectorInverse(latest.headAccMps2, sensorFromHead, latest.sensorAccMps2);
    if (!latest.aligned) return;
    relativePose(neutralFromHead, worldFromNeutral, worldFromHead);
    cromAngles(angles, neutralFromHead);
    latest.flexionRad = angles[FLEXION]!;
    latest.lateralRad = angles[LATERAL]!;
    latest.axialRad = angles[AXIAL]!;
    writeSwing(shown, 0, neutralFromHead);
    latest.headInclinationRad = shown[0]!;
    for (let k = 0; k < 3; k++) displays[k]!.stepAt(shown, angles, k);
    latest.displayFlexionRad = shown[FLEXION]!;
    latest.displayLateralRad = shown[LATERAL]!;
    latest.displayAxialRad = shown[AXIAL]!;
  };

  const forgetAngles = (): void => {
    for (const display of displays) display.reset();
    latest.flexionRad = latest.lateralRad = latest.axialRad = latest.headInclinationRad = Number.NaN;
    latest.displayFlexionRad = latest.displayLateralRad = latest.displayAxialRad = Number.NaN;
  };

  /** True when the sample was taken and `latest` holds it. */
  const take = (block: SampleBlock, i: number, arrivalUs: number): boolean => {
    const given = block.flags[i]!;
    if ((given & SampleFlag.duplicate) !== 0 || !clock.step(block.tickUs, block.counter, i)) {
      counts.duplicates++;
      return false;
    }
    counts.received++;
    counts.lost += clock.at[ClockSlot.missing]!;
    rate.add(clock.at, ClockSlot.timeS);
    counts.rateHz = rate.rateHz[0]!;

    const hasGyr = isFiniteVector(block.gyrRadps, 3 * i);
    const hasAcc = isFiniteVector(block.accMps2, 3 * i) && (given & SampleFlag.freeAcceleration) === 0;
    const hasQuat = isRotation(block.quat, 4 * i);
    if (state.content === 'unknown' || state.unusable >= UNUSABLE_SAMPLES) state.content = contentOf(hasGyr, hasQuat);
    const usable = (state.content === 'inertial' && hasGyr) || (state.content === 'quaternion' && hasQuat);
    if (!usable) {
      counts.invalid++;
      state.unusable++;
      times[CARRIED] = times[CARRIED]! + clock.at[ClockSlot.dtS]!;
      return false;
    }
    state.unusable = 0;

    const gapS = clock.at[ClockSlot.gapS]! + times[CARRIED]!;
    times[GAP] = gapS;
    for (let k = 0; k < 3; k++) {
      acc[k] = hasAcc ? block.accMps2[3 * i + k]! : Number.NaN;
      latest.sensorAccMps2[k] = acc[k]!;
    }
    if (state.content === 'inertial') attitudeFromInertial(block, i, hasAcc);
    else attitudeFromDevice(block, i);
    times[CARRIED] = 0;

    latest.index++;
    latest.tickUs = block.tickUs[i]!;
    latest.arrivalUs = arrivalUs;
    latest.hostUs = clock.at[ClockSlot.hostUs]!;
    latest.timeS = clock.at[ClockSlot.timeS]!;
    latest.gapS = gapS;
    latest.flags = given | (gapS > 0 ? SampleFlag.gap : 0) | (clock.clockStep ? SampleFlag.clockStep : 0);
    if (latest.aligned) {
      step.dtS = times[STEP]! + gapS;
      sinceNeutral.update(step, latest);
      latest.axialSigmaRad = sinceNeutral.sigmaRad;
    }
    applyAlignment();
    return true;
  };

  return {
    counts,
    latest,
    push(block, arrivalUs, onSample) {
      clock.arrival(arrivalUs, block.count);
      for (let i = 0; i < block.count; i++) if (take(block, i, arrivalUs)) onSample(latest);
      if (block.count > 0) clock.arrived(arrivalUs);
    },
    setAlignment(alignment) {
      latest.aligned = alignment !== null;
      forgetAngles();
      copyQuat(sensorFromHead, alignment ? alignment.sensorFromHead : identityQuat<'sensor', 'head'>());
      normalize(sensorFromHead, sensorFromHead);
      copyQuat(worldFromNeutral, alignment ? alignment.worldFromNeutral : identityQuat<'world', 'neutral'>());
      normalize(worldFromNeutral, worldFromNeutral);
      markNeutral();
      if (latest.index >= 0) applyAlignment();
    },
    captureNeutral() {
      if (!latest.aligned) return;
      forgetAngles();
      // The neutral frame is the head frame of this moment: the same components under another name.
      worldFromNeutral.set(worldFromHead);
      markNeutral();
      applyAlignment();
    },
    save: () => ({
      clock: clock.save(),
      rate: rate.save(),
      filter: saveState(filter.save()),
      device: device.save(),
      displays: displays.map((display) => saveState(display.save())),
      counts: saveState(counts),
      latest: saveState(latest),
      sinceNeutral: sinceNeutral.save(),
      state: saveState(state),
    }),
    restore(saved) {
      const from = saved as Record<
        'clock' | 'rate' | 'filter' | 'device' | 'counts' | 'latest' | 'sinceNeutral' | 'state',
        unknown
      > & {
        displays: unknown[];
      };
      clock.restore(from.clock);
      rate.restore(from.rate);
      filter.restore(reviveState(from.filter) as Float64Array);
      device.restore(from.device);
      displays.forEach((display, i) => {
        display.restore(reviveState(from.displays[i]) as Float64Array);
      });
      loadState(counts, from.counts);
      loadState(latest, from.latest);
      sinceNeutral.restore(from.sinceNeutral);
      loadState(state, from.state);
    },
  };
}
