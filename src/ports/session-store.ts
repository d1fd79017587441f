/** Records: raw chunks are the truth, everything else is derived from them. Every promise resolves after the commit. */
import type { SessionDetail, SessionSummary } from '../contract/records.ts';
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
  readonly role: 'head' | 'trunk';
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
  }): Promise<void>;
  /** A finished repetition, counted or rejected, at once. */
  appendRepetition(trialId: string, repetition: FrtRepetition): Promise<void>;
  finishTrial(
    trialId: string,
    status: 'finished' | 'stopped',
    endedAtMs: number,
    result: FrtState['result'],
  ): Promise<void>;
  /** Markers on the record: prompts, examiner's events, gaps, alignment. JSON values. */
  appendEvent(
    sessionId: string,
    event: { timeUs: number; wallMs: number; type: string; values: Record<string, unknown> },
  ): Promise<void>;
  saveCalibration(calibration: {
    id: string;
    sessionId: string;
    streamId: string;
    kind: 'alignment';
    wallMs: number;
    values: Record<string, unknown>;
  }): Promise<void>;
  listSessions(): Promise<SessionSummary[]>;
  sessionDetail(sessionId: string): Promise<SessionDetail | null>;
  listStreams(sessionId: string): Promise<StoredStream[]>;
  /** In sequence order; a chunk whose CRC fails rejects with STORE_CORRUPT naming it. */
  readChunks(streamId: string): AsyncIterable<RawChunk>;
  close(): Promise<void>;
}
