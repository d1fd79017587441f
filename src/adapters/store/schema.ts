/** The tables as Kysely sees them. Times: *_ms is wall clock (labels), *_us is the host's monotonic clock. */
import type { Generated } from 'kysely';

export interface SubjectTable {
  id: string;
  code: string;
  created_at_ms: number;
  retain_until_ms: number | null;
  subject_values: string;
}

export interface EpisodeTable {
  id: string;
  subject_id: string;
  opened_at_ms: number;
  closed_at_ms: number | null;
  goal: string | null;
  side: 'left' | 'right' | 'both' | 'alternating' | null;
  injury_date: string | null;
  mechanism: string | null;
  payer_reference: string | null;
  episode_values: string;
}

export interface SessionTable {
  id: string;
  subject_id: string;
  /** The subject's code again: a row of the list needs no join. */
  subject_code: string;
  episode_id: string | null;
  setting: 'clinic' | 'home';
  examiner_id: string | null;
  context: string;
  started_at_ms: number;
  ended_at_ms: number | null;
  software_version: string;
}

export interface StreamTable {
  id: string;
  session_id: string;
  /** Order of creation within the session. */
  position: number;
  role: 'head' | 'trunk' | 'other';
  source_id: string;
  simulated: number;
  /** StreamDescription as JSON. */
  description: string;
}

export interface ChunkTable {
  stream_id: string;
  sequence: number;
  first_arrival_us: number;
  last_arrival_us: number;
  notifications: number;
  crc32: number;
  payload: Uint8Array;
}

export interface TrialTable {
  id: string;
  session_id: string;
  stream_id: string | null;
  kind: string;
  started_at_ms: number;
  ended_at_ms: number | null;
  status: 'running' | 'finished' | 'stopped' | 'interrupted';
  simulated: number;
  parameters: string;
  result: string | null;
  /** Of a Flexion-Rotation Test, for the list. */
  left_mean_deg: number | null;
  right_mean_deg: number | null;
  examiner_call: string | null;
  blinded: number;
}

export interface RepetitionTable {
  trial_id: string;
  /** 0, 1, 2 … in the order of finishing. */
  position: number;
  number: number;
  direction: string;
  practice: number;
  status: 'counted' | 'practice' | 'rejected';
  reason: string | null;
  warnings: string;
  angle_deg: number | null;
  sigma_deg: number | null;
  end_reason: string | null;
  started_at_ms: number;
  /** What the kind of test adds, JSON. */
  repetition_values: string;
}

export interface ResultTable {
  id: string;
  trial_id: string;
  /** 0, 1, 2 … in the order of saving. */
  position: number;
  wall_ms: number;
  core_version: string;
  method: string;
  calibration_id: string | null;
  raw: string;
  raw_hash: string | null;
  result_values: string;
  accepted: number;
}

export interface ScoreTable {
  id: string;
  subject_id: string;
  episode_id: string | null;
  session_id: string | null;
  instrument: string;
  wall_ms: number;
  items: string;
  total: number | null;
  missing_reason: string | null;
}

export interface AccountTable {
  id: string;
  handle: string;
  role: 'admin' | 'clinician' | 'reviewer' | 'home';
  password_hash: string;
  state: 'active' | 'disabled';
  subject_id: string | null;
  created_at_ms: number;
  account_values: string;
}

export interface LoginTable {
  token_hash: string;
  account_id: string;
  created_at_ms: number;
  last_seen_ms: number;
  expires_at_ms: number;
  login_values: string;
}

export interface AuditTable {
  sequence: number;
  wall_ms: number;
  account_id: string | null;
  action: string;
  object: string | null;
  audit_values: string;
  previous_hash: string;
  hash: string;
}

/** One row: the end of the chain, so that a missing end is seen. */
export interface AuditHeadTable {
  id: number;
  sequence: number;
  hash: string;
}

export interface InvitationTable {
  token_hash: string;
  subject_id: string;
  created_by: string | null;
  created_at_ms: number;
  expires_at_ms: number;
  used_at_ms: number | null;
  invitation_values: string;
}

export interface BundleTable {
  bundle_hash: string;
  subject_id: string | null;
  received_at_ms: number;
  status: 'accepted' | 'refused';
  bundle_values: string;
}

export interface SettingTable {
  name: string;
  setting_value: string;
  wall_ms: number;
}

export interface EventTable {
  id: Generated<number>;
  session_id: string;
  time_us: number;
  wall_ms: number;
  type: string;
  /** `values` is a word of SQL, hence the name. */
  event_values: string;
}

export interface CalibrationTable {
  id: string;
  session_id: string;
  stream_id: string;
  kind: string;
  wall_ms: number;
  calibration_values: string;
}

export interface GyroModelTable {
  id: Generated<number>;
  sensor_serial: string;
  wall_ms: number;
  model: string;
}

export interface MigrationTable {
  name: string;
  applied_at_ms: number;
}

export interface Schema {
  subject: SubjectTable;
  episode: EpisodeTable;
  session: SessionTable;
  stream: StreamTable;
  chunk: ChunkTable;
  trial: TrialTable;
  repetition: RepetitionTable;
  result: ResultTable;
  score: ScoreTable;
  account: AccountTable;
  login_session: LoginTable;
  audit: AuditTable;
  audit_head: AuditHeadTable;
  invitation: InvitationTable;
  received_bundle: BundleTable;
  setting: SettingTable;
  event: EventTable;
  calibration: CalibrationTable;
  gyro_model: GyroModelTable;
  migration: MigrationTable;
}
