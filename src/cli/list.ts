import { createStore } from '../adapters/store/open-store.ts';
import { KitError } from '../contract/errors.ts';
import type { SessionSummary } from '../contract/records.ts';
import { type Command, integerFlag, textFlag } from './command.ts';
import { STORE_OPTIONS, STORE_USAGE, storePlace } from './store-place.ts';

const degrees = (value: number | null): string => (value === null ? '-' : value.toFixed(1));

function row(s: SessionSummary): string {
  const started = new Date(s.startedAtMs).toISOString();
  const angles = `${degrees(s.frtLeftDeg).padStart(6)} ${degrees(s.frtRightDeg).padStart(6)}`;
  const marks = `${s.simulated ? ' simulated' : ''}${s.imported ? ' imported (no raw data)' : ''}`;
  return `${s.id}  ${started}  ${s.subjectCode.padEnd(12)} ${String(s.trials).padStart(3)} ${angles}${marks}\n`;
}

/** Sessions, newest first. */
export const list: Command = {
  name: 'list',
  summary: 'list sessions, newest first',
  usage: [
    '--subject CODE         of one subject',
    '--limit N              at most so many (default 50)',
    '--after ID             what comes after this session in the list',
    ...STORE_USAGE,
  ],
  options: { ...STORE_OPTIONS, subject: { type: 'string' }, limit: { type: 'string' }, after: { type: 'string' } },
  async run(flags) {
    const limit = integerFlag(flags, 'limit', 50, 1, 100_000);
    const store = createStore(storePlace(flags), 'beside');
    await store.open();
    try {
      const code = textFlag(flags, 'subject');
      const subject = code === undefined ? undefined : await store.findSubject({ code });
      if (subject === null) throw new KitError('NOT_FOUND', 'no subject has this code');
      const afterId = textFlag(flags, 'after');
      const after = afterId === undefined ? undefined : await store.sessionDetail(afterId);
      if (after === null) throw new KitError('NOT_FOUND', `session ${afterId}`);
      const sessions = await store.listSessions({
        limit,
        ...(subject ? { subjectId: subject.id } : {}),
        ...(after ? { after } : {}),
      });
      const heading = `${'session'.padEnd(36)}  ${'started'.padEnd(24)}  subject   tests  left° right°\n`;
      if (flags['json']) process.stdout.write(`${JSON.stringify(sessions)}\n`);
      else process.stdout.write(heading + sessions.map(row).join(''));
      return 0;
    } finally {
      await store.close();
    }
  },
};
