import { runPeripheral } from '../adapters/air/index.ts';
import type { SensorStats } from '../adapters/sim/sensor-model.ts';
import type { Matrix3 } from '../adapters/sim/subject/rotation.ts';
import { createSubject } from '../adapters/sim/subject/subject.ts';
import { KitError } from '../contract/errors.ts';
import { readBroadMotion } from './broad-motion.ts';
import { type Command, integerFlag, textFlag } from './command.ts';
import { h4Flag } from './h4-flag.ts';
import {
  DEFAULT_DEVICE,
  faultFlag,
  SUBJECT_OPTIONS,
  SUBJECT_USAGE,
  serialFlag,
  simulatedSensor,
  simulationSettings,
} from './subject-flags.ts';

/** Asked and answered over IPC: what the sensor has made, sent and lost on purpose; the true poses of what it sent. */
export type DeviceQuestion = { readonly type: 'device-stats' } | { readonly type: 'device-truth' };
export type DeviceAnswer =
  | { readonly type: 'device-stats'; readonly stats: SensorStats }
  /** worldFromSensor of every sample that was handed to the radio, in order; empty without `--truth`. */
  | { readonly type: 'device-truth'; readonly worldFromSensor: Matrix3[] };

/** One simulated sensor on the virtual radio; started by `serve --virtual-radio`, by `replay` and by benches. */
export const airDevice: Command = {
  name: 'air-device',
  summary: 'put one simulated sensor on a virtual controller',
  usage: [
    '--h4 ADDRESS           the controller',
    `--device ID            which sensor (default ${DEFAULT_DEVICE})`,
    '--serial TEXT',
    '--mtu N                largest ATT MTU that it agrees to (default 247)',
    '--broad FILE           move as in a recording',
    '--fault NAME           a headband with this defect (docs/conformance.md)',
    '--truth                keep the true pose of every sample for whoever started this',
    ...SUBJECT_USAGE,
  ],
  internal: true,
  options: {
    h4: { type: 'string' },
    device: { type: 'string' },
    serial: { type: 'string' },
    mtu: { type: 'string' },
    broad: { type: 'string' },
    fault: { type: 'string' },
    truth: { type: 'boolean' },
    ...SUBJECT_OPTIONS,
  },
  async run(flags) {
    const h4Address = h4Flag(flags);
    if (!h4Address) throw new KitError('BAD_FLAG', '--h4 ADDRESS is missing');
    const settings = simulationSettings(flags);
    const mtuMax = integerFlag(flags, 'mtu', 247, 23, 517);
    const broadFile = textFlag(flags, 'broad');
    const subject = createSubject(settings.seed, settings.subject);
    const sentAtS: number[] = [];
    const model = simulatedSensor(settings, textFlag(flags, 'device') ?? DEFAULT_DEVICE, serialFlag(flags), {
      ...(broadFile ? { source: await readBroadMotion(broadFile) } : flags['truth'] ? { source: subject } : {}),
      fault: faultFlag(flags),
      ...(flags['truth'] ? { onSampleSent: (timeS) => sentAtS.push(timeS) } : {}),
    });
    process.on('message', (message: DeviceQuestion | { type: string }) => {
      const tell = (answer: DeviceAnswer): void => void process.send?.(answer);
      if (message.type === 'device-stats') tell({ type: 'device-stats', stats: model.stats });
      if (message.type === 'device-truth')
        tell({
          type: 'device-truth',
          worldFromSensor: sentAtS.map((timeS) => subject.truth.worldFromSensor(timeS)),
        });
    });
    await runPeripheral({ h4Address, model, mtuMax });
    // runPeripheral ends the process itself, when it is told to or when its parent is gone.
    return new Promise<number>(() => {});
  },
};
