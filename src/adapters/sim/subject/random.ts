/** Seeded randomness: the same seed gives the same numbers on every machine. */

export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform in [low, high). */
  between(low: number, high: number): number;
  /** Gaussian with mean 0 and standard deviation 1. */
  gauss(): number;
  /** Gaussian, redrawn until it lies within two standard deviations: people vary, but not without end. */
  spread(): number;
  /** Uniform direction on the sphere. */
  direction(): [number, number, number];
}

/** One 32-bit step of a multiplicative hash (constants of MurmurHash3's finaliser). */
function mix(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/**
 * A generator of its own for each (seed, purpose), so that one more draw in one place leaves every other place as it was.
 * xorshift128 (Marsaglia 2003) on a hashed state.
 */
export function createRandom(seed: number, purpose: string): Random {
  let key = mix(seed ^ Math.floor(seed / 2 ** 32));
  for (let i = 0; i < purpose.length; i++) key = mix(key ^ (purpose.charCodeAt(i) + 0x9e3779b9 * (i + 1)));
  let x = mix(key + 1);
  let y = mix(key + 2);
  let z = mix(key + 3);
  let w = mix(key + 4) | 1;
  let spare = Number.NaN;
  const word = (): number => {
    const t = x ^ (x << 11);
    x = y;
    y = z;
    z = w;
    w = w ^ (w >>> 19) ^ t ^ (t >>> 8);
    return w >>> 0;
  };
  const next = (): number => ((word() >>> 5) * 67108864 + (word() >>> 6)) / 2 ** 53;
  const gauss = (): number => {
    if (!Number.isNaN(spare)) {
      const value = spare;
      spare = Number.NaN;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - next()));
    const angle = 2 * Math.PI * next();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
  return {
    next,
    between: (low, high) => low + (high - low) * next(),
    gauss,
    spread() {
      for (;;) {
        const value = gauss();
        if (Math.abs(value) <= 2) return value;
      }
    },
    direction() {
      const height = 2 * next() - 1;
      const angle = 2 * Math.PI * next();
      const radius = Math.sqrt(1 - height * height);
      return [radius * Math.cos(angle), radius * Math.sin(angle), height];
    },
  };
}
