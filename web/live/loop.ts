/**
 * The one animation loop. Light painters (text, bars, the dial) run in every animation frame that has news; heavy ones
 * (chart, 3D head) run right after it, one at a time, so that the number is never late because of a picture.
 */
import { language } from '../i18n/index.ts';
import { type Freshness, freshnessOf } from '../logic/freshness.ts';
import { freshness, noDataSinceS } from '../state/store.ts';
import { live, pendingArrivalUs } from './live-data.ts';

/** Writes the newest frame to the page. `state` says how old it is. */
export type LightPainter = (state: Freshness) => void;

export interface HeavyPainter {
  readonly paint: (nowMs: number) => void;
  /** Shortest time between two paints, ms. */
  readonly intervalMs: number;
  /** True where the work is done outside this thread (WebGL): its cost shows in late frames only, so it yields more. */
  readonly elsewhere?: boolean;
}

interface HeavyEntry {
  readonly painter: HeavyPainter;
  lastMs: number;
  costMs: number;
}

/** A paint that takes longer than this makes the painter wait longer between paints. */
const CHEAP_MS = 6;

/**
 * How much longer than their interval heavy painters wait, from 1 to SLOWEST: raised by every animation frame that came
 * late, lowered by every one in time. A computer without a graphics processor shows the head move in steps; the number
 * stays in time.
 */
let slowness = 1;
const SLOWEST = 5;
const LATE_MS = 25;
/** A pause longer than this was a hidden page, not a late frame. */
const HIDDEN_MS = 400;
const ON_LATE = 1.35;
const ON_TIME = 0.992;
let lastFrameMs = Number.NaN;

const light = new Set<LightPainter>();
const heavy: HeavyEntry[] = [];
let state: Freshness = 'gone';
let shownLanguage = language.peek();
let onPainted: (() => void) | null = null;

/** Registers a light painter and paints it once; returns its removal. */
export function addLight(painter: LightPainter): () => void {
  light.add(painter);
  painter(state);
  return () => light.delete(painter);
}

/** Registers a heavy painter; returns its removal. */
export function addHeavy(painter: HeavyPainter): () => void {
  const entry: HeavyEntry = { painter, lastMs: 0, costMs: 0 };
  heavy.push(entry);
  return () => {
    const at = heavy.indexOf(entry);
    if (at >= 0) heavy.splice(at, 1);
  };
}

/** Called at the end of each animation frame that painted news (latency figures). */
export function setOnPainted(callback: (() => void) | null): void {
  onPainted = callback;
}

const afterFrame = new MessageChannel();

function noteFrame(nowMs: number): void {
  const tookMs = nowMs - lastFrameMs;
  lastFrameMs = nowMs;
  if (!(tookMs < HIDDEN_MS)) return;
  slowness = tookMs > LATE_MS ? Math.min(SLOWEST, slowness * ON_LATE) : Math.max(1, slowness * ON_TIME);
}

function frame(nowMs: number): void {
  requestAnimationFrame(frame);
  noteFrame(nowMs);
  const ageMs = performance.now() - live.receivedMs;
  const next = freshnessOf(ageMs);
  // What painters write is text as well: another language writes it anew.
  const changed = next !== state || language.peek() !== shownLanguage;
  if (changed) {
    shownLanguage = language.peek();
    state = next;
    // The style sheet greys out what is drawn on canvases.
    document.documentElement.dataset['freshness'] = next;
    freshness.value = next;
  }
  // Text of a signal: written ten times a second at most, since equal text notifies nobody.
  noDataSinceS.value = next === 'fresh' || !Number.isFinite(ageMs) ? '' : (ageMs / 1000).toFixed(1);
  if (live.fresh > 0 || changed) {
    live.fresh = 0;
    for (const painter of light) painter(state);
    if (onPainted !== null && pendingArrivalUs.count > 0) onPainted();
  }
  if (heavy.length > 0) afterFrame.port2.postMessage(nowMs);
}

/** The heavy painter that is most overdue, if one is due. */
function mostOverdue(nowMs: number): HeavyEntry | null {
  let chosen: HeavyEntry | null = null;
  let most = 0;
  for (const entry of heavy) {
    const { intervalMs, elsewhere } = entry.painter;
    const ownMs = entry.costMs > CHEAP_MS ? Math.max(intervalMs, entry.costMs * 5) : intervalMs;
    const waitMs = ownMs * (elsewhere ? slowness * slowness : slowness);
    // Half a frame early is on time: frames do not fall exactly on the interval.
    const overdue = nowMs - entry.lastMs - waitMs + 8;
    if (overdue > most) {
      most = overdue;
      chosen = entry;
    }
  }
  return chosen;
}

afterFrame.port1.onmessage = (event: MessageEvent<number>) => {
  const entry = mostOverdue(event.data);
  if (entry === null) return;
  const startMs = performance.now();
  entry.painter.paint(startMs);
  entry.costMs += 0.2 * (performance.now() - startMs - entry.costMs);
  entry.lastMs = event.data;
};

/** Starts the loop; once per page. */
export function startLoop(): void {
  requestAnimationFrame(frame);
}
