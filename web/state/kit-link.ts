/**
 * What the page talks to, whichever it is: the gateway over a WebSocket (gateway-link.ts), or the gateway's own parts in
 * the page (engine/). The same commands go in, the same state comes out, and nothing above this file knows the difference.
 */
import type { Command, Reply } from '../../src/contract/commands.ts';
import { type KitState, kitStateSchema } from '../../src/contract/state.ts';
import { told } from '../i18n/index.ts';
import { resetLive } from '../live/live-data.ts';
import { lastTest } from '../logic/last-test.ts';
import { shareStructure } from '../logic/share-structure.ts';
import { frtRunning, kit, lastFrt, link, problem, recording, restarted, testSimulated } from './store.ts';

/** Connecting a sensor over the radio may take this long. */
const REPLY_TIMEOUT_MS = 45_000;

export interface KitTransport {
  /** Never rejects: what goes wrong is a reply, too. */
  ask(command: Command, timeoutMs: number): Promise<Reply>;
  /** A search opens the browser's own list: nobody but the person begins one. */
  readonly asksPerson?: boolean;
}

let transport: KitTransport | null = null;

export function useTransport(chosen: KitTransport): void {
  transport = chosen;
}

/** True where a search is a question to the person, which only a press may bring up. */
export const searchAsksPerson = (): boolean => transport?.asksPerson === true;

/** A failed reply in words of the page, for what no gateway could say. */
export function localFailure(id: number, code: 'OFFLINE' | 'NO_ANSWER'): Reply {
  return { type: 'reply', id, ok: false, ...told({ code, message: '', hint: '' }) };
}

/** Sends a command and waits for its reply; a broken link answers with a failed reply, never an exception. */
export function ask(command: Command, timeoutMs: number = REPLY_TIMEOUT_MS): Promise<Reply> {
  return transport?.ask(command, timeoutMs) ?? Promise.resolve(localFailure(0, 'OFFLINE'));
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

const headIdOf = (state: KitState | null): string | null =>
  state?.sensors.find((sensor) => sensor.role === 'head')?.id ?? null;

/** A state as it came; one of another version is shown as such. */
export function receiveState(message: unknown): void {
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
  lastFrt.value = lastTest(lastFrt.value, kit.value, testSimulated.value);
}
