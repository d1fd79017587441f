/** The Flexion-Rotation Test begun while the patient still sits and looks around: wherever the eyes were, it goes to its end. */
import { describe, expect, it } from 'vitest';
import { simulatedHeadband } from '../support/sim-stream.ts';
import { createVirtualKit, endVirtualKits } from '../support/virtual-kit.ts';
import { readyVisit } from '../support/visit-ready.ts';

endVirtualKits();

describe('a test begun while the patient looks around', () => {
  it.each(Array.from({ length: 24 }, (_, i) => 500 * i))('%i ms after the alignment', async (afterMs) => {
    // Slow to hear: a request takes long to get to somebody who does something else.
    const r = await createVirtualKit({ band: simulatedHeadband(3, {}, { reactionMinS: 2, reactionMaxS: 2.5 }).model });
    await r.wear();
    await r.run({ type: 'session-start', subjectCode: 'TEST-02' });
    await readyVisit(r.kit.execute);
    await r.time.advance(afterMs);
    await r.run({ type: 'frt-start', repetitionsPerSide: 1, practice: false, autoConfirm: true, firstSide: 'left' });
    const done = await r.until('the end', (s) => s.frt?.phase === 'finished', 120_000);
    expect(done.frt!.repetitions.filter(({ status }) => status === 'counted').map(({ side }) => side)).toEqual([
      'left',
      'right',
    ]);
  });
});
