/** Waiting, as a port: the gateway's back-offs and watchdogs run in real time or in a test's virtual time alike. */
export interface Timers {
  /** Calls `fn` once after `delayMs`; the returned function cancels (harmless when it has run). */
  after(delayMs: number, fn: () => void): () => void;
}
