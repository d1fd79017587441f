/**
 * Keeps one chosen sensor streaming: does in the world what the machine (link-machine.ts) says. Liveness is samples, not
 * link state: a radio may say "connected" while nothing comes, and a disconnect event may never arrive. One attempt at a
 * time over all sensors of a source; every connection is a new generation with objects of its own, and a late callback of
 * an old one is ignored.
 */
import { KitError } from '../contract/errors.ts';
import type { RawNotification, SensorSource, SensorStream } from '../ports/sensor-source.ts';
import type { Clock } from '../ports/time.ts';
import type { Timers } from '../ports/timers.ts';
import {
  type AttemptStep,
  LINK_IDLE,
  type LinkAction,
  type LinkEvent,
  type LinkParams,
  type LinkPhase,
  type LinkState,
  linkStep,
} from './link-machine.ts';
import type { Log } from './log.ts';
import { kitErrorOf, withDeadline } from './waiting.ts';

export interface SupervisorParams extends Omit<LinkParams, 'reconnects'> {
  /** How often the age of the last notification is looked at, ms. */
  readonly watchMs: number;
  /** Longest time for one attempt including discovery and start, ms. */
  readonly openDeadlineMs: number;
  /** For a goodbye on a link that may be dead, ms. */
  readonly stopDeadlineMs: number;
}

export const DEFAULT_SUPERVISOR: SupervisorParams = Object.freeze({
  staleMs: 250,
  giveUpMs: 2000,
  watchMs: 50,
  backOffMs: 250,
  backOffMaxMs: 5000,
  firstAttempts: 3,
  openDeadlineMs: 20_000,
  stopDeadlineMs: 2000,
});

export type SensorPhase = LinkPhase;

export interface SupervisorListener {
  /** A new connection: a new stream with its own description. Called before its first notification. */
  onStream(stream: SensorStream): void;
  onNotification(notification: RawNotification): void;
  /** The connection is over; `gapReason` says why. */
  onStreamEnd(gapReason: string): void;
  onPhase(phase: SensorPhase): void;
}

export interface Supervisor {
  readonly phase: SensorPhase;
  /** Plain words about what is wrong or going on; null when streaming. */
  readonly message: string | null;
  readonly stream: SensorStream | null;
  /** It streamed before, and is not connected now. */
  readonly interrupted: boolean;
  start(): void;
  /** The radio is back: the end of a long pause need not be waited for. */
  radioReady(): void;
  stop(): Promise<void>;
}

export function createSupervisor(
  deps: {
    source: SensorSource;
    sensorId: string;
    /** False for a source whose end is the end: a recording. */
    reconnects: boolean;
    /** Shared by all supervisors of the source: never two connects at once. */
    connectQueue: <T>(job: () => Promise<T>) => Promise<T>;
    clock: Clock;
    timers: Timers;
    log: Log;
    listener: SupervisorListener;
  },
  params: SupervisorParams = DEFAULT_SUPERVISOR,
): Supervisor {
  const { source, sensorId, clock, timers, log, listener } = deps;
  const linkParams: LinkParams = { ...params, reconnects: deps.reconnects };
  let state: LinkState = LINK_IDLE;
  let stream: SensorStream | null = null;
  let lastSampleUs = 0;
  let goodbye: Promise<void> = Promise.resolve();
  let cancelPause = (): void => {};
  let cancelWatch = (): void => {};

  function happen(event: LinkEvent): void {
    const before = state;
    const { state: next, actions } = linkStep(before, event, linkParams);
    state = next;
    for (const action of actions) if (action.do === 'drop') drop(action);
    if (next.phase !== before.phase || next.message !== before.message) listener.onPhase(next.phase);
    // A listener may have stopped it meanwhile; what belongs to an older generation is not begun.
    if (state.generation !== next.generation) return;
    for (const action of actions) {
      if (action.do === 'attempt') void attempt(next.generation);
      if (action.do === 'wait') wait(next.generation, action.pauseMs);
    }
  }

  function drop({ reason, polite }: Extract<LinkAction, { do: 'drop' }>): void {
    cancelWatch();
    log.info({ sensorId, reason }, 'the stream ended');
    const old = stream;
    stream = null;
    listener.onStreamEnd(reason);
    if (old && polite)
      goodbye = withDeadline(timers, old.stop(), params.stopDeadlineMs, 'LINK_TIMEOUT', 'stop').catch(() => undefined);
  }

  function wait(generation: number, pauseMs: number): void {
    // Not before the old link is let go of: the sensor would be busy with it.
    void goodbye.then(() => {
      if (state.generation !== generation || state.link !== 'none') return;
      cancelPause();
      cancelPause = timers.after(pauseMs, () => happen({ type: 'pause-over', generation }));
    });
  }

  function watch(generation: number): void {
    const dueUs = clock.nowUs() + params.watchMs * 1000;
    cancelWatch = timers.after(params.watchMs, () => {
      if (state.generation !== generation || state.link !== 'open') return;
      // Late itself: this process was busy, and samples may wait behind this very timer. They come first.
      const late = clock.nowUs() - dueUs > params.watchMs * 1000;
      if (!late) happen({ type: 'silence', generation, silentMs: (clock.nowUs() - lastSampleUs) / 1000 });
      if (state.generation === generation && state.link === 'open') watch(generation);
    });
  }

  function received(generation: number, notification: RawNotification): void {
    if (generation !== state.generation || state.link !== 'open') return;
    lastSampleUs = clock.nowUs();
    if (state.phase !== 'streaming') happen({ type: 'sample', generation });
    listener.onNotification(notification);
  }

  async function open(generation: number): Promise<void> {
    // Some sources deliver before open() resolves; those few notifications wait until the description is known.
    const early: RawNotification[] = [];
    let opened = false;
    const opening = source.open(sensorId, {
      onNotification: (notification) => {
        if (opened) received(generation, notification);
        else if (early.length < 256) early.push({ ...notification });
      },
      onProgress: (step: AttemptStep) => happen({ type: 'progress', generation, step }),
      onEnd: (reason) => happen({ type: 'ended', generation, reason }),
    });
    const fresh = await withDeadline(timers, opening, params.openDeadlineMs, 'LINK_TIMEOUT', 'connecting').catch(
      (cause: unknown) => {
        // An attempt that outlives its deadline must not leave a second connection behind.
        opening.then((late) => late.stop()).catch(() => undefined);
        throw cause;
      },
    );
    if (state.generation !== generation || state.link !== 'attempt') {
      await fresh.stop().catch(() => undefined);
      throw new KitError('LINK_LOST', 'the link ended while it was being set up');
    }
    stream = fresh;
    lastSampleUs = clock.nowUs();
    happen({ type: 'opened', generation });
    listener.onStream(fresh);
    opened = true;
    for (const notification of early) received(generation, notification);
    watch(generation);
  }

  async function attempt(generation: number): Promise<void> {
    cancelPause();
    try {
      await deps.connectQueue(async () => {
        if (state.generation === generation) await open(generation);
      });
    } catch (cause) {
      const error = kitErrorOf(cause);
      if (state.generation === generation)
        log.warn({ sensorId, code: error.code, detail: error.detail }, 'connecting failed');
      happen({ type: 'refused', generation, code: error.code, message: error.message });
    }
  }

  return {
    get phase() {
      return state.phase;
    },
    get message() {
      return state.message;
    },
    get stream() {
      return stream;
    },
    get interrupted() {
      return state.everStreamed && state.link !== 'open' && state.phase !== 'idle' && state.phase !== 'failed';
    },
    start: () => happen({ type: 'ask' }),
    radioReady: () => happen({ type: 'radio-ready' }),
    async stop() {
      cancelPause();
      cancelWatch();
      happen({ type: 'stop' });
      await goodbye;
    },
  };
}
