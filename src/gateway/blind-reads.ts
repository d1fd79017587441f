/**
 * The store as it is read while degrees are hidden: what the examiner has not judged yet is in it without its angles.
 * The record itself is whole all the time.
 */
import type { RepetitionRecord, SessionDetail, SessionSummary, TrialRecord } from '../contract/records.ts';
import type { FrtRepetition, FrtState } from '../contract/state.ts';
import type { Store } from '../ports/store.ts';

/** What says how a repetition was done, and not how far it went. */
const GUARDS = ['closureDeg', 'peakSpeedDegps', 'startInclinationDeg', 'holdS'] as const;

export interface Blinds {
  hides(trialId: string): boolean;
  hidesAny(sessionId: string): boolean;
}

export function withheldRepetition(record: RepetitionRecord): RepetitionRecord {
  const values = Object.fromEntries(GUARDS.flatMap((key) => (key in record.values ? [[key, record.values[key]]] : [])));
  // The contract of a Flexion-Rotation repetition has this key, whether or not gravity could tell.
  if ('gravityAngleDeg' in record.values) values['gravityAngleDeg'] = null;
  return { ...record, angleDeg: null, sigmaDeg: null, values };
}

const withheldTrial = <T extends TrialRecord>(trial: T): T => ({
  ...trial,
  result: null,
  repetitions: trial.repetitions.map(withheldRepetition),
});

const withheldOf = ({ trunk, ...repetition }: FrtRepetition): FrtRepetition => ({
  ...repetition,
  ...(trunk && { trunk: { ...trunk, headAloneDeg: null } }),
  angleDeg: null,
  sigmaDeg: null,
  gravityAngleDeg: null,
});

/** The running or last test without a degree of its range: phase, guards and progress stay. */
export function withheldFrt(state: FrtState): FrtState {
  return { ...state, withheld: true, result: null, repetitions: state.repetitions.map(withheldOf) };
}

async function* mapped<T, U>(rows: AsyncIterable<T>, change: (row: T) => U): AsyncIterable<U> {
  for await (const row of rows) yield change(row);
}

export function createBlindReads(store: Store, { hides, hidesAny }: Blinds): Store {
  const summary = <T extends SessionSummary>(one: T): T =>
    hidesAny(one.id) ? { ...one, frtLeftDeg: null, frtRightDeg: null } : one;
  const detail = (one: SessionDetail): SessionDetail => ({
    ...summary(one),
    trialList: one.trialList.map((trial) => (hides(trial.id) ? withheldTrial(trial) : trial)),
  });
  return {
    ...store,
    listSessions: async (query) => (await store.listSessions(query)).map(summary),
    async sessionDetail(id) {
      const found = await store.sessionDetail(id);
      return found && detail(found);
    },
    // The samples say it too: a replay of them is for later.
    listStreams: async (id) => (hidesAny(id) ? [] : store.listStreams(id)),
    repetitionRows: (id) =>
      mapped(store.repetitionRows(id), (row) =>
        hides(row.trialId) ? { ...row, repetition: withheldRepetition(row.repetition) } : row,
      ),
    visitRows: (query) =>
      mapped(store.visitRows(query), (row) => ({
        ...row,
        trials: row.trials.map((trial) => (hides(trial.id) ? withheldTrial(trial) : trial)),
      })),
    listResults: async (trialId) => (hides(trialId) ? [] : store.listResults(trialId)),
    trend: async (subjectId, kind) => (await store.trend(subjectId, kind)).filter(({ trialId }) => !hides(trialId)),
  };
}
