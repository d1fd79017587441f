import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import Papa from 'papaparse';
import { describe, expect, it } from 'vitest';
import { CSV_COLUMNS, csvHeader, csvRow, isoWithZone, repetitionsCsv } from '../../../src/adapters/export/csv.ts';
import type { RepetitionRow } from '../../../src/ports/session-store.ts';
import { DESCRIPTION, REPETITION } from '../../contract/session-store.ts';

const ROW: RepetitionRow = {
  sessionId: 's-1',
  subjectCode: 'AB-1',
  softwareVersion: '0.1.0',
  trialId: 't-1',
  kind: 'frt',
  trialStatus: 'finished',
  simulated: true,
  parameters: { method: 'frt-live-twist/1' },
  stream: { id: 'st', sourceId: 'simulator', description: DESCRIPTION },
  repetition: REPETITION,
};

async function file(rows: readonly RepetitionRow[]): Promise<string> {
  async function* each() {
    yield* rows;
  }
  let out = '';
  for await (const piece of repetitionsCsv(each())) out += piece;
  return out;
}
const parse = (csv: string): Record<string, string>[] =>
  Papa.parse<Record<string, string>>(csv, { header: true, delimiter: ',', skipEmptyLines: true }).data;

describe('the CSV export', () => {
  it('writes what it was given, one row a repetition', async () => {
    const csv = await file([ROW, { ...ROW, repetition: { ...REPETITION, number: 2, direction: 'right' } }]);
    expect(csv.endsWith('\r\n')).toBe(true);
    const rows = parse(csv);
    expect(rows).toHaveLength(2);
    expect(rows[0]).toMatchObject({
      schema_version: '1',
      subject_code: 'AB-1',
      simulated: 'true',
      source: 'simulator',
      test: 'frt',
      repetition_number: '1',
      side: 'left',
      practice: 'false',
      counted: 'true',
      rejection_reason: '',
      warnings: 'closure',
      angle_deg: '38.25',
      angle_standard_uncertainty_deg: '0.7',
      gravity_angle_deg: '',
      closure_deg: '-1.5',
      peak_speed_degps: '31.25',
      hold_s: '0.75',
      sensor_model: 'M1',
      sensor_firmware: '1.2.3',
      software_version: '0.1.0',
      method: 'frt-live-twist/1',
    });
    expect(Date.parse(rows[0]!['started_at']!)).toBe(REPETITION.startedAtMs);
    expect(rows[0]!['started_at']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d$/);
  });

  it('keeps a header when there is nothing to write', async () => {
    expect(await file([])).toBe(csvHeader());
  });

  it('neutralises formulas in text and leaves negative numbers alone', () => {
    for (const evil of ['=1+1', '+SUM(A1)', '-2+3', '@cmd', '\t=1', '=HYPERLINK("x","y")']) {
      const description = { ...DESCRIPTION, model: evil };
      const [row] = parse(csvHeader() + csvRow({ ...ROW, stream: { ...ROW.stream!, description } }));
      expect(row!['sensor_model']).toBe(`'${evil}`);
      expect(row!['closure_deg']).toBe('-1.5');
    }
  });

  it('brings any text back through another parser, whatever quotes, commas and line ends it holds', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', ' ', '=', '-', ';', 'é', "'") }),
        (text) => {
          const description = { ...DESCRIPTION, firmware: text };
          const csv = csvHeader() + csvRow({ ...ROW, stream: { ...ROW.stream!, description } });
          const parsed = Papa.parse<string[]>(csv, { header: false, delimiter: ',', newline: '\r\n' }).data;
          const cell = parsed[1]![CSV_COLUMNS.findIndex(([name]) => name === 'sensor_firmware')];
          expect(cell).toBe(/^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text);
        },
      ),
    );
  });

  it('writes every finite number so that it reads back within 5e-7, and none as an empty cell', () => {
    fc.assert(
      fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }), (value) => {
        const [row] = parse(
          csvHeader() + csvRow({ ...ROW, repetition: { ...REPETITION, values: { closureDeg: value } } }),
        );
        expect(row!['closure_deg']).toMatch(/^-?\d+(\.\d+)?$/);
        expect(Math.abs(Number(row!['closure_deg']) - value)).toBeLessThanOrEqual(5.1e-7);
      }),
    );
    for (const none of [Number.NaN, Number.POSITIVE_INFINITY, null]) {
      const [row] = parse(csvHeader() + csvRow({ ...ROW, repetition: { ...REPETITION, values: { holdS: none } } }));
      expect(row!['hold_s']).toBe('');
    }
  });

  it('names a time with its zone', () => {
    expect(isoWithZone(0, 0)).toBe('1970-01-01T00:00:00.000+00:00');
    expect(isoWithZone(1_700_000_000_123, 120)).toBe('2023-11-15T00:13:20.123+02:00');
    expect(isoWithZone(1_700_000_000_123, -210)).toBe('2023-11-14T18:43:20.123-03:30');
  });

  it('has every column in the documentation, and no other', () => {
    const page = readFileSync(join(import.meta.dirname, '../../../docs/csv.md'), 'utf8');
    const documented = page
      .split('\n')
      .filter((line) => line.startsWith('| `'))
      .flatMap((line) => [...line.split('|')[1]!.matchAll(/`([a-z_]+)`/g)].map((match) => match[1]));
    expect(documented).toEqual(CSV_COLUMNS.map(([name]) => name));
  });
});
