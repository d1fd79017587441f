/** A fault in a file that was given to the validator, with its place. */

export const FAULT_CODES = [
  'empty-file',
  'not-utf8',
  'byte-order-mark',
  'line-end',
  'no-final-line-end',
  'quote-unclosed',
  'quote-inside',
  'text-after-quote',
  'control-character',
  'delimiter',
  'unknown-schema',
  'unknown-version',
  'column-missing',
  'column-unknown',
  'column-twice',
  'column-order',
  'empty-row',
  'cell-count',
  'required-empty',
  'not-a-number',
  'decimal-comma',
  'not-a-whole-number',
  'out-of-range',
  'not-true-or-false',
  'unknown-word',
  'time-form',
  'time-impossible',
  'formula',
  'reason-missing',
  'reason-not-needed',
  'row-twice',
  'contradiction',
  'too-many-faults',
] as const;

export type FaultCode = (typeof FAULT_CODES)[number];

export interface Fault {
  readonly code: FaultCode;
  /** Row of the file, the header being row 1; a cell with line ends counts as one row. Null: the file as a whole. */
  readonly row: number | null;
  /** The column's name in the file, or "column 7" where it has none. Null: the row as a whole. */
  readonly column: string | null;
  readonly message: string;
}
