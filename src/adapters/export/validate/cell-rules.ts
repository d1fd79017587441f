/** What one cell may hold, by the rules of its column. */
import { isFormula, unguarded } from '../tables/cells.ts';
import type { ColumnRules } from '../tables/table.ts';
import type { FaultCode } from './fault.ts';

export type CellFault = readonly [FaultCode, string];

const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?$/;
const TIME = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(\.\d{1,6})?(Z|[+-](\d\d):(\d\d))$/;

function numberFault(text: string, rules: ColumnRules): CellFault | null {
  if (!NUMBER.test(text)) {
    if (/^-?\d+,\d+$/.test(text)) return ['decimal-comma', `"${text}" has a decimal comma; a point is meant`];
    return ['not-a-number', `"${text}" is not a number (decimal point, no unit, no exponent, no thousands separator)`];
  }
  if (rules.type === 'integer' && text.includes('.')) return ['not-a-whole-number', `"${text}" is not a whole number`];
  const value = Number(text);
  const low = rules.min !== null && value < rules.min;
  const high = rules.max !== null && value > rules.max;
  if (!low && !high) return null;
  const code = rules.name === 'schema_version' ? 'unknown-version' : 'out-of-range';
  return [
    code,
    `${text} is not within ${rules.min ?? 'any'} and ${rules.max ?? 'any'}${rules.unit ? ` ${rules.unit}` : ''}`,
  ];
}

function timeFault(text: string): CellFault | null {
  const parts = TIME.exec(text);
  if (!parts) return ['time-form', `"${text}" is not ISO 8601 with a zone, like 2026-03-01T09:30:00.000+01:00`];
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const real = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  const same = real.getUTCMonth() === month - 1 && real.getUTCDate() === day && real.getUTCHours() === hour;
  const zone = parts[9] === undefined || (Number(parts[9]) <= 14 && Number(parts[10]) < 60);
  if (same && minute < 60 && second < 60 && zone) return null;
  return ['time-impossible', `"${text}" is a time that does not exist`];
}

function wordFault(text: string, values: readonly string[]): CellFault | null {
  if (values.includes(text)) return null;
  return ['unknown-word', `"${text}" is not one of ${values.join(', ')}`];
}

/** Null: the cell is right. An empty cell is right where it is not required. */
export function cellFault(text: string, rules: ColumnRules): CellFault | null {
  if (text === '') return rules.required ? ['required-empty', 'this cell has to be filled'] : null;
  if (rules.type === 'number' || rules.type === 'integer') return numberFault(text, rules);
  if (rules.type === 'time') return timeFault(text);
  if (rules.type === 'boolean')
    return text === 'true' || text === 'false' ? null : ['not-true-or-false', `"${text}" is neither true nor false`];
  if (isFormula(text))
    return ['formula', `"${text.slice(0, 40)}" would be taken for a formula; one apostrophe is missing`];
  if (rules.name === 'schema_id' && rules.values && !rules.values.includes(text))
    return ['unknown-schema', `"${text}" is not ${rules.values.join(', ')}`];
  if (rules.type === 'words' && rules.values) {
    for (const word of unguarded(text).split(';')) {
      const fault = wordFault(word, rules.values);
      if (fault) return fault;
    }
    return null;
  }
  return rules.type === 'word' && rules.values ? wordFault(text, rules.values) : null;
}
