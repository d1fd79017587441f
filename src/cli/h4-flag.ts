import { KitError } from '../contract/errors.ts';
import { parseH4Address } from '../wire/h4.ts';
import { type Flags, textFlag } from './command.ts';

/** Where a Bluetooth controller listens; undefined when it was not said. Throws BAD_FLAG. */
export function h4Flag(flags: Flags): string | undefined {
  const address = textFlag(flags, 'h4');
  if (address !== undefined && parseH4Address(address) === null)
    throw new KitError('BAD_FLAG', '--h4 takes unix:/path or tcp:host:port');
  return address;
}
