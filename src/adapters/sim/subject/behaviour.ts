/** What the subject does: each prompt becomes planned movements of four joints, as a cooperative patient would do them. */
import type { SubjectPrompt } from '../../../ports/sensor-source.ts';
import { createHand, type Hand } from './hand.ts';
import { createJoint, type Joint, MINIMUM_JERK_PEAK } from './joint.ts';
import type { Random } from './random.ts';
import type { SubjectSettings } from './settings.ts';

const DEG = Math.PI / 180;

/**
 * Trunk pitch in the world (lying back is negative), then flexion, lateral, axial of the head against the trunk, and the
 * trunk's turn about its own long axis; rad.
 */
export interface Pose {
  readonly trunkPitch: number;
  readonly flexion: number;
  readonly lateral: number;
  readonly axial: number;
  readonly trunkTurn: number;
}
export type JointName = keyof Pose;
export const JOINTS: readonly JointName[] = ['trunkPitch', 'flexion', 'lateral', 'axial', 'trunkTurn'];

export type CromDirection =
  | 'flexion'
  | 'extension'
  | 'lateral-left'
  | 'lateral-right'
  | 'rotation-left'
  | 'rotation-right';
export type Direction = 'left' | 'right' | CromDirection;

/** What goes wrong with one rotation where the settings ask for it. */
export type MovementFault = 'fast' | 'flexion' | 'link';

/** A movement to an end range, as planned; times in s. `aborted`: called off before its end range. */
export interface PlannedMovement {
  readonly kind: 'frt' | 'crom';
  readonly direction: Direction;
  readonly startS: number;
  readonly endRangeS: number;
  readonly fault: MovementFault | null;
  holdEndS: number;
  returnedS: number;
  aborted: boolean;
}

export interface Behaviour {
  readonly joints: Readonly<Record<JointName, Joint>>;
  readonly hand: Hand;
  readonly movements: readonly PlannedMovement[];
  readonly posture: 'sitting' | 'supine';
  /** No packet of the band gets through. */
  linkLostAt(timeS: number): boolean;
  /** What is being done; 'rest' when all is done. */
  activityAt(timeS: number): SubjectPrompt;
  /** A prompt heard at `timeS`; what is under way is left smoothly. The same prompt again while it is followed changes nothing. */
  prompt(code: SubjectPrompt, timeS: number): void;
  /** Plans on, where the activity has no end. Call before asking for `timeS`. */
  extend(timeS: number): void;
}

export function createBehaviour(settings: SubjectSettings, random: Random): Behaviour {
  const sittingTrunkRad = (-4 + 2 * random.spread()) * DEG;
  const elevationDeg = settings.flexedElevationDeg + random.between(-4, 4);
  const supineTrunkRad = (elevationDeg - 90 - settings.flexedDeg) * DEG;
  const leanSign = random.next() < 0.5 ? -1 : 1;

  const drawRest = (posture: 'sitting' | 'supine'): Pose => {
    const spread = (posture === 'sitting' ? settings.neutralSpreadDeg : settings.flexedSpreadDeg) * DEG;
    const trunkPitch = posture === 'sitting' ? sittingTrunkRad : supineTrunkRad;
    const flexion = posture === 'sitting' ? -sittingTrunkRad : settings.flexedDeg * DEG;
    return {
      trunkPitch,
      flexion: flexion + spread * random.spread(),
      lateral: spread * random.spread(),
      axial: spread * random.spread(),
      trunkTurn: 0,
    };
  };

  let posture: 'sitting' | 'supine' = 'sitting';
  let restPose = drawRest('sitting');
  const joints = {
    trunkPitch: createJoint(restPose.trunkPitch),
    flexion: createJoint(restPose.flexion),
    lateral: createJoint(restPose.lateral),
    axial: createJoint(restPose.axial),
    trunkTurn: createJoint(restPose.trunkTurn),
  };
  const hand = createHand();
  const movements: PlannedMovement[] = [];
  let active: SubjectPrompt = 'rest';
  /** Where planning stands, s. */
  let cursorS = 0;
  const left = new Set<JointName>();

  /** All joints together, peak speed of the one that has farthest to go. Joints left in motion are taken along. */
  const move = (goal: Partial<Pose>, peakDegps: number, leastS = 0.5): void => {
    let farthest = 0;
    for (const name of JOINTS)
      farthest = Math.max(farthest, Math.abs((goal[name] ?? restPose[name]) - joints[name].target));
    const durationS = Math.max(leastS, (MINIMUM_JERK_PEAK * farthest) / (peakDegps * DEG));
    for (const name of JOINTS) {
      const to = goal[name] ?? restPose[name];
      if (left.has(name) || to !== joints[name].target) joints[name].moveTo(to, cursorS, durationS);
    }
    left.clear();
    cursorS += durationS;
  };
  const pause = (seconds: number): void => {
    cursorS += seconds;
  };
  const returnToRest = (peakDegps: number): void => {
    restPose = drawRest(posture);
    move(restPose, peakDegps, 0.7);
  };
  const settle = (peakDegps: number): void => {
    if (left.size > 0 || JOINTS.some((name) => joints[name].target !== restPose[name])) returnToRest(peakDegps);
  };

  const takePosture = (wanted: 'sitting' | 'supine'): void => {
    if (posture === wanted) {
      settle(wanted === 'supine' ? settings.frtPeakDegps : settings.alignmentPeakDegps);
      return;
    }
    posture = wanted;
    restPose = drawRest(wanted);
    if (wanted === 'supine') {
      // Lies back with the head a little raised, then the examiner takes the head into full flexion.
      move({ ...restPose, flexion: 20 * DEG }, settings.bodyPeakDegps, 2.5);
      pause(0.4);
      move(restPose, settings.frtPeakDegps, 1);
    } else {
      move({ ...restPose, flexion: 15 * DEG }, settings.bodyPeakDegps, 2.5);
      move(restPose, settings.alignmentPeakDegps, 0.8);
    }
  };

  const coupled = (angleRad: number): number => angleRad * settings.couplingShare * random.gauss();
  const nod = (): void => {
    for (let i = 0; i < 3; i++) {
      const down = (settings.nodDeg + random.spread()) * DEG;
      const { flexion, lateral, axial } = restPose;
      move(
        { flexion: flexion + down, lateral: lateral + coupled(down), axial: axial + coupled(down) },
        settings.alignmentPeakDegps,
      );
      pause(0.15);
      returnToRest(settings.alignmentPeakDegps);
      pause(0.1);
    }
  };
  const turnLeft = (): void => {
    const turn = (settings.turnDeg + random.spread()) * DEG;
    const { flexion, lateral, axial } = restPose;
    move(
      { axial: axial + turn, flexion: flexion + coupled(turn), lateral: lateral + coupled(turn) },
      settings.alignmentPeakDegps,
    );
    pause(0.6);
    returnToRest(settings.alignmentPeakDegps);
  };

  /** The trunk's part in a movement. */
  const along = (angleRad: number): number => settings.trunkAlongShare * angleRad;
  const bow = (): void => {
    move({ trunkPitch: restPose.trunkPitch + settings.trunkBowDeg * DEG }, settings.alignmentPeakDegps);
    pause(0.3);
    returnToRest(settings.alignmentPeakDegps);
  };
  const turnTrunk = (): void => {
    move({ trunkTurn: restPose.trunkTurn + settings.trunkTurnDeg * DEG }, settings.alignmentPeakDegps);
    pause(0.3);
    returnToRest(settings.alignmentPeakDegps);
  };

  const toEndRange = (
    kind: 'frt' | 'crom',
    direction: Direction,
    goal: Partial<Pose>,
    peakDegps: number,
    holdS: number,
    fault: MovementFault | null = null,
  ): void => {
    const startS = cursorS;
    move(goal, peakDegps, 0.8);
    const endRangeS = cursorS;
    pause(holdS);
    const holdEndS = cursorS;
    returnToRest(fault === 'fast' ? settings.frtPeakDegps : peakDegps);
    movements.push({ kind, direction, startS, endRangeS, fault, holdEndS, returnedS: cursorS, aborted: false });
  };
  const varied = (angleDeg: number): number => (angleDeg + settings.repetitionSpreadDeg * random.spread()) * DEG;
  const frtFault = (): MovementFault | null => {
    const number = 1 + movements.filter(({ kind }) => kind === 'frt').length;
    if (number === settings.frtFastAt) return 'fast';
    if (number === settings.frtFlexionLostAt) return 'flexion';
    return number === settings.frtLinkLostAt ? 'link' : null;
  };
  const frt = (side: 'left' | 'right'): void => {
    const fault = frtFault();
    takePosture('supine');
    const lastMotionS = Math.max(...JOINTS.map((name) => joints[name].endS));
    cursorS = Math.max(cursorS, lastMotionS + settings.regripS);
    const sign = side === 'left' ? 1 : -1;
    const turn = sign * varied(side === 'left' ? settings.frtLeftDeg : settings.frtRightDeg);
    toEndRange(
      'frt',
      side,
      {
        axial: restPose.axial + turn,
        trunkTurn: restPose.trunkTurn + along(turn),
        lateral: restPose.lateral + sign * leanSign * settings.frtLeanDeg * DEG,
        flexion:
          restPose.flexion - (fault === 'flexion' ? settings.frtFlexionLostDeg : settings.frtFlexionLossDeg) * DEG,
      },
      fault === 'fast' ? settings.frtFastPeakDegps : settings.frtPeakDegps,
      settings.frtHoldS,
      fault,
    );
  };
  const cromPlan: readonly (readonly [CromDirection, JointName, number, number])[] = [
    ['flexion', 'flexion', 1, settings.flexionDeg],
    ['extension', 'flexion', -1, settings.extensionDeg],
    ['lateral-left', 'lateral', -1, settings.lateralLeftDeg],
    ['lateral-right', 'lateral', 1, settings.lateralRightDeg],
    ['rotation-left', 'axial', 1, settings.rotationLeftDeg],
    ['rotation-right', 'axial', -1, settings.rotationRightDeg],
  ];
  const cromMovement = ([direction, joint, sign, angleDeg]: (typeof cromPlan)[number]): void => {
    const angle = sign * varied(angleDeg);
    const goal: Record<string, number> = {};
    for (const name of ['flexion', 'lateral', 'axial'] as const) {
      goal[name] = restPose[name] + (name === joint ? angle : coupled(angle));
    }
    if (joint === 'axial') goal['trunkTurn'] = restPose.trunkTurn + along(angle);
    if (joint === 'flexion') goal['trunkPitch'] = restPose.trunkPitch + along(angle);
    toEndRange('crom', direction, goal, settings.cromPeakDegps, settings.cromHoldS);
  };
  const crom = (): void => {
    takePosture('sitting');
    for (const movement of cromPlan) {
      pause(1.2 + 0.4 * random.next());
      cromMovement(movement);
    }
  };
  const cromOne = (direction: CromDirection): void => {
    takePosture('sitting');
    cromMovement(cromPlan.find(([name]) => name === direction)!);
  };
  /** To and fro at about twice the speed of the range of motion, then rest. */
  const fastRotation = (): void => {
    takePosture('sitting');
    pause(0.3);
    for (let i = 0; i < 5; i++) {
      for (const sign of [1, -1]) move({ axial: restPose.axial + sign * 50 * DEG }, settings.fastPeakDegps, 0.2);
    }
    returnToRest(settings.cromPeakDegps);
  };
  const lookOnce = (): void => {
    const goal = {
      axial: restPose.axial + random.between(-40, 40) * DEG,
      flexion: restPose.flexion + random.between(-20, 20) * DEG,
      lateral: restPose.lateral + random.between(-8, 8) * DEG,
    };
    move(goal, random.between(20, settings.cromPeakDegps), 0.6);
    pause(random.between(0.3, 1.5));
  };

  const follow: Record<SubjectPrompt, () => void> = {
    rest: () => settle(settings.frtPeakDegps),
    'sit-still': () => takePosture('sitting'),
    'sit-up': () => takePosture('sitting'),
    nod: () => {
      takePosture('sitting');
      nod();
    },
    'turn-left': () => {
      takePosture('sitting');
      turnLeft();
    },
    'lie-down-and-flex': () => takePosture('supine'),
    'frt-left': () => frt('left'),
    'frt-right': () => frt('right'),
    'frt-return': () => settle(settings.frtPeakDegps),
    crom,
    'look-around': lookOnce,
    'crom-flexion': () => cromOne('flexion'),
    'crom-extension': () => cromOne('extension'),
    'crom-lateral-left': () => cromOne('lateral-left'),
    'crom-lateral-right': () => cromOne('lateral-right'),
    'crom-rotation-left': () => cromOne('rotation-left'),
    'crom-rotation-right': () => cromOne('rotation-right'),
    'fast-rotation': fastRotation,
    tumble: () => {
      takePosture('sitting');
      cursorS = hand.tumble(cursorS);
    },
    'trunk-bow': () => {
      takePosture('sitting');
      bow();
    },
    'trunk-turn-left': () => {
      takePosture('sitting');
      turnTrunk();
    },
  };

  /** Until when a repeated prompt asks for nothing new: one movement may be asked for again once its hold is over. */
  const followedUntilS = (): number => {
    const one = active === 'frt-left' || active === 'frt-right' || active.startsWith('crom-');
    return one ? (movements.at(-1)?.holdEndS ?? cursorS) : cursorS;
  };

  const extend = (timeS: number): void => {
    while (active === 'look-around' && cursorS < timeS + 2) lookOnce();
  };

  return {
    joints,
    hand,
    movements,
    get posture() {
      return posture;
    },
    linkLostAt: (timeS) =>
      movements.some(({ fault, startS, endRangeS }) => {
        const fromS = (startS + endRangeS) / 2;
        return fault === 'link' && timeS >= fromS && timeS < fromS + settings.frtLinkLostS;
      }),
    activityAt: (timeS) => (active === 'look-around' || timeS < cursorS ? active : 'rest'),
    prompt(code, timeS) {
      // As far as it would be planned had samples been asked for until now: the draws must not depend on that.
      extend(timeS);
      if (code === active && timeS < followedUntilS()) return;
      const fromS = timeS + random.between(settings.reactionMinS, settings.reactionMaxS);
      for (const name of JOINTS) if (joints[name].cut(fromS)) left.add(name);
      while (movements.length > 0 && movements.at(-1)!.startS >= fromS) movements.pop();
      const cutShort = movements.at(-1);
      const interrupted = cutShort !== undefined && cutShort.holdEndS > fromS ? cutShort : null;
      if (interrupted) {
        interrupted.aborted = interrupted.endRangeS > fromS;
        interrupted.holdEndS = fromS;
      }
      active = code;
      cursorS = hand.cut(fromS) ? hand.putBack(fromS) : fromS;
      follow[code]();
      if (interrupted) interrupted.returnedS = Math.min(interrupted.returnedS, cursorS);
    },
    extend,
  };
}
