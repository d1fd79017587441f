/**
 * Finds how a crooked headband sits on the head, with the patient upright: keep still (gravity gives z), nod chin down
 * (gives y and its sign), turn to the patient's left (proves z and its sign). See README.md of this folder.
 */
import { identityQuat, type Quat } from '../src/core/frames.ts';
import { conjugate, multiply, toRotationVector } from '../src/core/math/quat.ts';
import { angleBetweenRad } from '../src/core/neck/gravity-twist.ts';
import { upIn } from '../src/core/neck/pose.ts';
import type { LiveSample } from '../src/core/pipeline.ts';
import type { AlignmentCode } from '../src/core/protocol/codes.ts';
import { createMotion } from '../src/core/protocol/motion.ts';
import { createStillPose } from '../src/core/protocol/still-pose.ts';
import { loadState, saveState } from '../src/core/state.ts';
import { ALIGNMENT_DEFAULTS, type AlignmentLead, type AlignmentParams, EXAMINER_LED } from './alignment-params.ts';
import { addToScatter, functionalAxis } from './functional-axis.ts';
import { dot, sensorFromHeadAxes } from './head-axes.ts';

export type { AlignmentLead } from './alignment-params.ts';

export type AlignmentPhase = 'none' | 'still' | 'nod' | 'turn-left' | 'accepted' | 'rejected';

/** It waits for somebody. */
export const alignmentRuns = (phase: AlignmentPhase): boolean =>
  phase === 'still' || phase === 'nod' || phase === 'turn-left';

export interface AlignmentResult {
  readonly sensorFromHead: Quat<'sensor', 'head'>;
  /** The head's pose at the end of the procedure: the neutral of CROM. */
  readonly worldFromNeutral: Quat<'world', 'neutral'>;
  /** Standard uncertainty of the head axes, rad: of the turn about the long one; the long axis itself is known better. */
  readonly sigmaRad: number;
  /** Who moved the head. */
  readonly ledBy: AlignmentLead;
}

export interface AlignmentProcedure {
  readonly phase: AlignmentPhase;
  /** Within the phase, 0..1. */
  readonly progress: number;
  /** What to do now, or why it was refused; null when nothing runs. */
  readonly code: AlignmentCode | null;
  /** Nod axis from the level plane, rad; null until there was a nod. */
  readonly nodResidualRad: number | null;
  /** Turn axis from the vertical, rad; null until there was a turn. */
  readonly turnResidualRad: number | null;
  readonly result: AlignmentResult | null;
  /** Who moves the head, in the procedure that runs or ran last. */
  readonly ledBy: AlignmentLead;
  start(ledBy?: AlignmentLead): void;
  cancel(): void;
  /** Uses the sensor's own quantities only, so an alignment in force does not matter. */
  update(sample: LiveSample): void;
  save(): unknown;
  restore(state: unknown): void;
}

export function createAlignmentProcedure(overrides: Partial<AlignmentParams> = {}): AlignmentProcedure {
  const sets: Readonly<Record<AlignmentLead, AlignmentParams>> = {
    patient: Object.freeze({ ...ALIGNMENT_DEFAULTS, ...overrides }),
    examiner: Object.freeze({ ...ALIGNMENT_DEFAULTS, ...EXAMINER_LED, ...overrides }),
  };
  let params = sets.patient;
  const motion = createMotion({ stillTauS: 0.15, speedTauS: 0.05 });
  const unmoved = motion.save();
  const stillParams = { stillRateRadps: params.stillRateRadps, spreadRad: params.stillSpreadRad, gapS: 0.1 };
  const still = createStillPose({ ...stillParams, windowS: params.stillS });
  const settle = createStillPose({ ...stillParams, windowS: params.settleS });
  const worldFromStill = identityQuat<'world', 'sensor'>();
  const stillFromWorld = identityQuat<'sensor', 'world'>();
  const moved = identityQuat<'sensor', 'sensor'>();
  const turn = new Float64Array(3);
  const state = {
    /** Windows of the first stillness that have passed without a move. */
    windows: 0,
    phase: 'none' as AlignmentPhase,
    code: null as AlignmentCode | null,
    phaseS: 0,
    worldFromStill: worldFromStill as Float64Array,
    up: new Float64Array(3),
    nodAxis: new Float64Array(3),
    scatter: new Float64Array(9),
    /** Direction of the first movement of the phase, and the largest excursion in it. */
    first: new Float64Array(3),
    hasFirst: false,
    peak: 0,
    excursion: 0,
    nodResidual: null as number | null,
    turnResidual: null as number | null,
    sensorFromHead: new Float64Array(4),
    worldFromNeutral: new Float64Array(4),
    sigma: Number.NaN,
    ledBy: 'patient' as AlignmentLead,
    /** Of the nod that was taken, rad. */
    nodPeak: 0,
  };
  let result: AlignmentResult | null = null;

  const forgetMovement = (): void => {
    state.scatter.fill(0);
    state.hasFirst = false;
    state.peak = state.excursion = 0;
  };
  const enter = (phase: AlignmentPhase, code: AlignmentCode | null): void => {
    state.phase = phase;
    state.code = code;
    state.phaseS = 0;
    forgetMovement();
    settle.reset();
  };
  const refuse = (code: AlignmentCode): void => enter('rejected', code);
  const forgetResult = (): void => {
    state.nodResidual = state.turnResidual = null;
    state.sigma = Number.NaN;
    result = null;
  };
  const publish = (): void => {
    result = Number.isNaN(state.sigma)
      ? null
      : Object.freeze({
          sensorFromHead: Float64Array.from(state.sensorFromHead) as Quat<'sensor', 'head'>,
          worldFromNeutral: Float64Array.from(state.worldFromNeutral) as Quat<'world', 'neutral'>,
          sigmaRad: state.sigma,
          ledBy: state.ledBy,
        });
  };

  const stepStill = (sample: LiveSample): void => {
    const before = still.progress;
    if (!still.update(sample.worldFromSensor, sample.sensorAccMps2, motion)) {
      if (still.progress < before) {
        state.windows = 0;
        if (before > 0.3) state.code = 'align.moved';
      }
      return;
    }
    state.windows++;
    const biasUnknown = sample.biasSigmaRadps > params.biasSigmaRadps;
    if (state.windows < params.stillWindows || (biasUnknown && state.windows < params.stillWindowsMost)) return;
    worldFromStill.set(still.pose);
    upIn(state.up, worldFromStill);
    enter('nod', 'align.nod');
  };

  /** Follows one movement away from the still pose and back; true when it is over and the head still again. */
  const stepMovement = (sample: LiveSample): boolean => {
    multiply(moved, conjugate(stillFromWorld, worldFromStill), sample.worldFromSensor);
    toRotationVector(turn, moved);
    state.excursion = Math.sqrt(dot(turn, turn));
    state.peak = Math.max(state.peak, state.excursion);
    if (!state.hasFirst && state.excursion >= params.firstMoveRad) {
      state.hasFirst = true;
      state.first.set(turn);
    }
    if (state.excursion > params.moveRad) addToScatter(state.scatter, turn, motion.dtS);
    const settled = settle.update(sample.worldFromSensor, sample.sensorAccMps2, motion);
    return settled && state.hasFirst && state.excursion <= params.backRad;
  };

  const judgeNod = (): void => {
    if (state.peak < params.nodMinRad) {
      enter('nod', 'align.nod-small');
      return;
    }
    const found = functionalAxis(state.scatter);
    if (found === null) {
      enter('nod', 'align.nod-small');
      return;
    }
    const sign = dot(found.axis, state.first) < 0 ? -1 : 1;
    for (let i = 0; i < 3; i++) state.nodAxis[i] = sign * found.axis[i]!;
    state.nodPeak = state.peak;
    state.nodResidual = Math.abs(Math.asin(Math.max(-1, Math.min(1, dot(state.nodAxis, state.up)))));
    if (state.nodResidual > params.nodResidualRad) refuse('align.refused-nod-axis');
    else if (found.spreadRad > params.nodSpreadRad) refuse('align.refused-nod-crooked');
    else enter('turn-left', 'align.turn-left');
  };

  /** The wrong way is told as soon as it is plain. */
  const turnsWrongWay = (): boolean =>
    state.hasFirst && dot(state.first, state.up) < -Math.SQRT1_2 * Math.sqrt(dot(state.first, state.first));

  const judgeTurn = (): void => {
    if (state.peak < params.turnMinRad) {
      enter('turn-left', 'align.turn-small');
      return;
    }
    const found = functionalAxis(state.scatter);
    if (found === null) {
      enter('turn-left', 'align.turn-small');
      return;
    }
    // One more nod while the turn is asked for is no turn, and no harm.
    if (Math.abs(dot(found.axis, state.nodAxis)) > Math.SQRT1_2) {
      enter('turn-left', 'align.turn-left');
      return;
    }
    state.turnResidual = Math.acos(Math.min(1, Math.abs(dot(found.axis, state.up))));
    if (state.turnResidual > params.turnResidualRad) {
      refuse('align.refused-turn-axis');
      return;
    }
    const upAtEnd = upIn(new Float64Array(3), settle.pose as Quat<'world', 'sensor'>);
    const reposition = angleBetweenRad(state.up, upAtEnd);
    if (reposition > params.repositionRad) {
      refuse('align.refused-not-back');
      return;
    }
    accept(upAtEnd, reposition);
  };

  const accept = (upAtEnd: Float64Array, repositionRad: number): void => {
    const z = new Float64Array(3);
    for (let i = 0; i < 3; i++) z[i] = state.up[i]! + upAtEnd[i]!;
    const sensorFromHead = sensorFromHeadAxes(z, state.nodAxis);
    if (sensorFromHead === null) {
      refuse('align.refused-nod-axis');
      return;
    }
    state.sensorFromHead.set(sensorFromHead);
    state.worldFromNeutral.set(multiply(identityQuat(), settle.pose as Quat<'world', 'sensor'>, sensorFromHead));
    // The side bend in the nod cannot be seen; people who turn in it bend in it as much. What is known of people and the
    // turn that was seen are weighed as mean squares; beside it half of what the two stills differ by, and a floor.
    const known = params.nodCouplingWeight * params.nodCouplingShare ** 2;
    const coupling2 = (known + (state.nodResidual ?? 0) ** 2) / (params.nodCouplingWeight + 1);
    state.sigma = Math.hypot(params.floorSigmaRad, repositionRad / 2, Math.sqrt(coupling2));
    if (params.wobbleSigmaRad > 0)
      state.sigma = Math.hypot(state.sigma, params.wobbleSigmaRad / Math.sin(Math.min(Math.PI / 2, state.nodPeak)));
    publish();
    enter('accepted', 'align.accepted');
  };

  const runs = (): boolean => state.phase === 'still' || state.phase === 'nod' || state.phase === 'turn-left';
  const movementProgress = (least: number): number => {
    const out = 0.5 * Math.min(1, state.peak / least);
    return state.peak >= least && state.excursion <= params.backRad ? 0.5 + 0.5 * settle.progress : out;
  };

  return {
    get phase() {
      return state.phase;
    },
    get progress() {
      if (state.phase === 'still') return Math.min(1, (state.windows + still.progress) / params.stillWindows);
      if (state.phase === 'nod') return movementProgress(params.nodMinRad);
      if (state.phase === 'turn-left') return movementProgress(params.turnMinRad);
      return state.phase === 'accepted' ? 1 : 0;
    },
    get code() {
      return state.code;
    },
    get nodResidualRad() {
      return state.nodResidual;
    },
    get turnResidualRad() {
      return state.turnResidual;
    },
    get result() {
      return result;
    },
    get ledBy() {
      return state.ledBy;
    },
    start(ledBy = 'patient') {
      state.ledBy = ledBy;
      params = sets[ledBy];
      forgetResult();
      // Not handed samples while it does not run: what came since the last time is no gap in this one.
      motion.restore(unmoved);
      still.reset();
      state.windows = 0;
      enter('still', 'align.sit-still');
    },
    cancel() {
      forgetResult();
      enter('none', null);
    },
    update(sample) {
      if (!motion.update(sample) || !runs()) return;
      state.phaseS += motion.dtS;
      if (motion.gapS > params.gapS) refuse('align.refused-signal');
      else if (state.phaseS > params.stepS) refuse('align.refused-too-slow');
      else if (state.phase === 'still') stepStill(sample);
      else if (state.phase === 'nod') {
        if (stepMovement(sample)) judgeNod();
      } else {
        const over = stepMovement(sample);
        if (turnsWrongWay()) refuse('align.refused-wrong-way');
        else if (over) judgeTurn();
      }
    },
    save: () => ({
      state: saveState(state),
      motion: motion.save(),
      still: still.save(),
      settle: settle.save(),
    }),
    restore(saved) {
      const from = saved as Record<'state' | 'motion' | 'still' | 'settle', unknown>;
      loadState(state, from.state);
      params = sets[state.ledBy];
      motion.restore(from.motion);
      still.restore(from.still);
      settle.restore(from.settle);
      publish();
    },
  };
}
