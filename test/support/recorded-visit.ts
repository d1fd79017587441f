/** Visits of a simulated subject through the whole gateway in virtual time, recorded from the first packet on. */

import type { Command } from '../../src/contract/commands.ts';
import type { KitState } from '../../src/contract/state.ts';
import type { AttitudeSource } from '../../src/devices/attitude-source.ts';
import { DRIVERS } from '../../src/devices/registry.ts';
import { createKit } from '../../src/gateway/kit.ts';
import { DEFAULT_PARTS, type KitParts } from '../../src/gateway/kit-parts.ts';
import type { Store } from '../../src/ports/store.ts';
import { SHORTEST_FRT } from './shortest-frt.ts';
import { simulatedHeadband } from './sim-stream.ts';
import { createVirtualSource } from './virtual-source.ts';
import { createVirtualTime } from './virtual-time.ts';
import { readyVisit } from './visit-ready.ts';

export interface VisitPlan {
  readonly seed: number;
  readonly subjectCode: string;
  readonly subject?: Parameters<typeof simulatedHeadband>[2];
  readonly band?: Parameters<typeof simulatedHeadband>[1];
  readonly tests: readonly ('frt' | 'crom')[];
  /** The link breaks in the middle of the first test. */
  readonly breakLink?: boolean;
  /** The last repetition of the first test is taken back and done again. */
  readonly redo?: boolean;
  /** The session begins when the sensor has been aligned already, as on the page: what came before is not in the record. */
  readonly alignedBefore?: boolean;
  readonly parts?: KitParts;
  /** After the first test the attitude comes from elsewhere, and the band is aligned anew. */
  readonly thenFrom?: AttitudeSource;
  /** When the visit begins, on the virtual clock, ms. */
  readonly startMs?: number;
  /** Of each movement of a range of motion; left out: one, and none to get used to it. */
  readonly crom?: { readonly repetitions: number; readonly practice: number };
}

const LIMIT_MS = 400_000;

/** @returns id of the session, which has ended. */
export async function recordVisit(store: Store, plan: VisitPlan): Promise<string> {
  const time = createVirtualTime(plan.startMs);
  const { model } = simulatedHeadband(plan.seed, { serial: `GOLD-${plan.seed}`, ...plan.band }, plan.subject);
  const content = plan.thenFrom === undefined ? 'inertial' : 'both';
  const source = createVirtualSource(time, { band: model }, undefined, { rateHz: 100, content });
  const { clock, timers } = time;
  const { parts = DEFAULT_PARTS } = plan;
  const kit = createKit({ sources: [source], store, clock, timers, version: 'golden', drivers: DRIVERS, parts });
  await kit.start();
  async function until(what: string, test: (state: KitState) => boolean): Promise<void> {
    for (const end = time.nowMs + LIMIT_MS; time.nowMs < end; ) {
      if (test(kit.state)) return;
      await time.advance(50);
    }
    throw new Error(`waited for ${what}: ${JSON.stringify(kit.state)}`);
  }
  const must = (command: Command) => kit.execute(command);
  // The record begins before the sensor: every filter starts on it, and nothing has to be restored.
  const begin = async () => {
    await must({ type: 'session-start', subjectCode: plan.subjectCode });
    await readyVisit(must);
  };
  if (!plan.alignedBefore) await begin();
  await must({ type: 'connect', id: 'simulator:band', role: 'head' });
  await until('the stream', (s) => s.sensors[0]?.phase === 'streaming');
  await time.advance(2500);
  async function align(): Promise<void> {
    await must({ type: 'align-start' });
    await until('the alignment', (s) => s.alignment.phase === 'accepted');
  }
  await align();
  if (plan.alignedBefore) await begin();
  const { sessionId } = kit.state.recording!;
  for (const [index, test] of plan.tests.entries()) {
    if (index === 1 && plan.thenFrom) {
      await must({ type: 'attitude', index: 0, from: plan.thenFrom });
      await time.advance(2500);
      await align();
    }
    if (test === 'frt') {
      await must(SHORTEST_FRT);
      if (index === 0 && plan.breakLink) {
        await until('a repetition', (s) => (s.frt?.repetitions.length ?? 0) > 0);
        source.breakLink('band');
      }
      await until('the end of the test', (s) => s.frt?.phase === 'finished');
      if (index === 0 && plan.redo) {
        await must({ type: 'frt-event', event: 'redo', source: 'button' });
        await until('the end of the redone test', (s) => s.frt?.phase === 'finished');
      }
      await time.advance(200);
      await must({ type: 'frt-close' });
    } else {
      const times = plan.crom ?? { repetitions: 1, practice: 0 };
      await must({ type: 'trial-start', protocol: 'crom', ...times, autoConfirm: true });
      await until('the end of the test', (s) => s.trial?.ended === true);
      await time.advance(200);
      await must({ type: 'trial-close' });
    }
  }
  await must({ type: 'session-end' });
  await Promise.all([kit.stop(), time.advance(6000)]);
  return sessionId;
}
