import { KitError } from '../contract/errors.ts';
import { ATTITUDE_WISHES, type AttitudeWish } from '../devices/attitude-source.ts';
import { type Flags, textFlag } from './command.ts';

/** Where the attitude of sensors that send both comes from; 'usual' when nothing was said. Throws BAD_FLAG. */
export function attitudeFlag(flags: Flags): AttitudeWish {
  const text = textFlag(flags, 'attitude-from') ?? 'usual';
  const wish = ATTITUDE_WISHES.find((known) => known === text);
  if (!wish) throw new KitError('BAD_FLAG', `--attitude-from takes ${ATTITUDE_WISHES.join(', ')}`);
  return wish;
}
