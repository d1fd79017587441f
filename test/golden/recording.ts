/** A golden recording: one session as a gzipped JSON file, and the way back into a store. */
import { readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { SessionDetail } from '../../src/contract/records.ts';
import type { NewStream, StoredEvent } from '../../src/ports/session-store.ts';
import type { Store } from '../../src/ports/store.ts';
import { decodeChunk } from '../../src/wire/chunk.ts';
import { crc32 } from '../../src/wire/crc32.ts';

export interface Recording {
  readonly detail: SessionDetail;
  /** Chunks in base64. */
  readonly streams: readonly (NewStream & { readonly raw: readonly string[] })[];
  readonly events: readonly StoredEvent[];
}

export async function takeRecording(store: Store, sessionId: string): Promise<Recording> {
  const streams: Recording['streams'][number][] = [];
  for (const { chunks: _chunks, ...stream } of await store.listStreams(sessionId)) {
    const raw: string[] = [];
    for await (const chunk of store.readChunks(stream.id)) raw.push(Buffer.from(chunk.bytes).toString('base64'));
    streams.push({ ...stream, raw });
  }
  return { detail: (await store.sessionDetail(sessionId))!, streams, events: await store.listEvents(sessionId) };
}

export function writeRecording(file: URL, recording: Recording): void {
  writeFileSync(file, gzipSync(JSON.stringify(recording), { level: 9 }));
}

export const readRecording = (file: URL): Recording =>
  JSON.parse(gunzipSync(readFileSync(file)).toString('utf8')) as Recording;

export async function loadRecording(store: Store, { detail, streams, events }: Recording): Promise<void> {
  const { id, subjectCode, startedAtMs } = detail;
  await store.createSession({ id, subjectCode, startedAtMs, softwareVersion: 'golden' });
  for (const { raw, ...stream } of streams) {
    await store.createStream(stream);
    for (const [sequence, text] of raw.entries()) {
      const bytes = new Uint8Array(Buffer.from(text, 'base64'));
      const decoded = decodeChunk(bytes);
      if (!decoded.ok) throw new Error(`${stream.id}, chunk ${sequence}: ${decoded.reason}`);
      await store.appendChunk({
        streamId: stream.id,
        sequence,
        firstArrivalUs: decoded.notifications[0]!.arrivalUs,
        lastArrivalUs: decoded.notifications.at(-1)!.arrivalUs,
        notifications: decoded.notifications.length,
        bytes,
        crc32: crc32(bytes),
      });
    }
  }
  for (const event of events) await store.appendEvent(id, event);
  for (const trial of detail.trialList) {
    const { kind, startedAtMs: begun, simulated, parameters } = trial;
    await store.createTrial({ id: trial.id, sessionId: id, kind, startedAtMs: begun, simulated, parameters });
    for (const repetition of trial.repetitions) await store.appendRepetition(trial.id, repetition);
    await store.finishTrial(trial.id, 'finished', trial.endedAtMs!, trial.result);
  }
  await store.endSession(id, detail.endedAtMs!);
}
