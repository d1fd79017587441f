/** Records: raw chunks are the truth, everything else is derived from them. Every promise resolves after the commit. */
import type { SessionDetail, SessionSummary, TrialRecord } from '../contract/records.ts';
import type { FrtRepetition, FrtState } from '../contract/state.ts';
import type { StreamDescription } from './sensor-source.ts';

export interface NewSession {
  readonly id: string;
  readonly subjectCode: string;
  readonly startedAtMs: number;
  readonly softwareVersion: string;
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
  readonly values: Record<string, unknown>;
}

/** One repetition with everything that a row outside the database needs to stand alone. */
export interface RepetitionRow {
  readonly sessionId: string;
  readonly subjectCode: string;
  readonly softwareVersion: string;
  readonly trialId: string;
  readonly kind: 'frt';
  readonly trialStatus: TrialRecord['status'];
  readonly simulated: boolean;
  /** What the trial was run with, method included. JSON values. */
  readonly parameters: Record<string, unknown>;
  /** The head sensor's stream that the trial was measured with; null when it is not known. */
  readonly stream: { readonly id: string; readonly sourceId: string; readonly description: StreamDescription } | null;
  readonly repetition: FrtRepetition;
}

export interface SessionStore {
  /** Opens, migrates, marks trials left running by a dead gateway as interrupted. */
  open(): Promise<void>;
  createSession(session: NewSession): Promise<void>;
  endSession(sessionId: string, endedAtMs: number): Promise<void>;
  createStream(stream: NewStream): Promise<void>;
  /** Resolves when the chunk is on disk: that is the acknowledgement. */
  appendChunk(chunk: RawChunk): Promise<void>;
  createTrial(trial: {
    id: string;
    sessionId: string;
    kind: 'frt';
    startedAtMs: number;
    simulated: boolean;
    parameters: Record<string, unknown>;
    /** The head sensor's stream at the start of the trial, when it is recorded. */
    streamId?: string | null;
  }): Promise<void>;
  /** A finished repetition, counted or rejected, at once. */
  appendRepetition(trialId: string, repetition: FrtRepetition): Promise<void>;
  /** The same at a known place (0, 1, 2 …), so that it can be tried again, and changed by a later event (redo). */
  putRepetition(trialId: string, position: number, repetition: FrtRepetition): Promise<void>;
  finishTrial(
    trialId: string,
    status: 'finished' | 'stopped',
    endedAtMs: number,
    result: FrtState['result'],
    /** Replaces `method` among the trial's parameters; left out: as it was. */
    method?: string,
  ): Promise<void>;
  /** Markers on the record: prompts, examiner's events, gaps, alignment. JSON values. */
  appendEvent(sessionId: string, event: StoredEvent): Promise<void>;
  saveCalibration(calibration: {
    id: string;
    sessionId: string;
    streamId: string;
    kind: 'alignment';
    wallMs: number;
    values: Record<string, unknown>;
  }): Promise<void>;
  /** What is known of the gyro of one unit, as JSON: the prior of its next session. Earlier ones are kept. */
  saveGyroModel(sensorSerial: string, json: string, wallMs: number): Promise<void>;
  /** The model saved last for this unit; null when there is none. */
  latestGyroModel(sensorSerial: string): Promise<string | null>;
  listSessions(): Promise<SessionSummary[]>;
  sessionDetail(sessionId: string): Promise<SessionDetail | null>;
  listStreams(sessionId: string): Promise<StoredStream[]>;
  /** In the order of appending. */
  listEvents(sessionId: string): Promise<StoredEvent[]>;
  /** Repetitions of one session, or of all (null), oldest session first, in the order of the trial. */
  repetitionRows(sessionId: string | null): AsyncIterable<RepetitionRow>;
  /** In sequence order; a chunk whose CRC fails rejects with STORE_CORRUPT naming it. */
  readChunks(streamId: string): AsyncIterable<RawChunk>;
  close(): Promise<void>;
}
