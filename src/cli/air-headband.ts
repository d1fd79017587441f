import { runPeripheral } from '../adapters/air/index.ts';
import type { HeadbandStats } from '../adapters/sim/headband-model.ts';
import { KitError } from '../contract/errors.ts';
import { readBroadMotion } from './broad-motion.ts';
import { type Command, textFlag } from './command.ts';
import { SUBJECT_OPTIONS, SUBJECT_USAGE, serialFlag, simulatedHeadband, simulationSettings } from './subject-flags.ts';

/** Asked and answered over IPC: what the headband has made, sent and lost on purpose. */
export type HeadbandQuestion = { readonly type: 'headband-stats' };
export type HeadbandAnswer = { readonly type: 'headband-stats'; readonly stats: HeadbandStats };

/** One simulated headband on the virtual radio; started by `serve --virtual-radio` and by `replay`. */
export const airHeadband: Command = {
  name: 'air-headband',
  summary: 'put one simulated headband on a virtual controller',
  usage: [
    '--h4 ADDRESS           the controller',
    '--serial TEXT',
    '--broad FILE           move as in a recording',
    ...SUBJECT_USAGE,
  ],
  internal: true,
  options: { h4: { type: 'string' }, serial: { type: 'string' }, broad: { type: 'string' }, ...SUBJECT_OPTIONS },
  async run(flags) {
    const h4Address = textFlag(flags, 'h4');
    if (!h4Address) throw new KitError('BAD_FLAG', '--h4 ADDRESS is missing');
    const broadFile = textFlag(flags, 'broad');
    const motion = broadFile ? await readBroadMotion(broadFile) : undefined;
    const model = simulatedHeadband(simulationSettings(flags), serialFlag(flags), motion);
    process.on('message', (message: HeadbandQuestion | { type: string }) => {
      if (message.type === 'headband-stats')
        process.send?.({ type: 'headband-stats', stats: model.stats } satisfies HeadbandAnswer);
    });
    await runPeripheral({ h4Address, model });
    // runPeripheral ends the process itself, when it is told to or when its parent is gone.
    return new Promise<number>(() => {});
  },
};
