/** Puts our socket class in the place of a noble's native one, before noble's own code asks for it. */
import { createRequire, Module } from 'node:module';
import { type BleStack, STACK_PACKAGES } from './ble-stack.ts';
import { H4HciSocket } from './h4-hci-socket.ts';

const SOCKET_PACKAGES: Readonly<Record<BleStack, string>> = {
  abandonware: '@abandonware/bluetooth-hci-socket',
  stoprocent: '@stoprocent/bluetooth-hci-socket',
};

const require = createRequire(import.meta.url);

/** What @stoprocent/noble asks of the module, beside the class itself. */
class SocketModule extends H4HciSocket {
  static loadDriver(): typeof H4HciSocket {
    return H4HciSocket;
  }
}

/** Seeds the CommonJS cache under the very file name that noble's own require will come to. */
export function putInPlaceOfAddon(stack: BleStack): void {
  const fromNoble = createRequire(require.resolve(`${STACK_PACKAGES[stack]}/package.json`));
  const wanted = SOCKET_PACKAGES[stack];
  let file: string;
  try {
    file = fromNoble.resolve(wanted);
  } catch {
    // The optional package is absent: answer its bare name as well.
    file = `/h4-hci-socket-in-place-of-${stack}.cjs`;
    answerResolve(wanted, file);
  }
  const standIn = new Module(file);
  standIn.filename = file;
  standIn.loaded = true;
  standIn.exports = SocketModule;
  require.cache[file] = standIn as NodeJS.Module;
}

function answerResolve(specifier: string, file: string): void {
  type Resolve = (request: string, ...rest: unknown[]) => string;
  // Not in the typings: the one place where Node turns a name into a file.
  const original = Reflect.get(Module, '_resolveFilename') as Resolve;
  const answering = function (this: unknown, request: string, ...rest: unknown[]): string {
    return request === specifier ? file : original.call(this, request, ...rest);
  };
  Reflect.set(Module, '_resolveFilename', answering);
}
