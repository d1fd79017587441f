/** The exports over HTTP: the dry run, and where the file is taken. */
import { z } from 'zod';
import { type ExportChoice, exportQuery } from '../logic/export-choice.ts';
import { BASE, type Loaded, load } from './records.ts';

const summarySchema = z.object({
  subjects: z.number(),
  visits: z.number(),
  rows: z.number(),
  bytes: z.number(),
  sha256: z.string(),
});
export type ExportSummary = z.infer<typeof summarySchema>;

export const exportUrl = (choice: ExportChoice): string => `${BASE}/exports/${choice.format}?${exportQuery(choice)}`;

export const loadExportSummary = (choice: ExportChoice): Promise<Loaded<ExportSummary>> =>
  load(`/exports/${choice.format}/summary?${exportQuery(choice)}`, summarySchema);
