import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readColumnMap } from '../../../src/adapters/export/tables/column-map.ts';
import { TABLES } from '../../../src/adapters/export/tables/index.ts';
import { REPETITIONS, repetitionLines } from '../../../src/adapters/export/tables/repetitions.ts';
import { VISITS } from '../../../src/adapters/export/tables/visits.ts';
import { tableCsv } from '../../../src/adapters/export/tables/write.ts';
import { FAULT_CODES, type FaultCode } from '../../../src/adapters/export/validate/fault.ts';
import { validateCsv } from '../../../src/adapters/export/validate/validate.ts';
import { asyncOf, bytesOf, repetition, textOf, trial, visit, visits } from '../../support/export-visits.ts';

const repetitions = await textOf(tableCsv(REPETITIONS, repetitionLines(asyncOf(visits(3)))));
const visitFile = await textOf(tableCsv(VISITS, visits(3)));
const check = (text: string | Uint8Array, options = {}) => validateCsv(bytesOf(text), options);

/** One cell of one row (1: the header) replaced, by the name of its column. None of the cells here has a comma. */
function put(file: string, row: number, column: string, text: string): string {
  const lines = file.split('\r\n');
  const at = lines[0]!.split(',').indexOf(column);
  const cells = lines[row - 1]!.split(',');
  cells[at] = text;
  lines[row - 1] = cells.join(',');
  return lines.join('\r\n');
}
const line = (file: string, row: number, change: (text: string) => string): string =>
  file
    .split('\r\n')
    .map((text, index) => (index === row - 1 ? change(text) : text))
    .join('\r\n');
const latin1 = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0));

/** Where a line that ends too early shows. */
const LAST_COLUMN = REPETITIONS.columns.at(-1)!.name;

const BROKEN: readonly (readonly [string, string | Uint8Array, FaultCode, number | null, string | null])[] = [
  ['nothing', '', 'empty-file', null, null],
  ['another encoding', latin1(put(repetitions, 3, 'sensor_model', 'M\xe9')), 'not-utf8', 3, 'sensor_model'],
  ['a byte order mark', `\ufeff${repetitions}`, 'byte-order-mark', 1, null],
  ['line feeds alone', repetitions.replace('\r\n', '\n'), 'line-end', 1, null],
  ['carriage returns alone', repetitions.replace('\r\n', '\r'), 'line-end', 1, null],
  ['a file cut off', repetitions.slice(0, -2), 'no-final-line-end', 25, LAST_COLUMN],
  ['a quote never closed', put(repetitions, 2, 'warnings', '"closure'), 'quote-unclosed', 2, 'warnings'],
  ['a quote inside', put(repetitions, 2, 'warnings', 'clo"sure'), 'quote-inside', 2, 'warnings'],
  ['text after a quote', put(repetitions, 2, 'warnings', '"closure"x'), 'text-after-quote', 2, 'warnings'],
  ['a control character', put(repetitions, 2, 'warnings', 'a\u0000b'), 'control-character', 2, 'warnings'],
  ['semicolons', repetitions.replaceAll(',', ';'), 'delimiter', 1, null],
  ['the table of somebody else', 'a,b\r\n1,2\r\n', 'unknown-schema', 1, null],
  ['another schema id', put(repetitions, 4, 'schema_id', 'x/y'), 'unknown-schema', 4, 'schema_id'],
  ['another version', put(repetitions, 2, 'schema_version', '1'), 'unknown-version', 2, 'schema_version'],
  ['a column missing', put(repetitions, 1, 'hold_s', 'hold'), 'column-missing', 1, 'hold_s'],
  ['a column too many', line(repetitions, 1, (text) => `${text},extra`), 'column-unknown', 1, 'extra'],
  ['a column twice', put(repetitions, 1, 'hold_s', 'angle_deg'), 'column-twice', 1, 'angle_deg'],
  [
    'columns in another order',
    put(put(repetitions, 1, 'hold_s', 'closure_deg_'), 1, 'closure_deg', 'hold_s').replace(
      'closure_deg_',
      'closure_deg',
    ),
    'column-order',
    1,
    'peak_speed_degps',
  ],
  ['an empty row', repetitions.replace('\r\n', '\r\n\r\n'), 'empty-row', 2, null],
  [
    'a cell too few',
    line(repetitions, 3, (text) => text.slice(0, text.lastIndexOf(','))),
    'cell-count',
    3,
    LAST_COLUMN,
  ],
  ['a cell too many', line(repetitions, 3, (text) => `${text},x`), 'cell-count', 3, null],
  ['no subject', put(repetitions, 5, 'subject_code', ''), 'required-empty', 5, 'subject_code'],
  ['words for a number', put(repetitions, 2, 'angle_deg', 'n/a'), 'not-a-number', 2, 'angle_deg'],
  ['a unit in the cell', put(repetitions, 2, 'angle_deg', '38.2°'), 'not-a-number', 2, 'angle_deg'],
  ['an exponent', put(repetitions, 2, 'angle_deg', '3.8e1'), 'not-a-number', 2, 'angle_deg'],
  ['NaN', put(repetitions, 2, 'closure_deg', 'NaN'), 'not-a-number', 2, 'closure_deg'],
  ['a decimal comma', put(repetitions, 2, 'angle_deg', '"38,2"'), 'decimal-comma', 2, 'angle_deg'],
  [
    'a part of a repetition',
    put(repetitions, 2, 'repetition_number', '1.5'),
    'not-a-whole-number',
    2,
    'repetition_number',
  ],
  ['an angle of no neck', put(repetitions, 2, 'angle_deg', '380'), 'out-of-range', 2, 'angle_deg'],
  ['a score beyond its scale', put(visitFile, 3, 'ndi_points', '51'), 'out-of-range', 3, 'ndi_points'],
  ['TRUE', put(repetitions, 2, 'counted', 'TRUE'), 'not-true-or-false', 2, 'counted'],
  ['a side that is none', put(repetitions, 2, 'side', 'L'), 'unknown-word', 2, 'side'],
  ['a time without zone', put(repetitions, 2, 'started_at', '2026-03-01T09:30:00.000'), 'time-form', 2, 'started_at'],
  [
    'a date as spreadsheets like it',
    put(repetitions, 2, 'started_at', '01.03.2026 09:30'),
    'time-form',
    2,
    'started_at',
  ],
  [
    'the thirtieth of February',
    put(repetitions, 2, 'started_at', '2026-02-30T09:30:00.000+01:00'),
    'time-impossible',
    2,
    'started_at',
  ],
  ['a formula', put(repetitions, 2, 'sensor_model', '=cmd'), 'formula', 2, 'sensor_model'],
  ['no angle and no reason', put(repetitions, 2, 'angle_deg', ''), 'reason-missing', 2, 'angle_deg'],
  [
    '0 for not done',
    put(visitFile, 2, 'crom_extension_mean_deg', '0'),
    'reason-not-needed',
    2,
    'crom_extension_reason',
  ],
  ['a row twice', `${repetitions}${repetitions.split('\r\n')[1]}\r\n`, 'row-twice', 26, 'repetition_index'],
  ['counted and rejected', put(repetitions, 2, 'rejection_reason', 'fast'), 'contradiction', 2, 'rejection_reason'],
  ['left and right', put(repetitions, 2, 'side', 'right'), 'contradiction', 2, 'side'],
  [
    'an end before the start',
    put(visitFile, 2, 'ended_at', '2020-01-01T00:00:00.000Z'),
    'contradiction',
    2,
    'ended_at',
  ],
];

describe('the validator', () => {
  it('passes what the kit writes', async () => {
    expect(await check(repetitions)).toEqual({
      ...{ ok: true, schema: 'neck-rom/repetitions', version: 3, rows: 24, faults: [], faultCount: 0 },
    });
    expect(await check(visitFile)).toMatchObject({ ok: true, schema: 'neck-rom/visits', rows: 3 });
    expect(await check(repetitions.slice(0, repetitions.indexOf('\r\n') + 2))).toMatchObject({ ok: true, rows: 0 });
  });

  it('passes it whatever its texts hold, in pieces of any size', async () => {
    const unit = fc.constantFrom('a', '"', ',', '\n', '\r', ' ', '=', '-', ';', 'é', '😀', "'");
    await fc.assert(
      fc.asyncProperty(fc.string({ unit }), fc.integer({ min: 1, max: 50 }), async (text, pieceBytes) => {
        const sensor = { model: text, serial: `s${text}`, firmware: text, manufacturer: text };
        const one = visit({ trials: [trial({ sensor, repetitions: [repetition({ endReason: text })] })] });
        const csv = await textOf(tableCsv(REPETITIONS, repetitionLines(asyncOf([one]))));
        expect(await validateCsv(bytesOf(csv, pieceBytes))).toMatchObject({ ok: true, rows: 1 });
      }),
      { numRuns: 40 },
    );
  });

  it.each(BROKEN)('finds %s', async (_what, file, code, row, column) => {
    const found = await check(file);
    expect(found.ok).toBe(false);
    expect(found.faults.map((fault) => fault.code)).toContain(code);
    const fault = found.faults.find((one) => one.code === code)!;
    expect(fault.message).not.toBe('');
    expect(fault.row).toBe(row);
    if (column !== null) expect(fault.column).toBe(column);
  });

  it('has a broken file for every code', () => {
    const found = new Set(BROKEN.map(([, , code]) => code));
    expect(FAULT_CODES.filter((code) => !found.has(code))).toEqual(['too-many-faults']);
  });

  it('lists a hundred faults and counts the rest', async () => {
    const csv = await textOf(tableCsv(REPETITIONS, repetitionLines(asyncOf(visits(40)))));
    const found = await check(csv.replaceAll('trial-', '=trial-'));
    expect(found.faults).toHaveLength(101);
    expect(found.faults.at(-1)!.code).toBe('too-many-faults');
    expect(found.faultCount).toBe(320);
  });

  it('never throws, whatever bytes it is given', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        expect((await check(bytes)).ok).toBe(false);
      }),
    );
  });

  it('reads a file in the names of another system', async () => {
    const text = JSON.stringify({
      ...{ schema: 'neck-rom/visits', version: 3, order: ['subject_code'] },
      rename: { subject_code: 'PatientId', ndi_points: 'NDI', ndi_points_reason: 'NDI why' },
    });
    const map = readColumnMap(text, TABLES);
    const csv = await textOf(tableCsv(VISITS, visits(2), map));
    expect(await check(csv, { map })).toMatchObject({ ok: true, rows: 2 });
    expect((await check(put(csv, 2, 'NDI', ''), { map })).faults[0]).toMatchObject({
      code: 'reason-missing',
      column: 'NDI',
    });
    expect((await check(csv)).ok).toBe(false);
  });
});
