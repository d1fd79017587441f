import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { subjectCodeSchema } from '../../src/contract/commands.ts';
import type { AlignmentState, FrtRepetition } from '../../src/contract/state.ts';
import { ALIGN_STEPS, stepStatus } from '../../web/logic/align-steps.ts';
import { backoffMs } from '../../web/logic/backoff.ts';
import { pairClocks } from '../../web/logic/clock-pairing.ts';
import { freshnessOf } from '../../web/logic/freshness.ts';
import { countedOf, sideDots } from '../../web/logic/frt-progress.ts';
import { guardLevel } from '../../web/logic/guards.ts';
import { formatRoute, parseRoute } from '../../web/logic/route.ts';
import { signalBars } from '../../web/logic/signal-bars.ts';
import { normaliseSubjectCode, subjectCodeFault, suggestSubjectCode } from '../../web/logic/subject-code.ts';

describe('freshness', () => {
  it('is stale after 250 ms and gone after a second, and gone when nothing ever came', () => {
    expect(freshnessOf(250)).toBe('fresh');
    expect(freshnessOf(251)).toBe('stale');
    expect(freshnessOf(1000)).toBe('stale');
    expect(freshnessOf(1001)).toBe('gone');
    expect(freshnessOf(Number.POSITIVE_INFINITY)).toBe('gone');
    expect(freshnessOf(Number.NaN)).toBe('gone');
  });
});

describe('waiting before the next attempt to reach the gateway', () => {
  it('grows and stays under 8 s', () => {
    const waits = [0, 1, 2, 3, 4, 5, 6, 50, 5000].map((attempt) => backoffMs(attempt, 0));
    expect(waits).toEqual([250, 500, 1000, 2000, 4000, 8000, 8000, 8000, 8000]);
  });

  it('is spread by at most a quarter', () => {
    fc.assert(
      fc.property(fc.nat(100), fc.double({ min: 0, max: 1, noNaN: true }), (attempt, spread) => {
        const full = backoffMs(attempt, 0);
        expect(backoffMs(attempt, spread)).toBeGreaterThanOrEqual(Math.floor(full * 0.75));
        expect(backoffMs(attempt, spread)).toBeLessThanOrEqual(full);
      }),
    );
  });
});

describe('routes', () => {
  it('survive the way to the address and back', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), (id) => {
        expect(parseRoute(formatRoute({ view: 'session', id }))).toEqual({ view: 'session', id });
      }),
    );
    expect(parseRoute(formatRoute({ view: 'frt' }))).toEqual({ view: 'frt' });
  });

  it('lead to the start from anywhere unknown, and never throw', () => {
    expect(parseRoute('#/nonsense')).toEqual({ view: 'start' });
    expect(parseRoute('#/sessions/%E0%A4%A')).toEqual({ view: 'sessions' });
    fc.assert(fc.property(fc.string(), (hash) => typeof parseRoute(hash).view === 'string'));
  });
});

describe('subject codes', () => {
  it('are suggested as the contract wants them', () => {
    fc.assert(
      fc.property(fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), (numbers) => {
        const code = suggestSubjectCode(() => numbers.next().value!);
        expect(code).toMatch(/^P-[2-9][A-Z2-9]{3}$/);
        expect(subjectCodeSchema.safeParse(code).success).toBe(true);
      }),
    );
  });

  it('are judged by the form exactly as by the gateway', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), (typed) => {
        const code = normaliseSubjectCode(typed);
        expect(subjectCodeFault(code) === null).toBe(subjectCodeSchema.safeParse(code).success);
        // Typed on or read back, what is shown is what is kept.
        expect(normaliseSubjectCode(code)).toBe(code);
      }),
    );
    expect(normaliseSubjectCode(' p-7f3k ')).toBe('P-7F3K');
  });

  it('are refused with the reason a person can act on', () => {
    const fault = (typed: string) => subjectCodeFault(normaliseSubjectCode(typed));
    expect(fault('Anna')).toBe('no-digit');
    expect(fault('Müller')).toBe('no-digit');
    expect(fault('1984-02-17')).toBe('no-letter');
    expect(fault('')).toBe('short');
    expect(fault('7')).toBe('short');
    expect(fault('-P7')).toBe('signs');
    expect(fault('P_7')).toBe('signs');
    expect(fault('p7')).toBeNull();
  });
});

describe('pairing of clocks', () => {
  it('takes the ping with the shortest round trip and puts the answer in its middle', () => {
    const pair = pairClocks([
      { sentMs: 0, receivedMs: 30, hostUs: 1_020_000 },
      { sentMs: 100, receivedMs: 102, hostUs: 1_101_000 },
      { sentMs: 200, receivedMs: 210, hostUs: 1_209_000 },
    ]);
    expect(pair).toEqual({ offsetUs: 1_000_000, roundTripUs: 2000 });
    expect(pairClocks([])).toBeNull();
  });
});

describe('guards and bars', () => {
  it('are near from their mark on and over beyond the limit, whatever the sign', () => {
    expect(guardLevel(35, 45, 0.8)).toBe('ok');
    expect(guardLevel(-36, 45, 0.8)).toBe('near');
    expect(guardLevel(45, 45, 0.8)).toBe('near');
    expect(guardLevel(-45.1, 45, 0.8)).toBe('over');
    expect(guardLevel(Number.NaN, 45, 0.8)).toBe('ok');
  });

  it('show no signal as no bars', () => {
    expect([null, -95, -75, -65, -40].map(signalBars)).toEqual([0, 1, 2, 3, 4]);
  });
});

const repetition = (number: number, side: 'left' | 'right', status: FrtRepetition['status']): FrtRepetition => ({
  number,
  side,
  practice: status === 'practice',
  status,
  reason: status === 'rejected' ? 'fast' : null,
  warnings: [],
  angleDeg: 30,
  sigmaDeg: 0.5,
  gravityAngleDeg: null,
  closureDeg: 1,
  peakSpeedDegps: 20,
  startInclinationDeg: 50,
  holdS: 0.8,
  endReason: 'hold',
  startedAtMs: 0,
});

describe('repetition dots', () => {
  it('always show as many counted and open ones as are wanted, whatever was refused', () => {
    const status = fc.constantFrom('counted' as const, 'practice' as const, 'rejected' as const);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom('left' as const, 'right' as const), status)), (done) => {
        const list = done.map(([side, what], index) => repetition(index + 1, side, what));
        for (const side of ['left', 'right'] as const) {
          const dots = sideDots(list, side, 3);
          const counted = countedOf(list, side);
          expect(dots.filter((dot) => dot.kind === 'counted').length).toBe(counted);
          expect(dots.filter((dot) => dot.kind === 'open').length).toBe(Math.max(0, 3 - counted));
          expect(dots.filter((dot) => dot.number !== null).length).toBe(list.filter((r) => r.side === side).length);
        }
      }),
    );
  });
});

describe('alignment steps', () => {
  const state = (phase: AlignmentState['phase'], code: string | null = null): AlignmentState => ({
    phase,
    code,
    progress: 0.5,
    nodResidualDeg: null,
    turnResidualDeg: null,
  });

  it('follow the phase', () => {
    expect(ALIGN_STEPS.map((step) => stepStatus(step, state('none')))).toEqual(['waiting', 'waiting', 'waiting']);
    expect(ALIGN_STEPS.map((step) => stepStatus(step, state('nod')))).toEqual(['done', 'now', 'waiting']);
    expect(ALIGN_STEPS.map((step) => stepStatus(step, state('accepted')))).toEqual(['done', 'done', 'done']);
  });

  it('put a refusal where it happened', () => {
    const refused = (code: string) => ALIGN_STEPS.map((step) => stepStatus(step, state('rejected', code)));
    expect(refused('align.refused-nod-axis')).toEqual(['done', 'failed', 'waiting']);
    expect(refused('align.refused-wrong-way')).toEqual(['done', 'done', 'failed']);
    expect(refused('align.refused-signal')).toEqual(['failed', 'waiting', 'waiting']);
  });
});
