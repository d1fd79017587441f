/**
 * The head as it would be seen had the trunk kept the pose that it had at a start: T(start) T(now)^-1 H(now). Between two
 * such poses lies what the neck did; what the trunk did is taken out. A map of the trunk's sensor that is a little wrong
 * changes nothing of it, and a heading that is wrong by w turns the axis of the trunk's own turn by w: an error of the
 * turn's size times w, nothing where the trunk kept still.
 *
 * The two worlds are level alike; the heading between them is taken at the start, where the ears lie level as the shoulders
 * do: the left axes of head and trunk are seen from above, seated and supine alike.
 */
import { identityQuat, type Quat } from '../frames.ts';
import { wrapPi } from '../math/angle.ts';
import { conjugate, multiply, rotationAngleRad } from '../math/quat.ts';
import { createHeadingGain } from '../protocol/heading-gain.ts';
import { loadState, saveState } from '../state.ts';
import { radFromDeg } from '../units.ts';
import { cromAngles, FLEXION } from './angles.ts';
import { trunkFromHead } from './pose.ts';
import type { TrunkSample } from './trunk-follow.ts';

export interface TrunkCorrectionParams {
  /**
   * Standard uncertainty of the trunk's facing against the head's at a start, rad: people find their neutral to 3 to 4
   * degrees (cervical joint position error), and a supine head lies as far from the middle.
   */
  readonly facingSigmaRad: number;
  /** A left axis steeper than this says nothing of a heading, rad. */
  readonly levelMaxRad: number;
  /** Standard uncertainty from the skin under the trunk's sensor, rad: twice that of the band (see the alignment). */
  readonly skinSigmaRad: number;
}

export const TRUNK_CORRECTION: TrunkCorrectionParams = Object.freeze({
  facingSigmaRad: radFromDeg(4),
  levelMaxRad: radFromDeg(30),
  skinSigmaRad: radFromDeg(0.2),
});

/** Direction of a body's left axis seen from above, rad; NaN where it is too steep. */
function leftAzimuthRad(q: ArrayLike<number>, levelMaxRad: number): number {
  const [w, x, y, z] = [q[0]!, q[1]!, q[2]!, q[3]!];
  const forward = 2 * (x * y - w * z);
  const left = w * w - x * x + y * y - z * z;
  const steep = Math.abs(2 * (y * z + w * x)) > Math.sin(levelMaxRad);
  return steep ? Number.NaN : Math.atan2(left, forward);
}

/** Turn about the vertical that brings the trunk's world to the head's, rad; NaN where one of them does not lie level. */
export function headingBetweenRad(
  worldFromHead: ArrayLike<number>,
  worldFromTrunk: ArrayLike<number>,
  params: TrunkCorrectionParams = TRUNK_CORRECTION,
): number {
  const head = leftAzimuthRad(worldFromHead, params.levelMaxRad);
  const trunk = leftAzimuthRad(worldFromTrunk, params.levelMaxRad);
  return wrapPi(head - trunk);
}

export interface TrunkCorrection {
  /** The trunk's pose at the start is known, and its present one is. */
  readonly has: boolean;
  /** What takes the trunk's turn since the start out of a pose; one array. */
  readonly moved: Quat<'world', 'world'>;
  /** Its size, rad. */
  readonly movedRad: number;
  /** Neck flexion at the start, rad; NaN without a trunk. */
  readonly startFlexionRad: number;
  /** What the trunk's sensor adds to an angle since the last mark, as standard uncertainties, rad. */
  readonly headingSigmaRad: number;
  readonly tiltSigmaRad: number;
  /** The skin under it, and the facing that is not known, of a turn of the trunk by so much. */
  otherSigmaRad(turnRad: number): number;
  /** The trunk at the sample that comes next; null: one sensor. True: it was lost since the start. */
  see(trunk: TrunkSample | null, motion: { readonly dtS: number }): boolean;
  /** Takes the present trunk and this pose of the head as the start; without a trunk, the head goes by itself. */
  start(worldFromHead: Float64Array): void;
  /** Nothing has moved yet: the trunk's heading counts from here. */
  mark(): void;
  forget(): void;
  /** Whether a trunk is there to start from. */
  readonly offered: boolean;
  /** The head as seen from the trunk's pose at the start; the pose itself where there is no trunk. May alias. */
  write(out: Float64Array, worldFromHead: Float64Array): void;
  save(): unknown;
  restore(state: unknown): void;
}

/** @param alignmentSigmaRad of the trunk's axes; null: there is no trunk's sensor */
export function createTrunkCorrection(
  alignmentSigmaRad: number | null,
  params: TrunkCorrectionParams = TRUNK_CORRECTION,
): TrunkCorrection {
  const start = identityQuat<'world', 'trunk'>();
  const worldFromTrunkWorld = identityQuat<'world', 'trunkWorld'>();
  const worldFromTrunk = identityQuat<'world', 'trunk'>();
  const trunkFromWorld = identityQuat<'trunk', 'world'>();
  const moved = identityQuat<'world', 'world'>();
  const neck = identityQuat<'trunk', 'head'>();
  const angles = new Float64Array(3);
  const gain = createHeadingGain();
  const state = {
    start: start as Float64Array,
    worldFromTrunkWorld: worldFromTrunkWorld as Float64Array,
    moved: moved as Float64Array,
    has: false,
    epoch: 0,
    startFlexion: Number.NaN,
    tilt: 0,
  };
  let now: TrunkSample | null = null;

  const forget = (): void => {
    state.has = false;
    state.startFlexion = Number.NaN;
    moved.set([1, 0, 0, 0]);
  };
  const movedRad = (): number => (state.has ? rotationAngleRad(moved) : 0);

  return {
    moved,
    get has() {
      return state.has;
    },
    get movedRad() {
      return movedRad();
    },
    get startFlexionRad() {
      return state.startFlexion;
    },
    get headingSigmaRad() {
      return state.has ? gain.sigmaRad : 0;
    },
    get tiltSigmaRad() {
      return state.has ? state.tilt : 0;
    },
    otherSigmaRad(turnRad) {
      if (!state.has) return 0;
      const facing = Math.hypot(params.facingSigmaRad, alignmentSigmaRad ?? 0);
      return Math.hypot(params.skinSigmaRad, facing * Math.sin(Math.min(Math.PI / 2, turnRad)));
    },
    get offered() {
      return alignmentSigmaRad !== null && now?.known === true;
    },
    see(trunk, motion) {
      now = trunk;
      if (!state.has) return false;
      if (!trunk?.known || trunk.epoch !== state.epoch) {
        forget();
        return true;
      }
      gain.update(motion, trunk);
      if (Number.isFinite(trunk.tiltSigmaRad)) state.tilt = trunk.tiltSigmaRad;
      multiply(worldFromTrunk, worldFromTrunkWorld, trunk.worldFromTrunk);
      multiply(moved, start, conjugate(trunkFromWorld, worldFromTrunk));
      return false;
    },
    start(worldFromHead) {
      forget();
      if (alignmentSigmaRad === null || !now?.known) return;
      const heading = headingBetweenRad(worldFromHead, now.worldFromTrunk, params);
      if (Number.isNaN(heading)) return;
      worldFromTrunkWorld.set([Math.cos(0.5 * heading), 0, 0, Math.sin(0.5 * heading)]);
      multiply(start, worldFromTrunkWorld, now.worldFromTrunk);
      trunkFromHead(neck, start, worldFromHead as Quat<'world', 'head'>);
      cromAngles(angles, neck);
      state.startFlexion = angles[FLEXION]!;
      state.has = true;
      state.epoch = now.epoch;
      state.tilt = Number.isFinite(now.tiltSigmaRad) ? now.tiltSigmaRad : 0;
      gain.mark(now);
    },
    mark() {
      if (state.has && now) gain.mark(now);
    },
    forget,
    write(out, worldFromHead) {
      if (!state.has) {
        out.set(worldFromHead);
        return;
      }
      multiply(out as Quat<'world', 'head'>, moved, worldFromHead as Quat<'world', 'head'>);
    },
    save: () => ({ state: saveState(state), gain: gain.save() }),
    restore(saved) {
      const from = saved as Record<'state' | 'gain', unknown>;
      loadState(state, from.state);
      gain.restore(from.gain);
    },
  };
}
