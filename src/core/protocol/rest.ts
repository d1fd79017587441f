/** How long a head has been at rest since a step of a protocol began. A slow movement is still as well; a head at rest stays. */
import { loadState, saveState } from '../state.ts';
import type { StillPose } from './still-pose.ts';

export interface Rest {
  /** Of whole still windows one after another, s. */
  readonly forS: number;
  /** A step begins: what was before it does not count. */
  begin(): void;
  /** After each update of the still pose, with what that returned. */
  update(windowDone: boolean): void;
  save(): unknown;
  restore(state: unknown): void;
}

/** @param stayRad the halves of a window at rest agree within this, rad; @param windowS length of a window, s */
export function createRest(still: Pick<StillPose, 'kept' | 'driftRad'>, windowS: number, stayRad: number): Rest {
  const state = { forS: 0 };
  return {
    get forS() {
      return state.forS;
    },
    begin() {
      state.forS = 0;
    },
    update(windowDone) {
      if (!still.kept) state.forS = 0;
      else if (windowDone) state.forS = still.driftRad <= stayRad ? state.forS + windowS : 0;
    },
    save: () => saveState(state),
    restore: (saved) => loadState(state, saved),
  };
}
