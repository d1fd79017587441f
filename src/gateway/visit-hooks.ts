/** What the visit is told of the tests, and asked about them. */
import type { VisitKeeper } from './visit-keeper.ts';

export interface VisitHooks {
  /** Degrees of the next test are hidden. */
  readonly blinded: boolean;
  hides(trialId: string): boolean;
  /** Throws what stands against a test. */
  requireTest(): void;
  started(trialId: string, protocolId: string): void;
  /** `tried`: the sides on which an end range was reached. */
  ended(trialId: string, tried: readonly string[]): void;
  /** Throws where an ended test may not go on. */
  requireReopen(trialId: string): void;
  reopened(trialId: string): void;
  /** The familiar headache was told; `afterS`: since the turn began, null outside a turn. */
  headache(trialId: string, afterS: number | null): void;
  /** Aligned anew: what was known of the band is history. */
  aligned(): void;
}

/** The directions whose degrees wait for the examiner's call; other tests show theirs. */
const calledDirections = (protocolId: string): readonly string[] => (protocolId === 'frt' ? ['left', 'right'] : []);

export function createVisitHooks(
  visits: Pick<VisitKeeper, 'blinded' | 'hides' | 'requireTest' | 'requireReopen' | 'apply'>,
  aligned: () => void,
): VisitHooks {
  return {
    get blinded() {
      return visits.blinded;
    },
    hides: (id) => visits.hides(id),
    requireTest: () => visits.requireTest(),
    started: (id, protocol) =>
      visits.apply([{ type: 'trial-started', id, protocol, directions: calledDirections(protocol) }]),
    ended: (id, tried) => visits.apply([{ type: 'trial-ended', id, tried }]),
    requireReopen: (id) => visits.requireReopen(id),
    reopened: (id) => visits.apply([{ type: 'trial-reopened', id, directions: calledDirections('frt') }]),
    headache: (id, afterS) =>
      visits.apply([{ type: 'familiar', id, familiar: { reproduced: true, afterS, goneAtNeutral: null } }]),
    aligned,
  };
}
