/** Everything that can leave the kit, in the form of a file: counted first, then in the audit, then handed over. */
import type { ExportSelection, ExportSummary } from '../contract/export.ts';

export interface ExportFile {
  readonly summary: ExportSummary;
  /** Content type. */
  readonly type: string;
  /** Of our own making: no code, no id that a person typed. */
  readonly name: string;
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** Both reject with NOTHING_SELECTED, NOT_FOUND or BAD_REQUEST. */
export interface Exporter {
  /** The dry run: nothing leaves. */
  summarise(format: string, selection: ExportSelection): Promise<ExportSummary>;
  /** Leaves its audit row, with how much and the hash, before it resolves. */
  give(format: string, selection: ExportSelection, accountId: string | null): Promise<ExportFile>;
}
