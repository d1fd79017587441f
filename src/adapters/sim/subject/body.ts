/**
 * The body as geometry: joint angles to the true orientation of head and sensor, and the sensor's position.
 * World z up; head and trunk x forward, y left, z up. Lying back turns the trunk by a negative angle about y.
 */
import { type Behaviour, JOINTS } from './behaviour.ts';
import type { Random } from './random.ts';
import { apply, axisRotation, type Matrix3, rotationOf, times, type Vector3 } from './rotation.ts';
import type { SubjectSettings } from './settings.ts';

const DEG = Math.PI / 180;
/** Hip to neck pivot along the trunk, m. */
const TRUNK_M = 0.5;
/** Hip to the trunk's sensor on the breastbone: up along the trunk and forward, m. */
const STERNUM_M = [0.1, 0, 0.35] as const;
/** Joint speed at which the band wobbles with half its share, rad/s. */
const WOBBLE_HALF_SPEED = 10 * DEG;

export interface Body {
  worldFromHead(timeS: number): Matrix3;
  worldFromTrunk(timeS: number): Matrix3;
  /** From the planned posture alone, without sway and tremor around it, averaged angles over [fromS, toS]. */
  meanWorldFromHead(fromS: number, toS: number): Matrix3;
  meanWorldFromTrunk(fromS: number, toS: number): Matrix3;
  /** headFromSensor, with what the skin lets the band move. */
  headFromSensor(timeS: number): Matrix3;
  /** Orientation and position (m) of the sensor in the world, together, because both hang on the same chain. */
  sensor(timeS: number): { worldFromSensor: Matrix3; positionM: Vector3 };
  /** The same of a second sensor, on the breastbone. */
  trunkSensor(timeS: number): { worldFromSensor: Matrix3; positionM: Vector3 };
}

/** A sum of sinusoids of random phase with a given rms. */
function oscillation(random: Random, lowHz: number, highHz: number, rms: number): (timeS: number) => number {
  const parts = [0, 1, 2].map(() => ({
    omega: 2 * Math.PI * random.between(lowHz, highHz),
    phase: 2 * Math.PI * random.next(),
  }));
  const amplitude = rms * Math.sqrt(2 / parts.length);
  return (timeS) => {
    let sum = 0;
    for (const { omega, phase } of parts) sum += Math.sin(omega * timeS + phase);
    return amplitude * sum;
  };
}

/** @param trunkRandom how the trunk's sensor sits: of its own, so that the head's does not depend on it */
export function createBody(settings: SubjectSettings, behaviour: Behaviour, random: Random, trunkRandom: Random): Body {
  const { joints, hand } = behaviour;
  const worldHeading = axisRotation('z', random.between(-Math.PI, Math.PI));
  const unsteady = [0, 1, 2].map(() => {
    const tremor = oscillation(random, 5, 9, settings.tremorDeg * DEG);
    const sway = oscillation(random, 0.05, 0.4, settings.swayDeg * DEG);
    return (timeS: number): number => tremor(timeS) + sway(timeS);
  });
  /** A band on the table sways with nobody. */
  const unsteadyAt = (k: number, t: number): number => (1 - hand.awayAt(t)) * unsteady[k]!(t);
  const wobble = [0, 1, 2].map(() => oscillation(random, 2, 5, (settings.wobbleDeg * DEG) / Math.sqrt(3)));
  const creepDirection = random.direction();

  // On the forehead, flat part out: sensor x points left, y up, z out of the face; then crooked by chance.
  const foreheadFromSensor = [0, 0, 1, 1, 0, 0, 0, 1, 0];
  const [mx, my, mz] = random.direction();
  const crookedRad = settings.mountingDeg * DEG * random.next();
  const mounting = times(rotationOf(mx * crookedRad, my * crookedRad, mz * crookedRad), foreheadFromSensor);

  const [tx, ty, tz] = trunkRandom.direction();
  const trunkCrookedRad = settings.mountingDeg * DEG * trunkRandom.next();
  const trunkMounting = times(
    rotationOf(tx! * trunkCrookedRad, ty! * trunkCrookedRad, tz! * trunkCrookedRad),
    foreheadFromSensor,
  );

  const trunkChain = (trunkPitch: number, trunkTurn: number): Matrix3 => {
    const upright = times(worldHeading, axisRotation('y', trunkPitch));
    return trunkTurn === 0 ? upright : times(upright, axisRotation('z', trunkTurn));
  };
  const chain = (trunk: Matrix3, flexion: number, lateral: number, axial: number): Matrix3 =>
    times(trunk, times(axisRotation('y', flexion), times(axisRotation('x', lateral), axisRotation('z', axial))));
  const worldFromTrunk = (t: number): Matrix3 => trunkChain(joints.trunkPitch.at(t), joints.trunkTurn.at(t));
  const worldFromHead = (t: number): Matrix3 =>
    chain(
      worldFromTrunk(t),
      joints.flexion.at(t) + unsteadyAt(0, t),
      joints.lateral.at(t) + unsteadyAt(1, t),
      joints.axial.at(t) + unsteadyAt(2, t),
    );

  const headFromSensor = (t: number): Matrix3 => {
    const speed2 = joints.flexion.speedAt(t) ** 2 + joints.lateral.speedAt(t) ** 2 + joints.axial.speedAt(t) ** 2;
    const share = speed2 / (speed2 + WOBBLE_HALF_SPEED ** 2);
    const creepRad = settings.creepDeg * DEG * (1 - Math.exp(-Math.max(0, t) / 60));
    const skin = creepDirection.map((d, k) => (share > 1e-12 ? share * wobble[k]!(t) : 0) + creepRad * d);
    return times(rotationOf(skin[0]!, skin[1]!, skin[2]!), mounting);
  };

  /** Trunk pitch, flexion, lateral, axial, trunk turn, each its mean; sway and tremor are the neck's. */
  const meanAngles = (fromS: number, toS: number): number[] => {
    const sum = [0, 0, 0, 0, 0];
    const steps = 200;
    for (let i = 0; i < steps; i++) {
      const t = fromS + ((toS - fromS) * (i + 0.5)) / steps;
      JOINTS.forEach((name, k) => {
        sum[k]! += (joints[name].at(t) + (k === 0 || k === 4 ? 0 : unsteadyAt(k - 1, t))) / steps;
      });
    }
    return sum;
  };

  return {
    worldFromHead,
    worldFromTrunk,
    meanWorldFromHead(fromS, toS) {
      const [pitch, flexion, lateral, axial, turn] = meanAngles(fromS, toS);
      return chain(trunkChain(pitch!, turn!), flexion!, lateral!, axial!);
    },
    meanWorldFromTrunk(fromS, toS) {
      const [pitch, , , , turn] = meanAngles(fromS, toS);
      return trunkChain(pitch!, turn!);
    },
    headFromSensor,
    sensor(t) {
      const head = worldFromHead(t);
      const trunk = worldFromTrunk(t);
      const lever = apply(head, [settings.leverForwardM, 0, settings.leverUpM]);
      const positionM = lever.map((m, k) => m + TRUNK_M * trunk[3 * k + 2]!);
      const worn = times(head, headFromSensor(t));
      const turned = hand.turnedAt(t);
      return { worldFromSensor: turned ? times(worn, turned) : worn, positionM };
    },
    trunkSensor(t) {
      const trunk = worldFromTrunk(t);
      return { worldFromSensor: times(trunk, trunkMounting), positionM: apply(trunk, STERNUM_M) };
    },
  };
}
