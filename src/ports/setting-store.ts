/** What the clinic has chosen: one JSON value a key. */
export interface SettingStore {
  /** Undefined when nothing was chosen. */
  setting(key: string): Promise<unknown>;
  saveSetting(key: string, value: unknown, wallMs: number): Promise<void>;
  listSettings(): Promise<Record<string, unknown>>;
}
