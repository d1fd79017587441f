/** What one visit leaves behind is not the next one's: its test is put away when another session begins. */

import { describe, expect, it } from 'vitest';
import { SHORTEST_FRT } from '../support/shortest-frt.ts';
import { simulatedHeadband } from '../support/sim-stream.ts';
import { createVirtualKit, endVirtualKits, type VirtualKit } from '../support/virtual-kit.ts';
import { readyVisit } from '../support/visit-ready.ts';

endVirtualKits();

const CROM = { type: 'trial-start', protocol: 'crom', practice: 0, repetitions: 1 };

/** Aligned, with a session open. */
async function visit(): Promise<VirtualKit> {
  const r = await createVirtualKit({ band: simulatedHeadband(3).model });
  await r.wear();
  await r.run({ type: 'session-start', subjectCode: 'TEST-02' });
  await readyVisit(r.kit.execute);
  return r;
}

describe('a test whose session was ended', () => {
  it.each(['disconnect', 'session-end'])('by %s: its result can be read until the next session begins', async (how) => {
    const r = await visit();
    await r.run(SHORTEST_FRT);
    await r.until('the end', (s) => s.frt?.phase === 'finished', 120_000);
    await r.run(how === 'disconnect' ? { type: 'disconnect', index: 0 } : { type: 'session-end' });
    const ended = r.kit.state;
    expect(ended.recording).toBeNull();
    expect(ended.frt?.result).not.toBeNull();

    await r.run({ type: 'session-start', subjectCode: 'TEST-02' });
    expect(r.kit.state.frt).toBeNull();
    expect(r.kit.state.visit?.trials).toEqual([]);
  });

  it('is no test of the visit that is gone on with', async () => {
    const r = await visit();
    const first = r.kit.state.recording!.sessionId;
    await r.run({ type: 'session-end' });
    await r.run({ type: 'session-start', subjectCode: 'TEST-07' });
    await r.run({ type: 'align-start' });
    await r.until('alignment', (s) => s.alignment.phase === 'accepted');
    await readyVisit(r.kit.execute);
    await r.run(CROM);
    await r.time.advance(2000);
    await r.run({ type: 'session-end' });
    expect(r.kit.state.trial?.ended).toBe(true);

    await r.run({ type: 'visit-continue', sessionId: first });
    expect(r.kit.state.recording?.subjectCode).toBe('TEST-02');
    expect(r.kit.state.trial).toBeNull();
  });
});
