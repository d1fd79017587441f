import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkLinux } from '../../src/cli/doctor-bluetooth.ts';
import type { Check } from '../../src/cli/doctor-check.ts';
import { checkNode, checkPort, checkRecords, judgeClocks, spaceFor } from '../../src/cli/doctor-machine.ts';
import { ERRORS } from '../../src/contract/errors.ts';
import { builtEntry } from '../support/built.ts';
import { skipWithoutVirtualRadio } from '../support/virtual-radio.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'neck-doctor-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Findings {
  readonly ok: boolean;
  readonly stack: string | null;
  readonly mtu: number | null;
  readonly intervalMs: number | null;
  readonly checks: readonly Check[];
}

function doctor(...args: string[]): { status: number | null; out: string; err: string } {
  const main = builtEntry('src/main.ts').pathname;
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, 'doctor', '--data', folder, ...args], {
    encoding: 'utf8',
    timeout: 30_000,
  });
  return { status, out: stdout, err: stderr };
}
const byId = (checks: readonly Check[], id: string) => checks.find((check) => check.id === id);

describe('the doctor', () => {
  test.skipIf(process.platform !== 'linux' || existsSync('/sys/class/bluetooth'))(
    'on a computer without Bluetooth ends by itself with code 1 and says what to do',
    () => {
      const { status, out, err } = doctor('--json', '--port', '18321');
      expect(status).toBe(1);
      expect(err).toBe('');
      const findings = JSON.parse(out) as Findings;
      expect(findings).toMatchObject({ ok: false, stack: null, mtu: null, intervalMs: null });
      expect(byId(findings.checks, 'adapter')).toEqual({
        id: 'adapter',
        status: 'fail',
        sentence: ERRORS.RADIO_NO_ADAPTER.message,
        remedy: ERRORS.RADIO_NO_ADAPTER.hint,
      });
      const inWords = doctor('--port', '18321');
      expect(inWords.status).toBe(1);
      expect(inWords.out).toContain(ERRORS.RADIO_NO_ADAPTER.hint);
      expect(inWords.out).toContain('simulated headband works');
    },
  );

  test.skipIf(skipWithoutVirtualRadio()).each([
    ['abandonware', '@abandonware/noble'],
    ['stoprocent', '@stoprocent/noble'],
  ])('over the virtual radio makes a link through %s noble and tells packet size and interval', (choice, name) => {
    const { status, out, err } = doctor('--json', '--virtual-radio', '--ble-stack', choice, '--port', '18322');
    expect(status, out + err).toBe(0);
    expect(JSON.parse(out) as Findings).toMatchObject({ ok: true, stack: name, mtu: 247, intervalMs: 15 });
  });

  test('a failed check always says what to do', () => {
    const { out } = doctor('--json', '--h4', 'unix:/none.sock', '--port', '18323');
    const { ok, checks } = JSON.parse(out) as Findings;
    expect(ok).toBe(false);
    for (const check of checks) {
      expect(check.sentence).toMatch(/\S.*[.)]$/);
      if (check.status === 'fail') expect(check.remedy).toBeTruthy();
    }
  });
});

describe('its checks', () => {
  test('a port is free, taken by somebody, or not allowed', async () => {
    const server = net.createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as net.AddressInfo;
    expect(await checkPort(port)).toMatchObject({
      id: 'port',
      status: 'fail',
      remedy: expect.stringContaining('--port'),
    });
    await new Promise((resolve) => server.close(resolve));
    expect(await checkPort(port)).toMatchObject({ status: 'ok' });
  });

  test('records: a folder that can be written, one that is still to be made, one that cannot be', () => {
    expect(checkRecords(folder)[0]).toMatchObject({ id: 'records', status: 'ok' });
    const later = join(folder, 'a', 'b');
    expect(checkRecords(later)[0]).toMatchObject({ status: 'ok' });
    expect(existsSync(later)).toBe(false);
    expect(checkRecords('/proc/none/x')[0]).toMatchObject({
      status: 'fail',
      remedy: expect.stringContaining('--data'),
    });
  });

  test('space: enough, scanty, too little', () => {
    expect([50_000, 1999, 199].map((mb) => spaceFor(mb).status)).toEqual(['ok', 'note', 'fail']);
  });

  test('clocks: going, set just now, standing, of another century', () => {
    const now = Date.UTC(2026, 5, 1);
    expect(judgeClocks(120, 121, now).status).toBe('ok');
    expect(judgeClocks(120, 3_600_000, now).status).toBe('note');
    expect(judgeClocks(0, 120, now).status).toBe('fail');
    expect(judgeClocks(120, 120, 0)).toMatchObject({ status: 'fail', sentence: expect.stringContaining('1970') });
  });

  test('Node: new enough or not', () => {
    expect([checkNode('v20.19.0').status, checkNode('v24.1.0').status, checkNode('v20.18.9').status]).toEqual([
      'ok',
      'ok',
      'fail',
    ]);
  });

  test('what Linux tells: adapter, switch, rights, service', () => {
    const make = (name: string, files: Record<string, string>) => {
      for (const [path, content] of Object.entries(files)) {
        mkdirSync(join(folder, name, path, '..'), { recursive: true });
        writeFileSync(join(folder, name, path), content);
      }
      const at = (part: string) => join(folder, name, part);
      return { adapters: at('bluetooth'), switches: at('rfkill'), processes: at('proc') };
    };
    const well = make('well', {
      'bluetooth/hci0/address': '',
      'rfkill/rfkill0/type': 'bluetooth',
      'rfkill/rfkill0/soft': '0',
      'rfkill/rfkill0/hard': '0',
      'proc/self/status': 'Name:\tnode\nCapEff:\t0000000000002000\n',
      'proc/77/comm': 'bluetoothd\n',
    });
    expect(checkLinux(well).map(({ id, status }) => `${id} ${status}`)).toEqual([
      'adapter ok',
      'rights ok',
      'service note',
    ]);
    expect(byId(checkLinux(well), 'service')!.sentence).toContain('runs beside');
    const ill = make('ill', {
      'rfkill/rfkill0/type': 'bluetooth',
      'rfkill/rfkill0/soft': '1',
      'proc/self/status': 'CapEff:\t0000000000000000\n',
    });
    expect(checkLinux(ill).map(({ id, status }) => `${id} ${status}`)).toEqual([
      'adapter fail',
      'switch fail',
      'rights fail',
      'service note',
    ]);
    for (const check of checkLinux(ill)) if (check.status === 'fail') expect(check.remedy).toBeTruthy();
  });
});
