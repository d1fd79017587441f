/** The repetitions as CSV: one row a repetition, RFC 4180, columns as docs/csv.md says. */
import type { RepetitionRow } from '../../ports/session-store.ts';

/** Raised when a column is renamed, removed or changes its meaning; not when one is added at the end. */
export const CSV_SCHEMA_VERSION = 1;

/** Text cells are quoted when they have to be, and cannot be taken for a formula; numbers are bare. */
type Cell =
  | { readonly text: string | null }
  | { readonly number: number | null }
  | { readonly truth: boolean }
  | { readonly timeMs: number | null };

const text = (value: string | null | undefined): Cell => ({ text: value ?? null });
const number = (value: number | null): Cell => ({ number: value });
const truth = (value: boolean): Cell => ({ truth: value });
const parameter = (row: RepetitionRow, key: string): Cell => {
  const value = row.parameters[key];
  return text(typeof value === 'string' ? value : null);
};

/** A number that the kind of test adds to what all repetitions have. */
const extra = (row: RepetitionRow, key: string): Cell => {
  const value = row.repetition.values[key];
  return number(typeof value === 'number' ? value : null);
};

/** Column names and where each value comes from, in the order of the file. Append only within a schema version. */
export const CSV_COLUMNS: readonly (readonly [string, (row: RepetitionRow) => Cell])[] = [
  ['schema_version', () => number(CSV_SCHEMA_VERSION)],
  ['session_id', (row) => text(row.sessionId)],
  ['subject_code', (row) => text(row.subjectCode)],
  ['simulated', (row) => truth(row.simulated)],
  ['source', (row) => text(row.stream?.sourceId)],
  ['trial_id', (row) => text(row.trialId)],
  ['trial_status', (row) => text(row.trialStatus)],
  ['test', (row) => text(row.kind)],
  ['repetition_number', (row) => number(row.repetition.number)],
  ['side', (row) => text(row.repetition.direction)],
  ['practice', (row) => truth(row.repetition.practice)],
  ['counted', (row) => truth(row.repetition.status === 'counted')],
  ['rejection_reason', (row) => text(row.repetition.reason)],
  ['warnings', (row) => text(row.repetition.warnings.join(';'))],
  ['angle_deg', (row) => number(row.repetition.angleDeg)],
  ['angle_standard_uncertainty_deg', (row) => number(row.repetition.sigmaDeg)],
  ['gravity_angle_deg', (row) => extra(row, 'gravityAngleDeg')],
  ['closure_deg', (row) => extra(row, 'closureDeg')],
  ['peak_speed_degps', (row) => extra(row, 'peakSpeedDegps')],
  ['start_inclination_deg', (row) => extra(row, 'startInclinationDeg')],
  ['hold_s', (row) => extra(row, 'holdS')],
  ['end_reason', (row) => text(row.repetition.endReason)],
  ['started_at', (row) => ({ timeMs: row.repetition.startedAtMs })],
  ['sensor_model', (row) => text(row.stream?.description.model)],
  ['sensor_serial', (row) => text(row.stream?.description.sensorSerial)],
  ['sensor_firmware', (row) => text(row.stream?.description.firmware)],
  ['software_version', (row) => text(row.softwareVersion)],
  ['method', (row) => parameter(row, 'method')],
];

/**
 * A text that a spreadsheet would take for a formula gets a leading apostrophe (OWASP, CSV injection); quotes, commas
 * and line ends are quoted as RFC 4180 says. Numbers never pass here, so -12.3 stays a number.
 */
function textCell(value: string | null): string {
  if (value === null || value === '') return '';
  const guarded = /^[=+\-@\t\r\n]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(guarded) || /^\s|\s$/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
}

/** At most six decimals, a point, no exponent; empty when there is no number. */
function numberCell(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return '';
  if (Number.isInteger(value)) return String(value);
  const fixed = value.toFixed(6).replace(/\.?0+$/, '');
  return fixed === '-0' ? '0' : fixed;
}

const pad = (value: number, width = 2): string => String(value).padStart(width, '0');

/** ISO 8601 with milliseconds and the zone offset of the place where the file is made. */
export function isoWithZone(ms: number, offsetMinutes = -new Date(ms).getTimezoneOffset()): string {
  const local = new Date(ms + offsetMinutes * 60_000);
  const sign = offsetMinutes < 0 ? '-' : '+';
  const away = Math.abs(offsetMinutes);
  return `${local.toISOString().slice(0, -1)}${sign}${pad(Math.floor(away / 60))}:${pad(away % 60)}`;
}

function cellText(cell: Cell): string {
  if ('text' in cell) return textCell(cell.text);
  if ('number' in cell) return numberCell(cell.number);
  if ('truth' in cell) return cell.truth ? 'true' : 'false';
  return cell.timeMs === null || !Number.isFinite(cell.timeMs) ? '' : isoWithZone(cell.timeMs);
}

const LINE_END = '\r\n';

export const csvHeader = (): string => CSV_COLUMNS.map(([name]) => name).join(',') + LINE_END;
export const csvRow = (row: RepetitionRow): string =>
  CSV_COLUMNS.map(([, cell]) => cellText(cell(row))).join(',') + LINE_END;

/** The file in pieces of about 16 kB, so that a long history is never in memory at once. */
export async function* repetitionsCsv(rows: AsyncIterable<RepetitionRow>): AsyncIterable<string> {
  let piece = csvHeader();
  for await (const row of rows) {
    piece += csvRow(row);
    if (piece.length >= 16_384) {
      yield piece;
      piece = '';
    }
  }
  if (piece !== '') yield piece;
}
