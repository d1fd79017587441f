/** A small history in any store: two subjects, a visit of every part, and its audit. */
import { randomUUID } from 'node:crypto';
import type { Store } from '../../src/ports/store.ts';
import type { HostTimeUs } from '../../src/ports/time.ts';
import { createChunkWriter } from '../../src/wire/chunk.ts';
import { DESCRIPTION, REPETITION, RESULT } from '../contract/session-store.ts';

/** A chunk as the recorder makes them. */
export function realChunk(streamId: string, sequence: number, count = 5) {
  const writer = createChunkWriter();
  for (let i = 0; i < count; i++) {
    writer.append({
      characteristic: '6e400002-b5a3-f393-e0a9-e50e24dcca9e',
      bytes: Uint8Array.from({ length: 20 }, (_, j) => (sequence * 31 + i * 7 + j) % 256),
      arrivalUs: (1e6 + sequence * 1e5 + i * 1e4) as HostTimeUs,
    });
  }
  return { streamId, sequence, ...writer.finish()! };
}

export async function fillVisit(
  store: Store,
  code: string,
  chunks = 6,
): Promise<{ sessionId: string; streamId: string }> {
  const [sessionId, streamId, trialId, calibrationId] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
  const softwareVersion = '0.1.0';
  await store.createSession({ id: sessionId, subjectCode: code, startedAtMs: 1_700_000_000_000, softwareVersion });
  await store.createStream({ id: streamId, sessionId, role: 'head', sourceId: 'radio', description: DESCRIPTION });
  const trial = { id: trialId, sessionId, kind: 'frt', startedAtMs: 1_700_000_001_000, simulated: false, streamId };
  await store.createTrial({ ...trial, parameters: { method: 'm/1' } });
  for (let i = 0; i < chunks; i++) await store.appendChunk(realChunk(streamId, i));
  await store.appendRepetition(trialId, REPETITION);
  await store.appendEvent(sessionId, { timeUs: 1.5, wallMs: 1_700_000_002_000.5, type: 'note', values: { ä: '€' } });
  const calibration = { id: calibrationId, sessionId, streamId, kind: 'alignment', wallMs: 1, values: { q: [1, 0] } };
  await store.saveCalibration(calibration);
  await store.finishTrial(trialId, 'finished', 1_700_000_009_000, RESULT);
  const raw = [{ streamId, chunks }];
  await store.saveResult({
    id: randomUUID(),
    trialId,
    wallMs: 1,
    coreVersion: '1',
    method: 'm/1',
    calibrationId,
    raw,
    rawHash: await store.rawHash(raw),
    values: { angle: 0.1 + 0.2 },
    accepted: true,
  });
  await store.endSession(sessionId, 1_700_000_010_000);
  return { sessionId, streamId };
}

export async function fillStore(store: Store): Promise<void> {
  await fillVisit(store, 'AB-1');
  await fillVisit(store, 'CD-2');
  await store.saveGyroModel('SN-1', '{"n":1}', 5);
  await store.saveSetting('language', 'de', 6);
  for (const action of ['session.create', 'export.csv'])
    await store.appendAudit({ wallMs: 7, accountId: null, action, object: 'session:x', values: { rows: 3 } });
  const account = { id: randomUUID(), handle: 'desk', role: 'clinician' as const, passwordHash: 'h', createdAtMs: 8 };
  await store.createAccount({ ...account, state: 'active', subjectId: null, values: {} });
}
