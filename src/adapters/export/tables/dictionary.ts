/** The data dictionary that lies beside a CSV file: for machines as JSON, for people as CSV. */
import { textCell } from './cells.ts';
import { type ColumnMap, mappedColumns } from './column-map.ts';
import type { TableRules } from './table.ts';

/** JSON: the table with every rule that the validator applies, so that it can be written anew in any language. */
export function dictionaryJson(table: TableRules, map: ColumnMap | null = null): string {
  const columns = mappedColumns(table, map).map(({ name, column }) => {
    const { name: kitName, type, unit, required, values, min, max, reasonColumn, description } = column;
    const reason = reasonColumn === null ? null : (map?.rename?.[reasonColumn] ?? reasonColumn);
    return { name, kitName, type, unit, required, values, min, max, reasonColumn: reason, description };
  });
  const key = table.key.map((name) => map?.rename?.[name] ?? name);
  const format = {
    text: 'RFC 4180, CRLF, UTF-8 without byte order mark, one header row',
    number: 'decimal point, no exponent, no thousands separator',
    time: 'ISO 8601 with milliseconds and zone offset',
    boolean: 'true or false',
    missing: 'empty; the reason column, where there is one, says why',
    words: 'separated by semicolons',
    guard:
      'a text that a spreadsheet would compute has one apostrophe in front: = + - @ tab or a line end, behind any apostrophes',
  };
  return `${JSON.stringify({ id: table.id, version: table.version, title: table.title, key, format, columns }, null, 2)}\n`;
}

const HEADER = 'column,kit_column,type,unit,required,values,min,max,reason_column,description';

export function dictionaryCsv(table: TableRules, map: ColumnMap | null = null): string {
  const lines = mappedColumns(table, map).map(({ name, column }) =>
    [
      textCell(name),
      column.name,
      column.type,
      textCell(column.unit),
      String(column.required),
      textCell(column.values?.join(';') ?? null),
      column.min === null ? '' : String(column.min),
      column.max === null ? '' : String(column.max),
      textCell(column.reasonColumn === null ? null : (map?.rename?.[column.reasonColumn] ?? column.reasonColumn)),
      textCell(column.description),
    ].join(','),
  );
  return `${[HEADER, ...lines].join('\r\n')}\r\n`;
}
