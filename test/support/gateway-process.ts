/** The gateway as its user starts it: a process of its own, on a free port, with its own data folder. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const MAIN = join(
  import.meta.dirname,
  '..',
  '..',
  ...(import.meta.dirname.includes('dist') ? ['src'] : ['dist', 'src']),
  'main.js',
);

export interface GatewayOptions {
  readonly login?: boolean;
  /** A command that runs the gateway, strace for one. */
  readonly under?: readonly string[];
}

interface Ready {
  readonly url: string;
  readonly firstStartCode: string | null;
}

export interface GatewayProcess {
  readonly url: string;
  /** Null without a login, and once there is an administrator. */
  readonly firstStartCode: string | null;
  readonly dataFolder: string;
  readonly child: ChildProcess;
  /** What it wrote to standard error so far. */
  log(): string;
  /** Ends it politely and removes its data folder unless it was given one. */
  stop(): Promise<void>;
}

/**
 * Starts `main.js serve` with `args`; resolves when it answers on its port. Without a login unless `login` says so: a
 * test of measuring is not one of signing in.
 */
export async function startGateway(
  args: readonly string[],
  dataFolder?: string,
  { login = false, under = [] }: GatewayOptions = {},
): Promise<GatewayProcess> {
  if (!existsSync(MAIN)) throw new Error('dist/src/main.js is missing: run "npm run build" first');
  const folder = dataFolder ?? (await mkdtemp(join(tmpdir(), 'neck-data-')));
  const [command = process.execPath, ...before] = [...under, process.execPath];
  const child = spawn(
    command,
    [...before, MAIN, 'serve', '--port', '0', '--data', folder, '--json', ...(login ? [] : ['--no-login']), ...args],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  // A test or benchmark that fails must not leave its gateway behind.
  process.once('exit', () => child.kill('SIGKILL'));
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => {
    log += chunk.toString();
  });
  const ready = new Promise<Ready>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith('{')) resolve(JSON.parse(line) as Ready);
    });
    child.once('exit', (code) => reject(new Error(`the gateway ended with code ${code} before it was ready\n${log}`)));
  });
  const { url, firstStartCode } = await ready;
  return {
    url,
    firstStartCode,
    dataFolder: folder,
    child,
    log: () => log,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        const ended = once(child, 'exit');
        child.kill('SIGTERM');
        const late = setTimeout(() => child.kill('SIGKILL'), 5000);
        await ended;
        clearTimeout(late);
      }
      if (!dataFolder) await rm(folder, { recursive: true, force: true });
    },
  };
}
