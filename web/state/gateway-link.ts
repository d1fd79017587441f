/** The WebSocket to the gateway: live frames in, state in, commands out; comes back by itself. */
import { effect } from '@preact/signals';
import type { Command, Reply } from '../../src/contract/commands.ts';
import { receiveFrame } from '../live/live-data.ts';
import { backoffMs } from '../logic/backoff.ts';
import { inside, refreshAccess } from './access.ts';
import { ask, localFailure, receiveState, useTransport } from './kit-link.ts';
import { kit, link } from './store.ts';

export { ask, command } from './kit-link.ts';

/** A gateway that does not answer a small question for this long is taken to be gone. */
const HEARTBEAT_EVERY_MS = 4000;
const HEARTBEAT_TIMEOUT_MS = 6000;

interface Waiting {
  readonly resolve: (reply: Reply) => void;
  readonly timer: number;
}

let socket: WebSocket | null = null;
let attempt = 0;
let nextId = 1;
let heartbeat = 0;
const waiting = new Map<number, Waiting>();

function askSocket(command: Command, timeoutMs: number): Promise<Reply> {
  const id = nextId++;
  const open = socket;
  if (open === null || open.readyState !== WebSocket.OPEN) {
    return Promise.resolve(localFailure(id, 'OFFLINE'));
  }
  return new Promise((resolve) => {
    const timer = window.setTimeout(() => {
      waiting.delete(id);
      resolve(localFailure(id, 'NO_ANSWER'));
    }, timeoutMs);
    waiting.set(id, { resolve, timer });
    open.send(JSON.stringify({ id, command }));
  });
}

function settle(reply: Reply): void {
  const entry = waiting.get(reply.id);
  if (!entry) return;
  waiting.delete(reply.id);
  window.clearTimeout(entry.timer);
  entry.resolve(reply);
}

function receiveText(text: string): void {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    return;
  }
  if (typeof message !== 'object' || message === null || !('type' in message)) return;
  if (message.type === 'reply') {
    settle(message as Reply);
    return;
  }
  if (message.type === 'state') receiveState(message);
}

function lose(): void {
  window.clearInterval(heartbeat);
  socket = null;
  if (link.value !== 'mismatch') link.value = 'lost';
  for (const [id, entry] of waiting) {
    window.clearTimeout(entry.timer);
    entry.resolve(localFailure(id, 'OFFLINE'));
  }
  waiting.clear();
  window.setTimeout(() => void reopen(), backoffMs(attempt++, Math.random()));
}

/** A link that was closed because the session ended or was locked comes back with the session, not by itself. */
async function reopen(): Promise<void> {
  const answered = await refreshAccess();
  if (socket !== null) return;
  if (!answered) window.setTimeout(() => void reopen(), backoffMs(attempt++, Math.random()));
  else if (inside.value) openLink();
  else kit.value = null;
}

/** Opens the link as soon as somebody is signed in, now and every time after. */
export function keepLink(): void {
  useTransport({ ask: askSocket });
  effect(() => {
    if (inside.value && socket === null) {
      attempt = 0;
      openLink();
    } else if (!inside.value) socket?.close();
  });
  void reopen();
}

function openLink(): void {
  const url = new URL('api/v1/live', location.href.split('#')[0]);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  url.search = '';
  const opening = new WebSocket(url);
  socket = opening;
  opening.binaryType = 'arraybuffer';
  opening.onopen = () => {
    attempt = 0;
    heartbeat = window.setInterval(async () => {
      const reply = await ask({ type: 'clock' }, HEARTBEAT_TIMEOUT_MS);
      if (!reply.ok && reply.code === 'NO_ANSWER') opening.close();
    }, HEARTBEAT_EVERY_MS);
  };
  opening.onmessage = (event: MessageEvent<ArrayBuffer | string>) => {
    if (typeof event.data === 'string') receiveText(event.data);
    else receiveFrame(event.data);
  };
  opening.onclose = lose;
}
