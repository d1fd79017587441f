/** What Windows tells of Bluetooth: its support service, without which no program finds a sensor. */
import { spawnSync } from 'node:child_process';
import { type Check, fail, note, ok } from './doctor-check.ts';

/** What a program printed; null when it could not be started. Others in tests. */
export type Run = (command: string, args: readonly string[]) => string | null;

const ASK_MS = 5000;
const RUNNING = 4;
/** ERROR_SERVICE_DOES_NOT_EXIST (winerror.h). */
const NO_SUCH_SERVICE = /\b1060\b/;
const START = 'Switch Bluetooth on; if that does not help, run "net start bthserv" as administrator.';

const run: Run = (command, args) => {
  const { error, stdout } = spawnSync(command, args, { encoding: 'utf8', timeout: ASK_MS, windowsHide: true });
  return error ? null : stdout;
};

/** Asks the service manager. The number of the state is read: the words around it depend on the language. */
export function checkWindows(ask: Run = run): Check {
  const said = ask('sc', ['query', 'bthserv']);
  // "STATE : 4  RUNNING"; the type of a service that is not a driver has two digits.
  const state = /:[ \t]*([1-7])[ \t]+[A-Z_]+/.exec(said ?? '')?.[1];
  if (Number(state) === RUNNING) return ok('service', 'The Bluetooth Support Service of Windows runs.');
  if (state !== undefined) return fail('service', 'The Bluetooth Support Service of Windows does not run.', START);
  if (NO_SUCH_SERVICE.test(said ?? ''))
    return fail('service', 'This Windows has no Bluetooth Support Service.', 'Plug in a Bluetooth adapter.');
  return note('service', 'Windows does not tell whether its Bluetooth Support Service runs.');
}
