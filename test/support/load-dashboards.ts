/**
 * Process entry: N dashboards on one gateway. Arguments: url, N. Over IPC: 'begin' starts the measurement, 'end' answers
 * with what was seen. Latency is from the arrival of the notification in the radio process to the frame in this
 * process's hands, all on the machine's one monotonic clock.
 */
import { createLiveFrame, decodeLiveFrame, MAX_SENSORS } from '../../src/wire/live-frame.ts';
import { connectLiveClient } from './live-client.ts';
import { type Quantiles, quantiles } from './quantiles.ts';

export type DashboardsRequest = { readonly type: 'begin' } | { readonly type: 'end' };
export interface DashboardsAnswer {
  readonly type: 'seen';
  readonly frames: number;
  /** Frames that the gateway left out for a dashboard that had not taken the ones before. */
  readonly skipped: number;
  readonly latencyMs: Quantiles & { readonly max: number };
}

const [url = '', count = '8'] = process.argv.slice(2);
const frame = createLiveFrame();
let measuring = false;
let latencies: number[] = [];
let skipped = 0;

const clients = await Promise.all(Array.from({ length: Number(count) }, () => connectLiveClient(url, null, false)));
for (const client of clients) {
  const last = new Int32Array(MAX_SENSORS).fill(-1);
  client.onFrame((view) => {
    const nowUs = Number(process.hrtime.bigint() / 1000n);
    if (!decodeLiveFrame(view, frame)) return;
    const before = last[frame.sensorIndex]!;
    last[frame.sensorIndex] = frame.sequence;
    if (!measuring) return;
    latencies.push((nowUs - frame.arrivalUs) / 1000);
    if (before >= 0) skipped += frame.sequence - before - 1;
  });
}

process.on('message', ({ type }: DashboardsRequest) => {
  measuring = type === 'begin';
  if (type === 'begin') {
    latencies = [];
    skipped = 0;
    return;
  }
  const max = latencies.reduce((most, ms) => Math.max(most, ms), 0);
  const answer: DashboardsAnswer = {
    type: 'seen',
    frames: latencies.length,
    skipped,
    latencyMs: { ...quantiles(latencies), max: Math.round(1000 * max) / 1000 },
  };
  process.send?.(answer);
});
process.on('disconnect', () => process.exit(0));
process.send?.({ type: 'ready' });
