/** Records: raw chunks are the truth, everything else is derived from them. Every promise resolves after the commit. */
import type { RepetitionRecord, SessionDetail, SessionSummary, TrialRecord } from '../contract/records.ts';
import type { StreamDescription } from './sensor-source.ts';

/** JSON values as a record holds them. */
export type Values = Record<string, unknown>;

export interface NewSession {
  readonly id: string;
  /** Pseudonymous. The subject is made when the code is new. */
  readonly subjectCode: string;
  readonly startedAtMs: number;
  readonly softwareVersion: string;
  /** Left out: the open episode of the subject, if there is one. */
  readonly episodeId?: string | null;
  /** Left out: clinic. */
  readonly setting?: 'clinic' | 'home';
  /** Who examined; null: nobody was signed in. */
  readonly examinerId?: string | null;
  /** Asked before the tests: headache now, analgesic, screening answers. */
  readonly context?: Values;
}

export interface NewStream {
  readonly id: string;
  readonly sessionId: string;
  readonly role: 'head' | 'trunk' | 'other';
  readonly sourceId: string;
  readonly description: StreamDescription;
}

/** About one second or less of one stream's notifications, in the format of wire/chunk. */
export interface RawChunk {
  readonly streamId: string;
  /** 0, 1, 2 … without holes. */
  readonly sequence: number;
  readonly firstArrivalUs: number;
  readonly lastArrivalUs: number;
  readonly notifications: number;
  readonly bytes: Uint8Array;
  /** CRC-32 (IEEE 802.3) of bytes. */
  readonly crc32: number;
}

export interface StoredStream extends NewStream {
  readonly chunks: number;
}

/** A marker on the record: prompts, examiner's events, gaps, alignment. */
export interface StoredEvent {
  readonly timeUs: number;
  readonly wallMs: number;
  readonly type: string;
  /** JSON values. */
  readonly values: Values;
}

export interface NewTrial {
  readonly id: string;
  readonly sessionId: string;
  /** Id of the test's protocol: frt, crom, endurance … An open list. */
  readonly kind: string;
  readonly startedAtMs: number;
  readonly simulated: boolean;
  readonly parameters: Values;
  /** The head sensor's stream at the start of the trial, when it is recorded. */
  readonly streamId?: string | null;
  /** Degrees are hidden until the examiner has said what they felt. */
  readonly blinded?: boolean;
}

export interface Calibration {
  readonly id: string;
  readonly sessionId: string;
  readonly streamId: string;
  /** alignment, sensor-check, trunk-alignment … */
  readonly kind: string;
  readonly wallMs: number;
  readonly values: Values;
}

/** One repetition with everything that a row outside the database needs to stand alone. */
export interface RepetitionRow {
  readonly sessionId: string;
  readonly subjectCode: string;
  readonly softwareVersion: string;
  readonly trialId: string;
  readonly kind: string;
  readonly trialStatus: TrialRecord['status'];
  readonly simulated: boolean;
  /** What the trial was run with, method included. JSON values. */
  readonly parameters: Values;
  /** The head sensor's stream that the trial was measured with; null when it is not known. */
  readonly stream: { readonly id: string; readonly sourceId: string; readonly description: StreamDescription } | null;
  readonly repetition: RepetitionRecord;
}

/** What of the sessions: all conditions hold together. Newest first. */
export interface SessionQuery {
  readonly subjectId?: string;
  readonly episodeId?: string;
  /** At most so many; left out: all of them. */
  readonly limit?: number;
  /** Only what comes after this session in the list: its last row. */
  readonly after?: { readonly startedAtMs: number; readonly id: string };
}

export interface SessionContext {
  readonly episodeId: string | null;
  readonly setting: 'clinic' | 'home';
  readonly examinerId: string | null;
  readonly softwareVersion: string;
  readonly context: Values;
}

export interface SessionStore {
  createSession(session: NewSession): Promise<void>;
  endSession(sessionId: string, endedAtMs: number): Promise<void>;
  /** A session that was ended goes on: its end is open again. */
  reopenSession(sessionId: string): Promise<void>;
  /** Replaces what is given, keeps the rest. */
  changeSession(sessionId: string, change: Partial<Pick<SessionContext, 'episodeId' | 'context'>>): Promise<void>;
  createStream(stream: NewStream): Promise<void>;
  /** Resolves when the chunk is on disk: that is the acknowledgement. */
  appendChunk(chunk: RawChunk): Promise<void>;
  /** In order, all of them in one commit or none: chunks of several streams that are due together. */
  appendChunks(chunks: readonly RawChunk[]): Promise<void>;
  createTrial(trial: NewTrial): Promise<void>;
  /** A finished repetition, counted or rejected, at once. */
  appendRepetition(trialId: string, repetition: RepetitionRecord): Promise<void>;
  /** The same at a known place (0, 1, 2 …), so that it can be tried again, and changed by a later event (redo). */
  putRepetition(trialId: string, position: number, repetition: RepetitionRecord): Promise<void>;
  /** The examiner's own call on the trial. */
  setExaminerCall(trialId: string, call: string | null): Promise<void>;
  finishTrial(
    trialId: string,
    status: 'finished' | 'stopped',
    endedAtMs: number,
    result: TrialRecord['result'],
    /** Replaces `method` among the trial's parameters; left out: as it was. */
    method?: string,
  ): Promise<void>;
  /** Markers on the record: prompts, examiner's events, gaps, alignment. JSON values. */
  appendEvent(sessionId: string, event: StoredEvent): Promise<void>;
  saveCalibration(calibration: Calibration): Promise<void>;
  listCalibrations(sessionId: string): Promise<Calibration[]>;
  /** What is known of the gyro of one unit, as JSON: the prior of its next session. Earlier ones are kept. */
  saveGyroModel(sensorSerial: string, json: string, wallMs: number): Promise<void>;
  /** The model saved last for this unit; null when there is none. */
  latestGyroModel(sensorSerial: string): Promise<string | null>;
  listSessions(query?: SessionQuery): Promise<SessionSummary[]>;
  sessionDetail(sessionId: string): Promise<SessionDetail | null>;
  sessionContext(sessionId: string): Promise<SessionContext | null>;
  listStreams(sessionId: string): Promise<StoredStream[]>;
  /** One stream by its own id. */
  findStream(streamId: string): Promise<StoredStream | null>;
  /** In the order of appending. */
  listEvents(sessionId: string): Promise<StoredEvent[]>;
  /** Repetitions of one session, or of all (null), oldest session first, in the order of the trial. */
  repetitionRows(sessionId: string | null): AsyncIterable<RepetitionRow>;
  /** In sequence order; a chunk whose CRC fails rejects with STORE_CORRUPT naming it. */
  readChunks(streamId: string): AsyncIterable<RawChunk>;
}
