/** The alignment led by the examiner's hands, from the command to the record. */
import { expect, it } from 'vitest';
import { simulatedHeadband } from '../support/sim-stream.ts';
import { createVirtualKit, endVirtualKits } from '../support/virtual-kit.ts';
import { readyVisit } from '../support/visit-ready.ts';

endVirtualKits();

it('takes the small movements of led hands, and the record says who led and how well the axes are known', async () => {
  const { model } = simulatedHeadband(31, {}, { nodDeg: 11, turnDeg: 15 });
  const { kit, store, time, until } = await createVirtualKit({ band: model });
  await kit.execute({ type: 'connect', id: 'simulator:band', role: 'head' });
  await until('streaming', (state) => state.sensors[0]?.phase === 'streaming');
  await time.advance(2500);
  // The patient's own movement would have to be larger.
  await kit.execute({ type: 'align-start' });
  expect(kit.state.alignment.ledBy).toBe('patient');
  await until('the refusal', (state) => state.alignment.code === 'align.nod-small');
  await kit.execute({ type: 'align-cancel' });
  await time.advance(3000);
  await kit.execute({ type: 'align-start', ledBy: 'examiner' });
  await until('the alignment', (state) => state.alignment.phase === 'accepted');
  expect(kit.state.alignment).toMatchObject({ ledBy: 'examiner' });
  expect(kit.state.alignment.sigmaDeg!).toBeGreaterThan(2.5);
  await kit.execute({ type: 'session-start', subjectCode: 'LEAD-01' });
  await readyVisit(kit.execute);
  const { sessionId } = kit.state.recording!;
  await kit.execute({ type: 'trial-start', protocol: 'crom', repetitions: 1, practice: 0, autoConfirm: true });
  await kit.execute({ type: 'session-end' });
  const marks = (await store.listEvents(sessionId)).filter(({ type }) => type === 'alignment-in-force');
  expect(marks[0]!.values).toMatchObject({ ledBy: 'examiner', sigmaRad: expect.any(Number) });
  expect((await store.sessionDetail(sessionId))!.trialList[0]!.parameters).toMatchObject({
    alignmentLedBy: 'examiner',
  });
}, 60_000);
