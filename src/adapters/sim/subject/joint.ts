/** One angle of the body over time: smooth pieces, minimum jerk from rest to rest, and still in between. */

interface Piece {
  readonly startS: number;
  readonly endS: number;
  /** Polynomial of (t - startS), lowest power first. */
  readonly c: readonly [number, number, number, number, number, number];
  readonly target: number;
}

/** Peak speed of a minimum-jerk movement over its mean speed (Flash and Hogan 1985): 15/8. */
export const MINIMUM_JERK_PEAK = 15 / 8;

const HISTORY = 20000;

export interface Joint {
  /** Value at any time since the start, rad. */
  at(timeS: number): number;
  /** First derivative, rad/s. */
  speedAt(timeS: number): number;
  /** Where it will be when all that is planned is done. */
  readonly target: number;
  /** When all that is planned is done, s (-Infinity: never moved). */
  readonly endS: number;
  /** Adds a movement after what is planned (startS >= endS), from rest, or from the motion left by `cut`. */
  moveTo(target: number, startS: number, durationS: number): void;
  /** Forgets what is planned after `timeS`; true when it was moving, and so must be moved on from exactly there. */
  cut(timeS: number): boolean;
}

export function createJoint(initial: number): Joint {
  let pieces: Piece[] = [];
  /** State to start from, when a movement was cut short. */
  let rest: { timeS: number; value: number; speed: number; acceleration: number } | null = null;

  const find = (timeS: number): Piece | null => {
    let low = 0;
    let high = pieces.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (pieces[middle]!.startS <= timeS) low = middle + 1;
      else high = middle;
    }
    return pieces[low - 1] ?? null;
  };
  const value = ({ c }: Piece, x: number): number =>
    c[0] + x * (c[1] + x * (c[2] + x * (c[3] + x * (c[4] + x * c[5]))));
  const speed = ({ c }: Piece, x: number): number =>
    c[1] + x * (2 * c[2] + x * (3 * c[3] + x * (4 * c[4] + x * 5 * c[5])));
  const acceleration = ({ c }: Piece, x: number): number => 2 * c[2] + x * (6 * c[3] + x * (12 * c[4] + x * 20 * c[5]));
  const target = (): number => pieces.at(-1)?.target ?? initial;

  return {
    at(timeS) {
      const piece = find(timeS);
      if (piece === null) return initial;
      return timeS >= piece.endS ? piece.target : value(piece, timeS - piece.startS);
    },
    speedAt(timeS) {
      const piece = find(timeS);
      return piece === null || timeS >= piece.endS ? 0 : speed(piece, timeS - piece.startS);
    },
    get target() {
      return target();
    },
    get endS() {
      return pieces.at(-1)?.endS ?? Number.NEGATIVE_INFINITY;
    },
    moveTo(goal, startS, durationS) {
      const from = rest ?? { timeS: startS, value: target(), speed: 0, acceleration: 0 };
      const T = durationS;
      const { value: x0, speed: v0, acceleration: a0 } = from;
      // Quintic with given value, speed and acceleration at the start, and at rest on the goal at the end.
      const d = goal - x0 - v0 * T - (a0 * T * T) / 2;
      const dv = -v0 - a0 * T;
      const da = -a0;
      pieces.push({
        startS: from.timeS,
        endS: from.timeS + T,
        c: [
          x0,
          v0,
          a0 / 2,
          (10 * d - 4 * dv * T + (da * T * T) / 2) / T ** 3,
          (-15 * d + 7 * dv * T - da * T * T) / T ** 4,
          (6 * d - 3 * dv * T + (da * T * T) / 2) / T ** 5,
        ],
        target: goal,
      });
      rest = null;
      if (pieces.length > HISTORY) pieces = pieces.slice(HISTORY / 2);
    },
    cut(timeS) {
      pieces = pieces.filter((piece) => piece.startS < timeS);
      const last = pieces.at(-1);
      if (last === undefined || last.endS <= timeS) return false;
      const x = timeS - last.startS;
      rest = { timeS, value: value(last, x), speed: speed(last, x), acceleration: acceleration(last, x) };
      pieces[pieces.length - 1] = { ...last, endS: timeS, target: rest.value };
      return true;
    },
  };
}
