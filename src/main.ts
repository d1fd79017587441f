/** The command line: finds the command, parses its flags, and turns every error into one line with its remedy. */
import type { Command } from './cli/command.ts';
import { parseFlags } from './cli/command.ts';
import { ERRORS, KitError } from './contract/errors.ts';

async function help(name: string | undefined): Promise<number> {
  if (name !== undefined) {
    const one = await find(name);
    process.stdout.write(`${one.name}: ${one.summary}\n\n${one.usage.map((line) => `  ${line}\n`).join('')}`);
    return 0;
  }
  process.stdout.write('npm run -s cli -- COMMAND [options]\n\n');
  const { COMMANDS } = await import('./cli/commands.ts');
  for (const command of COMMANDS.filter((c) => !c.internal)) {
    process.stdout.write(`  ${command.name.padEnd(12)} ${command.summary}\n`);
  }
  process.stdout.write(`  ${'help'.padEnd(12)} this list, or with a command's name its options\n\n`);
  process.stdout.write('npm start takes the options of "serve" after two dashes: npm start -- --port 9000\n');
  return 0;
}

async function find(name: string): Promise<Command> {
  // Who asks the doctor wants an answer soon, also on a slow computer: nothing else is loaded for it.
  if (name === 'doctor') return (await import('./cli/doctor.ts')).doctor;
  const { COMMANDS } = await import('./cli/commands.ts');
  const command = COMMANDS.find((c) => c.name === name);
  if (!command) throw new KitError('BAD_FLAG', `there is no command "${name}"`);
  return command;
}

async function main(argv: readonly string[]): Promise<number> {
  const [name = 'help', ...rest] = argv;
  if (name === 'help' || name === '--help' || name === '-h') return help(rest[0]);
  if (rest.includes('--help') || rest.includes('-h')) return help((await find(name)).name);
  const command = await find(name);
  try {
    const { flags, words } = parseFlags(command, rest);
    return await command.run(flags, words);
  } catch (error) {
    if (!(error instanceof KitError && command.refusal && rest.includes('--json'))) throw error;
    process.stdout.write(`${command.refusal(error)}\n`);
    return exitCodeOf(error);
  }
}

const exitCodeOf = (error: KitError): number => (error.code === 'BAD_FLAG' ? 2 : 1);

function explain(error: unknown): number {
  if (error instanceof KitError) {
    process.stderr.write(`${error.code}: ${error.message} ${error.hint}\n`);
    return exitCodeOf(error);
  }
  const text = error instanceof Error ? (process.env['NECK_DEBUG'] ? error.stack : error.message) : String(error);
  process.stderr.write(`INTERNAL: ${ERRORS.INTERNAL.message} (${text}) ${ERRORS.INTERNAL.hint}\n`);
  return 1;
}

// The radio process and open sockets must not keep a finished command alive.
process.exit(await main(process.argv.slice(2)).catch(explain));
