/**
 * Latency figures, only with `?bench` in the address: from arrival in the radio process to the end of the animation
 * frame in which the sample was drawn. The end is taken in a message posted from the frame's callback, which runs after
 * style, layout and paint of that frame.
 */
import { type Ping, pairClocks } from '../logic/clock-pairing.ts';
import { ask } from '../state/gateway-link.ts';
import { pendingArrivalUs } from './live-data.ts';
import { setOnPainted } from './loop.ts';

const PINGS = 20;
const PING_EVERY_MS = 25;
/** Clocks drift against each other by some us per second: pair again this often. */
const PAIR_EVERY_MS = 30_000;
const MAX_SAMPLES = 200_000;

export interface NeckBench {
  /** Painted minus arrival, us, one per sample since the last reset. A view: copy what you keep. */
  readonly samples: Float64Array;
  /** Round trip of the best ping, us; NaN before the clocks are paired. */
  roundTripUs: number;
  /** hostUs = performance.now() * 1000 + offsetUs. */
  offsetUs: number;
  /** Starts counting anew. */
  reset(): void;
}

declare global {
  interface Window {
    neckBench?: NeckBench;
  }
}

async function pair(bench: NeckBench): Promise<void> {
  const pings: Ping[] = [];
  for (let i = 0; i < PINGS; i++) {
    const sentMs = performance.now();
    const reply = await ask({ type: 'clock' }, 2000);
    const receivedMs = performance.now();
    if (reply.ok && reply.hostUs !== undefined) pings.push({ sentMs, receivedMs, hostUs: reply.hostUs });
    await new Promise((resolve) => window.setTimeout(resolve, PING_EVERY_MS));
  }
  const best = pairClocks(pings);
  if (best === null) return;
  bench.offsetUs = best.offsetUs;
  bench.roundTripUs = best.roundTripUs;
}

/** Exposes `window.neckBench` and starts measuring as soon as the clocks are paired. */
export function startBench(): void {
  const kept = new Float64Array(MAX_SAMPLES);
  let count = 0;
  const bench: NeckBench = {
    get samples() {
      return kept.subarray(0, count);
    },
    roundTripUs: Number.NaN,
    offsetUs: Number.NaN,
    reset() {
      count = 0;
    },
  };
  window.neckBench = bench;
  const drawn = new Float64Array(pendingArrivalUs.values.length);
  let drawnCount = 0;
  const channel = new MessageChannel();
  channel.port1.onmessage = () => {
    const paintedUs = performance.now() * 1000 + bench.offsetUs;
    if (Number.isFinite(paintedUs)) {
      for (let i = 0; i < drawnCount && count < MAX_SAMPLES; i++) {
        kept[count++] = paintedUs - drawn[i]!;
      }
    }
    drawnCount = 0;
  };
  setOnPainted(() => {
    for (let i = 0; i < pendingArrivalUs.count && drawnCount < drawn.length; i++) {
      drawn[drawnCount++] = pendingArrivalUs.values[i]!;
    }
    pendingArrivalUs.count = 0;
    channel.port2.postMessage(null);
  });
  pendingArrivalUs.on = true;
  const keepPaired = (): void => {
    void pair(bench).then(() => window.setTimeout(keepPaired, Number.isFinite(bench.offsetUs) ? PAIR_EVERY_MS : 500));
  };
  keepPaired();
}
