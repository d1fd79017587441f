/** A PostgreSQL server of the tests' own: in a temporary folder, on a free port of this computer, gone afterwards. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';

const DEBIAN = '/usr/lib/postgresql';

/** Folder of initdb and postgres, the newest version; null where PostgreSQL is not installed. */
function binaries(): string | null {
  if (!existsSync(DEBIAN)) return null;
  const versions = readdirSync(DEBIAN)
    .map(Number)
    .filter((version) => existsSync(join(DEBIAN, String(version), 'bin', 'initdb')))
    .toSorted((a, b) => b - a);
  return versions.length > 0 ? join(DEBIAN, String(versions[0]), 'bin') : null;
}

/** User and group that the server runs as: it refuses to be root. Undefined: as we are. */
function serverUser(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith('postgres:'));
  const [, , uid, gid] = (line ?? '').split(':').map(Number);
  return uid !== undefined && gid !== undefined ? { uid, gid } : undefined;
}

export function whyNoPostgres(): string | null {
  if (!binaries()) return 'PostgreSQL is not installed (Debian: apt-get install postgresql)';
  if (process.getuid?.() === 0 && !serverUser()) return 'PostgreSQL has no user of its own here';
  return null;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

export interface TestPostgres {
  /** Of a new, empty database. */
  newDatabase(): Promise<string>;
  dropDatabase(url: string): Promise<void>;
  /** SIGKILL to the server and its children, then a start on the same files: what a power cut leaves to it. */
  crashAndRestart(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * @param fsync false where nothing is killed: the contract is the same, and the tests are faster.
 * @param passwords the server asks for them; that of its own user is "neck".
 */
export async function startPostgres({
  fsync,
  passwords = false,
}: {
  readonly fsync: boolean;
  readonly passwords?: boolean;
}): Promise<TestPostgres> {
  const bin = binaries()!;
  const user = serverUser();
  const folder = mkdtempSync(join(tmpdir(), 'neck-postgres-'));
  if (user) chownSync(folder, user.uid, user.gid);
  const data = join(folder, 'data');
  const secret = join(folder, 'password');
  writeFileSync(secret, 'neck');
  if (user) chownSync(secret, user.uid, user.gid);
  const login = passwords ? ['-A', 'scram-sha-256', `--pwfile=${secret}`] : ['-A', 'trust'];
  const as = { ...user, env: { PATH: process.env['PATH'], LC_ALL: 'C' } };
  execFileSync(join(bin, 'initdb'), ['-D', data, ...login, '-U', 'neck', '-E', 'UTF8', '--no-sync'], {
    ...as,
    cwd: folder,
    stdio: 'ignore',
  });
  const port = await freePort();
  let server: ChildProcess;
  const urlOf = (database: string): string =>
    `postgres://neck${passwords ? ':neck' : ''}@127.0.0.1:${port}/${database}`;

  async function asAdmin(statement: string): Promise<void> {
    const client = new pg.Client({ connectionString: urlOf('postgres') });
    await client.connect();
    try {
      await client.query(statement);
    } finally {
      await client.end();
    }
  }
  async function start(): Promise<void> {
    const settings = [`port=${port}`, 'listen_addresses=127.0.0.1', `unix_socket_directories=${folder}`];
    settings.push(`fsync=${fsync ? 'on' : 'off'}`, 'shared_buffers=32MB', 'max_connections=20');
    const launch = (): ChildProcess =>
      spawn(join(bin, 'postgres'), ['-D', data, ...settings.flatMap((setting) => ['-c', setting])], {
        ...as,
        cwd: folder,
        stdio: 'ignore',
        detached: true,
      });
    server = launch();
    for (let tries = 0; ; tries++) {
      const answered = await asAdmin('select 1').then(
        () => true,
        () => false,
      );
      if (answered) return;
      if (tries > 600) throw new Error('the test PostgreSQL did not start');
      // One that was killed a moment ago may still have a child that holds its memory: the new one gives up, and is asked again.
      if (server.exitCode !== null) server = launch();
      await new Promise((done) => setTimeout(done, 100));
    }
  }
  async function end(how: () => void): Promise<void> {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, 'exit');
    how();
    await ended;
  }
  const killAll = (): void => {
    if (server.pid === undefined) return;
    try {
      process.kill(-server.pid, 'SIGKILL');
    } catch {
      // It is gone already.
    }
  };

  await start();
  process.once('exit', killAll);
  return {
    async newDatabase() {
      const name = `neck_${randomBytes(6).toString('hex')}`;
      await asAdmin(`create database ${name}`);
      return urlOf(name);
    },
    dropDatabase: (url) => asAdmin(`drop database if exists ${new URL(url).pathname.slice(1)} with (force)`),
    async crashAndRestart() {
      await end(killAll);
      await start();
    },
    async stop() {
      await end(() => server.kill('SIGINT'));
      process.off('exit', killAll);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
