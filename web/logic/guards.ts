/** The two live guards of an FRT repetition: how near a reading is to the limit at which the repetition is void. */

export type GuardLevel = 'ok' | 'near' | 'over';

/** Over this the repetition is void (settled numbers, ARCHITECTURE.md). */
export const FRT_SPEED_LIMIT_DEGPS = 45;
/** Change of head inclination since the flexed start at which the repetition is void. */
export const FRT_INCLINATION_LIMIT_DEG = 8;
/** Change of head inclination that is marked. */
export const FRT_INCLINATION_MARK_DEG = 5;

/** 'near' from `markShare` of the limit on; an unknown reading is 'ok', since nothing was exceeded. */
export function guardLevel(value: number, limit: number, markShare: number): GuardLevel {
  const size = Math.abs(value);
  if (size > limit) return 'over';
  return size >= limit * markShare ? 'near' : 'ok';
}
