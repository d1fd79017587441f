/**
 * The repetitions of a played-again trial as curves to lay over each other: the live angle over the time since each
 * movement began. Seconds and degrees, positive the way the movement goes: this is what people see.
 */
import type { RepetitionRecord } from '../../src/contract/repetition-record.ts';
import type { ReplayMeta } from '../../src/contract/replay.ts';
import { degFromRad } from '../../src/core/units.ts';
import { createLiveFrame, decodeLiveFrame, eachLiveFrame } from '../../src/wire/live-frame.ts';

export interface CurvePoint {
  readonly s: number;
  readonly deg: number;
}

export interface RepetitionCurve {
  readonly number: number;
  readonly direction: string;
  readonly points: readonly CurvePoint[];
  /** When the end range was taken, s; null where none was. */
  readonly endS: number | null;
}

/** A line on a screen needs no more: 25 points a second. */
const STEP_S = 0.04;
/** Shown of the stillness before a movement, s. */
const LEAD_S = 0.3;

interface Span {
  readonly number: number;
  readonly startS: number;
  readonly endS: number | null;
  readonly toS: number;
}

/** When each repetition ran: from the event of its movement to the one that counted it or did not. */
function spansOf({ events, steps }: ReplayMeta): Span[] {
  const spans: Span[] = [];
  let startS = Number.NaN;
  let endS: number | null = null;
  let recorded = 0;
  for (const { type, timeS } of events) {
    if (type === 'rotation-started') {
      startS = timeS;
      endS = null;
    } else if (type === 'end-range-captured') endS = timeS;
    else if (type === 'repetition-counted' || type === 'repetition-rejected') {
      // One that is taken back later has its record already.
      const now = steps.findLast((step) => step.timeS <= timeS)?.repetitions ?? 0;
      if (now > recorded && Number.isFinite(startS)) spans.push({ number: now, startS, endS, toS: timeS });
      recorded = Math.max(recorded, now);
      startS = Number.NaN;
    }
  }
  return spans;
}

/** One curve a repetition, in their order; those that the played-again record does not hold are left out. */
export function repetitionCurves(
  meta: ReplayMeta,
  frames: Uint8Array,
  repetitions: readonly RepetitionRecord[],
): readonly RepetitionCurve[] {
  const open = spansOf(meta).flatMap((span) => {
    const record = repetitions.find(({ number }) => number === span.number);
    return record ? [{ ...span, record, points: [] as CurvePoint[] }] : [];
  });
  const frame = createLiveFrame();
  eachLiveFrame(frames.buffer, frames.byteOffset, frames.byteLength, (view) => {
    if (!decodeLiveFrame(view, frame) || !Number.isFinite(frame.twistRad)) return;
    for (const { startS, toS, record, points } of open) {
      if (frame.timeS < startS - LEAD_S || frame.timeS > toS) continue;
      const s = frame.timeS - startS;
      if (points.length > 0 && s - points.at(-1)!.s < STEP_S) continue;
      // Left is positive in a Flexion-Rotation Test; the other tests give the angle along the movement.
      const sign = meta.kind === 'frt' && record.direction === 'right' ? -1 : 1;
      points.push({ s, deg: sign * degFromRad(frame.twistRad) });
    }
  });
  return open
    .filter(({ points }) => points.length > 1)
    .map(({ number, record, points, startS, endS }) => ({
      number,
      direction: record.direction,
      points,
      endS: endS === null ? null : endS - startS,
    }));
}

/** What all panels of a test share, so that they can be compared: s and deg, rounded up. */
export function curveScale(curves: readonly RepetitionCurve[]): { readonly s: number; readonly deg: number } {
  const points = curves.flatMap((curve) => curve.points);
  const farthest = points.reduce((most, { deg }) => Math.max(most, deg), 0);
  const longest = points.reduce((most, { s }) => Math.max(most, s), 0);
  return { s: Math.max(2, Math.ceil(longest)), deg: Math.max(20, 10 * Math.ceil((farthest + 2) / 10)) };
}
