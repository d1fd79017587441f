/** What the visit is told of the tests, and asked about them. */
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
