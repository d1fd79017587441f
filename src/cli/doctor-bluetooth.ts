/** What the kit needs of Bluetooth, from what the system tells down to a link that is really made. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRadioCentral, STACK_PACKAGES, type StackChoice } from '../adapters/ble/index.ts';
import { isInstalled } from '../adapters/ble/noble-loader.ts';
import { ERRORS, type ErrorCode, KitError } from '../contract/errors.ts';
import { DRIVERS } from '../devices/registry.ts';
import type { Advertisement, GattCentral } from '../ports/gatt.ts';
import { type Check, fail, note, ok } from './doctor-check.ts';

const CAP_NET_RAW = 13;
/** For a sensor to be heard, and for a link to it, ms: more than either takes when all is well. */
const LISTEN_MS = 1200;
const CONNECT_MS = 3000;
const SMALL_MTU = 60;
const SLOW_INTERVAL_MS = 30;

export interface Roots {
  /** Where Linux lists adapters, switches and processes; others in tests. */
  readonly adapters: string;
  readonly switches: string;
  readonly processes: string;
}
export const LINUX_ROOTS: Roots = {
  adapters: '/sys/class/bluetooth',
  switches: '/sys/class/rfkill',
  processes: '/proc',
};

const listed = (folder: string): string[] => {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
};
const text = (...path: string[]): string => {
  try {
    return readFileSync(join(...path), 'utf8').trim();
  } catch {
    return '';
  }
};

/** What Linux itself says: adapter, its switch, the right to use it, the desktop's own service. */
export function checkLinux(roots: Roots = LINUX_ROOTS): Check[] {
  const adapters = listed(roots.adapters).filter((name) => /^hci\d+$/.test(name));
  const checks: Check[] = [];
  if (adapters.length === 0)
    checks.push(fail('adapter', ERRORS.RADIO_NO_ADAPTER.message, ERRORS.RADIO_NO_ADAPTER.hint));
  else checks.push(ok('adapter', `Linux lists ${adapters.join(', ')}.`));

  const blocked = listed(roots.switches).filter((name) => {
    const on = (what: string): boolean => text(roots.switches, name, what) === '1';
    return text(roots.switches, name, 'type') === 'bluetooth' && (on('soft') || on('hard'));
  });
  if (blocked.length > 0)
    checks.push(
      fail('switch', ERRORS.RADIO_OFF.message, 'Run "rfkill unblock bluetooth", or use the switch of the computer.'),
    );

  const effective = /CapEff:\s*([0-9a-f]+)/.exec(text(roots.processes, 'self', 'status'))?.[1] ?? '0';
  const allowed = ((BigInt(`0x${effective}`) >> BigInt(CAP_NET_RAW)) & 1n) === 1n;
  if (allowed) checks.push(ok('rights', 'The program has the right to use an adapter (CAP_NET_RAW).'));
  else
    checks.push(
      fail('rights', 'The program lacks the right to use an adapter (CAP_NET_RAW).', ERRORS.RADIO_NOT_PERMITTED.hint),
    );

  const running = listed(roots.processes).some(
    (name) => /^\d+$/.test(name) && text(roots.processes, name, 'comm') === 'bluetoothd',
  );
  checks.push(
    note(
      'service',
      running
        ? "The desktop's Bluetooth service runs beside the kit, which is allowed; a sensor that it holds cannot be found."
        : "The desktop's Bluetooth service does not run, and is not needed.",
    ),
  );
  return checks;
}

/** The parts of the kit for Bluetooth, before anything is opened. */
export function checkParts(choice: StackChoice): Check {
  const names = (['abandonware', 'stoprocent'] as const).filter((stack) => choice === 'auto' || choice === stack);
  const there = names.filter(isInstalled).map((stack) => STACK_PACKAGES[stack]);
  if (there.length > 0) return ok('parts', `Installed for Bluetooth: ${there.join(', ')}.`);
  return fail('parts', ERRORS.RADIO_NOT_INSTALLED.message, ERRORS.RADIO_NOT_INSTALLED.hint);
}

export interface RadioFindings {
  readonly checks: readonly Check[];
  /** npm name of the library in use; null when none is. */
  readonly stack: string | null;
  readonly mtu: number | null;
  readonly intervalMs: number | null;
}

/** Opens the radio as the gateway would, listens, and makes one link to a sensor if one is heard. */
export async function tryRadio(options: { stack: StackChoice; h4Address: string | null }): Promise<RadioFindings> {
  const { stack, h4Address } = options;
  const said: string[] = [];
  const central = createRadioCentral({ stack, ...(h4Address ? { h4Address } : {}), log: (line) => said.push(line) });
  try {
    await central.start();
    const status = central.status();
    if (status.status !== 'ready') {
      const { message = '', remedy = ERRORS.RADIO_DIED.hint } = status.status === 'unavailable' ? status : {};
      const why = said.at(-1)?.match(/\((.+)\)$/)?.[1];
      const sentence = `Bluetooth cannot be used: ${message}${why ? ` (${why})` : ''}`;
      const busy = status.status === 'unavailable' && status.code === 'ADAPTER_IN_USE';
      return { checks: [(busy ? note : fail)('radio', sentence, remedy)], stack: null, mtu: null, intervalMs: null };
    }
    const name = central.stack ? STACK_PACKAGES[central.stack] : null;
    const opened = ok('radio', `Bluetooth works, through ${name}.`);
    const link = await tryLink(central);
    return { ...link, checks: [opened, ...link.checks], stack: name };
  } finally {
    await central.stop();
  }
}

async function tryLink(central: GattCentral): Promise<Omit<RadioFindings, 'stack'>> {
  const unknown = { mtu: null, intervalMs: null };
  const heard = await listen(central);
  if (!heard)
    return {
      ...unknown,
      checks: [
        note(
          'link',
          'No sensor is in sight, so packet size and interval are not known.',
          'Switch one on and run this again.',
        ),
      ],
    };
  try {
    const link = await central.connect(heard.deviceId, CONNECT_MS);
    const { mtu, intervalMs = null } = link;
    await link.disconnect();
    const interval = intervalMs === null ? 'an interval that is not told' : `an interval of ${intervalMs} ms`;
    const sentence = `A link to "${heard.name}" was made: packets of up to ${mtu - 3} bytes, ${interval}.`;
    const poor = mtu < SMALL_MTU || (intervalMs ?? 0) > SLOW_INTERVAL_MS;
    const check = poor
      ? note('link', sentence, 'That is little for a fast sensor: try another adapter if samples are lost.')
      : ok('link', sentence);
    return { mtu, intervalMs, checks: [check] };
  } catch (cause) {
    const code: ErrorCode = cause instanceof KitError ? cause.code : 'LINK_TIMEOUT';
    return {
      ...unknown,
      checks: [fail('link', `No link to "${heard.name}": ${ERRORS[code].message}`, ERRORS[code].hint)],
    };
  }
}

async function listen(central: GattCentral): Promise<Advertisement | null> {
  let stop = async (): Promise<void> => {};
  const found = await new Promise<Advertisement | null>((resolve) => {
    const late = setTimeout(() => resolve(null), LISTEN_MS);
    const scanning = central.scan((advertisement) => {
      if (!DRIVERS.some((driver) => driver.matches(advertisement))) return;
      clearTimeout(late);
      resolve(advertisement);
    });
    scanning.then(
      (end) => {
        stop = end;
      },
      () => resolve(null),
    );
  });
  await stop();
  return found;
}
