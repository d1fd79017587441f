/**
 * The open session's visit: safety screen, what was asked before, blinding, calls. The rules are the machine's
 * (core/visit); here they meet the record: every change is stored with the session at once, and what the machine
 * refuses is refused to the page.
 */
import { KitError } from '../contract/errors.ts';
import { callsInWords, type VisitStateMessage, visitOfContext } from '../contract/visit.ts';
import { SCREEN_ITEMS } from '../core/visit/safety-screen.ts';
import {
  createVisit,
  reduceVisit,
  revealed,
  screenOf,
  testForbidden,
  type VisitEvent,
  type VisitState,
} from '../core/visit/visit.ts';
import type { SessionStore } from '../ports/session-store.ts';
import type { SettingStore } from '../ports/setting-store.ts';
import { hiddenTrials, LOOK_BACK, unjudged } from './blind-reads.ts';
import type { Journal } from './journal.ts';

/** Key of what the clinic has chosen: { blinded }. */
export const VISIT_SETTING = 'visit';
/** A visit that was left can be gone on with for so long, ms: the day of the visit. */
const CONTINUE_WITHIN_MS = 12 * 3_600_000;

export interface VisitKeeper {
  /** Degrees of this test may not leave the gateway yet. */
  hides(trialId: string): boolean;
  /** Any test of this session. */
  hidesAny(sessionId: string): boolean;
  /** A test of the open visit is hidden, running or not: then nothing live shows degrees either. */
  readonly withholds: boolean;
  /** True when the next FRT will hide its degrees. */
  readonly blinded: boolean;
  /** Reads which visits were left with hidden degrees, and what the clinic has chosen. */
  load(): Promise<void>;
  begin(sessionId: string, blinded?: boolean, at?: Parameters<typeof createVisit>[1]): void;
  /** Its state from the store; throws where it cannot be gone on with. */
  reopen(sessionId: string): Promise<{ readonly subjectCode: string; readonly startedAtMs: number }>;
  end(): void;
  /** Throws what the machine refuses as a KitError. All of them, or none. */
  apply(events: readonly VisitEvent[], source?: string): void;
  /** What a look at the band found; null: aligned anew. Nothing without an open visit. */
  found(band: VisitState['band']): void;
  /** Throws VISIT_NOT_READY or VISIT_ENDED with the one word. */
  requireTest(): void;
  /** Throws where a test that has ended may not go on. */
  requireReopen(trialId: string): void;
  settings(blinded: boolean): Promise<void>;
  state(bandCheck: VisitStateMessage['bandCheck']): VisitStateMessage | null;
}

export function createVisitKeeper(deps: {
  store: SessionStore & SettingStore;
  journal: Journal;
  wallMs: () => number;
  /** A mark on the record of the open session. */
  mark: (type: string, values: Record<string, unknown>) => void;
  stepped: () => void;
}): VisitKeeper {
  const { store, journal } = deps;
  let open: { sessionId: string; visit: VisitState } | null = null;
  /** Left without a call, by session: hidden until the visit is gone on with and judged, or ended. */
  const left = new Map<string, ReadonlySet<string>>();
  let clinicBlinds = true;

  /** Judged or revealed, and that is on its way to the disk: what was said before a degree was shown is written first. */
  const settling = new Set<string>();

  const hides = (visit: VisitState, id: string): boolean =>
    !revealed(visit, id) || (settling.has(id) && journal.problem === null);
  const hiddenOf = (visit: VisitState): string[] =>
    visit.trials.filter(({ id }) => hides(visit, id)).map(({ id }) => id);

  async function keep(): Promise<void> {
    if (!open) return;
    const { sessionId, visit } = open;
    await journal.keep(async () => {
      const context = (await store.sessionContext(sessionId))?.context ?? {};
      await store.changeSession(sessionId, { context: { ...context, visit } });
    });
  }
  function forbid(reason: string): KitError {
    return reason === 'ended' ? new KitError('VISIT_ENDED') : new KitError('VISIT_NOT_READY', reason);
  }

  const keeper: VisitKeeper = {
    hides(trialId) {
      if (open && hides(open.visit, trialId)) return true;
      for (const trials of left.values()) if (trials.has(trialId)) return true;
      return false;
    },
    hidesAny(sessionId) {
      if (open?.sessionId === sessionId) return hiddenOf(open.visit).length > 0;
      return left.has(sessionId);
    },
    get withholds() {
      return open !== null && hiddenOf(open.visit).length > 0;
    },
    get blinded() {
      return open?.visit.blinded ?? clinicBlinds;
    },
    async load() {
      const chosen = await store.setting(VISIT_SETTING);
      if (typeof chosen === 'object' && chosen !== null && 'blinded' in chosen) clinicBlinds = chosen.blinded !== false;
      for (const [id, hidden] of await hiddenTrials(store, { limit: LOOK_BACK })) left.set(id, hidden);
    },
    begin(sessionId, blinded = clinicBlinds, at) {
      open = { sessionId, visit: createVisit(blinded, at) };
      void keep();
    },
    async reopen(sessionId) {
      const [detail, kept] = await Promise.all([store.sessionDetail(sessionId), store.sessionContext(sessionId)]);
      const visit = visitOfContext(kept?.context ?? {});
      if (!detail || !visit) throw new KitError('NOT_FOUND');
      const { startedAtMs, subjectCode } = detail;
      if (deps.wallMs() - startedAtMs > CONTINUE_WITHIN_MS)
        throw new KitError('WRONG_STATE', 'that visit was not today; begin a new one');
      // What ran when it was left is over; what was reached in it is judged as always.
      const trials = visit.trials.map((trial) => {
        if (trial.ended) return trial;
        const { repetitions } = detail.trialList.find(({ id }) => id === trial.id) ?? { repetitions: [] };
        const tried = repetitions.filter(({ angleDeg }) => angleDeg !== null).map(({ direction }) => direction);
        const callsNeeded = trial.callsNeeded.filter((direction) => tried.includes(direction));
        return { ...trial, ended: true, callsNeeded };
      });
      left.delete(sessionId);
      open = { sessionId, visit: { ...visit, closed: false, trials } };
      void keep();
      return { subjectCode, startedAtMs };
    },
    end() {
      if (!open) return;
      const step = reduceVisit(open.visit, { type: 'close' });
      if (step.ok) open = { ...open, visit: step.state };
      void keep();
      open = null;
    },
    found(band) {
      if (open && (band !== null || open.visit.band !== null)) keeper.apply([{ type: 'band', found: band }]);
    },
    apply(events, source) {
      if (!open) throw new KitError('WRONG_STATE', 'no session is open');
      let { visit } = open;
      for (const event of events) {
        if (event.type === 'answer' && !SCREEN_ITEMS.some(({ key }) => key === event.key))
          throw new KitError('BAD_REQUEST', `no such question: ${event.key}`);
        const step = reduceVisit(visit, event);
        if (!step.ok) throw forbid(step.reason);
        visit = step.state;
      }
      const shown = unjudged(open.visit).filter((id) => revealed(visit, id));
      open = { ...open, visit };
      for (const event of events) deps.mark('visit', { ...event, ...(source === undefined ? {} : { source }) });
      const writes = [keep()];
      const { trials } = visit;
      for (const event of events) {
        if (event.type !== 'call') continue;
        const { id, calls } = trials.find((trial) => trial.id === event.id)!;
        writes.push(journal.keep(() => store.setExaminerCall(id, callsInWords(calls))));
      }
      for (const id of shown) settling.add(id);
      if (shown.length > 0)
        void Promise.all(writes).then(() => {
          for (const id of shown) settling.delete(id);
          deps.stepped();
        });
      deps.stepped();
    },
    requireTest() {
      if (!open) throw new KitError('WRONG_STATE', 'no session is open: enter a subject code and start one');
      const reason = testForbidden(open.visit);
      if (reason === 'trial-running') throw new KitError('WRONG_STATE', 'a test is running');
      if (reason !== null) throw forbid(reason);
    },
    requireReopen(id) {
      const step = open && reduceVisit(open.visit, { type: 'trial-reopened', id, directions: [] });
      if (step && !step.ok) throw forbid(step.reason);
    },
    async settings(blinded) {
      await store.saveSetting(VISIT_SETTING, { blinded }, deps.wallMs());
      clinicBlinds = blinded;
      deps.stepped();
    },
    state(bandCheck) {
      if (!open) return null;
      const { sessionId, visit } = open;
      return {
        ...visit,
        sessionId,
        forbidden: testForbidden(visit),
        screen: screenOf(visit),
        bandCheck,
        withheldTrialId: hiddenOf(visit)[0] ?? null,
      };
    },
  };
  return keeper;
}
