/**
 * Nonsense for every command, every option and every word: one coded error that says what is wrong and what to do, never
 * the words of Node, and nothing done.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createSqliteStore } from '../../src/adapters/store/sqlite-store.ts';
import { parseFlags } from '../../src/cli/command.ts';
import { COMMANDS } from '../../src/cli/commands.ts';
import { type ErrorCode, KitError } from '../../src/contract/errors.ts';
import { fillVisit } from '../support/filled-store.ts';

const folder = mkdtempSync(join(tmpdir(), 'neck-nonsense-'));
const at = (name: string): string => join(folder, name);

beforeAll(async () => {
  const store = createSqliteStore({ folder: at('data') });
  await store.open();
  await fillVisit(store, 'AB-1');
  await store.close();
  mkdirSync(at('folder'));
  mkdirSync(at('text'));
  writeFileSync(at('comma.csv'), 'a,b\r\n1,2\r\n');
  writeFileSync(at('text.bin'), 'nothing that anybody would read');
  writeFileSync(join(at('text'), 'neck.sqlite'), 'not a database, whatever its name says '.repeat(200));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const commandOf = (name: string) => COMMANDS.find((one) => one.name === name)!;

async function refusal(argv: readonly string[]): Promise<KitError> {
  const [name, ...rest] = argv;
  const command = commandOf(name!);
  const spies = [process.stdout, process.stderr].map((to) => vi.spyOn(to, 'write').mockImplementation(() => true));
  try {
    const { flags, words } = parseFlags(command, rest);
    const code = await command.run(flags, words);
    throw new Error(`"${argv.join(' ')}" was taken, with exit code ${code}`);
  } catch (cause) {
    if (cause instanceof KitError) return cause;
    throw cause;
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

function expectHelpful({ code, message, hint }: KitError): void {
  expect(code).not.toBe('INTERNAL');
  expect(message).not.toContain('\n');
  expect(message).not.toMatch(/Option '|argument is ambiguous|ENOENT|SQLITE_|at .*:\d+:\d+|undefined|NaN/);
  expect(message.length).toBeLessThan(400);
  expect(hint).toMatch(/\.$/);
}

/** With the store above, except where a row names another one. */
const withData = (argv: readonly string[]): string[] => {
  const takes = 'data' in commandOf(argv[0]!).options && !argv.some((text) => text.startsWith('--data'));
  return [...argv, ...(takes ? ['--data', at('data')] : [])];
};

/** Command line, code, and a word of what is said. Every command and every option that takes a value is here. */
const ROWS: readonly [string, ErrorCode, RegExp][] = [
  ['serve --port 99999', 'BAD_FLAG', /--port takes a whole number/],
  ['serve --port -1', 'BAD_FLAG', /--port takes a whole number/],
  ['serve --port 1.5', 'BAD_FLAG', /--port/],
  ['serve --port=', 'BAD_FLAG', /--port is empty/],
  ['serve --data=', 'BAD_FLAG', /--data is empty/],
  ['serve --data /proc/none/x --no-radio --port 0', 'STORE_UNAVAILABLE', /proc/],
  ['serve --host=', 'BAD_FLAG', /--host is empty/],
  ['serve --tls-cert FOLDER/text.bin', 'BAD_FLAG', /go together/],
  ['serve --tls-key FOLDER/text.bin', 'BAD_FLAG', /go together/],
  ['serve --invitation x', 'BAD_FLAG', /--home/],
  ['serve --demo --home', 'BAD_FLAG', /--home --no-radio/],
  ['serve --tls-cert FOLDER/text.bin --tls-key FOLDER/text.bin', 'TLS_BAD_FILE', /./],
  ['serve --h4 somewhere', 'BAD_FLAG', /unix:/],
  ['serve --ble-stack best', 'BAD_FLAG', /stoprocent/],
  ['serve --virtual-radio 99', 'BAD_FLAG', /--virtual-radio/],
  ['serve --virtual-devices toaster', 'BAD_FLAG', /--virtual-devices/],
  ['serve --attitude-from luck', 'BAD_FLAG', /--attitude-from/],
  ['serve --replay 0', 'BAD_FLAG', /--replay/],
  ['serve --seed -1', 'BAD_FLAG', /--seed/],
  ['serve --subject foo=1', 'BAD_FLAG', /--subject/],
  ['serve --loss 2', 'BAD_FLAG', /--loss/],
  ['serve --jitter -5', 'BAD_FLAG', /--jitter/],
  ['serve --no-radio=yes', 'BAD_FLAG', /takes no value/],
  ['doctor --port 0', 'BAD_FLAG', /--port/],
  ['doctor --data=', 'BAD_FLAG', /--data/],
  ['doctor --ble-stack best', 'BAD_FLAG', /--ble-stack/],
  ['doctor --h4 tcp:nowhere', 'BAD_FLAG', /unix:/],
  ['serve --invitation=', 'BAD_FLAG', /--invitation/],
  ['record', 'BAD_FLAG', /--subject CODE is missing/],
  ['record --subject a=1', 'BAD_FLAG', /--subject/],
  ['record --subject AB-1 --seconds 0', 'BAD_FLAG', /--seconds/],
  ['record --subject AB-1 --seconds -3', 'BAD_FLAG', /--seconds/],
  ['record --subject AB-1 --simulated --virtual', 'BAD_FLAG', /not both/],
  ['record --subject AB-1 --simulated --seed x', 'BAD_FLAG', /--seed/],
  ['record --subject AB-1 --simulated --loss x', 'BAD_FLAG', /--loss/],
  ['record --subject AB-1 --simulated --jitter x', 'BAD_FLAG', /--jitter/],
  ['record --subject AB-1 --serial=', 'BAD_FLAG', /--serial/],
  ['record --subject AB-1 --device=', 'BAD_FLAG', /--device/],
  ['record --subject AB-1 --h4 somewhere', 'BAD_FLAG', /--h4/],
  ['record --subject AB-1 --ble-stack best', 'BAD_FLAG', /--ble-stack/],
  ['record --subject AB-1 --simulated --data /proc/none/x', 'STORE_UNAVAILABLE', /proc/],
  ['list --limit 0', 'BAD_FLAG', /from 1 to/],
  ['list --limit -1', 'BAD_FLAG', /from 1 to/],
  ['list --limit many', 'BAD_FLAG', /from 1 to/],
  ['list --limit', 'BAD_FLAG', /--limit needs a value/],
  ['list --limit --json', 'BAD_FLAG', /--limit needs a value/],
  ['list --subject ZZ-9', 'NOT_FOUND', /subject/],
  ['list --after nobody', 'NOT_FOUND', /session/],
  ['list --data FOLDER/none', 'STORE_UNAVAILABLE', /no records/],
  ['list --data FOLDER/text', 'STORE_NOT_OURS', /./],
  ['list -x', 'BAD_FLAG', /no option -x/],
  ['verify --data FOLDER/none', 'STORE_UNAVAILABLE', /no records/],
  ['verify --data FOLDER/text', 'STORE_NOT_OURS', /./],
  ['verify everything', 'BAD_FLAG', /one word too many/],
  ['rescore', 'BAD_FLAG', /SESSION/],
  ['rescore nobody', 'NOT_FOUND', /nobody/],
  ['rescore nobody --all', 'BAD_FLAG', /SESSION/],
  ['rescore --all --compare FOLDER/none/page.html', 'BAD_FILE', /folder/],
  ['rescore --all --compare FOLDER/text.bin', 'BAD_FILE', /already/],
  ['rescore --all --data FOLDER/none', 'STORE_UNAVAILABLE', /no records/],
  ['backup', 'BAD_FLAG', /FILE is missing/],
  ['backup FOLDER/text.bin', 'BAD_FILE', /already/],
  ['backup FOLDER/none/b.sqlite', 'BAD_FILE', /folder/],
  ['backup FOLDER/b.sqlite --data FOLDER/none', 'STORE_UNAVAILABLE', /no records/],
  ['restore', 'BAD_FLAG', /FILE is missing/],
  ['restore FOLDER/none.sqlite --data FOLDER/new', 'BAD_FILE', /does not exist/],
  ['restore FOLDER/folder --data FOLDER/new', 'BAD_FILE', /not a file/],
  ['restore FOLDER/text.bin --data FOLDER/new2', 'BAD_FILE', /not a backup/],
  ['export', 'BAD_FLAG', /FORMAT is missing/],
  ['export pdf --all', 'BAD_FLAG', /csv/],
  ['export csv', 'NOTHING_SELECTED', /./],
  ['export csv --all --subject AB-1', 'BAD_REQUEST', /not both/],
  ['export csv --subject ZZ-9 --dry-run', 'NOT_FOUND', /./],
  ['export csv --session nobody --dry-run', 'NOT_FOUND', /./],
  ['export csv --from yesterday', 'BAD_FLAG', /--from/],
  ['export csv --from 2026-02-30', 'BAD_FLAG', /--from/],
  ['export csv --to 2026-13-01', 'BAD_FLAG', /--to/],
  ['export csv --from 2026-03-02 --to 2026-03-01', 'BAD_FLAG', /before/],
  ['export csv --all --kinds dance', 'BAD_FLAG', /dance/],
  ['export csv --all --map FOLDER/none.json', 'BAD_FILE', /./],
  ['export csv --all --map FOLDER/text.bin', 'BAD_COLUMN_MAP', /./],
  ['export fhir --all --map FOLDER/text.bin', 'BAD_FLAG', /--map/],
  ['export csv --all --record-id id', 'BAD_FLAG', /redcap/],
  ['export redcap --all --record-id ID', 'BAD_FLAG', /small letters/],
  ['export redcap --all --event =1', 'BAD_FLAG', /--event/],
  ['export redcap --all --group x,y', 'BAD_FLAG', /--group/],
  ['export csv --all --out FOLDER/text.bin', 'BAD_FILE', /already/],
  ['export csv --all --out FOLDER/none/r.csv', 'BAD_FILE', /folder/],
  ['export csv --all --out FOLDER/r.csv --data FOLDER/none', 'STORE_UNAVAILABLE', /no records/],
  ['export mcap --all', 'BAD_REQUEST', /one session/],
  ['export archive --all', 'BAD_REQUEST', /one whole subject/],
  ['import', 'BAD_FLAG', /FILE is missing/],
  ['import FOLDER/none.tar', 'BAD_FILE', /does not exist/],
  ['import FOLDER/folder', 'BAD_FILE', /not a file/],
  ['import FOLDER/text.bin', 'ARCHIVE_DAMAGED', /./],
  ['import FOLDER/text.bin --data FOLDER/text', 'STORE_NOT_OURS', /./],
  ['import FOLDER/comma.csv', 'WRONG_STATE', /empty place/],
  ['import FOLDER/comma.csv --data FOLDER/fresh', 'INVALID_DATA_FILE', /comma\.csv/],
  ['import FOLDER/comma.csv --dry-run --data FOLDER/none', 'INVALID_DATA_FILE', /comma\.csv/],
  ['import FOLDER/comma.csv FOLDER/text.bin', 'BAD_FILE', /archive/],
  ['import FOLDER/comma.csv --map FOLDER/none.json --data FOLDER/fresh', 'BAD_FILE', /none\.json/],
  ['import FOLDER/comma.csv --map FOLDER/text.bin --data FOLDER/fresh', 'BAD_COLUMN_MAP', /JSON/],
  ['validate', 'BAD_FLAG', /FILE is missing/],
  ['validate FOLDER/none.csv', 'BAD_FILE', /does not exist/],
  ['validate FOLDER/folder', 'BAD_FILE', /not a file/],
  ['validate FOLDER/text.bin', 'INVALID_DATA_FILE', /./],
  ['validate FOLDER/text.bin --schema mine', 'BAD_FLAG', /--schema/],
  ['validate FOLDER/text.bin --map FOLDER/text.bin', 'BAD_COLUMN_MAP', /./],
  ['erase', 'BAD_FLAG', /--subject/],
  ['erase --subject ZZ-9 --confirm ZZ-9', 'NOT_FOUND', /./],
  ['erase --subject AB-1', 'BAD_FLAG', /--confirm/],
  ['erase --subject AB-1 --confirm AB-2', 'BAD_FLAG', /--confirm/],
  ['erase --subject AB-1 --dry-run --data FOLDER/none', 'STORE_UNAVAILABLE', /no records/],
  ['retention --days -1', 'BAD_FLAG', /--days takes a whole number from 0/],
  ['retention --days soon', 'BAD_FLAG', /--days/],
  ['retention --days 1e99', 'BAD_FLAG', /--days/],
  ['retention --data FOLDER/none', 'STORE_UNAVAILABLE', /no records/],
  ['users', 'BAD_FLAG', /is missing/],
  ['users zap', 'BAD_FLAG', /"zap": list, add/],
  ['users add', 'BAD_FLAG', /--login/],
  ['users add --login ada', 'BAD_FLAG', /--role/],
  ['users add --login A! --role admin', 'BAD_FLAG', /handle/],
  ['users add --login ada --role king', 'BAD_FLAG', /role/],
  ['users add --login ada --role home', 'BAD_FLAG', /subject/],
  ['users add --login ada --role admin --subject AB-1', 'BAD_FLAG', /subject/],
  ['users disable --login nobody', 'NOT_FOUND', /nobody/],
  ['users reset --login nobody', 'NOT_FOUND', /nobody/],
  ['users role --login nobody --role admin', 'NOT_FOUND', /nobody/],
  ['users list --data FOLDER/none', 'STORE_UNAVAILABLE', /no records/],
  ['bundle', 'BAD_FLAG', /is missing/],
  ['bundle send x', 'BAD_FLAG', /import/],
  ['bundle export x', 'BAD_FLAG', /FILE is missing/],
  ['bundle import FOLDER/none', 'BAD_FILE', /does not exist/],
  ['bundle import FOLDER/text.bin --data FOLDER/none', 'STORE_UNAVAILABLE', /no records/],
  ['report', 'BAD_FLAG', /--session/],
  ['report --session nobody --kind poem', 'BAD_FLAG', /--kind/],
  ['report --session nobody --kind record --lang xx', 'BAD_FLAG', /--lang/],
  ['report --session nobody --kind record', 'BAD_FLAG', /--out/],
  ['report --session nobody --kind record --out FOLDER/text.bin', 'BAD_FILE', /already/],
  ['report --session nobody --kind record --out FOLDER/r.pdf --reference mine', 'BAD_FLAG', /--reference/],
  ['report --session nobody --kind record --out FOLDER/r.pdf', 'NOT_FOUND', /./],
  ['report --session nobody --kind record --out FOLDER/r.pdf --data FOLDER/none', 'STORE_UNAVAILABLE', /no records/],
  ['invite', 'BAD_FLAG', /SUBJECT is missing/],
  ['invite AB-1', 'BAD_FLAG', /--url/],
  ['invite AB-1 --url nowhere', 'BAD_FLAG', /--url/],
  ['invite AB-1 --url https://clinic.example:8321 --language xx', 'BAD_FLAG', /language/],
  ['invite AB-1 --url https://clinic.example:8321 --days 0', 'BAD_FLAG', /--days/],
  ['invite AB-1 --url https://clinic.example:8321 --data FOLDER/none', 'STORE_UNAVAILABLE', /no records/],
  ['audit', 'BAD_FLAG', /is missing/],
  ['audit erase', 'BAD_FLAG', /verify or list/],
  ['audit list --limit 0', 'BAD_FLAG', /--limit/],
  ['audit list --data FOLDER/none', 'STORE_UNAVAILABLE', /no records/],
  ['tls', 'BAD_FLAG', /is missing/],
  ['tls remove', 'BAD_FLAG', /setup or show/],
  ['tls setup --name a_b!', 'BAD_FLAG', /--name/],
  ['tls show --data FOLDER/none', 'TLS_BAD_FILE', /./],
  ['replay', 'BAD_FLAG', /--broad/],
  ['replay --broad FOLDER/none.f32', 'BAD_FILE', /./],
  ['replay --broad FOLDER/text.bin', 'BAD_FILE', /./],
  ['replay --broad FOLDER/text.bin --rate 60', 'BAD_FLAG', /--rate/],
  ['decode --device headband-1 --characteristic 1 --hex 00 --mode fast', 'BAD_FLAG', /--mode/],
  ['decode --device', 'BAD_FLAG', /--device needs a value/],
  ['decode --characteristic=', 'BAD_FLAG', /--characteristic/],
  ['decode --hex', 'BAD_FLAG', /--hex needs a value/],
  ['conformance --against me', 'BAD_FLAG', /simulated/],
  ['conformance --fault none-such --against simulated', 'BAD_FLAG', /--fault/],
  ['conformance --fault crc', 'BAD_FLAG', /--fault/],
  ['conformance --ble-stack best', 'BAD_FLAG', /--ble-stack/],
  ['conformance --device=', 'BAD_FLAG', /--device/],
  ['conformance --serial=', 'BAD_FLAG', /--serial/],
  ['conformance --against simulated --seed x', 'BAD_FLAG', /--seed/],
  ['conformance --against simulated --subject x', 'BAD_FLAG', /--subject/],
  ['conformance --against simulated --loss 1', 'BAD_FLAG', /--loss/],
  ['conformance --against simulated --jitter 1e9', 'BAD_FLAG', /--jitter/],
  ['tumble --device=', 'BAD_FLAG', /--device/],
  ['tumble --simulated --serial=', 'BAD_FLAG', /--serial/],
  ['tumble --simulated --data /proc/none/x', 'STORE_UNAVAILABLE', /proc/],
  ['tumble --ble-stack best', 'BAD_FLAG', /--ble-stack/],
  ['tumble --simulated --seed x', 'BAD_FLAG', /--seed/],
  ['tumble --simulated --subject x=y', 'BAD_FLAG', /--subject/],
  ['tumble --simulated --loss x', 'BAD_FLAG', /--loss/],
  ['tumble --simulated --jitter x', 'BAD_FLAG', /--jitter/],
  ['air-device', 'BAD_FLAG', /--h4/],
  ['air-device --h4 somewhere', 'BAD_FLAG', /--h4/],
  ['air-device --h4 unix:/none --device toaster', 'BAD_FLAG', /--device/],
  ['air-device --h4 unix:/none --serial=', 'BAD_FLAG', /--serial/],
  ['air-device --h4 unix:/none --mtu 5', 'BAD_FLAG', /--mtu/],
  ['air-device --h4 unix:/none --broad FOLDER/none.f32', 'BAD_FILE', /./],
  ['air-device --h4 unix:/none --fault none-such', 'BAD_FLAG', /--fault/],
  ['air-device --h4 unix:/none --seed x', 'BAD_FLAG', /--seed/],
  ['air-device --h4 unix:/none --subject x', 'BAD_FLAG', /--subject/],
  ['air-device --h4 unix:/none --loss x', 'BAD_FLAG', /--loss/],
  ['air-device --h4 unix:/none --jitter x', 'BAD_FLAG', /--jitter/],
];

describe('nonsense on the command line', () => {
  it.each(ROWS)('%s: %s', async (line, code, words) => {
    const before = existsSync(at('none')) || existsSync(at('r.csv'));
    const error = await refusal(withData(line.replaceAll('FOLDER', folder).split(' ')));
    expect(error.code, error.message).toBe(code);
    expect(error.message).toMatch(words);
    expectHelpful(error);
    expect(existsSync(at('none')) || existsSync(at('r.csv'))).toBe(before);
  });

  it('has a row for every command and for each of its options that take a value', () => {
    const tried = new Map<string, Set<string>>();
    for (const [line] of ROWS) {
      const [name = '', ...rest] = line.split(' ');
      const options = tried.get(name) ?? new Set();
      tried.set(name, options);
      for (const text of rest) if (text.startsWith('--')) options.add(text.slice(2).split('=')[0]!);
    }
    for (const { name, options } of COMMANDS) {
      const values = Object.keys(options).filter((option) => options[option]!.type === 'string');
      expect([...(tried.get(name) ?? [])], name).toEqual(expect.arrayContaining(values));
      expect(tried.has(name), name).toBe(true);
    }
  });

  const everyOption = COMMANDS.flatMap(({ name, options }) =>
    Object.entries(options).map(([option, { type }]) => [name, option, type] as const),
  );
  it.each(everyOption)('%s --%s: without a value, or with one that it does not take', async (name, option, type) => {
    const command = commandOf(name);
    const words = command.words?.map(() => 'list') ?? [];
    for (const text of type === 'string' ? [`--${option}`, `--${option}=a\0b`] : [`--${option}=yes`]) {
      expect(() => parseFlags(command, [...words, text])).toThrow(
        expect.objectContaining({ code: 'BAD_FLAG' }) as Error,
      );
    }
  });

  it.each(COMMANDS.map(({ name }) => name))('%s: an option that it lacks, and words too many', (name) => {
    const command = commandOf(name);
    const most = (command.words?.length ?? 0) + (command.optionalWords?.length ?? 0);
    for (const argv of [['--no-such-option'], ['-q'], Array.from({ length: most + 1 }, () => 'word')]) {
      const refused = (): unknown => parseFlags(command, argv);
      expect(refused).toThrow(expect.objectContaining({ code: 'BAD_FLAG' }) as Error);
    }
  });

  it.each(['users', 'audit', 'list', 'verify', 'export'])('%s: its help speaks of DATABASE_URL', (name) => {
    expect(commandOf(name).usage.join('\n')).toContain('DATABASE_URL');
  });
});
