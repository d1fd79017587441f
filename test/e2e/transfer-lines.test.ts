/**
 * The two lines from home to the clinic, as they are typed: TLS with the clinic's own authority, and a file that is carried
 * over. One clinic with "tls setup" and a login, one device at home, visits of the simulated subject; every number that
 * arrives is found again by the clinic's own core.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSqliteStore } from '../../src/adapters/store/sqlite-store.ts';
import { receivedBundleViewSchema } from '../../src/contract/transfer.ts';
import { receivedView } from '../../src/gateway/transfer/kept-values.ts';
import type { Store } from '../../src/ports/store.ts';
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts';
import { eventually, freePort, homeView } from '../support/home-visit.ts';
import { recordHomeVisit } from '../support/recorded-home-visit.ts';

const MAIN = join(import.meta.dirname, '..', '..', 'dist', 'src', 'main.js');
const SUBJECT = 'LINE-1';

let root: string;
let port: number;
let invitation: string;
let clinic: GatewayProcess | undefined;
let home: GatewayProcess | undefined;
const at = (name: string): string => join(root, name);

const cli = (folder: string, ...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args, '--data', at(folder)], {
    encoding: 'utf8',
    timeout: 120_000,
    input: 'seven grey herons',
  });
  return { status, out: stdout, err: stderr };
};
async function withStore<T>(folder: string, work: (store: Store) => Promise<T>): Promise<T> {
  const store = createSqliteStore({ folder: at(folder) });
  await store.open();
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}
const measuredAtHome = () => withStore('home', (store) => recordHomeVisit(store, SUBJECT));
const receivedAt = (folder: string) =>
  withStore(folder, async (store) => {
    const bundles = await store.listBundles({});
    return bundles
      .filter(({ status }) => status === 'accepted')
      .map((bundle) => receivedBundleViewSchema.parse(receivedView(bundle, SUBJECT, null)));
  });
const startClinic = async (): Promise<void> => {
  const args = ['--no-radio', '--host', '0.0.0.0', '--port', String(port)];
  clinic = await startGateway(args, at('clinic'), { login: true });
};

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'neck-lines-'));
  port = await freePort();
  for (const folder of ['clinic', 'other'])
    await withStore(folder, (store) =>
      store.createSubject({ id: 's-1', code: SUBJECT, createdAtMs: Date.now(), retainUntilMs: null, values: {} }),
    );
  expect(cli('clinic', 'tls', 'setup', '--name', 'localhost').err).toBe('');
  expect(cli('clinic', 'users', 'add', '--login', 'admin', '--role', 'admin', '--password-stdin').err).toBe('');
  const made = cli('clinic', 'invite', SUBJECT, '--url', `https://localhost:${port}`, '--json');
  invitation = (JSON.parse(made.out) as { link: string }).link;
}, 180_000);
afterAll(async () => {
  await Promise.all([clinic?.stop(), home?.stop()]);
  if (root) rmSync(root, { recursive: true, force: true });
});

describe('from home to the clinic', () => {
  test('over TLS with the authority that came with the invitation: enrolled, sent, confirmed', async () => {
    await startClinic();
    home = await startGateway(['--home', '--no-radio', '--invitation', invitation], at('home'));
    expect(await homeView(home.url)).toMatchObject({ enrolled: true, subjectCode: SUBJECT, outgoing: [] });
    await home.stop();
    const sessionId = await measuredAtHome();
    home = await startGateway(['--home', '--no-radio'], at('home'));
    const { outgoing } = await eventually(
      'the confirmation',
      () => homeView(home!.url),
      (view) => view.outgoing.length === 1 && view.outgoing[0]!.state === 'confirmed',
    );
    await home.stop();
    await clinic!.stop();
    const [visit] = await receivedAt('clinic');
    expect(visit).toMatchObject({ sessionId, bundleHash: outgoing[0]!.bundleHash });
  }, 480_000);

  test('as a file: taken in once, known the second time, and refused by name where it does not belong', async () => {
    const sessionId = await measuredAtHome();
    const file = at('visit.nrb');
    const exported = cli('home', 'bundle', 'export', sessionId, file, '--json');
    expect(exported.err).toBe('');
    expect(JSON.parse(exported.out)).toMatchObject({ bytes: readFileSync(file).length });
    expect(readFileSync(file).includes(SUBJECT)).toBe(false);

    const damaged = readFileSync(file);
    damaged[damaged.length >> 1]! ^= 1;
    writeFileSync(at('damaged.nrb'), damaged);
    expect(cli('clinic', 'bundle', 'import', at('damaged.nrb'))).toMatchObject({
      status: 1,
      err: expect.stringMatching(/^BUNDLE_DAMAGED: /),
    });
    expect(cli('other', 'bundle', 'import', file).err).toMatch(/^BUNDLE_STRANGER: /);
    expect(await receivedAt('clinic')).toHaveLength(1);

    const taken = cli('clinic', 'bundle', 'import', file, '--json');
    expect(taken.err).toBe('');
    expect(JSON.parse(taken.out)).toMatchObject({ status: 'accepted' });
    expect(JSON.parse(cli('clinic', 'bundle', 'import', file, '--json').out)).toMatchObject({ status: 'known' });
    const visits = await receivedAt('clinic');
    expect(visits.map((visit) => visit.sessionId)).toContain(sessionId);
    expect(visits).toHaveLength(2);
    // The first one too, although the clinic was stopped as soon as it had confirmed it.
    for (const { trials } of visits) {
      expect(trials).toMatchObject([{ kind: 'home-flexion-rotation', outcome: 'equal' }]);
      for (const { home, clinic } of trials![0]!.directions) {
        expect(home).toBeGreaterThan(20);
        expect(clinic).toBe(home);
      }
    }
    const found = await withStore('clinic', (store) => store.sessionDetail(sessionId));
    expect(found).toMatchObject({ setting: 'home', subjectCode: SUBJECT });
  }, 480_000);
});
