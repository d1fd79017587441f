/** All tables in an order in which each row's references exist already, with their keys: for copying and checking. */
import type { Schema } from './schema.ts';

export interface TableInfo {
  readonly name: Exclude<keyof Schema, 'migration'>;
  readonly key: readonly string[];
  /** Column and the table whose key it names. */
  readonly references: readonly (readonly [string, keyof Schema])[];
}

const table = (
  name: TableInfo['name'],
  key: readonly string[] = ['id'],
  references: TableInfo['references'] = [],
): TableInfo => ({ name, key, references });

export const TABLES: readonly TableInfo[] = [
  table('subject'),
  table('episode', ['id'], [['subject_id', 'subject']]),
  table('account', ['id'], [['subject_id', 'subject']]),
  table('login_session', ['token_hash'], [['account_id', 'account']]),
  table(
    'session',
    ['id'],
    [
      ['subject_id', 'subject'],
      ['episode_id', 'episode'],
    ],
  ),
  table('stream', ['id'], [['session_id', 'session']]),
  table('chunk', ['stream_id', 'sequence'], [['stream_id', 'stream']]),
  table(
    'trial',
    ['id'],
    [
      ['session_id', 'session'],
      ['stream_id', 'stream'],
    ],
  ),
  table('repetition', ['trial_id', 'position'], [['trial_id', 'trial']]),
  table(
    'calibration',
    ['id'],
    [
      ['session_id', 'session'],
      ['stream_id', 'stream'],
    ],
  ),
  table(
    'result',
    ['id'],
    [
      ['trial_id', 'trial'],
      ['calibration_id', 'calibration'],
    ],
  ),
  table(
    'score',
    ['id'],
    [
      ['subject_id', 'subject'],
      ['episode_id', 'episode'],
      ['session_id', 'session'],
    ],
  ),
  table('event', ['id'], [['session_id', 'session']]),
  table('gyro_model'),
  table('audit', ['sequence']),
  table('audit_head'),
  table('invitation', ['token_hash'], [['subject_id', 'subject']]),
  table('received_bundle', ['bundle_hash'], [['subject_id', 'subject']]),
  table('setting', ['name']),
];
