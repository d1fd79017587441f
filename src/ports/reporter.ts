/** Reports: as a document for the page, and as a PDF. Both leave an audit row, as an export does. */
import type { ReportDocument, ReportKind, ReportLanguage } from '../contract/report.ts';

export interface ReportRequest {
  readonly sessionId: string;
  readonly kind: ReportKind;
  readonly language: ReportLanguage;
  /** Left out: the default reference. */
  readonly referenceId?: string;
}

/** Both reject with NOT_FOUND or NO_RESULTS. */
export interface Reporter {
  document(request: ReportRequest, accountId: string | null): Promise<ReportDocument>;
  pdf(request: ReportRequest, accountId: string | null): Promise<{ readonly name: string; readonly bytes: Uint8Array }>;
}
