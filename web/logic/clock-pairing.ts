/** Pairs the page's clock with the gateway's, from pings: the answer with the shortest round trip is the best one. */

export interface Ping {
  /** Page time when the question left, ms (performance.now). */
  readonly sentMs: number;
  /** Page time when the answer came, ms. */
  readonly receivedMs: number;
  /** The gateway's monotonic time in the answer, us. */
  readonly hostUs: number;
}

export interface ClockPair {
  /** hostUs = pageMs * 1000 + offsetUs. */
  readonly offsetUs: number;
  /** Round trip of the ping it came from, us; the error of the offset is at most half of it. */
  readonly roundTripUs: number;
}

/** Null without pings. The gateway is taken to have answered half-way through the round trip. */
export function pairClocks(pings: readonly Ping[]): ClockPair | null {
  let best: ClockPair | null = null;
  for (const ping of pings) {
    const roundTripUs = (ping.receivedMs - ping.sentMs) * 1000;
    if (best !== null && roundTripUs >= best.roundTripUs) continue;
    best = { offsetUs: ping.hostUs - ((ping.sentMs + ping.receivedMs) / 2) * 1000, roundTripUs };
  }
  return best;
}
