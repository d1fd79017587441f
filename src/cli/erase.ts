import { KitError } from '../contract/errors.ts';
import {
  applyRetention,
  LONGEST_RETENTION_DAYS,
  RETENTION_SETTING,
  retentionDays,
  subjectsDue,
} from '../gateway/retention.ts';
import type { Store } from '../ports/store.ts';
import { type Command, integerFlag, textFlag } from './command.ts';
import { counted } from './counted.ts';
import { openRecords } from './open-records.ts';
import { STORE_OPTIONS, STORE_USAGE } from './store-place.ts';

/** A subject in a visit that is going on is not pulled away under it. */
async function mayErase(store: Store, subjectId: string): Promise<void> {
  const sessions = await store.listSessions({ subjectId });
  if (sessions.some(({ endedAtMs }) => endedAtMs === null))
    throw new KitError('WRONG_STATE', 'a visit of this subject is going on, or its gateway was ended in the middle');
}

/** Everything of one subject, for good. */
export const erase: Command = {
  name: 'erase',
  summary: 'erase a subject with everything that belongs to it; the audit keeps an id and nothing else',
  usage: [
    '--subject CODE         whom',
    '--confirm CODE         the same once more',
    '--dry-run              tell what would be erased, and change nothing',
    ...STORE_USAGE,
  ],
  options: {
    ...STORE_OPTIONS,
    subject: { type: 'string' },
    confirm: { type: 'string' },
    'dry-run': { type: 'boolean' },
  },
  async run(flags) {
    const code = textFlag(flags, 'subject');
    const dry = Boolean(flags['dry-run']);
    if (code === undefined) throw new KitError('BAD_FLAG', '--subject CODE is missing');
    if (!dry && textFlag(flags, 'confirm') !== code)
      throw new KitError('BAD_FLAG', '--confirm has to name the same code as --subject');
    const store = await openRecords(flags);
    try {
      const subject = await store.findSubject({ code });
      if (!subject) throw new KitError('NOT_FOUND', 'no subject has this code');
      const counts = { sessions: 0, rows: 0, chunks: 0 };
      for await (const { table } of store.subjectRecords(subject.id)) {
        counts.rows++;
        if (table === 'session') counts.sessions++;
        if (table === 'chunk') counts.chunks++;
      }
      if (!dry) {
        await mayErase(store, subject.id);
        const values = { why: 'command', ...counts };
        const at = { wallMs: Date.now(), accountId: null, object: `subject:${subject.id}` };
        await store.audited({ ...at, action: 'subject.erase', values }, (records) => records.eraseSubject(subject.id));
      }
      const { sessions, rows, chunks } = counts;
      const words = `${dry ? 'Would be erased' : 'Erased'}: ${counted(sessions, 'visit')}, ${counted(rows, 'row')}, ${chunks} of them raw data`;
      const hint = 'Backups and exports made before are not touched by this.';
      process.stdout.write(flags['json'] ? `${JSON.stringify({ ...counts, erased: !dry })}\n` : `${words}\n${hint}\n`);
      return 0;
    } finally {
      await store.close();
    }
  },
};

/** The rule by which the gateway erases on its own, and its dry run. */
export const retention: Command = {
  name: 'retention',
  summary: 'show or set how long subjects are kept, and what is due',
  usage: [
    '--days N               erase subjects so many days after their last visit; 0: never',
    '--apply                erase what is due now; without it nothing is erased',
    ...STORE_USAGE,
  ],
  options: { ...STORE_OPTIONS, days: { type: 'string' }, apply: { type: 'boolean' } },
  async run(flags) {
    const store = await openRecords(flags);
    try {
      if (flags['days'] !== undefined) {
        const days = integerFlag(flags, 'days', 0, 0, LONGEST_RETENTION_DAYS);
        const at = { wallMs: Date.now(), accountId: null, object: null };
        const entry = { ...at, action: 'setting.change', values: { setting: RETENTION_SETTING, value: days } };
        await store.audited(entry, (records) => records.saveSetting(RETENTION_SETTING, days, at.wallMs));
      }
      const days = await retentionDays(store);
      const busy = new Set<string>();
      for (const { id } of await subjectsDue(store, Date.now())) await mayErase(store, id).catch(() => busy.add(id));
      const apply = Boolean(flags['apply']);
      const due = apply
        ? await applyRetention(store, Date.now(), (id) => busy.has(id))
        : await subjectsDue(store, Date.now());
      const rule = days === 0 ? 'no general limit' : `${counted(days, 'day')} after the last visit`;
      const count = `${counted(due.length, 'subject')} ${apply ? 'erased' : 'due; nothing was erased'}`;
      process.stdout.write(
        flags['json']
          ? `${JSON.stringify({ days, due, applied: apply })}\n`
          : `Kept: ${rule}\n${count}\n${due.map(({ id, reason }) => `  ${id} ${reason}\n`).join('')}`,
      );
      return 0;
    } finally {
      await store.close();
    }
  },
};
