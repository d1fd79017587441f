/** From the measurements of one CROM repetition to the record that is kept. */
import type { CromWarning } from './crom-codes.ts';
import type { CromParams } from './crom-params.ts';
import { along, type CromRepetition } from './crom-repetition.ts';
import { CROM_AXES, type CromDirection, type CromRejection, type CromRepetitionRecord } from './crom-types.ts';

function warningsOf(
  params: CromParams,
  rep: CromRepetition['state'],
  lossShare: number,
  asked: CromDirection,
  noStop: boolean,
): CromWarning[] {
  const marks: CromWarning[] = [];
  if (rep.captured && rep.direction !== asked) marks.push('other-direction');
  if (rep.closure > params.closureMarkRad) marks.push('closure');
  if (noStop) marks.push('no-stop');
  const main = along(rep.held, rep.direction);
  const conjunct = [...rep.held].filter((angle) => Math.abs(angle) !== Math.abs(main));
  if (rep.captured && conjunct.some((angle) => Math.abs(angle) > params.conjunctShare * main)) marks.push('conjunct');
  if (lossShare > 0) marks.push('loss');
  if (rep.captured && rep.holdS < params.holdS) marks.push('hold-short');
  if (rep.saturated) marks.push('saturated');
  if (rep.pain) marks.push('pain');
  if (rep.headache) marks.push('headache');
  if (rep.neutralMoved) marks.push(rep.firstCorrected ? 'neutral-shifted' : 'neutral-moved');
  if (rep.peakSpeed > params.fastRadps) marks.push('fast');
  if (params.trunkSigmaRad !== null && rep.captured && !rep.trunkCorrected) marks.push('trunk-lost');
  return marks;
}

export interface CromContext {
  readonly number: number;
  readonly asked: CromDirection;
  readonly warmUp: boolean;
  readonly reason: CromRejection | null;
  readonly stopped: boolean;
  readonly noStop: boolean;
}

export function cromRecord(params: CromParams, rep: CromRepetition, context: CromContext): CromRepetitionRecord {
  const { state } = rep;
  const { sign } = CROM_AXES[state.direction];
  return {
    number: context.number,
    direction: state.direction,
    asked: context.asked,
    warmUp: context.warmUp,
    status: context.reason !== null ? 'rejected' : context.warmUp ? 'warm-up' : 'counted',
    reason: context.reason,
    warnings: warningsOf(params, state, rep.lossShare(), context.asked, context.noStop),
    startedAtS: state.startedAtS,
    flexionRad: state.held[0]!,
    lateralRad: state.held[1]!,
    axialRad: state.held[2]!,
    angleRad: state.captured ? sign * along(state.held, state.direction) : Number.NaN,
    fromFirstNeutralRad: state.heldFromFirst,
    helicalRad: state.helicalRad,
    uncertainty: rep.uncertainty(),
    closureRad: state.closure,
    peakSpeedRadps: state.peakSpeed,
    holdS: state.holdS,
    endReason: context.stopped ? 'stopped' : state.endReason,
    ...(params.trunkSigmaRad !== null && {
      trunk: {
        corrected: state.trunkCorrected,
        headAloneRad: state.headAloneRad,
        trunkTurnRad: state.trunkTurnRad,
      },
    }),
  };
}
