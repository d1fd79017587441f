/**
 * Erases subjects whose time is over: those with an own date, and, when the clinic has set a number of days, those whose
 * last visit lies further back. Each erasure is one commit with its audit row; nothing of the subject but an id is in it.
 */
import type { Store } from '../ports/store.ts';
import type { Timers } from '../ports/timers.ts';
import type { Log } from './log.ts';

/** Days after the last visit; 0 or not set: no limit. */
export const RETENTION_SETTING = 'retention-days';
const DAY_MS = 86_400_000;
/** The longest that may be set: a hundred years. */
export const LONGEST_RETENTION_DAYS = 36_525;

type RetentionStore = Pick<Store, 'setting' | 'subjectsToErase' | 'listSubjects' | 'audited'>;

export async function retentionDays(store: Pick<Store, 'setting'>): Promise<number> {
  const days = await store.setting(RETENTION_SETTING);
  return typeof days === 'number' && Number.isInteger(days) && days > 0 && days <= LONGEST_RETENTION_DAYS ? days : 0;
}

export interface DueSubject {
  readonly id: string;
  readonly reason: 'own-date' | 'days-since-last-visit';
}

/** Whose time is over at `wallMs`. Subjects without a visit count from when they were entered. */
export async function subjectsDue(store: RetentionStore, wallMs: number): Promise<DueSubject[]> {
  const due = new Map<string, DueSubject>();
  for (const id of await store.subjectsToErase(wallMs)) due.set(id, { id, reason: 'own-date' });
  const days = await retentionDays(store);
  if (days > 0) {
    const PAGE = 500;
    for (let after: string | undefined; ; ) {
      const page = await store.listSubjects({ limit: PAGE, ...(after === undefined ? {} : { after }) });
      for (const { id, createdAtMs, lastSessionMs, retainUntilMs } of page) {
        // A date of its own, even a later one, goes before the general rule.
        if (retainUntilMs !== null || due.has(id)) continue;
        if ((lastSessionMs ?? createdAtMs) <= wallMs - days * DAY_MS)
          due.set(id, { id, reason: 'days-since-last-visit' });
      }
      if (page.length < PAGE) break;
      after = page.at(-1)!.code;
    }
  }
  return [...due.values()];
}

/** Erases them; how many there were. `busy` is asked before each: a subject in a running session is left for later. */
export async function applyRetention(
  store: RetentionStore,
  wallMs: number,
  busy: (subjectId: string) => boolean = () => false,
): Promise<DueSubject[]> {
  const erased: DueSubject[] = [];
  for (const one of await subjectsDue(store, wallMs)) {
    if (busy(one.id)) continue;
    const values = { why: 'retention', reason: one.reason };
    const entry = { wallMs, accountId: null, action: 'subject.erase', object: `subject:${one.id}`, values };
    await store.audited(entry, (records) => records.eraseSubject(one.id));
    erased.push(one);
  }
  return erased;
}

const EVERY_MS = 6 * 3_600_000;
const FIRST_MS = 60_000;

/** Runs a minute after the start and every six hours; never while `recording`. Gives the function that stops it. */
export function startRetention(deps: {
  readonly store: RetentionStore;
  readonly timers: Timers;
  readonly wallMs: () => number;
  readonly recording: () => boolean;
  readonly log: Log;
}): () => void {
  let stopped = false;
  let cancel = (): void => {};
  const plan = (ms: number): void => {
    cancel = deps.timers.after(ms, () => {
      const work = deps.recording() ? Promise.resolve([]) : applyRetention(deps.store, deps.wallMs());
      work
        .then((erased) => {
          if (erased.length > 0) deps.log.info({ erased: erased.length }, 'retention');
        })
        .catch((cause: unknown) => deps.log.error({ cause: String(cause) }, 'the retention job failed'))
        .finally(() => {
          if (!stopped) plan(EVERY_MS);
        });
    });
  };
  plan(FIRST_MS);
  return () => {
    stopped = true;
    cancel();
  };
}
