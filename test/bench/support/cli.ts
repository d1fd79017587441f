/** Command line of the benches: --data FOLDER and --json; progress on standard error, one coded line on failure. */
import { pathToFileURL } from 'node:url';
import { KitError } from '../../../src/contract/errors.ts';
import { defaultFolder } from './broad.ts';

export interface BenchArguments {
  readonly folder: string;
  readonly json: boolean;
  readonly progress: (line: string) => void;
}

/** Null when the module was imported rather than run. Ends the process with status 2 on an unknown option. */
export function readArguments(moduleUrl: string): BenchArguments | null {
  const script = process.argv[1];
  if (script === undefined || pathToFileURL(script).href !== moduleUrl) return null;
  const args = process.argv.slice(2);
  let folder = defaultFolder();
  let json = false;
  for (let i = 0; i < args.length; i++) {
    if (args[i] === '--json') json = true;
    else if (args[i] === '--data' && args[i + 1] !== undefined) folder = args[++i]!;
    else fail(`BAD_FLAG: "${args[i]}" is not known here; use --data FOLDER and --json`);
  }
  return { folder, json, progress: (line) => process.stderr.write(`${line}\n`) };
}

function fail(line: string): never {
  process.stderr.write(`${line}\n`);
  process.exit(2);
}

/** Runs and prints: JSON in one line, or a table for people. A missing folder is one coded line, status 2. */
export async function report(
  args: BenchArguments,
  run: () => Record<string, unknown> | Promise<Record<string, unknown>>,
  print: (result: Record<string, unknown>) => string = (result) => JSON.stringify(result, round, 2),
): Promise<void> {
  try {
    const result = await run();
    process.stdout.write(`${args.json ? JSON.stringify(result, round) : print(result)}\n`);
  } catch (error) {
    if (error instanceof KitError) fail(`${error.code}: ${error.message} ${error.hint}`);
    fail(`INTERNAL: ${error instanceof Error ? error.message : String(error)}`);
  }
}

const round = (_key: string, value: unknown): unknown =>
  typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(6)) : value;
