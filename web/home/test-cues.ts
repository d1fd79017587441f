/** What is said and sounded at a change of the test alone at home. Pure. */
import type { TrialState } from '../../src/contract/trial.ts';
import type { Cue } from '../logic/cues.ts';
import { VOICE_KEYS, type VoiceKey } from './voice-keys.ts';

export interface HomeCue {
  readonly sounds: readonly Cue[];
  readonly say: VoiceKey | null;
}

type Test = Pick<TrialState, 'phase' | 'prompt' | 'repetitions'>;

const AGAIN: Readonly<Record<string, VoiceKey>> = {
  fast: 'again-fast',
  moved: 'again-moved',
  signal: 'again-signal',
  flexion: 'again-flexion',
};
/** Prompts of the turn in flexion; those of the range of motion are called as they are said. */
const FLEXED: Readonly<Record<string, VoiceKey>> = {
  flex: 'flexed-lie',
  'flex-more': 'flexed-more',
  'flex-less': 'flexed-less',
  'turn-left': 'flexed-left',
  'turn-right': 'flexed-right',
};
const WAITS: readonly string[] = ['await-neutral', 'await-flexed'];
const isKey = (text: string): text is VoiceKey => (VOICE_KEYS as readonly string[]).includes(text);
const painOf = (test: Test | null): number => test?.repetitions.filter((r) => r.warnings.includes('pain')).length ?? 0;

/** Nothing for a test that does not change; the first prompt of a test that just began. */
export function homeCue(before: Test | null, now: Test | null): HomeCue {
  if (now === null) return { sounds: [], say: null };
  const sounds: Cue[] = [];
  let say: VoiceKey | null = null;
  const added = now.repetitions.slice(before?.repetitions.length ?? 0);
  // What a stop cuts off is no fault of anybody.
  const rejected = now.phase === 'stopped' ? undefined : added.find((r) => r.status === 'rejected');
  if (painOf(now) > painOf(before)) sounds.push('symptom');
  if (rejected) {
    sounds.push('rejected');
    say = AGAIN[rejected.reason ?? ''] ?? 'again';
  } else if (added.some((r) => r.status !== 'rejected')) sounds.push('back');
  if (now.phase !== before?.phase) {
    if (now.phase === 'hold') sounds.push('hold');
    else if (now.phase === 'captured') sounds.push('end-range');
    else if (now.phase === 'finished') sounds.push('done');
    else if (now.phase === 'stopped') sounds.push('stopped');
    else if (now.phase === 'neutral' && WAITS.includes(before?.phase ?? '')) sounds.push('start-taken');
  }
  if (now.prompt !== before?.prompt && say === null) {
    const [test, asked = ''] = now.prompt.split('.');
    if (asked === 'finished') say = 'done';
    else if (asked === 'stopped' || asked === 'stopped-dizziness') say = 'stopped';
    else if (asked === 'return') say = 'back';
    else if (test === 'home-turn') say = FLEXED[asked] ?? null;
    else if (isKey(asked)) say = asked;
  }
  return { sounds, say };
}
