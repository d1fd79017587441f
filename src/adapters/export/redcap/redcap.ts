/** The import file for REDCap and the data dictionary that makes the matching instrument. */
import { KitError } from '../../../contract/errors.ts';
import type { ExportVisit } from '../../../contract/export.ts';
import { numberCell, textCell } from '../tables/cells.ts';
import { REDCAP_FIELDS, REDCAP_INSTRUMENT, type RedcapField } from './fields.ts';

export interface RedcapOptions {
  /** Name of the project's Record ID field. */
  readonly recordIdField: string;
  /** Unique event name ("baseline_arm_1") of a longitudinal project; null: not longitudinal. */
  readonly eventName: string | null;
  /** Data access group; null: none. */
  readonly group: string | null;
}

export const DEFAULT_REDCAP: RedcapOptions = { recordIdField: 'record_id', eventName: null, group: null };

const NAME = /^[a-z][a-z0-9_]{0,99}$/;

function checked(options: RedcapOptions): RedcapOptions {
  if (!NAME.test(options.recordIdField))
    throw new KitError('BAD_FLAG', 'the Record ID field has lower-case letters, digits and _, from a letter');
  if (REDCAP_FIELDS.some(({ name }) => name === options.recordIdField))
    throw new KitError('BAD_FLAG', `"${options.recordIdField}" is a field of the instrument itself`);
  if (options.eventName !== null && !/^[a-z0-9_]+_arm_\d+$/.test(options.eventName))
    throw new KitError('BAD_FLAG', 'the unique event name ends in _arm_ and a number: baseline_arm_1');
  return options;
}

const cell = (value: string | number | null): string =>
  typeof value === 'number' ? numberCell(value) : textCell(value);

/** One visit is one instance of the repeating instrument, numbered from 1 per subject in the order of visits. */
export async function* redcapCsv(
  visits: AsyncIterable<ExportVisit>,
  given: RedcapOptions = DEFAULT_REDCAP,
): AsyncIterable<string> {
  const options = checked(given);
  const event = options.eventName === null ? [] : [options.eventName];
  const group = options.group === null ? [] : [options.group];
  const header = [
    options.recordIdField,
    ...event.map(() => 'redcap_event_name'),
    'redcap_repeat_instrument',
    'redcap_repeat_instance',
    ...group.map(() => 'redcap_data_access_group'),
    ...REDCAP_FIELDS.map(({ name }) => name),
    `${REDCAP_INSTRUMENT}_complete`,
  ];
  yield `${header.join(',')}\r\n`;
  const instances = new Map<string, number>();
  for await (const visit of visits) {
    const instance = (instances.get(visit.subjectCode) ?? 0) + 1;
    instances.set(visit.subjectCode, instance);
    const cells = [
      cell(visit.subjectCode),
      ...event,
      REDCAP_INSTRUMENT,
      String(instance),
      ...group.map(cell),
      ...REDCAP_FIELDS.map(({ of }) => cell(of(visit))),
      visit.endedAtMs === null ? '0' : '2',
    ];
    yield `${cells.join(',')}\r\n`;
  }
}

const DICTIONARY_HEADER = [
  'Variable / Field Name',
  'Form Name',
  'Section Header',
  'Field Type',
  'Field Label',
  'Choices, Calculations, OR Slider Labels',
  'Field Note',
  'Text Validation Type OR Show Slider Number',
  'Text Validation Min',
  'Text Validation Max',
  'Identifier?',
  'Branching Logic (Show field only if...)',
  'Required Field?',
  'Custom Alignment',
  'Question Number (surveys only)',
  'Matrix Group Name',
  'Matrix Ranking?',
  'Field Annotation',
];

function dictionaryRow(field: Omit<RedcapField, 'of'>): string {
  const { name, label, type, choices, note, validation, min, max } = field;
  const cells = [name, REDCAP_INSTRUMENT, '', type, label, choices, note, validation];
  const limits = [min === null ? '' : String(min), max === null ? '' : String(max)];
  return [...cells.map(textCell), ...limits, ...Array.from({ length: 8 }, () => '')].join(',');
}

/** In REDCap's own form of eighteen columns, to be loaded once before the first import. */
export function redcapDictionary(options: RedcapOptions = DEFAULT_REDCAP): string {
  const { recordIdField } = checked(options);
  const id = { name: recordIdField, label: 'subject code', type: 'text', choices: '', note: 'pseudonymous' } as const;
  const rows = [{ ...id, validation: '', min: null, max: null } as const, ...REDCAP_FIELDS].map(dictionaryRow);
  return `${[DICTIONARY_HEADER.map(textCell).join(','), ...rows].join('\r\n')}\r\n`;
}
