/**
 * The gateway's own path from sensor to store, on a simulated subject in virtual time: visit after visit, alignment and
 * Flexion-Rotation Test, until it is killed. Says on standard output what was acknowledged, each thing after its
 * commit.
 */

import { writeSync } from 'node:fs';
import { createStore } from '../../src/adapters/store/open-store.ts';
import type { RepetitionRecord } from '../../src/contract/records.ts';
import type { KitState } from '../../src/contract/state.ts';
import { DRIVERS } from '../../src/devices/registry.ts';
import { createKit } from '../../src/gateway/kit.ts';
import type { Store } from '../../src/ports/store.ts';
import { SHORTEST_FRT } from '../support/shortest-frt.ts';
import { simulatedHeadband } from '../support/sim-stream.ts';
import { createVirtualSource } from '../support/virtual-source.ts';
import { createVirtualTime } from '../support/virtual-time.ts';
import { readyVisit } from '../support/visit-ready.ts';

export type Acknowledged =
  | { readonly what: 'session'; readonly sessionId: string; readonly code: string }
  | { readonly what: 'chunk'; readonly streamId: string; readonly sequence: number; readonly crc32: number }
  /** Seconds that the dashboard showed as recorded in this session. */
  | { readonly what: 'seconds'; readonly sessionId: string; readonly acknowledgedS: number }
  | {
      /** 'repetition-asked' goes before the write: what a commit may hold that nobody was told of. */
      readonly what: 'repetition' | 'repetition-asked';
      readonly sessionId: string;
      readonly trialId: string;
      readonly position: number;
      readonly repetition: RepetitionRecord;
    }
  | { readonly what: 'finished'; readonly sessionId: string; readonly trialId: string };

/** The sensor's packets come in such steps, ms. */
const SOURCE_STEP_MS = 25;
/** Virtual time between two looks, ms. */
const STEP_MS = 50;

function telling(store: Store, sessionOf: () => string, tell: (line: Acknowledged) => void): Store {
  return {
    ...store,
    async appendChunk(chunk) {
      await store.appendChunk(chunk);
      tell({ what: 'chunk', streamId: chunk.streamId, sequence: chunk.sequence, crc32: chunk.crc32 });
    },
    // What gathered is committed together, and acknowledged together.
    async appendChunks(chunks) {
      await store.appendChunks(chunks);
      for (const { streamId, sequence, crc32 } of chunks) tell({ what: 'chunk', streamId, sequence, crc32 });
    },
    async putRepetition(trialId, position, repetition) {
      const sessionId = sessionOf();
      const line = { sessionId, trialId, position, repetition: structuredClone(repetition) };
      tell({ what: 'repetition-asked', ...line });
      await store.putRepetition(trialId, position, repetition);
      tell({ what: 'repetition', ...line });
    },
    async finishTrial(trialId, ...rest) {
      const sessionId = sessionOf();
      await store.finishTrial(trialId, ...rest);
      tell({ what: 'finished', sessionId, trialId });
    },
  };
}

async function recordForEver(folder: string, databaseUrl: string | undefined, seed: number): Promise<never> {
  const real = createStore({ folder, databaseUrl });
  await real.open();
  const time = createVirtualTime();
  let sessionId = '';
  let shownS = 0;
  const tell = (line: Acknowledged): void => {
    writeSync(1, `${JSON.stringify(line)}\n`);
  };
  const store = telling(real, () => sessionId, tell);
  const source = createVirtualSource(time, { band: simulatedHeadband(seed).model }, SOURCE_STEP_MS);
  const { clock, timers } = time;
  const kit = createKit({ sources: [source], store, clock, timers, version: 'crash', drivers: DRIVERS });
  await kit.start();
  async function until(test: (state: KitState) => boolean): Promise<void> {
    while (!test(kit.state)) {
      await time.advance(STEP_MS);
      const acknowledgedS = kit.state.recording?.acknowledgedS ?? 0;
      if (sessionId !== '' && acknowledgedS > shownS) tell({ what: 'seconds', sessionId, acknowledgedS });
      shownS = acknowledgedS;
    }
  }
  for (let visit = 0; ; visit++) {
    await kit.execute({ type: 'connect', id: 'simulator:band', role: 'head' });
    await until((state) => state.sensors[0]?.phase === 'streaming');
    const code = `KILL-${seed}-${visit}`;
    await kit.execute({ type: 'session-start', subjectCode: code });
    await readyVisit(kit.execute);
    sessionId = kit.state.recording!.sessionId;
    shownS = 0;
    tell({ what: 'session', sessionId, code });
    const alignedAt = time.nowMs + 3000;
    await until(() => time.nowMs >= alignedAt);
    await kit.execute({ type: 'align-start' });
    await until((state) => ['accepted', 'rejected'].includes(state.alignment.phase));
    if (kit.state.alignment.phase === 'accepted') {
      await kit.execute(SHORTEST_FRT);
      await until((state) => state.frt?.phase === 'finished' || state.frt?.phase === 'stopped');
      await kit.execute({ type: 'frt-close' });
    }
    await kit.execute({ type: 'session-end' });
    sessionId = '';
    await kit.execute({ type: 'disconnect', index: 0 });
  }
}

const [folder, url, seed] = process.argv.slice(2);
if (folder !== undefined && url !== undefined) await recordForEver(folder, url === '-' ? undefined : url, Number(seed));
