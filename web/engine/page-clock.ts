/** The page's clocks: monotonic since the page was opened, and the wall clock for labels. */
import type { Clock, HostTimeUs } from '../../src/ports/time.ts';

export const pageClock: Clock = {
  nowUs: () => Math.round(performance.now() * 1000) as HostTimeUs,
  wallMs: () => Date.now(),
};
