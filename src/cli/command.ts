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
  /**
   * For a command whose answer under --json is always one line of JSON: that line, when its options cannot be read.
   * Left out: the error is one line on standard error, as of every command.
   */
  refusal?(error: KitError): string;
  /** Resolves with the exit code when the work is done. */
  run(flags: Flags, words: readonly string[]): Promise<number>;
}

export interface Parsed {
  readonly flags: Flags;
  readonly words: readonly string[];
}

/** Options whose value may be empty: what was sent in a notification may be nothing. */
const MAY_BE_EMPTY: ReadonlySet<string> = new Set(['hex']);

/** The options by themselves, each value in one piece with its name: "--days -1" is the number -1, not an option "-1". */
function joined(command: Command, argv: readonly string[]): string[] {
  const args: string[] = [];
  for (const text of argv) {
    const name = args.at(-1)?.match(/^--([a-z0-9-]+)$/)?.[1];
    if (name !== undefined && command.options[name]?.type === 'string' && /^-\d/.test(text))
      args.push(`${args.pop()}=${text}`);
    else args.push(text);
  }
  return args;
}

/** What is wrong with one option or word, in our own words; null: nothing. */
function mistake(command: Command, argv: readonly string[]): string | null {
  const { words = [], optionalWords = [], options } = command;
  const most = words.length + optionalWords.length;
  const given: string[] = [];
  const { tokens } = parseArgs({ args: [...argv], options, allowPositionals: true, strict: false, tokens: true });
  for (const token of tokens) {
    if (token.kind === 'positional') given.push(token.value);
    if (token.kind !== 'option') continue;
    const { name, rawName, value } = token;
    const option = options[name];
    if (!option || !rawName.startsWith('--')) return `"${command.name}" has no option ${rawName}`;
    if (option.type === 'boolean' && value !== undefined) return `--${name} takes no value`;
    if (option.type === 'boolean') continue;
    if (value === undefined || (!token.inlineValue && value.startsWith('-'))) return `--${name} needs a value`;
    if (value.trim() === '' && !MAY_BE_EMPTY.has(name)) return `--${name} is empty`;
    if (value.includes('\0')) return `--${name} holds a character that no name has`;
  }
  if (given.length < words.length) return `${words[given.length]} is missing`;
  if (given.length > most) return `"${given[most]}" is one word too many`;
  const empty = given.findIndex((word) => word.trim() === '' || word.includes('\0'));
  return empty < 0 ? null : `${[...words, ...optionalWords][empty]} is empty`;
}

/** Parses against the command's own options and words. Throws BAD_FLAG, naming the option or the missing word. */
export function parseFlags(command: Command, argv: readonly string[]): Parsed {
  const args = joined(command, argv);
  const wrong = mistake(command, args);
  if (wrong !== null) throw new KitError('BAD_FLAG', wrong);
  const { values, positionals } = parseArgs({ args, options: command.options, allowPositionals: true, strict: true });
  return { flags: values as Flags, words: positionals };
}

function boundedFlag(flags: Flags, name: string, min: number, max: number, whole: boolean): number | undefined {
  const text = flags[name];
  if (text === undefined) return undefined;
  const value = typeof text === 'string' && text.trim() !== '' ? Number(text) : Number.NaN;
  if (value >= min && value <= max && (!whole || Number.isInteger(value))) return value;
  throw new KitError('BAD_FLAG', `--${name} takes a ${whole ? 'whole number' : 'number'} from ${min} to ${max}`);
}

/** A number within bounds, or BAD_FLAG. Undefined flag: the default. */
export const numberFlag = (flags: Flags, name: string, fallback: number, min: number, max: number): number =>
  boundedFlag(flags, name, min, max, false) ?? fallback;

/** Like numberFlag, for whole numbers. */
export const integerFlag = (flags: Flags, name: string, fallback: number, min: number, max: number): number =>
  boundedFlag(flags, name, min, max, true) ?? fallback;

export function textFlag(flags: Flags, name: string): string | undefined {
  const text = flags[name];
  return typeof text === 'string' ? text : undefined;
}
