import { existsSync, writeFileSync } from 'node:fs';
import { createReporter } from '../adapters/report/reporter.ts';
import { KitError } from '../contract/errors.ts';
import { reportKindSchema, reportLanguageSchema } from '../contract/report.ts';
import { SELECTABLE_FRT_REFERENCES } from '../core/reference/frt-reference.ts';
import { type Command, textFlag } from './command.ts';
import { openRecords } from './open-records.ts';
import { STORE_OPTIONS, STORE_USAGE } from './store-place.ts';

/** One session as a PDF, on one page: for the record, for the patient, or as a letter. */
export const report: Command = {
  name: 'report',
  summary: 'write the report of a session as a PDF: for the record, for the patient, or as a letter',
  usage: [
    '--session ID           which session (npm run -s cli -- list)',
    '--kind KIND            record, patient or letter',
    '--out FILE             a new file',
    '--lang LANG            en (default) or de',
    '--reference ID         the published reference it is held against (default hall-2010b)',
    ...STORE_USAGE,
  ],
  options: {
    ...STORE_OPTIONS,
    session: { type: 'string' },
    kind: { type: 'string' },
    out: { type: 'string' },
    lang: { type: 'string' },
    reference: { type: 'string' },
  },
  async run(flags) {
    const sessionId = textFlag(flags, 'session');
    if (!sessionId) throw new KitError('BAD_FLAG', '--session ID is missing');
    const kind = reportKindSchema.safeParse(textFlag(flags, 'kind'));
    if (!kind.success) throw new KitError('BAD_FLAG', '--kind takes record, patient or letter');
    const language = reportLanguageSchema.safeParse(textFlag(flags, 'lang') ?? 'en');
    if (!language.success) throw new KitError('BAD_FLAG', '--lang takes en or de');
    const file = textFlag(flags, 'out');
    if (!file) throw new KitError('BAD_FLAG', '--out FILE is missing');
    if (existsSync(file)) throw new KitError('BAD_FILE', `${file} is there already; nothing was written over it`);
    const referenceId = textFlag(flags, 'reference');
    if (referenceId !== undefined && !SELECTABLE_FRT_REFERENCES.some(({ id }) => id === referenceId))
      throw new KitError('BAD_FLAG', `--reference takes ${SELECTABLE_FRT_REFERENCES.map(({ id }) => id).join(' or ')}`);
    const store = await openRecords(flags);
    try {
      const reporter = createReporter(store, Date.now);
      const { bytes } = await reporter.pdf(
        { sessionId, kind: kind.data, language: language.data, ...(referenceId === undefined ? {} : { referenceId }) },
        null,
      );
      try {
        writeFileSync(file, bytes, { mode: 0o600, flag: 'wx' });
      } catch (cause) {
        throw new KitError('BAD_FILE', `${file} cannot be written`, { cause });
      }
      if (flags['json']) process.stdout.write(`${JSON.stringify({ file, bytes: bytes.length, kind: kind.data })}\n`);
      else process.stdout.write(`${file}: ${bytes.length} bytes\n`);
      return 0;
    } finally {
      await store.close();
    }
  },
};
