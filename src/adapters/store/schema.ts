/** The tables as Kysely sees them. Times: *_ms is wall clock (labels), *_us is the host's monotonic clock. */
import type { Generated } from 'kysely';

export interface SessionTable {
  id: string;
  subject_code: string;
  started_at_ms: number;
  ended_at_ms: number | null;
  software_version: string;
}

export interface StreamTable {
  id: string;
  session_id: string;
  /** Order of creation within the database. */
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
  kind: 'frt';
  started_at_ms: number;
  ended_at_ms: number | null;
  status: 'running' | 'finished' | 'stopped' | 'interrupted';
  simulated: number;
  parameters: string;
  result: string | null;
  left_mean_deg: number | null;
  right_mean_deg: number | null;
}

export interface RepetitionTable {
  trial_id: string;
  /** 0, 1, 2 … in the order of finishing. */
  position: number;
  number: number;
  side: 'left' | 'right';
  practice: number;
  status: 'counted' | 'practice' | 'rejected';
  reason: string | null;
  warnings: string;
  angle_deg: number | null;
  sigma_deg: number | null;
  gravity_angle_deg: number | null;
  closure_deg: number | null;
  peak_speed_degps: number | null;
  start_inclination_deg: number | null;
  hold_s: number | null;
  end_reason: string | null;
  started_at_ms: number;
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
  kind: 'alignment';
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
  session: SessionTable;
  stream: StreamTable;
  chunk: ChunkTable;
  trial: TrialTable;
  repetition: RepetitionTable;
  event: EventTable;
  calibration: CalibrationTable;
  gyro_model: GyroModelTable;
  migration: MigrationTable;
}
