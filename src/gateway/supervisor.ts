/**
 * Keeps one chosen sensor streaming. Liveness is samples, not link state: a radio may say "connected" while nothing
 * comes, and a disconnect event may never arrive. One attempt at a time over all sensors of a source; the pause between
 * attempts grows; every connection is a new generation, and a late callback of an old one is ignored.
 */
import { type ErrorCode, KitError } from '../contract/errors.ts';
import type { RawNotification, SensorSource, SensorStream } from '../ports/sensor-source.ts';
import type { Clock } from '../ports/time.ts';
import type { Timers } from '../ports/timers.ts';
import type { Log } from './log.ts';
import { kitErrorOf, withDeadline } from './waiting.ts';

export interface SupervisorParams {
  /** Without a notification for so long, ms, the stream is stale: 25 samples at 100 Hz. */
  readonly staleMs: number;
  /** Stale for so long, ms, the link is given up and made anew. */
  readonly giveUpMs: number;
  /** How often the age of the last notification is looked at, ms. */
  readonly watchMs: number;
  /** First pause between attempts, ms; doubled each time. */
  readonly backOffMs: number;
  readonly backOffMaxMs: number;
  /** Attempts before a sensor that never streamed counts as failed. */
  readonly firstAttempts: number;
  /** Longest time for one attempt including discovery and start, ms. */
  readonly openDeadlineMs: number;
}

export const DEFAULT_SUPERVISOR: SupervisorParams = Object.freeze({
  staleMs: 250,
  giveUpMs: 2000,
  watchMs: 50,
  backOffMs: 250,
  backOffMaxMs: 5000,
  firstAttempts: 3,
  openDeadlineMs: 20_000,
});

export type SensorPhase = 'connecting' | 'streaming' | 'stale' | 'reconnecting' | 'failed';

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
  start(): void;
  /** The radio is back: the end of a long pause need not be waited for. */
  radioReady(): void;
  stop(): Promise<void>;
}

/** Waiting does not help against these. */
const FINAL: ReadonlySet<ErrorCode> = new Set(['SENSOR_UNSUPPORTED', 'NOT_FOUND', 'BAD_FILE']);

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
  let phase: SensorPhase = 'connecting';
  let message: string | null = null;
  let stream: SensorStream | null = null;
  let generation = 0;
  let failures = 0;
  let everStreamed = false;
  let lastSampleUs = 0;
  let stopped = false;
  let attempting = false;
  let cancelTimer = (): void => {};
  let cancelWatch = (): void => {};

  function setPhase(next: SensorPhase, why: string | null): void {
    if (phase === next && message === why) return;
    phase = next;
    message = why;
    listener.onPhase(next);
  }

  function retryLater(why: string): void {
    const pauseMs = Math.min(params.backOffMs * 2 ** Math.min(failures++, 16), params.backOffMaxMs);
    setPhase(everStreamed ? 'reconnecting' : 'connecting', why);
    cancelTimer();
    cancelTimer = timers.after(pauseMs, () => void attempt());
  }

  /** Ends the present connection in our books; whatever it still says is ignored. */
  function drop(why: string): void {
    generation++;
    cancelWatch();
    if (stream) listener.onStreamEnd(why);
    stream = null;
  }

  function ended(why: string): void {
    drop(why);
    if (stopped) return;
    log.info({ sensorId, why }, 'the stream ended');
    if (deps.reconnects) retryLater(why);
    else setPhase('failed', why);
  }

  function watch(own: number): void {
    const dueUs = clock.nowUs() + params.watchMs * 1000;
    cancelWatch = timers.after(params.watchMs, () => {
      if (own !== generation || stopped) return;
      // Late itself: this process was busy, and samples may wait behind this very timer. They come first.
      if (clock.nowUs() - dueUs > params.watchMs * 1000) {
        watch(own);
        return;
      }
      const silentMs = (clock.nowUs() - lastSampleUs) / 1000;
      if (silentMs >= params.giveUpMs) {
        const old = stream;
        drop('no samples');
        const next = (): void => retryLater('the sensor went silent');
        if (old) withDeadline(timers, old.stop(), 2000, 'LINK_TIMEOUT', 'stop').then(next, next);
        else next();
        setPhase('reconnecting', 'the sensor went silent');
        return;
      }
      if (silentMs >= params.staleMs && phase === 'streaming') setPhase('stale', 'no samples are coming');
      watch(own);
    });
  }

  function received(own: number, notification: RawNotification): void {
    if (own !== generation || stopped) return;
    lastSampleUs = clock.nowUs();
    if (phase !== 'streaming' && stream) {
      everStreamed = true;
      failures = 0;
      setPhase('streaming', null);
    }
    listener.onNotification(notification);
  }

  async function open(own: number): Promise<SensorStream> {
    // Some sources deliver before open() resolves; those few notifications wait until the description is known.
    const early: RawNotification[] = [];
    let opened: SensorStream | null = null;
    const opening = source.open(sensorId, {
      onNotification: (notification) => {
        if (opened) received(own, notification);
        else if (early.length < 256) early.push({ ...notification });
      },
      onEnd: (reason) => {
        if (own === generation) ended(reason);
      },
    });
    const fresh = await withDeadline(timers, opening, params.openDeadlineMs, 'LINK_TIMEOUT', 'connecting').catch(
      (cause: unknown) => {
        // An attempt that outlives its deadline must not leave a second connection behind.
        opening.then((late) => late.stop()).catch(() => undefined);
        throw cause;
      },
    );
    if (own !== generation || stopped) {
      await fresh.stop().catch(() => undefined);
      throw new KitError('LINK_LOST', 'the link ended while it was being set up');
    }
    stream = fresh;
    lastSampleUs = clock.nowUs();
    listener.onStream(fresh);
    opened = fresh;
    for (const notification of early) received(own, notification);
    watch(own);
    return fresh;
  }

  async function attempt(): Promise<void> {
    if (stopped || attempting || stream) return;
    attempting = true;
    cancelTimer();
    const own = ++generation;
    try {
      await deps.connectQueue(async () => {
        if (stopped) return;
        await open(own);
      });
    } catch (cause) {
      if (!stopped) {
        const error = kitErrorOf(cause);
        log.warn({ sensorId, code: error.code, detail: error.detail }, 'connecting failed');
        if (FINAL.has(error.code) || (!everStreamed && failures + 1 >= params.firstAttempts))
          setPhase('failed', error.message);
        else retryLater(error.message);
      }
    } finally {
      attempting = false;
    }
  }

  return {
    get phase() {
      return phase;
    },
    get message() {
      return message;
    },
    get stream() {
      return stream;
    },
    start: () => void attempt(),
    radioReady() {
      if (phase !== 'reconnecting' || stopped || stream) return;
      failures = 0;
      void attempt();
    },
    async stop() {
      if (stopped) return;
      stopped = true;
      cancelTimer();
      const old = stream;
      drop('disconnected');
      if (old) await withDeadline(timers, old.stop(), 3000, 'LINK_TIMEOUT', 'stop').catch(() => undefined);
    },
  };
}
