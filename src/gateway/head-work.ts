/** What the gateway does around the examination of the head: state for the page, marks and results for the store. */
import { KitError } from '../contract/errors.ts';
import type { AlignmentState, FrtState } from '../contract/state.ts';
import type { TrialState } from '../contract/trial.ts';
import type { LiveSample } from '../core/pipeline.ts';
import type { CommonSettings } from '../core/protocol/protocol.ts';
import type { ExaminerEvent } from '../core/protocol/step.ts';
import { degFromRad } from '../core/units.ts';
import { type AttitudeSource, attitudeSourceOf } from '../devices/attitude-source.ts';
import type { ResultStore } from '../ports/result-store.ts';
import type { SessionStore } from '../ports/session-store.ts';
import type { Clock } from '../ports/time.ts';
import type { Alignment } from './alignment.ts';
import { withheldFrt } from './blind-reads.ts';
import { createExamination, type FrtSettings } from './examination.ts';
import { frtStateOf, repetitionOf } from './frt-view.ts';
import type { Journal } from './journal.ts';
import type { KitParts } from './kit-parts.ts';
import type { Recorder } from './recorder.ts';
import { createRemeasuring, type UnitModel } from './remeasuring.ts';
import { createResultKeeper } from './result-keeper.ts';
import type { SensorSlot } from './sensor-slot.ts';
import { createTrialLog, type TrialLog } from './trial-log.ts';
import { createTrialWork } from './trial-work.ts';
import type { TrunkPart, TrunkWork } from './trunk-work.ts';

/** What the visit is told of the tests, and asked about them. */
export interface VisitHooks {
  /** Degrees of the next test are hidden. */
  readonly blinded: boolean;
  hides(trialId: string): boolean;
  /** Throws what stands against a test. */
  requireTest(): void;
  started(trialId: string, protocolId: string): void;
  /** `tried`: the sides on which an end range was reached. */
  ended(trialId: string, tried: readonly string[]): void;
  /** Throws where an ended test may not go on. */
  requireReopen(trialId: string): void;
  reopened(trialId: string): void;
  /** The familiar headache was told; `afterS`: since the turn began, null outside a turn. */
  headache(trialId: string, afterS: number | null): void;
  /** Aligned anew: what was known of the band is history. */
  aligned(): void;
}

export interface HeadWork {
  readonly frtRunning: boolean;
  /** Any test. */
  readonly testRunning: boolean;
  readonly runningTrialId: string | null;
  readonly twistRad: number;
  readonly twistSigmaRad: number;
  onSample(sample: LiveSample): void;
  startAlignment(ledBy: 'patient' | 'examiner'): void;
  cancelAlignment(): void;
  /** Of a second sensor on the trunk. */
  startTrunkAlignment(): void;
  captureNeutral(): void;
  /** `order`: whether the first side was drawn; for the record. */
  startFrt(settings: FrtSettings, order?: 'preset' | 'random'): Promise<void>;
  /** Two taps on the band: confirms, while the running FRT waits for its start or its return. */
  tapped(): void;
  applyFrt(event: ExaminerEvent['type'], source: string): void;
  closeFrt(): void;
  /** A test other than the FRT. */
  startTrial(protocolId: string, settings: CommonSettings): Promise<void>;
  applyTrial(event: ExaminerEvent['type'], source: string): void;
  closeTrial(): void;
  /** Stops whichever test runs. */
  stopTest(source: string): void;
  /** Does at once what waits for a quiet moment after a test: before the record is closed. */
  settle(): void;
  /** A session began: what was found before it belongs on its record. */
  sessionBegan(): void;
  sensorGone(): void;
  /** The band is in somebody's hand: how it sat on the head is history. */
  takenOff(): void;
  /** The session that begins is another person's: no head sits like another. */
  otherWearer(): void;
  /** Attitude comes from elsewhere now: what was measured before does not go with what comes. */
  attitudeChanged(): void;
  /** The unit was taught by other means up to this device time, s. */
  learnt(toS: number): void;
  alignmentState(): AlignmentState;
  frtState(): FrtState | null;
  trialState(): TrialState | null;
}

/** Kept with a trial where it was not the patient who moved. */
const ledByHands = ({ ledBy }: Alignment): { alignmentLedBy?: 'examiner' } =>
  ledBy === 'examiner' ? { alignmentLedBy: 'examiner' } : {};

export function createHeadWork(deps: {
  parts: KitParts;
  store: SessionStore & ResultStore;
  journal: Journal;
  clock: Clock;
  newId: () => string;
  slot: () => SensorSlot | null;
  recorder: () => Recorder | null;
  changed: () => void;
  stepped: () => void;
  visit: VisitHooks;
  /** A second sensor, on the trunk. */
  trunk: TrunkWork;
}): HeadWork {
  const { parts, store, journal, clock } = deps;
  let trial: TrialLog | null = null;
  let starting = false;
  /** Device time of the last sample, s. */
  let timeS = 0;
  /** Of the beginning of the last turn, s. */
  let turnFromS = Number.NaN;

  const remeasuring = createRemeasuring({
    store,
    journal,
    wallMs: () => clock.wallMs(),
    mark,
    trunk: deps.trunk.side,
    changed: deps.stepped,
  });

  /** Of the alignment in force in this session. */
  let calibrationId: string | null = null;
  const results = createResultKeeper({
    store,
    journal,
    newId: deps.newId,
    wallMs: () => clock.wallMs(),
    sessionId: () => deps.recorder()?.sessionId ?? null,
    calibrationId: () => calibrationId,
    attitudeFrom: () => {
      const slot = deps.slot();
      return slot && attitudeOf(slot);
    },
    flush: () => deps.slot()?.flush(),
  });

  const other = createTrialWork({
    store,
    journal,
    results,
    newId: deps.newId,
    wallMs: () => clock.wallMs(),
    mark,
    prompt: (code) => deps.slot()?.prompt(code),
    cromEnded: (crom) => remeasuring.cromEnded(crom, timeS),
    cromReopened: () => remeasuring.cancel(),
    stepped: deps.stepped,
    started: (id, protocolId) => deps.visit.started(id, protocolId),
    ended: (id, reopened) => (reopened ? deps.visit.reopened(id) : deps.visit.ended(id, [])),
    requireReopen: (id) => deps.visit.requireReopen(id),
  });

  const wallMsOf = (atS: number): number => clock.wallMs() - (timeS - atS) * 1000;

  /** A mark with its place: which sample of which stream was the last one before it. */
  function mark(type: string, values: Record<string, unknown>): void {
    const slot = deps.slot();
    deps.recorder()?.event(type, {
      streamId: slot?.recordedStreamId ?? null,
      afterSample: slot?.sampleIndex ?? -1,
      ...values,
    });
  }

  /** 'alignment' was found in this very sample; 'alignment-in-force' was found before the record began. */
  function markAlignment(type: 'alignment' | 'alignment-in-force'): void {
    const slot = deps.slot();
    const streamId = slot?.recordedStreamId;
    const alignment = slot?.ingest.alignment;
    const recorder = deps.recorder();
    if (!recorder || !streamId || !alignment) return;
    const values = {
      sensorFromHead: [...alignment.sensorFromHead],
      worldFromNeutral: [...alignment.worldFromNeutral],
      sigmaRad: alignment.sigmaRad,
      ledBy: alignment.ledBy ?? 'patient',
      nodResidualRad: examination.alignment.nodResidualRad,
      turnResidualRad: examination.alignment.turnResidualRad,
    };
    mark(type, values);
    calibrationId = deps.newId();
    const calibration = { id: calibrationId, sessionId: recorder.sessionId, streamId, kind: 'alignment' as const };
    const wallMs = clock.wallMs();
    void journal.keep(() => store.saveCalibration({ ...calibration, wallMs, values }));
  }

  const examination = createExamination(parts, {
    prompt(code) {
      deps.slot()?.prompt(code);
      mark('prompt', { code });
    },
    alignmentChanged(stepped) {
      if (stepped) deps.stepped();
      else deps.changed();
    },
    aligned(alignment) {
      deps.slot()?.ingest.setAlignment(alignment);
      deps.visit.aligned();
      markAlignment('alignment');
    },
    frtEvents(events) {
      for (const event of events) {
        if (event.type === 'rotation-started') turnFromS = event.timeS;
        mark('protocol', { ...event });
      }
      deps.stepped();
    },
    frtRepetition(index, record) {
      trial?.repetition(index, repetitionOf(record, wallMsOf));
    },
    frtEnded(status) {
      trial?.end(status, clock.wallMs());
      if (trial) {
        const reached = trial.repetitions.filter(({ angleDeg }) => angleDeg !== null);
        deps.visit.ended(trial.id, [...new Set(reached.map(({ side }) => side))]);
      }
      if (trial && examination.frt) remeasuring.frtEnded(trial, examination.frt.view.repetitions, timeS);
      deps.stepped();
    },
  });

  /** A sensor that is connected; one that skips a moment will do for what takes its time anyway. */
  function connectedSlot(): SensorSlot {
    const slot = deps.slot();
    const phase = slot?.supervisor.phase;
    if (!slot || !(phase === 'streaming' || phase === 'stale')) throw new KitError('NO_SENSOR');
    return slot;
  }
  /** A sensor whose present pose is known. */
  function streamingSlot(): SensorSlot {
    const slot = connectedSlot();
    if (slot.supervisor.phase !== 'streaming') throw new KitError('NO_SENSOR', 'no samples are coming');
    return slot;
  }

  /** Its alignment asks the patient for other movements. */
  function requireTrunkAtRest(): void {
    if (deps.trunk.alignmentRunning) throw new KitError('WRONG_STATE', 'the alignment of the trunk is running');
  }

  const attitudeOf = (slot: SensorSlot): AttitudeSource | null =>
    slot.ingest.description && attitudeSourceOf(slot.ingest.description);

  function applyFrt(event: ExaminerEvent['type'], source: string): void {
    // A repetition taken back opens the test again: what waits for its end must wait for the next one.
    const reopens = trial?.ended && examination.frt?.view.phase === 'finished' ? trial.id : null;
    if (event === 'redo') {
      if (reopens !== null) deps.visit.requireReopen(reopens);
      remeasuring.cancel();
    }
    examination.applyFrt({ type: event });
    if (reopens !== null && examination.frtRunning) deps.visit.reopened(reopens);
    mark('frt-event', { event, source });
    if (event === 'headache' && trial) {
      const inTurn = ['rotating', 'hold', 'captured', 'returning'].includes(examination.frt?.view.phase ?? '');
      deps.visit.headache(trial.id, inTurn ? Math.round(10 * (timeS - turnFromS)) / 10 : null);
    }
    deps.stepped();
  }

  return {
    get frtRunning() {
      return examination.frtRunning;
    },
    get testRunning() {
      return examination.frtRunning || other.running;
    },
    get runningTrialId() {
      return trial && !trial.ended ? trial.id : other.runningTrialId;
    },
    get twistRad() {
      return other.running ? other.live : examination.twistRad;
    },
    get twistSigmaRad() {
      return other.running ? other.liveSigma : examination.twistSigmaRad;
    },
    onSample(sample) {
      timeS = sample.timeS;
      remeasuring.onSample(sample);
      const trunk = deps.trunk.side.at(sample);
      examination.onSample(sample, trunk);
      other.onSample(sample, trunk);
    },
    startAlignment(ledBy) {
      const slot = connectedSlot();
      if (other.running) throw new KitError('WRONG_STATE', 'a test is running');
      requireTrunkAtRest();
      examination.startAlignment(ledBy);
      // The band was touched, or the question would not be asked: what was found before is no longer true.
      slot.ingest.setAlignment(null);
      mark('align-start', { ledBy });
    },
    cancelAlignment() {
      if (deps.trunk.alignmentRunning) {
        deps.trunk.cancelAlignment();
        return;
      }
      if (!examination.alignmentRunning) throw new KitError('WRONG_STATE', 'no alignment is running');
      examination.cancelAlignment();
      mark('align-cancel', {});
    },
    startTrunkAlignment() {
      if (examination.frtRunning || other.running) throw new KitError('WRONG_STATE', 'a test is running');
      if (examination.alignmentRunning) throw new KitError('WRONG_STATE', 'the alignment is running');
      deps.trunk.startAlignment();
    },
    captureNeutral() {
      const { ingest } = streamingSlot();
      if (!ingest.captureNeutral()) throw new KitError('NOT_ALIGNED');
      mark('neutral', {});
      deps.stepped();
    },
    async startFrt(settings, order = 'preset') {
      const slot = connectedSlot();
      const recorder = deps.recorder();
      const { alignment } = slot.ingest;
      slot.trust.requireProven();
      if (!alignment) throw new KitError('NOT_ALIGNED');
      if (!recorder) throw new KitError('WRONG_STATE', 'no session is open: enter a subject code and start one');
      if (examination.alignmentRunning) throw new KitError('WRONG_STATE', 'the alignment is running');
      requireTrunkAtRest();
      remeasuring.settle();
      if (examination.frtRunning || other.running || starting) throw new KitError('WRONG_STATE', 'a test is running');
      deps.visit.requireTest();
      const id = deps.newId();
      const simulated = slot.simulated;
      const trunk: TrunkPart | null = deps.trunk.forTest();
      const parameters = {
        ...settings,
        alignmentSigmaRad: alignment.sigmaRad,
        ...(trunk && { trunkSigmaRad: trunk.sigmaRad }),
      };
      starting = true;
      let unit: UnitModel;
      try {
        unit = await remeasuring.unitOf(slot);
        await journal.attempt(() =>
          store.createTrial({
            id,
            sessionId: recorder.sessionId,
            kind: 'frt',
            startedAtMs: clock.wallMs(),
            simulated,
            parameters: {
              ...parameters,
              order,
              method: parts.frtMethod,
              reference: parts.frtReference,
              attitudeFrom: attitudeOf(slot),
              ...(trunk && { trunk }),
              ...ledByHands(alignment),
            },
            streamId: slot.recordedStreamId,
            blinded: deps.visit.blinded,
          }),
        );
      } finally {
        starting = false;
      }
      const method = parts.frtMethod;
      trial = createTrialLog({
        id,
        settings,
        reference: parts.frtReference,
        method,
        store,
        journal,
        results,
        stepped: deps.stepped,
      });
      remeasuring.trialStarts(id, alignment, unit, timeS, trunk !== null);
      deps.visit.started(id, 'frt');
      mark('frt-start', { trialId: id, parameters });
      examination.startFrt(parameters);
      deps.stepped();
    },
    applyFrt,
    tapped() {
      const phase = examination.frt?.view.phase;
      // In a turn the hands are on the head: what shakes the band there is no word of theirs.
      if (examination.frtRunning && phase !== 'rotating' && phase !== 'hold') applyFrt('confirm', 'tap');
    },
    closeFrt() {
      remeasuring.settle();
      examination.closeFrt();
      trial = null;
      deps.slot()?.prompt('look-around');
      deps.stepped();
    },
    async startTrial(protocolId, settings) {
      const slot = connectedSlot();
      const recorder = deps.recorder();
      const { alignment } = slot.ingest;
      slot.trust.requireProven();
      if (!alignment) throw new KitError('NOT_ALIGNED');
      if (!recorder) throw new KitError('WRONG_STATE', 'no session is open: enter a subject code and start one');
      if (examination.alignmentRunning) throw new KitError('WRONG_STATE', 'the alignment is running');
      requireTrunkAtRest();
      remeasuring.settle();
      if (examination.frtRunning || other.running || starting) throw new KitError('WRONG_STATE', 'a test is running');
      deps.visit.requireTest();
      starting = true;
      try {
        const unit = await remeasuring.unitOf(slot);
        const trunk = deps.trunk.forTest();
        await other.start(protocolId, settings, {
          sessionId: recorder.sessionId,
          streamId: slot.recordedStreamId,
          simulated: slot.simulated,
          alignmentSigmaRad: alignment.sigmaRad,
          trunk,
          alignedBy: ledByHands(alignment),
          attitudeFrom: attitudeOf(slot),
          begins: (trialId) => remeasuring.trialStarts(trialId, alignment, unit, timeS, trunk !== null),
        });
      } finally {
        starting = false;
      }
    },
    applyTrial: (event, source) => other.apply(event, source),
    closeTrial() {
      remeasuring.settle();
      other.close();
    },
    stopTest(source) {
      if (examination.frtRunning) applyFrt('stop', source);
      other.stop(source);
    },
    settle: () => remeasuring.settle(),
    sessionBegan() {
      remeasuring.sessionBegan();
      calibrationId = null;
      markAlignment('alignment-in-force');
    },
    sensorGone() {
      if (examination.frtRunning) applyFrt('stop', 'auto');
      other.stop('auto');
      // Another sensor, or the same one put on again, has to be aligned anew.
      examination.cancelAlignment();
      remeasuring.sensorGone();
    },
    takenOff() {
      examination.cancelAlignment();
      deps.slot()?.ingest.setAlignment(null);
      mark('tumble-start', {});
    },
    otherWearer() {
      examination.cancelAlignment();
      deps.slot()?.ingest.setAlignment(null);
    },
    attitudeChanged() {
      examination.cancelAlignment();
      remeasuring.sourceChanged(timeS);
    },
    learnt: (toS) => remeasuring.learnt(toS),
    alignmentState() {
      const { phase, progress, code, nodResidualRad, turnResidualRad, ledBy } = examination.alignment;
      const sigmaRad = deps.slot()?.ingest.alignment?.sigmaRad;
      return {
        phase,
        progress,
        code,
        nodResidualDeg: nodResidualRad === null ? null : degFromRad(nodResidualRad),
        turnResidualDeg: turnResidualRad === null ? null : degFromRad(turnResidualRad),
        ledBy,
        sigmaDeg: sigmaRad === undefined ? null : degFromRad(sigmaRad),
      };
    },
    trialState: () => other.state(),
    frtState() {
      if (!trial || !examination.frt) return null;
      const state = frtStateOf(trial.id, examination.frt.view, trial.shown, trial.settings, trial.result);
      return deps.visit.hides(trial.id) ? withheldFrt(state) : state;
    },
  };
}
