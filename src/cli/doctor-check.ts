/** One thing that a doctor looks at, and how it says what it found. */
export interface Check {
  /** Stable word for programs. */
  readonly id: string;
  /** 'note' stands in nobody's way: worth knowing, or not to be found out here. */
  readonly status: 'ok' | 'note' | 'fail';
  /** One plain sentence. */
  readonly sentence: string;
  /** What to do; null when nothing has to be done. */
  readonly remedy: string | null;
}

export const ok = (id: string, sentence: string): Check => ({ id, status: 'ok', sentence, remedy: null });
export const note = (id: string, sentence: string, remedy: string | null = null): Check => ({
  id,
  status: 'note',
  sentence,
  remedy,
});
export const fail = (id: string, sentence: string, remedy: string): Check => ({ id, status: 'fail', sentence, remedy });
