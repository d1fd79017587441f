/** The curves of a test's repetitions: played again by the gateway, one test after the other, kept for this page. */
import { type Signal, signal } from '@preact/signals';
import type { RepetitionRecord } from '../../src/contract/repetition-record.ts';
import { type RepetitionCurve, repetitionCurves } from '../logic/repetition-curves.ts';
import { type Loaded, loadReplay } from './records.ts';
import { recording } from './store.ts';

/** The last second of a test that has just ended is on the disk a little later. */
const AGAIN_MS = 2000;
const ATTEMPTS = 4;
/** Of a day's tests; the oldest goes first. */
const KEPT = 40;

type Curves = Loaded<readonly RepetitionCurve[]>;
const kept = new Map<string, Signal<Curves>>();
let queue: Promise<void> = Promise.resolve();

async function fill(
  into: Signal<Curves>,
  sessionId: string,
  trialId: string,
  repetitions: readonly RepetitionRecord[],
): Promise<void> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const replay = await loadReplay(sessionId, trialId);
    const value =
      replay.status === 'ready' ? repetitionCurves(replay.value.meta, replay.value.frames, repetitions) : [];
    if (replay.status === 'ready') into.value = { status: 'ready', value };
    const growing = recording.peek()?.sessionId === sessionId && value.length < repetitions.length;
    if (growing && attempt < ATTEMPTS) await new Promise((done) => setTimeout(done, AGAIN_MS));
    else {
      if (replay.status === 'failed') into.value = replay;
      return;
    }
  }
}

/** A signal that fills by itself; asked for again, the same one. */
export function curvesOf(sessionId: string, trialId: string, repetitions: readonly RepetitionRecord[]): Signal<Curves> {
  const key = `${sessionId} ${trialId} ${repetitions.length}`;
  const known = kept.get(key);
  if (known) return known;
  const made = signal<Curves>({ status: 'loading' });
  kept.set(key, made);
  const oldest = kept.keys().next().value;
  if (kept.size > KEPT && oldest !== undefined) kept.delete(oldest);
  queue = queue.then(() => fill(made, sessionId, trialId, repetitions));
  return made;
}
