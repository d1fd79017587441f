import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createSignInGuard, TooManyTries } from '../../../src/gateway/access/sign-in-guard.ts';
import { createBucket, createThrottle, SIGN_IN_THROTTLE } from '../../../src/gateway/access/throttle.ts';

describe('the growing delay', () => {
  test('five are free, then it doubles to thirty seconds and stays there', () => {
    const throttle = createThrottle(SIGN_IN_THROTTLE);
    const waits: number[] = [];
    let now = 0;
    for (let i = 0; i < 14; i++) {
      waits.push(throttle.waitMs('a', now));
      now += throttle.waitMs('a', now);
      throttle.failed('a', now);
    }
    expect(waits).toEqual([0, 0, 0, 0, 0, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000, 30_000]);
  });

  test('however the tries are spread over a day, fewer than 3,000 of one address are heard for one account', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 50, maxLength: 400 }), (gapsMs) => {
        const throttle = createThrottle(SIGN_IN_THROTTLE);
        let now = 0;
        let heard = 0;
        for (let i = 0; now < 86_400_000; i++) {
          now += gapsMs[i % gapsMs.length]!;
          if (throttle.waitMs('a', now) > 0) {
            now += throttle.waitMs('a', now);
          }
          throttle.failed('a', now);
          heard++;
        }
        expect(heard).toBeLessThan(3000);
      }),
      { numRuns: 20 },
    );
  });

  test('a key does not delay another, and the memory is bounded', () => {
    const throttle = createThrottle({ ...SIGN_IN_THROTTLE, freeFailures: 0, maxKeys: 100 });
    for (let i = 0; i < 5000; i++) throttle.failed(`k${i}`, i);
    expect(throttle.waitMs('k4999', 4999)).toBe(2000);
    expect(throttle.waitMs('k0', 4999)).toBe(0);
    expect(throttle.waitMs('other', 4999)).toBe(0);
  });
});

test('a bucket gives its burst at once and its rate afterwards', () => {
  const bucket = createBucket(10, 5);
  const taken = (nowMs: number, tries: number) =>
    Array.from({ length: tries }, () => bucket.take('a', nowMs)).filter(Boolean).length;
  expect(taken(0, 50)).toBe(10);
  expect(taken(1000, 50)).toBe(5);
  expect(taken(100_000, 50)).toBe(10);
});

describe('the guard of a sign-in', () => {
  test('a hundred wrong ones at once are no hundred free ones', async () => {
    const guard = createSignInGuard(() => 0);
    let checked = 0;
    const outcomes = await Promise.allSettled(
      Array.from({ length: 100 }, () =>
        guard.attempt('dora', '10.0.0.1', async () => {
          checked++;
          return null;
        }),
      ),
    );
    expect(checked).toBeLessThanOrEqual(5);
    expect(outcomes.filter((o) => o.status === 'rejected').every((o) => o.reason instanceof TooManyTries)).toBe(true);
    expect(guard.takeRefused()).toBe(100 - checked);
  });

  test('failures from far away keep nobody out for longer than four seconds', async () => {
    let now = 0;
    const guard = createSignInGuard(() => now);
    const wrong = (address: string) => guard.attempt('dora', address, async () => null).catch(() => 'early');
    for (let i = 0; i < 2000; i++) await wrong(`10.1.${i >> 8}.${i & 255}`);
    const early = await guard.attempt('dora', '10.0.0.9', async () => 'in').catch((error: TooManyTries) => error);
    expect(early).toBeInstanceOf(TooManyTries);
    expect((early as TooManyTries).retryAfterS).toBeLessThanOrEqual(4);
    now += 4000;
    expect(await guard.attempt('dora', '10.0.0.9', async () => 'in')).toBe('in');
  });

  test('one who signs in rightly from a shared address does not use up its tries', async () => {
    const guard = createSignInGuard(() => 0);
    for (let i = 0; i < 200; i++) expect(await guard.attempt(`p${i}`, '10.0.0.1', async () => 'in')).toBe('in');
  });
});
