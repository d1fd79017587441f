/** What to export, as options of the command line. */
import { readFileSync } from 'node:fs';
import type { ExportOptions } from '../adapters/export/index.ts';
import { type ColumnMap, readColumnMap } from '../adapters/export/tables/column-map.ts';
import { TABLES } from '../adapters/export/tables/index.ts';
import { KitError } from '../contract/errors.ts';
import type { ExportSelection } from '../contract/export.ts';
import { PROTOCOLS } from '../core/protocol/registry.ts';
import { type Command, type Flags, textFlag } from './command.ts';

export const SELECTION_OPTIONS: Command['options'] = {
  subject: { type: 'string' },
  session: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  kinds: { type: 'string' },
  all: { type: 'boolean' },
  map: { type: 'string' },
  'record-id': { type: 'string' },
  event: { type: 'string' },
  group: { type: 'string' },
};

export const SELECTION_USAGE: readonly string[] = [
  '--subject CODE         of one subject',
  '--session ID           of one visit',
  '--from DAY --to DAY    visits that began on these days or between (YYYY-MM-DD)',
  '--kinds LIST           these tests alone, with commas: frt, crom, ...; scores are left out then',
  '--all                  everything',
  '--map FILE             csv, visits: column names of another system (docs/csv.md)',
  '--record-id NAME       redcap: name of the Record ID field (default record_id)',
  '--event NAME           redcap: unique event name of a longitudinal project',
  '--group NAME           redcap: data access group',
];

/** Midnight where this computer is; `days` later. */
function dayFlag(flags: Flags, name: string, days: number): number | undefined {
  const text = textFlag(flags, name);
  if (text === undefined) return undefined;
  const parts = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text);
  const [year, month, day] = (parts ?? []).slice(1).map(Number);
  const at = new Date(year ?? Number.NaN, (month ?? 1) - 1, day ?? 1);
  if (!parts || at.getMonth() !== month! - 1 || at.getDate() !== day)
    throw new KitError('BAD_FLAG', `--${name} takes a day as YYYY-MM-DD`);
  at.setDate(at.getDate() + days);
  return at.getTime();
}

function kindsFlag(flags: Flags): string[] | undefined {
  const text = textFlag(flags, 'kinds');
  if (text === undefined) return undefined;
  const known = PROTOCOLS.map(({ id }) => id);
  const kinds = text.split(',').map((kind) => kind.trim());
  const strange = kinds.find((kind) => !known.includes(kind));
  if (strange !== undefined) throw new KitError('BAD_FLAG', `--kinds: "${strange}" is not one of ${known.join(', ')}`);
  return kinds;
}

export function selectionFlags(flags: Flags): ExportSelection {
  const subjectCode = textFlag(flags, 'subject');
  const sessionId = textFlag(flags, 'session');
  const [fromMs, toMs] = [dayFlag(flags, 'from', 0), dayFlag(flags, 'to', 1)];
  if (fromMs !== undefined && toMs !== undefined && fromMs >= toMs)
    throw new KitError('BAD_FLAG', '--to is before --from');
  const kinds = kindsFlag(flags);
  return {
    ...(flags['all'] ? { everything: true } : {}),
    ...(subjectCode === undefined ? {} : { subjectCode }),
    ...(sessionId === undefined ? {} : { sessionId }),
    ...(fromMs === undefined ? {} : { fromMs }),
    ...(toMs === undefined ? {} : { toMs }),
    ...(kinds === undefined ? {} : { kinds }),
  };
}

/** The text of a file that was named; BAD_FILE when it cannot be read. */
export function readNamedFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new KitError('BAD_FILE', `${file} cannot be read`, { cause });
  }
}

/** Of a command that takes several. */
export function mapFlags(flags: Flags): ColumnMap[] {
  const given: unknown = flags['map'] ?? [];
  return (Array.isArray(given) ? given : [given]).map((file) => readColumnMap(readNamedFile(String(file)), TABLES));
}

export function mapFlag(flags: Flags): ColumnMap | null {
  const file = textFlag(flags, 'map');
  return file === undefined ? null : readColumnMap(readNamedFile(file), TABLES);
}

/** A name as REDCap has them: of a field, of an event, of a data access group. Throws BAD_FLAG. */
function redcapName(flags: Flags, name: string): string | undefined {
  const text = textFlag(flags, name);
  if (text !== undefined && !/^[a-z][a-z0-9_]{0,99}$/.test(text))
    throw new KitError('BAD_FLAG', `--${name} takes small letters, digits and _, a letter first`);
  return text;
}

export const optionFlags = (flags: Flags): ExportOptions => ({
  map: mapFlag(flags),
  redcap: {
    recordIdField: redcapName(flags, 'record-id') ?? 'record_id',
    eventName: redcapName(flags, 'event') ?? null,
    group: redcapName(flags, 'group') ?? null,
  },
});
