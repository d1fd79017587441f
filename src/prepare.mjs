/**
 * Makes a fresh clone ready: installs what the lock file names and builds what has changed. Plain JavaScript without
 * dependencies, because it runs before anything is installed. All talk goes to standard error, so that a command's
 * own output stays clean.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const OLDEST_NODE = [20, 19];
const LOCK_FILE = join(ROOT, '.prepare.lock');
const BUILD_STAMP = join(ROOT, 'dist', '.built-from');
const ABI_STAMP = join(ROOT, 'node_modules', '.kit-node-abi');
const SOURCES = ['src', 'calibration', 'test', 'web', 'firmware-spec', 'tsconfig.json', 'package-lock.json'];
const quiet = process.argv.includes('--quiet');

const say = (text) => {
  if (!quiet) process.stderr.write(`${text}\n`);
};
const giveUp = (what, remedy) => {
  process.stderr.write(`${what} ${remedy}\n`);
  process.exit(1);
};

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return;
  giveUp(`Node ${process.versions.node} is too old.`, `Install Node ${OLDEST_NODE.join('.')} or newer and try again.`);
}

/** One preparation at a time: `npm start` and `npm test` may be called together. */
function takeLock() {
  for (let waitedMs = 0; ; waitedMs += 200) {
    try {
      writeFileSync(LOCK_FILE, String(process.pid), { flag: 'wx' });
      process.on('exit', () => rmSync(LOCK_FILE, { force: true }));
      for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') giveUp(`The project folder cannot be written (${error.code}).`, 'Check its rights.');
    }
    const owner = Number(readOrEmpty(LOCK_FILE));
    if (owner && !isAlive(owner)) {
      rmSync(LOCK_FILE, { force: true });
      continue;
    }
    if (waitedMs === 0) say('Another start is preparing this folder; waiting for it.');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function readOrEmpty(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** What npm last installed against what the lock file asks for; optional packages may be missing. */
function isInstalled() {
  const installedText = readOrEmpty(join(ROOT, 'node_modules', '.package-lock.json'));
  if (!installedText) return false;
  const wanted = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')).packages;
  const installed = JSON.parse(installedText).packages;
  return Object.entries(wanted).every(
    ([path, entry]) => path === '' || entry.optional || installed[path]?.version === entry.version,
  );
}

function npm(args) {
  const npmScript = process.env.npm_execpath;
  const command = npmScript ? process.execPath : 'npm';
  return spawnSync(command, npmScript ? [npmScript, ...args] : args, {
    cwd: ROOT,
    stdio: ['ignore', 2, 2],
    shell: !npmScript && process.platform === 'win32',
  });
}

function install() {
  if (!isInstalled()) {
    // Said even by a quiet command: nobody should wait for minutes without a word.
    process.stderr.write('Installing what the kit needs (once; two minutes where SQLite is built from source) …\n');
    const quietly = ['--no-audit', '--no-fund', '--include=dev', '--include=optional', '--loglevel=error'];
    if (npm(['ci', ...quietly]).status !== 0) {
      giveUp(
        'The installation did not finish.',
        'Check the connection to the npm registry, then run the command again.',
      );
    }
    writeFileSync(ABI_STAMP, process.versions.modules);
  } else if ((readOrEmpty(ABI_STAMP) || process.versions.modules) !== process.versions.modules) {
    say('Node has changed since the last start; rebuilding the native parts …');
    if (npm(['rebuild', '--loglevel=error']).status !== 0) {
      giveUp('The native parts could not be rebuilt.', 'Delete the folder node_modules and run the command again.');
    }
    writeFileSync(ABI_STAMP, process.versions.modules);
  }
}

function fingerprint() {
  const hash = createHash('sha256');
  const visit = (path) => {
    const stat = statSync(path);
    if (stat.isDirectory()) {
      for (const name of readdirSync(path).sort()) visit(join(path, name));
    } else {
      hash.update(`${path}\0${stat.size}\0${stat.mtimeMs}\n`);
    }
  };
  for (const source of SOURCES) if (existsSync(join(ROOT, source))) visit(join(ROOT, source));
  return hash.digest('hex');
}

function run(what, script, args) {
  const result = spawnSync(process.execPath, [join(ROOT, 'node_modules', script), ...args], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  if (result.status === 0) return;
  process.stderr.write(`${result.stdout ?? ''}${result.stderr ?? ''}`);
  giveUp(`Building ${what} failed.`, 'The lines above say where.');
}

function build() {
  const now = fingerprint();
  if (readOrEmpty(BUILD_STAMP) === now) return;
  say('Building …');
  mkdirSync(join(ROOT, 'dist'), { recursive: true });
  run('the gateway', 'typescript/bin/tsc', ['-p', '.']);
  run('the dashboard', 'vite/bin/vite.js', ['build', 'web', '--logLevel', 'warn']);
  run('the list of parts', '../src/sbom.mjs', ['--quiet']);
  writeFileSync(BUILD_STAMP, now);
}

checkNode();
takeLock();
install();
build();
