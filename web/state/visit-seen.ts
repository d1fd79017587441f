/** What a page has seen of the open visit, kept over a reload of the page: by the session's id, and nothing else. */
import { z } from 'zod';
import type { VisitPage } from '../logic/visit-steps.ts';

const KEY = 'visit-seen';
export const NOTHING_SEEN: VisitPage = { contextSeen: false, sensorSeen: false, lyingDone: false };

const keptSchema = z.object({
  sessionId: z.string(),
  page: z.object({ contextSeen: z.boolean(), sensorSeen: z.boolean(), lyingDone: z.boolean() }),
});

export function keepSeen(sessionId: string, page: VisitPage): void {
  try {
    sessionStorage.setItem(KEY, JSON.stringify({ sessionId, page }));
  } catch {
    // A browser that keeps nothing: the steps are gone through once more after a reload.
  }
}

export function seenBefore(sessionId: string): VisitPage {
  try {
    const kept = keptSchema.safeParse(JSON.parse(sessionStorage.getItem(KEY) ?? 'null'));
    return kept.success && kept.data.sessionId === sessionId ? kept.data.page : NOTHING_SEEN;
  } catch {
    return NOTHING_SEEN;
  }
}
