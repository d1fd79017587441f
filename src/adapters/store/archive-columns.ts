/** What a row of an archive may hold: nothing else gets into the database, whoever made the file. */
import type { ArchiveTable } from '../../ports/archive-store.ts';

/** 'text' or 'number'; with '?' it may be null; 'json' is text that parses as an object or a list. */
export type ArchiveColumn = 'text' | 'text?' | 'number' | 'number?' | 'json' | 'json?';

export const ARCHIVE_COLUMNS: Readonly<Record<ArchiveTable, Readonly<Record<string, ArchiveColumn>>>> = {
  subject: { id: 'text', code: 'text', created_at_ms: 'number', retain_until_ms: 'number?', subject_values: 'json' },
  episode: {
    id: 'text',
    subject_id: 'text',
    opened_at_ms: 'number',
    closed_at_ms: 'number?',
    goal: 'text?',
    side: 'text?',
    injury_date: 'text?',
    mechanism: 'text?',
    payer_reference: 'text?',
    episode_values: 'json',
  },
  session: {
    id: 'text',
    subject_id: 'text',
    subject_code: 'text',
    episode_id: 'text?',
    setting: 'text',
    examiner_id: 'text?',
    context: 'json',
    started_at_ms: 'number',
    ended_at_ms: 'number?',
    software_version: 'text',
  },
  stream: {
    id: 'text',
    session_id: 'text',
    position: 'number',
    role: 'text',
    source_id: 'text',
    simulated: 'number',
    description: 'json',
  },
  calibration: {
    id: 'text',
    session_id: 'text',
    stream_id: 'text',
    kind: 'text',
    wall_ms: 'number',
    calibration_values: 'json',
  },
  // Without its number, which is the database's own: the order of the rows is what counts.
  event: { session_id: 'text', time_us: 'number', wall_ms: 'number', type: 'text', event_values: 'json' },
  trial: {
    id: 'text',
    session_id: 'text',
    stream_id: 'text?',
    kind: 'text',
    started_at_ms: 'number',
    ended_at_ms: 'number?',
    status: 'text',
    simulated: 'number',
    parameters: 'json',
    result: 'json?',
    left_mean_deg: 'number?',
    right_mean_deg: 'number?',
    examiner_call: 'text?',
    blinded: 'number',
  },
  repetition: {
    trial_id: 'text',
    position: 'number',
    number: 'number',
    direction: 'text',
    practice: 'number',
    status: 'text',
    reason: 'text?',
    warnings: 'json',
    angle_deg: 'number?',
    sigma_deg: 'number?',
    end_reason: 'text?',
    started_at_ms: 'number',
    repetition_values: 'json',
  },
  result: {
    id: 'text',
    trial_id: 'text',
    position: 'number',
    wall_ms: 'number',
    core_version: 'text',
    method: 'text',
    calibration_id: 'text?',
    raw: 'json',
    raw_hash: 'text?',
    result_values: 'json',
    accepted: 'number',
  },
  score: {
    id: 'text',
    subject_id: 'text',
    episode_id: 'text?',
    session_id: 'text?',
    instrument: 'text',
    wall_ms: 'number',
    items: 'json',
    total: 'number?',
    missing_reason: 'text?',
  },
  chunk: {
    stream_id: 'text',
    sequence: 'number',
    first_arrival_us: 'number',
    last_arrival_us: 'number',
    notifications: 'number',
    crc32: 'number',
  },
};

function isJson(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null;
  } catch {
    return false;
  }
}

/** What is wrong with a row, in words; null when it is one of ours. */
export function rowFault(table: ArchiveTable, row: Readonly<Record<string, unknown>>): string | null {
  const columns = ARCHIVE_COLUMNS[table];
  const strange = Object.keys(row).find((name) => !Object.hasOwn(columns, name));
  if (strange !== undefined) return `${table} has no column "${strange.slice(0, 40)}"`;
  for (const [name, type] of Object.entries(columns)) {
    const value = row[name];
    if (value === null && type.endsWith('?')) continue;
    if (type.startsWith('number')) {
      if (typeof value !== 'number' || !Number.isFinite(value)) return `${table}.${name} is not a number`;
    } else if (typeof value !== 'string') return `${table}.${name} is not a text`;
    else if (type.startsWith('json') && !isJson(value)) return `${table}.${name} is not JSON`;
  }
  return null;
}
