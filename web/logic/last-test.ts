/** The Flexion-Rotation Test that the result page shows: the newest one, whatever it came to. */
import type { FrtState, KitState } from '../../src/contract/state.ts';

export interface LastTest {
  readonly frt: FrtState;
  /** Where it is kept; null: the page came when its session was over. */
  readonly sessionId: string | null;
  readonly subjectCode: string | null;
  readonly simulated: boolean;
}

/** Put away, it stays; another one takes its place from its first moment, so nobody takes the former one for it. */
export function lastTest(
  before: LastTest | null,
  { frt, recording }: Pick<KitState, 'frt' | 'recording'>,
  simulated: boolean,
): LastTest | null {
  if (frt === null) return before;
  // The session that is open is the test's own only while the test is new: it outlives its session.
  const known = before?.frt.trialId === frt.trialId ? before : null;
  const last = {
    frt,
    sessionId: known?.sessionId ?? recording?.sessionId ?? null,
    subjectCode: known?.subjectCode ?? recording?.subjectCode ?? null,
    simulated: simulated || known?.simulated === true,
  };
  // The same object while nothing changes: states come many times a second.
  return known?.frt === frt && known.sessionId === last.sessionId && known.simulated === last.simulated ? known : last;
}

/** Why a test is not shown: there is none, it is of an earlier visit, it runs, or its degrees wait for the call. */
export type NotShown = 'none' | 'earlier' | 'running' | 'withheld';
export type ResultPage = { readonly shown: LastTest } | { readonly shown: null; readonly why: NotShown };

/** Which page there is for it. `openSessionId`: of the visit that runs; null: none does. */
export function resultPage(last: LastTest | null, openSessionId: string | null): ResultPage {
  const not = (why: NotShown): ResultPage => ({ shown: null, why });
  if (last === null) return not('none');
  // Beside the bar with another visit's code its numbers would be taken for that one's.
  if (openSessionId !== null && last.sessionId !== openSessionId) return not('earlier');
  const { phase, withheld } = last.frt;
  if (phase !== 'finished' && phase !== 'stopped') return not('running');
  return withheld ? not('withheld') : { shown: last };
}
