import type { Clock, HostTimeUs } from '../ports/time.ts';

/** The machine's monotonic clock, the same in every process, and its wall clock for labels. */
export const hostClock: Clock = {
  nowUs: () => Number(process.hrtime.bigint() / 1000n) as HostTimeUs,
  wallMs: () => Date.now(),
};
