/** One place for a sensor (head or trunk): its supervisor, its way to live samples, its record, its state for the page. */
import { KitError } from '../contract/errors.ts';
import type { SensorState } from '../contract/state.ts';
import type { LiveSample, StartBias } from '../core/pipeline.ts';
import {
  type AttitudeWish,
  attitudeSourceOf,
  chooseAttitude,
  describeWithAttitude,
} from '../devices/attitude-source.ts';
import type {
  RawNotification,
  SensorSource,
  SensorStream,
  StreamDescription,
  SubjectPrompt,
} from '../ports/sensor-source.ts';
import type { Clock } from '../ports/time.ts';
import type { Timers } from '../ports/timers.ts';
import type { LiveFrame } from '../wire/live-frame.ts';
import { createIngest, type Ingest, type IngestDeps } from './ingest.ts';
import { createLiveFrameFiller, type LiveMeasures } from './live-frames.ts';
import type { Log } from './log.ts';
import type { Recorder, StreamRecorder } from './recorder.ts';
import { createSensorTrust, type SensorTrust } from './sensor-trust.ts';
import { biasOfCheck, describeWithBias } from './start-bias.ts';
import { createSupervisor, type Supervisor } from './supervisor.ts';

export type SensorRole = 'head' | 'trunk' | 'other';

export interface SensorSlotDeps {
  readonly role: SensorRole;
  /** Its place in the rack, and its number in live frames. */
  readonly index: number;
  readonly source: SensorSource;
  readonly sensorId: string;
  /** As advertised, until the sensor has told its own. */
  readonly name: string;
  readonly simulated: boolean;
  readonly attitudeFrom: AttitudeWish;
  readonly connectQueue: <T>(job: () => Promise<T>) => Promise<T>;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
  readonly createPipeline: IngestDeps['createPipeline'];
  readonly createDecoder: IngestDeps['createDecoder'];
  /** Before the live frame of the sample is made. */
  onSample(sample: LiveSample, slot: SensorSlot): void;
  measures(slot: SensorSlot): LiveMeasures;
  /** Degrees are hidden until the examiner's call. */
  withheld(): boolean;
  publish(frame: LiveFrame): void;
  /** Phase or message changed. */
  onPhase(slot: SensorSlot): void;
  /** Its proof changed, or the check before use is over. */
  onTrust(slot: SensorSlot): void;
  /** A connection began: the first one, or one after a gap. */
  onStream(slot: SensorSlot, resumed: boolean): void;
}

export interface SensorSlot {
  readonly role: SensorRole;
  readonly index: number;
  /** "<sourceId>:<sensorId>" */
  readonly id: string;
  readonly source: SensorSource;
  readonly ingest: Ingest;
  readonly supervisor: Supervisor;
  readonly simulated: boolean;
  /** Its proof and its check on this connection. */
  readonly trust: SensorTrust;
  /** The stream's record in the open session; null when nothing is recorded. */
  readonly streamRecorder: StreamRecorder | null;
  /** The record that marks belong to: the open one, or between two connections the last one. */
  readonly recordedStreamId: string | null;
  /** Where "now" is on the record: the last sample of the stream, -1 before the first. */
  readonly sampleIndex: number;
  state(): SensorState;
  /**
   * From now on, over reconnects too. A stream that is open goes on as a new one with a new filter and without an
   * alignment: what it was aligned with is no longer what it is measured with. False: nothing changed.
   */
  chooseAttitude(wish: AttitudeWish): boolean;
  /** Begins or ends recording in a session. */
  record(recorder: Recorder | null): void;
  /** Closes the chunk that is open, so that it is stored now. */
  flush(): void;
  prompt(code: SubjectPrompt): void;
  identify(): Promise<void>;
  /** Connects; `recorder` of the open session, if there is one. */
  start(recorder: Recorder | null): void;
  stop(): Promise<void>;
}

export function createSensorSlot(deps: SensorSlotDeps): SensorSlot {
  const { role, index, source, sensorId, log } = deps;
  const filler = createLiveFrameFiller(index);
  let recorder: Recorder | null = null;
  let streamRecorder: StreamRecorder | null = null;
  let recordedStreamId: string | null = null;
  let begun = false;
  let refused: string | null = null;
  let attitudeWish = deps.attitudeFrom;
  /** Of this unit, as the last check on the table found it. */
  let bias: StartBias | null = null;
  /** From the next notification on: the one at hand belongs to the stream that it is recorded in. */
  let biasIsNew = false;

  const batteryOf = (): number | null => supervisor.stream?.battery() ?? null;
  const proofEvent = (checks: SensorState['proof']['checks']): void =>
    recorder?.event('sensor-proof', { streamId: recordedStreamId, role, checks });
  const trust = createSensorTrust({
    proofChanged(checks) {
      if (streamRecorder) proofEvent(checks);
      deps.onTrust(slot);
    },
    checked(record) {
      const found = biasOfCheck(record);
      if (found) bias = found;
      // Before the band is put on: from here on the filter starts with what the table has shown.
      if (found && !ingest.alignment && supervisor.stream) biasIsNew = true;
      deps.onTrust(slot);
    },
  });
  const ingest = createIngest({
    onDecoded: (status, notification, block) => trust.push(status, notification, block, batteryOf()),
    createPipeline: deps.createPipeline,
    createDecoder: deps.createDecoder,
    onSample(sample) {
      deps.onSample(sample, slot);
      const { counts } = ingest.pipeline!;
      const { simulated } = slot;
      deps.publish(filler.fill(sample, counts, simulated, deps.measures(slot), deps.withheld()));
    },
  });

  function openRecord(): void {
    const stream = supervisor.stream;
    const { description } = ingest;
    if (!recorder || !stream || !description || refused) return;
    streamRecorder = recorder.openStream({ role, sourceId: source.sourceId, description });
    // The filter may have run before: with its state the record can be recomputed from here, bit for bit.
    recordedStreamId = streamRecorder.id;
    recorder.event('stream', {
      streamId: recordedStreamId,
      role,
      nextFrame: filler.nextSequence,
      state: ingest.save(),
    });
    const { checks } = trust.proofState();
    if (checks.some(({ verdict }) => verdict !== 'waiting')) proofEvent(checks);
    ingest.record(streamRecorder);
  }

  function closeRecord(reason: string): void {
    if (!streamRecorder) return;
    streamRecorder.close();
    recorder?.event('stream-end', { streamId: streamRecorder.id, reason });
    streamRecorder = null;
    ingest.record(null);
  }

  function describe(stream: SensorStream): StreamDescription {
    biasIsNew = false;
    return describeWithBias(describeWithAttitude(stream.description, attitudeWish), bias);
  }

  /** The stream that is open goes on with another filter, so as another stream. */
  function goOn(reason: string): void {
    if (!supervisor.stream || refused) return;
    closeRecord(reason);
    ingest.begin(describe(supervisor.stream));
    openRecord();
  }

  const supervisor = createSupervisor({
    source,
    sensorId,
    reconnects: source.sourceId !== 'replay',
    connectQueue: deps.connectQueue,
    clock: deps.clock,
    timers: deps.timers,
    log,
    listener: {
      onStream(stream: SensorStream) {
        try {
          ingest.begin(describe(stream));
          trust.begin(stream.description, source.sourceId !== 'replay');
          refused = null;
        } catch (cause) {
          refused = cause instanceof Error ? cause.message : String(cause);
          log.error({ sensorId, refused }, 'the stream cannot be decoded');
        }
        openRecord();
        deps.onStream(slot, begun);
        begun = true;
        if (unheard !== null) slot.prompt(unheard);
      },
      onNotification(notification: RawNotification) {
        if (biasIsNew) goOn('sensor-check');
        ingest.push(notification);
      },
      onStreamEnd: closeRecord,
      onPhase: () => deps.onPhase(slot),
    },
  });

  /** Said while the link was away: the simulated subject would wait for it for ever. */
  let unheard: SubjectPrompt | null = null;
  const slot: SensorSlot = {
    role,
    index,
    id: `${source.sourceId}:${sensorId}`,
    source,
    ingest,
    trust,
    supervisor,
    get simulated() {
      return ingest.description?.simulated ?? deps.simulated;
    },
    get streamRecorder() {
      return streamRecorder;
    },
    get recordedStreamId() {
      return recordedStreamId;
    },
    get sampleIndex() {
      return ingest.pipeline?.latest.index ?? -1;
    },
    state() {
      const { description, pipeline } = ingest;
      const stream = supervisor.stream;
      const received = pipeline?.counts.received ?? 0;
      const lost = pipeline?.counts.lost ?? 0;
      const battery = batteryOf();
      return {
        index,
        role,
        id: slot.id,
        sourceId: source.sourceId as SensorState['sourceId'],
        name: description?.name || deps.name,
        serial: description?.sensorSerial ?? '',
        model: description?.model ?? '',
        firmware: description?.firmware ?? '',
        simulated: slot.simulated,
        phase: supervisor.phase,
        message: refused ?? supervisor.message,
        battery,
        rssiDbm: stream?.rssiDbm() ?? null,
        nominalRateHz: description?.nominalRateHz ?? 0,
        rateHz: supervisor.phase === 'streaming' ? (pipeline?.counts.rateHz ?? 0) : 0,
        received,
        lost,
        lossShare: received + lost > 0 ? lost / (received + lost) : 0,
        attitude: stream && !refused ? chooseAttitude(stream.description, attitudeWish) : null,
        proof: trust.proofState(),
        check: trust.checkState(),
      };
    },
    chooseAttitude(wish) {
      attitudeWish = wish;
      const stream = supervisor.stream;
      if (!stream || !ingest.description || refused) return false;
      const { from } = chooseAttitude(stream.description, wish);
      if (from === attitudeSourceOf(ingest.description)) return false;
      ingest.setAlignment(null);
      goOn('attitude-changed');
      return true;
    },
    record(next) {
      closeRecord('session-end');
      recordedStreamId = null;
      recorder = next;
      openRecord();
    },
    flush: () => streamRecorder?.flush(),
    prompt(code) {
      const { stream } = supervisor;
      unheard = stream ? null : code;
      stream?.prompt(code);
    },
    async identify() {
      const stream = supervisor.stream;
      if (!stream) throw new KitError('LINK_LOST');
      await stream.identify();
    },
    start(next) {
      recorder = next;
      supervisor.start();
    },
    stop: () => supervisor.stop(),
  };
  return slot;
}
