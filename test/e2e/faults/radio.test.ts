/** The radio under the gateway: its process is killed, its adapter is pulled out. Said, mended, and the record goes on. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BLE_STACKS } from '../../../src/adapters/ble/index.ts';
import { ERRORS } from '../../../src/contract/errors.ts';
import {
  askFor,
  type FaultyAir,
  type Kept,
  moreSamples,
  radioPidOf,
  startFaultyAir,
  startVisit,
  streaming,
  whatWasKept,
} from '../../support/faulty-air.ts';
import { skipWithoutVirtualRadio, sleep } from '../../support/virtual-radio.ts';
import { readyVisit } from '../../support/visit-ready.ts';

function expectTwoStreams(kept: Kept): void {
  expect(kept.streams).toHaveLength(2);
  for (const stream of kept.streams) expect(stream.notifications).toBeGreaterThanOrEqual(100);
  const types = kept.events.map((event) => event.type).filter((type) => type.startsWith('stream'));
  expect(types).toEqual(['stream', 'stream-end', 'stream', 'stream-end']);
}

describe.skipIf(skipWithoutVirtualRadio()).each(BLE_STACKS)('the radio through %s noble', (stack) => {
  let air: FaultyAir;
  const folders: string[] = [];

  beforeAll(async () => {
    air = await startFaultyAir();
    await air.headbands({ serial: 'FAULT-A' });
  });
  afterAll(async () => {
    await air?.stop();
    for (const one of folders) await rm(one, { recursive: true, force: true });
  });

  async function recording(): Promise<{
    visit: Awaited<ReturnType<typeof startVisit>>;
    folder: string;
    sessionId: string;
  }> {
    const folder = await mkdtemp(join(tmpdir(), 'neck-fault-'));
    folders.push(folder);
    const visit = await startVisit(air, { folder, args: ['--ble-stack', stack] });
    await askFor(visit.client, 'FAULT-A');
    await streaming(visit.client);
    await visit.client.must({ type: 'session-start', subjectCode: 'FAULT-03' });
    await readyVisit(visit.client.must);
    await moreSamples(visit.client, 200);
    return { visit, folder, sessionId: visit.client.state!.recording!.sessionId };
  }

  test('its process killed: said, started again, streaming again, the session in two streams', async () => {
    const { visit, folder, sessionId } = await recording();
    const pid = await radioPidOf(visit.gateway);
    process.kill(pid, 'SIGKILL');
    await visit.client.until('the word', (s) => s.notice?.code === 'LINK_LOST');
    await streaming(visit.client);
    await moreSamples(visit.client, 150);
    expect(visit.client.state!.radio).toMatchObject({ status: 'ready' });
    expect(visit.client.state!.recording).toMatchObject({ sessionId, problem: null });
    expect(visit.phases).not.toContain('failed');
    expect(await radioPidOf(visit.gateway)).not.toBe(pid);
    await visit.client.must({ type: 'session-end' });
    await visit.close();
    expectTwoStreams(await whatWasKept(folder, sessionId));
  }, 90_000);

  test('its adapter gone: said with a remedy; back after a while without a word from anybody', async () => {
    const { visit, folder, sessionId } = await recording();
    air.centralDevice.unplug();
    const state = await visit.client.until('the word', (s) => s.radio.status === 'unavailable', 20_000);
    expect(state.radio).toMatchObject({ code: 'RADIO_NO_ADAPTER', remedy: ERRORS.RADIO_NO_ADAPTER.hint });
    expect(state.notice).toMatchObject({ code: 'LINK_LOST' });
    expect(state.recording).toMatchObject({ sessionId, problem: null });
    await sleep(1500);
    await air.centralDevice.plug();
    await streaming(visit.client);
    await moreSamples(visit.client, 150);
    expect(visit.phases).not.toContain('failed');
    await visit.client.must({ type: 'session-end' });
    await visit.close();
    expectTwoStreams(await whatWasKept(folder, sessionId));
  }, 90_000);
});
