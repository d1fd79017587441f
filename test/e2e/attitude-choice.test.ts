/** A sensor that sends its quaternion and its raw data, over the real noble and the virtual radio: either is chosen, both are kept. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createSqliteStore } from '../../src/adapters/store/sqlite-store.ts';
import { createSampleBlock } from '../../src/core/sample.ts';
import { dotDriver } from '../../src/devices/dot.ts';
import { decodeChunk } from '../../src/wire/chunk.ts';
import { startGateway } from '../support/gateway-process.ts';
import { connectLiveClient, type LiveClient } from '../support/live-client.ts';
import { skipWithoutVirtualRadio } from '../support/virtual-radio.ts';
import { align } from '../support/visit.ts';
import { readyVisit } from '../support/visit-ready.ts';

const DOT = ['--virtual-devices', dotDriver.id];
const streaming = (client: LiveClient) =>
  client.until('a second of samples', (s) => s.sensors[0]?.phase === 'streaming' && s.sensors[0].received > 60, 40_000);

async function connectDot(client: LiveClient, wish: { attitudeFrom?: string }): Promise<void> {
  await client.must({ type: 'scan', on: true });
  const state = await client.until('the device', (s) => s.found.some((f) => f.driverId === dotDriver.id), 30_000);
  await client.must({ type: 'scan', on: false });
  const { id } = state.found.find((f) => f.driverId === dotDriver.id)!;
  await client.must({ type: 'connect', id, role: 'head', ...wish });
  await streaming(client);
}

/** Samples of each stream that hold a quaternion, a rate and an acceleration, and all samples. */
async function keptSamples(folder: string, sessionId: string) {
  const store = createSqliteStore({ folder });
  await store.open();
  const streams = [];
  for (const stream of await store.listStreams(sessionId)) {
    const decoder = dotDriver.createDecoder(stream.description);
    const block = createSampleBlock();
    let samples = 0;
    let whole = 0;
    for await (const chunk of store.readChunks(stream.id)) {
      const decoded = decodeChunk(chunk.bytes);
      if (!decoded.ok) throw new Error(decoded.reason);
      for (const { characteristic, bytes } of decoded.notifications) {
        if (decoder.decode(characteristic, bytes, block) !== 'ok') continue;
        for (let i = 0; i < block.count; i++) {
          samples++;
          const values = [block.quat[4 * i]!, block.gyrRadps[3 * i]!, block.accMps2[3 * i]!];
          if (values.every(Number.isFinite)) whole++;
        }
      }
    }
    streams.push({ config: stream.description.config, samples, whole });
  }
  const trials = (await store.sessionDetail(sessionId))!.trialList;
  await store.close();
  return { streams, trials };
}

describe.skipIf(skipWithoutVirtualRadio())('a device that offers both', () => {
  test('is read either way as chosen, also while it streams; the record keeps both and says which was used', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'neck-attitude-'));
    const gateway = await startGateway(DOT, folder);
    const client = await connectLiveClient(gateway.url);
    const used = () => client.state!.sensors[0]!.attitude;
    try {
      await connectDot(client, {});
      expect(used()).toEqual({ from: 'quaternion', usual: 'quaternion', selectable: true });
      await client.must({ type: 'session-start', subjectCode: 'BOTH-1' });
      await readyVisit(client.must);
      await align(client);
      const crom = { type: 'trial-start', protocol: 'crom', repetitions: 1, practice: 0, autoConfirm: true } as const;
      await client.must(crom);
      expect(await client.send({ type: 'attitude', index: 0, from: 'inertial' })).toMatchObject({
        code: 'WRONG_STATE',
      });
      await client.must({ type: 'trial-event', event: 'stop', source: 'button' });
      await client.must({ type: 'trial-close' });

      await client.must({ type: 'attitude', index: 0, from: 'inertial' });
      await streaming(client);
      expect(used()).toEqual({ from: 'inertial', usual: 'quaternion', selectable: true });
      expect(client.state!.alignment.phase).toBe('none');
      expect(await client.send(crom)).toMatchObject({ ok: false, code: 'NOT_ALIGNED' });
      await align(client);
      await client.must(crom);
      await client.must({ type: 'trial-event', event: 'stop', source: 'button' });
      const { sessionId } = client.state!.recording!;
      await client.must({ type: 'session-end' });
      client.close();
      await gateway.stop();

      const { streams, trials } = await keptSamples(folder, sessionId);
      expect(streams.map(({ config }) => [config['content'], config['attitudeFrom']])).toEqual([
        ['both', 'quaternion'],
        ['both', 'inertial'],
      ]);
      for (const { samples, whole } of streams) {
        expect(samples).toBeGreaterThan(60);
        expect(whole).toBe(samples);
      }
      expect(trials.map((trial) => trial.parameters['attitudeFrom'])).toEqual(['quaternion', 'inertial']);
    } finally {
      client.close();
      await gateway.stop();
      await rm(folder, { recursive: true, force: true });
    }
  }, 180_000);

  test('is read as the gateway was started, unless the command that connects says otherwise; a typing error is told', async () => {
    const gateway = await startGateway([...DOT, '--attitude-from', 'inertial']);
    const client = await connectLiveClient(gateway.url);
    const used = () => client.state!.sensors[0]!.attitude?.from;
    try {
      await connectDot(client, {});
      expect(used()).toBe('inertial');
      await client.must({ type: 'disconnect', index: 0 });
      await connectDot(client, { attitudeFrom: 'usual' });
      expect(used()).toBe('quaternion');
    } finally {
      client.close();
      await gateway.stop();
    }
    await expect(startGateway(['--attitude-from', 'magnet'])).rejects.toThrow('BAD_FLAG');
  }, 120_000);
});
