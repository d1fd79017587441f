/** How old what is shown may be, by the page's own clock. */

export type Freshness = 'fresh' | 'stale' | 'gone';

/** Without a frame for this long the numbers turn grey and the page says so. */
export const STALE_AFTER_MS = 250;
/** After this long the numbers give way to a dash. */
export const GONE_AFTER_MS = 1000;

/** Freshness of data received `ageMs` ago; infinite or NaN (nothing was ever received) is 'gone'. */
export function freshnessOf(ageMs: number): Freshness {
  if (ageMs <= STALE_AFTER_MS) return 'fresh';
  return ageMs <= GONE_AFTER_MS ? 'stale' : 'gone';
}
