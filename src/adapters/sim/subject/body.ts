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
/** Joint speed at which the band wobbles with half its share, rad/s. */
const WOBBLE_HALF_SPEED = 10 * DEG;

export interface Body {
  worldFromHead(timeS: number): Matrix3;
  /** From the planned posture alone, without sway and tremor around it, averaged angles over [fromS, toS]. */
  meanWorldFromHead(fromS: number, toS: number): Matrix3;
  /** headFromSensor, with what the skin lets the band move. */
  headFromSensor(timeS: number): Matrix3;
  /** Orientation and position (m) of the sensor in the world, together, because both hang on the same chain. */
  sensor(timeS: number): { worldFromSensor: Matrix3; positionM: Vector3 };
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

export function createBody(settings: SubjectSettings, behaviour: Behaviour, random: Random): Body {
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

  const chain = (trunkPitch: number, flexion: number, lateral: number, axial: number): Matrix3 =>
    times(
      times(worldHeading, axisRotation('y', trunkPitch)),
      times(axisRotation('y', flexion), times(axisRotation('x', lateral), axisRotation('z', axial))),
    );
  const worldFromHead = (t: number): Matrix3 =>
    chain(
      joints.trunkPitch.at(t),
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

  return {
    worldFromHead,
    meanWorldFromHead(fromS, toS) {
      const sum = [0, 0, 0, 0];
      const steps = 200;
      for (let i = 0; i < steps; i++) {
        const t = fromS + ((toS - fromS) * (i + 0.5)) / steps;
        JOINTS.forEach((name, k) => {
          sum[k]! += (joints[name].at(t) + (k === 0 ? 0 : unsteadyAt(k - 1, t))) / steps;
        });
      }
      return chain(sum[0]!, sum[1]!, sum[2]!, sum[3]!);
    },
    headFromSensor,
    sensor(t) {
      const head = worldFromHead(t);
      const trunk = times(worldHeading, axisRotation('y', joints.trunkPitch.at(t)));
      const lever = apply(head, [settings.leverForwardM, 0, settings.leverUpM]);
      const positionM = lever.map((m, k) => m + TRUNK_M * trunk[3 * k + 2]!);
      const worn = times(head, headFromSensor(t));
      const turned = hand.turnedAt(t);
      return { worldFromSensor: turned ? times(worn, turned) : worn, positionM };
    },
  };
}
