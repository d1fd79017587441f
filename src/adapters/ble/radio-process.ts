/**
 * The radio process: noble lives here and nowhere else. Native code that crashes or hangs takes this process, not a
 * recording; the gateway starts a new one. Started by radio-child.ts, speaks radio-messages.ts, ends with its parent.
 */
import { KitError } from '../../contract/errors.ts';
import { adapterName, holdAdapter } from './adapter-lock.ts';
import { createAdapterVerdict } from './adapter-verdict.ts';
import { type BleStack, STACK_PACKAGES } from './ble-stack.ts';
import { loadNoble } from './noble-loader.ts';
import { NobleRadio } from './noble-radio.ts';
import type { Noble } from './noble-types.ts';
import type { RadioCall, RadioReport, RadioRequest } from './radio-messages.ts';

/** noble over an adapter that cannot be used says nothing at all; after this it counts as unusable, ms. */
const POWER_ON_MS = 2500;

let radio: NobleRadio | null = null;
let opened = false;
const neverReady = createAdapterVerdict((code, detail) => {
  if (!radio) report({ type: 'unavailable', code, detail, adapterSeen: true });
});

function report(message: RadioReport, sent: () => void = () => {}): void {
  if (process.connected) process.send?.(message, undefined, {}, sent);
}

/** Says why and vanishes at once: a native object that was half made aborts in a regular exit. */
function giveUp(message: RadioReport): void {
  report(message, () => process.kill(process.pid, 'SIGKILL'));
}

async function open(request: Extract<RadioRequest, { type: 'open' }>): Promise<void> {
  const { stack: choice, h4Address, adapterFolder } = request;
  const load = loadNoble({ choice, h4Address, adapterFolder });
  if (!load.ok) {
    const { code, detail, adapterSeen } = load;
    giveUp({ type: 'unavailable', code, detail, adapterSeen });
    return;
  }
  // Loaded, but not opened yet: that is done by the first listener.
  const name = adapterName(h4Address);
  if (!(await holdAdapter(name))) {
    giveUp({ type: 'unavailable', code: 'ADAPTER_IN_USE', detail: name, adapterSeen: false });
    return;
  }
  const { noble, stack, passedOver } = load;
  const because = passedOver ? ` (${passedOver})` : '';
  report({ type: 'log', text: `Bluetooth goes through ${STACK_PACKAGES[stack]}${because}` });
  let warning = 'the adapter does not answer';
  const silent = setTimeout(
    () => giveUp({ type: 'unavailable', code: 'RADIO_NO_ADAPTER', detail: warning, adapterSeen: true }),
    POWER_ON_MS,
  );
  noble.on('warning', (text: unknown) => {
    warning = String(text);
    report({ type: 'log', text: warning });
  });
  // Adding this listener is what makes noble open the adapter.
  noble.on('stateChange', (state: string) => {
    clearTimeout(silent);
    if (request.h4Address && state === 'poweredOff' && !radio) {
      const detail = `nothing answers at ${request.h4Address}`;
      giveUp({ type: 'unavailable', code: 'RADIO_NO_ADAPTER', detail, adapterSeen: false });
    } else {
      stateChanged(noble, stack, state);
    }
  });
  // After noble's own, which would end the process when it is the last one: Ctrl-C in a terminal reaches this process
  // as well, and it is the gateway that decides.
  setImmediate(() => process.on('SIGINT', () => {}));
}

function stateChanged(noble: Noble, stack: BleStack, state: string): void {
  if (state === 'poweredOn') {
    radio ??= new NobleRadio(noble, {
      onFound: (advertisement) => report({ type: 'found', advertisement }),
      onData: (linkId, characteristic, bytes, arrivalUs) =>
        report({ type: 'data', linkId, characteristic, bytes, arrivalUs }),
      onEnded: (linkId, reason) => report({ type: 'ended', linkId, reason }),
      onWornOut: (detail) => report({ type: 'worn-out', detail }),
    });
    report({ type: 'ready', stack });
  } else if (radio) {
    // noble keeps credits and states of links that went with the adapter; only a new process is free of them.
    radio.endAll('the Bluetooth adapter went away');
    report({ type: 'worn-out', detail: `adapter ${state}` });
  } else {
    neverReady.said(state);
  }
}

async function perform(id: number, call: RadioCall, deadlineMs: number): Promise<unknown> {
  if (!radio) throw new KitError('RADIO_DIED', 'not ready');
  if (call.op === 'connect')
    return radio.connect(call.deviceId, deadlineMs, (step) => report({ type: 'step', id, step }));
  const link = radio.link(call.linkId);
  switch (call.op) {
    case 'read':
      return link.read(call.characteristic, deadlineMs);
    case 'write':
      return link.write(call.characteristic, call.bytes, call.withoutResponse, deadlineMs);
    case 'subscribe':
      return link.subscribe(call.characteristic, deadlineMs);
    case 'unsubscribe':
      return link.unsubscribe(call.characteristic, deadlineMs);
    case 'rssi':
      return link.rssi(deadlineMs);
    case 'disconnect':
      return link.disconnect();
  }
}

process.on('message', (message: RadioRequest) => {
  switch (message.type) {
    case 'open':
      if (!opened) void open(message);
      opened = true;
      break;
    case 'scan':
      radio?.setScan(message.on);
      break;
    case 'call': {
      const { id } = message;
      perform(id, message.call, message.deadlineMs).then(
        (value) => report({ type: 'result', id, ok: true, value }),
        (error: unknown) => {
          const known = error instanceof KitError ? error : new KitError('LINK_LOST', String(error));
          report({ type: 'result', id, ok: false, code: known.code, detail: known.detail ?? '' });
        },
      );
      break;
    }
    case 'ping':
      report({ type: 'pong' });
      break;
    case 'close':
      // noble ends its links in its exit handler.
      process.exit(0);
  }
});

process.on('disconnect', () => process.exit(0));
process.on('SIGTERM', () => process.exit(0));
process.on('uncaughtException', (error) => {
  report({ type: 'log', text: `the radio process fails: ${error.stack ?? error.message}` }, () => process.exit(1));
});
