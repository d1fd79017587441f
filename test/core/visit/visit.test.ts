import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeScreen, SCREEN_ITEMS } from '../../../src/core/visit/safety-screen.ts';
import {
  createVisit,
  reduceVisit,
  revealed,
  testForbidden,
  type VisitEvent,
  type VisitState,
} from '../../../src/core/visit/visit.ts';

function play(state: VisitState, ...events: readonly VisitEvent[]): VisitState {
  return events.reduce((visit, event) => {
    const step = reduceVisit(visit, event);
    if (!step.ok) throw new Error(`${event.type}: ${step.reason}`);
    return step.state;
  }, state);
}
const refusal = (state: VisitState, event: VisitEvent): string | null => {
  const step = reduceVisit(state, event);
  return step.ok ? null : step.reason;
};
const allNo: VisitEvent[] = SCREEN_ITEMS.map(({ key }) => ({ type: 'answer', key, yes: false }));
const clear = (blinded = true): VisitState =>
  play(createVisit(blinded), ...allNo, { type: 'headache-now', value: 3 }, { type: 'analgesic', taken: false });
const start: VisitEvent = { type: 'trial-started', id: 'T1', protocol: 'frt', directions: ['left', 'right'] };
const ended: VisitEvent = { type: 'trial-ended', id: 'T1', tried: ['left', 'right'] };
const call = (direction: string, word: 'restricted' | 'not-restricted' | 'unsure' = 'unsure'): VisitEvent => ({
  type: 'call',
  id: 'T1',
  direction,
  call: word,
});

describe('the safety screen', () => {
  it('asks at home only what a patient can answer, and every stop sign that has to be known there', () => {
    const home = judgeScreen({}, 'home').open;
    for (const group of ['vessel', 'cord', 'infection', 'injury', 'nerve'])
      expect(home.some((key) => SCREEN_ITEMS.find((item) => item.key === key)!.group === group)).toBe(true);
    expect(home.length).toBeLessThan(SCREEN_ITEMS.length);
  });
  it('lets a precaution that the clinician has seen pass, and no stop sign ever', () => {
    const keys = SCREEN_ITEMS.map(({ key }) => key);
    fc.assert(
      fc.property(fc.subarray(keys), fc.subarray(keys), (yes, seen) => {
        const answers = Object.fromEntries(keys.map((key) => [key, yes.includes(key)]));
        const { stop, precautions, open } = judgeScreen(answers, 'clinic', seen);
        expect(open).toEqual([]);
        for (const item of SCREEN_ITEMS) {
          const said = yes.includes(item.key);
          expect(stop.includes(item.key)).toBe(said && item.yes === 'stop');
          expect(precautions.includes(item.key)).toBe(said && item.yes === 'precaution' && !seen.includes(item.key));
        }
      }),
    );
  });
});

describe('before a test', () => {
  it('every question has to be answered', () => {
    let visit = createVisit(true);
    expect(testForbidden(visit)).toBe('screen-open');
    visit = play(visit, ...allNo.slice(1));
    expect(refusal(visit, start)).toBe('screen-open');
    visit = play(visit, allNo[0]!);
    expect(refusal(visit, start)).toBe('headache-open');
    visit = play(visit, { type: 'headache-now', value: 0 });
    expect(refusal(visit, start)).toBe('analgesic-open');
    expect(testForbidden(play(visit, { type: 'analgesic', taken: true }))).toBeNull();
  });
  it('a stop sign forbids every test, a precaution until it was weighed', () => {
    const stopped = play(clear(), { type: 'answer', key: 'new-injury', yes: true });
    expect(refusal(stopped, start)).toBe('screen-stop');
    expect(refusal(stopped, { type: 'accept-precaution', key: 'new-injury' })).toBe('no-precaution');
    const careful = play(clear(), { type: 'answer', key: 'osteoporosis-steroids', yes: true });
    expect(refusal(careful, start)).toBe('precaution-open');
    const weighed = play(careful, { type: 'accept-precaution', key: 'osteoporosis-steroids' });
    expect(testForbidden(weighed)).toBeNull();
    // Answered again it is open again.
    const again = play(weighed, { type: 'answer', key: 'osteoporosis-steroids', yes: true });
    expect(testForbidden(again)).toBe('precaution-open');
  });
  it("the clinician's word stands for an open screen; for a stop sign only after examining it; and no longer than the answers", () => {
    const bare = play(createVisit(true), { type: 'headache-now', value: 0 }, { type: 'analgesic', taken: false });
    for (const reason of ['examined', 'screened-elsewhere', 'training'] as const)
      expect(testForbidden(play(bare, { type: 'override', reason }))).toBeNull();
    const stopped = play(clear(), { type: 'answer', key: 'new-injury', yes: true });
    expect(testForbidden(play(stopped, { type: 'override', reason: 'screened-elsewhere' }))).toBe('screen-stop');
    const examined = play(stopped, { type: 'override', reason: 'examined' });
    expect(testForbidden(examined)).toBeNull();
    expect(testForbidden(play(examined, { type: 'answer', key: 'fever-stiff-neck', yes: true }))).toBe('screen-stop');
  });
  it('takes a headache of whole numbers from 0 to 10', () => {
    for (const value of [-1, 11, 2.5, Number.NaN])
      expect(refusal(createVisit(true), { type: 'headache-now', value })).toBe('out-of-range');
  });
});

describe('blinding', () => {
  it('shows no degree before the test has ended and both calls are in', () => {
    let visit = play(clear(), start);
    expect(revealed(visit, 'T1')).toBe(false);
    visit = play(visit, call('left', 'restricted'), call('right', 'not-restricted'));
    expect(revealed(visit, 'T1')).toBe(false);
    visit = play(visit, ended);
    expect(revealed(visit, 'T1')).toBe(true);
  });
  it('fixes the calls once the degrees are seen', () => {
    const visit = play(clear(), start, ended, call('left'), call('left', 'restricted'));
    expect(revealed(visit, 'T1')).toBe(false);
    const seen = play(visit, call('right'));
    expect(refusal(seen, call('left', 'not-restricted'))).toBe('call-fixed');
    expect(seen.trials[0]!.calls).toEqual({ left: 'restricted', right: 'unsure' });
  });
  it('asks no call of a side on which nothing was reached', () => {
    const visit = play(clear(), start, { type: 'trial-ended', id: 'T1', tried: ['left'] });
    expect(revealed(visit, 'T1')).toBe(false);
    expect(refusal(visit, call('right'))).toBe('unknown-direction');
    expect(revealed(play(visit, call('left')), 'T1')).toBe(true);
  });
  it('keeps the next test waiting until the call, and shows degrees without one only on a word that is kept', () => {
    const visit = play(clear(), start, ended);
    expect(refusal(visit, { ...start, id: 'T2' })).toBe('call-open');
    const shown = play(visit, { type: 'reveal', id: 'T1' });
    expect(shown.trials[0]).toMatchObject({ revealedWithoutCall: true, calls: {} });
    expect(refusal(shown, call('left'))).toBe('call-fixed');
    expect(refusal(play(clear(), start), { type: 'reveal', id: 'T1' })).toBe('trial-running');
  });
  it('takes a repetition back before the degrees are shown, not after', () => {
    const again: VisitEvent = { type: 'trial-reopened', id: 'T1', directions: ['left', 'right'] };
    const visit = play(clear(), start, ended, call('left'));
    expect(play(visit, again).trials[0]).toMatchObject({ ended: false, callsNeeded: ['left', 'right'] });
    expect(refusal(play(visit, call('right')), again)).toBe('revealed');
    expect(refusal(play(visit, { type: 'sign', sign: 'neurological' }), again)).toBe('ended');
  });
  it('ends with the visit: what was not called stays uncalled, and may be called when it is gone on with', () => {
    const closed = play(clear(), start, { type: 'close' });
    expect(revealed(closed, 'T1')).toBe(true);
    expect(testForbidden(closed)).toBe('closed');
  });
  it('may be switched off, and the trial keeps that it was', () => {
    const visit = play(clear(false), start);
    expect(revealed(visit, 'T1')).toBe(true);
    expect(visit.trials[0]!.callsNeeded).toEqual([]);
    expect(play(visit, call('left')).trials[0]!.calls).toEqual({ left: 'unsure' });
  });
});

describe('during a visit', () => {
  it('runs one test at a time, and none after dizziness', () => {
    const running = play(clear(), start);
    expect(refusal(running, { ...start, id: 'T2' })).toBe('trial-running');
    expect(refusal(running, { type: 'treated' })).toBe('trial-running');
    const dizzy = play(running, { type: 'sign', sign: 'dizziness' });
    expect(dizzy.trials.every(({ ended }) => ended)).toBe(true);
    expect(refusal(dizzy, { ...start, id: 'T2' })).toBe('ended');
    // What was found is still written down.
    expect(refusal(dizzy, call('left'))).toBeNull();
  });
  it('marks tests before and after treatment', () => {
    const called = play(clear(), start, ended, call('left'), call('right'));
    const visit = play(called, { type: 'treated' }, { ...start, id: 'T2' });
    expect(visit.trials.map(({ treatment }) => treatment)).toEqual(['before', 'after']);
  });
});

describe('any events in any order', () => {
  const key = fc.constantFrom(...SCREEN_ITEMS.map((item) => item.key));
  const id = fc.constantFrom('T1', 'T2');
  const event: fc.Arbitrary<VisitEvent> = fc.oneof(
    fc.record({ type: fc.constant('answer' as const), key, yes: fc.boolean() }),
    fc.record({ type: fc.constant('accept-precaution' as const), key }),
    fc.record({ type: fc.constant('headache-now' as const), value: fc.integer({ min: -2, max: 12 }) }),
    fc.record({ type: fc.constant('analgesic' as const), taken: fc.boolean() }),
    fc.constant<VisitEvent>({ type: 'treated' }),
    id.map((one): VisitEvent => ({ ...start, id: one }) as VisitEvent),
    id.map((one): VisitEvent => ({ type: 'trial-ended', id: one, tried: ['left', 'right'] })),
    fc.tuple(id, fc.constantFrom('left', 'right', 'up')).map(
      ([one, direction]): VisitEvent => ({
        type: 'call',
        id: one,
        direction,
        call: 'unsure',
      }),
    ),
    fc.constantFrom('dizziness' as const, 'neurological' as const).map((sign): VisitEvent => ({ type: 'sign', sign })),
    id.map((one): VisitEvent => ({ type: 'reveal', id: one })),
    id.map((one): VisitEvent => ({ type: 'trial-reopened', id: one, directions: ['left', 'right'] })),
    fc
      .constantFrom('examined' as const, 'screened-elsewhere' as const, 'training' as const)
      .map((reason): VisitEvent => ({ type: 'override', reason })),
    fc.boolean().map((on): VisitEvent => ({ type: 'blinding', on })),
    fc.constant<VisitEvent>({ type: 'couch-angle', deg: 95 }),
    fc.constant<VisitEvent>({ type: 'examiner', code: 'EX-1' }),
    fc.constantFrom<VisitEvent>({ type: 'close' }, { type: 'continue' }),
    id.map(
      (one): VisitEvent => ({
        type: 'familiar',
        id: one,
        familiar: { reproduced: true, afterS: 4, goneAtNeutral: true },
      }),
    ),
  );
  it('lose nothing, show no hidden degree, and start no forbidden test', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), fc.boolean(), (events, ready) => {
        let visit = ready ? clear() : createVisit(true);
        for (const one of events) {
          const forbidden = testForbidden(visit);
          const step = reduceVisit(visit, one);
          if (one.type === 'trial-started') {
            const known = visit.trials.some((trial) => trial.id === one.id);
            expect(step.ok).toBe(forbidden === null && !known);
          }
          if (!step.ok) continue;
          expect(step.state.trials.length).toBeGreaterThanOrEqual(visit.trials.length);
          for (const [at, trial] of visit.trials.entries()) {
            // No call, answer or test is ever lost.
            expect(Object.keys(step.state.trials[at]!.calls)).toEqual(expect.arrayContaining(Object.keys(trial.calls)));
            expect(step.state.trials[at]!.id).toBe(trial.id);
          }
          expect(Object.keys(step.state.answers)).toEqual(expect.arrayContaining(Object.keys(visit.answers)));
          if (visit.endedBy !== null) expect(step.state.endedBy).toBe(visit.endedBy);
          visit = step.state;
          for (const trial of visit.trials) {
            if (!trial.blinded || trial.revealedWithoutCall || visit.closed || !revealed(visit, trial.id)) continue;
            expect(Object.keys(trial.calls)).toEqual(expect.arrayContaining([...trial.callsNeeded]));
            expect(trial.ended).toBe(true);
          }
        }
        expect(JSON.parse(JSON.stringify(visit))).toEqual(visit);
      }),
    );
  });
});
