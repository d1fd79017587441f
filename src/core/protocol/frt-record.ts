/** From the measurements of one repetition to the record that is kept. */
import type { FrtWarning } from './codes.ts';
import type { FrtParams } from './frt-params.ts';
import type { FrtRepetition } from './frt-repetition.ts';
import type { FrtRejection, FrtRepetitionRecord } from './frt-types.ts';
import type { Side } from './step.ts';

/** What the machine knows beside the measurements. */
export interface FrtContext {
  readonly side: Side;
  readonly askedSide: Side;
  readonly practice: boolean;
  readonly startUnlikely: boolean;
  readonly startLessFlexed: boolean;
  /** Gyro and gravity told of different turns for a while. */
  readonly gravityMarked: boolean;
  readonly startElevation: number;
  readonly repetitions: readonly FrtRepetitionRecord[];
}

function warningsOf(
  params: FrtParams,
  rep: FrtRepetition['state'],
  lossShare: number,
  context: FrtContext,
  counts: boolean,
): FrtWarning[] {
  const marks: FrtWarning[] = [];
  if (rep.inclinationPeak > params.inclinationMarkRad) marks.push('flexion');
  if (rep.closure > params.closureMarkRad) marks.push('closure');
  if (rep.captured && !Number.isFinite(rep.gravityTwist)) marks.push('gravity-waived');
  if (lossShare > 0) marks.push('loss');
  if (context.side !== context.askedSide) marks.push('other-side');
  if (context.startLessFlexed) marks.push('less-flexed');
  if (context.startUnlikely) marks.push('start-unlikely');
  if (rep.captured && rep.swingAtHold > params.swingMarkRad) marks.push('swing');
  if (rep.captured && rep.holdS < params.holdS) marks.push('hold-short');
  if (counts && rep.peakSpeed > params.speedVoidRadps) marks.push('fast');
  if (rep.saturated) marks.push('saturated');
  if (rep.pain) marks.push('pain');
  if (rep.headache) marks.push('headache');
  if (context.gravityMarked) marks.push('gravity');
  if (params.trunkSigmaRad !== null && rep.captured && !rep.trunkCorrected) marks.push('trunk-lost');
  return marks;
}

export function frtRecord(
  params: FrtParams,
  rep: FrtRepetition['state'],
  lossShare: number,
  context: FrtContext,
  reason: FrtRejection | null,
  stopped: boolean,
): FrtRepetitionRecord {
  return {
    number: context.repetitions.length + 1,
    side: context.side,
    practice: context.practice,
    status: reason !== null ? 'rejected' : context.practice ? 'practice' : 'counted',
    reason,
    warnings: warningsOf(params, rep, lossShare, context, reason === null),
    startedAtS: rep.startedAtS,
    twistRad: rep.capturedTwist,
    sigmaRad: rep.sigma,
    gravityTwistRad: rep.gravityTwist,
    closureRad: rep.closure,
    peakSpeedRadps: rep.peakSpeed,
    startInclinationRad: rep.startInclination,
    startFlexionRad: context.startElevation,
    holdS: rep.holdS,
    endReason: stopped ? 'stopped' : rep.endReason,
    ...(params.trunkSigmaRad !== null && {
      trunk: {
        corrected: rep.trunkCorrected,
        headAloneRad: rep.headAloneTwist,
        trunkTurnRad: rep.trunkTurn,
        startFlexionRad: rep.startFlexion,
      },
    }),
  };
}
