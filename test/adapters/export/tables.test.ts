import fc from 'fast-check';
import Papa from 'papaparse';
import { describe, expect, it } from 'vitest';
import { guarded, textCell, unguarded } from '../../../src/adapters/export/tables/cells.ts';
import { readColumnMap } from '../../../src/adapters/export/tables/column-map.ts';
import { dictionaryCsv, dictionaryJson } from '../../../src/adapters/export/tables/dictionary.ts';
import { TABLES } from '../../../src/adapters/export/tables/index.ts';
import { OUTCOME_MEASURES, OUTCOME_SCORES, outcomeOf } from '../../../src/adapters/export/tables/outcome.ts';
import { DIRECTIONS, REPETITIONS, repetitionLines } from '../../../src/adapters/export/tables/repetitions.ts';
import { VISITS } from '../../../src/adapters/export/tables/visits.ts';
import { tableCsv } from '../../../src/adapters/export/tables/write.ts';
import { KitError } from '../../../src/contract/errors.ts';
import type { ExportVisit } from '../../../src/contract/export.ts';
import { INSTRUMENTS } from '../../../src/core/outcome/instruments.ts';
import { PROTOCOLS } from '../../../src/core/protocol/registry.ts';
import { asyncOf, START_MS, textOf, trial, visit, visits } from '../../support/export-visits.ts';

const repetitionsOf = (all: Iterable<ExportVisit>) => textOf(tableCsv(REPETITIONS, repetitionLines(asyncOf(all))));
const visitsOf = (all: Iterable<ExportVisit>) => textOf(tableCsv(VISITS, all));
const parse = (csv: string): Record<string, unknown>[] =>
  Papa.parse<Record<string, unknown>>(csv, { header: true, delimiter: ',', dynamicTyping: true, skipEmptyLines: true })
    .data;

describe('the repetitions table', () => {
  it('reads back with its types in a parser that guesses them', async () => {
    const csv = await repetitionsOf([visit()]);
    expect(csv.endsWith('\r\n')).toBe(true);
    const rows = parse(csv);
    expect(rows).toHaveLength(8);
    expect(rows[0]).toMatchObject({
      schema_id: 'neck-rom/repetitions',
      schema_version: 3,
      subject_code: 'AB-1',
      simulated: true,
      repetition_index: 1,
      side: 'left',
      direction: 'left',
      practice: false,
      counted: true,
      rejection_reason: null,
      warnings: 'closure',
      angle_deg: 38.25,
      angle_reason: null,
      gravity_angle_deg: null,
      closure_deg: -1.5,
      peak_speed_degps: 31.25,
      hold_s: 0.75,
      method: 'frt-smoothed/1',
    });
    expect(rows[2]).toMatchObject({ angle_deg: null, angle_reason: 'fast', counted: false });
    expect(rows[5]).toMatchObject({ direction: 'lateral-left', side: 'left', conjunct_right_lateral_deg: -3.25 });
    expect(rows[7]).toMatchObject({ side: 'none', angle_reason: 'not-measured-by-this-test', hold_s: 21.5 });
    expect(Date.parse(String(Papa.parse<Record<string, string>>(csv, { header: true }).data[0]!['started_at']))).toBe(
      START_MS + 60_000,
    );
  });

  it('knows every direction of every test', () => {
    const directions = new Set(PROTOCOLS.flatMap((protocol) => protocol.directions));
    for (const direction of directions) expect(DIRECTIONS).toContain(direction);
  });
});

describe('the visits table', () => {
  it('has the result of every test, unit and side in the name, and a reason for what is not there', async () => {
    const [row] = parse(await visitsOf([visit()]));
    expect(row).toMatchObject({
      frt_left_mean_deg: 39,
      frt_left_best_deg: 39.75,
      frt_left_counted: 2,
      frt_left_end_reason: 'pain',
      frt_left_reason: null,
      frt_right_mean_deg: 29.5,
      frt_right_sd_deg: null,
      frt_left_minus_right_deg: 9.5,
      crom_flexion_mean_deg: 48.5,
      crom_left_lateral_mean_deg: 36,
      crom_extension_mean_deg: null,
      crom_extension_counted: null,
      crom_extension_reason: 'not-done',
      neck_flexor_endurance_mean_s: 21.5,
      fast_rotation_left_reason: 'not-done',
      ndi_points: 14,
      ndi_points_reason: null,
      hit6_points: null,
      hit6_points_reason: 'too-many-missing',
      groc_points: -3,
      nprs_points: null,
      nprs_points_reason: 'not-asked',
    });
    expect(Number(row!['frt_left_sd_deg'])).toBeCloseTo(Math.SQRT1_2 * 1.5, 6);
  });

  it('never writes 0 for what was not done', async () => {
    const [row] = parse(await visitsOf([visit({ trials: [], scores: [] })]));
    for (const { name, type, required } of VISITS.columns)
      if (!required && (type === 'number' || type === 'integer')) expect(row![name], name).toBeNull();
  });

  it('says which word fits: rejected, interrupted, stopped, not reached', () => {
    const [left] = OUTCOME_MEASURES;
    const of = (change: Parameters<typeof trial>[0]) => outcomeOf(visit({ trials: [trial(change)] }), left!).reason;
    const [counted, , rejected] = trial().repetitions;
    expect(of({ repetitions: [rejected!] })).toBe('none-counted');
    expect(of({ repetitions: [], status: 'interrupted' })).toBe('interrupted');
    expect(of({ repetitions: [], status: 'stopped' })).toBe('stopped');
    expect(of({ repetitions: [{ ...counted!, measures: { angleDeg: null } }] })).toBe('not-reached');
  });

  it('takes the stored result before its own arithmetic, and the last trial of a kind', () => {
    const stored = { direction: 'left', count: 3, mean: 40, best: 41, spread: 1, sigma: 0.4 };
    const one = visit({ trials: [trial(), trial({ id: 'later', results: [stored] })] });
    expect(outcomeOf(one, OUTCOME_MEASURES[0]!)).toMatchObject({ mean: 40, sigma: 0.4 });
  });

  it('has a column for every instrument, within its range', () => {
    const ours = OUTCOME_SCORES.map(({ instrument, min, max }) => ({ id: instrument, total: { min, max } }));
    expect(ours).toEqual(INSTRUMENTS.map(({ id, total }) => ({ id, total })));
  });

  it('reports every test that there is', () => {
    expect([...new Set(OUTCOME_MEASURES.map(({ kind }) => kind))].sort()).toEqual(PROTOCOLS.map(({ id }) => id).sort());
    for (const { kind, direction, measure } of OUTCOME_MEASURES) {
      const protocol = PROTOCOLS.find(({ id }) => id === kind)!;
      expect(protocol.directions, kind).toContain(direction);
      expect(protocol.primary.replace('Radps', 'Degps').replace('Rad', 'Deg'), kind).toBe(measure);
    }
  });
});

describe('cells', () => {
  it('keep formulas from spreadsheets and give every text back', () => {
    for (const evil of ['=1+1', '+SUM(A1)', '-2+3', '@cmd', '\t=1', '=HYPERLINK("x","y")', "'=1"])
      expect(guarded(evil)).toBe(`'${evil}`);
    const unit = fc.constantFrom('a', '"', ',', '\n', '\r', ' ', '=', '-', '@', ';', 'é', "'", '\t');
    fc.assert(
      fc.property(fc.string({ unit }), (text) => {
        const csv = `x,${textCell(text)}\r\n`;
        const cell = Papa.parse<string[]>(csv, { delimiter: ',', newline: '\r\n' }).data[0]![1]!;
        expect(unguarded(cell)).toBe(text);
        expect(/^[=+\-@\t\r\n]/.test(cell)).toBe(false);
      }),
    );
  });

  it('write every finite number so that it reads back within 5e-7, and none as an empty cell', async () => {
    await fc.assert(
      fc.asyncProperty(fc.double({ min: -180, max: 180, noNaN: true }), async (closureDeg) => {
        const one = trial({ repetitions: [{ ...trial().repetitions[0]!, measures: { angleDeg: null, closureDeg } }] });
        const rows = Papa.parse<Record<string, string>>(await repetitionsOf([visit({ trials: [one] })]), {
          header: true,
        });
        const cell = rows.data[0]!['closure_deg']!;
        expect(cell).toMatch(/^-?\d+(\.\d+)?$/);
        expect(Math.abs(Number(cell) - closureDeg)).toBeLessThanOrEqual(5.1e-7);
      }),
    );
  });
});

describe('the column map', () => {
  const map = (value: unknown) => readColumnMap(JSON.stringify(value), TABLES);
  const base = { schema: 'neck-rom/visits', version: 3 };

  it('renames, omits and orders', async () => {
    const given = map({
      ...base,
      rename: { subject_code: 'Patient, Id', frt_left_mean_deg: 'FRT_L' },
      omit: VISITS.columns.map(({ name }) => name).filter((name) => name.startsWith('crom_')),
      order: ['subject_code', 'frt_left_mean_deg'],
    });
    const csv = await textOf(tableCsv(VISITS, [visit()], given));
    const header = Papa.parse<string[]>(csv, { delimiter: ',' }).data[0]!;
    expect(header.slice(0, 3)).toEqual(['Patient, Id', 'FRT_L', 'schema_id']);
    expect(header).not.toContain('crom_flexion_mean_deg');
    expect(parse(csv)[0]).toMatchObject({ 'Patient, Id': 'AB-1', FRT_L: 39 });
  });

  it.each([
    ['not JSON', '{', 'JSON'],
    ['no schema', { version: 1 }, 'schema'],
    ['an unknown schema', { ...base, schema: 'x' }, '"x"'],
    ['another version', { ...base, version: 9 }, 'version 9'],
    ['a key that is none', { ...base, columns: [] }, 'columns'],
    ['a name that is none, renamed', { ...base, rename: { nope: 'x' } }, '"nope"'],
    ['a name that is none, omitted', { ...base, omit: ['nope'] }, '"nope"'],
    ['a name that is none, ordered', { ...base, order: ['nope'] }, '"nope"'],
    ['a name twice', { ...base, order: ['examiner', 'examiner'] }, 'twice'],
    ['two columns of one name', { ...base, rename: { examiner: 'method' } }, '"method"'],
    ['an empty name', { ...base, rename: { examiner: ' ' } }, 'examiner'],
    ['a formula for a name', { ...base, rename: { examiner: '=x' } }, 'formula'],
    ['the simulated mark left out', { ...base, omit: ['simulated'] }, '"simulated"'],
    ['omitted and ordered', { ...base, omit: ['examiner'], order: ['examiner'] }, '"examiner"'],
  ])('refuses %s, naming it', (_what, value, name) => {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    expect(() => readColumnMap(text, TABLES)).toThrow(KitError);
    expect(() => readColumnMap(text, TABLES)).toThrow(name);
  });
});

describe('the data dictionary', () => {
  it.each(TABLES.map((table) => [table.id, table] as const))(
    'has every column of %s, in order, in both forms',
    (_, table) => {
      const names = table.columns.map(({ name }) => name);
      const json = JSON.parse(dictionaryJson(table)) as { columns: { name: string; unit: string | null }[] };
      expect(json.columns.map(({ name }) => name)).toEqual(names);
      expect(parse(dictionaryCsv(table)).map(({ column }) => column)).toEqual(names);
      expect(new Set(names).size).toBe(names.length);
      for (const { name, unit } of json.columns) {
        if (unit === 'deg') expect(name).toMatch(/_deg$/);
        if (unit === 'deg/s') expect(name).toMatch(/_degps$/);
        if (unit === 's') expect(name).toMatch(/_s$/);
      }
    },
  );
});

it('writes ten thousand visits in pieces, none of them large', async () => {
  let longest = 0;
  let pieces = 0;
  for await (const piece of tableCsv(REPETITIONS, repetitionLines(asyncOf(visits(10_000))))) {
    longest = Math.max(longest, piece.length);
    pieces++;
  }
  expect(longest).toBeLessThan(20_000);
  expect(pieces).toBeGreaterThan(1000);
});
