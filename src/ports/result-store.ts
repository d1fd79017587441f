/** Results beside each other: what each version of the core made of a trial, and from which raw bytes. */
import type { Values } from './session-store.ts';

export interface TrialResult {
  readonly id: string;
  readonly trialId: string;
  readonly wallMs: number;
  /** Of the numeric core (core/version). */
  readonly coreVersion: string;
  /** Name and version of the way from samples to the angle. */
  readonly method: string;
  /** The alignment in force; null when it is not known. */
  readonly calibrationId: string | null;
  /** How much of which streams it was computed from: the chunks of each, from its first. */
  readonly raw: readonly { readonly streamId: string; readonly chunks: number }[];
  /** SHA-256 over those chunks, hex, as `rawHash` gives it; null when nothing was recorded. */
  readonly rawHash: string | null;
  readonly values: Values;
  /** The one that is shown. At most one of a trial. */
  readonly accepted: boolean;
}

/** One point of a trend. */
export interface TrendPoint {
  readonly sessionId: string;
  readonly trialId: string;
  readonly kind: string;
  readonly setting: 'clinic' | 'home';
  readonly episodeId: string | null;
  readonly startedAtMs: number;
  readonly simulated: boolean;
  readonly parameters: Values;
  readonly context: Values;
  readonly result: Values;
}

export interface ResultStore {
  /** Keeps those that are there. An accepted one takes the mark from the one that had it. */
  saveResult(result: TrialResult): Promise<void>;
  /** Marks this one and no other of its trial. Rejects with NOT_FOUND. */
  acceptResult(id: string): Promise<void>;
  /** Oldest first. */
  listResults(trialId: string): Promise<TrialResult[]>;
  /** SHA-256 over the chunks named, in that order; rejects with STORE_CORRUPT when one is missing. */
  rawHash(raw: TrialResult['raw']): Promise<string>;
  /** Finished trials of one kind that have a result, oldest first. */
  trend(subjectId: string, kind: string): Promise<TrendPoint[]>;
}
