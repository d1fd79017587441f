/** Which sounds belong to a change of a test other than the FRT. Pure; the sounds themselves are in cues.ts. */
import type { TrialState } from '../../src/contract/trial.ts';
import type { Cue } from './cues.ts';

type Test = Pick<TrialState, 'phase' | 'prompt' | 'repetitions'>;

/** Phases in which a test that was just opened waits for its start. */
const WAITING: readonly string[] = ['idle', 'await-neutral', 'ready'];
/** Tests with a clock: what ends is a time, not a way back. */
const withClock = ({ prompt }: Test): boolean => prompt.startsWith('endurance.') || prompt.startsWith('sustained.');

const marked = (test: Test): number =>
  test.repetitions.filter((r) => r.warnings.includes('pain') || r.warnings.includes('headache')).length;

/** What was done, done for nothing, or taken back. */
function ofRepetitions(before: Test, now: Test): Cue[] {
  const cues: Cue[] = [];
  const added = now.repetitions.slice(before.repetitions.length);
  const redone = before.repetitions.some(
    (r, i) => r.status !== 'rejected' && now.repetitions[i] !== undefined && now.repetitions[i]!.status === 'rejected',
  );
  if (marked(now) > marked(before)) cues.push('symptom');
  if (redone || added.some((r) => r.status === 'rejected')) cues.push('rejected');
  else if (added.length > 0 && !withClock(now)) cues.push('back');
  return cues;
}

/** Of a phase that has just begun. */
function ofPhase(before: Test, now: Test): Cue | null {
  switch (now.phase) {
    case 'neutral':
      return before.phase === 'await-neutral' ? 'start-taken' : null;
    case 'ready':
      // Of fast rotation the start was taken; a clock waits for its start.
      return before.phase === 'await-neutral' ? 'start-taken' : before.phase === 'holding' ? null : 'armed';
    case 'moving':
    case 'sweeping':
      return 'turn';
    case 'hold':
      return 'hold';
    case 'captured':
      return 'end-range';
    case 'holding':
      return 'clock-start';
    case 'symptom':
      return 'symptom';
    case 'await-neutral':
      return 'armed';
    case 'finished':
      return 'done';
    case 'stopped':
      return 'stopped';
    default:
      return null;
  }
}

/** In the order in which they are to be heard; nothing for a page that came back in the middle of a test. */
export function trialCuesOf(before: Test | null, now: Test | null): Cue[] {
  if (now === null) return [];
  if (before === null) return WAITING.includes(now.phase) && now.repetitions.length === 0 ? ['armed'] : [];
  const cues = ofRepetitions(before, now);
  if (now.prompt === 'endurance.nod-lost' && before.prompt !== now.prompt) cues.push('attention');
  if (now.phase === before.phase) return cues;
  const running: readonly string[] = ['holding', 'symptom'];
  if (running.includes(before.phase) && !running.includes(now.phase)) cues.push('clock-stop');
  const own = ofPhase(before, now);
  if (own !== null && !cues.includes(own) && !(own === 'armed' && cues.length > 0)) cues.push(own);
  return cues;
}
