import { writeFileSync } from 'node:fs';
import {
  auditedExport,
  EXPORT_FILES,
  EXPORT_FORMATS,
  type ExportFormat,
  type ExportOptions,
  summarise,
} from '../adapters/export/index.ts';
import { redcapDictionary } from '../adapters/export/redcap/redcap.ts';
import { dictionaryCsv, dictionaryJson } from '../adapters/export/tables/dictionary.ts';
import { REPETITIONS } from '../adapters/export/tables/repetitions.ts';
import { VISITS } from '../adapters/export/tables/visits.ts';
import { KitError } from '../contract/errors.ts';
import type { ExportSummary } from '../contract/export.ts';
import { createBlindReads, storedBlinds } from '../gateway/blind-reads.ts';
import { type Command, textFlag } from './command.ts';
import { counted } from './counted.ts';
import { optionFlags, SELECTION_OPTIONS, SELECTION_USAGE, selectionFlags } from './export-flags.ts';
import { newFile } from './named-files.ts';
import { openRecords } from './open-records.ts';
import { STORE_OPTIONS, STORE_USAGE } from './store-place.ts';
import { writeWhole } from './write-whole.ts';

/** What explains the file, and holds no data of anybody: name and content. */
function beside(format: ExportFormat, file: string, { map = null, redcap }: ExportOptions): [string, string][] {
  const stem = file.replace(/\.csv$/i, '');
  if (format === 'redcap') return [[`${stem}.dictionary.csv`, redcapDictionary(redcap)]];
  if (format !== 'csv' && format !== 'visits') return [];
  const table = format === 'csv' ? REPETITIONS : VISITS;
  return [
    [`${stem}.dictionary.json`, dictionaryJson(table, map)],
    [`${stem}.dictionary.csv`, dictionaryCsv(table, map)],
  ];
}

/** Options that mean something for some formats alone. */
const ONLY_FOR: Readonly<Record<string, readonly ExportFormat[]>> = {
  map: ['csv', 'visits'],
  'record-id': ['redcap'],
  event: ['redcap'],
  group: ['redcap'],
};

const told = ({ format, subjects, visits, rows, bytes, sha256 }: ExportSummary, what: string): string =>
  `${what}: ${format}, ${counted(subjects, 'subject')}, ${counted(visits, 'visit')}, ${counted(rows, 'row')}, ${bytes} bytes\n  SHA-256 ${sha256}\n`;

/** Data out of the kit, into a file; never more than was asked for. */
export const exportCommand: Command = {
  name: 'export',
  summary: 'write records into a file: csv, visits, redcap, fhir, mcap or archive',
  usage: [
    'FORMAT                 csv (one row a repetition), visits (one row a visit), redcap, fhir,',
    '                       mcap (the raw recording of one session), archive (all of one subject)',
    '--out FILE             a new file; data dictionaries are written beside it',
    '--dry-run              tell how much would leave, and write nothing',
    ...SELECTION_USAGE,
    ...STORE_USAGE,
  ],
  words: ['FORMAT'],
  options: { ...STORE_OPTIONS, ...SELECTION_OPTIONS, out: { type: 'string' }, 'dry-run': { type: 'boolean' } },
  async run(flags, [word = '']) {
    const format = EXPORT_FORMATS.find((known) => known === word);
    if (!format) throw new KitError('BAD_FLAG', `"${word}" is not one of ${EXPORT_FORMATS.join(', ')}`);
    const selection = selectionFlags(flags);
    for (const [name, formats] of Object.entries(ONLY_FOR))
      if (flags[name] !== undefined && !formats.includes(format))
        throw new KitError('BAD_FLAG', `--${name} is for ${formats.join(' and ')}`);
    const options = optionFlags(flags);
    const dry = Boolean(flags['dry-run']);
    const file = textFlag(flags, 'out') ?? EXPORT_FILES[format].name;
    if (!dry) newFile(file);
    const records = await openRecords(flags);
    try {
      // As at the gateway: what the examiner has not judged yet leaves without its degrees, an archive not at all.
      const store = createBlindReads(records, await storedBlinds(records));
      const summary = dry
        ? await summarise(store, format, selection, options)
        : await (async () => {
            const given = await auditedExport(
              store,
              format,
              selection,
              { accountId: null, wallMs: Date.now() },
              options,
            );
            await writeWhole(file, given.bytes);
            for (const [name, text] of beside(format, file, options)) writeFileSync(name, text);
            return given.summary;
          })();
      if (flags['json']) process.stdout.write(`${JSON.stringify({ ...summary, file: dry ? null : file })}\n`);
      else process.stdout.write(told(summary, dry ? 'Would be written' : file));
      return 0;
    } finally {
      await records.close();
    }
  },
};
