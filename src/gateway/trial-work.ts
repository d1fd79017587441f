/**
 * Runs any test of the registry but the FRT, which has its own: samples and examiner's events in, every repetition to
 * the store the moment it ends, the result at the end.
 */
import { KitError } from '../contract/errors.ts';
import type { RepetitionRecord } from '../contract/repetition-record.ts';
import type { TrialState } from '../contract/trial.ts';
import type { TrunkSample } from '../core/neck/trunk-follow.ts';
import type { LiveSample } from '../core/pipeline.ts';
import type { CommonSettings, ProtocolMachine, ProtocolRepetition } from '../core/protocol/protocol.ts';
import { type AnyProtocol, protocolOf } from '../core/protocol/registry.ts';
import type { ExaminerEvent, ProtocolEvent } from '../core/protocol/step.ts';
import type { AttitudeSource } from '../devices/attitude-source.ts';
import type { SubjectPrompt } from '../ports/sensor-source.ts';
import type { SessionStore } from '../ports/session-store.ts';
import type { Journal } from './journal.ts';
import { type CromRemeasured, isCrom } from './remeasure-crom.ts';
import type { EndedCrom } from './remeasuring.ts';
import type { ResultKeeper } from './result-keeper.ts';
import { anewRecordOf, edgeName, recordOf, trialResult } from './trial-values.ts';
import { cromCorrected, methodWithTrunk } from './trunk-method.ts';
import type { TrunkPart } from './trunk-work.ts';

/** Name and version of the way from samples to the reported values. */
export const liveMethod = (protocolId: string): string => `${protocolId}-live/1`;

export interface TrialPlace {
  readonly sessionId: string;
  readonly streamId: string | null;
  readonly simulated: boolean;
  readonly alignmentSigmaRad: number;
  /** A sensor on the trunk; null: one sensor. */
  readonly trunk: TrunkPart | null;
  /** Kept with the trial. */
  readonly alignedBy: { readonly alignmentLedBy?: 'examiner' };
  /** Null: not known. */
  readonly attitudeFrom: AttitudeSource | null;
  /** The test is on disk and begins with the next sample. */
  begins(trialId: string): void;
}

export interface TrialWork {
  readonly running: boolean;
  readonly runningTrialId: string | null;
  /** Of the running test: radians, radians a second or seconds, by its protocol; NaN when there is none. */
  readonly live: number;
  readonly liveSigma: number;
  onSample(sample: LiveSample, trunk: TrunkSample | null): void;
  /** Rejects with the store's error: a test that is not on disk has not begun. */
  start(protocolId: string, settings: CommonSettings, place: TrialPlace): Promise<void>;
  apply(event: ExaminerEvent['type'], source: string): void;
  /** Ends the running test, if there is one. */
  stop(source: string): void;
  close(): void;
  state(): TrialState | null;
}

/** What a simulated subject is asked for at a prompt; others are for the examiner alone. */
function subjectPrompt(code: string): SubjectPrompt | null {
  switch (code) {
    case 'crom.flexion':
      return 'crom-flexion';
    case 'crom.extension':
      return 'crom-extension';
    case 'crom.lateral-left':
      return 'crom-lateral-left';
    case 'crom.lateral-right':
      return 'crom-lateral-right';
    case 'crom.rotation-left':
      return 'crom-rotation-left';
    case 'crom.rotation-right':
      return 'crom-rotation-right';
    case 'crom.neutral':
    case 'fast.neutral':
    case 'sustained.ready':
      return 'sit-still';
    case 'endurance.ready':
      return 'lie-down-and-flex';
    case 'home-turn.flex':
      return 'lie-down-and-flex';
    case 'home-turn.turn-left':
      return 'frt-left';
    case 'home-turn.turn-right':
      return 'frt-right';
    case 'home-turn.return':
    case 'home-turn.return-void':
      return 'frt-return';
    case 'home-turn.finished':
    case 'home-turn.stopped':
    case 'home-turn.stopped-dizziness':
      return 'sit-up';
    case 'fast.go':
      return 'fast-rotation';
    default:
      return null;
  }
}

interface Running {
  readonly id: string;
  readonly protocol: AnyProtocol;
  readonly machine: ProtocolMachine;
  readonly repetitionsAsked: number;
  records: RepetitionRecord[];
  /** As they were measured live. */
  live: RepetitionRecord[];
  method: string;
  endedAtMs: number;
  told: readonly ProtocolRepetition[];
  /** So many of the repetitions are on the disk. */
  onDisk: number;
  prompt: string;
  ended: boolean;
}

export function createTrialWork(deps: {
  store: SessionStore;
  journal: Journal;
  results: ResultKeeper;
  newId: () => string;
  wallMs: () => number;
  mark: (type: string, values: Record<string, unknown>) => void;
  prompt: (code: SubjectPrompt) => void;
  /** A range of motion ended: it can be measured anew. */
  cromEnded: (crom: EndedCrom) => void;
  /** It goes on: a repetition was taken back. */
  cromReopened: () => void;
  stepped: () => void;
  /** On the disk and about to run. */
  started: (id: string, protocolId: string) => void;
  /** `reopened`: a repetition was taken back after the end. */
  ended: (id: string, reopened: boolean) => void;
  /** Throws where an ended test may not go on. */
  requireReopen: (id: string) => void;
}): TrialWork {
  const { store, journal } = deps;
  let trial: Running | null = null;
  let starting = false;
  /** Device time of the last sample, s. */
  let timeS = 0;
  const events: ProtocolEvent[] = [];
  const wallMsOf = (atS: number): number => deps.wallMs() - (timeS - atS) * 1000;

  function keepRepetitions(now: Running): void {
    const { repetitions } = now.machine.view;
    if (repetitions === now.told) return;
    for (const [position, repetition] of repetitions.entries()) {
      if (now.told[position] === repetition) continue;
      const record = recordOf(repetition, wallMsOf);
      now.records[position] = record;
      now.live[position] = record;
      void journal
        .keep(() => store.putRepetition(now.id, position, record))
        .then(() => {
          if (position < now.onDisk) return;
          now.onDisk = position + 1;
          deps.stepped();
        });
    }
    // The machine may go on writing into its own list.
    now.told = [...repetitions];
    now.records = [...now.records];
  }
  function keepResult(now: Running): void {
    const status = now.machine.view.phase === 'finished' ? 'finished' : 'stopped';
    const { endedAtMs } = now;
    const method = methodWithTrunk(now.method, cromCorrected(now.records));
    const result = trialResult(now.protocol, now.records);
    void journal.keep(() => store.finishTrial(now.id, status, endedAtMs, result, method));
    deps.results.keep(now.id, method, { status, result, repetitions: now.records });
  }
  function keepEnd(now: Running): void {
    now.endedAtMs = deps.wallMs();
    keepResult(now);
    deps.mark('trial-end', {
      trialId: now.id,
      status: now.machine.view.phase === 'finished' ? 'finished' : 'stopped',
    });
    if (!isCrom(now.protocol)) return;
    deps.cromEnded({
      trialId: now.id,
      protocolId: now.protocol.id,
      repetitions: now.told,
      stillEnded: () => trial === now && now.ended,
      take: (repetitions, method) => takeAnew(now, repetitions, method),
    });
  }
  function takeAnew(now: Running, repetitions: readonly CromRemeasured[], method: string): void {
    const records = [...now.records];
    for (const one of repetitions) {
      const record = anewRecordOf(one, now.live[one.index]!);
      records[one.index] = record;
      void journal.keep(() => store.putRepetition(now.id, one.index, record));
    }
    now.records = records;
    now.method = method;
    keepResult(now);
  }
  /** The test goes on with live values; whether all can be measured anew is open once more. */
  function backToLive(now: Running): void {
    deps.cromReopened();
    for (const [position, record] of now.live.entries()) {
      if (now.records[position] !== record) void journal.keep(() => store.putRepetition(now.id, position, record));
    }
    now.records = [...now.live];
    now.method = liveMethod(now.protocol.id);
  }

  /** After a sample or an event that told of something. */
  function after(now: Running): void {
    const { view } = now.machine;
    for (const event of events) deps.mark('protocol', { ...event });
    events.length = 0;
    keepRepetitions(now);
    if (view.prompt !== now.prompt) {
      now.prompt = view.prompt;
      const asked = subjectPrompt(view.prompt);
      if (asked !== null) deps.prompt(asked);
    }
    // A repetition taken back after the end opens the test again.
    if (view.ended && !now.ended) keepEnd(now);
    if (view.ended !== now.ended) deps.ended(now.id, now.ended);
    now.ended = view.ended;
    deps.stepped();
  }

  function apply(event: ExaminerEvent['type'], source: string): void {
    if (trial === null || (trial.ended && event !== 'redo')) throw new KitError('WRONG_STATE', 'no test is running');
    if (trial.ended) {
      deps.requireReopen(trial.id);
      backToLive(trial);
    }
    deps.mark('trial-event', { trialId: trial.id, event, source });
    trial.machine.apply({ type: event }, timeS, events);
    after(trial);
  }

  return {
    get running() {
      return starting || (trial !== null && !trial.ended);
    },
    get runningTrialId() {
      return trial !== null && !trial.ended ? trial.id : null;
    },
    get live() {
      return trial !== null && !trial.ended ? trial.machine.view.live : Number.NaN;
    },
    get liveSigma() {
      return trial !== null && !trial.ended ? trial.machine.view.liveSigma : Number.NaN;
    },
    onSample(sample, trunk) {
      timeS = sample.timeS;
      if (trial === null || trial.ended) return;
      trial.machine.update(sample, events, trunk);
      if (events.length > 0) after(trial);
    },
    async start(protocolId, settings, place) {
      const protocol = protocolOf(protocolId);
      if (protocol === null || protocolId === 'frt') throw new KitError('BAD_REQUEST', `no such test: ${protocolId}`);
      const id = deps.newId();
      const overrides = protocol.settings({
        ...settings,
        alignmentSigmaRad: place.alignmentSigmaRad,
        ...(place.trunk && { trunkSigmaRad: place.trunk.sigmaRad }),
      });
      const { attitudeFrom } = place;
      const method = liveMethod(protocol.id);
      const trunk = place.trunk && 'trunkSigmaRad' in overrides ? { trunk: place.trunk } : {};
      const parameters = {
        ...overrides,
        protocolVersion: protocol.version,
        method,
        attitudeFrom,
        ...trunk,
        ...place.alignedBy,
      };
      starting = true;
      try {
        await journal.attempt(() =>
          store.createTrial({
            id,
            sessionId: place.sessionId,
            kind: protocol.id,
            startedAtMs: deps.wallMs(),
            simulated: place.simulated,
            parameters,
            streamId: place.streamId,
          }),
        );
      } finally {
        starting = false;
      }
      trial = {
        id,
        protocol,
        machine: protocol.create(overrides),
        repetitionsAsked: protocol.repetitionsAsked(overrides),
        records: [],
        live: [],
        method: liveMethod(protocol.id),
        endedAtMs: 0,
        told: [],
        onDisk: 0,
        prompt: '',
        ended: false,
      };
      deps.started(id, protocol.id);
      place.begins(id);
      deps.mark('trial-start', { trialId: id, protocol: protocol.id, parameters });
      after(trial);
    },
    apply,
    stop(source) {
      if (trial !== null && !trial.ended) apply('stop', source);
    },
    close() {
      if (trial !== null && !trial.ended) throw new KitError('WRONG_STATE', 'a test is running');
      trial = null;
      deps.prompt('look-around');
      deps.stepped();
    },
    state() {
      if (trial === null) return null;
      const { protocol, machine, records } = trial;
      // Done is what is on the disk. While it fails, which is said, what was measured is shown all the same.
      const shown = journal.problem === null ? records.slice(0, trial.onDisk) : [...records];
      const ended = trial.ended && shown.length === records.length;
      const { view } = machine;
      return {
        id: trial.id,
        protocol: protocol.id,
        phase: view.phase,
        ended,
        direction: view.direction,
        prompt: view.prompt,
        measure: edgeName(protocol.primary),
        repetitionsAsked: trial.repetitionsAsked,
        directions: [...protocol.directions],
        repetitions: shown,
        result: ended ? trialResult(protocol, records) : null,
      };
    },
  };
}
