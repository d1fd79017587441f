/** A stored trial played again tells what it told when it was recorded. */
import { describe, expect, it } from 'vitest';
import { createMemoryStore } from '../../src/adapters/store/memory-store.ts';
import { decodeReplay, encodeReplay } from '../../src/contract/replay.ts';
import { DRIVERS } from '../../src/devices/registry.ts';
import { DEFAULT_PARTS } from '../../src/gateway/kit-parts.ts';
import { replayTrial } from '../../src/gateway/replay-trial.ts';
import { createLiveFrame, decodeLiveFrame, eachLiveFrame } from '../../src/wire/live-frame.ts';
import { recordVisit } from '../support/recorded-visit.ts';

describe('a trial played again', () => {
  it('has the events of the stored trial in their order, its live numbers in its frames, and leaves nothing behind', async () => {
    const store = createMemoryStore();
    await store.open();
    const sessionId = await recordVisit(store, { seed: 61, subjectCode: 'RP-1', tests: ['frt', 'crom'] });
    const before = await store.listEvents(sessionId);
    const session = (await store.sessionDetail(sessionId))!;
    for (const trial of session.trialList) {
      const { meta, frames } = await replayTrial(
        { store, drivers: DRIVERS, parts: DEFAULT_PARTS },
        sessionId,
        trial.id,
      );
      expect(decodeReplay(encodeReplay(meta, frames))).toEqual({ meta, frames });
      const start = before.findIndex(
        ({ type, values }) => (type === 'frt-start' || type === 'trial-start') && values['trialId'] === trial.id,
      );
      const next = before.findIndex(({ type }, i) => i > start && (type === 'frt-start' || type === 'trial-start'));
      const stored = before
        .slice(start, next < 0 ? undefined : next)
        .filter(({ type }) => type === 'protocol')
        .map(({ values }) => ({
          timeS: values['timeS'],
          type: values['type'],
          code: values['code'],
          side: values['side'],
        }));
      expect(stored.length).toBeGreaterThan(5);
      expect(meta.events.filter(({ type }) => type !== 'examiner')).toEqual(stored);
      expect(meta.steps.at(-1)).toMatchObject({ phase: 'finished', repetitions: trial.repetitions.length });
      expect(meta).toMatchObject({ kind: trial.kind, simulated: true });

      // The largest live angle of each repetition lies where the stored one does: live feedback against the result.
      const frame = createLiveFrame();
      let count = 0;
      let lastS = Number.NEGATIVE_INFINITY;
      let farthestDeg = 0;
      eachLiveFrame(frames.buffer, frames.byteOffset, frames.byteLength, (view) => {
        expect(decodeLiveFrame(view, frame)).toBe(true);
        expect(frame.timeS).toBeGreaterThan(lastS);
        lastS = frame.timeS;
        count++;
        if (Number.isFinite(frame.twistRad))
          farthestDeg = Math.max(farthestDeg, (Math.abs(frame.twistRad) * 180) / Math.PI);
      });
      expect(count).toBe(meta.frames);
      const best = Math.max(...trial.repetitions.map(({ angleDeg }) => angleDeg ?? 0));
      expect(Math.abs(farthestDeg - best)).toBeLessThan(2);
    }
    expect(await store.listEvents(sessionId)).toEqual(before);
    expect(await store.sessionDetail(sessionId)).toEqual(session);
    expect(await store.listSessions()).toHaveLength(1);
    await expect(
      replayTrial({ store, drivers: DRIVERS, parts: DEFAULT_PARTS }, sessionId, 'nowhere'),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
  }, 120_000);

  it('leaves the rest of the program its turns meanwhile: a gateway may be measuring', async () => {
    const store = createMemoryStore();
    await store.open();
    const sessionId = await recordVisit(store, { seed: 62, subjectCode: 'RP-2', tests: ['frt'] });
    const [trial] = (await store.sessionDetail(sessionId))!.trialList;
    let turns = 0;
    let over = false;
    const count = (): void => {
      turns++;
      if (!over) setImmediate(count);
    };
    setImmediate(count);
    await replayTrial({ store, drivers: DRIVERS, parts: DEFAULT_PARTS }, sessionId, trial!.id);
    over = true;
    // Without pauses there is one turn at the most, for the store's first answer.
    expect(turns).toBeGreaterThan(5);
  }, 120_000);

  it('no bytes are taken for one that is none', () => {
    for (const bytes of [[], [1], [9, 0, 0, 0, 1], [2, 0, 0, 0, 123, 125]])
      expect(decodeReplay(Uint8Array.from(bytes))).toBeNull();
  });
});
