/** The gateway's end of the radio: the port's GattCentral over a radio process that may die at any time. */
import { existsSync, readdirSync } from 'node:fs';
import { ERRORS, type ErrorCode, KitError } from '../../contract/errors.ts';
import type { Advertisement, ConnectStep, GattCentral, GattLink, RadioStatus } from '../../ports/gatt.ts';
import { parseH4Address } from '../../wire/h4.ts';
import type { BleStack, StackChoice } from './ble-stack.ts';
import { RadioChild } from './radio-child.ts';
import { type CallRadio, RadioLink } from './radio-link.ts';
import type { ConnectResult, RadioCall, RadioReport, RadioResult } from './radio-messages.ts';

const CONNECT_DEADLINE_MS = 10_000;
/** The radio process keeps the deadlines; this much later the gateway gives up on the process's answer, ms. */
const GRACE_MS = 2000;
/** While there is no adapter, look for one this often, ms. */
const ADAPTER_POLL_MS = 2000;
/** While there is one that cannot be used, try it this often, ms: its rights or its driver may have changed. */
const UNUSABLE_RETRY_MS = 15_000;
/** Deaths in a row without a word after which the radio counts as unavailable; it is still tried again. */
const SILENT_DEATHS = 3;

export interface RadioCentralOptions {
  /** The noble to use; 'auto' when left out. */
  readonly stack?: StackChoice;
  /** `unix:/path` or `tcp:host:port` of an H4 controller, in place of the computer's adapter. */
  readonly h4Address?: string;
  /** The compiled radio process; needed only where this file itself does not run from dist. */
  readonly childEntry?: URL;
  readonly adapterFolder?: string;
  readonly log?: (text: string) => void;
}

export interface RadioCentral extends GattCentral {
  /** Process id of the radio process, or null while there is none. */
  readonly radioPid: number | null;
  /** The noble in use; null until the radio was ready once. */
  readonly stack: BleStack | null;
}

interface PendingCall {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: KitError) => void;
  readonly timer: NodeJS.Timeout;
  readonly onStep: ((step: ConnectStep) => void) | undefined;
}

export function createRadioCentral(options: RadioCentralOptions = {}): RadioCentral {
  const log = options.log ?? (() => {});
  const adapterFolder = options.adapterFolder ?? '/sys/class/bluetooth';
  const entry = options.childEntry ?? new URL('./radio-process.js', import.meta.url);
  const statusListeners: ((status: RadioStatus) => void)[] = [];
  const scanners = new Set<(advertisement: Advertisement) => void>();
  const calls = new Map<number, PendingCall>();
  const links = new Map<number, RadioLink>();
  let status: RadioStatus = { status: 'starting' };
  let lastCallId = 0;
  let started: Promise<void> | null = null;
  let adapterPoll: NodeJS.Timeout | null = null;
  let silentDeaths = 0;
  let adapterSeen = false;
  let stack: BleStack | null = null;

  const setStatus = (next: RadioStatus) => {
    if (JSON.stringify(next) === JSON.stringify(status)) return;
    status = next;
    for (const listener of [...statusListeners]) listener(next);
  };

  const unavailable = (code: ErrorCode, detail: string): RadioStatus => {
    log(`Bluetooth is not available: ${code} (${detail})`);
    return { status: 'unavailable', code, message: ERRORS[code].message, remedy: ERRORS[code].hint };
  };

  const endEverything = (reason: string) => {
    for (const call of calls.values()) {
      clearTimeout(call.timer);
      call.reject(new KitError('RADIO_DIED', reason));
    }
    calls.clear();
    const ended = [...links.values()];
    links.clear();
    for (const link of ended) link.end(reason);
  };

  const settle = (result: RadioResult) => {
    const call = calls.get(result.id);
    if (!call) {
      // Nobody waits any more: a link that came too late would hold the sensor for ever.
      const value = result.ok ? (result.value as ConnectResult | null) : null;
      if (value && typeof value === 'object' && 'linkId' in value) {
        child.send({
          type: 'call',
          id: ++lastCallId,
          deadlineMs: 1000,
          call: { op: 'disconnect', linkId: value.linkId },
        });
      }
      return;
    }
    calls.delete(result.id);
    clearTimeout(call.timer);
    if (result.ok) call.resolve(result.value);
    else call.reject(new KitError(result.code, result.detail || null));
  };

  const onReport = (report: RadioReport) => {
    switch (report.type) {
      case 'ready':
        silentDeaths = 0;
        stack = report.stack;
        setStatus({ status: 'ready' });
        if (scanners.size > 0) child.send({ type: 'scan', on: true });
        break;
      case 'unavailable':
        adapterSeen = report.adapterSeen;
        setStatus(unavailable(report.code, report.detail));
        break;
      case 'worn-out':
        log(`the radio process is replaced: ${report.detail}`);
        child.kill();
        break;
      case 'found':
        for (const scanner of [...scanners]) scanner(report.advertisement);
        break;
      case 'step':
        calls.get(report.id)?.onStep?.(report.step);
        break;
      case 'result':
        settle(report);
        break;
      case 'data':
        links.get(report.linkId)?.receive(report.characteristic, report.bytes, report.arrivalUs);
        break;
      case 'ended': {
        const link = links.get(report.linkId);
        links.delete(report.linkId);
        link?.end(report.reason);
        break;
      }
      case 'log':
        log(report.text);
        break;
      case 'pong':
        break;
    }
  };

  const child = new RadioChild(entry, {
    onStart: () => {
      const h4Address = options.h4Address ?? null;
      child.send({ type: 'open', stack: options.stack ?? 'auto', h4Address, adapterFolder });
    },
    onReport,
    onDeath: (how, pauseMs) => {
      endEverything('the Bluetooth process ended');
      if (status.status === 'unavailable' && status.code !== 'RADIO_DIED') {
        if (status.code !== 'RADIO_NOT_INSTALLED') waitForAdapter();
        return false;
      }
      log(`the radio process ended (${how}); a new one starts in ${pauseMs} ms`);
      silentDeaths++;
      setStatus(silentDeaths < SILENT_DEATHS ? { status: 'restarting' } : unavailable('RADIO_DIED', how));
      return true;
    },
    onLog: log,
  });

  /** No new process for as long as there is nothing for it to open. */
  const waitForAdapter = () => {
    // As the radio process found it: since then one may have come.
    let absent = !adapterSeen;
    const sinceMs = performance.now();
    if (adapterPoll) clearInterval(adapterPoll);
    adapterPoll = setInterval(() => {
      if (!adapterPresent(options.h4Address, adapterFolder)) {
        absent = true;
      } else if (absent || performance.now() - sinceMs > UNUSABLE_RETRY_MS) {
        if (adapterPoll) clearInterval(adapterPoll);
        adapterPoll = null;
        child.start();
      }
    }, ADAPTER_POLL_MS);
  };

  /** `accept` runs in the turn of the message, before any later message is looked at. */
  const callWith = <T>(
    request: RadioCall,
    deadlineMs: number,
    accept: (value: unknown) => T,
    onStep?: (step: ConnectStep) => void,
  ): Promise<T> =>
    new Promise((resolve, reject) => {
      if (status.status !== 'ready') {
        reject(new KitError(status.status === 'unavailable' ? (status.code as ErrorCode) : 'RADIO_DIED'));
        return;
      }
      const id = ++lastCallId;
      const timer = setTimeout(() => {
        calls.delete(id);
        reject(new KitError('LINK_TIMEOUT', `${request.op}: the Bluetooth process does not answer`));
      }, deadlineMs + GRACE_MS);
      calls.set(id, { resolve: (value) => resolve(accept(value)), reject, timer, onStep });
      child.send({ type: 'call', id, deadlineMs, call: request });
    });
  /** A process that ended comes back within moments: who asks for a sensor meanwhile waits for it instead of failing. */
  const afterRestart = (deadlineMs: number): Promise<void> =>
    new Promise((resolve) => {
      if (status.status !== 'restarting') return resolve();
      const settled = (): void => {
        clearTimeout(timer);
        const at = statusListeners.indexOf(settled);
        if (at >= 0) statusListeners.splice(at, 1);
        resolve();
      };
      const timer = setTimeout(settled, deadlineMs);
      statusListeners.push(settled);
    });
  const call: CallRadio = (request, deadlineMs) => callWith(request, deadlineMs, (value) => value);

  return {
    sourceId: 'radio',
    get radioPid() {
      return child.pid;
    },
    get stack() {
      return stack;
    },
    status: () => status,
    onStatus(listener) {
      statusListeners.push(listener);
    },
    start() {
      started ??= new Promise<void>((resolve) => {
        const settled = (next: RadioStatus) => {
          if (next.status !== 'ready' && next.status !== 'unavailable') return;
          statusListeners.splice(statusListeners.indexOf(settled), 1);
          resolve();
        };
        statusListeners.push(settled);
        if (existsSync(entry)) child.start();
        else setStatus(unavailable('RADIO_NOT_INSTALLED', `${entry.pathname} is not built`));
      });
      return started;
    },
    async scan(onFound) {
      // A wrapper, so that one callback given twice is two scans.
      const scanner = (advertisement: Advertisement) => onFound(advertisement);
      scanners.add(scanner);
      child.send({ type: 'scan', on: true });
      return async () => {
        scanners.delete(scanner);
        if (scanners.size === 0) child.send({ type: 'scan', on: false });
      };
    },
    async connect(deviceId, deadlineMs = CONNECT_DEADLINE_MS, onStep): Promise<GattLink> {
      await afterRestart(deadlineMs);
      const accept = (value: unknown) => {
        const result = value as ConnectResult;
        const link = new RadioLink(deviceId, result, call);
        links.set(result.linkId, link);
        return link;
      };
      return callWith({ op: 'connect', deviceId }, deadlineMs, accept, onStep);
    },
    async stop() {
      if (adapterPoll) clearInterval(adapterPoll);
      adapterPoll = null;
      await child.stop();
      endEverything('the gateway stops');
      started = null;
      setStatus({ status: 'starting' });
    },
  };
}

function adapterPresent(h4Address: string | undefined, adapterFolder: string): boolean {
  if (h4Address) {
    const address = parseH4Address(h4Address);
    return address?.kind !== 'unix' || existsSync(address.path);
  }
  if (process.platform !== 'linux') return true;
  try {
    return readdirSync(adapterFolder).some((name) => name.startsWith('hci'));
  } catch {
    return false;
  }
}
