/** The same path at other speeds: a script whose times are bent between two moments by a smooth monotone warp. */
import { type Posture, Script, type Step } from './subject-motion.ts';

/** Factors of the pace, each for an equal share of the stretch; between them the pace changes smoothly. */
export interface Warp {
  readonly fromS: number;
  readonly toS: number;
  readonly paces: readonly number[];
}

/** Pace at a place u in [0, 1] of a stretch: cosine steps between the factors, which lie at equal distances. */
function paceAt(u: number, paces: readonly number[]): number {
  const x = Math.max(0, Math.min(1, u)) * (paces.length - 1);
  const i = Math.min(paces.length - 2, Math.floor(x));
  const s = 0.5 - 0.5 * Math.cos(Math.PI * (x - i));
  return (1 - s) * paces[i]! + s * paces[i + 1]!;
}

/** Steps of the table that turns new times into old ones. */
const STEPS = 400;

export class WarpedScript extends Script {
  readonly #script: Script;
  readonly #tables: { readonly warp: Warp; readonly newS: Float64Array }[];

  /** @param warps in the order of time, not overlapping */
  constructor(script: Script, warps: readonly Warp[]) {
    super();
    this.#script = script;
    let shift = 0;
    this.#tables = warps.map((warp) => {
      const newS = new Float64Array(STEPS + 1);
      const step = (warp.toS - warp.fromS) / STEPS;
      newS[0] = warp.fromS + shift;
      for (let i = 0; i < STEPS; i++) newS[i + 1] = newS[i]! + step / paceAt((i + 0.5) / STEPS, warp.paces);
      shift = newS[STEPS]! - warp.toS;
      return { warp, newS };
    });
  }
  override get durationS(): number {
    // Asked for by the constructor of the base class too.
    return this.#script.durationS + this.#shiftAt(Number.POSITIVE_INFINITY);
  }
  override add(_step: Step): this {
    throw new Error('a warped script is complete');
  }
  override at(t: number): Posture {
    for (const { warp, newS } of this.#tables) {
      if (t < newS[0]! || t > newS[STEPS]!) continue;
      let i = 0;
      while (newS[i + 1]! < t) i++;
      const u = (i + (t - newS[i]!) / (newS[i + 1]! - newS[i]!)) / STEPS;
      return this.#script.at(warp.fromS + u * (warp.toS - warp.fromS));
    }
    return this.#script.at(t - this.#shiftAt(t));
  }
  #shiftAt(t: number): number {
    const past = this.#tables.findLast(({ newS }) => newS[STEPS]! <= t);
    return past ? past.newS[STEPS]! - past.warp.toS : 0;
  }
}
