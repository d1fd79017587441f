/** The kit as a dashboard sees it: one state, a list of commands, and live frames. */
import { randomUUID } from 'node:crypto';
import type { Command } from '../contract/commands.ts';
import { type ErrorCode, KitError } from '../contract/errors.ts';
import type { KitState } from '../contract/state.ts';
import type { DeviceDriver } from '../devices/driver.ts';
import type { LiveSink } from '../ports/live-sink.ts';
import type { SensorSource } from '../ports/sensor-source.ts';
import type { SessionStore } from '../ports/session-store.ts';
import type { Clock } from '../ports/time.ts';
import type { Timers } from '../ports/timers.ts';
import type { LiveFrame } from '../wire/live-frame.ts';
import { createHeadWork } from './head-work.ts';
import { createJournal } from './journal.ts';
import { DEFAULT_PARTS, type KitParts } from './kit-parts.ts';
import { type Log, silentLog } from './log.ts';
import { createScanner } from './scanner.ts';
import { createSensorSlot, INDEX_OF_ROLE, type SensorRole, type SensorSlot } from './sensor-slot.ts';
import { createSessionKeeper } from './session-keeper.ts';
import { createStateEmitter } from './state-emitter.ts';
import { createSerialQueue, hostTimers } from './waiting.ts';

export interface KitDeps {
  readonly sources: readonly SensorSource[];
  /** Opened already. */
  readonly store: SessionStore;
  readonly clock: Clock;
  readonly version: string;
  readonly drivers: readonly DeviceDriver[];
  readonly log?: Log;
  readonly timers?: Timers;
  readonly parts?: KitParts;
}

export interface Kit {
  readonly serverId: string;
  readonly state: KitState;
  /** Starts the sources; one that cannot start says so in the state. */
  start(): Promise<void>;
  /** Ends the test and the session, stores what is left, lets go of the sensors. */
  stop(): Promise<void>;
  /** Rejects with a KitError. */
  execute(command: Command): Promise<{ readonly hostUs?: number }>;
  /** The returned function ends it. */
  onState(listener: (state: KitState) => void): () => void;
  addSink(sink: LiveSink): () => void;
}

const HEADING_BRIDGED: NonNullable<KitState['notice']> = Object.freeze({
  code: 'HEADING_BRIDGED',
  message: 'The link was interrupted; left and right are counted from a bridged heading.',
  hint: 'Look straight ahead and capture neutral again.',
});

/** The state is sent at most so often, except for steps, ms. */
const STATE_EVERY_MS = 50;
/** Rates, counts and acknowledged seconds are refreshed so often, ms. */
const STATISTICS_EVERY_MS = 500;
/** Time for what waits to reach the disk when the kit ends, ms. */
const DRAIN_MS = 5000;

export function createKit(deps: KitDeps): Kit {
  const { sources, store, clock, version, drivers } = deps;
  const { log = silentLog, timers = hostTimers, parts = DEFAULT_PARTS } = deps;
  const serverId = randomUUID();
  const sinks = new Set<LiveSink>();
  const listeners = new Set<(state: KitState) => void>();
  const slots: (SensorSlot | null)[] = [null, null];
  const connectQueues = new Map(sources.map((source) => [source, createSerialQueue()]));
  let notice: KitState['notice'] = null;
  let cancelStatistics = (): void => {};

  const emitter = createStateEmitter(timers, STATE_EVERY_MS, () => {
    if (listeners.size === 0) return;
    const state = currentState();
    for (const listener of listeners) listener(state);
  });
  const journal = createJournal({ timers, log, onChange: () => emitter.stepped() });
  const scanner = createScanner(sources, log, () => emitter.changed());
  const keeper = createSessionKeeper({
    store,
    journal,
    clock,
    timers,
    log,
    version,
    newId: randomUUID,
    onChange: () => emitter.changed(),
  });
  const head = createHeadWork({
    parts,
    store,
    journal,
    clock,
    newId: randomUUID,
    slot: () => slots[0] ?? null,
    recorder: () => keeper.recorder,
    changed: () => emitter.changed(),
    stepped: () => emitter.stepped(),
  });

  function publish(frame: LiveFrame): void {
    for (const sink of sinks) sink.publish(frame);
  }

  function radio(): KitState['radio'] {
    const source = sources.find((candidate) => candidate.sourceId === 'radio');
    if (!source)
      return { status: 'unavailable', code: 'RADIO_NOT_INSTALLED', message: 'Bluetooth is not in use.', remedy: null };
    const status = source.status();
    if (status.status === 'unavailable') return { ...status };
    return { status: status.status, code: null, message: null, remedy: null };
  }

  function currentState(): KitState {
    return {
      type: 'state',
      serverId,
      version,
      radio: radio(),
      scanning: scanner.scanning,
      found: [...scanner.found.values()],
      sensors: slots.filter((slot) => slot !== null).map((slot) => slot.state()),
      alignment: head.alignmentState(),
      frt: head.frtState(),
      recording: keeper.state(head.runningTrialId),
      notice: notice ?? (slots[0]?.ingest.headingBridged && !head.frtRunning ? HEADING_BRIDGED : null),
    };
  }

  const noticeOf = (code: ErrorCode, detail: string | null): KitState['notice'] => {
    const error = new KitError(code, detail);
    return { code, message: error.message, hint: error.hint };
  };

  function onPhase(slot: SensorSlot): void {
    const { phase, message } = slot.supervisor;
    if (phase === 'streaming') {
      if (notice?.code === 'LINK_LOST' || notice?.code === 'LINK_TIMEOUT') notice = null;
    } else if (phase === 'reconnecting') notice = noticeOf('LINK_LOST', message);
    else if (phase === 'failed') notice = noticeOf('LINK_TIMEOUT', message);
    emitter.stepped();
  }

  function onStream(slot: SensorSlot, resumed: boolean): void {
    if (slot.index === 0 && !resumed) slot.prompt('look-around');
  }

  function slotAt(index: number): SensorSlot {
    const slot = slots[index];
    if (!slot) throw new KitError('NO_SENSOR');
    return slot;
  }

  async function connect(id: string, role: SensorRole): Promise<void> {
    const [sourceId, sensorId] = [id.slice(0, id.indexOf(':')), id.slice(id.indexOf(':') + 1)];
    const source = sources.find((candidate) => candidate.sourceId === sourceId);
    if (!source || sensorId === '') throw new KitError('SENSOR_NOT_FOUND', id);
    const index = INDEX_OF_ROLE[role];
    const failed = slots[index]?.supervisor.phase === 'failed';
    if (slots.some((slot) => slot !== null && slot.id === id && !(failed && slot.index === index)))
      throw new KitError('SENSOR_BUSY');
    if (slots[index] && !failed) throw new KitError('SENSOR_BUSY', `the ${role} sensor is ${slots[index].id}`);
    const known = scanner.found.get(id);
    if (failed) await disconnect(index);
    // A radio that searches connects badly.
    await scanner.stop();
    const slot = createSensorSlot({
      role,
      source,
      sensorId,
      name: known?.name ?? sensorId,
      simulated: known?.simulated ?? sourceId === 'simulator',
      connectQueue: connectQueues.get(source)!,
      clock,
      timers,
      log,
      createPipeline: parts.createPipeline,
      createDecoder: (description) => {
        const driver = drivers.find((candidate) => candidate.id === description.driverId);
        if (!driver) throw new KitError('SENSOR_UNSUPPORTED', description.driverId);
        return driver.createDecoder(description);
      },
      onSample: (sample) => {
        if (index === 0) head.onSample(sample);
      },
      twistRad: () => (index === 0 ? head.twistRad : Number.NaN),
      publish,
      onPhase,
      onStream,
    });
    slots[index] = slot;
    slot.record(keeper.recorder);
    slot.start();
    emitter.stepped();
  }

  async function disconnect(index: number): Promise<void> {
    const slot = slotAt(index);
    if (index === 0) head.sensorGone();
    slots[index] = null;
    if (notice !== null && notice.code !== 'STORE_FULL') notice = null;
    emitter.stepped();
    await slot.stop();
    slot.record(null);
  }

  async function endSession(): Promise<void> {
    head.stopFrt('button');
    for (const slot of slots) slot?.record(null);
    await keeper.end();
    emitter.stepped();
  }

  async function execute(command: Command): Promise<{ readonly hostUs?: number }> {
    switch (command.type) {
      case 'clock':
        return { hostUs: clock.nowUs() };
      case 'scan':
        await (command.on ? scanner.start() : scanner.stop());
        return {};
      case 'connect':
        await connect(command.id, command.role);
        return {};
      case 'disconnect':
        await disconnect(command.index);
        return {};
      case 'identify':
        await slotAt(command.index).identify();
        return {};
      case 'session-start':
        await keeper.begin(command.subjectCode);
        for (const slot of slots) slot?.record(keeper.recorder);
        head.sessionBegan();
        emitter.stepped();
        return {};
      case 'session-end':
        if (!keeper.recorder) throw new KitError('WRONG_STATE', 'no session is open');
        await endSession();
        return {};
      case 'align-start':
        head.startAlignment();
        return {};
      case 'align-cancel':
        head.cancelAlignment();
        return {};
      case 'neutral':
        head.captureNeutral();
        return {};
      case 'frt-start': {
        const { type: _type, ...settings } = command;
        await head.startFrt(settings);
        return {};
      }
      case 'frt-event':
        head.applyFrt(command.event, command.source);
        return {};
      case 'frt-close':
        head.closeFrt();
        return {};
    }
  }

  function refreshStatistics(): void {
    cancelStatistics = timers.after(STATISTICS_EVERY_MS, () => {
      if (slots.some((slot) => slot !== null)) emitter.changed();
      refreshStatistics();
    });
  }

  return {
    serverId,
    get state() {
      return currentState();
    },
    async start() {
      for (const source of sources) {
        source.onStatus((status) => {
          if (status.status === 'ready')
            for (const slot of slots) if (slot?.source === source) slot.supervisor.radioReady();
          emitter.stepped();
        });
      }
      refreshStatistics();
      await Promise.all(
        sources.map((source) =>
          source.start().catch((cause: unknown) => {
            log.warn({ source: source.sourceId, cause: String(cause) }, 'a source did not start');
          }),
        ),
      );
    },
    async stop() {
      cancelStatistics();
      await scanner.stop();
      if (keeper.recorder) await endSession();
      await Promise.all(slots.map((slot) => slot?.stop()));
      slots.fill(null);
      const complete = await journal.drain(DRAIN_MS);
      if (!complete) log.error({ waitingBytes: journal.waitingBytes }, 'raw data did not reach the store in time');
      emitter.stop();
      await Promise.all(sources.map((source) => source.stop().catch(() => undefined)));
    },
    execute,
    onState(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    addSink(sink) {
      sinks.add(sink);
      return () => sinks.delete(sink);
    },
  };
}
