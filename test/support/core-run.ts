/**
 * The whole core on a recording, from bytes or columns to numbers, by nothing that only Node or only a browser has: the
 * same file runs in both, and what it gives is compared.
 */
import { createAlignmentProcedure } from '../../calibration/alignment.ts';
import * as core from '../../src/core/index.ts';
import { driverById } from '../../src/devices/registry.ts';
import type { Uuid } from '../../src/ports/gatt.ts';
import type { StreamDescription } from '../../src/ports/sensor-source.ts';

/** A recording that JSON can carry; bytes and columns (little-endian Float64) in base64. */
export interface Recording {
  readonly description: StreamDescription | null;
  /** Notifications as they came: characteristic, arrival in us, bytes. */
  readonly notifications: readonly (readonly [string, number, string])[];
  /** Or samples at an even rate: gyr (rad/s) and acc (m/s^2), three per sample. */
  readonly columns: { readonly rateHz: number; readonly gyr: string; readonly acc: string } | null;
}

export interface CoreRun {
  readonly samples: number;
  /** VALUES per sample, in base64: poses, angles, displayed angles and uncertainties of the live path. */
  readonly live: string;
  /** Four per sample, in base64: worldFromSensor of the smoother; or why there is none. */
  readonly smoothed: string;
  readonly smootherFault: string | null;
  /** Angle, uncertainty, peak velocity, jerk and SPARC of every repetition as measured anew; empty without one. */
  readonly rescored: readonly number[];
  /** Phases that the CROM machine went through on the same samples. */
  readonly cromPhases: readonly string[];
  readonly alignment: string | null;
  /** Side, status, twist and its uncertainty (rad) of every repetition. */
  readonly repetitions: readonly (readonly [string, string, number, number])[];
  /** Codes of the events, in order. */
  readonly events: readonly string[];
  /** What the core exports. */
  readonly exports: readonly string[];
}

/** worldFromSensor (4), worldFromHead (4), angles (4), displayed angles (3), heading and tilt sigma (2). */
export const VALUES = 17;

export function toBase64(array: Float64Array | Uint8Array): string {
  const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  let text = '';
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return btoa(text);
}
const bytesOf = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
export const numbersOf = (text: string): Float64Array => new Float64Array(bytesOf(text).buffer);

/** Hands the recording over as a device's decoder would. */
function play(recording: Recording, onBlock: (block: core.SampleBlock, arrivalUs: number) => void): void {
  if (recording.columns) {
    const { rateHz } = recording.columns;
    const gyr = numbersOf(recording.columns.gyr);
    const acc = numbersOf(recording.columns.acc);
    const block = core.createSampleBlock(1);
    block.count = 1;
    for (let i = 0; 3 * i < gyr.length; i++) {
      block.counter[0] = i;
      block.tickUs[0] = (i * 1e6) / rateHz;
      block.gyrRadps.set(gyr.subarray(3 * i, 3 * i + 3));
      block.accMps2.set(acc.subarray(3 * i, 3 * i + 3));
      onBlock(block, (i * 1e6) / rateHz + 7000);
    }
    return;
  }
  const description = recording.description!;
  const decoder = driverById(description.driverId)!.createDecoder(description);
  const block = core.createSampleBlock();
  for (const [characteristic, arrivalUs, bytes] of recording.notifications) {
    if (decoder.decode(characteristic as Uuid, bytesOf(bytes), block) === 'ok') onBlock(block, arrivalUs);
  }
}

export function runCore(recording: Recording): CoreRun {
  const nominalRateHz = recording.columns?.rateHz ?? recording.description!.nominalRateHz;
  const pipeline = core.createPipeline({ nominalRateHz, useDeviceQuaternion: false });
  const alignment = createAlignmentProcedure();
  const frt = core.createFrtMachine();
  const crom = core.createCromMachine();
  const events: core.ProtocolEvent[] = [];
  const cromEvents: core.ProtocolEvent[] = [];
  const cromPhases: string[] = [];
  const live: number[] = [];
  const times: number[] = [];
  const gyr: number[] = [];
  const acc: number[] = [];
  let samples = 0;
  if (recording.columns) {
    // No subject, so no alignment of its own: any will do.
    const sensorFromHead = core.quatOf<'sensor', 'head'>(0.9, 0.1, -0.3, 0.2);
    pipeline.setAlignment({ sensorFromHead, worldFromNeutral: core.identityQuat() });
  } else alignment.start();
  play(recording, (block, arrivalUs) => {
    pipeline.push(block, arrivalUs, (sample) => {
      if (!sample.aligned) {
        alignment.update(sample);
        if (alignment.result) pipeline.setAlignment(alignment.result);
      } else {
        frt.update(sample, events);
        crom.update(sample, cromEvents);
        if (crom.view.phase !== cromPhases.at(-1)) cromPhases.push(crom.view.phase);
      }
      live.push(...sample.worldFromSensor, ...sample.worldFromHead);
      live.push(sample.flexionRad, sample.lateralRad, sample.axialRad, sample.headInclinationRad);
      live.push(sample.displayFlexionRad, sample.displayLateralRad, sample.displayAxialRad);
      live.push(sample.headingSigmaRad, sample.tiltSigmaRad);
      times.push(sample.timeS);
      acc.push(...sample.sensorAccMps2);
      gyr.push(...[0, 1, 2].map((k) => sample.sensorRateRadps[k]! + sample.biasRadps[k]!));
      samples++;
    });
  });
  const raw = {
    timeS: Float64Array.from(times),
    gyrRadps: Float64Array.from(gyr),
    accMps2: Float64Array.from(acc),
    flags: new Uint32Array(samples),
  };
  const smoothed = core.smoothTrial(raw);
  const seen = frt.view.repetitions.map((r) => ({
    number: r.number,
    startedAtS: r.startedAtS,
    measure: 'twist' as const,
    angleRad: r.twistRad,
  }));
  const rescored = alignment.result ? core.rescoreTrial(raw, alignment.result, seen) : null;
  const measured = rescored?.ok ? rescored.value.repetitions : [];
  return {
    samples,
    live: toBase64(Float64Array.from(live)),
    smoothed: smoothed.ok ? toBase64(smoothed.value.worldFromSensor) : '',
    smootherFault: smoothed.ok ? null : smoothed.reason,
    rescored: measured.flatMap(({ angleRad, uncertainty, figures }) => [
      angleRad,
      uncertainty?.sigmaRad ?? -1,
      figures?.peakVelocityRadps ?? -1,
      figures?.logDimensionlessJerk ?? -1,
      figures?.sparc ?? -1,
    ]),
    cromPhases,
    alignment: alignment.code,
    repetitions: frt.view.repetitions.map((r) => [r.side, r.status, r.twistRad, r.sigmaRad] as const),
    events: events.map((event) => event.code),
    exports: Object.keys(core).sort(),
  };
}
