/** Host monotonic time in microseconds: one clock for all processes of one machine (CLOCK_MONOTONIC and its kin). */
export type HostTimeUs = number & { readonly __unit: 'hostUs' };

export interface Clock {
  /** Monotonic, microseconds. Never wall clock. */
  nowUs(): HostTimeUs;
  /** Wall clock, milliseconds since 1970 UTC: for labels only, never for sample times. */
  wallMs(): number;
}
