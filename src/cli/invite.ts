import { KitError } from '../contract/errors.ts';
import { issueText } from '../contract/issue.ts';
import { newInvitationSchema } from '../contract/transfer.ts';
import { silentLog } from '../gateway/log.ts';
import { type Command, integerFlag, textFlag } from './command.ts';
import { openRecords } from './open-records.ts';
import { STORE_OPTIONS, STORE_USAGE, storePlace } from './store-place.ts';
import { clinicTransfer, ownAuthority } from './transfer-parts.ts';

/** What the page does with a button, for a script. */
export const invite: Command = {
  name: 'invite',
  summary: 'make a one-time invitation for one subject: link and code for the device at home',
  usage: [
    'SUBJECT                code of a subject that is in the records',
    '--url ADDRESS          under which the home reaches this clinic: https://host:port',
    '--language LANGUAGE    en (default) or de',
    '--degrees              show degrees while the patient moves',
    '--flexed-turn          allow the active turn in flexion; takes its baseline in the clinic',
    '--days N               how long the invitation can be used (default 14)',
    ...STORE_USAGE,
  ],
  words: ['SUBJECT'],
  options: {
    ...STORE_OPTIONS,
    url: { type: 'string' },
    language: { type: 'string' },
    degrees: { type: 'boolean' },
    'flexed-turn': { type: 'boolean' },
    days: { type: 'string' },
  },
  async run(flags, [subjectCode = '']) {
    if (!/^https?:\/\/[^/\s]+/.test(textFlag(flags, 'url') ?? ''))
      throw new KitError('BAD_FLAG', '--url takes the address of this clinic: https://host:port');
    const wanted = newInvitationSchema.safeParse({
      subjectCode,
      clinicUrl: textFlag(flags, 'url') ?? '',
      enrolWithinDays: integerFlag(flags, 'days', 14, 1, 60),
      permissions: {
        language: textFlag(flags, 'language') ?? 'en',
        showDegrees: Boolean(flags['degrees']),
        flexionRotation: Boolean(flags['flexed-turn']),
      },
    });
    if (!wanted.success) throw new KitError('BAD_FLAG', issueText(wanted.error, 'the invitation'));
    const store = await openRecords(flags);
    try {
      const clinic = clinicTransfer(store, silentLog, ownAuthority(storePlace(flags).folder, false));
      const { link, code, clinicUrl, enrolUntilMs } = await clinic.invite(null, wanted.data);
      const lines = [
        `Link   ${link}`,
        `Code   ${code}`,
        `At     ${clinicUrl}`,
        `Until  ${new Date(enrolUntilMs).toISOString()}`,
      ];
      process.stdout.write(
        flags['json'] ? `${JSON.stringify({ link, code, clinicUrl, enrolUntilMs })}\n` : `${lines.join('\n')}\n`,
      );
      return 0;
    } finally {
      await store.close();
    }
  },
};
