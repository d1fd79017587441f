/** Drives the whole numeric path: pipeline, alignment, FRT machine, with a scripted subject. */
import { createAlignmentProcedure } from '../../calibration/alignment.ts';
import type { LiveSample } from '../../src/core/pipeline.ts';
import { createPipeline } from '../../src/core/pipeline-run.ts';
import { createFrtMachine, type FrtParams } from '../../src/core/protocol/frt.ts';
import type { ExaminerEvent, ProtocolEvent } from '../../src/core/protocol/step.ts';
import { type Script, type SensorSettings, sense, type TruthSample, toBlocks } from './subject-motion.ts';

export interface TrialOptions {
  readonly sensor?: Partial<SensorSettings>;
  readonly frt?: Partial<FrtParams>;
  readonly content?: 'inertial' | 'quaternion';
  readonly drop?: (index: number) => boolean;
  readonly perBlock?: number;
  /** A gyro that reads too much (from the end of the alignment on), as a factor. */
  readonly gyroScale?: number;
  /** Events of the examiner at times of the script, s. */
  readonly examiner?: readonly { readonly atS: number; readonly event: ExaminerEvent }[];
  readonly onSample?: (sample: LiveSample, truth: TruthSample) => void;
}

export function runTrial(script: Script, options: TrialOptions = {}) {
  const rateHz = options.sensor?.rateHz ?? 100;
  const pipeline = createPipeline({ nominalRateHz: rateHz, useDeviceQuaternion: false });
  const alignment = createAlignmentProcedure();
  const frt = createFrtMachine(options.frt);
  const events: ProtocolEvent[] = [];
  const examiner = [...(options.examiner ?? [])];
  let aligned = false;
  alignment.start();
  toBlocks(
    sense(script, options.sensor),
    (block, arrivalUs, truth) => {
      if (aligned && options.gyroScale !== undefined) {
        for (let i = 0; i < 3 * block.count; i++) block.gyrRadps[i] = options.gyroScale * block.gyrRadps[i]!;
      }
      pipeline.push(block, arrivalUs, (sample) => {
        if (!aligned) {
          alignment.update(sample);
          if (alignment.result) {
            pipeline.setAlignment(alignment.result);
            aligned = true;
          }
        } else frt.update(sample, events);
        options.onSample?.(sample, truth);
        while (examiner.length > 0 && sample.timeS >= examiner[0]!.atS) {
          frt.apply(examiner.shift()!.event, sample.timeS, events);
        }
      });
    },
    { perBlock: options.perBlock ?? 1, content: options.content ?? 'inertial', drop: options.drop ?? (() => false) },
  );
  return { pipeline, alignment, frt, events };
}
