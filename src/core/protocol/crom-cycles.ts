/** Results of a CROM trial: half cycles (from neutral to one end range) and full cycles (from end range to end range). */
import { type MeanAngle, type MeasuredAngle, meanAngle } from '../neck/uncertainty.ts';
import { CROM_DIRECTIONS, type CromDirection, type CromRepetitionRecord } from './crom-types.ts';

export interface CycleResult extends MeanAngle {
  /** Largest, rad. */
  readonly bestRad: number;
}

/** Of the angles as sizes; null when there is none. */
function resultOf(list: readonly MeasuredAngle[]): CycleResult | null {
  if (list.length === 0) return null;
  return { ...meanAngle(list), bestRad: Math.max(...list.map((one) => one.angleRad)) };
}

function counted(records: readonly CromRepetitionRecord[], direction: CromDirection): CromRepetitionRecord[] {
  return records.filter((r) => r.status === 'counted' && r.direction === direction && r.uncertainty !== null);
}

/** Mean of the counted repetitions of every movement, as sizes; null where there is none. */
export function halfCycles(records: readonly CromRepetitionRecord[]): Record<CromDirection, CycleResult | null> {
  const out = {} as Record<CromDirection, CycleResult | null>;
  for (const direction of CROM_DIRECTIONS) {
    out[direction] = resultOf(
      counted(records, direction).map((r) => ({ angleRad: Math.abs(r.angleRad), uncertainty: r.uncertainty! })),
    );
  }
  return out;
}

export type FullCycle = 'flexionExtension' | 'lateral' | 'rotation';

const PAIRS: Readonly<Record<FullCycle, readonly [CromDirection, CromDirection]>> = {
  flexionExtension: ['flexion', 'extension'],
  lateral: ['lateral-right', 'lateral-left'],
  rotation: ['rotation-left', 'rotation-right'],
};

/**
 * Full cycles: the n-th of one side with the n-th of the other, both against the trial's first neutral, so that where
 * neutral was drops out. Uncertainty: the larger of the two, times root two.
 */
export function fullCycles(records: readonly CromRepetitionRecord[]): Record<FullCycle, CycleResult | null> {
  const of = (cycle: FullCycle): CycleResult | null => {
    const [plus, minus] = PAIRS[cycle];
    const there = counted(records, plus);
    const back = counted(records, minus);
    const list: MeasuredAngle[] = [];
    for (let i = 0; i < Math.min(there.length, back.length); i++) {
      const a = there[i]!;
      const b = back[i]!;
      const larger = a.uncertainty!.sigmaRad >= b.uncertainty!.sigmaRad ? a.uncertainty! : b.uncertainty!;
      const terms = { ...larger.terms };
      for (const name of Object.keys(terms) as (keyof typeof terms)[]) terms[name] *= Math.SQRT2;
      list.push({
        angleRad: Math.abs(a.fromFirstNeutralRad - b.fromFirstNeutralRad),
        uncertainty: { sigmaRad: Math.SQRT2 * larger.sigmaRad, terms, dominant: larger.dominant },
      });
    }
    return resultOf(list);
  };
  return { flexionExtension: of('flexionExtension'), lateral: of('lateral'), rotation: of('rotation') };
}
