/**
 * Loads noble without taking anything down with it. Facts behind it (noble 1.9.2-26, Linux):
 *
 * - Importing the package's main file opens a Bluetooth socket at once and throws where the kernel has none; after that
 *   Node 24 and later abort at exit, in the destructor of the half-made object. So nothing is loaded unless Linux lists
 *   an adapter, and what can still go wrong goes wrong in the radio process, which is made to be thrown away.
 * - The native addon may be missing (no compiler) or built for another Node.
 * - Over H4 the addon is not needed at all: our own socket class is put in its place before noble asks for it.
 */
import { existsSync, readdirSync } from 'node:fs';
import { createRequire, Module } from 'node:module';
import type { ErrorCode } from '../../contract/errors.ts';
import { parseH4Address } from '../../wire/h4.ts';
import { H4HciSocket } from './h4-hci-socket.ts';
import type { Noble } from './noble-types.ts';

export type NobleLoad =
  | { readonly ok: true; readonly noble: Noble }
  | { readonly ok: false; readonly code: ErrorCode; readonly detail: string; readonly adapterSeen: boolean };

const PACKAGE = '@abandonware/noble';
const SOCKET_PACKAGE = '@abandonware/bluetooth-hci-socket';

const require = createRequire(import.meta.url);

/** Loads noble over the computer's own adapter. Never throws. */
export function loadNobleOnAdapter(adapterFolder: string): NobleLoad {
  if (!installed())
    return { ok: false, code: 'RADIO_NOT_INSTALLED', detail: `${PACKAGE} is not installed`, adapterSeen: false };
  if (process.platform === 'linux' && !hasAdapter(adapterFolder)) {
    return { ok: false, code: 'RADIO_NO_ADAPTER', detail: `${adapterFolder} lists no adapter`, adapterSeen: false };
  }
  try {
    const create = require(`${PACKAGE}/with-custom-binding.js`) as (options: object) => Noble;
    return { ok: true, noble: create({}) };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const detail = `${code ?? 'error'}: ${String(message).split('\n')[0]}`;
    return { ok: false, code: loadErrorCode(code), detail, adapterSeen: true };
  }
}

/** Loads noble over an H4 controller; works without the native addon. Never throws. */
export function loadNobleOverH4(h4Address: string): NobleLoad {
  if (!installed())
    return { ok: false, code: 'RADIO_NOT_INSTALLED', detail: `${PACKAGE} is not installed`, adapterSeen: false };
  const address = parseH4Address(h4Address);
  if (!address || (address.kind === 'unix' && !existsSync(address.path))) {
    return {
      ok: false,
      code: 'RADIO_NO_ADAPTER',
      detail: `there is no controller at ${h4Address}`,
      adapterSeen: false,
    };
  }
  try {
    H4HciSocket.address = h4Address;
    putInPlaceOfAddon();
    const HciBindings = require(`${PACKAGE}/lib/hci-socket/bindings.js`) as new (options: object) => unknown;
    const create = require(`${PACKAGE}/with-bindings.js`) as (bindings: unknown) => Noble;
    return { ok: true, noble: create(new HciBindings({})) };
  } catch (error) {
    const detail = String((error as Error).message).split('\n')[0]!;
    return { ok: false, code: 'RADIO_NO_ADAPTER', detail, adapterSeen: true };
  }
}

function installed(): boolean {
  try {
    require.resolve(`${PACKAGE}/package.json`);
    return true;
  } catch {
    return false;
  }
}

function hasAdapter(folder: string): boolean {
  try {
    return readdirSync(folder).some((entry) => /^hci\d+$/.test(entry));
  } catch {
    return false;
  }
}

function loadErrorCode(code: string | undefined): ErrorCode {
  switch (code) {
    case 'MODULE_NOT_FOUND':
    case 'ERR_DLOPEN_FAILED':
      return 'RADIO_NOT_INSTALLED';
    case 'EPERM':
    case 'EACCES':
      return 'RADIO_NOT_PERMITTED';
    default:
      return 'RADIO_NO_ADAPTER';
  }
}

/** Seeds the CommonJS cache under the very file name that noble's own require will come to. */
function putInPlaceOfAddon(): void {
  const fromNoble = createRequire(require.resolve(`${PACKAGE}/package.json`));
  let file: string;
  try {
    file = fromNoble.resolve(SOCKET_PACKAGE);
  } catch {
    // The optional package is absent: answer its bare name as well.
    file = '/h4-hci-socket-in-place-of-the-addon.cjs';
    answerResolve(SOCKET_PACKAGE, file);
  }
  const standIn = new Module(file);
  standIn.filename = file;
  standIn.loaded = true;
  standIn.exports = H4HciSocket;
  require.cache[file] = standIn as NodeJS.Module;
}

function answerResolve(specifier: string, file: string): void {
  type Resolve = (request: string, ...rest: unknown[]) => string;
  const loader = Module as unknown as { _resolveFilename: Resolve };
  const original = loader._resolveFilename;
  loader._resolveFilename = function (this: unknown, request: string, ...rest: unknown[]): string {
    return request === specifier ? file : original.call(this, request, ...rest);
  };
}
