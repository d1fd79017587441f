/** What becomes of a visit that the clinic did not take: when it is tried again, and when only a person can help. */
import type { ErrorCode } from '../../contract/errors.ts';

/** First pause after a failure, doubled each time, and the longest, ms. */
const FIRST_MS = 5000;
export const LONGEST_PAUSE_MS = 15 * 60_000;

/** Said by the clinic, and no waiting changes it: a person has to. */
const FINAL: ReadonlySet<ErrorCode> = new Set([
  'BUNDLE_STRANGER',
  'BUNDLE_NOT_FOR_US',
  'BUNDLE_EXPIRED',
  'BUNDLE_OTHER_SUBJECT',
  'BUNDLE_TOO_LARGE',
  'BUNDLE_CONFLICT',
]);

export const isFinal = (code: ErrorCode): boolean => FINAL.has(code);

/** @param attempts failed so far, at least 1 */
export const pauseMs = (attempts: number): number =>
  Math.min(FIRST_MS * 2 ** Math.min(attempts - 1, 16), LONGEST_PAUSE_MS);
