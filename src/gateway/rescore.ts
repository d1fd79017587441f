/**
 * Recomputes a session from its raw record: the same bytes, the same marks at the same samples, the same code path, so
 * the same angles, bit for bit on the same engine. What the present version reported can be proven; what an older one
 * reported stays as it was.
 */
import { KitError } from '../contract/errors.ts';
import type { LiveSample } from '../core/pipeline.ts';
import type { FrtRepetitionRecord } from '../core/protocol/frt-types.ts';
import type { ProtocolMachine, ProtocolRepetition } from '../core/protocol/protocol.ts';
import { type AnyProtocol, protocolOf } from '../core/protocol/registry.ts';
import type { ExaminerEvent, ProtocolEvent } from '../core/protocol/step.ts';
import { type AttitudeSource, attitudeSourceOf } from '../devices/attitude-source.ts';
import type { DeviceDriver } from '../devices/driver.ts';
import type { SessionStore, StoredEvent } from '../ports/session-store.ts';
import { decodeChunk } from '../wire/chunk.ts';
import type { LiveFrame } from '../wire/live-frame.ts';
import type { Alignment } from './alignment.ts';
import { createExamination, type FrtParameters } from './examination.ts';
import { createIngest, type IngestDeps, type IngestState } from './ingest.ts';
import type { KitParts } from './kit-parts.ts';
import { createLiveFrameFiller, measuresOf } from './live-frames.ts';
import { parseGyroModel, type Remeasured, remeasureFrt } from './remeasure.ts';
import { type CromOutcome, isCrom, remeasureCrom } from './remeasure-crom.ts';
import { createRescoreTrunk } from './rescore-trunk.ts';
import { createSampleRecord } from './sample-record.ts';
import { createPauses } from './waiting.ts';

export interface RescoredTrial {
  readonly trialId: string;
  /** Null: a Flexion-Rotation Test, which has a machine of its own. */
  readonly protocol: AnyProtocol | null;
  /** Of an FRT, as they stood when the trial ended, taken-back ones included. */
  readonly repetitions: readonly FrtRepetitionRecord[];
  /** Of any other test. */
  readonly others: readonly ProtocolRepetition[];
  /** Null: it did not end within the record. */
  readonly status: 'finished' | 'stopped' | null;
  /** The counted repetitions measured anew, where that was done after the trial. */
  readonly remeasured: Remeasured | null;
  /** The same of a range of motion. */
  readonly cromRemeasured: CromOutcome | null;
  /** Those rates came from a gyro. */
  readonly inertial: boolean;
  /** Of the stream in which it began. */
  readonly attitudeFrom: AttitudeSource | null;
}

export interface Rescored {
  readonly samples: number;
  readonly trials: readonly RescoredTrial[];
}

/** What happens in the tests while the record is gone through, in order. */
export interface RescoreWatcher {
  began(trialId: string): void;
  told(
    timeS: number,
    events: readonly ProtocolEvent[],
    view: { readonly phase: string; readonly prompt: string; readonly direction: string; readonly repetitions: number },
  ): void;
  /** An examiner's event, before what it led to. */
  examiner(timeS: number, event: string): void;
}

/** Marks of one stream in order, and how far they have been applied. */
interface Marks {
  readonly list: readonly StoredEvent[];
  next: number;
}

const MARKS: ReadonlySet<string> = new Set([
  'alignment',
  'align-start',
  'tumble-start',
  'neutral',
  'frt-start',
  'frt-event',
  'trial-start',
  'trial-event',
]);

type Writable<T> = { -readonly [K in keyof T]: T[K] };

const afterSample = (event: StoredEvent): number => Number(event.values['afterSample'] ?? -1);

function alignmentOf(values: Record<string, unknown>): Alignment {
  return {
    sensorFromHead: Float64Array.from(values['sensorFromHead'] as number[]) as Alignment['sensorFromHead'],
    worldFromNeutral: Float64Array.from(values['worldFromNeutral'] as number[]) as Alignment['worldFromNeutral'],
    sigmaRad: values['sigmaRad'] as number,
  };
}

/**
 * @param onFrame every live frame of the head sensor as it was published while it was recorded; the object is reused
 * @throws KitError NOT_FOUND, STORE_CORRUPT, SENSOR_UNSUPPORTED
 */
export async function rescoreSession(
  deps: { store: SessionStore; drivers: readonly DeviceDriver[]; parts: KitParts },
  sessionId: string,
  onFrame: (frame: LiveFrame) => void = () => {},
  watcher: RescoreWatcher | null = null,
): Promise<Rescored> {
  const { store, drivers, parts } = deps;
  if (!(await store.sessionDetail(sessionId))) throw new KitError('NOT_FOUND', `session ${sessionId}`);
  const events = await store.listEvents(sessionId);
  const all = await store.listStreams(sessionId);
  const streams = all.filter((stream) => stream.role === 'head');
  const trials: (Omit<Writable<RescoredTrial>, 'repetitions'> & { repetitions: FrtRepetitionRecord[] })[] = [];
  const record = createSampleRecord();
  let machine: ProtocolMachine | null = null;
  let alignmentAtStart: Alignment | null = null;
  let trunkAtStart = false;
  let timeS = 0;
  const told: ProtocolEvent[] = [];
  let samples = 0;
  let simulated = false;
  let marks: Marks = { list: [], next: 0 };
  const decoding: Pick<IngestDeps, 'createPipeline' | 'createDecoder'> = {
    createPipeline: parts.createPipeline,
    createDecoder: (description) => {
      const driver = drivers.find((candidate) => candidate.id === description.driverId);
      if (!driver) throw new KitError('SENSOR_UNSUPPORTED', description.driverId);
      return driver.createDecoder(description);
    },
  };
  const trunk = createRescoreTrunk(
    store,
    decoding,
    all.filter((stream) => stream.role === 'trunk'),
    events,
  );

  const examination = createExamination(parts, {
    prompt: () => {},
    alignmentChanged: () => {},
    aligned: () => {},
    frtEvents(events) {
      const view = examination.frt?.view;
      if (!watcher || !view) return;
      const { phase, prompt, side, repetitions } = view;
      watcher.told(timeS, events, { phase, prompt, direction: side, repetitions: repetitions.length });
    },
    frtRepetition: (index, record) => {
      const trial = trials.at(-1);
      if (trial) trial.repetitions[index] = record;
    },
    frtEnded,
  });

  // Measured anew as it was then: from the same time, with what was known of the unit's gyro then.
  function frtEnded(status: 'finished' | 'stopped'): void {
    const trial = trials.at(-1);
    if (!trial) return;
    trial.status = status;
    trial.remeasured = null;
    trial.inertial = record.inertial;
    const then = asItWasMeasured(trial.trialId);
    if (then) trial.remeasured = remeasureFrt(then.raw, then.alignment, trial.repetitions, then.known);
  }
  function asItWasMeasured(trialId: string) {
    const mark = events.findLast((event) => event.type === 'remeasure' && event.values['trialId'] === trialId);
    if (!mark || !alignmentAtStart) return null;
    const known = parseGyroModel(JSON.stringify(mark.values['storedModel'] ?? null));
    const alone = record.between(Number(mark.values['fromS']), timeS);
    const raw = trunkAtStart ? trunk.side.beside(alone, record.arrivalUs(timeS)) : alone;
    return { raw, alignment: alignmentAtStart, known };
  }
  function otherTold(): void {
    const trial = trials.at(-1);
    if (!trial || !machine) return;
    const { view } = machine;
    const { phase, prompt, direction } = view;
    watcher?.told(timeS, told, { phase, prompt, direction, repetitions: view.repetitions.length });
    trial.others = [...view.repetitions];
    trial.status = !view.ended ? null : view.phase === 'finished' ? 'finished' : 'stopped';
    trial.cromRemeasured = null;
    if (view.ended && trial.protocol && isCrom(trial.protocol)) {
      trial.inertial = record.inertial;
      const then = asItWasMeasured(trial.trialId);
      if (then) trial.cromRemeasured = remeasureCrom(then.raw, then.alignment, trial.others, then.known);
    }
    told.length = 0;
  }
  function begin(trialId: string, protocol: AnyProtocol | null, parameters: unknown): void {
    const { trunkSigmaRad } = parameters as { readonly trunkSigmaRad?: number | null };
    trunkAtStart = typeof trunkSigmaRad === 'number';
    const attitudeFrom = ingest.description && attitudeSourceOf(ingest.description);
    const empty = {
      repetitions: [],
      others: [],
      status: null,
      remeasured: null,
      cromRemeasured: null,
      inertial: false,
      attitudeFrom,
    };
    trials.push({ trialId, protocol, ...empty });
    machine = null;
    alignmentAtStart = ingest.alignment;
    watcher?.began(trialId);
  }

  const filler = createLiveFrameFiller(0);
  const ofMachine = measuresOf(() => machine!.view);
  const ingest = createIngest({
    ...decoding,
    onSample(sample: LiveSample) {
      samples++;
      timeS = sample.timeS;
      record.push(sample);
      const seen = trunk.side.at(sample);
      examination.onSample(sample, seen);
      if (machine && !machine.view.ended) {
        machine.update(sample, told, seen);
        if (told.length > 0) otherTold();
      }
      // An alignment is completed within its sample, so it holds for that sample's frame already.
      applyWithin(sample.index);
      const { counts } = ingest.pipeline!;
      const measured = machine && !machine.view.ended ? ofMachine : examination;
      onFrame(filler.fill(sample, counts, simulated, measured));
    },
  });

  function apply({ type, values }: StoredEvent): void {
    if (type === 'alignment') ingest.setAlignment(alignmentOf(values));
    else if (type === 'align-start' || type === 'tumble-start') ingest.setAlignment(null);
    else if (type === 'neutral') ingest.captureNeutral();
    else if (type === 'frt-start') {
      begin(String(values['trialId']), null, values['parameters']);
      if (examination.frtRunning) examination.applyFrt({ type: 'stop' });
      examination.startFrt(values['parameters'] as FrtParameters);
    } else if (type === 'frt-event' && examination.frt) {
      watcher?.examiner(timeS, String(values['event']));
      examination.applyFrt({ type: values['event'] } as ExaminerEvent);
    } else if (type === 'trial-start') {
      const protocol = protocolOf(String(values['protocol']));
      if (!protocol) return;
      begin(String(values['trialId']), protocol, values['parameters']);
      machine = protocol.create(values['parameters'] as Record<string, unknown>);
    } else if (type === 'trial-event' && machine) {
      watcher?.examiner(timeS, String(values['event']));
      machine.apply({ type: values['event'] } as ExaminerEvent, timeS, told);
      otherTold();
    }
  }
  function applyUpTo(index: number): void {
    while (marks.next < marks.list.length && afterSample(marks.list[marks.next]!) <= index)
      apply(marks.list[marks.next++]!);
  }
  function applyWithin(index: number): void {
    const mark = marks.list[marks.next];
    if (mark?.type === 'alignment' && afterSample(mark) === index) apply(marks.list[marks.next++]!);
  }

  let before = -1;
  const pauses = createPauses();
  for (const stream of streams) {
    const at = events.findIndex((event) => event.type === 'stream' && event.values['streamId'] === stream.id);
    if (events.slice(before + 1, at).some((event) => event.type === 'session-reopened')) {
      record.clear();
      trunk.clear();
    }
    before = at;
    const own = events.filter((event) => event.values['streamId'] === stream.id);
    marks = { list: own.filter((event) => MARKS.has(event.type)), next: 0 };
    simulated = stream.description.simulated;
    ingest.begin(stream.description);
    const begun = own.find((event) => event.type === 'stream')?.values;
    if (begun?.['state']) ingest.restore(begun['state'] as IngestState);
    filler.nextSequence = Number(begun?.['nextFrame'] ?? filler.nextSequence);
    for await (const chunk of store.readChunks(stream.id)) {
      const decoded = decodeChunk(chunk.bytes);
      if (!decoded.ok) throw new KitError('STORE_CORRUPT', `stream ${stream.id}, chunk ${chunk.sequence}`);
      for (const notification of decoded.notifications) {
        // Commands came between notifications.
        await trunk.upTo(notification.arrivalUs);
        applyUpTo(ingest.pipeline!.latest.index);
        ingest.push(notification);
        // A visit of minutes is seconds of work, and the gateway may be measuring meanwhile.
        const pause = pauses();
        if (pause) await pause;
      }
    }
    applyUpTo(Number.MAX_SAFE_INTEGER);
  }
  return { samples, trials };
}
