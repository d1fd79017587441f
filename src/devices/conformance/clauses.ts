/** The numbered requirements of firmware-spec/conformance.md, and the verdicts of one run against a device. */

export const CLAUSES = {
  C1: 'advertises the headband service',
  C2: 'has the services and characteristics',
  C3: 'has Prompt only if it says that it is simulated',
  C4: 'gives a valid Info that does not change',
  C5: 'gives Device Information as printable ASCII',
  C6: 'has a serial number that survives everything',
  C7: 'gives a Battery Level of 0 to 100',
  C8: 'takes Control writes of 2 to 20 bytes only',
  C9: 'shows command, token and result in Status',
  C10: 'refuses unknown commands and wrong lengths',
  C11: 'refuses a START that it cannot serve, and streams on',
  C12: 'notifies Status before the first Motion packet',
  C13: 'sends no Motion before START or after STOP',
  C14: 'takes STOP when idle',
  C15: 'forgets everything when the link ends',
  C16: 'sends Motion packets of the right length',
  C17: 'puts at most 20 ms into one packet',
  C18: 'counts every sample and wraps at 65536',
  C19: 'ticks in microseconds and wraps at 2^32',
  C20: 'keeps its rate within 2 %',
  C21: 'rounds to the nearest step',
  C22: 'clips saturated readings and says so',
  C23: 'sends "no value" only for what is absent',
  C24: 'feels g upward and turns by the right hand',
  C25: 'streams at every rate in packets of 20 bytes',
  C26: 'sends unit quaternions',
  C27: 'marks and counts what it dropped',
  C28: 'hands packets over within 5 ms',
  C29: 'streams on when its connection wish is refused',
  C30: 'shows itself without disturbing a stream',
  C31: 'answers SLEEP',
  C32: 'advertises again within 1 s',
} as const;
export type Clause = keyof typeof CLAUSES;

/** What a run over the air cannot see, and what would show it. */
const NEEDS: Partial<Record<Clause, string>> = {
  C6: 'compare the serial number after a reset, an update and a change of battery',
  C21: 'run firmware-spec/vectors/motion.json against its encoder',
  C22: 'run the vectors against its encoder, or turn it faster than its full scale',
  C23: 'run the vectors against its encoder',
  C27: 'take it to the edge of the radio range',
  C28: 'time the radio with a logic analyser',
  C29: 'connect with a host that refuses',
  C32: 'time its advertising after a link has ended',
};

export interface ClauseResult {
  readonly clause: Clause;
  readonly text: string;
  readonly verdict: 'pass' | 'fail' | 'not-judged';
  /** Why it failed, or what it needs to be judged; '' when it passed. */
  readonly detail: string;
}

export class Verdicts {
  readonly #found = new Map<Clause, { verdict: ClauseResult['verdict']; detail: string }>();

  /** A failure stays; a pass does not undo it. */
  fail(clause: Clause, detail: string): void {
    if (this.#found.get(clause)?.verdict !== 'fail') this.#found.set(clause, { verdict: 'fail', detail });
  }
  pass(clause: Clause): void {
    if (this.#found.get(clause)?.verdict !== 'fail') this.#found.set(clause, { verdict: 'pass', detail: '' });
  }
  /** Pass or fail in one. */
  check(clause: Clause, holds: boolean, detail: string): void {
    if (holds) this.pass(clause);
    else this.fail(clause, detail);
  }
  notJudged(clause: Clause, why: string): void {
    if (!this.#found.has(clause)) this.#found.set(clause, { verdict: 'not-judged', detail: why });
  }
  /** It may pass only when more is seen than this run could. */
  incomplete(clause: Clause, why: string): void {
    if (this.#found.get(clause)?.verdict !== 'fail') this.#found.set(clause, { verdict: 'not-judged', detail: why });
  }
  results(): ClauseResult[] {
    return (Object.keys(CLAUSES) as Clause[]).map((clause) => {
      const found = this.#found.get(clause);
      const detail = found?.detail ?? NEEDS[clause] ?? 'the run did not come so far';
      return { clause, text: CLAUSES[clause], verdict: found?.verdict ?? 'not-judged', detail };
    });
  }
}
