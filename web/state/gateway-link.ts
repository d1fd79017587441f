/** The WebSocket to the gateway: live frames in, state in, commands out; comes back by itself. */
import { effect } from '@preact/signals';
import type { Command, Reply } from '../../src/contract/commands.ts';
import { type KitState, kitStateSchema } from '../../src/contract/state.ts';
import { told } from '../i18n/index.ts';
import { receiveFrame, resetLive } from '../live/live-data.ts';
import { backoffMs } from '../logic/backoff.ts';
import { shareStructure } from '../logic/share-structure.ts';
import { inside, refreshAccess } from './access.ts';
import { frtRunning, kit, lastFrt, link, problem, recording, restarted, testSimulated } from './store.ts';

/** Connecting a sensor over the radio may take this long. */
const REPLY_TIMEOUT_MS = 45_000;
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

function localFailure(id: number, code: 'OFFLINE' | 'NO_ANSWER'): Reply {
  return { type: 'reply', id, ok: false, ...told({ code, message: '', hint: '' }) };
}

/** Sends a command and waits for its reply; a broken link answers with a failed reply, never an exception. */
export function ask(command: Command, timeoutMs: number = REPLY_TIMEOUT_MS): Promise<Reply> {
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

/** Like `ask`, and shows what went wrong. True when the gateway agreed. */
export async function command(what: Command): Promise<boolean> {
  const reply = await ask(what);
  if (reply.ok) {
    problem.value = null;
    return true;
  }
  problem.value = told(reply);
  return false;
}

function settle(reply: Reply): void {
  const entry = waiting.get(reply.id);
  if (!entry) return;
  waiting.delete(reply.id);
  window.clearTimeout(entry.timer);
  entry.resolve(reply);
}

const headIdOf = (state: KitState | null): string | null =>
  state?.sensors.find((sensor) => sensor.role === 'head')?.id ?? null;

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
  if (message.type !== 'state') return;
  const parsed = kitStateSchema.safeParse(message);
  if (!parsed.success) {
    link.value = 'mismatch';
    return;
  }
  const next = parsed.data;
  if (kit.value !== null && kit.value.serverId !== next.serverId) {
    // Another run of the gateway: nothing remembered of the former one may be mixed in.
    const open = recording.value;
    restarted.value = {
      test: frtRunning.value && open ? { sessionId: open.sessionId, subjectCode: open.subjectCode } : null,
    };
    resetLive();
    lastFrt.value = null;
    testSimulated.value = false;
    problem.value = null;
    kit.value = null;
  }
  link.value = 'open';
  // Another head sensor, or none: its curve and its marks are not those of the former one.
  if (headIdOf(kit.value) !== headIdOf(next)) resetLive();
  kit.value = shareStructure(kit.value, next);
  // Stays when the sensor has gone: the test is none the less a simulated one.
  testSimulated.value =
    (next.frt !== null || next.trial !== null) &&
    (testSimulated.value || next.sensors.some((sensor) => sensor.simulated));
  if (next.frt?.result) {
    lastFrt.value = {
      frt: kit.value.frt!,
      sessionId: next.recording?.sessionId ?? lastFrt.value?.sessionId ?? null,
      subjectCode: next.recording?.subjectCode ?? lastFrt.value?.subjectCode ?? null,
      simulated: testSimulated.value,
    };
  }
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
