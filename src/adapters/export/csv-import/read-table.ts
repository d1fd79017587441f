/** A CSV file of ours back into rows, under our own column names; only of a file that the validator has passed. */
import { KitError } from '../../../contract/errors.ts';
import { unguarded } from '../tables/cells.ts';
import { type ColumnMap, mappedColumns } from '../tables/column-map.ts';
import { tableOf } from '../tables/index.ts';
import type { TableRules } from '../tables/table.ts';
import { readCsv } from '../validate/csv-reader.ts';
import type { Fault } from '../validate/fault.ts';
import { validateCsv } from '../validate/validate.ts';

/** A file that can be read from its first byte more than once. */
export interface CsvFile {
  readonly name: string;
  readonly open: () => AsyncIterable<Uint8Array>;
}

export class TableRow {
  readonly #cells: ReadonlyMap<string, string>;
  /** In the file, from 1, the header. */
  readonly number: number;

  constructor(number: number, cells: ReadonlyMap<string, string>) {
    this.number = number;
    this.#cells = cells;
  }

  /** As it was before the guard against formulas; null: empty. */
  text(column: string): string | null {
    const cell = this.#cells.get(column) ?? '';
    return cell === '' ? null : unguarded(cell);
  }

  /** Of a column that the validator has found filled. */
  must(column: string): string {
    return this.text(column) ?? '';
  }

  words(column: string): string[] {
    return this.text(column)?.split(';') ?? [];
  }

  numberOf(column: string): number | null {
    const cell = this.#cells.get(column) ?? '';
    return cell === '' ? null : Number(cell);
  }

  is(column: string): boolean {
    return this.#cells.get(column) === 'true';
  }

  /** Null: empty. */
  flag(column: string): boolean | null {
    const cell = this.#cells.get(column) ?? '';
    return cell === '' ? null : cell === 'true';
  }

  /** Wall clock, ms. */
  timeMs(column: string): number | null {
    const cell = this.#cells.get(column) ?? '';
    return cell === '' ? null : Date.parse(cell);
  }
}

export interface ReadTable {
  readonly table: TableRules;
  readonly map: ColumnMap | null;
  readonly file: CsvFile;
  readonly rows: readonly TableRow[];
}

const place = ({ row, column, code, message }: Fault): string =>
  `${row === null ? 'the file' : `row ${row}`}${column === null ? '' : `, ${column}`}: ${code}: ${message}`;

const ignore = (): void => {};

/**
 * @throws KitError INVALID_DATA_FILE naming row and column of the first fault, BAD_COLUMN_MAP when the map leaves columns
 * out: of what is not in the file nothing can be rebuilt
 */
export async function readTable(file: CsvFile, maps: readonly ColumnMap[]): Promise<ReadTable> {
  let found = await validateCsv(file.open());
  let map: ColumnMap | null = null;
  // A mapped file has the names of another system: which of the maps it was made with is told by its columns.
  for (const candidate of found.ok ? [] : maps) {
    const mapped = await validateCsv(file.open(), { map: candidate });
    if (!mapped.ok && found.faultCount <= mapped.faultCount) continue;
    found = mapped;
    map = candidate;
    if (mapped.ok) break;
  }
  const table = found.schema === null ? null : tableOf(found.schema);
  if (!found.ok || !table) throw new KitError('INVALID_DATA_FILE', `${file.name}, ${place(found.faults[0]!)}`);
  if (map?.omit?.length) throw new KitError('BAD_COLUMN_MAP', `it leaves out ${map.omit.join(', ')}`);
  const columns = new Map(mappedColumns(table, map).map(({ name, column }) => [name, column.name]));
  const rows: TableRow[] = [];
  let header: readonly string[] = [];
  for await (const { row, cells } of readCsv(file.open(), ignore)) {
    if (row === 1) header = cells.map((name) => columns.get(name)!);
    else rows.push(new TableRow(row, new Map(header.map((name, at) => [name, cells[at] ?? '']))));
  }
  return { table, map, file, rows };
}
