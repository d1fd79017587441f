import { describe, expect, it } from 'vitest';
import type { FrtRepetition } from '../../src/contract/state.ts';
import type { FrtRepetitionRecord } from '../../src/core/protocol/frt-types.ts';
import { radFromDeg } from '../../src/core/units.ts';
import { frtResult, repetitionOf, sideResult } from '../../src/gateway/frt-view.ts';
import { FRT_REPETITION as REPETITION } from '../contract/session-store.ts';

const RECORD: FrtRepetitionRecord = {
  number: 3,
  side: 'right',
  practice: false,
  status: 'counted',
  reason: null,
  warnings: ['closure'],
  startedAtS: 12.5,
  twistRad: radFromDeg(-29),
  sigmaRad: radFromDeg(0.6),
  gravityTwistRad: radFromDeg(-28.5),
  closureRad: radFromDeg(1),
  peakSpeedRadps: radFromDeg(30),
  startFlexionRad: 0.6,
  startInclinationRad: radFromDeg(55),
  holdS: 0.71,
  endReason: 'hold',
};
const rep = (side: 'left' | 'right', angleDeg: number | null, changes: Partial<FrtRepetition> = {}): FrtRepetition => ({
  ...REPETITION,
  side,
  angleDeg,
  sigmaDeg: 0.5,
  ...changes,
});
const REFERENCE = { id: 'r', valueDeg: 32, label: 'l', source: 's' };

describe('a repetition for people', () => {
  it('has a magnitude and a side instead of a sign, and degrees', () => {
    const shown = repetitionOf(RECORD, (timeS) => 1_000_000 + timeS * 1000);
    expect(shown).toMatchObject({ side: 'right', status: 'counted', warnings: ['closure'], startedAtMs: 1_012_500 });
    expect(shown.angleDeg).toBeCloseTo(29, 10);
    expect(shown.gravityAngleDeg).toBeCloseTo(28.5, 10);
    expect(shown.peakSpeedDegps).toBeCloseTo(30, 10);
  });

  it('shows gravity on the other side as negative, and the unknown as nothing', () => {
    expect(repetitionOf({ ...RECORD, gravityTwistRad: radFromDeg(10) }, () => 0).gravityAngleDeg).toBeCloseTo(-10, 10);
    const unknown = repetitionOf(
      { ...RECORD, twistRad: Number.NaN, sigmaRad: Number.NaN, gravityTwistRad: Number.NaN },
      () => 0,
    );
    expect(unknown).toMatchObject({ angleDeg: null, sigmaDeg: null, gravityAngleDeg: null });
    expect(JSON.parse(JSON.stringify(unknown))).toEqual(unknown);
  });
});

describe('the result of a side', () => {
  it('is the mean of what counts, with best, spread and uncertainty', () => {
    const reps = [
      rep('left', 10, { status: 'practice', practice: true }),
      rep('left', 36),
      rep('left', 39),
      rep('left', 99, { status: 'rejected', reason: 'fast' }),
      rep('right', 20),
      rep('left', 42),
    ];
    const left = sideResult(reps, 'left');
    expect(left).toMatchObject({ count: 3, meanDeg: 39, bestDeg: 42, spreadDeg: 6 });
    // Scatter: 3 deg over three repetitions, 3/sqrt(3); the repetitions' own 0.5 deg does not average out.
    expect(left.sigmaDeg).toBeCloseTo(Math.hypot(0.5, 3 / Math.sqrt(3)), 10);
    expect(sideResult(reps, 'right')).toMatchObject({
      count: 1,
      meanDeg: 20,
      bestDeg: 20,
      spreadDeg: null,
      sigmaDeg: 0.5,
    });
  });

  it('leaves out what pain ended, unless there is nothing else', () => {
    const reps = [rep('left', 8, { endReason: 'pain' }), rep('left', 38), rep('right', 12, { endReason: 'pain' })];
    expect(sideResult(reps, 'left')).toMatchObject({ count: 1, meanDeg: 38, spreadDeg: null });
    expect(sideResult(reps, 'right')).toMatchObject({ count: 1, meanDeg: 12 });
  });

  it('is nothing when nothing counts, and claims no uncertainty that is not known', () => {
    expect(sideResult([rep('left', 30, { status: 'rejected' })], 'left')).toEqual({
      count: 0,
      meanDeg: null,
      bestDeg: null,
      spreadDeg: null,
      sigmaDeg: null,
    });
    expect(sideResult([rep('left', 30), rep('left', 31, { sigmaDeg: null })], 'left').sigmaDeg).toBeNull();
    expect(frtResult([rep('left', 30, { status: 'rejected' })], REFERENCE)).toBeNull();
  });

  it('is left minus right, and only where both are known', () => {
    expect(frtResult([rep('left', 40), rep('right', 30)], REFERENCE)!.differenceDeg).toBe(10);
    const one = frtResult([rep('left', 40)], REFERENCE)!;
    expect(one.differenceDeg).toBeNull();
    expect(one.reference).toEqual(REFERENCE);
  });
});
