/** A table that leaves the kit: its columns with types, units and limits, from which writer, dictionary and validator are made. */
import { numberCell, textCell, timeCell } from './cells.ts';

export interface ColumnRules {
  readonly name: string;
  readonly type: 'text' | 'number' | 'integer' | 'boolean' | 'time' | 'word' | 'words';
  /** Unit as UCUM writes it ('deg', 'deg/s', 's', 'd'); null where there is none. */
  readonly unit: string | null;
  /** A row without it is a fault. */
  readonly required: boolean;
  /** Of a 'word' or 'words' column: what may stand there; null: any. */
  readonly values: readonly string[] | null;
  readonly min: number | null;
  readonly max: number | null;
  /** Column that says why this one is empty: exactly one of the two is filled. */
  readonly reasonColumn: string | null;
  readonly description: string;
}

export interface Column<Row> extends ColumnRules {
  readonly of: (row: Row) => string | number | boolean | null;
}

export interface TableRules {
  /** Never changes. */
  readonly id: string;
  /** Raised when a column is renamed, removed or changes its meaning; not when one is added at the end. */
  readonly version: number;
  readonly title: string;
  /** Columns that together name a row: no two rows are alike in them. */
  readonly key: readonly string[];
  readonly columns: readonly ColumnRules[];
}

export interface Table<Row> extends TableRules {
  readonly columns: readonly Column<Row>[];
}

type Options = Partial<Omit<ColumnRules, 'name' | 'type' | 'description'>>;

/** A column with everything that was left out at its usual value. */
export function column<Row>(
  name: string,
  type: ColumnRules['type'],
  description: string,
  of: Column<Row>['of'],
  options: Options = {},
): Column<Row> {
  return {
    name,
    type,
    unit: null,
    required: false,
    values: null,
    min: null,
    max: null,
    reasonColumn: null,
    ...options,
    description,
    of,
  };
}

export function cellOf<Row>(one: Column<Row>, row: Row): string {
  const value = one.of(row);
  if (one.type === 'boolean') return value === null ? '' : value ? 'true' : 'false';
  if (one.type === 'time') return timeCell(typeof value === 'number' ? value : null);
  if (one.type === 'number' || one.type === 'integer') return numberCell(typeof value === 'number' ? value : null);
  return textCell(value === null ? null : String(value));
}
