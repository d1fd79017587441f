/** Drives the numeric path of a CROM trial with a scripted subject, and keeps the raw record for the re-measurement. */
import { type AlignmentResult, createAlignmentProcedure } from '../../calibration/alignment.ts';
import { createPipeline } from '../../src/core/pipeline-run.ts';
import { type CromParams, createCromMachine } from '../../src/core/protocol/crom.ts';
import type { ExaminerEvent, ProtocolEvent } from '../../src/core/protocol/step.ts';
import { type Script, type SensorSettings, sense, toBlocks } from './subject-motion.ts';

export interface CromOptions {
  readonly sensor?: Partial<SensorSettings>;
  readonly crom?: Partial<CromParams>;
  readonly drop?: (index: number) => boolean;
  readonly examiner?: readonly { readonly atS: number; readonly event: ExaminerEvent }[];
}

export function runCrom(script: Script, options: CromOptions = {}) {
  const pipeline = createPipeline({ nominalRateHz: options.sensor?.rateHz ?? 100, useDeviceQuaternion: false });
  const alignment = createAlignmentProcedure();
  const crom = createCromMachine(options.crom);
  const events: ProtocolEvent[] = [];
  const examiner = [...(options.examiner ?? [])];
  const time: number[] = [];
  const gyr: number[] = [];
  const acc: number[] = [];
  let aligned: AlignmentResult | null = null;
  alignment.start();
  toBlocks(
    sense(script, options.sensor),
    (block, arrivalUs) => {
      for (let i = 0; i < block.count; i++) {
        time.push(block.tickUs[i]! * 1e-6);
        gyr.push(...block.gyrRadps.subarray(3 * i, 3 * i + 3));
        acc.push(...block.accMps2.subarray(3 * i, 3 * i + 3));
      }
      pipeline.push(block, arrivalUs, (sample) => {
        if (aligned) crom.update(sample, events);
        else {
          alignment.update(sample);
          aligned = alignment.result;
          if (aligned) pipeline.setAlignment(aligned);
        }
        while (examiner.length > 0 && sample.timeS >= examiner[0]!.atS) {
          crom.apply(examiner.shift()!.event, sample.timeS, events);
        }
      });
    },
    { perBlock: 1, drop: options.drop ?? (() => false) },
  );
  return {
    crom,
    events,
    alignment: alignment.result,
    raw: {
      timeS: Float64Array.from(time),
      gyrRadps: Float64Array.from(gyr),
      accMps2: Float64Array.from(acc),
      flags: new Uint32Array(time.length),
    },
  };
}
