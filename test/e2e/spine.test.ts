/**
 * From one packet to the CSV: the simulated subject goes through alignment and a whole Flexion-Rotation Test, over the
 * real noble and the virtual radio where that is available, else over the simulator without a radio. The log says which.
 */
import Papa from 'papaparse';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { whyNoVirtualRadio } from '../../src/adapters/air/index.ts';
import type { KitState } from '../../src/contract/state.ts';
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts';
import { connectLiveClient, type LiveClient } from '../support/live-client.ts';
import { align, connectSimulated, runFrt } from '../support/visit.ts';

const TRUTH_LEFT_DEG = 38;
const TRUTH_RIGHT_DEG = 29;
const TOLERANCE_DEG = 1.5;

const noRadio = whyNoVirtualRadio();
process.stderr.write(
  noRadio ? `spine: simulator without a radio (${noRadio})\n` : 'spine: real noble, virtual radio\n',
);

describe('a whole test on the simulated subject', () => {
  let gateway: GatewayProcess;
  let client: LiveClient;
  let result: KitState;

  beforeAll(async () => {
    const subject = ['--subject', `frtLeftDeg=${TRUTH_LEFT_DEG}`, '--subject', `frtRightDeg=${TRUTH_RIGHT_DEG}`];
    gateway = await startGateway([...(noRadio ? ['--no-radio'] : ['--virtual-radio', '1']), ...subject]);
    client = await connectLiveClient(gateway.url);
    await connectSimulated(client, noRadio ? 'simulator' : 'radio');
    await align(client);
    result = await runFrt(client);
  }, 240_000);
  afterAll(async () => {
    client?.close();
    await gateway?.stop();
  });

  test('left and right are the right way round and within tolerance of the truth', () => {
    const outcome = result.frt?.result;
    expect(outcome?.left.count).toBe(3);
    expect(outcome?.right.count).toBe(3);
    expect(Math.abs((outcome?.left.meanDeg ?? 0) - TRUTH_LEFT_DEG)).toBeLessThan(TOLERANCE_DEG);
    expect(Math.abs((outcome?.right.meanDeg ?? 0) - TRUTH_RIGHT_DEG)).toBeLessThan(TOLERANCE_DEG);
  });

  test('the CSV says the same, with units and side, and says that it is simulated', async () => {
    const response = await fetch(new URL('/api/v1/repetitions.csv', gateway.url));
    expect(response.headers.get('content-type')).toContain('text/csv');
    const { data: rows } = Papa.parse<Record<string, string>>(await response.text(), {
      header: true,
      skipEmptyLines: true,
    });
    const counted = (side: string) => rows.filter((row) => row['side'] === side && row['counted'] === 'true');
    const mean = (side: string) =>
      counted(side).reduce((sum, row) => sum + Number(row['angle_deg']), 0) / counted(side).length;
    expect(Math.abs(mean('left') - TRUTH_LEFT_DEG)).toBeLessThan(TOLERANCE_DEG);
    expect(Math.abs(mean('right') - TRUTH_RIGHT_DEG)).toBeLessThan(TOLERANCE_DEG);
    expect(rows.every((row) => row['simulated'] === 'true')).toBe(true);
  });

  test('no sample was lost on the way', () => {
    expect(result.sensors[0]?.lost).toBe(0);
    expect(result.sensors[0]?.received).toBeGreaterThan(3000);
  });
});
