/** The active turn in flexion, alone: the FRT's machine with what a patient alone needs, under names of its own. */
import { describe, expect, it } from 'vitest';
import type { FrtParams } from '../../../src/core/protocol/frt.ts';
import { isFastVoid, nextSide, remaining } from '../../../src/core/protocol/frt-plan.ts';
import type { FrtRepetitionRecord } from '../../../src/core/protocol/frt-types.ts';
import {
  HOME_TURN_DEFAULTS,
  homeFlexionRotation,
  homeTurnRepetition,
} from '../../../src/core/protocol/home-flexion-rotation.ts';
import type { MotionSample, ProtocolEvent } from '../../../src/core/protocol/step.ts';
import { FRT_REFERENCES } from '../../../src/core/reference/frt-reference.ts';
import { runTrial } from '../../support/run-trial.ts';
import { Script } from '../../support/subject-motion.ts';

const DEG = Math.PI / 180;
const NOTHING = { attempts: { left: 0, right: 0 }, closed: { left: false, right: false } };
const record = (over: Partial<FrtRepetitionRecord>): FrtRepetitionRecord => ({
  ...{ number: 1, side: 'left', practice: false, status: 'counted', reason: null, warnings: [], startedAtS: 0 },
  ...{ twistRad: 0.6, sigmaRad: 0.01, gravityTwistRad: 0.6, closureRad: 0, peakSpeedRadps: 0.5 },
  ...{ startInclinationRad: 0.9, startFlexionRad: 0.6, holdS: 1, endReason: 'hold' },
  ...over,
});
const lying = (flexion: number) => new Script().align().lieDownAndFlex(flexion);
const run = (script: Script, over: Partial<FrtParams> = {}) =>
  runTrial(script, { frt: { ...HOME_TURN_DEFAULTS, practice: false, repetitionsPerSide: 1, ...over } }).frt.view;

describe('the start', () => {
  it('is kept with every turn: the flexion from lying flat', () => {
    const { repetitions } = run(lying(50).frt(30).frt(-30));
    expect(repetitions.map(({ status }) => status)).toEqual(['counted', 'counted']);
    for (const one of repetitions) {
      expect(one.startFlexionRad / DEG).toBeCloseTo(50, 0);
      expect(homeTurnRepetition(one).measures['startFlexionRad']).toBe(one.startFlexionRad);
    }
  });
  it.each([
    [44, 'frt.flex-less'],
    [56, 'frt.flex-more'],
  ])('has to agree with the baseline in the clinic: one of %d deg is not met by 50', (baselineDeg, prompt) => {
    const view = run(lying(50).frt(30), { baselineStartRad: baselineDeg * DEG });
    expect(view.repetitions).toEqual([]);
    expect(view.prompt).toBe(prompt);
  });
  it.each([46, 54])('agrees within five degrees: a baseline of %d deg is met by 50', (baselineDeg) => {
    const view = run(lying(50).frt(30).frt(-30), { baselineStartRad: baselineDeg * DEG });
    expect(view.phase).toBe('finished');
  });
});

describe('the turns', () => {
  it('are void when the chin comes up by more than five degrees: that would add to them', () => {
    const { repetitions } = run(lying(50).add({ axial: 30, flexion: 43, moveS: 3, stayS: 2 }));
    expect(repetitions[0]).toMatchObject({ status: 'rejected', reason: 'flexion' });
  });
  it('too fast are asked for once more, then they count and are marked', () => {
    const script = lying(50);
    for (let i = 0; i < 2; i++) script.frt(30, { moveS: 0.8 });
    const { repetitions } = run(script);
    expect(repetitions.map(({ status, reason }) => [status, reason])).toEqual([
      ['rejected', 'fast'],
      ['counted', null],
    ]);
    expect(repetitions[0]!.warnings).not.toContain('fast');
    expect(repetitions[1]!.warnings).toContain('fast');
    const fast = record({ status: 'rejected', reason: 'fast' });
    expect(isFastVoid([fast], 'right', HOME_TURN_DEFAULTS)).toBe(true);
    expect(isFastVoid([fast], 'left', HOME_TURN_DEFAULTS)).toBe(false);
  });
  it('go on where a test that was cut off stopped, and keep nobody at a side for ever', () => {
    const already = { left: 4, right: 2 };
    expect(nextSide([], NOTHING, { ...HOME_TURN_DEFAULTS, already })).toBe('right');
    expect(remaining([], NOTHING, 'right', { ...HOME_TURN_DEFAULTS, already })).toBe(2);
    const tries = Array.from({ length: 7 }, () => record({ status: 'rejected', reason: 'signal' }));
    expect(remaining(tries.slice(1), NOTHING, 'left', HOME_TURN_DEFAULTS)).toBe(4);
    expect(remaining(tries, NOTHING, 'left', HOME_TURN_DEFAULTS)).toBe(0);
  });
});

describe('its name', () => {
  it('is never that of the test that an examiner does, and no reference is one of it', () => {
    expect(homeFlexionRotation.id).not.toMatch(/frt/i);
    expect(homeFlexionRotation).toMatchObject({ evidence: 'self-active', atHome: true, posture: 'supine' });
    expect(FRT_REFERENCES.length).toBeGreaterThan(0);
    const machine = homeFlexionRotation.create();
    const events: ProtocolEvent[] = [];
    const sample = (timeS: number): MotionSample => ({
      ...{ timeS, worldFromHead: Float64Array.of(Math.cos(-0.35), 0, Math.sin(-0.35), 0) },
      ...{ headRateRadps: new Float64Array(3), headAccMps2: Float64Array.of(6.3, 0, 7.5), flags: 0 },
      ...{ gapS: 0, headingSigmaRad: 0.001, tiltSigmaRad: 0.006 },
    });
    for (let i = 0; i < 300; i++) machine.update(sample(0.02 * i), events);
    machine.apply({ type: 'pain' }, 6, events);
    machine.apply({ type: 'stop' }, 6, events);
    expect(events.length).toBeGreaterThan(3);
    for (const { code } of events) expect(code).toMatch(/^home-turn\./);
    expect(machine.view.prompt).toBe('home-turn.stopped');
  });
});
