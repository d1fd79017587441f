/** The numeric parts that the gateway puts together: which versions, with which parameters. Tests may give others. */
import { type AlignmentProcedure, createAlignmentProcedure } from '../../calibration/alignment.ts';
import type { Pipeline, PipelineConfig } from '../core/pipeline.ts';
import { createPipeline } from '../core/pipeline-run.ts';
import { createFrtMachine } from '../core/protocol/frt.ts';
import type { FrtMachine } from '../core/protocol/frt-types.ts';
import { DEFAULT_FRT_REFERENCE_ID, FRT_REFERENCES } from '../core/reference/frt-reference.ts';
import type { FrtParameters } from './examination.ts';
import type { FrtReference } from './frt-view.ts';

export interface KitParts {
  createPipeline(config: PipelineConfig): Pipeline;
  createAlignment(): AlignmentProcedure;
  createFrt(parameters: FrtParameters): FrtMachine;
  /** Name and version of the way from samples to the reported angle; stored with every result. */
  readonly frtMethod: string;
  readonly frtReference: FrtReference;
}

const chosen = FRT_REFERENCES.find((reference) => reference.id === DEFAULT_FRT_REFERENCE_ID)!;

export const DEFAULT_PARTS: KitParts = Object.freeze({
  createPipeline,
  createAlignment: () => createAlignmentProcedure(),
  createFrt: (parameters: FrtParameters) => createFrtMachine(parameters),
  frtMethod: 'frt-live-twist/1',
  frtReference: { id: chosen.id, valueDeg: chosen.valueDeg, label: chosen.label, source: chosen.citation },
});
