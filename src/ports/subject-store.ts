/** Who is measured: a pseudonymous code, and the episodes of care its sessions belong to. */
import type { Values } from './session-store.ts';

export interface Subject {
  readonly id: string;
  /** Pseudonymous, unique. */
  readonly code: string;
  readonly createdAtMs: number;
  /** After this wall time the subject's data is to be erased; null: no limit was set. */
  readonly retainUntilMs: number | null;
  /** JSON values: language, what the clinic allows at home, retest plan … */
  readonly values: Values;
}

export interface Episode {
  readonly id: string;
  readonly subjectId: string;
  readonly openedAtMs: number;
  readonly closedAtMs: number | null;
  readonly goal: string | null;
  readonly side: 'left' | 'right' | 'both' | 'alternating' | null;
  /** A calendar day, YYYY-MM-DD: it has no time and no zone. */
  readonly injuryDate: string | null;
  readonly mechanism: string | null;
  readonly payerReference: string | null;
  readonly values: Values;
}

/** One subject in the overview. */
export interface SubjectSummary extends Subject {
  readonly sessions: number;
  readonly lastSessionMs: number | null;
}

export interface SubjectStore {
  /** Rejects with WRONG_STATE when the code is taken. */
  createSubject(subject: Subject): Promise<void>;
  findSubject(by: { readonly id: string } | { readonly code: string }): Promise<Subject | null>;
  changeSubject(id: string, change: Partial<Pick<Subject, 'retainUntilMs' | 'values'>>): Promise<void>;
  /** In the order of codes. `after` is the last code of the page before. */
  listSubjects(query?: { readonly limit?: number; readonly after?: string }): Promise<SubjectSummary[]>;
  /** Ids of subjects whose time is over. */
  subjectsToErase(wallMs: number): Promise<string[]>;
  /**
   * Removes the subject with everything that belongs to it: sessions, raw data, results, scores, episodes, invitations,
   * bundles, its accounts and their logins. The audit stays; it knows ids only.
   */
  eraseSubject(id: string): Promise<void>;
  createEpisode(episode: Episode): Promise<void>;
  /** Replaces what is given, keeps the rest. */
  changeEpisode(id: string, change: Partial<Omit<Episode, 'id' | 'subjectId'>>): Promise<void>;
  findEpisode(id: string): Promise<Episode | null>;
  /** Oldest first. */
  listEpisodes(subjectId: string): Promise<Episode[]>;
}
