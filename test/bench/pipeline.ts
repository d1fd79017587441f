/**
 * The whole sample path (pipeline and the machine of a test) over simulated trials, one after the other: time per sample, and how
 * often the garbage collector ran. What allocates nothing never makes it run.
 */
import { PerformanceObserver } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createAlignmentProcedure } from '../../calibration/alignment.ts';
import type { LiveSample, Pipeline } from '../../src/core/pipeline.ts';
import { createPipeline } from '../../src/core/pipeline-run.ts';
import { createCromMachine } from '../../src/core/protocol/crom.ts';
import { createFrtMachine } from '../../src/core/protocol/frt.ts';
import type { MotionSample, ProtocolEvent } from '../../src/core/protocol/step.ts';
import { createSampleBlock, type SampleBlock } from '../../src/core/sample.ts';
import { mul, rotX, rotY, Script, sense, toBlocks } from '../support/subject-motion.ts';

const SAMPLES = 400_000;
/** Enough for every branch to be compiled, on a busy machine too. */
const WARM_UP_LAPS = 12;
const PER_BLOCK = 5;
const RATE_HZ = 100;

/** Samples as columns, so that the measured loop has nothing to make. */
interface Recording {
  readonly count: number;
  readonly blocks: readonly SampleBlock[];
}

/** What both tests have in common. */
interface Machine {
  update(sample: MotionSample, events: ProtocolEvent[]): void;
  readonly view: { readonly repetitions: readonly unknown[] };
}

/** One visit: alignment, the test with all its repetitions, and back to where it began. */
interface Visit {
  readonly script: Script;
  readonly content: 'inertial' | 'quaternion';
  readonly create: () => Machine;
}

function frtScript(): Script {
  const script = new Script().align().lieDownAndFlex();
  for (const end of [40, -35, 41, -34, 40, -35, 42, -36]) script.frt(end);
  return script.add({ flexion: 0, moveS: 2 }).add({ recline: 0, moveS: 3, stayS: 2 });
}

function cromScript(): Script {
  const ends = [{ flexion: 45 }, { flexion: -50 }, { axial: 60 }, { axial: -62 }, { lateral: 35 }, { lateral: -36 }];
  const script = new Script().align();
  for (let i = 0; i < 4; i++) {
    for (const end of ends) {
      script.add({ ...end, moveS: 2, stayS: 1.2 }).add({ flexion: 0, lateral: 0, axial: 0, moveS: 2, stayS: 1.5 });
    }
  }
  return script;
}

function record({ script, content }: Visit): Recording {
  const blocks: SampleBlock[] = [];
  let count = 0;
  const mount = mul(rotY(12), rotX(-20));
  const noise = { gyroNoiseDps: 0.07, accNoise: 0.02, gyroBiasDps: [0.4, -0.3, 0.2], tremorDeg: 0.03 } as const;
  toBlocks(
    sense(script, { mount, rateHz: RATE_HZ, ...noise }),
    (block) => {
      const copy = createSampleBlock(PER_BLOCK);
      copy.count = block.count;
      for (const column of ['tickUs', 'counter', 'quat', 'gyrRadps', 'accMps2', 'flags'] as const) {
        copy[column].set(block[column]);
      }
      blocks.push(copy);
      count += copy.count;
    },
    { perBlock: PER_BLOCK, content },
  );
  return { count, blocks };
}

/** Runs one lap of the recording, `at` samples after the first. */
function lap(
  recording: Recording,
  block: SampleBlock,
  at: number,
  pipeline: Pipeline,
  onSample: (sample: LiveSample) => void,
): void {
  const shiftUs = (at * 1e6) / RATE_HZ;
  for (const from of recording.blocks) {
    block.count = from.count;
    block.tickUs.set(from.tickUs);
    block.counter.set(from.counter);
    block.quat.set(from.quat);
    block.gyrRadps.set(from.gyrRadps);
    block.accMps2.set(from.accMps2);
    for (let i = 0; i < from.count; i++) {
      block.tickUs[i] = block.tickUs[i]! + shiftUs;
      block.counter[i] = block.counter[i]! + at;
    }
    pipeline.push(block, 5e6 + 7000 + block.tickUs[from.count - 1]!, onSample);
  }
}

interface Figures {
  readonly samples: number;
  readonly nsPerSample: number;
  readonly gcs: number;
  /** What the heap grew by; null when a collection ran and the figure means nothing. */
  readonly bytesPerSample: number | null;
  readonly repetitions: number;
}

async function measure(visit: Visit): Promise<Figures> {
  const recording = record(visit);
  const laps = Math.ceil(SAMPLES / recording.count);
  const pipeline = createPipeline({ nominalRateHz: RATE_HZ, useDeviceQuaternion: visit.content === 'quaternion' });
  const alignment = createAlignmentProcedure();
  // One machine a lap, made beforehand: making one is not the sample path.
  const machines: Machine[] = Array.from({ length: WARM_UP_LAPS + laps }, () => visit.create());
  const events: ProtocolEvent[] = [];
  let machine = machines[0]!;
  const onSample = (sample: LiveSample): void => machine.update(sample, events);
  const block = createSampleBlock(PER_BLOCK);

  // Aligned once, on a lap of its own.
  alignment.start();
  lap(recording, block, 0, pipeline, (sample) => alignment.result ?? alignment.update(sample));
  if (!alignment.result) throw new Error('the simulated subject was not aligned');
  pipeline.setAlignment(alignment.result);

  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const collections: number[] = [];
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) collections.push(entry.startTime);
  });
  const delivered = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 50));
  let ns = 0n;
  let heapBefore = 0;
  let beginMs = 0;
  for (let k = 0; k < machines.length; k++) {
    // The compiler works beside us and needs a turn of the event loop to hand over what it has made.
    if (k <= WARM_UP_LAPS) await delivered();
    if (k === WARM_UP_LAPS) {
      collect();
      await delivered();
      observer.observe({ entryTypes: ['gc'] });
      heapBefore = process.memoryUsage().heapUsed;
      beginMs = performance.now();
    }
    machine = machines[k]!;
    const from = process.hrtime.bigint();
    lap(recording, block, (k + 1) * recording.count, pipeline, onSample);
    if (k >= WARM_UP_LAPS) ns += process.hrtime.bigint() - from;
    events.length = 0;
  }
  const grewBy = process.memoryUsage().heapUsed - heapBefore;
  const endMs = performance.now();
  await delivered();
  observer.disconnect();
  // Told late, and with those that we asked for ourselves: what counts is when they ran.
  const gcs = collections.filter((at) => at >= beginMs && at <= endMs).length;
  const samples = laps * recording.count;
  const bytesPerSample = gcs === 0 ? Number((grewBy / samples).toPrecision(3)) : null;
  const repetitions = machines.slice(WARM_UP_LAPS).reduce((sum, m) => sum + m.view.repetitions.length, 0);
  return { samples, nsPerSample: Math.round(Number(ns) / samples), gcs, bytesPerSample, repetitions };
}

const result = {
  frt: await measure({ script: frtScript(), content: 'inertial', create: () => createFrtMachine() }),
  frtFromQuaternions: await measure({ script: frtScript(), content: 'quaternion', create: () => createFrtMachine() }),
  crom: await measure({ script: cromScript(), content: 'inertial', create: () => createCromMachine() }),
};
if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify(result)}\n`);
else {
  for (const [kind, r] of Object.entries(result)) {
    process.stdout.write(
      `${kind}: ${r.nsPerSample} ns per sample, ${r.gcs} garbage collections and ${r.bytesPerSample ?? '?'} bytes per sample in ${r.samples} samples (${r.repetitions} repetitions)\n`,
    );
  }
}
