/** The command line as a stranger uses it: one line with a code and a remedy for everything that cannot be done. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const MAIN = join(import.meta.dirname, '..', '..', 'dist', 'src', 'main.js');

function run(...args: string[]): { status: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], {
    encoding: 'utf8',
    timeout: 30_000,
  });
  return { status, out: stdout, err: stderr };
}

describe('the command line', () => {
  test('help lists the commands, and one command its options', () => {
    expect(run('help').out).toContain('replay');
    expect(run('help', 'serve').out).toContain('--port');
    expect(run('serve', '--help').out).toContain('--port');
  });

  test.each([
    ['an unknown command', ['nope'], 2, 'BAD_FLAG'],
    ['help for an unknown command', ['help', 'nope'], 2, 'BAD_FLAG'],
    ['an unknown option', ['serve', '--bogus'], 2, 'BAD_FLAG'],
    ['a stray word', ['serve', 'extra'], 2, 'BAD_FLAG'],
    ['a port that is none', ['serve', '--port', '99999'], 2, 'BAD_FLAG'],
    ['a port that is no number', ['serve', '--port', 'x'], 2, 'BAD_FLAG'],
    ['a setting that the subject lacks', ['serve', '--subject', 'foo=1'], 2, 'BAD_FLAG'],
    ['a setting without a number', ['serve', '--subject', 'frtLeftDeg='], 2, 'BAD_FLAG'],
    ['a setting out of bounds', ['serve', '--subject', 'frtPeakDegps=0'], 2, 'BAD_FLAG'],
    [
      'a folder that cannot be',
      ['serve', '--no-radio', '--port', '0', '--data', '/proc/none/x'],
      1,
      'STORE_UNAVAILABLE',
    ],
    ['an open door', ['serve', '--demo', '--port', '0', '--host', '0.0.0.0'], 1, 'TLS_NEEDED'],
    ['a replay without a file', ['replay'], 2, 'BAD_FLAG'],
    ['a replay of a missing file', ['replay', '--broad', '/none/x.f32'], 1, 'BAD_FILE'],
    ['a replay of something else', ['replay', '--broad', MAIN], 1, 'BAD_FILE'],
  ])('%s is one coded line with a remedy', (_what, args, status, code) => {
    const result = run(...args);
    expect(result.status).toBe(status);
    expect(result.err.trimEnd().split('\n')).toHaveLength(1);
    expect(result.err).toMatch(new RegExp(`^${code}: .+\\. .+\\.$`, 'm'));
    expect(result.err).not.toMatch(/\bat .*:\d+:\d+/);
  });

  test.each([
    ['a mistyped option', ['--devise', 'movella-dot'], 2, 'bad-option', /--devise/],
    ['an option without its value', ['--device', 'movella-dot', '--hex'], 2, 'bad-option', /--hex/],
    ['a word too many', ['--device', 'movella-dot', 'extra'], 2, 'bad-option', /extra/],
    [
      'a mode that is no number',
      ['--device', 'muse', '--characteristic', '2a19', '--hex', '57', '--mode', 'x'],
      2,
      'bad-option',
      /--mode/,
    ],
    ['no bytes', ['--device', 'movella-dot', '--characteristic', '2a19'], 0, 'no-bytes', /./],
  ])('decode --json answers in JSON whatever is asked: %s', (_what, args, status, code, reason) => {
    const result = run('decode', ...args, '--json');
    expect(result.status).toBe(status);
    expect(result.err).toBe('');
    const outcome = JSON.parse(result.out) as { status: string; reason: string };
    expect(outcome.status).toBe(code);
    expect(outcome.reason).toMatch(reason);
    expect(Object.keys(outcome)).toEqual(['status', 'reason']);
  });

  test('a demonstration says that it uses no Bluetooth, and not an option that nobody gave', async () => {
    const demo = spawn(process.execPath, [MAIN, 'serve', '--demo', '--no-open', '--port', '0']);
    const closed = new Promise((resolve) => demo.once('close', resolve));
    try {
      let out = '';
      demo.stdout.setEncoding('utf8').on('data', (text: string) => {
        out += text;
      });
      await expect.poll(() => out, { timeout: 30_000 }).toContain('Stop with Ctrl+C.');
      expect(out).toContain('Bluetooth  not used by the demonstration\n');
      expect(out).not.toContain('--no-radio');
    } finally {
      demo.kill('SIGTERM');
      await closed;
    }
  }, 60_000);

  test('two gateways on one data folder: the second is told', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'neck-lock-'));
    const { startGateway } = await import('../support/gateway-process.ts');
    const first = await startGateway(['--no-radio'], folder);
    try {
      expect(run('serve', '--no-radio', '--port', '0', '--data', folder).err).toMatch(/^STORE_LOCKED: /);
      const { port } = new URL(first.url);
      const other = mkdtempSync(join(tmpdir(), 'neck-port-'));
      expect(run('serve', '--no-radio', '--port', port, '--data', other).err).toMatch(/^PORT_IN_USE: /);
      rmSync(other, { recursive: true, force: true });
    } finally {
      await first.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  }, 60_000);
});
