/** What a person would lose when a process is killed at the worst moment: of what was acknowledged, nothing. */
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { whyNoVirtualRadio } from '../../src/adapters/air/index.ts';
import { createSqliteStore } from '../../src/adapters/store/sqlite-store.ts';
import type { SessionDetail } from '../../src/contract/records.ts';
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts';
import { connectLiveClient } from '../support/live-client.ts';
import { align, connectSimulated } from '../support/visit.ts';
import { readyVisit } from '../support/visit-ready.ts';

const noRadio = whyNoVirtualRadio();
if (noRadio) process.stderr.write(`skipped: killing the radio process, ${noRadio}\n`);

/** Process ids of the gateway's children whose command line holds `what`. */
async function childPids(gateway: GatewayProcess, what: string): Promise<number[]> {
  const pids: number[] = [];
  for (const name of (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry))) {
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    if (parent !== gateway.child.pid) continue;
    const commandLine = await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '');
    if (commandLine.includes(what)) pids.push(Number(name));
  }
  return pids;
}

describe.skipIf(noRadio !== null)('kill -9 of the radio process', () => {
  test('the gateway goes on, says so, starts it again, and the stream is back', async () => {
    const gateway = await startGateway(['--virtual-radio', '1']);
    try {
      const client = await connectLiveClient(gateway.url);
      await connectSimulated(client, 'radio');
      const [pid] = await childPids(gateway, 'radio-process');
      expect(pid).toBeGreaterThan(0);
      process.kill(pid ?? 0, 'SIGKILL');
      await client.until(
        'the page to be told',
        (s) => s.radio.status === 'restarting' || s.sensors[0]?.phase !== 'streaming',
      );
      await client.until(
        'the stream to be back',
        (s) => s.radio.status === 'ready' && s.sensors[0]?.phase === 'streaming',
        30_000,
      );
      const before = client.state?.sensors[0]?.received ?? 0;
      await client.until('new samples', (s) => (s.sensors[0]?.received ?? 0) > before + 100, 10_000);
      const [again] = await childPids(gateway, 'radio-process');
      expect(again).not.toBe(pid);
      client.close();
    } finally {
      await gateway.stop();
    }
  }, 90_000);
});

describe('kill -9 of the gateway in a trial', () => {
  test('after a restart every acknowledged second is there and the trial is marked as interrupted', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'neck-kill-'));
    try {
      const first = await startGateway(['--no-radio'], folder);
      const client = await connectLiveClient(first.url);
      await connectSimulated(client, 'simulator');
      await align(client);
      await client.must({ type: 'session-start', subjectCode: 'KILL-01' });
      await readyVisit(client.must);
      await client.must({ type: 'frt-start' });
      const running = await client.until(
        'five acknowledged seconds',
        (s) => (s.recording?.acknowledgedS ?? 0) >= 5,
        60_000,
      );
      const exit = once(first.child, 'exit');
      first.child.kill('SIGKILL');
      await exit;
      const acknowledgedS = client.state?.recording?.acknowledgedS ?? 0;
      const sessionId = running.recording?.sessionId ?? '';
      client.close();

      const second = await startGateway(['--no-radio'], folder);
      const detail = (await (
        await fetch(new URL(`/api/v1/sessions/${sessionId}`, second.url))
      ).json()) as SessionDetail;
      await second.stop();
      expect(detail.subjectCode).toBe('KILL-01');
      expect(detail.trialList[0]?.status).toBe('interrupted');
      expect(detail.recordedS).toBeGreaterThanOrEqual(acknowledgedS - 0.02);

      const store = createSqliteStore({ folder });
      await store.open();
      let storedS = 0;
      for (const stream of await store.listStreams(sessionId)) {
        let next = 0;
        for await (const chunk of store.readChunks(stream.id)) {
          expect(chunk.sequence).toBe(next++);
          storedS += chunk.notifications / 100;
        }
      }
      await store.close();
      expect(storedS).toBeGreaterThanOrEqual(acknowledgedS - 0.02);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }, 120_000);
});
