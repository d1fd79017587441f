/** The kit as a dashboard sees it: one state, a list of commands, and live frames. */
import type { Command } from '../contract/commands.ts';
import { KitError } from '../contract/errors.ts';
import type { KitState } from '../contract/state.ts';
import type { AttitudeWish } from '../devices/attitude-source.ts';
import type { DeviceDriver } from '../devices/driver.ts';
import type { LiveSink } from '../ports/live-sink.ts';
import type { ResultStore } from '../ports/result-store.ts';
import type { SensorSource } from '../ports/sensor-source.ts';
import type { SessionStore } from '../ports/session-store.ts';
import type { SettingStore } from '../ports/setting-store.ts';
import type { Clock } from '../ports/time.ts';
import type { Timers } from '../ports/timers.ts';
import { createCalibrationKeeper } from './calibration-keeper.ts';
import { createHeadWork } from './head-work.ts';
import { executeHome, type HomePlace, isHomeCommand } from './home-visit.ts';
import { createJournal } from './journal.ts';
import { DEFAULT_PARTS, type KitParts } from './kit-parts.ts';
import { NOTHING_MEASURED } from './live-frames.ts';
import { type Log, silentLog } from './log.ts';
import { noticeFor } from './notices.ts';
import { createScanner } from './scanner.ts';
import { executeSensor, isSensorCommand, type SensorCommandDeps } from './sensor-commands.ts';
import { createSensorRack } from './sensor-rack.ts';
import type { SensorSlot } from './sensor-slot.ts';
import { createSessionKeeper } from './session-keeper.ts';
import { createStateEmitter } from './state-emitter.ts';
import { executeTest, isTestCommand, type TestCommandDeps } from './test-commands.ts';
import { createTrunkWork } from './trunk-work.ts';
import { createTumbling } from './tumbling.ts';
import { executeVisit, isVisitCommand } from './visit-commands.ts';
import { createVisitHooks } from './visit-hooks.ts';
import { createVisitKeeper, type VisitKeeper } from './visit-keeper.ts';
import { createVisitSenses } from './visit-senses.ts';
import { hostTimers } from './waiting.ts';

export interface KitDeps {
  readonly sources: readonly SensorSource[];
  /** Opened already. */
  readonly store: SessionStore & ResultStore & SettingStore;
  readonly clock: Clock;
  readonly version: string;
  readonly drivers: readonly DeviceDriver[];
  readonly log?: Log;
  /** Of a device at home: whose it is; null before it was invited. */
  readonly home?: () => HomePlace | null;
  readonly timers?: Timers;
  readonly parts?: KitParts;
  /** Where the attitude of sensors that send both comes from, unless a command says otherwise; left out: as usual. */
  readonly attitudeFrom?: AttitudeWish;
  /** A demonstration: it uses no Bluetooth, and says so. */
  readonly demonstration?: boolean;
}

export interface Kit {
  readonly serverId: string;
  readonly state: KitState;
  /** What may not be read yet, here or from the store. */
  readonly blinds: Pick<VisitKeeper, 'hides' | 'hidesAny'>;
  /** Starts the sources; one that cannot start says so in the state. */
  start(): Promise<void>;
  /** Ends the test and the session, stores what is left, lets go of the sensors. */
  stop(): Promise<void>;
  /** `by`: whose account it is asked on; null: nobody signed in. Rejects with a KitError. */
  execute(command: Command, by?: string | null): Promise<{ readonly hostUs?: number }>;
  /** The returned function ends it. */
  onState(listener: (state: KitState) => void): () => void;
  addSink(sink: LiveSink): () => void;
}

/** The state is sent at most so often, except for steps, ms. */
const STATE_EVERY_MS = 50;
/** Rates, counts and acknowledged seconds are refreshed so often, ms. */
const STATISTICS_EVERY_MS = 500;
/** Time for what waits to reach the disk when the kit ends, ms. */
const DRAIN_MS = 5000;
/** Its place in the rack. */
const TRUNK = 1;
/** Of the platform: the same in Node and in a page. */
const newId = (): string => crypto.randomUUID();

export function createKit(deps: KitDeps): Kit {
  const { sources, store, clock, version, drivers } = deps;
  const { log = silentLog, timers = hostTimers, parts = DEFAULT_PARTS } = deps;
  const serverId = newId();
  const sinks = new Set<LiveSink>();
  const listeners = new Set<(state: KitState) => void>();
  let cancelStatistics = (): void => {};

  const emitter = createStateEmitter(timers, STATE_EVERY_MS, () => {
    if (listeners.size === 0) return;
    const state = currentState();
    for (const listener of listeners) listener(state);
  });
  const journal = createJournal({ store, timers, log, onChange: () => emitter.stepped() });
  const scanner = createScanner(sources, log, () => emitter.changed());
  const keeper = createSessionKeeper({
    store,
    journal,
    clock,
    timers,
    log,
    version,
    newId,
    onChange: () => emitter.changed(),
  });
  const visits = createVisitKeeper({
    store,
    journal,
    wallMs: () => clock.wallMs(),
    mark: (type, values) => keeper.recorder?.event(type, values),
    stepped: () => emitter.stepped(),
  });
  const calibrations = createCalibrationKeeper({
    store,
    journal,
    newId,
    wallMs: () => clock.wallMs(),
    recorder: () => keeper.recorder,
  });
  const trunk = createTrunkWork({
    calibrations,
    slot: () => rack.slots[TRUNK] ?? null,
    recorder: () => keeper.recorder,
    changed: () => emitter.changed(),
    stepped: () => emitter.stepped(),
  });
  /** Whose alignment is in force; null: whoever's session comes next. */
  let wearer: string | null = null;
  const head = createHeadWork({
    calibrations,
    trunk,
    parts,
    store,
    journal,
    clock,
    newId,
    slot: () => rack.slots[0] ?? null,
    recorder: () => keeper.recorder,
    changed: () => emitter.changed(),
    stepped: () => emitter.stepped(),
    visit: createVisitHooks(visits, () => {
      wearer = keeper.state(null)?.subjectCode ?? null;
      senses.forget();
      visits.found(null);
    }),
  });

  let bandTaps = false;
  const senses = createVisitSenses({
    tapped: () => bandTaps && head.tapped(),
    bandChecked: (verdict, offDeg) => visits.found({ verdict, offDeg }),
    changed: () => emitter.changed(),
  });
  function lookAtBand(): void {
    if (head.testRunning) throw new KitError('WRONG_STATE', 'a test is running');
    if (head.alignmentState().phase !== 'accepted') throw new KitError('NOT_ALIGNED');
    if (!keeper.recorder) throw new KitError('WRONG_STATE', 'no session is open');
    const slot = rack.at(0);
    if (slot.supervisor.phase !== 'streaming') throw new KitError('NO_SENSOR', 'no samples are coming');
    slot.prompt('lie-down-and-flex');
    senses.startBandCheck();
  }

  const tumbling = createTumbling({
    store,
    journal,
    wallMs: () => clock.wallMs(),
    learnt(slot, timeS, { matrix, covariance }) {
      if (slot.index === 0) head.learnt(timeS);
      const values = { matrix: Array.from(matrix), covariance: Array.from(covariance) };
      calibrations.keep(slot, 'gyro-tumble', values);
    },
    changed: () => emitter.changed(),
    stepped: () => emitter.stepped(),
  });

  const rack = createSensorRack({
    sources,
    drivers,
    clock,
    timers,
    log,
    createPipeline: parts.createPipeline,
    known: (id) => scanner.found.get(id),
    stopSearch: () => scanner.stop(),
    onSample(sample, slot) {
      if (slot.index === 0) {
        head.onSample(sample);
        senses.onSample(sample);
      } else if (slot.index === TRUNK) trunk.onSample(sample);
      tumbling.onSample(sample, slot);
    },
    measures: (slot) => (slot.index === 0 ? head.measures : NOTHING_MEASURED),
    withheld: () => visits.withholds,
    publish(frame) {
      for (const sink of sinks) sink.publish(frame);
    },
    onPhase: () => emitter.stepped(),
    onTrust,
    onStream(slot, resumed) {
      if (slot.index === 0 && !resumed) slot.prompt('look-around');
      if (slot.index === TRUNK && !resumed) trunk.loosen();
    },
    leaving(slot) {
      tumbling.sensorGone(slot);
      if (slot.index === 0) head.sensorGone();
      if (slot.index === TRUNK) trunk.sensorGone();
    },
  });

  function radio(): KitState['radio'] {
    const source = sources.find((candidate) => candidate.sourceId === 'radio');
    if (!source)
      return {
        status: 'unavailable',
        code: null,
        message: deps.demonstration
          ? 'The demonstration uses no Bluetooth.'
          : 'It was left out at the start (--no-radio).',
        remedy: null,
      };
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
      sensors: rack.connected.map((slot) => slot.state()),
      alignment: head.alignmentState(),
      trunk: trunk.state(),
      tumble: tumbling.state(),
      frt: head.frtState(),
      trial: head.trialState(),
      recording: keeper.state(head.runningTrialId),
      visit: visits.state(senses.state()),
      notice: noticeFor(rack.connected, head.testRunning),
    };
  }

  /** The check before use belongs on the record of the session, whenever in the visit it was made. */
  function recordCheck(slot: SensorSlot): void {
    const { check } = slot.trust;
    if (check) calibrations.keep(slot, 'sensor-check', { role: slot.role, ...check });
  }
  let recordedCheck: unknown = null;
  function onTrust(slot: SensorSlot): void {
    const { check } = slot.trust;
    if (check && check !== recordedCheck) {
      recordedCheck = check;
      recordCheck(slot);
      // The simulated subject sat still for it.
      if (slot.index === 0) slot.prompt('look-around');
    }
    emitter.changed();
  }

  async function endSession(): Promise<void> {
    head.stopTest('button');
    head.settle();
    visits.end();
    for (const slot of rack.connected) slot.record(null);
    await keeper.end();
    emitter.stepped();
  }

  /** Dizziness or a neurological sign: the running test ends with it, and so do the visit's tests. */
  function sign(what: 'dizziness' | 'neurological', source: string): void {
    if (head.frtRunning) head.applyFrt('dizziness', source);
    else if (head.testRunning) head.applyTrial('dizziness', source);
    visits.apply([{ type: 'sign', sign: what }], source);
  }
  function recordHere(): void {
    const { subjectCode } = keeper.state(null)!;
    if (wearer !== null && wearer !== subjectCode) {
      head.loosen();
      trunk.loosen();
    }
    wearer = subjectCode;
    for (const slot of rack.connected) slot.record(keeper.recorder);
    head.sessionBegan();
    trunk.sessionBegan();
    for (const slot of rack.connected) recordCheck(slot);
    emitter.stepped();
  }
  const markReopened = (): void => keeper.recorder?.event('session-reopened', {});
  async function goOn(sessionId: string): Promise<void> {
    if (keeper.recorder) throw new KitError('WRONG_STATE', 'a session is open already');
    await keeper.reopen(sessionId, await visits.reopen(sessionId));
    // What is measured from here on is measured from what is recorded from here on.
    markReopened();
    recordHere();
  }

  const homeDeps: Parameters<typeof executeHome>[1] = {
    place: () => deps.home?.() ?? null,
    store,
    visits,
    wallMs: () => clock.wallMs(),
    sessionId: () => keeper.recorder?.sessionId ?? null,
    async begin({ subjectCode }) {
      await keeper.begin(subjectCode, null, 'home');
      recordHere();
      return keeper.recorder!.sessionId;
    },
    goOn,
    end: endSession,
    startTrial: (protocolId, settings) => head.startTrial(protocolId, settings),
  };

  const sensorDeps: SensorCommandDeps = {
    scanner,
    rack,
    head,
    trunk,
    tumbling,
    clock,
    attitudeFrom: deps.attitudeFrom ?? 'usual',
    recorder: () => keeper.recorder,
    endSession,
    stepped: () => emitter.stepped(),
  };
  const testDeps: TestCommandDeps = {
    head,
    calibrating: () => tumbling.running,
    bandTaps(on) {
      bandTaps = on;
    },
    sign,
  };

  async function execute(command: Command, by: string | null = null): Promise<{ readonly hostUs?: number }> {
    if (isVisitCommand(command)) {
      await executeVisit(command, { visits, goOn, lookAtBand, sign });
      return {};
    }
    if (isHomeCommand(command)) {
      await executeHome(command, homeDeps);
      return {};
    }
    if (isSensorCommand(command)) {
      await executeSensor(command, sensorDeps);
      return {};
    }
    if (isTestCommand(command)) {
      await executeTest(command, testDeps);
      return {};
    }
    switch (command.type) {
      case 'clock':
        return { hostUs: clock.nowUs() };
      case 'session-start':
        await keeper.begin(command.subjectCode, by);
        visits.begin(keeper.recorder!.sessionId, command.blinded);
        recordHere();
        return {};
      case 'session-end':
        if (!keeper.recorder) throw new KitError('WRONG_STATE', 'no session is open');
        await endSession();
        return {};
    }
  }

  function refreshStatistics(): void {
    cancelStatistics = timers.after(STATISTICS_EVERY_MS, () => {
      for (const slot of rack.connected) slot.trust.tick(clock.nowUs(), slot.supervisor.stream?.battery() ?? null);
      if (rack.connected.length > 0) emitter.changed();
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
            for (const slot of rack.connected) if (slot.source === source) slot.supervisor.radioReady();
          emitter.stepped();
        });
      }
      refreshStatistics();
      await visits.load();
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
      await rack.stop();
      const complete = await journal.drain(DRAIN_MS);
      if (!complete) log.error({ waitingBytes: journal.waitingBytes }, 'raw data did not reach the store in time');
      emitter.stop();
      await Promise.all(sources.map((source) => source.stop().catch(() => undefined)));
    },
    blinds: visits,
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
