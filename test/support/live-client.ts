/** A dashboard without a page: speaks the WebSocket contract, for end-to-end tests and benchmarks. */
import { WebSocket } from 'ws';
import type { Command, Reply } from '../../src/contract/commands.ts';
import { type KitState, kitStateSchema } from '../../src/contract/state.ts';
import { eachLiveFrame } from '../../src/wire/live-frame.ts';

/** What a test writes: defaults may be left out. */
type CommandInput = { readonly type: Command['type'] } & Record<string, unknown>;

export interface LiveClient {
  readonly state: KitState | null;
  /** Sends and waits for the reply, whatever it says. */
  send(command: CommandInput): Promise<Reply>;
  /** Sends and throws when the gateway refuses. */
  must(command: CommandInput): Promise<Reply>;
  /** Resolves with the first state for which `test` holds; rejects, saying what was waited for, after `timeoutMs`. */
  until(what: string, test: (state: KitState) => boolean, timeoutMs?: number): Promise<KitState>;
  /** Called with every state from now on, and with the present one. */
  onState(listener: (state: KitState) => void): void;
  /** Called with the bytes of every live frame; the view is valid during the call only. */
  onFrame(listener: (view: DataView) => void): void;
  close(): void;
}

/**
 * @param cookie of a signed-in session; none where the gateway asks for no login
 * @param readStates false: states are taken from the wire and left unread, where the reader must not measure itself
 */
export async function connectLiveClient(
  url: string,
  cookie: string | null = null,
  readStates = true,
): Promise<LiveClient> {
  const origin = new URL(url).origin;
  const headers = cookie === null ? {} : { cookie };
  const socket = new WebSocket(`${origin.replace('http', 'ws')}/api/v1/live`, {
    origin,
    headers,
    perMessageDeflate: false,
  });
  socket.binaryType = 'nodebuffer';
  let state: KitState | null = null;
  let nextId = 1;
  const replies = new Map<number, (reply: Reply) => void>();
  const watchers = new Set<(state: KitState) => void>();
  const frameListeners: ((view: DataView) => void)[] = [];

  socket.on('message', (data: Buffer, isBinary) => {
    if (isBinary) {
      eachLiveFrame(data.buffer, data.byteOffset, data.byteLength, (view) => {
        for (const listener of frameListeners) listener(view);
      });
      return;
    }
    if (!readStates) return;
    const message = JSON.parse(data.toString()) as { type: string };
    if (message.type === 'reply') {
      const reply = message as Reply;
      replies.get(reply.id)?.(reply);
      replies.delete(reply.id);
    } else if (message.type === 'state') {
      state = kitStateSchema.parse(message);
      for (const watcher of [...watchers]) watcher(state);
    }
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });

  const client: LiveClient = {
    get state() {
      return state;
    },
    send(command) {
      const id = nextId++;
      return new Promise((resolve, reject) => {
        const late = setTimeout(() => reject(new Error(`no reply to ${command.type}`)), 30_000);
        replies.set(id, (reply) => {
          clearTimeout(late);
          resolve(reply);
        });
        socket.send(JSON.stringify({ id, command }));
      });
    },
    async must(command) {
      const reply = await client.send(command);
      if (!reply.ok) throw new Error(`${command.type} was refused: ${reply.code} ${reply.message}`);
      return reply;
    },
    until(what, test, timeoutMs = 45_000) {
      return new Promise((resolve, reject) => {
        const check = (now: KitState): void => {
          if (!test(now)) return;
          clearTimeout(late);
          watchers.delete(check);
          resolve(now);
        };
        const late = setTimeout(() => {
          watchers.delete(check);
          reject(new Error(`waited ${timeoutMs} ms for: ${what}; the last state was ${JSON.stringify(state)}`));
        }, timeoutMs);
        watchers.add(check);
        if (state) check(state);
      });
    },
    onState(listener) {
      watchers.add(listener);
      if (state) listener(state);
    },
    onFrame(listener) {
      frameListeners.push(listener);
    },
    close() {
      socket.terminate();
    },
  };
  return client;
}
