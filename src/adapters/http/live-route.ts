/** The live socket: frames and state out, commands in, for as long as its session counts. */
import fastifyWebsocket from '@fastify/websocket';
import type { WebSocket } from 'ws';
import { KitError } from '../../contract/errors.ts';
import type { Caller, SessionEnd } from '../../gateway/access/access-types.ts';
import { silentLog } from '../../gateway/log.ts';
import { encodeLiveFrame, LIVE_FRAME_BYTES } from '../../wire/live-frame.ts';
import { type App, cookieName } from './app.ts';
import { authorise, maySeeFrames, stateFor } from './authorise.ts';
import { createCommandHandler } from './commands.ts';
import { createFramePacer } from './frame-pacer.ts';
import type { Served } from './guard.ts';
import { createLiveClient, type LiveClient } from './live-client.ts';
import type { HttpServerOptions } from './options.ts';

/** A connection that answers no ping for so long is dropped, ms; its session is looked up anew as often. */
const HEARTBEAT_MS = 15_000;
/** Pages of one session at most; the one opened longest ago gives way. */
const SOCKETS_PER_SESSION = 12;
/** Close codes that the page understands: sign in, unlock, try again later. */
const CLOSE_CODES: Readonly<Record<SessionEnd | 'too-many', number>> = {
  'signed-out': 4401,
  locked: 4423,
  'too-many': 1013,
};

interface Member {
  readonly socket: WebSocket;
  readonly client: LiveClient;
  readonly caller: Caller;
  seesFrames: boolean;
}

const KEY = 'GET /api/v1/live';

/** @returns what begins to hand out frames and states; that returns what ends it. */
export async function liveRoute(
  http: App,
  options: HttpServerOptions,
  served: () => Served,
): Promise<() => () => void> {
  const { kit, access, log = silentLog } = options;
  const members = new Set<Member>();
  const { app } = http;
  await app.register(fastifyWebsocket, { options: { perMessageDeflate: false, maxPayload: 4096 } });
  http.markBound(KEY);

  const close = (member: Member, why: SessionEnd | 'too-many'): void => {
    members.delete(member);
    member.socket.close(CLOSE_CODES[why], why);
    // A page that does not answer the closing is not waited for.
    setTimeout(() => member.socket.terminate(), 1000).unref();
  };

  app.get('/api/v1/live', { websocket: true, config: { key: KEY } }, (socket, request) => {
    const caller = request.caller!;
    const client = createLiveClient(socket);
    const member: Member = { socket, client, caller, seesFrames: maySeeFrames(caller, kit.state) };
    members.add(member);
    const same = [...members].filter((other) => other.caller.loginId === caller.loginId);
    if (same.length > SOCKETS_PER_SESSION) close(same[0]!, 'too-many');
    client.state(JSON.stringify(stateFor(caller, kit.state)));
    const handle = createCommandHandler(
      kit,
      caller.accountId,
      (command) => {
        // Ended a moment ago: what was on its way does not count any more.
        if (!members.has(member)) throw new KitError('NOT_SIGNED_IN');
        authorise(command, caller, kit.state.recording);
        // The page asks for the time by itself; everything else is a person's doing.
        if (command.type !== 'clock') void access.active(caller).catch(() => undefined);
      },
      (reply) => client.reply(reply),
      (cause) => log.error({ cause: String(cause) }, 'a command failed'),
    );
    socket.on('message', handle);
    let alive = true;
    socket.on('pong', () => {
      alive = true;
    });
    const token = request.cookies[cookieName(served())] ?? null;
    const heartbeat = setInterval(() => {
      if (!alive) socket.terminate();
      alive = false;
      socket.ping();
      access.authenticate(token).then(
        (now) => {
          if (now === null) close(member, 'signed-out');
        },
        (cause: unknown) => log.error({ cause: String(cause) }, 'a session could not be looked up'),
      );
    }, HEARTBEAT_MS);
    heartbeat.unref();
    // Over-long and malformed frames arrive here; the socket closes itself, the gateway does not.
    socket.on('error', (cause) => log.warn({ cause: cause.message }, 'a client sent what is not allowed'));
    socket.on('close', () => {
      clearInterval(heartbeat);
      members.delete(member);
    });
  });

  return () => {
    const bytes = new Uint8Array(LIVE_FRAME_BYTES);
    const view = new DataView(bytes.buffer);
    const pacer = createFramePacer(() => {
      for (const member of members) member.client.flush();
    });
    const endFrames = kit.addSink({
      publish(frame) {
        if (members.size === 0) return;
        encodeLiveFrame(view, frame);
        for (const member of members) if (member.seesFrames) member.client.frame(frame.sensorIndex, bytes);
        pacer.due();
      },
    });
    const endStates = kit.onState((state) => {
      if (members.size === 0) return;
      const whole = Buffer.from(JSON.stringify(state));
      for (const member of members) {
        const { caller, client } = member;
        member.seesFrames = maySeeFrames(caller, state);
        client.state(caller.subjectCode === null ? whole : JSON.stringify(stateFor(caller, state)));
      }
    });
    const endEnds = access.onSessionEnd((loginId, why) => {
      for (const member of [...members]) if (member.caller.loginId === loginId) close(member, why);
    });
    return () => {
      endFrames();
      pacer.stop();
      endStates();
      endEnds();
    };
  };
}
