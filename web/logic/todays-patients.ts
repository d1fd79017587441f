/** Who was here today, newest visit of each first. */
import type { SessionSummary } from '../../src/contract/records.ts';

type Visit = Pick<SessionSummary, 'id' | 'subjectCode' | 'startedAtMs'>;

const dayOf = (ms: number): string => new Date(ms).toDateString();

/** @param sessions newest first */
export function todaysPatients<T extends Visit>(sessions: readonly T[], nowMs: number): T[] {
  const seen = new Set<string>();
  return sessions.filter(({ subjectCode, startedAtMs }) => {
    if (seen.has(subjectCode) || dayOf(startedAtMs) !== dayOf(nowMs)) return false;
    seen.add(subjectCode);
    return true;
  });
}
