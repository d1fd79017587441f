/** Visits as the exports see them, made up but whole: every test, every kind of end, several scores. */
import type { ExportRepetition, ExportTrial, ExportVisit } from '../../src/contract/export.ts';

export const START_MS = Date.UTC(2026, 2, 1, 8, 30, 0, 250);

export function repetition(change: Partial<ExportRepetition> = {}): ExportRepetition {
  return {
    number: 1,
    direction: 'left',
    practice: false,
    status: 'counted',
    reason: null,
    warnings: ['closure'],
    endReason: 'hold',
    startedAtMs: START_MS + 60_000,
    measures: {
      angleDeg: 38.25,
      sigmaDeg: 0.7,
      gravityAngleDeg: null,
      closureDeg: -1.5,
      peakSpeedDegps: 31.25,
      startInclinationDeg: 61,
      holdS: 0.75,
    },
    ...change,
  };
}

export function trial(change: Partial<ExportTrial> = {}): ExportTrial {
  const rejected = { status: 'rejected', reason: 'fast' } as const;
  return {
    id: 'trial-1',
    kind: 'frt',
    status: 'finished',
    simulated: true,
    startedAtMs: START_MS + 30_000,
    endedAtMs: START_MS + 120_000,
    method: 'frt-smoothed/1',
    evidence: 'examiner-passive',
    examinerCall: 'restricted',
    source: 'simulator',
    sensor: { model: 'M1', serial: 'SN-1', firmware: '1.2.3', manufacturer: 'maker' },
    repetitions: [
      repetition(),
      repetition({ number: 2, direction: 'right', measures: { ...repetition().measures, angleDeg: 29.5 } }),
      repetition({ number: 3, ...rejected, measures: { ...repetition().measures, angleDeg: null } }),
      repetition({ number: 4, measures: { ...repetition().measures, angleDeg: 39.75 }, endReason: 'pain' }),
    ],
    results: [],
    ...change,
  };
}

const crom = (direction: string, angleDeg: number, number: number): ExportRepetition =>
  repetition({
    number,
    direction,
    warnings: [],
    measures: { angleDeg, sigmaDeg: 0.9, flexionDeg: 4.5, lateralDeg: -3.25, axialDeg: 2, closureDeg: 0.4, holdS: 0.5 },
  });

export function visit(change: Partial<ExportVisit> = {}): ExportVisit {
  return {
    subjectCode: 'AB-1',
    sessionId: 'session-1',
    episodeId: 'episode-1',
    setting: 'clinic',
    examiner: 'ex-1',
    startedAtMs: START_MS,
    endedAtMs: START_MS + 600_000,
    softwareVersion: '0.1.0',
    simulated: true,
    visit: null,
    trials: [
      trial(),
      trial({
        id: 'trial-2',
        kind: 'crom',
        evidence: 'examiner-active',
        repetitions: [crom('flexion', 48.5, 1), crom('lateral-left', 36, 2), crom('rotation-right', 61.75, 3)],
      }),
      trial({
        id: 'trial-3',
        kind: 'endurance',
        evidence: 'self-active',
        status: 'stopped',
        repetitions: [repetition({ direction: 'none', warnings: [], measures: { holdS: 21.5, nodLostAtS: 20 } })],
      }),
    ],
    scores: [
      { instrument: 'ndi/1', total: 14, reason: null, atMs: START_MS },
      { instrument: 'hit6/1', total: null, reason: 'too-many-missing', atMs: START_MS },
      { instrument: 'groc/1', total: -3, reason: null, atMs: START_MS },
    ],
    ...change,
  };
}

/** `count` visits, a week apart, two subjects in turn. */
export function* visits(count: number): Iterable<ExportVisit> {
  for (let i = 0; i < count; i++) {
    const startedAtMs = START_MS + i * 7 * 86_400_000;
    const trials = visit().trials.map((one) => ({ ...one, id: `${one.id}-${i}` }));
    yield visit({
      sessionId: `session-${i}`,
      subjectCode: i % 2 === 0 ? 'AB-1' : 'AB-2',
      startedAtMs,
      endedAtMs: startedAtMs + 600_000,
      trials,
    });
  }
}

export async function* asyncOf<T>(items: Iterable<T>): AsyncIterable<T> {
  yield* items;
}

export async function textOf(pieces: AsyncIterable<string>): Promise<string> {
  let out = '';
  for await (const piece of pieces) out += piece;
  return out;
}

export async function* bytesOf(text: string | Uint8Array, pieceBytes = 4096): AsyncIterable<Uint8Array> {
  const all = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  for (let at = 0; at < all.length; at += pieceBytes) yield all.subarray(at, at + pieceBytes);
}
