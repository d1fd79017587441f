/**
 * What noble says of an adapter that was never ready, as one verdict. @stoprocent/noble says several things in one breath
 * of an adapter that it cannot open: "unsupported" for every call that failed, and "poweredOff" last, because what cannot
 * be opened is not up either. The one that says more counts, whatever the order, and is told once.
 */
import type { ErrorCode } from '../../contract/errors.ts';

/** By how much they say; the later one says more. Anything else that noble may call it is like "unsupported". */
const VERDICTS: readonly { readonly code: ErrorCode; readonly states: readonly string[] }[] = [
  { code: 'RADIO_OFF', states: ['poweredOff'] },
  { code: 'RADIO_NO_ADAPTER', states: [] },
  { code: 'RADIO_NOT_PERMITTED', states: ['unauthorized'] },
];

export interface AdapterVerdict {
  /** noble has said this. */
  said(state: string): void;
}

/**
 * @param tell the verdict, once, and again when a later word says more
 * @param endOfTurn runs a job when what is being said has been said
 */
export function createAdapterVerdict(
  tell: (code: ErrorCode, state: string) => void,
  endOfTurn: (job: () => void) => unknown = setImmediate,
): AdapterVerdict {
  let worst = -1;
  let toldRank = -1;
  let worstState = '';
  return {
    said(state) {
      const known = VERDICTS.findIndex(({ states }) => states.includes(state));
      const rank = known >= 0 ? known : 1;
      if (rank <= worst) return;
      worst = rank;
      worstState = state;
      endOfTurn(() => {
        if (toldRank === worst) return;
        toldRank = worst;
        tell(VERDICTS[worst]!.code, worstState);
      });
    },
  };
}
