/**
 * What the kit says with sounds, so that nobody has to look at the screen: which cue belongs to which change of the test.
 * Pure; `live/sounds` plays them. Every action has a start and an end sound, and nothing is said by sound alone.
 */
import type { FrtState } from '../../src/contract/state.ts';

export type Cue =
  /** Ready: bring the head to the start. One low tick. */
  | 'armed'
  /** The start was taken. Two rising notes. */
  | 'start-taken'
  /** A turn began. One soft click. */
  | 'turn'
  /** Hold still. Soft ticking while it lasts. */
  | 'hold'
  /** End range taken. One bright chord. */
  | 'end-range'
  /** Back at the start. Two falling notes. */
  | 'back'
  /** It does not count. A dull buzz. */
  | 'rejected'
  /** What the patient felt was marked. One warm low note. */
  | 'symptom'
  /** A clock runs. Two equal notes. */
  | 'clock-start'
  /** The clock was stopped. The same two, an octave lower. */
  | 'clock-stop'
  /** Look: something that is asked for was lost. Two short low notes. */
  | 'attention'
  /** All done. Three notes. */
  | 'done'
  /** Stopped. Two low notes. */
  | 'stopped';

type Test = Pick<FrtState, 'phase' | 'repetitions'>;

const marked = (test: Test | null): number =>
  test?.repetitions.filter((r) => r.warnings.includes('pain') || r.warnings.includes('headache')).length ?? 0;

/**
 * Cues of one change of the state, in the order in which they are to be heard. Nothing for a page that was opened, or
 * that came back, in the middle of a test.
 */
export function cuesOf(before: Test | null, now: Test | null): Cue[] {
  if (now === null) return [];
  const cues: Cue[] = [];
  if (before === null) return now.phase === 'await-flexed' || now.phase === 'idle' ? ['armed'] : [];
  const added = now.repetitions.slice(before.repetitions.length);
  const redone = now.repetitions.some(
    (r, i) =>
      r.status === 'rejected' && before.repetitions[i] !== undefined && before.repetitions[i]!.status !== 'rejected',
  );
  if (marked(now) > marked(before)) cues.push('symptom');
  if (redone || added.some((r) => r.status === 'rejected')) cues.push('rejected');
  else if (added.length > 0) cues.push('back');
  if (now.phase === before.phase) return cues;
  switch (now.phase) {
    case 'neutral':
      // A sway before a turn goes back here too: nothing was taken anew then.
      if (before.phase === 'await-flexed') cues.push('start-taken');
      break;
    case 'rotating':
      if (before.phase === 'neutral') cues.push('turn');
      break;
    case 'hold':
      cues.push('hold');
      break;
    case 'captured':
      cues.push('end-range');
      break;
    case 'await-flexed':
      if (cues.length === 0) cues.push('armed');
      break;
    case 'finished':
      cues.push('done');
      break;
    case 'stopped':
      cues.push('stopped');
      break;
    case 'idle':
    case 'returning':
      break;
  }
  return cues;
}

/** One note: when it begins after the cue, how long it sounds, how high, how loud against the volume. */
export interface Note {
  readonly atS: number;
  readonly lastsS: number;
  readonly hz: number;
  readonly gain: number;
  readonly wave: 'sine' | 'triangle' | 'square';
}

const note = (atS: number, lastsS: number, hz: number, gain = 1, wave: Note['wave'] = 'sine'): Note => ({
  atS,
  lastsS,
  hz,
  gain,
  wave,
});

/** Equal temperament, A4 = 440 Hz. */
const C4 = 261.63;
const E4 = 329.63;
const C5 = 523.25;
const E5 = 659.26;
const G5 = 783.99;

/** Soft enough beside an ear: no note is louder than the volume, and each fades in and out. */
export const SCORES: Readonly<Record<Cue, readonly Note[]>> = {
  armed: [note(0, 0.06, 180, 0.7, 'triangle')],
  'start-taken': [note(0, 0.12, C5, 0.8), note(0.14, 0.18, G5, 0.8)],
  turn: [note(0, 0.04, 900, 0.3, 'triangle')],
  hold: [note(0, 0.03, 1200, 0.25), note(0.25, 0.03, 1200, 0.25), note(0.5, 0.03, 1200, 0.25)],
  'end-range': [note(0, 0.35, C5, 0.5), note(0, 0.35, E5, 0.5), note(0, 0.35, G5, 0.5)],
  back: [note(0, 0.12, G5, 0.8), note(0.14, 0.18, C5, 0.8)],
  rejected: [note(0, 0.28, 110, 0.45, 'square')],
  symptom: [note(0, 0.4, 220, 0.7, 'triangle')],
  'clock-start': [note(0, 0.1, E5, 0.7), note(0.16, 0.16, E5, 0.7)],
  'clock-stop': [note(0, 0.1, E4, 0.8), note(0.16, 0.16, E4, 0.8)],
  attention: [note(0, 0.12, 311.13, 0.8, 'triangle'), note(0.18, 0.12, 233.08, 0.8, 'triangle')],
  done: [note(0, 0.14, C5, 0.8), note(0.16, 0.14, E5, 0.8), note(0.32, 0.3, G5, 0.8)],
  stopped: [note(0, 0.18, E4, 0.8), note(0.2, 0.3, C4, 0.8)],
};

/** What the volume test plays: everything a person has to tell apart, one after the other. */
export const VOLUME_TEST: readonly Cue[] = ['start-taken', 'end-range', 'back', 'rejected', 'done'];

/** Length of a cue, s. */
export const cueLengthS = (cue: Cue): number => Math.max(...SCORES[cue].map(({ atS, lastsS }) => atS + lastsS));
