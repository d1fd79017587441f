/**
 * The one exception to "nothing leaves this computer": a gateway at home connects to the clinic that invited it, and to
 * nobody else; without an invitation to nobody at all. Every connection of the gateway and its children is recorded by the
 * system (strace).
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MadeInvitation } from '../../src/contract/transfer.ts';
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts';
import { CLEAR_ANSWERS, eventually, homeView, received } from '../support/home-visit.ts';
import { connectLiveClient } from '../support/live-client.ts';
import { ask } from '../support/signed-in.ts';

const noStrace = spawnSync('strace', ['-V']).error ? 'no strace found: apt-get install strace' : null;
if (noStrace) process.stderr.write(`skipped: whom a gateway at home connects to, ${noStrace}\n`);

/** "address port" of every connection over either family that was begun. */
function connectsOf(trace: string): string[] {
  const v4 = /connect\(\d+, \{sa_family=AF_INET, sin_port=htons\((\d+)\), sin_addr=inet_addr\("([^"]+)"\)/g;
  const v6 = /connect\(\d+, \{sa_family=AF_INET6, sin6_port=htons\((\d+)\),[^}]*?inet_pton\(AF_INET6, "([^"]+)"/g;
  return [v4, v6].flatMap((form) => [...trace.matchAll(form)].map(([, port, address]) => `${address} ${port}`));
}

describe.skipIf(noStrace !== null)('a gateway at home', () => {
  let root: string;
  let clinic: GatewayProcess;
  let home: GatewayProcess | undefined;
  let link: string;
  const traced = (name: string) => ({
    under: ['strace', '-D', '-f', '-qq', '-e', 'trace=connect', '-o', join(root, name)],
  });
  const traceOf = (name: string): string => readFileSync(join(root, name), 'utf8');

  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'neck-privacy-home-'));
    clinic = await startGateway(['--no-radio'], join(root, 'clinic'));
    const client = await connectLiveClient(clinic.url);
    await client.must({ type: 'session-start', subjectCode: 'PRIV-1' });
    await client.must({ type: 'session-end' });
    client.close();
    const body = { subjectCode: 'PRIV-1', clinicUrl: clinic.url };
    const made = await ask(clinic.url, '/api/v1/invitations', { method: 'POST', body });
    link = (JSON.parse(made.body) as MadeInvitation).link;
  }, 120_000);
  afterAll(async () => {
    await home?.stop();
    await clinic?.stop();
    if (root) rmSync(root, { recursive: true, force: true });
  });

  test('that nobody invited connects to nobody', async () => {
    home = await startGateway(['--home', '--no-radio'], join(root, 'nobody'), traced('uninvited'));
    expect(await homeView(home.url)).toMatchObject({ enrolled: false });
    const client = await connectLiveClient(home.url);
    expect(
      await client.send({ type: 'home-start', answers: CLEAR_ANSWERS, headacheNow: 0, analgesic6h: false }),
    ).toMatchObject({ ok: false, code: 'NOT_ENROLLED' });
    client.close();
    await home.stop();
    expect(connectsOf(traceOf('uninvited'))).toEqual([]);
  }, 120_000);

  test('that was invited connects to that clinic alone: to enrol, and to send what ended', async () => {
    home = await startGateway(['--home', '--no-radio', '--invitation', link], join(root, 'home'), traced('invited'));
    const client = await connectLiveClient(home.url);
    const answers = { ...CLEAR_ANSWERS, 'new-injury': true };
    expect(await client.send({ type: 'home-start', answers, headacheNow: 3, analgesic6h: false })).toMatchObject({
      ok: false,
      code: 'VISIT_NOT_READY',
    });
    client.close();
    await eventually(
      'the visit that a sign ended',
      () => received(clinic.url),
      (list) => list.length === 1,
    );
    await home.stop();
    const connects = connectsOf(traceOf('invited'));
    const { hostname, port } = new URL(clinic.url);
    process.stderr.write(`privacy: ${connects.length} connections of a gateway at home, all to its clinic\n`);
    // The card, the enrolment, the bundle.
    expect(connects.length).toBeGreaterThanOrEqual(2);
    expect([...new Set(connects)]).toEqual([`${hostname} ${port}`]);
  }, 180_000);

  test('the forms in which the system writes a connection are read', () => {
    expect(
      connectsOf('connect(9, {sa_family=AF_INET, sin_port=htons(443), sin_addr=inet_addr("192.0.2.1")}, 16)'),
    ).toEqual(['192.0.2.1 443']);
    const six =
      'connect(9, {sa_family=AF_INET6, sin6_port=htons(53), sin6_flowinfo=htonl(0), inet_pton(AF_INET6, "2001:db8::1", &sin6_addr), sin6_scope_id=0}, 28)';
    expect(connectsOf(six)).toEqual(['2001:db8::1 53']);
  });
});
