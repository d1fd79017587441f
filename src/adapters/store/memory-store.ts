/** The session store without a disk: for tests, and to show the kit where nothing may be kept. */
import { KitError } from '../../contract/errors.ts';
import type { SessionDetail, SessionSummary, TrialRecord } from '../../contract/records.ts';
import type {
  NewSession,
  RawChunk,
  RepetitionRow,
  SessionStore,
  StoredEvent,
  StoredStream,
} from '../../ports/session-store.ts';
import { crc32 } from '../../wire/crc32.ts';

interface MemorySession extends NewSession {
  endedAtMs: number | null;
  readonly trials: MemoryTrial[];
  readonly events: StoredEvent[];
}

interface MemoryTrial {
  readonly record: TrialRecord;
  readonly parameters: Record<string, unknown>;
  readonly streamId: string | null;
}

/** A record is what it was when it was stored, whatever the caller does with the object afterwards. */
const copy = <T>(value: T): T => structuredClone(value);

/** A SessionStore that lasts as long as the process. Same promises as on disk, apart from the disk. */
export function createMemoryStore(): SessionStore {
  const sessions = new Map<string, MemorySession>();
  const streams = new Map<string, Omit<StoredStream, 'chunks'>>();
  const chunks = new Map<string, RawChunk[]>();
  const calibrations: unknown[] = [];
  const gyroModels = new Map<string, string>();
  let open = false;

  const opened = (): void => {
    if (!open) throw new KitError('STORE_UNAVAILABLE', 'the store is closed');
  };
  const sessionOf = (id: string): MemorySession => {
    opened();
    const session = sessions.get(id);
    if (!session) throw new KitError('NOT_FOUND', `session ${id}`);
    return session;
  };
  const trialOf = (id: string): MemoryTrial => {
    opened();
    for (const session of sessions.values())
      for (const trial of session.trials) if (trial.record.id === id) return trial;
    throw new KitError('NOT_FOUND', `trial ${id}`);
  };
  const inOrder = (a: MemorySession, b: MemorySession): number =>
    a.startedAtMs - b.startedAtMs || (a.id < b.id ? -1 : 1);
  const trialsInOrder = (session: MemorySession): MemoryTrial[] =>
    session.trials.toSorted(
      (a, b) => a.record.startedAtMs - b.record.startedAtMs || (a.record.id < b.record.id ? -1 : 1),
    );

  function summary(session: MemorySession): SessionSummary {
    let recordedUs = 0;
    let simulated = session.trials.some((trial) => trial.record.simulated);
    for (const stream of streams.values()) {
      if (stream.sessionId !== session.id) continue;
      simulated ||= stream.description.simulated;
      const own = chunks.get(stream.id) ?? [];
      if (stream.role === 'head' && own.length > 0) recordedUs += own.at(-1)!.lastArrivalUs - own[0]!.firstArrivalUs;
    }
    const last = trialsInOrder(session)
      .filter((trial) => trial.record.status === 'finished')
      .at(-1)?.record.result;
    return {
      id: session.id,
      subjectCode: session.subjectCode,
      startedAtMs: session.startedAtMs,
      endedAtMs: session.endedAtMs,
      simulated,
      trials: session.trials.length,
      frtLeftDeg: last?.left.meanDeg ?? null,
      frtRightDeg: last?.right.meanDeg ?? null,
      recordedS: recordedUs / 1e6,
    };
  }

  async function* repetitionRows(sessionId: string | null): AsyncIterable<RepetitionRow> {
    opened();
    for (const session of [...sessions.values()].toSorted(inOrder)) {
      if (sessionId !== null && session.id !== sessionId) continue;
      for (const { record, parameters, streamId } of trialsInOrder(session)) {
        const stream = streamId === null ? undefined : streams.get(streamId);
        for (const repetition of record.repetitions) {
          yield {
            sessionId: session.id,
            subjectCode: session.subjectCode,
            softwareVersion: session.softwareVersion,
            trialId: record.id,
            kind: record.kind,
            trialStatus: record.status,
            simulated: record.simulated,
            parameters: copy(parameters),
            stream: stream ? { id: stream.id, sourceId: stream.sourceId, description: copy(stream.description) } : null,
            repetition: copy(repetition),
          };
        }
      }
    }
  }

  async function* readChunks(streamId: string): AsyncIterable<RawChunk> {
    opened();
    for (const chunk of chunks.get(streamId) ?? []) {
      if (crc32(chunk.bytes) !== chunk.crc32)
        throw new KitError('STORE_CORRUPT', `stream ${streamId}, chunk ${chunk.sequence}`);
      yield copy(chunk);
    }
  }

  return {
    open: async () => {
      open = true;
      for (const session of sessions.values()) {
        session.endedAtMs ??= Math.max(session.startedAtMs, ...session.events.map((event) => event.wallMs));
        for (const trial of session.trials) if (trial.record.status === 'running') trial.record.status = 'interrupted';
      }
    },
    createSession: async (session) => {
      opened();
      if (sessions.has(session.id)) throw new KitError('STORE_UNAVAILABLE', `session ${session.id} exists`);
      sessions.set(session.id, { ...session, endedAtMs: null, trials: [], events: [] });
    },
    endSession: async (sessionId, endedAtMs) => {
      sessionOf(sessionId).endedAtMs = endedAtMs;
    },
    createStream: async (stream) => {
      sessionOf(stream.sessionId);
      streams.set(stream.id, copy(stream));
      chunks.set(stream.id, []);
    },
    appendChunk: async (chunk) => {
      opened();
      const own = chunks.get(chunk.streamId);
      if (!own) throw new KitError('STORE_UNAVAILABLE', `stream ${chunk.streamId} does not exist`);
      const stored = own[chunk.sequence];
      if (stored && stored.crc32 === chunk.crc32 && stored.notifications === chunk.notifications) return;
      if (chunk.sequence !== own.length)
        throw new KitError(
          'INTERNAL',
          `chunk ${chunk.sequence} of stream ${chunk.streamId} where ${own.length} is next`,
        );
      own.push(copy(chunk));
    },
    createTrial: async ({ parameters, streamId, sessionId, ...trial }) => {
      sessionOf(sessionId).trials.push({
        record: { ...trial, endedAtMs: null, status: 'running', repetitions: [], result: null },
        parameters: copy(parameters),
        streamId: streamId ?? null,
      });
    },
    appendRepetition: async (trialId, repetition) => {
      trialOf(trialId).record.repetitions.push(copy(repetition));
    },
    putRepetition: async (trialId, position, repetition) => {
      trialOf(trialId).record.repetitions[position] = copy(repetition);
    },
    finishTrial: async (trialId, status, endedAtMs, result, method) => {
      const trial = trialOf(trialId);
      Object.assign(trial.record, { status, endedAtMs, result: copy(result) });
      if (method !== undefined) trial.parameters['method'] = method;
    },
    appendEvent: async (sessionId, event) => {
      sessionOf(sessionId).events.push(copy(event));
    },
    saveCalibration: async (calibration) => {
      sessionOf(calibration.sessionId);
      calibrations.push(copy(calibration));
    },
    saveGyroModel: async (sensorSerial, json) => {
      opened();
      gyroModels.set(sensorSerial, json);
    },
    latestGyroModel: async (sensorSerial) => {
      opened();
      return gyroModels.get(sensorSerial) ?? null;
    },
    listSessions: async () => {
      opened();
      return [...sessions.values()].toSorted((a, b) => inOrder(b, a)).map(summary);
    },
    sessionDetail: async (sessionId): Promise<SessionDetail | null> => {
      opened();
      const session = sessions.get(sessionId);
      if (!session) return null;
      return { ...summary(session), trialList: trialsInOrder(session).map((trial) => copy(trial.record)) };
    },
    listStreams: async (sessionId) => {
      opened();
      return [...streams.values()]
        .filter((stream) => stream.sessionId === sessionId)
        .map((stream) => ({ ...copy(stream), chunks: chunks.get(stream.id)!.length }));
    },
    listEvents: async (sessionId) => {
      opened();
      return copy(sessions.get(sessionId)?.events ?? []);
    },
    repetitionRows,
    readChunks,
    close: async () => {
      open = false;
    },
  };
}
