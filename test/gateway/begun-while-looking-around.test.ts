/** A test begun while the patient still sits and looks around: wherever the eyes were, it goes to its end. */

import { describe, expect, it } from 'vitest';
import { SHORTEST_FRT } from '../support/shortest-frt.ts';
import { simulatedHeadband } from '../support/sim-stream.ts';
import { createVirtualKit, endVirtualKits, type VirtualKit } from '../support/virtual-kit.ts';
import { readyVisit } from '../support/visit-ready.ts';

endVirtualKits();

/** Slow to hear: a request takes long to get to somebody who does something else. */
const SLOW = { reactionMinS: 2, reactionMaxS: 2.5 };

async function lookingAround(seed: number, forMs: number): Promise<VirtualKit> {
  const r = await createVirtualKit({ band: simulatedHeadband(seed, {}, SLOW).model });
  await r.wear();
  await r.run({ type: 'session-start', subjectCode: 'TEST-02' });
  await readyVisit(r.kit.execute);
  await r.time.advance(forMs);
  return r;
}

describe('the Flexion-Rotation Test', () => {
  it.each([0, 3500, 4000, 4500, 5000, 8000])('begun %i ms after the alignment', async (afterMs) => {
    const r = await lookingAround(3, afterMs);
    await r.run(SHORTEST_FRT);
    const done = await r.until('the end', (s) => s.frt?.phase === 'finished', 120_000);
    const counted = done.frt!.repetitions.filter(({ status }) => status === 'counted');
    expect(counted.map(({ side }) => side)).toEqual(['left', 'right']);
  });
});

describe('the range of motion', () => {
  it.each([
    [3, 4200],
    [3, 9800],
    [4, 6300],
    [5, 6300],
    [5, 9100],
  ])('of subject %i, begun %i ms after the alignment', async (seed, afterMs) => {
    const r = await lookingAround(seed, afterMs);
    await r.run({ type: 'trial-start', protocol: 'crom', practice: 0, repetitions: 1 });
    const done = await r.until('the end', (s) => s.trial?.ended === true, 300_000);
    expect(done.trial!.repetitions.filter(({ status }) => status === 'counted')).toHaveLength(6);
  });
});
