/** One simulated trial in virtual time: alignment, FRT or CROM, then the re-measurement; each repetition with its truth. */

import { createAlignmentProcedure } from '../../../calibration/alignment.ts';
import { createHeadbandModel } from '../../../src/adapters/sim/headband-model.ts';
import { startOfflineRun } from '../../../src/adapters/sim/offline-run.ts';
import type { SubjectSettings } from '../../../src/adapters/sim/subject/settings.ts';
import { createSubject } from '../../../src/adapters/sim/subject/subject.ts';
import { rotationMatrix } from '../../../src/core/fusion/strapdown.ts';
import type { AngleUncertainty } from '../../../src/core/neck/uncertainty.ts';
import type { LiveSample } from '../../../src/core/pipeline.ts';
import { createPipeline } from '../../../src/core/pipeline-run.ts';
import { createCromMachine } from '../../../src/core/protocol/crom.ts';
import { createFrtMachine } from '../../../src/core/protocol/frt.ts';
import type { ProtocolEvent } from '../../../src/core/protocol/step.ts';
import { type RawTrial, type RescoreOptions, rescoreTrial } from '../../../src/core/rescore.ts';
import { cromLive, frtLive } from '../../../src/core/rescore-view.ts';
import { createSampleBlock, SampleFlag } from '../../../src/core/sample.ts';
import { headbandDriver } from '../../../src/devices/headband.ts';
import type { SubjectPrompt } from '../../../src/ports/sensor-source.ts';

export interface ScoredRepetition {
  readonly kind: 'frt' | 'crom';
  /** 'left', 'flexion' ...: from the truth. */
  readonly direction: string;
  /** What the kit said: counted, or why not. */
  readonly outcome: string;
  readonly sideError: boolean;
  readonly truthRad: number;
  readonly liveRad: number;
  readonly liveSigmaRad: number;
  /** NaN when it was void or could not be re-measured. */
  readonly angleRad: number;
  readonly uncertainty: AngleUncertainty | null;
}

export interface SubjectTrial {
  /** 'finished', or why there is no result. */
  readonly outcome: string;
  readonly repetitions: readonly ScoredRepetition[];
  readonly rescoreMs: number;
  readonly recordS: number;
  /** Alignments that were refused before one was accepted. */
  readonly refused: number;
  /** True error of the head axes about each of them, rad; NaN without an alignment. */
  readonly axesErrorRad: readonly number[];
  readonly axesSigmaRad: number;
}

export interface SubjectTrialOptions {
  readonly seed: number;
  readonly kind: 'frt' | 'crom';
  readonly subject: Partial<SubjectSettings>;
  readonly lossShare: number;
  readonly rescore?: RescoreOptions;
}

/** Growing columns of what the decoder gave. */
function createRecord() {
  const time: number[] = [];
  const gyr: number[] = [];
  const acc: number[] = [];
  const flags: number[] = [];
  return {
    add(block: ReturnType<typeof createSampleBlock>): void {
      for (let i = 0; i < block.count; i++) {
        if ((block.flags[i]! & SampleFlag.duplicate) !== 0) continue;
        time.push(block.tickUs[i]! * 1e-6);
        flags.push(block.flags[i]!);
        for (let k = 0; k < 3; k++) {
          gyr.push(block.gyrRadps[3 * i + k]!);
          acc.push(block.accMps2[3 * i + k]!);
        }
      }
    },
    columns: (): RawTrial => ({
      timeS: Float64Array.from(time),
      gyrRadps: Float64Array.from(gyr),
      accMps2: Float64Array.from(acc),
      flags: Uint32Array.from(flags),
    }),
  };
}

/** Small rotation of headFromSensor (true, 9 row by row) times sensorFromHead (found), about the head's axes. */
function axesError(out: number[], headFromSensor: ArrayLike<number>, sensorFromHead: ArrayLike<number>): void {
  const found = new Float64Array(9);
  rotationMatrix(found, sensorFromHead);
  const at = (i: number, j: number): number =>
    [0, 1, 2].reduce((sum, k) => sum + headFromSensor[3 * i + k]! * found[3 * k + j]!, 0);
  out[0] = (at(2, 1) - at(1, 2)) / 2;
  out[1] = (at(0, 2) - at(2, 0)) / 2;
  out[2] = (at(1, 0) - at(0, 1)) / 2;
}

const FRT_PROMPT: Readonly<Record<string, SubjectPrompt>> = {
  'frt.flex': 'lie-down-and-flex',
  'frt.turn-left': 'frt-left',
  'frt.turn-right': 'frt-right',
  'frt.return': 'frt-return',
  'frt.return-void': 'frt-return',
};

export async function runSubjectTrial(options: SubjectTrialOptions): Promise<SubjectTrial> {
  const { seed, kind, lossShare } = options;
  const subject = createSubject(seed, options.subject);
  const model = createHeadbandModel({ source: subject, seed, lossShare, jitterMs: 5, serial: `SIM-${seed}` });
  const run = await startOfflineRun({ model });
  const decoder = headbandDriver.createDecoder(run.description);
  const pipeline = createPipeline({ nominalRateHz: run.description.nominalRateHz, useDeviceQuaternion: false });
  const block = createSampleBlock();
  const record = createRecord();
  const runUntil = (seconds: number, onSample: (sample: LiveSample) => void, done: () => boolean): boolean => {
    run.advanceTo(run.nowUs + seconds * 1e6, (n) => {
      if (decoder.decode(n.characteristic, n.bytes, block) !== 'ok') return true;
      record.add(block);
      pipeline.push(block, n.arrivalUs, onSample);
      return !done();
    });
    return done();
  };

  // Band on, three seconds of stillness, then the alignment, then the test.
  runUntil(
    4,
    () => {},
    () => false,
  );
  const alignment = createAlignmentProcedure();
  const align = (): void => {
    let asked = '';
    alignment.start();
    run.prompt('sit-still');
    runUntil(
      60,
      (sample) => {
        alignment.update(sample);
        if (alignment.code === asked) return;
        asked = alignment.code ?? '';
        if (alignment.phase === 'nod') run.prompt('nod');
        else if (alignment.phase === 'turn-left') run.prompt('turn-left');
      },
      () => alignment.phase === 'accepted' || alignment.phase === 'rejected',
    );
  };
  // A refused alignment is done again, as in a clinic.
  let refused = 0;
  for (align(); alignment.phase === 'rejected' && refused < 3; refused++) align();
  const aligned = alignment.result;
  const axesErrorRad = [Number.NaN, Number.NaN, Number.NaN];
  const nothing = { repetitions: [], rescoreMs: 0, recordS: 0, refused, axesErrorRad, axesSigmaRad: Number.NaN };
  if (!aligned) return { ...nothing, outcome: alignment.code ?? 'align.none' };
  axesError(axesErrorRad, subject.truth.headFromSensor(model.sourceTimeS(run.nowUs)), aligned.sensorFromHead);
  pipeline.setAlignment(aligned);
  runUntil(
    3,
    () => {},
    () => false,
  );

  const events: ProtocolEvent[] = [];
  /** Source time at which each repetition began. */
  const beganS: number[] = [];
  const told = (): void => {
    for (const event of events) {
      if (event.type === 'rotation-started') beganS.push(model.sourceTimeS(run.nowUs));
    }
    events.length = 0;
  };
  const alignmentSigmaRad = aligned.sigmaRad;
  const frt = createFrtMachine({ practice: false, repetitionsPerSide: 3, alignmentSigmaRad });
  const crom = createCromMachine({ order: 'rounds', warmUps: 0, repetitions: 1, alignmentSigmaRad });
  const machine = kind === 'frt' ? frt : crom;
  let prompted = '';
  if (kind === 'crom') run.prompt('crom');
  runUntil(
    240,
    (sample) => {
      machine.update(sample, events);
      told();
      const { prompt, phase } = machine.view;
      if (kind === 'crom') {
        // A round is over and something was void: once more.
        const idle = subject.truth.activityAt(model.sourceTimeS(run.nowUs)) === 'rest';
        if (idle && phase === 'neutral') run.prompt('crom');
      } else if (prompt !== prompted) {
        prompted = prompt;
        const next = FRT_PROMPT[prompt];
        if (next) run.prompt(next);
      }
    },
    () => machine.view.phase === 'finished' || machine.view.phase === 'stopped',
  );
  runUntil(
    1,
    () => {},
    () => false,
  );

  const live = kind === 'frt' ? frtLive(frt.view.repetitions) : cromLive(crom.view.repetitions);
  const outcomes = machine.view.repetitions.map((r) => (r.status === 'rejected' ? String(r.reason) : 'counted'));
  const liveSigma =
    kind === 'frt'
      ? frt.view.repetitions.map((r) => r.sigmaRad)
      : crom.view.repetitions.map((r) => r.uncertainty?.sigmaRad ?? Number.NaN);
  const said = kind === 'frt' ? frt.view.repetitions.map((r) => r.side) : crom.view.repetitions.map((r) => r.direction);

  const raw = record.columns();
  const startedMs = performance.now();
  const rescored = rescoreTrial(raw, aligned, live, options.rescore);
  const rescoreMs = performance.now() - startedMs;
  const truth = subject.truth.performed();
  const repetitions = live.map((repetition, i): ScoredRepetition => {
    // The machine begins a repetition a moment after the head does: that moment lies inside the true movement.
    const at = beganS[i] ?? Number.NaN;
    const movement = truth.find((m) => m.kind === kind && m.startS <= at && at <= m.holdEndS);
    const again = rescored.ok ? rescored.value.repetitions[i]! : null;
    const outcome = outcomes[i]!;
    const failed = again === null ? (rescored.ok ? 'none' : rescored.reason) : again.reason;
    const counted = outcome === 'counted' && failed === null;
    return {
      kind,
      direction: movement?.direction ?? 'none',
      outcome: outcome !== 'counted' || failed === null ? outcome : `again-${failed}`,
      sideError: outcome === 'counted' && said[i] !== movement?.direction,
      truthRad: movement?.endRangeRad ?? Number.NaN,
      liveRad: repetition.angleRad,
      liveSigmaRad: liveSigma[i]!,
      angleRad: counted ? again!.angleRad : Number.NaN,
      uncertainty: counted ? again!.uncertainty : null,
    };
  });
  const recordS = raw.timeS.at(-1)! - raw.timeS[0]!;
  return {
    outcome: machine.view.phase,
    repetitions,
    rescoreMs,
    recordS,
    refused,
    axesErrorRad,
    axesSigmaRad: alignmentSigmaRad,
  };
}
