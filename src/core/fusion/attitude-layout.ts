/** Where the numbers of the attitude filter's hot state lie: one array, one base pointer, nothing boxed. */

/** Strapdown quaternion, sensor -> drifting frame. */
export const QG = 0;
/** Tilt quaternion, drifting frame -> world. */
export const QA = 4;
/** Sums over the present block: time, time with acc, acc in the drifting frame, gyr, acc, path. */
export const SUM_T = 8;
export const SUM_TA = 9;
export const SUM_AI = 10;
export const SUM_G = 13;
export const SUM_A = 16;
export const PATH = 19;
/** 1 when a sample of the block was not at rest. */
export const MOVED = 20;
/** Missing time before the next sample, s. */
export const GAP = 21;
export const LAST_DT = 22;
/** Time that the tilt filter has run since its start, s. */
export const ACC_T = 23;
export const REST_T = 24;
export const REST = 25;
/** 1 when the low passes of the rest detector run. */
export const LP_STARTED = 26;
/** Variance of tilt beyond the floor: start and gaps, rad^2. */
export const TILT_EXTRA = 27;
export const INVALID = 28;
export const SATURATED = 29;
export const MAG_T = 30;
export const HOT_LENGTH = 31;

/** Variance of tilt of a filter that has seen nothing, rad^2 (about 18 degrees). */
export const UNKNOWN_TILT_RAD2 = 0.1;
