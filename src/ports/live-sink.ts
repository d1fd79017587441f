/** Where live frames go: dashboards today, anything that shows the neck tomorrow. */
import type { LiveFrame } from '../wire/live-frame.ts';

export interface LiveSink {
  /** Called once per sample, on the hot path. `frame` is reused: a sink copies or encodes it before it returns. */
  publish(frame: LiveFrame): void;
}
