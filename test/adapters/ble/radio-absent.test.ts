/** Machines without Bluetooth: one clear answer, soon, and nothing left behind. */
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createVirtualRadio } from '../../../src/adapters/air/index.ts';
import { createRadioCentral } from '../../../src/adapters/ble/index.ts';
import { ERRORS } from '../../../src/contract/errors.ts';
import { builtEntry } from '../../support/built.ts';
import { radioProcess, skipWithoutVirtualRadio } from '../../support/virtual-radio.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'neck-no-radio-'));
  mkdirSync(path.join(folder, 'none'));
  mkdirSync(path.join(folder, 'pretended', 'hci0'), { recursive: true });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Ending {
  readonly code: number | null;
  readonly out: { status: { status: string; code: string; remedy: string }; tookMs: number };
  readonly err: string;
}

const parentEntry = () => fileURLToPath(builtEntry('test/support/radio-parent.ts'));

/** Runs a process that opens the radio, says its status, stops, and must then end by itself. */
async function runParent(adapters: string, h4Address = '', entry = parentEntry()): Promise<Ending> {
  const child = spawn(process.execPath, [entry, h4Address, path.join(folder, adapters), 'stop']);
  let out = '';
  let err = '';
  child.stdout.on('data', (text) => {
    out += text;
  });
  child.stderr.on('data', (text) => {
    err += text;
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, out: JSON.parse(out), err };
}

test.skipIf(process.platform !== 'linux')(
  'no adapter: the status says so with a remedy, and the process ends',
  async () => {
    const { code, out, err } = await runParent('none');
    expect(out.status).toEqual({
      status: 'unavailable',
      code: 'RADIO_NO_ADAPTER',
      message: ERRORS.RADIO_NO_ADAPTER.message,
      remedy: ERRORS.RADIO_NO_ADAPTER.hint,
    });
    expect(code).toBe(0);
    expect(err).not.toMatch(/^\s+at /m);
    expect(err.trim().split('\n')).toHaveLength(1);
  },
);

// Where the kernel has no Bluetooth sockets at all, noble throws while it is loaded.
test.skipIf(process.platform !== 'linux' || existsSync('/sys/class/bluetooth'))(
  'an adapter that is listed but cannot be opened: the same, without a stack trace',
  async () => {
    const { code, out, err } = await runParent('pretended');
    expect(out.status).toMatchObject({ status: 'unavailable', code: 'RADIO_NO_ADAPTER' });
    expect(code).toBe(0);
    expect(err).not.toMatch(/^\s+at /m);
  },
);

test('no controller at the H4 address: unavailable, calls are refused with the same code, and it stops', async () => {
  const central = createRadioCentral({
    h4Address: path.join(folder, 'nobody.sock'),
    childEntry: radioProcess(),
  });
  await central.start();
  expect(central.status()).toMatchObject({ status: 'unavailable', code: 'RADIO_NO_ADAPTER' });
  await expect(central.connect('0123456789ab')).rejects.toMatchObject({ code: 'RADIO_NO_ADAPTER' });
  const stopScan = await central.scan(() => {});
  await stopScan();
  await central.stop();
  expect(central.radioPid).toBeNull();
});

test('a radio process that was never built is told in one status', async () => {
  const log: string[] = [];
  const central = createRadioCentral({
    childEntry: new URL(`file://${folder}/missing.js`),
    log: (text) => log.push(text),
  });
  await central.start();
  expect(central.status()).toMatchObject({ status: 'unavailable', code: 'RADIO_NOT_INSTALLED' });
  expect(log.join()).toContain('is not built');
  await central.stop();
});

/** A copy of the built kit with nothing in node_modules but what is named. */
function installation(name: string, packages: readonly string[]): string {
  const root = path.join(folder, name);
  const dist = path.resolve(path.dirname(parentEntry()), '../..');
  mkdirSync(path.join(root, 'node_modules'), { recursive: true });
  writeFileSync(path.join(root, 'package.json'), '{"type":"module"}');
  for (const part of ['src/adapters/ble', 'src/contract', 'src/ports', 'src/wire', 'test/support']) {
    cpSync(path.join(dist, part), path.join(root, 'dist', part), { recursive: true });
  }
  for (const wanted of packages) {
    const from = path.join(dist, '../node_modules', wanted);
    cpSync(from, path.join(root, 'node_modules', wanted), { recursive: true });
  }
  return path.join(root, 'dist/test/support/radio-parent.js');
}

test('noble is not installed: the status says so', async () => {
  const { code, out, err } = await runParent('none', '', installation('without-noble', []));
  expect(out.status).toMatchObject({ status: 'unavailable', code: 'RADIO_NOT_INSTALLED' });
  expect(code).toBe(0);
  expect(err).not.toMatch(/^\s+at /m);
});

test.skipIf(process.platform !== 'linux')('noble without its native addon cannot use an adapter', async () => {
  const entry = installation('without-addon', ['@abandonware/noble', 'debug', 'ms']);
  const { code, out, err } = await runParent('pretended', '', entry);
  expect(out.status).toMatchObject({ status: 'unavailable', code: 'RADIO_NOT_INSTALLED' });
  expect(code).toBe(0);
  expect(err).not.toMatch(/^\s+at /m);
});

const SECOND = ['@stoprocent/noble', '@stoprocent/bluetooth-hci-socket', 'node-gyp-build', 'debug', 'ms'];

test.skipIf(process.platform !== 'linux')(
  'the second noble takes over where the first one has no native addon, with the addon it brings along',
  async () => {
    const entry = installation('second-takes-over', ['@abandonware/noble', ...SECOND]);
    const { code, out, err } = await runParent('pretended', '', entry);
    expect(err).toContain('Bluetooth goes through @stoprocent/noble (@abandonware/noble: MODULE_NOT_FOUND');
    // Here it finds that the adapter cannot be used; without its addon it would be RADIO_NOT_INSTALLED.
    if (!existsSync('/sys/class/bluetooth'))
      expect(out.status).toMatchObject({ status: 'unavailable', code: 'RADIO_NO_ADAPTER' });
    expect(code).toBe(0);
    expect(err).not.toMatch(/^\s+at /m);
  },
);

test.skipIf(process.platform !== 'linux')('neither noble has its native addon: not installed', async () => {
  const packages = ['@abandonware/noble', ...SECOND.filter((name) => !name.includes('hci-socket'))];
  const { code, out, err } = await runParent('pretended', '', installation('no-addons', packages));
  expect(out.status).toMatchObject({ status: 'unavailable', code: 'RADIO_NOT_INSTALLED' });
  expect(code).toBe(0);
  expect(err).not.toMatch(/^\s+at /m);
});

test.skipIf(skipWithoutVirtualRadio())('the second noble alone works over H4, without its native addon', async () => {
  const radio = createVirtualRadio();
  await radio.start();
  try {
    const { address } = await radio.addDevice('central');
    const entry = installation('second-alone', ['@stoprocent/noble', 'debug', 'ms']);
    const { code, out, err } = await runParent('none', address, entry);
    expect(out.status, err).toEqual({ status: 'ready' });
    expect(code).toBe(0);
  } finally {
    await radio.stop();
  }
});

test.skipIf(skipWithoutVirtualRadio())('noble without its native addon works over H4', async () => {
  const radio = createVirtualRadio();
  await radio.start();
  try {
    const { address } = await radio.addDevice('central');
    const entry = installation('h4-without-addon', ['@abandonware/noble', 'debug', 'ms']);
    const { code, out } = await runParent('none', address, entry);
    expect(out.status).toEqual({ status: 'ready' });
    expect(code).toBe(0);
  } finally {
    await radio.stop();
  }
});
