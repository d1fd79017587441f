/** The table made again from what was taken in, against the file that it was taken from. */
import { KitError } from '../../../contract/errors.ts';
import type { VisitStore } from '../../../ports/visit-store.ts';
import { mappedColumns } from '../tables/column-map.ts';
import { REPETITIONS, repetitionLines } from '../tables/repetitions.ts';
import { VISITS } from '../tables/visits.ts';
import { tableCsv } from '../tables/write.ts';
import { type RawRow, readCsv } from '../validate/csv-reader.ts';
import { exportVisits } from '../visits.ts';
import type { ReadTable } from './read-table.ts';

async function* utf8(pieces: AsyncIterable<string>): AsyncIterable<Uint8Array> {
  for await (const piece of pieces) yield Buffer.from(piece);
}

const ignore = (): void => {};

/** The same instant may be told in another zone than that of this computer. */
const sameCell = (type: string, a: string, b: string): boolean =>
  a === b || (type === 'time' && a !== '' && Date.parse(a) === Date.parse(b));

/** @throws KitError INVALID_DATA_FILE naming the first cell that would not come out as it went in */
export async function sameTable(store: VisitStore, { table, map, file }: ReadTable): Promise<void> {
  const visits = exportVisits(store, { everything: true });
  const again =
    table.id === REPETITIONS.id ? tableCsv(REPETITIONS, repetitionLines(visits), map) : tableCsv(VISITS, visits, map);
  const columns = mappedColumns(table, map);
  const made: AsyncIterator<RawRow> = readCsv(utf8(again), ignore);
  const differs = (row: number, what: string): KitError =>
    new KitError('INVALID_DATA_FILE', `${file.name}, row ${row}: ${what}; nothing was kept`);
  for await (const { row, cells } of readCsv(file.open(), ignore)) {
    const next = await made.next();
    if (next.done) throw differs(row, 'this row would be missing');
    const at = cells.findIndex((cell, index) => !sameCell(columns[index]!.column.type, cell, next.value.cells[index]!));
    if (at < 0) continue;
    const [name, was, is] = [columns[at]!.name, cells[at]!, next.value.cells[at]!];
    throw differs(row, `${name} is "${was.slice(0, 60)}" and would be exported as "${is.slice(0, 60)}"`);
  }
  if (!(await made.next()).done) throw differs(0, 'there would be more rows than the file has');
}
