/**
 * The store as it is read while degrees are hidden: what the examiner has not judged yet is in it without its angles.
 * The record itself is whole all the time.
 */
import { KitError } from '../contract/errors.ts';
import type { RepetitionRecord, SessionDetail, SessionSummary, TrialRecord } from '../contract/records.ts';
import type { FrtRepetition, FrtState } from '../contract/state.ts';
import { visitOfContext } from '../contract/visit.ts';
import { revealed, type VisitState } from '../core/visit/visit.ts';
import type { SessionQuery, SessionStore } from '../ports/session-store.ts';
import type { Store } from '../ports/store.ts';

/** What says how a repetition was done, and not how far it went. */
const GUARDS = ['closureDeg', 'peakSpeedDegps', 'startInclinationDeg', 'holdS'] as const;

/** Sessions that are looked through for degrees that nobody may see yet. */
export const LOOK_BACK = 200;
/** Marks of the record that say how far a movement went. */
const TELLING: ReadonlySet<string> = new Set(['protocol', 'remeasure']);

export interface Blinds {
  hides(trialId: string): boolean;
  hidesAny(sessionId: string): boolean;
}

/** Tests of a visit that nobody has judged yet. */
export const unjudged = (visit: VisitState): string[] =>
  visit.trials.filter(({ id }) => !revealed(visit, id)).map(({ id }) => id);

/** By session, the tests whose degrees nobody may see yet, as they are stored. */
export async function hiddenTrials(
  store: Pick<SessionStore, 'listSessions' | 'sessionContext'>,
  query: SessionQuery,
): Promise<Map<string, ReadonlySet<string>>> {
  const hidden = new Map<string, ReadonlySet<string>>();
  for (const { id } of await store.listSessions(query)) {
    const visit = visitOfContext((await store.sessionContext(id))?.context ?? {});
    const trials = visit === null ? [] : unjudged(visit);
    if (trials.length > 0) hidden.set(id, new Set(trials));
  }
  return hidden;
}

/** For a command that is no gateway: what is hidden by the record, now. */
export async function storedBlinds(store: SessionStore): Promise<Blinds> {
  const hidden = await hiddenTrials(store, { limit: LOOK_BACK });
  return {
    hides: (trialId) => [...hidden.values()].some((trials) => trials.has(trialId)),
    hidesAny: (sessionId) => hidden.has(sessionId),
  };
}

/** Throws DEGREES_WITHHELD where a visit's samples may not be played yet, whichever of its tests is asked for. */
export function requireShown({ hidesAny }: Pick<Blinds, 'hidesAny'>, sessionId: string): void {
  if (hidesAny(sessionId)) throw new KitError('DEGREES_WITHHELD', `visit ${sessionId}`);
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
    async listEvents(id) {
      const events = await store.listEvents(id);
      return hidesAny(id) ? events.filter(({ type }) => !TELLING.has(type)) : events;
    },
    // A copy of everything that leaves something out is no such copy: it waits.
    async *subjectRecords(subjectId) {
      const sessions = await store.listSessions({ subjectId });
      for (const { id } of sessions) requireShown({ hidesAny }, id);
      yield* store.subjectRecords(subjectId);
    },
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
