/** Any test of angles but the FRT after its end: the counted repetitions measured anew, with conjunct motion, speed and smoothness. */

import { identityQuat } from '../core/frames.ts';
import { isGyroModel, priorFromPosterior } from '../core/fusion/gyro-model.ts';
import type { GyroModel } from '../core/fusion/gyro-model-type.ts';
import { conjugate, multiply } from '../core/math/quat.ts';
import { type AngleMeasure, measureRad } from '../core/neck/conjunct.ts';
import { relativePose, trunkFromHead } from '../core/neck/pose.ts';
import { CROM_AXES } from '../core/protocol/crom-types.ts';
import type { ProtocolRepetition } from '../core/protocol/protocol.ts';
import type { AnyProtocol } from '../core/protocol/registry.ts';
import {
  type LiveRepetition,
  type RawTrial,
  type RescoreAlignment,
  type RescoredRepetition,
  rescoreTrial,
} from '../core/rescore.ts';
import { type SigmaTermsDeg, sigmaTermsDeg } from './sigma-terms.ts';

/** Name and version of the way from samples to the re-measured angles: by the smoother, or from a device's quaternions. */
export const cromMethod = (protocolId: string, inertial: boolean): string =>
  `${protocolId}-${inertial ? 'smoothed' : 'undrifted'}/1`;

const TWIST = { left: { measure: 'twist', sign: 1 }, right: { measure: 'twist', sign: -1 } } as const;
/** Which angle a direction is, and its sign: of a seated head, or turned about its own long axis from a flexed start. */
const AXES: Readonly<Record<string, { readonly measure: AngleMeasure; readonly sign: number }>> = {
  ...CROM_AXES,
  ...TWIST,
};

/** Tests of angles, which can be found again in the raw record. */
export const isCrom = (protocol: AnyProtocol): boolean =>
  protocol.primary === 'angleRad' && protocol.directions.every((direction) => direction in AXES);

/** Of one repetition, SI; null in `measures`: what was measured live stays. */
export interface CromRemeasured {
  /** Place among the test's repetitions. */
  readonly index: number;
  readonly repetition: ProtocolRepetition;
  readonly sigmaTermsDeg: SigmaTermsDeg | null;
}

export interface CromEntry {
  readonly index: number;
  readonly number: number;
  readonly status: string;
  readonly direction: string;
  readonly liveAngleRad: number | null;
  readonly liveSigmaRad: number | null;
  readonly angleRad: number | null;
  readonly sigmaRad: number | null;
  readonly reason: string | null;
}

export interface CromOutcome {
  /** Null: every counted repetition was measured anew. Otherwise why the live values stay, all of them. */
  readonly reason: string | null;
  readonly repetitions: readonly CromRemeasured[];
  readonly entries: readonly CromEntry[];
  /** Null when the record gave none. */
  readonly posterior: GyroModel | null;
}

const orNull = (value: number | undefined): number | null =>
  value !== undefined && Number.isFinite(value) ? value : null;

/** `alone`: as the head's sensor by itself saw it. */
function liveOf({ number, startedAtS, direction, measures }: ProtocolRepetition, alone: boolean): LiveRepetition {
  const { measure, sign } = AXES[direction]!;
  const angleRad = (alone ? measures['headAloneRad'] : undefined) ?? measures['angleRad'] ?? Number.NaN;
  return { number, startedAtS, measure, angleRad: sign * angleRad };
}

/**
 * The primary angle of a hold against the first neutral of the same piece of the record, signed: what a full cycle is
 * made of. Where the record was cut in between, the headings have nothing in common, and the live value stays.
 */
function fromFirst(first: RescoredRepetition | undefined, again: RescoredRepetition): number {
  if (!first?.figures || !again.figures || first.piece !== again.piece) return Number.NaN;
  const startFromHead = identityQuat<'head', 'head'>();
  const { worldFromNeutral } = first.figures;
  const { worldFromHold } = again.figures;
  if (first.trunk && again.trunk) {
    // Each is seen from its own repetition's trunk: what they have in common is the trunk itself.
    const neutral = trunkFromHead(identityQuat<'trunk', 'head'>(), first.trunk.worldFromTrunk, worldFromNeutral);
    const hold = trunkFromHead(identityQuat<'trunk', 'head'>(), again.trunk.worldFromTrunk, worldFromHold);
    multiply(startFromHead, conjugate(identityQuat<'head', 'trunk'>(), neutral), hold);
  } else relativePose(startFromHead, worldFromNeutral, worldFromHold);
  return measureRad(again.measure, startFromHead);
}

function remeasuredOf(
  live: ProtocolRepetition,
  again: RescoredRepetition,
  first: RescoredRepetition | undefined,
): ProtocolRepetition {
  const figures = again.figures!;
  const { conjunct } = figures;
  const cycle = fromFirst(first, again);
  const { sign } = AXES[live.direction]!;
  return {
    ...live,
    measures: {
      ...live.measures,
      angleRad: sign * again.angleRad,
      sigmaRad: again.uncertainty!.sigmaRad,
      flexionRad: conjunct.flexionRad,
      lateralRad: conjunct.lateralRad,
      axialRad: conjunct.axialRad,
      ...(Number.isFinite(cycle) && { fromFirstNeutralRad: cycle }),
      helicalRad: conjunct.helicalRad,
      closureRad: figures.closureRad,
      // Of the primary angle, zero-phase 6 Hz, on the way out; live it is the smoothed speed of the whole head.
      peakSpeedRadps: figures.peakVelocityRadps,
      movementS: figures.movementS,
      logDimensionlessJerk: figures.logDimensionlessJerk,
      sparc: figures.sparc,
      ...('headAloneRad' in live.measures && {
        headAloneRad: again.trunk ? live.measures['headAloneRad']! : sign * again.angleRad,
        trunkTurnRad: again.trunk?.turnRad ?? Number.NaN,
      }),
    },
  };
}

/** The first neutral was over at most so long before the first movement was seen as one: a slow start, s. */
const NEUTRAL_S = 2;

/** @param stored the unit's model as its last session left it; null: nothing is known */
export function remeasureCrom(
  raw: RawTrial,
  alignment: RescoreAlignment,
  records: readonly ProtocolRepetition[],
  stored: GyroModel | null,
): CromOutcome {
  if (!records.some(({ status }) => status === 'counted')) return nothing('nothing-counted');
  const { trunk, ...head } = raw;
  const counted = records.filter(({ status }) => status === 'counted');
  // Seen from the trunk all of them, or none: a repetition that lost the trunk takes the others with it.
  const lost = counted.some(({ measures }) => !Number.isFinite(measures['trunkTurnRad'] ?? Number.NaN));
  const fromTrunk = trunk && !lost ? measuredAnew(raw, alignment, records, stored, false) : null;
  return fromTrunk && fromTrunk.reason !== 'trunk-lost'
    ? fromTrunk
    : measuredAnew(head, alignment, records, stored, true);
}

const nothing = (reason: string): CromOutcome => ({ reason, repetitions: [], entries: [], posterior: null });

function measuredAnew(
  raw: RawTrial,
  alignment: RescoreAlignment,
  records: readonly ProtocolRepetition[],
  stored: GyroModel | null,
  alone: boolean,
): CromOutcome {
  const gyroModel = stored && priorFromPosterior(stored);
  const live = records.map((record) => liveOf(record, alone));
  const fromS = Math.min(...records.map(({ startedAtS }) => startedAtS)) - NEUTRAL_S;
  const rescored = rescoreTrial(raw, alignment, live, {
    smoother: { gyroModel },
    repetitions: { fromS },
  });
  if (!rescored.ok) return nothing(rescored.reason);
  const all = rescored.value.repetitions;
  const first = all.find(({ figures }) => figures !== null);
  let reason: string | null = null;
  const repetitions: CromRemeasured[] = [];
  const entries = records.map((live, index): CromEntry => {
    const again = all[index]!;
    const sigmaRad = again.uncertainty?.sigmaRad ?? Number.NaN;
    if (live.status === 'counted') {
      if (again.reason === null && Number.isFinite(again.angleRad) && Number.isFinite(sigmaRad)) {
        const terms = sigmaTermsDeg(again.uncertainty!);
        repetitions.push({ index, repetition: remeasuredOf(live, again, first), sigmaTermsDeg: terms });
      } else reason ??= again.reason ?? 'numbers';
    }
    return {
      index,
      number: live.number,
      status: live.status,
      direction: live.direction,
      liveAngleRad: orNull(live.measures['angleRad']),
      liveSigmaRad: orNull(live.measures['sigmaRad']),
      angleRad: orNull(again.angleRad),
      sigmaRad: orNull(sigmaRad),
      reason: again.reason,
    };
  });
  const { gyroModel: learnt } = rescored.value;
  const posterior = learnt && isGyroModel(learnt) ? learnt : null;
  return { reason, repetitions: reason === null ? repetitions : [], entries, posterior };
}
