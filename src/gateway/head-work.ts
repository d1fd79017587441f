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
import type { CalibrationKeeper } from './calibration-keeper.ts';
import { createExamination, type FrtSettings } from './examination.ts';
import { createFrtWork } from './frt-work.ts';
import type { Journal } from './journal.ts';
import type { KitParts } from './kit-parts.ts';
import { type LiveMeasures, measuresOf } from './live-frames.ts';
import type { Recorder } from './recorder.ts';
import { createRemeasuring } from './remeasuring.ts';
import { createResultKeeper } from './result-keeper.ts';
import type { SensorSlot } from './sensor-slot.ts';
import { createTrialWork, type TrialPlace } from './trial-work.ts';
import type { TrunkWork } from './trunk-work.ts';
import type { VisitHooks } from './visit-hooks.ts';

export interface HeadWork {
  readonly frtRunning: boolean;
  /** Any test. */
  readonly testRunning: boolean;
  readonly alignmentRunning: boolean;
  readonly runningTrialId: string | null;
  readonly measures: LiveMeasures;
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
  /** The session that begins is another person's: what was found on the last head is history. */
  loosen(): void;
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
  calibrations: CalibrationKeeper;
}): HeadWork {
  const { parts, store, journal, clock } = deps;
  let starting = false;
  /** Device time of the last sample, s. */
  let timeS = 0;

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
    const alignment = slot?.ingest.alignment;
    if (!alignment) return;
    const values = {
      sensorFromHead: [...alignment.sensorFromHead],
      worldFromNeutral: [...alignment.worldFromNeutral],
      sigmaRad: alignment.sigmaRad,
      ledBy: alignment.ledBy ?? 'patient',
      nodResidualRad: examination.alignment.nodResidualRad,
      turnResidualRad: examination.alignment.turnResidualRad,
    };
    calibrationId = deps.calibrations.keep(slot, 'alignment', values, type) ?? calibrationId;
  }

  const frt = createFrtWork({
    parts,
    store,
    journal,
    results,
    newId: deps.newId,
    wallMs: () => clock.wallMs(),
    timeS: () => timeS,
    examination: () => examination,
    remeasuring,
    visit: deps.visit,
    mark,
    stepped: deps.stepped,
  });

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
    frtEvents: frt.frtEvents,
    frtRepetition: frt.frtRepetition,
    frtEnded: frt.frtEnded,
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

  /** It needs the band to lie still, and begins the filter anew when it ends. */
  function requireNoCheck({ trust }: SensorSlot): void {
    if (trust.checkRunning) throw new KitError('WRONG_STATE', 'the sensor check is running');
  }
  /** Its alignment asks the patient for other movements. */
  function requireTrunkAtRest(): void {
    if (deps.trunk.alignmentRunning) throw new KitError('WRONG_STATE', 'the alignment of the trunk is running');
  }

  const attitudeOf = (slot: SensorSlot): AttitudeSource | null =>
    slot.ingest.description && attitudeSourceOf(slot.ingest.description);

  const ofOther = measuresOf(() => other);

  const testRunning = (): boolean => examination.frtRunning || other.running;

  /** Begins a test on what is there, or throws what stands against it. */
  async function begin(start: (place: TrialPlace) => Promise<void>): Promise<void> {
    const slot = connectedSlot();
    const recorder = deps.recorder();
    const { alignment } = slot.ingest;
    slot.trust.requireProven();
    if (!alignment) throw new KitError('NOT_ALIGNED');
    if (!recorder) throw new KitError('WRONG_STATE', 'no session is open: enter a subject code and start one');
    if (examination.alignmentRunning) throw new KitError('WRONG_STATE', 'the alignment is running');
    requireTrunkAtRest();
    requireNoCheck(slot);
    remeasuring.settle();
    if (testRunning() || starting) throw new KitError('WRONG_STATE', 'a test is running');
    deps.visit.requireTest();
    starting = true;
    try {
      const unit = await remeasuring.unitOf(slot);
      const trunk = deps.trunk.forTest();
      await start({
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
  }
  /** A test that has ended is its own session's, and is read from the record when another one is open. */
  function putTestsAway(): void {
    if (examination.frt !== null && !examination.frtRunning) frt.close();
    if (!other.running && other.state() !== null) other.close();
  }
  function loosen(): void {
    examination.cancelAlignment();
    deps.slot()?.ingest.setAlignment(null);
  }

  return {
    get frtRunning() {
      return examination.frtRunning;
    },
    get testRunning() {
      return testRunning();
    },
    get alignmentRunning() {
      return examination.alignmentRunning;
    },
    get runningTrialId() {
      return frt.runningTrialId ?? other.runningTrialId;
    },
    get measures() {
      return other.running ? ofOther : examination;
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
      requireNoCheck(slot);
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
      if (testRunning()) throw new KitError('WRONG_STATE', 'a test is running');
      if (examination.alignmentRunning) throw new KitError('WRONG_STATE', 'the alignment is running');
      deps.trunk.startAlignment();
    },
    captureNeutral() {
      const { ingest } = streamingSlot();
      if (!ingest.captureNeutral()) throw new KitError('NOT_ALIGNED');
      mark('neutral', {});
      deps.stepped();
    },
    startFrt: (settings, order = 'preset') => begin((place) => frt.start(settings, order, place)),
    applyFrt: frt.apply,
    tapped: frt.tapped,
    closeFrt() {
      frt.close();
      deps.slot()?.prompt('look-around');
      deps.stepped();
    },
    startTrial: (protocolId, settings) => begin((place) => other.start(protocolId, settings, place)),
    applyTrial: (event, source) => other.apply(event, source),
    closeTrial() {
      remeasuring.settle();
      other.close();
    },
    stopTest(source) {
      if (examination.frtRunning) frt.apply('stop', source);
      other.stop(source);
    },
    settle: () => remeasuring.settle(),
    sessionBegan() {
      putTestsAway();
      remeasuring.sessionBegan();
      calibrationId = null;
      markAlignment('alignment-in-force');
    },
    sensorGone() {
      if (examination.frtRunning) frt.apply('stop', 'auto');
      other.stop('auto');
      // Another sensor, or the same one put on again, has to be aligned anew.
      examination.cancelAlignment();
      remeasuring.sensorGone();
    },
    takenOff() {
      loosen();
      mark('tumble-start', {});
    },
    loosen,
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
    frtState: () => frt.state(),
  };
}
