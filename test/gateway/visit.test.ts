/** A visit from the safety screen to the revealed degrees, on the simulated subject in virtual time. */

import { describe, expect, it } from 'vitest';
import { summarise } from '../../src/adapters/export/index.ts';
import { createMemoryStore } from '../../src/adapters/store/memory-store.ts';
import type { Command } from '../../src/contract/commands.ts';
import type { KitState } from '../../src/contract/state.ts';
import { SCREEN_ITEMS } from '../../src/core/visit/safety-screen.ts';
import { createBlindReads, requireShown, storedBlinds } from '../../src/gateway/blind-reads.ts';
import type { Store } from '../../src/ports/store.ts';
import { LiveFlag, type LiveFrame } from '../../src/wire/live-frame.ts';
import { collect } from '../contract/session-store.ts';
import { SHORTEST_FRT } from '../support/shortest-frt.ts';
import { simulatedHeadband } from '../support/sim-stream.ts';
import { createVirtualKit, endVirtualKits, type VirtualKit } from '../support/virtual-kit.ts';

interface Rig extends VirtualKit {
  /** Fields of every frame that are degrees of a turn, and are known. */
  readonly seen: { withheld: boolean; angles: number }[];
}
endVirtualKits();

const anglesOf = (frame: LiveFrame): number =>
  [
    ...frame.orientation,
    frame.axialRad,
    frame.flexionRad,
    frame.lateralRad,
    frame.twistRad,
    frame.twistSigmaRad,
    frame.displayAxialRad,
    frame.displayFlexionRad,
    frame.displayLateralRad,
  ].filter(Number.isFinite).length;

async function rig(store: Store = createMemoryStore(), seed = 1): Promise<Rig> {
  const seen: Rig['seen'] = [];
  const made = await createVirtualKit({ band: simulatedHeadband(seed).model }, { store });
  made.kit.addSink({
    publish: (frame) => seen.push({ withheld: (frame.flags & LiveFlag.withheld) !== 0, angles: anglesOf(frame) }),
  });
  return { ...made, seen };
}
const until = (r: Rig, ...args: Parameters<VirtualKit['until']>) => r.until(...args);
const worn = (r: Rig): Promise<void> => r.wear();
const NO = Object.fromEntries(SCREEN_ITEMS.map(({ key }) => [key, false]));
const CROM: Command = { type: 'trial-start', protocol: 'crom', autoConfirm: true };
const refused = (r: Rig, command: Command, code: string, message = '') =>
  expect(r.kit.execute(command)).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
const call = (r: Rig, direction: 'left' | 'right', word: 'restricted' | 'unsure' = 'unsure') =>
  r.kit.execute({ type: 'visit-call', trialId: r.kit.state.frt!.trialId, direction, call: word, source: 'key' });

/** Everything that a page could learn of an angle: numbers of the state that differ from those of a withheld one. */
const degreesIn = (state: KitState): unknown[] =>
  (state.frt?.repetitions ?? []).flatMap(({ angleDeg, sigmaDeg, gravityAngleDeg }) =>
    [angleDeg, sigmaDeg, gravityAngleDeg].filter((value) => value !== null),
  );

describe('a visit', () => {
  it('starts no test before the safety screen is passed and the questions are answered', async () => {
    const r = await rig();
    await worn(r);
    await r.kit.execute({ type: 'session-start', subjectCode: 'VI-1' });
    await refused(r, SHORTEST_FRT, 'VISIT_NOT_READY', 'screen-open');
    await refused(r, { type: 'visit-screen', answers: { 'no-such-question': true } }, 'BAD_REQUEST');
    await r.kit.execute({ type: 'visit-screen', answers: { ...NO, 'new-injury': true } });
    expect(r.kit.state.visit).toMatchObject({ forbidden: 'screen-stop', screen: { stop: ['new-injury'] } });
    await refused(r, CROM, 'VISIT_NOT_READY', 'screen-stop');
    await r.kit.execute({ type: 'visit-override', reason: 'examined' });
    await refused(r, SHORTEST_FRT, 'VISIT_NOT_READY', 'headache-open');
    await r.kit.execute({
      type: 'visit-context',
      headacheNow: 4,
      analgesic6h: true,
      couchAngleDeg: 10,
      examiner: 'EX-1',
    });
    expect(r.kit.state.visit?.forbidden).toBeNull();
    await r.kit.execute(SHORTEST_FRT);
    const stored = await r.store.sessionContext(r.kit.state.recording!.sessionId);
    await r.time.advance(10);
    expect(stored?.context['visit']).toMatchObject({
      override: 'examined',
      headacheNow: 4,
      analgesic6h: true,
      couchAngleDeg: 10,
      examiner: 'EX-1',
      blinded: true,
    });
    await r.kit.execute({ type: 'frt-event', event: 'stop', source: 'key' });
  });

  it("asks the next patient for an alignment: another head wears the band now, the same one's stays in force", async () => {
    const r = await rig();
    await worn(r);
    const visit = async (subjectCode: string): Promise<void> => {
      await r.kit.execute({ type: 'session-start', subjectCode });
      await r.kit.execute({ type: 'visit-override', reason: 'examined' });
      await r.kit.execute({ type: 'visit-context', headacheNow: 0, analgesic6h: false });
    };
    // Done before the first patient's code was typed in: it is that patient's.
    await visit('VI-1');
    expect(r.kit.state.alignment.phase).toBe('accepted');
    await r.kit.execute({ type: 'session-end' });
    await visit('VI-1');
    expect(r.kit.state.alignment.phase).toBe('accepted');
    await r.kit.execute({ type: 'session-end' });
    await visit('VI-2');
    expect(r.kit.state.alignment.phase).not.toBe('accepted');
    await refused(r, SHORTEST_FRT, 'NOT_ALIGNED');
    await r.kit.execute({ type: 'align-start' });
    await until(r, 'alignment', (s) => s.alignment.phase === 'accepted');
    await r.kit.execute(SHORTEST_FRT);
    await r.kit.execute({ type: 'frt-event', event: 'stop', source: 'key' });
    await r.kit.execute({ type: 'session-end' });
    // Aligned between two visits, it is the next one's, whoever that is.
    await r.kit.execute({ type: 'align-start' });
    await until(r, 'alignment', (s) => s.alignment.phase === 'accepted');
    await visit('VI-3');
    expect(r.kit.state.alignment.phase).toBe('accepted');
  });

  it('shows, sounds, sends and hands out no degree of the SHORTEST_FRT before both calls, and all of it after', async () => {
    const memory = createMemoryStore();
    /** Lets the last call reach the disk. */
    let write = (): void => {};
    const slow: Store = {
      ...memory,
      async setExaminerCall(id, words) {
        if (words?.includes('right')) await new Promise<void>((resolve) => (write = resolve));
        await memory.setExaminerCall(id, words);
      },
    };
    const r = await rig(slow);
    const reads = createBlindReads(r.store, r.kit.blinds);
    await worn(r);
    await r.kit.execute({ type: 'session-start', subjectCode: 'VI-2' });
    await r.kit.execute({ type: 'visit-screen', answers: NO });
    await r.kit.execute({ type: 'visit-context', headacheNow: 0, analgesic6h: false });
    await r.kit.execute(SHORTEST_FRT);
    const from = r.seen.length;
    const states: KitState[] = [];
    r.kit.onState((state) => states.push(state));
    await until(r, 'the end', (s) => s.frt?.phase === 'finished');
    await r.time.advance(1500);
    const { sessionId } = r.kit.state.recording!;
    await call(r, 'left', 'restricted');
    await r.time.advance(500);
    const blind = r.seen.length;
    expect(r.seen.slice(from, blind).every(({ withheld, angles }) => withheld && angles === 0)).toBe(true);
    expect(blind - from).toBeGreaterThan(1000);
    expect(states.length).toBeGreaterThan(5);
    for (const state of states) {
      if (state.visit?.withheldTrialId === undefined || state.frt === null) continue;
      expect(state.frt).toMatchObject({ withheld: true, result: null });
      expect(degreesIn(state)).toEqual([]);
    }
    expect(r.kit.state.frt!.repetitions.map(({ status }) => status)).toEqual(['counted', 'counted']);
    const told = JSON.stringify([
      await reads.sessionDetail(sessionId),
      await reads.listSessions(),
      await collect(reads.repetitionRows(sessionId)),
      await collect(reads.visitRows({})),
    ]);
    const whole = await r.store.sessionDetail(sessionId);
    for (const { angleDeg } of whole!.trialList[0]!.repetitions) expect(told).not.toContain(String(angleDeg));
    await refused(r, SHORTEST_FRT, 'VISIT_NOT_READY', 'call-open');

    await call(r, 'right');
    await r.time.advance(500);
    // What was said before a degree was shown is on the disk before one is shown.
    expect(r.kit.state.frt).toMatchObject({ withheld: true, result: null });
    expect(r.kit.state.visit).toMatchObject({ withheldTrialId: r.kit.state.frt!.trialId });
    write();
    await r.time.advance(10);
    expect(r.kit.state.frt).toMatchObject({ withheld: false, result: { left: { count: 1 }, right: { count: 1 } } });
    expect(degreesIn(r.kit.state).length).toBeGreaterThanOrEqual(4);
    await r.time.advance(500);
    expect(r.seen.at(-1)).toMatchObject({ withheld: false });
    expect(r.seen.at(-1)!.angles).toBeGreaterThan(4);
    expect(await reads.sessionDetail(sessionId)).toMatchObject({
      frtLeftDeg: r.kit.state.frt!.result!.left.meanDeg,
      trialList: [{ blinded: true, examinerCall: 'left restricted, right unsure' }],
      visit: { trials: [{ calls: { left: 'restricted', right: 'unsure' } }] },
    });
    await expect(call(r, 'left')).rejects.toMatchObject({ code: 'VISIT_NOT_READY', message: /call-fixed/ });
    await refused(r, { type: 'frt-event', event: 'redo', source: 'key' }, 'VISIT_NOT_READY', 'revealed');
  }, 60_000);

  it('hides nothing where the clinic has switched it off, and the record says so', async () => {
    const r = await rig();
    await r.kit.execute({ type: 'visit-settings', blinded: false });
    await worn(r);
    await r.kit.execute({ type: 'session-start', subjectCode: 'VI-3' });
    await r.kit.execute({ type: 'visit-override', reason: 'training' });
    await r.kit.execute({ type: 'visit-context', headacheNow: 0, analgesic6h: false });
    await r.kit.execute(SHORTEST_FRT);
    const done = await until(r, 'the end', (s) => s.frt?.phase === 'finished');
    expect(done.frt).toMatchObject({ withheld: false });
    expect(done.frt!.result).not.toBeNull();
    expect(r.seen.some(({ withheld }) => withheld)).toBe(false);
    const detail = await r.store.sessionDetail(done.recording!.sessionId);
    expect(detail).toMatchObject({ visit: { blinded: false }, trialList: [{ blinded: false, examinerCall: null }] });
  }, 60_000);

  it('looks at the band, supine: where it was aligned a test may start, turned about the head it may not', async () => {
    const r = await rig();
    await worn(r);
    await r.kit.execute({ type: 'session-start', subjectCode: 'VI-6' });
    await r.kit.execute({ type: 'visit-override', reason: 'training' });
    await r.kit.execute({ type: 'visit-context', headacheNow: 0, analgesic6h: false });
    await r.kit.execute({ type: 'visit-band' });
    const seen = await until(r, 'a verdict', (s) => s.visit?.band != null);
    expect(seen.visit).toMatchObject({ band: { verdict: 'in-place' }, bandCheck: null, forbidden: null });
    expect(Math.abs(seen.visit!.band!.offDeg!)).toBeLessThan(5);
    // A new alignment knows nothing of it.
    await r.kit.execute({ type: 'align-start' });
    await refused(r, { type: 'visit-band' }, 'NOT_ALIGNED');
    await until(r, 'alignment', (s) => s.alignment.phase === 'accepted');
    expect(r.kit.state.visit).toMatchObject({ band: null });
  });

  it('keeps how long after the beginning of the turn the familiar headache came, and never turns to that side again', async () => {
    const r = await rig();
    await worn(r);
    await r.kit.execute({ type: 'session-start', subjectCode: 'VI-8' });
    await r.kit.execute({ type: 'visit-override', reason: 'training' });
    await r.kit.execute({ type: 'visit-context', headacheNow: 0, analgesic6h: false });
    await r.kit.execute(SHORTEST_FRT);
    await until(r, 'a turn', (s) => s.frt!.phase === 'rotating');
    await r.time.advance(700);
    await r.kit.execute({ type: 'frt-event', event: 'headache', source: 'pedal' });
    const { familiar } = r.kit.state.visit!.trials[0]!;
    expect(familiar).toMatchObject({ reproduced: true, goneAtNeutral: null });
    expect(familiar!.afterS).toBeGreaterThan(0.5);
    expect(familiar!.afterS).toBeLessThan(1.2);
    const done = await until(r, 'the end', (s) => s.frt!.phase === 'finished');
    expect(done.frt!.repetitions.filter(({ side }) => side === 'left').length).toBe(1);
    const trialId = done.frt!.trialId;
    await r.kit.execute({ type: 'visit-familiar', trialId, familiar: { ...familiar!, goneAtNeutral: true } });
    expect(r.kit.state.visit!.trials[0]!.familiar).toMatchObject({ goneAtNeutral: true });
  }, 60_000);

  it('keeps whether the first side was drawn', async () => {
    const r = await rig();
    await worn(r);
    await r.kit.execute({ type: 'session-start', subjectCode: 'VI-7' });
    await r.kit.execute({ type: 'visit-override', reason: 'training' });
    await r.kit.execute({ type: 'visit-context', headacheNow: 0, analgesic6h: false });
    await r.kit.execute({ ...SHORTEST_FRT, firstSide: 'random' } as Command);
    const detail = await r.store.sessionDetail(r.kit.state.recording!.sessionId);
    expect(detail!.trialList[0]!.parameters).toMatchObject({ order: 'random', firstSide: r.kit.state.frt!.side });
    await r.kit.execute({ type: 'frt-event', event: 'stop', source: 'pedal' });
  });

  it('dizziness ends the running test and every further one of the visit, and what was measured is kept', async () => {
    const r = await rig();
    await worn(r);
    await r.kit.execute({ type: 'session-start', subjectCode: 'VI-4' });
    await r.kit.execute({ type: 'visit-override', reason: 'training' });
    await r.kit.execute({ type: 'visit-context', headacheNow: 0, analgesic6h: false, blinded: false });
    await r.kit.execute(SHORTEST_FRT);
    await until(r, 'a repetition', (s) => s.frt!.repetitions.length > 0);
    await r.kit.execute({ type: 'frt-event', event: 'neurological', source: 'pedal' });
    expect(r.kit.state).toMatchObject({
      frt: { phase: 'stopped', prompt: 'frt.stopped-dizziness' },
      visit: { endedBy: 'neurological', forbidden: 'ended' },
    });
    await refused(r, SHORTEST_FRT, 'VISIT_ENDED');
    await refused(r, CROM, 'VISIT_ENDED');
    const detail = await r.store.sessionDetail(r.kit.state.recording!.sessionId);
    expect(detail!.trialList[0]!.repetitions.length).toBeGreaterThan(0);
    await r.time.advance(100);
    const marks = await r.store.listEvents(detail!.id);
    expect(marks.some(({ type, values }) => type === 'visit' && values['source'] === 'pedal')).toBe(true);
  }, 60_000);

  it('is gone on with after the gateway was lost: answers, calls and what is hidden are all there', async () => {
    const r = await rig();
    await worn(r);
    await r.kit.execute({ type: 'session-start', subjectCode: 'VI-5' });
    await r.kit.execute({ type: 'visit-screen', answers: NO });
    await r.kit.execute({ type: 'visit-context', headacheNow: 2, analgesic6h: true });
    await r.kit.execute(SHORTEST_FRT);
    await until(r, 'a repetition', (s) => s.frt!.repetitions.length > 0);
    const { sessionId } = r.kit.state.recording!;
    // The gateway ends without a word: its store is opened by another one, which ends what was left open.
    await r.store.endSession(sessionId, r.time.clock.wallMs());
    const next = await rig(Object.assign(Object.create(null), r.store, { open: async () => {} }));
    const reads = createBlindReads(next.store, next.kit.blinds);
    expect((await reads.sessionDetail(sessionId))!.trialList[0]!.repetitions[0]!.angleDeg).toBeNull();
    expect(await reads.listStreams(sessionId)).toEqual([]);
    // Nor does anything else give a degree away: the marks of the record, a replay, a copy of everything, the command line.
    const told = (await reads.listEvents(sessionId)).map(({ type }) => type);
    expect((await r.store.listEvents(sessionId)).map(({ type }) => type)).toContain('protocol');
    expect(told.filter((type) => type === 'protocol' || type === 'remeasure')).toEqual([]);
    expect(() => requireShown(next.kit.blinds, sessionId)).toThrow(
      expect.objectContaining({ code: 'DEGREES_WITHHELD' }),
    );
    const archive = { subjectCode: 'VI-5' } as const;
    await expect(summarise(reads, 'archive', archive)).rejects.toMatchObject({ code: 'DEGREES_WITHHELD' });
    const offline = createBlindReads(r.store, await storedBlinds(r.store));
    await expect(summarise(offline, 'archive', archive)).rejects.toMatchObject({ code: 'DEGREES_WITHHELD' });
    expect((await offline.sessionDetail(sessionId))!.trialList[0]!.repetitions[0]!.angleDeg).toBeNull();
    await refused(next, { type: 'visit-continue', sessionId: 'no-such-session' }, 'NOT_FOUND');
    await next.kit.execute({ type: 'visit-continue', sessionId });
    expect(next.kit.state).toMatchObject({
      recording: { sessionId, subjectCode: 'VI-5' },
      visit: { headacheNow: 2, analgesic6h: true, forbidden: 'call-open', answers: NO, closed: false },
    });
    const trialId = next.kit.state.visit!.withheldTrialId!;
    expect(next.kit.state.visit!.trials[0]!.callsNeeded).toEqual(['left']);
    await next.kit.execute({ type: 'visit-call', trialId, direction: 'left', call: 'unsure', source: 'key' });
    expect((await reads.sessionDetail(sessionId))!.trialList[0]!.repetitions[0]!.angleDeg).not.toBeNull();
    expect(next.kit.state.visit!.forbidden).toBeNull();
    await next.time.advance(10);
    expect(await summarise(reads, 'archive', archive)).toMatchObject({ visits: 1 });
    expect((await next.store.sessionDetail(sessionId))!.endedAtMs).toBeNull();
  }, 60_000);
});
