/** Guards a password check: counts a try before it is made, so that a hundred at once are no hundred free ones. */
import { KitError } from '../../contract/errors.ts';
import { ACCOUNT_THROTTLE, ADDRESS_THROTTLE, createThrottle, SIGN_IN_THROTTLE } from './throttle.ts';

/** Password checks at once, each 19 MiB and a core; what comes on top is told to wait. */
const CHECKS_AT_ONCE = 4;

export class TooManyTries extends KitError {
  readonly retryAfterS: number;
  constructor(waitMs: number) {
    const seconds = Math.max(1, Math.ceil(waitMs / 1000));
    super('TOO_MANY_TRIES', `wait ${seconds} s`);
    this.retryAfterS = seconds;
  }
}

export interface SignInGuard {
  /**
   * Runs `check` unless it is too early; a result of null counts as a failure.
   * @throws TooManyTries without having run it
   */
  attempt<T>(who: string, address: string, check: () => Promise<T | null>): Promise<T | null>;
  /** Tries that were not heard since the last one that was; reading it sets it back. */
  takeRefused(): number;
}

export function createSignInGuard(nowMs: () => number): SignInGuard {
  const pair = createThrottle(SIGN_IN_THROTTLE);
  const byAddress = createThrottle(ADDRESS_THROTTLE);
  const byAccount = createThrottle(ACCOUNT_THROTTLE);
  let underWay = 0;
  let refused = 0;
  return {
    takeRefused() {
      const count = refused;
      refused = 0;
      return count;
    },
    async attempt(who, address, check) {
      const now = nowMs();
      const key = `${address} ${who}`;
      const waitMs = Math.max(pair.waitMs(key, now), byAddress.waitMs(address, now), byAccount.waitMs(who, now));
      if (waitMs > 0 || underWay >= CHECKS_AT_ONCE) {
        refused++;
        throw new TooManyTries(waitMs);
      }
      pair.failed(key, now);
      byAddress.failed(address, now);
      byAccount.failed(who, now);
      underWay++;
      try {
        const result = await check();
        if (result !== null) {
          pair.succeeded(key);
          byAccount.succeeded(who);
          byAddress.forgive(address);
        }
        return result;
      } finally {
        underWay--;
      }
    },
  };
}
