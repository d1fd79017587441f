/** The baseline of the home active flexion-rotation measure: how far the head was flexed when it was done in the clinic. */
import { homeFlexionRotation } from '../../core/protocol/home-flexion-rotation.ts';
import type { VisitStore } from '../../ports/visit-store.ts';

/** Mean start of the counted turns of the latest finished test of a visit in the clinic, deg; null: there was none. */
export async function baselineFlexionDeg(
  store: Pick<VisitStore, 'visitRows'>,
  subjectCode: string,
): Promise<number | null> {
  let latest: number | null = null;
  for await (const { setting, trials } of store.visitRows({ subjectCode })) {
    if (setting !== 'clinic') continue;
    for (const { kind, status, repetitions } of trials) {
      if (kind !== homeFlexionRotation.id || status !== 'finished') continue;
      const starts = repetitions.flatMap(({ status, values }) => {
        const startDeg = values['startFlexionDeg'];
        return status === 'counted' && typeof startDeg === 'number' ? [startDeg] : [];
      });
      if (starts.length > 0) latest = starts.reduce((sum, deg) => sum + deg, 0) / starts.length;
    }
  }
  return latest;
}
