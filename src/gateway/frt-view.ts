/** The FRT machine's radians and seconds in the degrees of the contract, and the result of a test. */
import type { FrtRepetition, FrtState, Side } from '../contract/state.ts';
import type { FrtRepetitionRecord, FrtView } from '../core/protocol/frt-types.ts';
import { degFromRad } from '../core/units.ts';
import { frtCorrected } from './trunk-method.ts';

/** A published value to hold the result against. */
export interface FrtReference {
  readonly id: string;
  readonly valueDeg: number;
  readonly label: string;
  readonly source: string;
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
const degrees = (rad: number): number | null => finite(degFromRad(rad));

/** @param wallMsOf wall clock, ms, of a time on the fitted device clock, s. */
export function repetitionOf(record: FrtRepetitionRecord, wallMsOf: (timeS: number) => number): FrtRepetition {
  return {
    number: record.number,
    side: record.side,
    practice: record.practice,
    status: record.status,
    reason: record.reason,
    warnings: [...record.warnings],
    // The side is said in words, so the angle is a magnitude.
    angleDeg: degrees(Math.abs(record.twistRad)),
    sigmaDeg: degrees(record.sigmaRad),
    gravityAngleDeg: degrees(Math.sign(record.twistRad) * record.gravityTwistRad),
    closureDeg: degrees(record.closureRad),
    peakSpeedDegps: degrees(record.peakSpeedRadps),
    startInclinationDeg: degrees(record.startInclinationRad),
    holdS: finite(record.holdS),
    endReason: record.endReason,
    startedAtMs: Math.round(wallMsOf(record.startedAtS)),
    ...(record.trunk && {
      trunk: {
        corrected: record.trunk.corrected,
        headAloneDeg: degrees(Math.abs(record.trunk.headAloneRad)),
        trunkTurnDeg: degrees(record.trunk.trunkTurnRad),
        startFlexionDeg: degrees(record.trunk.startFlexionRad),
      },
    }),
  };
}

type SideResult = NonNullable<FrtState['result']>['left'];

/** What the mean is taken over: a movement that pain ended tells of the pain, so it stands apart where others do not. */
function averaged(repetitions: readonly FrtRepetition[], side: Side): readonly FrtRepetition[] {
  const counted = repetitions.filter((r) => r.status === 'counted' && r.side === side && r.angleDeg !== null);
  const free = counted.filter((r) => r.endReason !== 'pain' && r.endReason !== 'headache');
  return free.length > 0 ? free : counted;
}

/**
 * Mean, best, spread (largest minus smallest; null for a single one) and standard uncertainty of the mean over the counted repetitions of a
 * side, deg. The uncertainty takes the repetitions' own terms as common to all of them (drift and alignment do not
 * average out), and adds the scatter over the root of the count (GUM 4.2.3) when there are at least two.
 */
export function sideResult(repetitions: readonly FrtRepetition[], side: Side): SideResult {
  const counted = averaged(repetitions, side);
  const angles = counted.map((r) => r.angleDeg!);
  const n = angles.length;
  if (n === 0) return { count: 0, meanDeg: null, bestDeg: null, spreadDeg: null, sigmaDeg: null };
  const meanDeg = angles.reduce((sum, angle) => sum + angle, 0) / n;
  const scatter2 = n > 1 ? angles.reduce((sum, angle) => sum + (angle - meanDeg) ** 2, 0) / (n - 1) / n : 0;
  const sigmas = counted.map((r) => r.sigmaDeg);
  const known = sigmas.every((sigma) => sigma !== null);
  const common2 = sigmas.reduce<number>((sum, sigma) => sum + (sigma ?? 0) ** 2, 0) / n;
  return {
    count: n,
    meanDeg,
    bestDeg: Math.max(...angles),
    spreadDeg: n > 1 ? Math.max(...angles) - Math.min(...angles) : null,
    sigmaDeg: known ? Math.sqrt(common2 + scatter2) : null,
  };
}

/** Left and right with their reference; null when nothing counts. */
export function frtResult(repetitions: readonly FrtRepetition[], reference: FrtReference): FrtState['result'] {
  const left = sideResult(repetitions, 'left');
  const right = sideResult(repetitions, 'right');
  if (left.count === 0 && right.count === 0) return null;
  const differenceDeg = left.meanDeg !== null && right.meanDeg !== null ? left.meanDeg - right.meanDeg : null;
  const trunks = frtCorrected(repetitions);
  const trunk = trunks.length > 0 ? { trunkCorrected: trunks.every(Boolean) } : {};
  return { left, right, differenceDeg, reference: { ...reference }, ...trunk };
}

export function frtStateOf(
  trialId: string,
  view: FrtView,
  repetitions: readonly FrtRepetition[],
  settings: { readonly repetitionsPerSide: number; readonly autoConfirm: boolean },
  result: FrtState['result'],
): FrtState {
  return {
    trialId,
    withheld: false,
    phase: view.phase,
    side: view.side,
    repetitionsPerSide: settings.repetitionsPerSide,
    prompt: view.prompt,
    autoConfirm: settings.autoConfirm,
    gravity: view.gravity,
    inclinationOf: view.inclinationOf,
    repetitions: [...repetitions],
    result,
  };
}
