/** Visits as a finished gateway leaves them in a store, for what is made of them over time. */
import { randomUUID } from 'node:crypto';
import type { RepetitionRecord } from '../../src/contract/repetition-record.ts';
import type { Store } from '../../src/ports/store.ts';

export interface MadeVisit {
  readonly setting?: 'clinic' | 'home';
  readonly frt?: { readonly left: number; readonly right: number };
  /** Mean by direction, deg. */
  readonly crom?: Readonly<Record<string, number>>;
  readonly headacheNow?: number;
  readonly examiner?: string;
  readonly simulated?: boolean;
  /** Measured after a treatment of the same visit. */
  readonly after?: boolean;
  readonly status?: 'finished' | 'stopped';
  /** Of the visit itself, beside what stands above: answers of the safety screen. */
  readonly told?: Readonly<Record<string, unknown>>;
  /** The range of motion was cut off after these directions (as the store finds it when it is opened again), and gone on with. */
  readonly cutAfter?: readonly string[];
}

/** Standard uncertainty of every FRT side, and of every direction of movement, deg. */
const FRT_SIGMA = 0.8;
const CROM_SIGMA = 1.5 / Math.SQRT2;

export const frtResult = (left: number, right: number): NonNullable<MadeVisit['frt']> => ({ left, right });
export const cromResult = (left: number, right: number): Record<string, number> => ({
  ...{ flexion: 50, extension: 60, 'lateral-left': 40, 'lateral-right': 42 },
  ...{ 'rotation-left': left, 'rotation-right': right },
});

const repetition = (direction: string, angleDeg: number, startedAtMs: number): RepetitionRecord => ({
  ...{ number: 1, direction, practice: false, status: 'counted', reason: null, warnings: [] },
  ...{ angleDeg, sigmaDeg: 1, endReason: 'hold', startedAtMs, values: {} },
});

async function trial(
  store: Store,
  {
    id,
    sessionId,
    kind,
    atMs,
    visit,
    result,
    angles,
    already,
  }: {
    readonly id: string;
    readonly sessionId: string;
    readonly kind: string;
    readonly atMs: number;
    readonly visit: MadeVisit;
    readonly result: Record<string, unknown> | null;
    readonly angles: Readonly<Record<string, number>>;
    /** Measured in a part before this one, which was cut off. */
    readonly already?: readonly string[];
  },
): Promise<void> {
  const simulated = visit.simulated ?? false;
  await store.createTrial({
    id,
    sessionId,
    kind,
    startedAtMs: atMs,
    simulated,
    parameters: {
      method: `${kind}-smoothed/1`,
      ...(already && { already: Object.fromEntries(already.map((one) => [one, 1])) }),
    },
  });
  for (const [direction, angle] of Object.entries(angles))
    await store.appendRepetition(id, repetition(direction, angle, atMs));
  if (result) await store.finishTrial(id, visit.status ?? 'finished', atMs + 60_000, result);
}

/** @returns id of its session */
export async function putVisit(store: Store, subjectCode: string, atMs: number, visit: MadeVisit): Promise<string> {
  const sessionId = randomUUID();
  const ids = { frt: randomUUID(), crom: randomUUID() };
  await store.createSession({
    ...{ id: sessionId, subjectCode, startedAtMs: atMs, softwareVersion: '0.1.0', setting: visit.setting ?? 'clinic' },
    context: {
      visit: {
        headacheNow: visit.headacheNow ?? null,
        examiner: visit.examiner ?? null,
        trials: Object.values(ids).map((id) => ({ id, treatment: visit.after ? 'after' : 'before' })),
        ...visit.told,
      },
    },
  });
  if (visit.frt) {
    const side = (meanDeg: number) => ({
      count: 3,
      meanDeg,
      bestDeg: meanDeg + 1,
      spreadDeg: 1.2,
      sigmaDeg: FRT_SIGMA,
    });
    const result = {
      ...{ left: side(visit.frt.left), right: side(visit.frt.right), differenceDeg: visit.frt.left - visit.frt.right },
      reference: { id: 'hall-2010b', valueDeg: 32, label: 'Hall 2010b', source: 'doi' },
    };
    await trial(store, { id: ids.frt, sessionId, kind: 'frt', atMs: atMs + 1000, visit, result, angles: visit.frt });
  }
  if (visit.crom) {
    const { cutAfter = [] } = visit;
    const directions = Object.entries(visit.crom).map(([direction, mean]) =>
      cutAfter.includes(direction)
        ? { direction, count: 0, mean: null, best: null, spread: null, sigma: null }
        : { direction, count: 3, mean, best: mean + 1, spread: 2, sigma: CROM_SIGMA },
    );
    const kind = visit.setting === 'home' ? 'crom-home' : 'crom';
    const of = (inPart: boolean) =>
      Object.fromEntries(Object.entries(visit.crom!).filter(([direction]) => cutAfter.includes(direction) === inPart));
    if (cutAfter.length > 0) {
      const id = randomUUID();
      await trial(store, { id, sessionId, kind, atMs: atMs + 1500, visit, result: null, angles: of(true) });
    }
    const result = { protocol: kind, version: 1, measure: 'angleDeg', directions };
    const whole = { id: ids.crom, sessionId, kind, atMs: atMs + 2000, visit, result, angles: of(false) };
    await trial(store, { ...whole, ...(cutAfter.length > 0 && { already: cutAfter }) });
  }
  await store.endSession(sessionId, atMs + 300_000);
  return sessionId;
}
