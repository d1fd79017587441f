/** The steps of a visit as a dashboard would send them, for tests and benchmarks on the simulated subject. */
import type { KitState } from '../../src/contract/state.ts';
import type { LiveClient } from './live-client.ts';
import { readyVisit } from './visit-ready.ts';

/** Finds and connects simulated headbands of one source until `count` stream; the first is the head, the second the trunk. */
export async function connectSimulated(
  client: LiveClient,
  source: 'radio' | 'simulator',
  count = 1,
): Promise<KitState> {
  await client.must({ type: 'scan', on: true });
  const found = (state: KitState) => state.found.filter((s) => s.sourceId === source && s.simulated);
  const state = await client.until(
    `${count} simulated headband(s) by ${source}`,
    (s) => found(s).length >= count,
    30_000,
  );
  await client.must({ type: 'scan', on: false });
  for (const [index, sensor] of found(state).slice(0, count).entries()) {
    await client.must({ type: 'connect', id: sensor.id, role: index === 0 ? 'head' : 'trunk' });
  }
  return client.until('streaming', (s) => s.sensors.filter((x) => x.phase === 'streaming').length >= count, 30_000);
}

export async function align(client: LiveClient): Promise<KitState> {
  await client.must({ type: 'align-start' });
  const done = await client.until(
    'the alignment to end',
    (s) => s.alignment.phase === 'accepted' || s.alignment.phase === 'rejected',
    60_000,
  );
  if (done.alignment.phase === 'rejected') throw new Error(`the alignment was rejected: ${done.alignment.code}`);
  return done;
}

export async function runFrt(client: LiveClient, subjectCode = 'TEST-01'): Promise<KitState> {
  await client.must({ type: 'session-start', subjectCode });
  await readyVisit(client.must);
  await client.must({ type: 'frt-start', repetitionsPerSide: 3, practice: true, autoConfirm: true, firstSide: 'left' });
  return client.until('the result', (s) => s.frt?.phase === 'finished' && s.frt.result !== null, 180_000);
}
