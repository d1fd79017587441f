/** The numeric parts in use: which pipeline, which alignment, which test machine, which reference. */
import { createAlignmentProcedure } from '../../calibration/alignment.ts';
import { createPipeline } from '../core/pipeline-run.ts';
import { createFrtMachine } from '../core/protocol/frt.ts';
import { frtReference } from '../core/reference/frt-reference.ts';
import type { KitParts } from '../gateway/kit-parts.ts';

/** Raised with every change of the core that can change a reported angle. */
const CORE_VERSION = 1;

export function standardKitParts(): KitParts {
  const reference = frtReference();
  return {
    createPipeline,
    createAlignment: createAlignmentProcedure,
    createFrt: createFrtMachine,
    frtMethod: `twist-from-flexed-start/live-6d/core-${CORE_VERSION}`,
    frtReference: {
      id: reference.id,
      valueDeg: reference.valueDeg,
      label: reference.label,
      source: reference.citation,
    },
  };
}
