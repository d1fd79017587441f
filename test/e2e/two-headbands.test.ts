/** Head and trunk at once over the real noble and the virtual radio: nothing is lost that was sent, and a loss is counted. */
import { describe, expect, test } from 'vitest';
import { whyNoVirtualRadio } from '../../src/adapters/air/index.ts';
import { createLiveFrame, decodeLiveFrame, LiveFlag } from '../../src/wire/live-frame.ts';
import { startGateway } from '../support/gateway-process.ts';
import { connectLiveClient } from '../support/live-client.ts';
import { connectSimulated } from '../support/visit.ts';

const RATE_HZ = 100;
const SECONDS = 60;

const noRadio = whyNoVirtualRadio();
if (noRadio) process.stderr.write(`skipped: two headbands at once, ${noRadio}\n`);
const sleep = (s: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1000 * s));

describe.skipIf(noRadio !== null)('two simulated headbands', () => {
  test(`lose nothing in ${SECONDS} s at ${RATE_HZ} Hz`, async () => {
    const gateway = await startGateway(['--virtual-radio', '2']);
    try {
      const client = await connectLiveClient(gateway.url);
      await connectSimulated(client, 'radio', 2);
      await sleep(SECONDS);
      const sensors = client.state?.sensors ?? [];
      process.stderr.write(
        `two headbands: ${sensors.map((s) => `${s.received} received, ${s.lost} lost`).join('; ')}\n`,
      );
      expect(sensors.map((sensor) => sensor.role)).toEqual(['head', 'trunk']);
      for (const sensor of sensors) {
        expect(sensor.lost).toBe(0);
        expect(sensor.received).toBeGreaterThan(0.98 * SECONDS * RATE_HZ);
      }
      client.close();
    } finally {
      await gateway.stop();
    }
  }, 120_000);

  test('a loss of 5 % is counted, and the samples after a gap are flagged', async () => {
    const gateway = await startGateway(['--virtual-radio', '2', '--loss', '0.05']);
    try {
      const client = await connectLiveClient(gateway.url);
      const frame = createLiveFrame();
      const flagged = [0, 0];
      client.onFrame((view) => {
        if (decodeLiveFrame(view, frame) && frame.flags & LiveFlag.gap) flagged[frame.sensorIndex]!++;
      });
      await connectSimulated(client, 'radio', 2);
      await sleep(20);
      for (const sensor of client.state?.sensors ?? []) {
        expect(sensor.lossShare).toBeGreaterThan(0.03);
        expect(sensor.lossShare).toBeLessThan(0.07);
        // Neighbouring losses share one flag, and a slow client skips frames: fewer flags than losses, never none.
        expect(flagged[sensor.index]).toBeGreaterThan(0.6 * sensor.lost);
        expect(flagged[sensor.index]).toBeLessThanOrEqual(sensor.lost + 5);
      }
      client.close();
    } finally {
      await gateway.stop();
    }
  }, 90_000);
});
