/** What a command is, and how a command says that it cannot do what it was asked. */
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { KitError } from '../contract/errors.ts';

export type Flags = Readonly<Record<string, string | boolean | undefined>>;

export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** The lines that `help NAME` prints below the summary. */
  readonly usage: readonly string[];
  /** Started by the kit itself; not in the list of commands. */
  readonly internal?: boolean;
  readonly options: NonNullable<ParseArgsConfig['options']>;
  /** Words that it takes beside its options, in order, for the message when they are missing: ["FILE"]. */
  readonly words?: readonly string[];
  /** Words that may follow those. */
  readonly optionalWords?: readonly string[];
  /** Resolves with the exit code when the work is done. */
  run(flags: Flags, words: readonly string[]): Promise<number>;
}

export interface Parsed {
  readonly flags: Flags;
  readonly words: readonly string[];
}

/** Parses against the command's own options and words. Throws BAD_FLAG, naming the option or the missing word. */
export function parseFlags(command: Command, argv: readonly string[]): Parsed {
  const { words = [], optionalWords = [] } = command;
  const most = words.length + optionalWords.length;
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      options: command.options,
      allowPositionals: most > 0,
      strict: true,
    });
    if (positionals.length < words.length) throw new Error(`${words[positionals.length]} is missing`);
    if (positionals.length > most) throw new Error(`"${positionals[most]}" is one word too many`);
    return { flags: values as Flags, words: positionals };
  } catch (error) {
    throw new KitError('BAD_FLAG', error instanceof Error ? error.message.split('. ')[0] : String(error));
  }
}

/** A number within bounds, or BAD_FLAG. Undefined flag: the default. */
export function numberFlag(flags: Flags, name: string, fallback: number, min: number, max: number): number {
  const text = flags[name];
  if (text === undefined) return fallback;
  const value = typeof text === 'string' && text.trim() !== '' ? Number(text) : Number.NaN;
  if (!(value >= min && value <= max)) throw new KitError('BAD_FLAG', `--${name} takes a number from ${min} to ${max}`);
  return value;
}

/** Like numberFlag, for whole numbers. */
export function integerFlag(flags: Flags, name: string, fallback: number, min: number, max: number): number {
  const value = numberFlag(flags, name, fallback, min, max);
  if (!Number.isInteger(value)) throw new KitError('BAD_FLAG', `--${name} takes a whole number from ${min} to ${max}`);
  return value;
}

export function textFlag(flags: Flags, name: string): string | undefined {
  const text = flags[name];
  return typeof text === 'string' ? text : undefined;
}
