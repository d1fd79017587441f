/** One kill: what had been acknowledged, and what of it is there afterwards. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createStore, openDatabase, type StorePlace } from '../../src/adapters/store/open-store.ts';
import { type Verification, verifyDatabase } from '../../src/adapters/store/verify.ts';
import type { RepetitionRecord } from '../../src/contract/records.ts';
import { builtEntry } from '../support/built.ts';
import type { Acknowledged } from './record-until-killed.ts';

export interface RoundOutcome {
  readonly acknowledgedSeconds: number;
  readonly acknowledgedSecondsLost: number;
  readonly acknowledgedChunks: number;
  readonly chunksLost: number;
  readonly completedRepetitions: number;
  readonly completedRepetitionsLost: number;
  /** Trials that were running, and are called so no longer. */
  readonly interruptedTrials: number;
  /** Trials still called running, or finished ones called something else. */
  readonly wrongTrials: number;
  readonly verification: Verification;
}

/** Records until it has acknowledged something and `killAfterMs` more have passed; then SIGKILL. */
async function recordAndKill(place: StorePlace, seed: number, killAfterMs: number): Promise<Acknowledged[]> {
  const entry = fileURLToPath(builtEntry('test/crash/record-until-killed.ts'));
  const args = [entry, place.folder, place.databaseUrl ?? '-', String(seed)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: string[] = [];
  const reader = createInterface({ input: child.stdout });
  reader.on('line', (line) => lines.push(line));
  const ended = once(child, 'close');
  const first = await Promise.race([once(reader, 'line').then(() => 'line'), ended.then(() => 'end')]);
  if (first === 'end' && lines.length === 0) throw new Error('the recording process ended before it wrote anything');
  await new Promise((resolve) => setTimeout(resolve, killAfterMs));
  child.kill('SIGKILL');
  await ended;
  const told: Acknowledged[] = [];
  for (const line of lines) {
    try {
      told.push(JSON.parse(line) as Acknowledged);
    } catch {
      // The last line may have been cut by the kill: it was not told.
    }
  }
  return told;
}

const sameRepetition = (a: RepetitionRecord | undefined, b: RepetitionRecord): boolean =>
  a !== undefined && JSON.stringify(a) === JSON.stringify({ ...a, ...b });

/**
 * A repetition at its place in a trial: the one that was acknowledged last, and after it those that were asked for since. A
 * commit may hold one of them, measured anew, that the kill kept from being told; any other value is a loss.
 */
interface AskedRepetition {
  readonly acknowledged: boolean;
  readonly asked: readonly RepetitionRecord[];
}
const ask = ({ acknowledged, asked }: AskedRepetition, one: RepetitionRecord): AskedRepetition => ({
  acknowledged,
  asked: [...asked, one],
});
const acknowledge = ({ asked }: AskedRepetition, one: RepetitionRecord): AskedRepetition => ({
  acknowledged: true,
  asked: asked.slice(asked.findIndex((each) => JSON.stringify(each) === JSON.stringify(one))),
});

/** @param afterKill what else happens before the store is opened again: a crash of the database server, for one. */
export async function crashRound(
  place: StorePlace,
  seed: number,
  killAfterMs: number,
  afterKill: () => Promise<void> = async () => {},
): Promise<RoundOutcome> {
  const told = await recordAndKill(place, seed, killAfterMs);
  await afterKill();
  const store = createStore(place);
  await store.open();
  const chunks = new Map<string, Map<number, number>>();
  const seconds = new Map<string, number>();
  const repetitions = new Map<string, { sessionId: string; at: Map<number, AskedRepetition> }>();
  const finished = new Set<string>();
  for (const line of told) {
    if (line.what === 'chunk') {
      const stream = chunks.get(line.streamId) ?? new Map<number, number>();
      chunks.set(line.streamId, stream.set(line.sequence, line.crc32));
    } else if (line.what === 'seconds') seconds.set(line.sessionId, line.acknowledgedS);
    else if (line.what === 'repetition' || line.what === 'repetition-asked') {
      const trial = repetitions.get(line.trialId) ?? { sessionId: line.sessionId, at: new Map() };
      const known = trial.at.get(line.position) ?? { acknowledged: false, asked: [] };
      const next = line.what === 'repetition' ? acknowledge(known, line.repetition) : ask(known, line.repetition);
      repetitions.set(line.trialId, trial);
      trial.at.set(line.position, next);
    } else if (line.what === 'finished') finished.add(line.trialId);
  }
  let acknowledgedChunks = 0;
  let chunksLost = 0;
  for (const [streamId, expected] of chunks) {
    acknowledgedChunks += expected.size;
    const stored = new Map<number, number>();
    for await (const chunk of store.readChunks(streamId)) stored.set(chunk.sequence, chunk.crc32);
    for (const [sequence, crc] of expected) if (stored.get(sequence) !== crc) chunksLost++;
  }
  let acknowledgedSeconds = 0;
  let acknowledgedSecondsLost = 0;
  for (const [sessionId, shownS] of seconds) {
    const storedS = (await store.sessionDetail(sessionId))?.recordedS ?? 0;
    acknowledgedSeconds += shownS;
    // Both are sums of the same times: a hair for the order of adding.
    if (storedS < shownS - 1e-6) acknowledgedSecondsLost += shownS - storedS;
  }
  let completedRepetitions = 0;
  let completedRepetitionsLost = 0;
  let interruptedTrials = 0;
  let wrongTrials = 0;
  for (const [trialId, { sessionId, at }] of repetitions) {
    const trial = (await store.sessionDetail(sessionId))?.trialList.find((each) => each.id === trialId);
    for (const [position, { acknowledged, asked }] of at) {
      if (!acknowledged) continue;
      completedRepetitions++;
      if (!asked.some((one) => sameRepetition(trial?.repetitions[position], one))) completedRepetitionsLost++;
    }
    if (trial?.status === 'interrupted') interruptedTrials++;
    if (trial?.status === 'running' || (finished.has(trialId) && trial?.status !== 'finished')) wrongTrials++;
  }
  await store.close();
  const engine = await openDatabase(place, 'beside');
  const verification = await verifyDatabase(engine);
  await engine.close();
  return {
    acknowledgedSeconds,
    acknowledgedSecondsLost,
    acknowledgedChunks,
    chunksLost,
    completedRepetitions,
    completedRepetitionsLost,
    interruptedTrials,
    wrongTrials,
    verification,
  };
}
