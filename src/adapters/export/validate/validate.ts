/**
 * Checks a CSV file against its table, row by row, in a stream. The table is known by the first row's schema_id, or is
 * said; a column map is applied the other way round.
 */
import { type ColumnMap, type MappedColumn, mappedColumns } from '../tables/column-map.ts';
import { TABLES } from '../tables/index.ts';
import type { TableRules } from '../tables/table.ts';
import { cellFault } from './cell-rules.ts';
import { type RawRow, readCsv } from './csv-reader.ts';
import type { Fault } from './fault.ts';
import { contradictions, reasonFaults } from './row-rules.ts';

export interface Validation {
  readonly ok: boolean;
  /** Null: it could not be told which table this is. */
  readonly schema: string | null;
  readonly version: number | null;
  /** Without the header. */
  readonly rows: number;
  /** Faults beyond the first hundred are counted, not listed. */
  readonly faults: readonly Fault[];
  readonly faultCount: number;
}

export interface ValidationOptions {
  readonly schema?: string;
  readonly map?: ColumnMap | null;
}

const LISTED_FAULTS = 100;

/** The table that shares most columns with the header; null when none shares any. */
function tableOfHeader(header: readonly string[]): TableRules | null {
  const shared = (table: TableRules): number => table.columns.filter(({ name }) => header.includes(name)).length;
  const best = [...TABLES].sort((a, b) => shared(b) - shared(a))[0]!;
  return shared(best) > 0 ? best : null;
}

interface Layout {
  readonly table: TableRules;
  /** In the order of the file; null: an unknown column. */
  readonly columns: readonly (MappedColumn | null)[];
  readonly known: readonly MappedColumn[];
  /** Place in the file of each of `known`. */
  readonly places: readonly number[];
}

function layoutOf(header: RawRow, options: ValidationOptions, tell: (fault: Fault) => void): Layout | null {
  const wanted = options.schema ?? options.map?.schema;
  const table = wanted ? TABLES.find(({ id }) => id === wanted) : tableOfHeader(header.cells);
  const only = header.cells.length === 1 ? header.cells[0]! : '';
  if (/[;\t|]/.test(only)) {
    const mark = /[;\t|]/.exec(only)![0];
    const message = `the cells are separated by ${mark === '\t' ? 'tabs' : `"${mark}"`}; commas are meant`;
    tell({ code: 'delimiter', row: 1, column: null, message });
    return null;
  }
  if (!table) {
    const message = `the header is that of none of ${TABLES.map(({ id }) => id).join(', ')}`;
    tell({ code: 'unknown-schema', row: 1, column: null, message });
    return null;
  }
  const expected = mappedColumns(table, options.map ?? null);
  const columns = header.cells.map((name, index) => {
    const found = expected.find((one) => one.name === name) ?? null;
    const column = name === '' ? `column ${index + 1}` : name;
    if (!found) tell({ code: 'column-unknown', row: 1, column, message: `${table.id} has no such column` });
    if (header.cells.indexOf(name) < index)
      tell({ code: 'column-twice', row: 1, column, message: 'it stands there twice' });
    return found;
  });
  for (const { name } of expected)
    if (!header.cells.includes(name))
      tell({ code: 'column-missing', row: 1, column: name, message: 'it is not there' });
  const places = expected.map(({ name }) => header.cells.indexOf(name)).filter((place) => place >= 0);
  const known = places.map((place) => columns[place]!);
  const late = places.findIndex((place, index) => index > 0 && place < places[index - 1]!);
  if (late > 0) {
    const message = `it stands before "${known[late - 1]!.name}"; the order is that of the dictionary`;
    tell({ code: 'column-order', row: 1, column: known[late]!.name, message });
  }
  return { table, columns, known, places };
}

function checkRow({ row, cells }: RawRow, layout: Layout, keys: Set<string>, tell: (fault: Fault) => void): void {
  const { table, columns, known, places } = layout;
  if (cells.length === 1 && cells[0] === '') {
    tell({ code: 'empty-row', row, column: null, message: 'there is nothing in this row' });
    return;
  }
  if (cells.length !== columns.length) {
    const message = `${cells.length} cells, the header has ${columns.length}`;
    const column = cells.length < columns.length ? columns[cells.length]?.name : `column ${columns.length + 1}`;
    tell({ code: 'cell-count', row, column: column ?? null, message });
    return;
  }
  let sound = true;
  for (const [index, one] of columns.entries()) {
    const fault = one ? cellFault(cells[index]!, one.column) : null;
    if (fault) {
      tell({ code: fault[0], row, column: one!.name, message: fault[1] });
      sound = false;
    }
  }
  if (!sound) return;
  const ordered = places.map((place) => cells[place]!);
  for (const fault of reasonFaults(known, ordered)) tell({ ...fault, row });
  for (const fault of contradictions(table.id, known, ordered)) tell({ ...fault, row });
  const parts = table.key.map((name) => ordered[known.findIndex(({ column }) => column.name === name)]);
  if (parts.includes(undefined)) return;
  const key = parts.join('\u0000');
  if (keys.has(key)) {
    const column = known.find((one) => one.column.name === table.key.at(-1))!.name;
    tell({ code: 'row-twice', row, column, message: `there is a row with the same ${table.key.join(' and ')} above` });
  }
  keys.add(key);
}

export async function validateCsv(
  pieces: AsyncIterable<Uint8Array>,
  options: ValidationOptions = {},
): Promise<Validation> {
  const faults: Fault[] = [];
  let faultCount = 0;
  let layout: Layout | null = null;
  const tell = (fault: Fault): void => {
    faultCount++;
    if (faults.length >= LISTED_FAULTS) return;
    // The reader knows places by number; with a header they have names.
    const place = /^column (\d+)$/.exec(fault.column ?? '');
    const name = place && fault.row !== 1 ? layout?.columns[Number(place[1]) - 1]?.name : undefined;
    faults.push(name === undefined ? fault : { ...fault, column: name });
  };
  const keys = new Set<string>();
  let rows = 0;
  for await (const row of readCsv(pieces, tell)) {
    if (row.row === 1) {
      layout = layoutOf(row, options, tell);
      if (!layout) break;
      continue;
    }
    rows++;
    checkRow(row, layout!, keys, tell);
  }
  if (faultCount > faults.length) {
    const message = `${faultCount - faults.length} further faults are not listed`;
    faults.push({ code: 'too-many-faults', row: null, column: null, message });
  }
  const table = layout?.table ?? null;
  return { ok: faultCount === 0, schema: table?.id ?? null, version: table?.version ?? null, rows, faults, faultCount };
}
