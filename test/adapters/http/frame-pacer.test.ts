import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createFramePacer, PACE_MS } from '../../../src/adapters/http/frame-pacer.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'clearImmediate', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

it('lets the frames of one sensor leave in the turn in which they came', () => {
  const leftMs: number[] = [];
  const startMs = performance.now();
  const pacer = createFramePacer(() => leftMs.push(performance.now() - startMs));
  for (let i = 0; i < 5; i++) {
    pacer.due();
    vi.advanceTimersByTime(0);
    expect(leftMs).toHaveLength(i + 1);
    vi.advanceTimersByTime(10);
  }
});

it('gathers what comes faster, and keeps nothing back longer than the pace', () => {
  let waitingSinceMs: number | null = null;
  const waitsMs: number[] = [];
  const pacer = createFramePacer(() => {
    waitsMs.push(performance.now() - waitingSinceMs!);
    waitingSinceMs = null;
  });
  for (let i = 0; i < 200; i++) {
    waitingSinceMs ??= performance.now();
    pacer.due();
    vi.advanceTimersByTime(0.5);
  }
  expect(Math.max(...waitsMs)).toBeLessThanOrEqual(PACE_MS);
  expect(waitsMs.length).toBeLessThanOrEqual(100 / PACE_MS + 1);
  expect(waitsMs.length).toBeGreaterThan(25);
});

it('sends nothing after its end', () => {
  let left = 0;
  const pacer = createFramePacer(() => left++);
  pacer.due();
  vi.advanceTimersByTime(0);
  pacer.due();
  pacer.stop();
  vi.advanceTimersByTime(100);
  expect(left).toBe(1);
});
