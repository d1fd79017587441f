/**
 * Loads a noble without taking anything down with it. Facts behind it (Linux):
 *
 * - Importing the main file of @abandonware/noble 1.9.2-26 opens a Bluetooth socket at once and throws where the kernel
 *   has none; after that Node 24 and later abort at exit, in the destructor of the half-made object. So nothing is loaded
 *   unless Linux lists an adapter, and what can still go wrong goes wrong in the radio process, which is made to be
 *   thrown away.
 * - Its native addon is compiled at install: it may be missing (no compiler) or built for another Node. @stoprocent/noble
 *   2.8.0 brings prebuilt ones and takes over then, unless one of the two was asked for by name.
 * - Over H4 no addon is needed at all: our own socket class is put in its place before noble asks for it.
 */
import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { ErrorCode } from '../../contract/errors.ts';
import { parseH4Address } from '../../wire/h4.ts';
import { type BleStack, STACK_PACKAGES, type StackChoice, stacksToTry } from './ble-stack.ts';
import { H4HciSocket } from './h4-hci-socket.ts';
import type { Noble } from './noble-types.ts';
import { putInPlaceOfAddon } from './socket-stand-in.ts';

export type NobleLoad =
  | {
      readonly ok: true;
      readonly noble: Noble;
      readonly stack: BleStack;
      /** Why a stack that stands before this one was passed over; null when none was. */
      readonly passedOver: string | null;
    }
  | { readonly ok: false; readonly code: ErrorCode; readonly detail: string; readonly adapterSeen: boolean };

export interface NobleWish {
  readonly choice: StackChoice;
  /** H4 controller in place of the computer's adapter, or null. */
  readonly h4Address: string | null;
  /** Where Linux lists its adapters. */
  readonly adapterFolder: string;
}

const require = createRequire(import.meta.url);

/** Never throws. */
export function loadNoble(wish: NobleWish): NobleLoad {
  const installed = stacksToTry(wish.choice).filter(isInstalled);
  if (installed.length === 0) {
    const wanted = stacksToTry(wish.choice).map((stack) => STACK_PACKAGES[stack]);
    const detail = `${wanted.join(' and ')} ${wanted.length > 1 ? 'are' : 'is'} not installed`;
    return { ok: false, code: 'RADIO_NOT_INSTALLED', detail, adapterSeen: false };
  }
  const nothing = whyNoController(wish);
  if (nothing) return { ok: false, code: 'RADIO_NO_ADAPTER', detail: nothing, adapterSeen: false };

  const passedOver: string[] = [];
  let lastCode: ErrorCode = 'RADIO_NOT_INSTALLED';
  for (const stack of installed) {
    try {
      const noble = wish.h4Address ? overH4(stack, wish.h4Address) : onAdapter(stack);
      return { ok: true, noble, stack, passedOver: passedOver.length > 0 ? passedOver.join('; ') : null };
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      passedOver.push(`${STACK_PACKAGES[stack]}: ${code ? `${code} ` : ''}${String(message).split('\n')[0]}`);
      lastCode = wish.h4Address ? 'RADIO_NO_ADAPTER' : loadErrorCode(code, String(message));
      // Only a missing part is mended by the other stack; a right or an adapter that is missing, is missing for both.
      if (lastCode !== 'RADIO_NOT_INSTALLED') break;
    }
  }
  return { ok: false, code: lastCode, detail: passedOver.join('; '), adapterSeen: true };
}

export function isInstalled(stack: BleStack): boolean {
  try {
    require.resolve(`${STACK_PACKAGES[stack]}/package.json`);
    return true;
  } catch {
    return false;
  }
}

function whyNoController({ h4Address, adapterFolder }: NobleWish): string | null {
  if (h4Address) {
    const address = parseH4Address(h4Address);
    const there = address && (address.kind !== 'unix' || existsSync(address.path));
    return there ? null : `there is no controller at ${h4Address}`;
  }
  if (process.platform !== 'linux' || hasAdapter(adapterFolder)) return null;
  return `${adapterFolder} lists no adapter`;
}

/** Throws where the native part is missing or the adapter cannot be opened. */
function onAdapter(stack: BleStack): Noble {
  if (stack === 'abandonware') {
    const create = require('@abandonware/noble/with-custom-binding.js') as (options: object) => Noble;
    return create({});
  }
  // Its socket is made only when noble starts, where nobody could catch: the native part is asked for beforehand.
  if (process.platform === 'linux') {
    const fromNoble = createRequire(require.resolve('@stoprocent/noble/package.json'));
    const sockets = fromNoble('@stoprocent/bluetooth-hci-socket') as { loadDriver(name: string): unknown };
    sockets.loadDriver('native');
  }
  const create = require('@stoprocent/noble/lib/resolve-bindings.js') as (binding: string, options: object) => Noble;
  return create('default', {});
}

function overH4(stack: BleStack, h4Address: string): Noble {
  H4HciSocket.address = h4Address;
  putInPlaceOfAddon(stack);
  if (stack === 'stoprocent') {
    const create = require('@stoprocent/noble/lib/resolve-bindings.js') as (binding: string, options: object) => Noble;
    return create('hci', {});
  }
  const HciBindings = require('@abandonware/noble/lib/hci-socket/bindings.js') as new (options: object) => unknown;
  const create = require('@abandonware/noble/with-bindings.js') as (bindings: unknown) => Noble;
  return create(new HciBindings({}));
}

export function hasAdapter(folder: string): boolean {
  try {
    return readdirSync(folder).some((entry) => /^hci\d+$/.test(entry));
  } catch {
    return false;
  }
}

function loadErrorCode(code: string | undefined, message: string): ErrorCode {
  switch (code) {
    case 'MODULE_NOT_FOUND':
    case 'ERR_DLOPEN_FAILED':
      return 'RADIO_NOT_INSTALLED';
    case 'EPERM':
    case 'EACCES':
      return 'RADIO_NOT_PERMITTED';
    default:
      // What node-gyp-build says when no prebuilt addon fits this computer.
      return /No native build was found/.test(message) ? 'RADIO_NOT_INSTALLED' : 'RADIO_NO_ADAPTER';
  }
}
