import { KitError } from '../contract/errors.ts';
import { type Command, integerFlag } from './command.ts';
import { openRecords } from './open-records.ts';
import { STORE_OPTIONS, STORE_USAGE } from './store-place.ts';

/** The audit from the console. */
export const audit: Command = {
  name: 'audit',
  summary: 'list the audit, or compute its chain again',
  usage: [
    'verify                 compute the chain of all rows; ends with 1 when it is broken',
    'list                   the newest rows',
    '--limit N              how many rows to list (default 50)',
    ...STORE_USAGE,
  ],
  words: ['verify or list'],
  options: { ...STORE_OPTIONS, limit: { type: 'string' } },
  async run(flags, [what]) {
    if (what !== 'verify' && what !== 'list') throw new KitError('BAD_FLAG', `"${what}": verify or list`);
    const limit = integerFlag(flags, 'limit', 50, 1, 100_000);
    const store = await openRecords(flags);
    try {
      if (what === 'verify') {
        const check = await store.checkAudit();
        if (flags['json']) process.stdout.write(`${JSON.stringify(check)}\n`);
        if (check.brokenAt !== null) throw new KitError('AUDIT_BROKEN', `row ${check.brokenAt}`);
        if (!flags['json']) process.stdout.write(`All ${check.rows} rows follow from one another.\n`);
        return 0;
      }
      const handles = new Map((await store.listAccounts()).map(({ id, handle }) => [id, handle]));
      for (const row of await store.listAudit({ limit })) {
        const who = (row.accountId && handles.get(row.accountId)) ?? 'the kit';
        process.stdout.write(
          flags['json']
            ? `${JSON.stringify(row)}\n`
            : `${String(row.sequence).padStart(6)} ${new Date(row.wallMs).toISOString()} ${who.padEnd(16)} ${row.action.padEnd(18)} ${row.object ?? ''} ${JSON.stringify(row.values)}\n`,
        );
      }
      return 0;
    } finally {
      await store.close();
    }
  },
};
