/** Finds, prepares and starts BlueZ's btvirt, the controller emulator behind the virtual radio. Linux only. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { KitError } from '../../contract/errors.ts';

const SHIM_SOURCE = 'src/adapters/air/btvirt-shim.c';

function findBtvirt(): string | null {
  const fromPath = (process.env['PATH'] ?? '').split(path.delimiter).map((folder) => path.join(folder, 'btvirt'));
  const candidates = [process.env['BTVIRT'], ...fromPath, '/usr/bin/btvirt', '/usr/sbin/btvirt'];
  return candidates.find((file) => file && existsSync(file)) ?? null;
}

/** The folder with package.json above this file, from the sources as well as from dist. */
function packageRoot(): string {
  let folder = path.dirname(fileURLToPath(import.meta.url));
  while (!existsSync(path.join(folder, SHIM_SOURCE))) {
    const parent = path.dirname(folder);
    if (parent === folder) throw new Error(`${SHIM_SOURCE} is not part of this installation`);
    folder = parent;
  }
  return folder;
}

/** First folder that can be written to: an installation may be read-only. */
function cacheFolder(root: string): string {
  const candidates = [
    path.join(root, 'node_modules', '.cache', 'neck-rom-kit'),
    path.join(os.tmpdir(), `neck-rom-kit-${os.userInfo().uid}`),
  ];
  for (const folder of candidates) {
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      accessSync(folder, constants.W_OK);
      return folder;
    } catch {
      // Not this one.
    }
  }
  throw new Error('no folder to build into');
}

/** Compiles the shim when its source changed; returns the library's path. */
function buildShim(): string {
  const root = packageRoot();
  const source = path.join(root, SHIM_SOURCE);
  const hash = createHash('sha256').update(readFileSync(source)).digest('hex').slice(0, 12);
  const library = path.join(cacheFolder(root), `btvirt-shim-${hash}-${process.arch}.so`);
  if (existsSync(library)) return library;
  // Built aside and moved into place, so that two processes that start together never load half a file.
  const aside = `${library}.${process.pid}`;
  execFileSync(process.env['CC'] ?? 'cc', ['-shared', '-fPIC', '-O2', '-o', aside, source, '-ldl'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  renameSync(aside, library);
  return library;
}

/** Null when a virtual radio can be had here, else one line: why not and what to do. */
export function whyNoVirtualRadio(): string | null {
  if (process.platform !== 'linux') {
    return `the virtual radio needs Linux (this is ${process.platform}); the simulator without a radio works everywhere`;
  }
  if (!findBtvirt()) return 'btvirt is not installed: "apt-get install bluez-test-tools", or set BTVIRT to its path';
  try {
    buildShim();
  } catch (error) {
    const firstLine = String((error as Error).message).split('\n')[0];
    return `the helper of btvirt cannot be compiled (${firstLine}): install a C compiler, "apt-get install gcc libc6-dev"`;
  }
  return null;
}

/** The flag of a Unix socket that takes connections (`__SO_ACCEPTCON`), in /proc/net/unix (proc(5)). */
const ACCEPTS_CONNECTIONS = 0x10000;

/** The file is there from bind() on; a connection before listen() is refused. */
function listens(socketPath: string): boolean {
  const line = readFileSync('/proc/net/unix', 'utf8')
    .split('\n')
    .find((text) => text.endsWith(` ${socketPath}`));
  return line !== undefined && (Number.parseInt(line.split(/\s+/)[3] ?? '', 16) & ACCEPTS_CONNECTIONS) !== 0;
}

export interface Btvirt {
  readonly process: ChildProcess;
  /** Unix socket; every connection to it is a new LE controller in the same air. */
  readonly socketPath: string;
}

/**
 * Starts btvirt with its sockets in `folder`; resolves when it accepts controllers.
 * @throws KitError VIRTUAL_RADIO_UNAVAILABLE
 */
export async function startBtvirt(folder: string): Promise<Btvirt> {
  const reason = whyNoVirtualRadio();
  if (reason) throw new KitError('VIRTUAL_RADIO_UNAVAILABLE', reason);
  const child = spawn(findBtvirt()!, ['-s'], {
    stdio: 'ignore',
    env: { ...process.env, NECK_BTVIRT_DIR: folder, NECK_BTVIRT_PARENT: String(process.pid), LD_PRELOAD: buildShim() },
  });
  let spawnError: Error | null = null;
  child.on('error', (error) => {
    spawnError = error;
  });
  const socketPath = path.join(folder, 'bt-server-le');
  for (let waitedMs = 0; waitedMs < 5000; waitedMs += 10) {
    if (spawnError || child.exitCode !== null || child.signalCode !== null) break;
    if (listens(socketPath)) return { process: child, socketPath };
    await sleep(10);
  }
  child.kill('SIGKILL');
  throw new KitError('VIRTUAL_RADIO_UNAVAILABLE', 'btvirt did not start');
}
