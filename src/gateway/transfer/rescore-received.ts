/** A visit from home, computed again by the clinic's own core: both numbers side by side, and both results kept. */
import type { BothNumbers } from '../../contract/transfer.ts';
import { type TrialResultValues, trialResultSchema } from '../../contract/trial.ts';
import { CORE_VERSION } from '../../core/version.ts';
import type { DeviceDriver } from '../../devices/driver.ts';
import type { Store } from '../../ports/store.ts';
import type { KitParts } from '../kit-parts.ts';
import { type Change, type ComparedTrial, compareSession } from '../recompute.ts';
import { rawSoFar } from '../result-keeper.ts';

const resultOf = (values: unknown): TrialResultValues | null => trialResultSchema.safeParse(values).data ?? null;

/** Of a number, as a share of it: what sin, atan2 and log of a browser and of Node differ by is a thousand times less. */
const LAST_BITS = 1e-9;

const inLastBits = ({ before, after }: Change): boolean =>
  typeof before === 'number' &&
  typeof after === 'number' &&
  Math.abs(before - after) <= LAST_BITS * Math.max(1, Math.abs(before));

/** A visit may come from a browser, whose last bits are its own; anything more is a difference. */
export const outcomeOf = ({ outcome, changes }: Pick<ComparedTrial, 'outcome' | 'changes'>): BothNumbers['outcome'] =>
  outcome === 'different' && changes.every(inLastBits) ? 'equal' : outcome;

function bothNumbers(trial: ComparedTrial, stored: unknown): BothNumbers {
  const home = resultOf(stored);
  const clinic = resultOf(trial.fresh?.values.result);
  const directions = [...new Set([...(home?.directions ?? []), ...(clinic?.directions ?? [])].map((d) => d.direction))];
  const mean = (result: TrialResultValues | null, direction: string): number | null =>
    result?.directions.find((each) => each.direction === direction)?.mean ?? null;
  return {
    trialId: trial.trialId,
    kind: trial.kind,
    measure: home?.measure ?? clinic?.measure ?? null,
    outcome: outcomeOf(trial),
    reason: trial.reason,
    homeVersion: trial.storedVersion,
    clinicVersion: CORE_VERSION,
    directions: directions.map((direction) => ({
      direction,
      home: mean(home, direction),
      clinic: mean(clinic, direction),
    })),
  };
}

export function createReceivedRescore(deps: {
  store: Store;
  drivers: readonly DeviceDriver[];
  parts: KitParts;
  wallMs: () => number;
  newId: () => string;
}): (sessionId: string) => Promise<BothNumbers[]> {
  const { store } = deps;
  return async (sessionId) => {
    const detail = await store.sessionDetail(sessionId);
    const compared = await compareSession(deps, sessionId);
    const raw = await rawSoFar(store, sessionId);
    const rawHash = raw.length > 0 ? await store.rawHash(raw) : null;
    const both: BothNumbers[] = [];
    for (const trial of compared) {
      const stored = detail?.trialList.find((each) => each.id === trial.trialId);
      both.push(bothNumbers(trial, stored?.result));
      if (!trial.fresh) continue;
      const { method, values } = trial.fresh;
      // Beside the one from home, which stays the one that is shown: accepting another is a person's decision.
      await store.saveResult({
        id: deps.newId(),
        trialId: trial.trialId,
        wallMs: deps.wallMs(),
        coreVersion: CORE_VERSION,
        method,
        calibrationId: null,
        raw,
        rawHash,
        values: { ...values },
        accepted: false,
      });
    }
    return both;
  };
}
