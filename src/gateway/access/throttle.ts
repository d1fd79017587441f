/** Growing delays after failures, and a bucket for everything else. Both are bounded in memory and know no clock. */

export interface ThrottleParams {
  /** Failures that cost nothing: people mistype. */
  readonly freeFailures: number;
  /** Delay after the first failure that counts, ms; doubled at every further one. */
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
  /** A key without a failure for so long starts anew, ms. */
  readonly forgetAfterMs: number;
  /** Keys remembered at most; the one that failed longest ago goes first. */
  readonly maxKeys: number;
}

/**
 * Of one account from one address. Five tries are free, then the wait grows to thirty seconds: at most 2,880 guesses a
 * day, against passwords of twelve characters and more.
 */
export const SIGN_IN_THROTTLE: ThrottleParams = Object.freeze({
  freeFailures: 5,
  firstDelayMs: 1000,
  maxDelayMs: 30_000,
  forgetAfterMs: 3_600_000,
  maxKeys: 10_000,
});

/** Of one address over all accounts: a clinic's computers share few addresses, so more is free. */
export const ADDRESS_THROTTLE: ThrottleParams = Object.freeze({ ...SIGN_IN_THROTTLE, freeFailures: 20 });

/**
 * Of one account over all addresses. The wait stays short, so that nobody far away can keep a person out by failing in
 * that person's name.
 */
export const ACCOUNT_THROTTLE: ThrottleParams = Object.freeze({
  ...SIGN_IN_THROTTLE,
  freeFailures: 20,
  maxDelayMs: 4000,
});

export interface Throttle {
  /** Milliseconds until the next try is heard; 0: now. */
  waitMs(key: string, nowMs: number): number;
  failed(key: string, nowMs: number): void;
  succeeded(key: string): void;
  /** Takes one failure back. */
  forgive(key: string): void;
}

export function createThrottle(params: ThrottleParams): Throttle {
  const entries = new Map<string, { failures: number; failedAtMs: number }>();

  function delayOf(failures: number): number {
    const counted = failures - params.freeFailures;
    if (counted < 0) return 0;
    return Math.min(params.firstDelayMs * 2 ** Math.min(counted, 30), params.maxDelayMs);
  }

  return {
    waitMs(key, nowMs) {
      const entry = entries.get(key);
      if (!entry) return 0;
      return Math.max(0, entry.failedAtMs + delayOf(entry.failures) - nowMs);
    },
    failed(key, nowMs) {
      const entry = entries.get(key);
      const stale = !entry || nowMs - entry.failedAtMs > params.forgetAfterMs;
      // Taken out and put back: the map's order is then the order of the last failure.
      entries.delete(key);
      entries.set(key, { failures: stale ? 1 : entry.failures + 1, failedAtMs: nowMs });
      if (entries.size > params.maxKeys) entries.delete(entries.keys().next().value!);
    },
    succeeded(key) {
      entries.delete(key);
    },
    forgive(key) {
      const entry = entries.get(key);
      if (entry) entry.failures--;
    },
  };
}

export interface Bucket {
  /** Takes one; false when there is none left. */
  take(key: string, nowMs: number): boolean;
}

/** So many at once, and so many a second after that, for each key. */
export function createBucket(burst: number, perSecond: number, maxKeys = 10_000): Bucket {
  const levels = new Map<string, { level: number; atMs: number }>();
  return {
    take(key, nowMs) {
      const entry = levels.get(key) ?? { level: burst, atMs: nowMs };
      const elapsedMs = Math.max(0, nowMs - entry.atMs);
      const level = Math.min(burst, entry.level + (elapsedMs / 1000) * perSecond);
      levels.delete(key);
      levels.set(key, { level: level >= 1 ? level - 1 : level, atMs: nowMs });
      if (levels.size > maxKeys) levels.delete(levels.keys().next().value!);
      return level >= 1;
    },
  };
}
