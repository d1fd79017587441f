/** What the patient reports and the clinician finds: questionnaires, diaries, palpation, stages of a typed-in test. */
import type { Values } from './session-store.ts';

export interface Score {
  readonly id: string;
  readonly subjectId: string;
  readonly episodeId: string | null;
  readonly sessionId: string | null;
  /** Id of the instrument and its version: ndi/1, hit-6/1, headache-diary/1 … An open list. */
  readonly instrument: string;
  readonly wallMs: number;
  /** Answers by item; JSON values. */
  readonly items: Values;
  /** By the instrument's rule; null when it gives none, and then `missingReason` says why. */
  readonly total: number | null;
  readonly missingReason: string | null;
}

export interface ScoreStore {
  saveScore(score: Score): Promise<void>;
  /** Takes the total away and says 'withdrawn'; what was typed stays. Rejects with NOT_FOUND. */
  withdrawScore(subjectId: string, id: string): Promise<void>;
  /** Oldest first. */
  listScores(
    subjectId: string,
    query?: { readonly instrument?: string; readonly episodeId?: string },
  ): Promise<Score[]>;
}
