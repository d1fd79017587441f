import Papa from 'papaparse';
import { describe, expect, it } from 'vitest';
import { REDCAP_FIELDS, redcapDate } from '../../../src/adapters/export/redcap/fields.ts';
import { DEFAULT_REDCAP, redcapCsv, redcapDictionary } from '../../../src/adapters/export/redcap/redcap.ts';
import { asyncOf, START_MS, textOf, visit, visits } from '../../support/export-visits.ts';

const parse = (csv: string): Record<string, string>[] =>
  Papa.parse<Record<string, string>>(csv, { header: true, delimiter: ',', skipEmptyLines: true }).data;
const file = (options = DEFAULT_REDCAP, count = 4) => textOf(redcapCsv(asyncOf(visits(count)), options));

describe('the REDCap import file', () => {
  it('begins with the Record ID, numbers the visits of each subject, and ends with the status of the form', async () => {
    const csv = await file();
    const header = csv.slice(0, csv.indexOf('\r\n')).split(',');
    expect(header.slice(0, 3)).toEqual(['record_id', 'redcap_repeat_instrument', 'redcap_repeat_instance']);
    expect(header.at(-1)).toBe('neck_rom_complete');
    const rows = parse(csv);
    expect(rows.map((row) => [row['record_id'], row['redcap_repeat_instance']])).toEqual([
      ['AB-1', '1'],
      ['AB-2', '1'],
      ['AB-1', '2'],
      ['AB-2', '2'],
    ]);
    expect(rows[0]).toMatchObject({
      redcap_repeat_instrument: 'neck_rom',
      session_dt: redcapDate(START_MS),
      setting: '1',
      simulated: '1',
      frt_l_mean_deg: '39',
      frt_asym_deg: '9.5',
      crom_ext_mean_deg: '',
      crom_ext_reason: '1',
      frt_l_reason: '',
      ndi: '14',
      groc: '-3',
      neck_rom_complete: '2',
    });
    expect(rows[0]!['session_dt']).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d$/);
  });

  it('carries event and group where the project has them', async () => {
    const csv = await file({ recordIdField: 'study_id', eventName: 'baseline_arm_1', group: 'north' });
    expect(parse(csv)[0]).toMatchObject({
      study_id: 'AB-1',
      redcap_event_name: 'baseline_arm_1',
      redcap_data_access_group: 'north',
    });
  });

  it('has names as REDCap wants them, each once', () => {
    const names = REDCAP_FIELDS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z][a-z0-9_]{0,25}$/);
  });

  it('has a dictionary of eighteen columns with every field that is imported', async () => {
    const rows = Papa.parse<string[]>(redcapDictionary(), { delimiter: ',', skipEmptyLines: true }).data;
    for (const row of rows) expect(row).toHaveLength(18);
    const header = (await file()).split('\r\n')[0]!.split(',');
    const own = header.filter((name) => !name.startsWith('redcap_') && name !== 'neck_rom_complete');
    expect(rows.slice(1).map(([name]) => name)).toEqual(own);
  });

  it('writes choices as codes that the dictionary has', async () => {
    const rows = parse(redcapDictionary());
    const choices = new Map(
      rows.map((row) => [
        row['Variable / Field Name'],
        row['Choices, Calculations, OR Slider Labels']!.split('|').map((choice) => choice.trim().split(',')[0]),
      ]),
    );
    for (const row of parse(await textOf(redcapCsv(asyncOf([visit(), visit({ setting: 'home', trials: [] })])))))
      for (const { name, type } of REDCAP_FIELDS)
        if (type === 'radio' && row[name] !== '') expect(choices.get(name), name).toContain(row[name]);
  });

  it('refuses names that REDCap would not take', async () => {
    for (const options of [
      { ...DEFAULT_REDCAP, recordIdField: 'Record ID' },
      { ...DEFAULT_REDCAP, recordIdField: 'session_id' },
      { ...DEFAULT_REDCAP, eventName: 'Baseline' },
    ])
      await expect(file(options)).rejects.toMatchObject({ code: 'BAD_FLAG' });
  });
});
