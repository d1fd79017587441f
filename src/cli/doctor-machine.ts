/** What the kit needs of the computer besides Bluetooth: a port, a place for records, clocks that go. */
import { accessSync, constants, existsSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../ports/time.ts';
import { type Check, fail, note, ok } from './doctor-check.ts';

/** A sensor at 100 Hz with everything it has, stored: about 4 kB/s. */
const MB_PER_SENSOR_HOUR = 15;
const LEAST_FREE_MB = 200;
const SCANTY_FREE_MB = 2000;
/** No computer that runs this kit was set up before it was written. */
const EARLIEST_YEAR = 2025;
const CLOCK_WATCH_MS = 120;
/** Wall and monotonic clock may differ by this over the watch, ms: more is a step. */
const CLOCK_STEP_MS = 50;

export async function checkPort(port: number): Promise<Check> {
  const code = await new Promise<string | null>((resolve) => {
    const server = net.createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'error'));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(null)));
  });
  if (code === null) return ok('port', `Port ${port} is free.`);
  if (code === 'EADDRINUSE' && (await answersAsKit(port)))
    return note('port', `Port ${port} is taken by a gateway of this kit that runs already.`);
  if (code === 'EADDRINUSE')
    return fail('port', `Port ${port} is taken by another program.`, 'Stop it, or choose another one with --port.');
  return fail('port', `Port ${port} cannot be opened (${code}).`, 'Choose one above 1023 with --port.');
}

async function answersAsKit(port: number): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/api/v1/status`, { signal: AbortSignal.timeout(800) });
    const { serverId } = (await response.json()) as { serverId?: unknown };
    return typeof serverId === 'string';
  } catch {
    return false;
  }
}

/** Writes and removes a file where records would go; makes no folder that was not there. */
export function checkRecords(folder: string): Check[] {
  let at = folder;
  while (!existsSync(at) && dirname(at) !== at) at = dirname(at);
  const checks: Check[] = [];
  try {
    accessSync(at, constants.W_OK);
    const probe = mkdtempSync(join(at, '.neck-doctor-'));
    writeFileSync(join(probe, 'x'), 'x');
    rmSync(probe, { recursive: true, force: true });
    checks.push(ok('records', `Records can be written to ${folder}.`));
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? String(error);
    const remedy = 'Make the folder writable for this user, or choose another one with --data.';
    checks.push(fail('records', `Records cannot be written to ${folder} (${why}).`, remedy));
  }
  try {
    const { bavail, bsize } = statfsSync(at);
    checks.push(spaceFor(Math.floor((bavail * bsize) / 1e6)));
  } catch (error) {
    checks.push(note('space', `The free space of ${folder} is not known (${(error as NodeJS.ErrnoException).code}).`));
  }
  return checks;
}

export function spaceFor(freeMb: number): Check {
  const hours = Math.floor(freeMb / MB_PER_SENSOR_HOUR);
  const sentence = `${freeMb} MB are free, about ${hours} hours of one sensor.`;
  if (freeMb < LEAST_FREE_MB) return fail('space', sentence, 'Free some space before the next visit.');
  if (freeMb < SCANTY_FREE_MB) return note('space', sentence, 'Free some space soon.');
  return ok('space', sentence);
}

/** The monotonic clock must go on, and the wall clock must go along with it and show a possible year. */
export async function checkClocks(clock: Clock): Promise<Check> {
  const monotonicUs = clock.nowUs();
  const wallMs = clock.wallMs();
  await sleep(CLOCK_WATCH_MS);
  return judgeClocks((clock.nowUs() - monotonicUs) / 1000, clock.wallMs() - wallMs, clock.wallMs());
}

export function judgeClocks(monotonicMs: number, wallPassedMs: number, wallMs: number): Check {
  const year = new Date(wallMs).getUTCFullYear();
  const setIt = 'Let the computer set its time from the network, then start the kit again.';
  if (!(monotonicMs > 0))
    return fail('clock', 'The monotonic clock of this computer stands still.', 'Restart the computer.');
  if (!(year >= EARLIEST_YEAR)) return fail('clock', `The clock of this computer shows the year ${year}.`, setIt);
  if (Math.abs(wallPassedMs - monotonicMs) > CLOCK_STEP_MS)
    return note('clock', 'The clock of this computer was set just now; times of records may be off.', setIt);
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return ok('clock', `The clocks go: ${new Date(wallMs).toISOString()}, time zone ${zone}.`);
}

export function checkNode(version: string): Check {
  const [major = 0, minor = 0] = version.replace('v', '').split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return ok('node', `Node ${version} is new enough.`);
  return fail('node', `Node ${version} is too old for this kit.`, 'Install Node 20.19 or newer.');
}
