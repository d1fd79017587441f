/** A yes that ends the asking at home: kept as it was said, and nothing else with it. */
import { expect, it } from 'vitest';
import { visitOfContext } from '../../src/contract/visit.ts';
import { simulatedHeadband } from '../support/sim-stream.ts';
import { createVirtualKit, endVirtualKits } from '../support/virtual-kit.ts';

endVirtualKits();

it('keeps the answers that were given, and says of no other question that it was answered', async () => {
  const home = () => ({ subjectCode: 'AB-1', seenPrecautions: [], baselineFlexionDeg: null });
  const r = await createVirtualKit({ band: simulatedHeadband(3).model }, { home });
  const answers = { 'new-injury': true, 'fever-stiff-neck': false };
  const start = r.run({ type: 'home-start', answers, headacheNow: null, analgesic6h: null });
  await expect(start).rejects.toMatchObject({ code: 'VISIT_NOT_READY' });
  expect(r.kit.state.recording).toBeNull();
  const [session] = await r.store.listSessions();
  const visit = visitOfContext((await r.store.sessionContext(session!.id))!.context)!;
  expect(visit).toMatchObject({ place: 'home', answers, headacheNow: null, analgesic6h: null, closed: true });
  expect(Object.keys(visit.answers)).toHaveLength(2);
});

it('begins no test on answers that leave something out', async () => {
  const home = () => ({ subjectCode: 'AB-1', seenPrecautions: [], baselineFlexionDeg: null });
  const r = await createVirtualKit({ band: simulatedHeadband(3).model }, { home });
  const start = r.run({ type: 'home-start', answers: {}, headacheNow: 1, analgesic6h: false });
  await expect(start).rejects.toMatchObject({ code: 'VISIT_NOT_READY' });
  expect(r.kit.state.recording).toBeNull();
});
