import { type StackChoice, stackChoiceOf } from '../adapters/ble/index.ts';
import { KitError } from '../contract/errors.ts';
import { type Flags, textFlag } from './command.ts';

/** The Bluetooth library that was asked for; 'auto' when none was. Throws BAD_FLAG. */
export function stackFlag(flags: Flags): StackChoice {
  const choice = stackChoiceOf(textFlag(flags, 'ble-stack') ?? 'auto');
  if (!choice) throw new KitError('BAD_FLAG', '--ble-stack takes abandonware, stoprocent or auto');
  return choice;
}
