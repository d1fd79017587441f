/** Waiting time before the next attempt to reach the gateway. */

const FIRST_MS = 250;
const LONGEST_MS = 8000;

/**
 * Doubles from 250 ms to at most 8 s. `spread` in 0..1 takes off up to a quarter, so that many pages do not come back
 * in the same instant after a restart.
 */
export function backoffMs(attempt: number, spread: number): number {
  const full = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 10));
  return Math.round(full * (1 - 0.25 * spread));
}
