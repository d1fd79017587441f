import { createReadStream } from 'node:fs';
import { TABLES } from '../adapters/export/tables/index.ts';
import { type Validation, validateCsv } from '../adapters/export/validate/validate.ts';
import { KitError } from '../contract/errors.ts';
import { type Command, textFlag } from './command.ts';
import { counted } from './counted.ts';
import { mapFlag } from './export-flags.ts';
import { existingFile } from './named-files.ts';

function lines({ ok, schema, version, rows, faults, faultCount }: Validation): string {
  const what = schema === null ? 'no table of ours' : `${schema}, version ${version}, ${counted(rows, 'row')}`;
  const list = faults.map(({ row, column, code, message }) => {
    const place = [row === null ? null : `row ${row}`, column].filter((part) => part !== null).join(', ');
    return `  ${place || 'the file'}: ${code}: ${message}\n`;
  });
  return `${ok ? 'Right' : counted(faultCount, 'fault')}: ${what}\n${list.join('')}`;
}

/** For the team that receives our files: needs no database. */
export const validate: Command = {
  name: 'validate',
  summary: 'check a CSV file against its schema; names row and column of every fault',
  usage: [
    'FILE                   made by "export csv" or "export visits"',
    `--schema ID            ${TABLES.map(({ id }) => id).join(' or ')} (default: told by its columns)`,
    '--map FILE             the column map that it was made with',
    '--json                 the findings as JSON',
  ],
  words: ['FILE'],
  options: { schema: { type: 'string' }, map: { type: 'string' }, json: { type: 'boolean' } },
  async run(flags, [file = '']) {
    const schema = textFlag(flags, 'schema');
    if (schema !== undefined && !TABLES.some(({ id }) => id === schema))
      throw new KitError('BAD_FLAG', `--schema takes ${TABLES.map(({ id }) => id).join(' or ')}`);
    const map = mapFlag(flags);
    const options = { map, ...(schema === undefined ? {} : { schema }) };
    const found = await validateCsv(createReadStream(existingFile(file)), options);
    process.stdout.write(flags['json'] ? `${JSON.stringify(found)}\n` : lines(found));
    if (!found.ok) throw new KitError('INVALID_DATA_FILE', counted(found.faultCount, 'fault'));
    return 0;
  },
};
