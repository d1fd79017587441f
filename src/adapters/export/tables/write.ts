/** A table as a CSV file, in pieces, so that a long history is never in memory at once. */
import { textCell } from './cells.ts';
import { type ColumnMap, mappedColumns } from './column-map.ts';
import { cellOf, type Table } from './table.ts';

const LINE_END = '\r\n';
const PIECE_CHARS = 16_384;

/** UTF-8 without a byte order mark; `map` renames, omits and orders the columns. */
export async function* tableCsv<Row>(
  table: Table<Row>,
  rows: AsyncIterable<Row> | Iterable<Row>,
  map: ColumnMap | null = null,
): AsyncIterable<string> {
  const columns = mappedColumns(table, map);
  let piece = columns.map(({ name }) => textCell(name)).join(',') + LINE_END;
  for await (const row of rows) {
    piece += columns.map(({ column }) => cellOf(column, row)).join(',') + LINE_END;
    if (piece.length >= PIECE_CHARS) {
      yield piece;
      piece = '';
    }
  }
  if (piece !== '') yield piece;
}
