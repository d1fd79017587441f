import { describe, expect, it } from 'vitest';
import { summariseAdherence } from '../../../src/core/outcome/adherence.ts';
import { type CcftStage, scoreCcft } from '../../../src/core/outcome/ccft.ts';
import { type PromptInput, planPrompts } from '../../../src/core/outcome/prompts.ts';

const stage = (pressureMmHg: number, holds = 10, clean = true): CcftStage => ({
  pressureMmHg,
  holds,
  clean,
  nodDeg: null,
});

describe('craniocervical flexion test', () => {
  it('counts the highest stage that was held cleanly with all below it', () => {
    expect(scoreCcft([22, 24, 26, 28, 30].map((p) => stage(p)))).toEqual({
      ok: true,
      highestMmHg: 30,
      performanceIndex: 100,
    });
    expect(scoreCcft([stage(22), stage(24, 7), stage(26, 0)])).toMatchObject({ highestMmHg: 24, performanceIndex: 28 });
    // Clean again after a stage that was not: the later one does not count.
    expect(scoreCcft([stage(22), stage(24, 5, false), stage(26)])).toMatchObject({ highestMmHg: 22 });
    expect(scoreCcft([stage(22, 3, false)])).toEqual({ ok: true, highestMmHg: null, performanceIndex: null });
  });
  it('refuses stages that the test does not have', () => {
    expect(scoreCcft([])).toEqual({ ok: false, reason: 'no-stage' });
    expect(scoreCcft([stage(24)])).toEqual({ ok: false, reason: 'stage-order' });
    expect(scoreCcft([stage(22), stage(26)])).toEqual({ ok: false, reason: 'stage-order' });
    expect(scoreCcft([stage(22, 11)])).toEqual({ ok: false, reason: 'holds-range' });
    expect(scoreCcft([stage(22, 1.5)])).toEqual({ ok: false, reason: 'holds-range' });
    expect(scoreCcft([22, 24, 26, 28, 30, 32].map((p) => stage(p)))).toEqual({ ok: false, reason: 'no-stage' });
  });
});

describe('adherence', () => {
  it('is a share of the days that were told, the later list of a day standing', () => {
    const days = [
      { day: 100, done: ['a'] },
      { day: 101, done: [] },
      { day: 101, done: ['a', 'b', 'gone'] },
    ];
    expect(summariseAdherence(days, ['a', 'b'], 101)).toEqual({ daysKnown: 2, share: 3 / 4 });
  });
  it('says nothing without a day or without an exercise, and looks back on 28 days', () => {
    expect(summariseAdherence([], ['a'], 101)).toEqual({ daysKnown: 0, share: null });
    expect(summariseAdherence([{ day: 100, done: [] }], [], 101)).toEqual({ daysKnown: 1, share: null });
    expect(summariseAdherence([{ day: 73, done: ['a'] }], ['a'], 101)).toEqual({ daysKnown: 0, share: null });
    expect(summariseAdherence([{ day: 74, done: ['a'] }], ['a'], 101)).toEqual({ daysKnown: 1, share: 1 });
    expect(summariseAdherence([{ day: 102, done: ['a'] }], ['a'], 101)).toMatchObject({ daysKnown: 0 });
  });
});

describe('prompts', () => {
  const input: PromptInput = { reviewDue: false, visits: 3, reported: [], measured: [] };
  const changed = { verdict: 'changed', better: true } as const;
  const same = { verdict: 'not changed', better: false } as const;
  const say = (change: Partial<PromptInput>) => planPrompts({ ...input, ...change });

  it('say nothing where there is nothing', () => {
    expect(say({})).toEqual([]);
    expect(say({ visits: 9 })).toEqual([]);
  });
  it('let only the patient say better or worse', () => {
    expect(say({ reported: [changed], measured: [same] })).toEqual(['progress']);
    expect(say({ reported: [changed, { ...changed, better: false }] })).toEqual(['reported-worse']);
    expect(say({ reported: [same], measured: [changed] })).toEqual(['range-alone']);
    expect(say({ measured: [changed] })).toEqual(['ask-patient']);
  });
  it('ask for a review when it is due, and after four visits without any change', () => {
    expect(say({ reviewDue: true, reported: [changed] })).toEqual(['review-due', 'progress']);
    expect(say({ visits: 4, reported: [same], measured: [{ verdict: 'unclear' }] })).toEqual(['nothing-changed']);
    expect(say({ visits: 3, reported: [same], measured: [{ verdict: 'unclear' }] })).toEqual([]);
    expect(say({ visits: 4, reported: [same], measured: [changed] })).toEqual(['range-alone']);
  });
});
