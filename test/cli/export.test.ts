/** Exports, import, validation, erasure and retention as they are typed. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Papa from 'papaparse';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSqliteStore } from '../../src/adapters/store/sqlite-store.ts';
import { KitError } from '../../src/contract/errors.ts';
import type { AuditRow } from '../../src/ports/audit-store.ts';
import type { Store } from '../../src/ports/store.ts';
import { fillVisit } from '../support/filled-store.ts';
import { runCommand } from '../support/run-command.ts';

let folder: string;
let data: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'neck-export-'));
  data = join(folder, 'data');
  await withStore(async (store) => {
    await fillVisit(store, 'AB-1');
    await fillVisit(store, 'CD-2');
  });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function withStore<T>(work: (store: Store) => Promise<T>, at = data): Promise<T> {
  const store = createSqliteStore({ folder: at });
  await store.open();
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

const records = (name: string, ...argv: string[]) => runCommand(name, ...argv, '--data', data);
const audits = (at = data): Promise<AuditRow[]> => withStore((store) => store.listAudit({ limit: 100 }), at);
const at = (name: string): string => join(folder, name);

describe('a folder without records', () => {
  it.each([
    ['list'],
    ['export', 'csv', '--all', '--dry-run'],
    ['users', 'list'],
    ['audit', 'verify'],
    ['retention'],
    ['erase', '--subject', 'AB-1', '--dry-run'],
  ])('is named by %s, and not begun: it may be a mistyped one', async (...[name, ...argv]) => {
    const missing = at('mistyped');
    await expect(runCommand(name!, ...argv, '--data', missing)).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      hint: expect.stringMatching(/npm start.*--data/) as string,
    });
    expect(existsSync(missing)).toBe(false);
  });
});

describe('export', () => {
  it('writes a file that the validator passes, its dictionary beside it, and its hash in the audit', async () => {
    const told = JSON.parse(await records('export', 'csv', '--all', '--out', at('r.csv'), '--json')) as {
      sha256: string;
      rows: number;
    };
    const [row] = await audits();
    expect(row).toMatchObject({ action: 'export.csv', object: null, values: { rows: 2, sha256: told.sha256 } });
    expect(told.rows).toBe(2);
    expect(await runCommand('validate', at('r.csv'))).toMatch(/^Right: neck-rom\/repetitions, version 3, 2 rows/);
    expect(readdirSync(folder).sort()).toEqual(['data', 'r.csv', 'r.dictionary.csv', 'r.dictionary.json']);
    expect(await records('export', 'visits', '--subject', 'AB-1', '--out', at('v.csv'))).toMatch(
      /: visits, 1 subject, 1 visit, 1 row, \d+ bytes/,
    );
    expect(await runCommand('validate', at('v.csv'))).toMatch(/, 1 row\n/);
    expect(readFileSync(at('v.csv'), 'utf8')).not.toContain('CD-2');
    const [visit] = Papa.parse<Record<string, unknown>>(readFileSync(at('v.csv'), 'utf8'), {
      ...{ header: true, dynamicTyping: true },
    }).data;
    expect(visit).toMatchObject({ frt_left_mean_deg: 38.1, frt_left_counted: 3, frt_left_minus_right_deg: 8.9 });
  });

  it.each(['csv', 'visits', 'redcap', 'fhir', 'mcap', 'archive'])(
    '%s: a dry run tells the same and writes nothing',
    async (format) => {
      const [session] = await withStore((store) => store.listSessions({ limit: 1 }));
      const what = format === 'mcap' ? ['--session', session!.id] : ['--subject', 'AB-1'];
      const before = readdirSync(folder);
      const dry = JSON.parse(await records('export', format, ...what, '--dry-run', '--json')) as { sha256: string };
      expect(readdirSync(folder)).toEqual(before);
      expect(await audits()).toEqual([]);
      const real = JSON.parse(await records('export', format, ...what, '--out', at('x'), '--json')) as object;
      expect(real).toEqual({ ...dry, file: at('x') });
      expect((await audits())[0]).toMatchObject({ action: `export.${format}`, values: { sha256: dry.sha256 } });
      expect(JSON.stringify(await audits())).not.toContain('AB-1');
    },
  );

  it('takes the visits of some days and some tests alone', async () => {
    const count = async (...what: string[]) =>
      (JSON.parse(await records('export', 'csv', ...what, '--dry-run', '--json')) as { rows: number }).rows;
    const day = new Date(1_700_000_000_000);
    const text = (shift: number): string => {
      const d = new Date(day.getFullYear(), day.getMonth(), day.getDate() + shift);
      return `${d.getFullYear()}-${String(d.getMonth() + 1).padStart(2, '0')}-${String(d.getDate()).padStart(2, '0')}`;
    };
    expect(await count('--from', text(0), '--to', text(0))).toBe(2);
    expect(await count('--from', text(1))).toBe(0);
    expect(await count('--to', text(-1))).toBe(0);
    expect(await count('--all', '--kinds', 'crom')).toBe(0);
    expect(await count('--all', '--kinds', 'crom,frt')).toBe(2);
  });

  it('goes into an empty folder as an archive and is whole there', async () => {
    await records('export', 'archive', '--subject', 'AB-1', '--out', at('a.tar'));
    const other = at('other');
    await runCommand('import', at('a.tar'), '--data', other);
    await runCommand('export', 'archive', '--subject', 'AB-1', '--out', at('b.tar'), '--data', other);
    expect(readFileSync(at('b.tar')).equals(readFileSync(at('a.tar')))).toBe(true);
    expect((await audits(other)).map(({ action }) => action)).toEqual(['export.archive', 'import.archive']);
    for (const format of ['csv', 'visits']) {
      await records('export', format, '--subject', 'AB-1', '--out', at(`1-${format}.csv`));
      await runCommand('export', format, '--all', '--out', at(`2-${format}.csv`), '--data', other);
      expect(readFileSync(at(`2-${format}.csv`), 'utf8')).toBe(readFileSync(at(`1-${format}.csv`), 'utf8'));
    }
  });
});

describe('erase and retention', () => {
  it('erases one subject, after it was named twice', async () => {
    expect(await records('erase', '--subject', 'AB-1', '--dry-run')).toMatch(/^Would be erased: 1 visit, \d+ rows, /);
    expect(await records('erase', '--subject', 'AB-1', '--confirm', 'AB-1')).toMatch(/^Erased: 1 visit, /);
    const codes = await withStore(async (store) => (await store.listSubjects()).map(({ code }) => code));
    expect(codes).toEqual(['CD-2']);
    expect((await audits())[0]).toMatchObject({ action: 'subject.erase', values: { why: 'command', sessions: 1 } });
    for (const name of readdirSync(data)) expect(readFileSync(join(data, name)).includes('AB-1')).toBe(false);
  });

  it('keeps what is not due, tells what is, and erases when it is told to', async () => {
    expect(await records('retention')).toContain('no general limit');
    await withStore((store) =>
      store.createSession({ id: 'now', subjectCode: 'NEW-1', startedAtMs: Date.now(), softwareVersion: '1' }),
    );
    const told = JSON.parse(await records('retention', '--days', '30', '--json')) as { due: unknown[] };
    expect(told.due).toHaveLength(2);
    expect(await records('retention', '--apply')).toContain('2 subjects erased');
    const codes = await withStore(async (store) => (await store.listSubjects()).map(({ code }) => code));
    expect(codes).toEqual(['NEW-1']);
    expect((await audits()).map(({ action }) => action)).toEqual(['subject.erase', 'subject.erase', 'setting.change']);
  });
});

it('says what to do where a file or records are in the way', async () => {
  writeFileSync(at('there'), 'mine');
  for (const argv of [
    ['export', 'csv', '--all', '--out', at('there')],
    ['backup', at('there')],
    ['rescore', '--all', '--compare', at('there')],
  ] as [string, ...string[]][])
    await expect(records(...argv), argv[0]).rejects.toMatchObject({
      code: 'BAD_FILE',
      message: expect.stringMatching(/^The file cannot be used\. \(.*there is there already/) as string,
      hint: 'Choose another file name, or move the file that is there away.',
    });
  await records('backup', at('b.sqlite'));
  await expect(records('restore', at('b.sqlite'))).rejects.toMatchObject({
    code: 'WRONG_STATE',
    hint: expect.stringMatching(/new or an empty place/) as string,
  });
  await records('export', 'csv', '--all', '--out', at('r.csv'));
  for (const dry of [[], ['--dry-run']])
    await expect(records('import', at('r.csv'), ...dry)).rejects.toMatchObject({
      code: 'WRONG_STATE',
      hint: 'Name a new or an empty folder with --data.',
    });
});

it('says so where there is nothing to recompute, and counts one as one', async () => {
  const few = at('few');
  await withStore(async () => {}, few);
  expect(await runCommand('rescore', '--all', '--data', few)).toBe('There is no finished test to recompute.\n');
  expect(await runCommand('verify', '--data', few)).toContain('0 sessions, 0 chunks');
  await withStore(async (store) => {
    await store.createSession({ id: 's', subjectCode: 'AB-1', startedAtMs: 1, softwareVersion: '1' });
  }, few);
  expect(await runCommand('verify', '--data', few)).toContain(' 1 session, 0 chunks');
});

it('answers bad input with a code, and leaves no file behind', async () => {
  writeFileSync(at('there.csv'), 'mine');
  writeFileSync(at('map.json'), '{}');
  writeFileSync(at('junk.tar'), 'x'.repeat(2000));
  const all = ['--all', '--data', data];
  for (const [code, name, ...argv] of [
    ['BAD_FLAG', 'export'],
    ['BAD_FLAG', 'export', 'xlsx', ...all],
    ['BAD_FLAG', 'export', 'csv', 'more', ...all],
    ['NOTHING_SELECTED', 'export', 'csv', '--data', data],
    ['BAD_REQUEST', 'export', 'csv', '--subject', 'AB-1', ...all],
    ['BAD_REQUEST', 'export', 'mcap', ...all],
    ['BAD_REQUEST', 'export', 'archive', ...all],
    ['NOT_FOUND', 'export', 'csv', '--subject', 'NOBODY', '--data', data, '--out', at('x')],
    ['NOT_FOUND', 'export', 'mcap', '--session', 'none', '--data', data, '--out', at('x')],
    ['NOT_FOUND', 'export', 'archive', '--subject', 'NOBODY', '--data', data, '--out', at('x')],
    ['BAD_FLAG', 'export', 'csv', '--from', '2026-02-30', '--data', data],
    ['BAD_FLAG', 'export', 'csv', '--from', 'today', '--data', data],
    ['BAD_FLAG', 'export', 'csv', '--from', '2026-02-02', '--to', '2026-02-01', '--data', data],
    ['BAD_FLAG', 'export', 'csv', '--kinds', 'dance', ...all],
    ['BAD_FLAG', 'export', 'redcap', '--record-id', 'Record ID', '--out', at('x'), ...all],
    ['BAD_FLAG', 'export', 'fhir', '--map', at('map.json'), ...all],
    ['BAD_COLUMN_MAP', 'export', 'csv', '--map', at('map.json'), ...all],
    ['BAD_FILE', 'export', 'csv', '--map', at('none.json'), ...all],
    ['BAD_FILE', 'export', 'csv', '--out', at('there.csv'), ...all],
    ['BAD_FILE', 'export', 'csv', '--out', at('none/x.csv'), ...all],
    ['BAD_FLAG', 'validate'],
    ['BAD_FILE', 'validate', at('none.csv')],
    ['BAD_FILE', 'validate', folder],
    ['BAD_FLAG', 'validate', at('there.csv'), '--schema', 'x'],
    ['INVALID_DATA_FILE', 'validate', at('there.csv')],
    ['BAD_FLAG', 'import', '--data', data],
    ['BAD_FILE', 'import', at('none.tar'), '--data', data],
    ['ARCHIVE_DAMAGED', 'import', at('junk.tar'), '--data', data],
    ['BAD_FLAG', 'erase', '--data', data],
    ['BAD_FLAG', 'erase', '--subject', 'AB-1', '--data', data],
    ['BAD_FLAG', 'erase', '--subject', 'AB-1', '--confirm', 'AB-2', '--data', data],
    ['NOT_FOUND', 'erase', '--subject', 'NO', '--confirm', 'NO', '--data', data],
    ['BAD_FLAG', 'retention', '--days', '-1', '--data', data],
    ['BAD_FLAG', 'retention', '--days', 'x', '--data', data],
  ] as [string, string, ...string[]][]) {
    const error = await runCommand(name, ...argv).then(
      () => null,
      (cause: unknown) => cause,
    );
    expect(error, argv.join(' ')).toBeInstanceOf(KitError);
    expect(error, `${name} ${argv.join(' ')}`).toMatchObject({ code });
  }
  expect(existsSync(at('x'))).toBe(false);
  expect(readFileSync(at('there.csv'), 'utf8')).toBe('mine');
  expect(readdirSync(folder).filter((name) => name.includes('.part'))).toEqual([]);
});

it('lets everything else have its turn while a long export is made', async () => {
  const { createMemoryStore } = await import('../../src/adapters/store/memory-store.ts');
  const { summarise } = await import('../../src/adapters/export/index.ts');
  const store = createMemoryStore();
  await store.open();
  for (let i = 0; i < 60; i++) await fillVisit(store, `S-${i}`, 6);
  let turns = 0;
  const count = (): void => {
    turns++;
    next = setImmediate(count);
  };
  let next = setImmediate(count);
  const { bytes } = await summarise(store, 'fhir', { everything: true });
  clearImmediate(next);
  await store.close();
  expect(bytes).toBeGreaterThan(2 * 65_536);
  expect(turns).toBeGreaterThanOrEqual(Math.floor(bytes / 65_536));
});

describe('import of tables', () => {
  it('gives the same tables from an empty place, is told in the audit, and is marked in list and verify', async () => {
    await records('export', 'csv', '--all', '--out', at('r.csv'));
    await records('export', 'visits', '--all', '--out', at('v.csv'));
    const other = at('other');
    expect(await runCommand('import', at('r.csv'), at('v.csv'), '--dry-run', '--data', other)).toMatch(
      /^Would be taken: 2 subj/,
    );
    expect(existsSync(other)).toBe(false);
    const told = await runCommand('import', at('r.csv'), at('v.csv'), '--data', other, '--json');
    expect(JSON.parse(told)).toMatchObject({ subjects: 2, visits: 2, repetitions: 2, imported: true });
    for (const [format, name] of [
      ['csv', 'r'],
      ['visits', 'v'],
    ] as const) {
      await runCommand('export', format, '--all', '--data', other, '--out', at(`${name}2.csv`));
      expect(readFileSync(at(`${name}2.csv`))).toEqual(readFileSync(at(`${name}.csv`)));
    }
    expect((await audits(other)).map(({ action }) => action)).toContain('import.csv');
    expect(await runCommand('list', '--data', other)).toContain('imported (no raw data)');
    expect(await runCommand('verify', '--data', other)).toContain('2 sessions are imported from CSV tables');
    expect(await records('verify')).not.toContain('imported');
    await expect(runCommand('import', at('v.csv'), '--data', other)).rejects.toMatchObject({ code: 'WRONG_STATE' });
  });
});
