/** A command of the kit, run in this process: what it writes to standard output. */
import { vi } from 'vitest';
import { parseFlags } from '../../src/cli/command.ts';
import { COMMANDS } from '../../src/cli/commands.ts';

/** @throws KitError as the command does */
export async function runCommand(name: string, ...argv: string[]): Promise<string> {
  const command = COMMANDS.find((one) => one.name === name)!;
  let out = '';
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += String(text);
    return true;
  });
  try {
    const { flags, words } = parseFlags(command, argv);
    await command.run(flags, words);
  } finally {
    spy.mockRestore();
  }
  return out;
}
