import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline';
import type { z } from 'zod';
import { argon2Hasher } from '../adapters/security/argon2.ts';
import { accountChangeSchema, newAccountSchema, type Role } from '../contract/access.ts';
import { KitError } from '../contract/errors.ts';
import { issueText } from '../contract/issue.ts';
import { createAccess } from '../gateway/access/access.ts';
import type { Access } from '../gateway/access/access-types.ts';
import { silentLog } from '../gateway/log.ts';
import { hostTimers } from '../gateway/waiting.ts';
import { type Command, type Flags, textFlag } from './command.ts';
import { openRecords } from './open-records.ts';
import { STORE_OPTIONS, STORE_USAGE } from './store-place.ts';

/** The first line of standard input, without its end. */
async function readLine(): Promise<string> {
  for await (const line of createInterface({ input: process.stdin })) return line;
  throw new KitError('BAD_FLAG', 'standard input is empty');
}

/** Given on standard input with --password-stdin, else drawn: never on the command line, where others can read it. */
async function passwordOf(flags: Flags): Promise<{ readonly password: string; readonly drawn: boolean }> {
  if (flags['password-stdin']) return { password: await readLine(), drawn: false };
  return { password: randomBytes(15).toString('base64url'), drawn: true };
}

function parse<S extends z.ZodType>(schema: S, value: unknown): z.infer<S> {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new KitError('BAD_FLAG', issueText(parsed.error, 'the account'));
  return parsed.data;
}

function needed(flags: Flags, name: string): string {
  const value = textFlag(flags, name);
  if (value === undefined) throw new KitError('BAD_FLAG', `--${name} is missing`);
  return value;
}

async function idOf(access: Access, handle: string): Promise<string> {
  const account = (await access.accounts()).find((candidate) => candidate.handle === handle);
  if (!account) throw new KitError('NOT_FOUND', handle);
  return account.id;
}

async function list(access: Access, json: boolean): Promise<void> {
  const accounts = await access.accounts();
  if (json) process.stdout.write(`${JSON.stringify(accounts)}\n`);
  else if (accounts.length === 0) process.stdout.write('No accounts yet: the first start makes the administrator.\n');
  else
    for (const { handle, role, subjectCode, disabled } of accounts)
      process.stdout.write(
        `${handle.padEnd(32)} ${role.padEnd(10)} ${subjectCode ?? ''}${disabled ? ' (disabled)' : ''}\n`,
      );
}

const VERBS = ['list', 'add', 'disable', 'enable', 'reset', 'role'] as const;

async function work(access: Access, what: string, flags: Flags): Promise<void> {
  if (what === 'list') return list(access, Boolean(flags['json']));
  const handle = needed(flags, 'login');
  const say = (text: string): unknown =>
    process.stdout.write(flags['json'] ? `${JSON.stringify({ handle, done: text })}\n` : `${handle}: ${text}\n`);
  if (what === 'add') {
    const role = needed(flags, 'role') as Role;
    const { password, drawn } = await passwordOf(flags);
    await access.addAccount(
      null,
      parse(newAccountSchema, { handle, password, role, subjectCode: textFlag(flags, 'subject') ?? null }),
    );
    say(drawn ? `added; the password is ${password}` : 'added');
    return;
  }
  const id = await idOf(access, handle);
  if (what === 'disable' || what === 'enable') {
    await access.changeAccount(null, id, { disabled: what === 'disable' });
    say(`${what}d; its sessions have ended`);
  } else if (what === 'reset') {
    const { password, drawn } = await passwordOf(flags);
    await access.changeAccount(null, id, parse(accountChangeSchema, { password }));
    say(drawn ? `the new password is ${password}` : 'the password was set');
  } else {
    const change = { role: needed(flags, 'role'), subjectCode: textFlag(flags, 'subject') ?? null };
    await access.changeAccount(null, id, parse(accountChangeSchema, change));
    say(`is now ${change.role}`);
  }
}

/** Accounts from the console: whoever may read the data folder may do this. */
export const users: Command = {
  name: 'users',
  summary: 'list, add, disable and reset the accounts of the dashboard',
  usage: [
    'list                   all accounts',
    'add                    --login NAME --role admin|clinician|reviewer|home (home: with --subject CODE)',
    'disable, enable        --login NAME',
    'reset                  --login NAME: a new password',
    'role                   --login NAME --role ROLE (home: with --subject CODE)',
    '--password-stdin       take the password from standard input instead of drawing one',
    ...STORE_USAGE,
  ],
  words: ['list, add, disable, enable, reset or role'],
  options: {
    ...STORE_OPTIONS,
    login: { type: 'string' },
    role: { type: 'string' },
    subject: { type: 'string' },
    'password-stdin': { type: 'boolean' },
  },
  async run(flags, [what = '']) {
    if (!VERBS.some((verb) => verb === what))
      throw new KitError('BAD_FLAG', `"${what}": list, add, disable, enable, reset or role`);
    const store = await openRecords(flags, { begin: what === 'add' });
    try {
      const access = createAccess({
        records: store,
        hasher: argon2Hasher,
        timers: hostTimers,
        wallMs: Date.now,
        log: silentLog,
        busy: () => false,
      });
      await work(access, what, flags);
    } finally {
      await store.close();
    }
    return 0;
  },
};
