/** Whole visits, for what leaves the kit: page by page, so that ten thousand of them are never in memory at once. */
import type { TrialRecord } from '../contract/records.ts';
import type { Score } from './score-store.ts';
import type { StreamDescription } from './sensor-source.ts';
import type { Values } from './session-store.ts';

export interface VisitTrial extends TrialRecord {
  /** The head sensor's stream that the trial was measured with; null when it is not known. */
  readonly stream: { readonly id: string; readonly sourceId: string; readonly description: StreamDescription } | null;
}

export interface VisitRow {
  readonly sessionId: string;
  readonly subjectId: string;
  readonly subjectCode: string;
  readonly episodeId: string | null;
  readonly setting: 'clinic' | 'home';
  readonly examinerId: string | null;
  readonly context: Values;
  readonly startedAtMs: number;
  readonly endedAtMs: number | null;
  readonly softwareVersion: string;
  /** True when any part of it was made by a simulator. */
  readonly simulated: boolean;
  /** In the order of starting. */
  readonly trials: readonly VisitTrial[];
  /** Those taken at this visit, oldest first. */
  readonly scores: readonly Score[];
}

/** All conditions hold together; none: everything. */
export interface VisitQuery {
  readonly subjectCode?: string;
  readonly sessionId?: string;
  /** First instant of a visit's start that is inside, wall clock. */
  readonly fromMs?: number;
  /** First instant that is outside. */
  readonly toMs?: number;
}

export interface VisitStore {
  /** Oldest first. */
  visitRows(query: VisitQuery): AsyncIterable<VisitRow>;
}
