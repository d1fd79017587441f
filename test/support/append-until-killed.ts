/** Appends chunks for ever and prints each one's number after its acknowledgement. Killed by the test that starts it. */
import { randomUUID } from 'node:crypto';
import { writeSync } from 'node:fs';
import { findSqliteDriver } from '../../src/adapters/store/sqlite-driver.ts';
import { createSqliteStore } from '../../src/adapters/store/sqlite-store.ts';
import type { StreamDescription } from '../../src/ports/sensor-source.ts';
import { crc32 } from '../../src/wire/crc32.ts';

/** What chunk `sequence` of a stream holds: known to both sides. */
export function chunkBytes(streamId: string, sequence: number): Uint8Array {
  const seed = streamId.charCodeAt(0) + 31 * sequence;
  return Uint8Array.from({ length: 500 + ((37 * sequence) % 4000) }, (_, i) => seed * 7 + i * 13);
}

async function appendForEver(folder: string, driverName: 'better-sqlite3' | 'libsql'): Promise<never> {
  const store = createSqliteStore({ folder, driver: findSqliteDriver([driverName]) });
  await store.open();
  const sessionId = randomUUID();
  const streamId = randomUUID();
  const trialId = randomUUID();
  const description: StreamDescription = {
    driverId: 'test',
    sensorSerial: '1',
    name: 'n',
    manufacturer: '',
    model: '',
    firmware: '',
    hardware: '',
    simulated: true,
    nominalRateHz: 100,
    mtu: 247,
    config: {},
  };
  await store.createSession({ id: sessionId, subjectCode: 'KILL-1', startedAtMs: Date.now(), softwareVersion: '1' });
  await store.createStream({ id: streamId, sessionId, role: 'head', sourceId: 'simulator', description });
  await store.createTrial({ id: trialId, sessionId, kind: 'frt', startedAtMs: 1, simulated: true, parameters: {} });
  for (let sequence = 0; ; sequence++) {
    const bytes = chunkBytes(streamId, sequence);
    await store.appendChunk({
      streamId,
      sequence,
      firstArrivalUs: sequence,
      lastArrivalUs: sequence + 1,
      notifications: 1,
      bytes,
      crc32: crc32(bytes),
    });
    writeSync(1, `${sessionId} ${streamId} ${sequence}\n`);
  }
}

const [folder, driverName] = process.argv.slice(2);
if (folder && (driverName === 'better-sqlite3' || driverName === 'libsql')) await appendForEver(folder, driverName);
