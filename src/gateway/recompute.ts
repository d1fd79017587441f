/** Stored results against what the present core makes of the same raw record: equal to the bit, or a list of changes. */
import { recordOfFrt, type TrialRecord } from '../contract/records.ts';
import type { FrtRepetition } from '../contract/state.ts';
import { CORE_VERSION } from '../core/version.ts';
import type { DeviceDriver } from '../devices/driver.ts';
import type { ResultStore, TrialResult } from '../ports/result-store.ts';
import type { SessionStore } from '../ports/session-store.ts';
import { type FrtReference, frtResult, repetitionOf } from './frt-view.ts';
import type { KitParts } from './kit-parts.ts';
import { QUATERNION_METHOD, REMEASURE_METHOD } from './remeasure.ts';
import { cromMethod } from './remeasure-crom.ts';
import { type RescoredTrial, rescoreSession } from './rescore.ts';
import type { ResultValues } from './result-keeper.ts';
import { anewRecordOf, recordOf, trialResult } from './trial-values.ts';
import { liveMethod } from './trial-work.ts';
import { cromCorrected, frtCorrected, methodWithTrunk } from './trunk-method.ts';

export interface Recomputed {
  readonly method: string;
  readonly values: ResultValues;
}

/** One number that is not what it was. */
export interface Change {
  /** Where in the result: "result.left.meanDeg", "repetitions.2.angleDeg". */
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

export interface ComparedTrial {
  readonly sessionId: string;
  readonly trialId: string;
  readonly kind: string;
  readonly startedAtMs: number;
  /**
   * equal: to the bit. different: the present version gives other numbers than it gave (a defect). changed: another
   * version made the stored result. absent: the record does not hold the trial's raw data; `reason` says why.
   */
  readonly outcome: 'equal' | 'different' | 'changed' | 'absent';
  readonly reason: string | null;
  readonly storedVersion: string | null;
  readonly changes: readonly Change[];
  /** What the present core makes of it; null when absent. */
  readonly fresh: Recomputed | null;
}

function recomputedFrt(trial: RescoredTrial, reference: FrtReference, parts: KitParts): Recomputed {
  const live = trial.repetitions.map((record) => repetitionOf(record, () => 0));
  const anew = trial.remeasured;
  const used = anew !== null && anew.reason === null;
  const repetitions: FrtRepetition[] = [...live];
  if (used)
    for (const { index, ...angle } of anew.angles) if (live[index]) repetitions[index] = { ...live[index], ...angle };
  const status = trial.status ?? 'stopped';
  const result = frtResult(repetitions, reference);
  const { attitudeFrom } = trial;
  return {
    method: methodWithTrunk(
      !used ? parts.frtMethod : trial.inertial ? REMEASURE_METHOD : QUATERNION_METHOD,
      frtCorrected(repetitions),
    ),
    values: { status, result, repetitions: repetitions.map(recordOfFrt), attitudeFrom },
  };
}

function recomputed(trial: RescoredTrial, stored: TrialRecord, parts: KitParts): Recomputed {
  const reference = (stored.parameters['reference'] ?? parts.frtReference) as FrtReference;
  if (!trial.protocol) return recomputedFrt(trial, reference, parts);
  const repetitions = trial.others.map((repetition) => recordOf(repetition, () => 0));
  const anew = trial.cromRemeasured;
  const used = anew !== null && anew.reason === null;
  if (used) for (const one of anew.repetitions) repetitions[one.index] = anewRecordOf(one, repetitions[one.index]!);
  const result = trialResult(trial.protocol, repetitions);
  return {
    method: methodWithTrunk(
      used ? cromMethod(trial.protocol.id, trial.inertial) : liveMethod(trial.protocol.id),
      cromCorrected(repetitions),
    ),
    values: { status: trial.status ?? 'stopped', result, repetitions, attitudeFrom: trial.attitudeFrom },
  };
}

/** As JSON keeps it, without the wall clock, which is not in the raw record. */
const comparable = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (key, each: unknown) => (key === 'startedAtMs' ? undefined : each)));

/** Leaves that differ, in the order of the first. */
export function changesBetween(before: unknown, after: unknown, path = ''): Change[] {
  if (Object.is(before, after)) return [];
  const both = [before, after];
  if (both.some((value) => typeof value !== 'object' || value === null)) return [{ path, before, after }];
  const keys = new Set(both.flatMap((value) => Object.keys(value as object)));
  return [...keys].flatMap((key) =>
    changesBetween(
      Reflect.get(before as object, key),
      Reflect.get(after as object, key),
      path ? `${path}.${key}` : key,
    ),
  );
}

/** The result that is shown for a trial; null when none was kept. */
const acceptedOf = (results: readonly TrialResult[]): TrialResult | null =>
  results.findLast((result) => result.accepted) ?? null;

/** Every finished or stopped trial of a session, recomputed and compared with the accepted result. */
export async function compareSession(
  deps: { store: SessionStore & ResultStore; drivers: readonly DeviceDriver[]; parts: KitParts },
  sessionId: string,
): Promise<ComparedTrial[]> {
  const detail = await deps.store.sessionDetail(sessionId);
  const ended = (detail?.trialList ?? []).filter((trial) => trial.status === 'finished' || trial.status === 'stopped');
  if (detail && ended.length === 0) return [];
  if (detail?.imported)
    return ended.map(({ id: trialId, kind, startedAtMs }) => ({
      ...{ sessionId, trialId, kind, startedAtMs, outcome: 'absent', reason: 'imported-without-raw-data' },
      ...{ storedVersion: null, changes: [], fresh: null },
    }));
  const rescored = await rescoreSession(deps, sessionId);
  const compared: ComparedTrial[] = [];
  for (const stored of ended) {
    const { id: trialId, kind, startedAtMs } = stored;
    const accepted = acceptedOf(await deps.store.listResults(trialId));
    const storedVersion = accepted?.coreVersion ?? null;
    const about = { sessionId, trialId, kind, startedAtMs, storedVersion };
    const trial = rescored.trials.find((each) => each.trialId === trialId);
    const reason = !trial ? 'not-on-the-record' : trial.status === null ? 'no-end-in-the-raw-data' : null;
    if (!trial || reason !== null) {
      compared.push({ ...about, outcome: 'absent', reason, changes: [], fresh: null });
      continue;
    }
    const fresh = recomputed(trial, stored, deps.parts);
    const before = accepted ? accepted.values : { result: stored.result, repetitions: stored.repetitions };
    const kept = Object.keys(before);
    const after = pick(fresh.values, storedVersion === CORE_VERSION ? [...ALWAYS_KEPT, ...kept] : kept);
    const changes = changesBetween(comparable(before), comparable(after));
    const outcome = storedVersion !== CORE_VERSION ? 'changed' : changes.length === 0 ? 'equal' : 'different';
    compared.push({ ...about, outcome, reason: null, changes, fresh });
  }
  return compared;
}

const ALWAYS_KEPT: readonly (keyof ResultValues)[] = ['status', 'result', 'repetitions'];
/** What was kept of a result, and no more. */
const pick = (values: ResultValues, keys: readonly string[]): unknown =>
  Object.fromEntries(Object.entries(values).filter(([key]) => keys.includes(key)));

/**
 * Shows the fresh result from now on, beside the old one: a new accepted result, and the rows that lists, trends and
 * exports read. The wall clock of repetitions stays what it was.
 */
export async function acceptRecomputed(
  store: SessionStore & ResultStore,
  trial: ComparedTrial,
  made: Pick<TrialResult, 'id' | 'wallMs' | 'raw' | 'rawHash'>,
): Promise<void> {
  const { fresh, trialId, sessionId } = trial;
  if (!fresh) return;
  const stored = (await store.sessionDetail(sessionId))?.trialList.find((each) => each.id === trialId);
  if (!stored) return;
  const repetitions = fresh.values.repetitions.map((repetition, i) => ({
    ...repetition,
    startedAtMs: stored.repetitions[i]?.startedAtMs ?? stored.startedAtMs,
  }));
  const earlier = acceptedOf(await store.listResults(trialId));
  await store.saveResult({
    ...made,
    trialId,
    coreVersion: CORE_VERSION,
    method: fresh.method,
    calibrationId: earlier?.calibrationId ?? null,
    values: { ...fresh.values, repetitions },
    accepted: true,
  });
  for (const [position, repetition] of repetitions.entries()) await store.putRepetition(trialId, position, repetition);
  const { status, result } = fresh.values;
  await store.finishTrial(trialId, status, stored.endedAtMs ?? stored.startedAtMs, result, fresh.method);
}
