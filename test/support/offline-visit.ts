/** A visit in virtual time: simulated headband, driver, ingest, alignment and FRT, as fast as the machine can. */
import { createHeadbandModel } from '../../src/adapters/sim/headband-model.ts';
import { startOfflineRun } from '../../src/adapters/sim/offline-run.ts';
import type { SubjectSettings } from '../../src/adapters/sim/subject/settings.ts';
import { createSubject, type Subject } from '../../src/adapters/sim/subject/subject.ts';
import type { FrtRepetitionRecord } from '../../src/core/protocol/frt-types.ts';
import type { Side } from '../../src/core/protocol/step.ts';
import { DEG_PER_RAD } from '../../src/core/units.ts';
import { headbandDriver } from '../../src/devices/headband.ts';
import { createExamination, type Examination } from '../../src/gateway/examination.ts';
import { createIngest } from '../../src/gateway/ingest.ts';
import { DEFAULT_PARTS } from '../../src/gateway/kit-parts.ts';
import type { RawNotification, StreamDescription } from '../../src/ports/sensor-source.ts';

export interface OfflineVisit {
  readonly subject: Subject;
  /** 'finished', or how far it came. */
  readonly outcome: 'finished' | 'stopped' | 'alignment rejected' | 'out of time';
  readonly alignmentCode: string | null;
  readonly repetitions: readonly FrtRepetitionRecord[];
  /** Mean of the counted repetitions, deg, as a magnitude; NaN when there is none. */
  meanDeg(side: Side): number;
  /** Mean of the true end ranges of the same repetitions, deg. */
  truthDeg(side: Side): number;
  /**
   * Repetitions that were not rejected with the true end range of their movement, rad, signed. Both follow each other one to
   * one once the movements that went wrong by the subject's settings are left out.
   */
  truthPairs(): readonly { readonly repetition: FrtRepetitionRecord; readonly truthRad: number }[];
  /** Subject's time when it ended, and what of it the test took, s. */
  readonly tookS: number;
  readonly testS: number;
}

export interface OfflineVisitOptions {
  readonly seed: number;
  readonly subject?: Partial<SubjectSettings>;
  readonly lossShare?: number;
  readonly jitterMs?: number;
  /** Counted repetitions a side (3), and one before them to get used to it (yes). */
  readonly repetitionsPerSide?: number;
  readonly practice?: boolean;
  /** Every notification of the visit, as it arrives; the bytes are reused by nobody. */
  readonly onNotification?: (notification: RawNotification, description: StreamDescription) => void;
}

/** Idle before the alignment and between it and the test, and the longest that a visit may take, s. */
const IDLE_S = 4;
const LIMIT_S = 240;

export async function runOfflineVisit(options: OfflineVisitOptions): Promise<OfflineVisit> {
  const { seed, lossShare = 0, jitterMs = 0, repetitionsPerSide = 3, practice = true } = options;
  const subject = createSubject(seed, options.subject);
  const model = createHeadbandModel({ source: subject, seed, lossShare, jitterMs, serial: `SIM-${seed}` });
  const run = await startOfflineRun({ model });
  const parts = DEFAULT_PARTS;
  let alignmentSigmaRad = Number.NaN;
  let ended: 'finished' | 'stopped' | null = null;
  const repetitions: FrtRepetitionRecord[] = [];
  const examination: Examination = createExamination(parts, {
    prompt: (code) => run.prompt(code),
    alignmentChanged: () => {},
    aligned(alignment) {
      alignmentSigmaRad = alignment.sigmaRad;
      ingest.setAlignment(alignment);
    },
    frtEvents: () => {},
    frtRepetition(index, record) {
      repetitions[index] = record;
    },
    frtEnded(status) {
      ended = status;
    },
  });
  const ingest = createIngest({
    createPipeline: parts.createPipeline,
    createDecoder: (description) => headbandDriver.createDecoder(description),
    onSample: (sample) => examination.onSample(sample),
  });
  ingest.begin(run.description);
  const startUs = run.nowUs;
  const runUntil = (seconds: number, done: () => boolean): boolean => {
    run.advanceTo(run.nowUs + seconds * 1e6, (notification) => {
      options.onNotification?.(notification, run.description);
      ingest.push(notification);
      return !done();
    });
    return done();
  };

  let testFromUs = Number.NaN;
  let outcome: OfflineVisit['outcome'] = 'out of time';
  runUntil(IDLE_S, () => false);
  examination.startAlignment();
  if (runUntil(60, () => !examination.alignmentRunning) && alignmentSigmaRad >= 0) {
    runUntil(IDLE_S, () => false);
    testFromUs = run.nowUs;
    examination.startFrt({
      repetitionsPerSide,
      practice,
      autoConfirm: true,
      firstSide: 'left',
      alignmentSigmaRad,
    });
    if (runUntil(LIMIT_S, () => ended !== null)) outcome = ended ?? 'stopped';
  } else {
    outcome = 'alignment rejected';
  }

  const counted = (side: Side) => repetitions.filter((r) => r.status === 'counted' && r.side === side);
  const mean = (values: number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;
  const truth = subject.truth.performed().filter((m) => m.kind === 'frt');
  return {
    subject,
    outcome,
    alignmentCode: examination.alignment.code,
    repetitions,
    meanDeg: (side) => mean(counted(side).map((r) => Math.abs(r.twistRad) * DEG_PER_RAD)),
    // Repetitions and movements follow each other one to one: what was rejected was performed too.
    truthDeg: (side) =>
      mean(
        repetitions.flatMap((r, i) => {
          const movement = truth[i];
          return movement && r.status === 'counted' && r.side === side
            ? [Math.abs(movement.endRangeRad) * DEG_PER_RAD]
            : [];
        }),
      ),
    truthPairs() {
      const good = truth.filter(({ fault }) => fault === null);
      const kept = repetitions.filter(({ status }) => status !== 'rejected');
      if (good.length !== kept.length) throw new Error(`${kept.length} repetitions of ${good.length} good movements`);
      return kept.map((repetition, i) => ({ repetition, truthRad: good[i]!.endRangeRad }));
    },
    tookS: (run.nowUs - startUs) * 1e-6,
    testS: (run.nowUs - testFromUs) * 1e-6,
  };
}
