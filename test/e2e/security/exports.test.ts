/** Exports over HTTP: by role, with an audit row each, nothing that was not asked for. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type GatewayProcess, startGateway } from '../../support/gateway-process.ts';
import { connectLiveClient } from '../../support/live-client.ts';
import { ask, firstStart } from '../../support/signed-in.ts';

describe('exports', () => {
  let gateway: GatewayProcess;
  let admin: string;
  let sessionId: string;
  beforeAll(async () => {
    gateway = await startGateway(['--no-radio'], undefined, { login: true });
    admin = await firstStart(gateway);
    const client = await connectLiveClient(gateway.url, admin);
    await client.must({ type: 'session-start', subjectCode: 'AB-1' });
    sessionId = (await client.until('the visit', (state) => state.recording !== null)).recording!.sessionId;
    await client.must({ type: 'session-end' });
    client.close();
  }, 120_000);
  afterAll(() => gateway?.stop());
  const get = (path: string) => ask(gateway.url, `/api/v1/exports/${path}`, { cookie: admin });

  test('a dry run tells how much, the file is that much, and the audit has both its size and its hash', async () => {
    for (const format of ['csv', 'visits', 'redcap', 'fhir']) {
      const summary = JSON.parse((await get(`${format}/summary?subject=AB-1`)).body) as {
        bytes: number;
        sha256: string;
      };
      const file = await get(`${format}?subject=AB-1`);
      expect(file.status, format).toBe(200);
      expect(Buffer.byteLength(file.body), format).toBe(summary.bytes);
      expect(file.headers['content-disposition']).toMatch(/^attachment; filename="[a-z.]+"$/);
      const { rows } = JSON.parse((await ask(gateway.url, '/api/v1/audit?limit=1', { cookie: admin })).body) as {
        rows: { action: string; handle: string; values: { sha256: string } }[];
      };
      expect(rows[0]).toMatchObject({
        action: `export.${format}`,
        handle: 'admin',
        values: { sha256: summary.sha256 },
      });
      expect(JSON.stringify(rows)).not.toContain('AB-1');
    }
    for (const path of [`mcap?session=${sessionId}`, 'archive?subject=AB-1'])
      expect((await get(path)).status, path).toBe(200);
  });

  test('what was not said, does not exist or is none is answered with a code', async () => {
    expect((await get('csv')).code).toBe('NOTHING_SELECTED');
    expect((await get('csv?everything=true&subject=AB-1')).code).toBe('BAD_REQUEST');
    expect((await get('csv?session=none')).code).toBe('NOT_FOUND');
    expect((await get('pdf?everything=true')).code).toBe('NOT_FOUND');
    expect((await get('csv?from=yesterday')).code).toBe('BAD_REQUEST');
    expect((await get('csv?everything=false')).code).toBe('BAD_REQUEST');
  });
});
