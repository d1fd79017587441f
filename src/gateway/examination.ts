/**
 * What is done with the head sensor's samples: the guided alignment and the running test, with the requests that go to
 * a simulated subject at each step. No store, no clock: the same samples and commands give the same result, live and
 * from the record.
 */
import {
  type AlignmentLead,
  type AlignmentPhase,
  type AlignmentProcedure,
  alignmentRuns,
} from '../../calibration/alignment.ts';
import { KitError } from '../contract/errors.ts';
import type { TrunkSample } from '../core/neck/trunk-follow.ts';
import type { LiveSample } from '../core/pipeline.ts';
import type { FrtMachine, FrtRepetitionRecord } from '../core/protocol/frt-types.ts';
import type { ExaminerEvent, ProtocolEvent, Side } from '../core/protocol/step.ts';
import type { SubjectPrompt } from '../ports/sensor-source.ts';
import type { Alignment } from './alignment.ts';
import type { LiveMeasures } from './live-frames.ts';

export interface FrtSettings {
  readonly repetitionsPerSide: number;
  readonly practice: boolean;
  readonly autoConfirm: boolean;
  readonly firstSide: Side;
}

/** What the machine is made with: the settings, and the share of the alignment in force in the uncertainty. */
export interface FrtParameters extends FrtSettings {
  readonly alignmentSigmaRad: number;
  /** Of the trunk's sensor; left out or null: one sensor. */
  readonly trunkSigmaRad?: number | null;
}

export interface ExaminationListener {
  prompt(code: SubjectPrompt): void;
  /** `stepped`: another phase or message, not progress alone. */
  alignmentChanged(stepped: boolean): void;
  /** Accepted. Called within the sample that completed it. */
  aligned(alignment: Alignment): void;
  frtEvents(events: readonly ProtocolEvent[]): void;
  /** A repetition that is new, or that was changed by a later event (redo). */
  frtRepetition(index: number, record: FrtRepetitionRecord): void;
  frtEnded(status: 'finished' | 'stopped'): void;
}

export interface Examination extends LiveMeasures {
  readonly alignment: AlignmentProcedure;
  /** The machine of the running or last test; null when there is none. */
  readonly frt: FrtMachine | null;
  readonly frtRunning: boolean;
  readonly alignmentRunning: boolean;
  /** `trunk`: a sensor on the trunk that is aligned. */
  onSample(sample: LiveSample, trunk?: TrunkSample | null): void;
  startAlignment(ledBy?: AlignmentLead): void;
  cancelAlignment(): void;
  startFrt(settings: FrtParameters): void;
  applyFrt(event: ExaminerEvent): void;
  closeFrt(): void;
}

const ALIGNMENT_PROMPT: Partial<Record<AlignmentPhase, SubjectPrompt>> = {
  still: 'sit-still',
  nod: 'nod',
  'turn-left': 'turn-left',
  accepted: 'look-around',
  rejected: 'look-around',
};

const FRT_PROMPT: Readonly<Record<string, SubjectPrompt>> = {
  'frt.flex': 'lie-down-and-flex',
  'frt.turn-left': 'frt-left',
  'frt.turn-right': 'frt-right',
  'frt.return': 'frt-return',
  'frt.return-void': 'frt-return',
  'frt.finished': 'sit-up',
  'frt.stopped': 'sit-up',
};

export function createExamination(
  parts: {
    createAlignment: () => AlignmentProcedure;
    createFrt: (parameters: FrtParameters) => FrtMachine;
  },
  listener: ExaminationListener,
): Examination {
  const alignment = parts.createAlignment();
  let shownPhase: AlignmentPhase = alignment.phase;
  let shownCode = alignment.code;
  let frt: FrtMachine | null = null;
  let frtRunning = false;
  let shownPrompt = '';
  let told: FrtRepetitionRecord[] = [];
  let timeS = 0;
  const events: ProtocolEvent[] = [];

  function afterAlignment(): void {
    const stepped = alignment.phase !== shownPhase;
    const said = alignment.code !== shownCode;
    shownPhase = alignment.phase;
    shownCode = alignment.code;
    if (stepped && shownPhase === 'accepted' && alignment.result) listener.aligned(alignment.result);
    if (stepped) {
      const prompt = ALIGNMENT_PROMPT[shownPhase];
      if (prompt) listener.prompt(prompt);
    } else if (said) {
      // Asked once more in the same step: the subject has to do it once more.
      const prompt = ALIGNMENT_PROMPT[shownPhase];
      if (prompt && prompt !== 'sit-still') listener.prompt(prompt);
    }
    listener.alignmentChanged(stepped || said);
  }

  function afterFrt(): void {
    if (!frt) return;
    const { view } = frt;
    if (events.length > 0) listener.frtEvents(events);
    events.length = 0;
    for (let i = 0; i < view.repetitions.length; i++) {
      const record = view.repetitions[i]!;
      if (told[i] === record) continue;
      told[i] = record;
      listener.frtRepetition(i, record);
    }
    if (view.prompt !== shownPrompt) {
      shownPrompt = view.prompt;
      const prompt = FRT_PROMPT[view.prompt];
      if (prompt) listener.prompt(prompt);
    }
    if (frtRunning && (view.phase === 'finished' || view.phase === 'stopped')) {
      frtRunning = false;
      listener.frtEnded(view.phase);
    }
  }

  return {
    alignment,
    get frt() {
      return frt;
    },
    get frtRunning() {
      return frtRunning;
    },
    get alignmentRunning() {
      return alignmentRuns(alignment.phase);
    },
    get twistRad() {
      return frt && frtRunning ? frt.view.twistRad : Number.NaN;
    },
    get twistSigmaRad() {
      return frt && frtRunning ? frt.view.twistSigmaRad : Number.NaN;
    },
    get inclinationChangeRad() {
      return frt && frtRunning ? frt.view.inclinationChangeRad : Number.NaN;
    },
    onSample(sample, trunk = null) {
      timeS = sample.timeS;
      if (alignmentRuns(alignment.phase)) {
        alignment.update(sample);
        afterAlignment();
      }
      if (frt && frtRunning) {
        frt.update(sample, events, trunk);
        afterFrt();
      }
    },
    startAlignment(ledBy = 'patient') {
      if (frtRunning) throw new KitError('WRONG_STATE', 'a test is running');
      alignment.start(ledBy);
      shownPhase = 'none';
      afterAlignment();
    },
    cancelAlignment() {
      alignment.cancel();
      afterAlignment();
    },
    startFrt(settings) {
      if (frtRunning) throw new KitError('WRONG_STATE', 'a test is running');
      if (alignmentRuns(alignment.phase)) throw new KitError('WRONG_STATE', 'the alignment is running');
      frt = parts.createFrt(settings);
      frtRunning = true;
      shownPrompt = '';
      told = [];
      afterFrt();
    },
    applyFrt(event) {
      // The last repetition may be taken back after the end: the test then goes on.
      const reopens = frt?.view.phase === 'finished' && event.type === 'redo';
      if (!frt || !(frtRunning || reopens)) throw new KitError('WRONG_STATE', 'no test is running');
      frt.apply(event, timeS, events);
      frtRunning ||= frt.view.phase !== 'finished' && frt.view.phase !== 'stopped';
      afterFrt();
    },
    closeFrt() {
      if (frtRunning) throw new KitError('WRONG_STATE', 'a test is running');
      frt = null;
    },
  };
}
