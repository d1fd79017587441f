/**
 * Appends chunks while the disk fails as it is told (disk-faults.c), and says what came of each: "begin N", then "ok N"
 * or "failed N CODE". Ends by SIGKILL of its own: nothing is closed politely.
 */
import { rmSync, writeFileSync, writeSync } from 'node:fs';
import { findSqliteDriver } from '../../src/adapters/store/sqlite-driver.ts';
import { createSqliteStore } from '../../src/adapters/store/sqlite-store.ts';
import { KitError } from '../../src/contract/errors.ts';
import { realChunk } from './filled-store.ts';
import { DESCRIPTION } from './sim-stream.ts';

const PER_PHASE = 10;

async function run(folder: string, driver: 'better-sqlite3' | 'libsql', fault: string, faultFile: string) {
  const say = (line: string): void => {
    writeSync(1, `${line}\n`);
  };
  const store = createSqliteStore({ folder, driver: findSqliteDriver([driver]) });
  await store.open();
  await store.createSession({ id: 's', subjectCode: 'DISK-1', startedAtMs: 1, softwareVersion: '1' });
  await store.createStream({ id: 'st', sessionId: 's', role: 'head', sourceId: 'sim', description: DESCRIPTION });
  let sequence = 0;
  async function append(tries: number): Promise<void> {
    for (let i = 0; i < tries; i++) {
      say(`begin ${sequence}`);
      const outcome = await store.appendChunk(realChunk('st', sequence, 40)).then(
        () => 'ok',
        (cause: unknown) => (cause instanceof KitError ? cause.code : String(cause)),
      );
      say(outcome === 'ok' ? `ok ${sequence}` : `failed ${sequence} ${outcome}`);
      if (outcome === 'ok') sequence++;
    }
  }
  await append(PER_PHASE);
  writeFileSync(faultFile, fault);
  await append(3);
  rmSync(faultFile);
  await append(PER_PHASE);
  writeFileSync(faultFile, fault);
  await append(1);
  process.kill(process.pid, 'SIGKILL');
}

const [folder, driver, fault, faultFile] = process.argv.slice(2);
if (folder && (driver === 'better-sqlite3' || driver === 'libsql') && fault && faultFile)
  await run(folder, driver, fault, faultFile);
