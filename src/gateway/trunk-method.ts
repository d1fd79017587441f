/**
 * The name of a way of measuring, where a sensor on the trunk belonged to it: the name tells what was measured, so that
 * results of two ways are not compared as one.
 */

/** `corrected`: of each repetition that counts, whether the trunk's turn is taken out of it; empty: one sensor. */
export function methodWithTrunk(method: string, corrected: readonly boolean[]): string {
  if (!corrected.some(Boolean)) return method;
  return method.replace('/', corrected.every(Boolean) ? '-trunk/' : '-partly-trunk/');
}

interface Counted {
  readonly status: string;
}

export const frtCorrected = (
  repetitions: readonly (Counted & { readonly trunk?: { readonly corrected: boolean } | undefined })[],
): boolean[] => repetitions.flatMap((one) => (one.status === 'counted' && one.trunk ? [one.trunk.corrected] : []));

/** Of a range of motion: the trunk's turn is known where it was taken out. */
export const cromCorrected = (
  records: readonly (Counted & { readonly values: Readonly<Record<string, unknown>> })[],
): boolean[] =>
  records.flatMap(({ status, values }) =>
    status === 'counted' && 'trunkTurnDeg' in values ? [typeof values['trunkTurnDeg'] === 'number'] : [],
  );
