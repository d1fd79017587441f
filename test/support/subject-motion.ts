/**
 * Motion of a head with a sensor on it, made from rotation matrices and finite differences, without the core, so that
 * an error of the core cannot cancel against itself. Angles in degrees, as a script is written by people.
 */
import { createSampleBlock, type SampleBlock } from '../../src/core/sample.ts';

export type Mat = readonly number[];
const RAD = Math.PI / 180;
const G = 9.80665;

export const mul = (a: Mat, b: Mat): Mat => {
  const out: number[] = [];
  for (let i = 0; i < 3; i++)
    for (let j = 0; j < 3; j++) {
      let s = 0;
      for (let k = 0; k < 3; k++) s += a[3 * i + k]! * b[3 * k + j]!;
      out.push(s);
    }
  return out;
};
export const transpose = (a: Mat): Mat => [0, 3, 6, 1, 4, 7, 2, 5, 8].map((i) => a[i]!);
export const rotX = (deg: number): Mat => {
  const c = Math.cos(deg * RAD);
  const s = Math.sin(deg * RAD);
  return [1, 0, 0, 0, c, -s, 0, s, c];
};
export const rotY = (deg: number): Mat => {
  const c = Math.cos(deg * RAD);
  const s = Math.sin(deg * RAD);
  return [c, 0, s, 0, 1, 0, -s, 0, c];
};
export const rotZ = (deg: number): Mat => {
  const c = Math.cos(deg * RAD);
  const s = Math.sin(deg * RAD);
  return [c, -s, 0, s, c, 0, 0, 0, 1];
};
/** Quaternion [w x y z] of a rotation matrix, w not negative; good at half turns too. */
export const quatFromMat = (m: Mat): [number, number, number, number] => {
  const [a, b, c, d, e, f, g, h, i] = m as readonly [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const k = [
    [1 + a + e + i, h - f, c - g, d - b],
    [h - f, 1 + a - e - i, d + b, g + c],
    [c - g, d + b, 1 + e - a - i, h + f],
    [d - b, g + c, h + f, 1 + i - a - e],
  ];
  // For a rotation this matrix is 4 q q'; its longest column is q but for its length.
  const lengths = k.map((column) => Math.hypot(...column));
  const best = lengths.indexOf(Math.max(...lengths));
  const sign = k[best]![0]! < 0 ? -1 : 1;
  const [w, x, y, z] = k[best]!.map((v) => (sign * v) / lengths[best]!);
  return [w!, x!, y!, z!];
};

/** Repeatable noise: a 32-bit generator (mulberry32) and its sum-of-twelve normal. */
export function createNoise(seed: number): { uniform(): number; normal(): number } {
  let a = seed >>> 0;
  const uniform = (): number => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const normal = (): number => {
    let s = -6;
    for (let i = 0; i < 12; i++) s += uniform();
    return s;
  };
  return { uniform, normal };
}

export interface Posture {
  /** Trunk: 0 upright, -90 supine (face up). */
  readonly recline: number;
  /** Trunk about its own forward axis: 90 lies on the right side. */
  readonly roll?: number;
  /** The whole body about the vertical, left positive: somebody who shifts on the couch. */
  readonly shift?: number;
  readonly flexion: number;
  readonly lateral: number;
  /** Twist about the head's own long axis, left positive. */
  readonly axial: number;
}
export const UPRIGHT: Posture = { recline: 0, flexion: 0, lateral: 0, axial: 0 };

export interface Step extends Partial<Posture> {
  /** Duration of the move there, s (0: stay). */
  readonly moveS?: number;
  /** Then still for this long, s. */
  readonly stayS?: number;
}

/** A movement as a function of time: minimum-jerk moves (Flash and Hogan 1985) between postures, and stays. */
export class Script {
  readonly #times: number[] = [0];
  readonly #postures: Posture[];
  constructor(start: Posture = UPRIGHT) {
    this.#postures = [start];
  }
  get durationS(): number {
    return this.#times.at(-1)!;
  }
  add(step: Step): this {
    const last = this.#postures.at(-1)!;
    const { moveS = 0, stayS = 0, ...to } = step;
    const next = { ...last, ...to };
    this.#times.push(this.durationS + moveS);
    this.#postures.push(next);
    if (stayS > 0) {
      this.#times.push(this.durationS + stayS);
      this.#postures.push(next);
    }
    return this;
  }
  at(t: number): Posture {
    let i = 1;
    while (i < this.#times.length - 1 && this.#times[i]! < t) i++;
    const t0 = this.#times[i - 1]!;
    const t1 = this.#times[i] ?? t0;
    const a = this.#postures[i - 1]!;
    const b = this.#postures[i] ?? a;
    const u = t1 > t0 ? Math.max(0, Math.min(1, (t - t0) / (t1 - t0))) : 1;
    const s = u * u * u * (10 - 15 * u + 6 * u * u);
    const mix = (x: number, y: number): number => x + s * (y - x);
    return {
      recline: mix(a.recline, b.recline),
      roll: mix(a.roll ?? 0, b.roll ?? 0),
      shift: mix(a.shift ?? 0, b.shift ?? 0),
      flexion: mix(a.flexion, b.flexion),
      lateral: mix(a.lateral, b.lateral),
      axial: mix(a.axial, b.axial),
    };
  }
  /** The band's rest on the table, then seated: still, nod, turn to the left, still. */
  align(turnDeg = 40): this {
    return this.add({ stayS: 6 })
      .add({ flexion: 30, moveS: 1 })
      .add({ flexion: 0, moveS: 1, stayS: 1.2 })
      .add({ axial: turnDeg, moveS: 1.2 })
      .add({ axial: 0, moveS: 1.2, stayS: 1.5 });
  }
  lieDownAndFlex(flexion = 50): this {
    return this.add({ recline: -90, moveS: 3, stayS: 1 }).add({ flexion, moveS: 2, stayS: 2 });
  }
  /** One turn to an end range and back, with a hold. */
  frt(
    axial: number,
    over: { moveS?: number; holdS?: number; lateral?: number; restS?: number; back?: number } = {},
  ): this {
    const moveS = over.moveS ?? 3;
    return this.add({ axial, lateral: over.lateral ?? 0, moveS, stayS: over.holdS ?? 1.5 }).add({
      axial: over.back ?? 0,
      lateral: 0,
      moveS,
      stayS: over.restS ?? 2,
    });
  }
}

export interface SensorSettings {
  readonly rateHz: number;
  /** headFromSensor: how the band sits. */
  readonly mount: Mat;
  readonly headingDeg: number;
  readonly seed: number;
  readonly gyroBiasDps: readonly [number, number, number];
  readonly gyroNoiseDps: number;
  readonly accNoise: number;
  readonly accBias: readonly [number, number, number];
  /** Tremor of the head: amplitude in degrees about its three axes, at 9 Hz. */
  readonly tremorDeg: number;
  /** Wobble of the band at 3.5 Hz while the head moves: amplitude in degrees about its three axes. */
  readonly wobbleDeg: number;
  /** Before this the band lies on the table, s. */
  readonly tremorFromS: number;
}
const PERFECT: SensorSettings = {
  rateHz: 100,
  mount: rotX(0),
  headingDeg: 0,
  seed: 1,
  gyroBiasDps: [0, 0, 0],
  gyroNoiseDps: 0,
  accNoise: 0,
  accBias: [0, 0, 0],
  tremorDeg: 0,
  wobbleDeg: 0,
  tremorFromS: 4,
};

export interface TruthSample {
  readonly tS: number;
  readonly worldFromHead: Mat;
  readonly worldFromSensor: Mat;
  readonly gyrRadps: readonly number[];
  readonly accMps2: readonly number[];
}

export function worldFromHead(p: Posture, headingDeg: number): Mat {
  const trunk = mul(mul(rotZ(headingDeg + (p.shift ?? 0)), rotY(p.recline)), rotX(p.roll ?? 0));
  return mul(mul(trunk, mul(rotY(p.flexion), rotX(p.lateral))), rotZ(p.axial));
}

/** Every sample of a script. */
export function* sense(script: Script, settings: Partial<SensorSettings> = {}): Generator<TruthSample> {
  const s = { ...PERFECT, ...settings };
  const noise = createNoise(s.seed);
  const pose = (t: number): Mat => {
    const p = script.at(t);
    const w = 2 * Math.PI * 9 * t;
    const tremorDeg = t < s.tremorFromS ? 0 : s.tremorDeg;
    const nearby = script.at(t - 0.02);
    const speed = Math.abs(p.flexion - nearby.flexion) + Math.abs(p.axial - nearby.axial);
    const v = 2 * Math.PI * 3.5 * t;
    const wobble = (s.wobbleDeg * speed) / (speed + 0.2);
    return worldFromHead(
      {
        ...p,
        flexion: p.flexion + tremorDeg * Math.sin(w) + wobble * Math.sin(v),
        lateral: p.lateral + tremorDeg * Math.sin(w + 1) + wobble * Math.sin(v + 1),
        axial: p.axial + tremorDeg * Math.sin(w + 2) + wobble * Math.sin(v + 2),
      },
      s.headingDeg,
    );
  };
  yield* senseBody(pose, script.durationS, s, noise);
}

/** Every sample of a sensor on a body whose pose (worldFromBody) is a function of time. */
export function* senseBody(
  pose: (tS: number) => Mat,
  durationS: number,
  settings: Partial<SensorSettings> = {},
  noise = createNoise(settings.seed ?? PERFECT.seed),
): Generator<TruthSample> {
  const s = { ...PERFECT, ...settings };
  const n = Math.floor(durationS * s.rateHz);
  for (let k = 0; k < n; k++) {
    const tS = k / s.rateHz;
    const head = pose(tS);
    const worldFromSensor = mul(head, s.mount);
    // Mean rate over the sample interval that ends here, from the rotation over it.
    const before = mul(pose(tS - 1 / s.rateHz), s.mount);
    const d = mul(transpose(before), worldFromSensor);
    const angle = Math.acos(Math.max(-1, Math.min(1, (d[0]! + d[4]! + d[8]! - 1) / 2)));
    const f = (angle < 1e-7 ? 0.5 : angle / (2 * Math.sin(angle))) * s.rateHz;
    const w = [f * (d[7]! - d[5]!), f * (d[2]! - d[6]!), f * (d[3]! - d[1]!)];
    const gyrRadps = w.map((v, i) => v + RAD * (s.gyroBiasDps[i]! + s.gyroNoiseDps * noise.normal()));
    const accMps2 = [6, 7, 8].map((i, k3) => G * worldFromSensor[i]! + s.accBias[k3]! + s.accNoise * noise.normal());
    yield { tS, worldFromHead: head, worldFromSensor, gyrRadps, accMps2 };
  }
}

/** Fills block after block with what a device would send, and hands each over. */
export function toBlocks(
  samples: Iterable<TruthSample>,
  onBlock: (block: SampleBlock, arrivalUs: number, last: TruthSample) => void,
  options: { perBlock?: number; content?: 'inertial' | 'quaternion' | 'both'; drop?: (index: number) => boolean } = {},
): void {
  const { perBlock = 5, content = 'inertial', drop = () => false } = options;
  const block = createSampleBlock(perBlock);
  let index = 0;
  let last: TruthSample | null = null;
  const flush = (): void => {
    if (last && block.count > 0) onBlock(block, 5e6 + 1e6 * last.tS + 7000, last);
    block.count = 0;
  };
  for (const sample of samples) {
    if (!drop(index)) {
      const i = block.count++;
      block.counter[i] = index;
      block.tickUs[i] = Math.round(sample.tS * 1e6);
      block.flags[i] = 0;
      const nan = Number.NaN;
      const inertial = content !== 'quaternion';
      for (let k = 0; k < 3; k++) {
        block.gyrRadps[3 * i + k] = inertial ? sample.gyrRadps[k]! : nan;
        block.accMps2[3 * i + k] = inertial ? sample.accMps2[k]! : nan;
      }
      const q = content === 'inertial' ? [nan, nan, nan, nan] : quatFromMat(sample.worldFromSensor);
      for (let k = 0; k < 4; k++) block.quat[4 * i + k] = q[k]!;
      last = sample;
    }
    index++;
    if (block.count === perBlock) flush();
  }
  flush();
}

/** A crooked consumer sensor with its usual errors, on a head that trembles a little. */
export const CONSUMER_SENSOR = {
  mount: mul(rotZ(20), mul(rotY(15), rotX(-25))),
  headingDeg: 130,
  gyroBiasDps: [0.3, -0.4, 0.5],
  gyroNoiseDps: 0.1,
  accNoise: 0.03,
  accBias: [0.05, -0.05, 0.05],
  tremorDeg: 0.03,
} as const;
