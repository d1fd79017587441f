/** Reports out of the store: what, in which form and its hash are in the audit before the first byte is given. */
import { createHash } from 'node:crypto';
import { buildReport } from '../../gateway/report/build.ts';
import { type ReportStore, reportFacts } from '../../gateway/report/facts.ts';
import type { AuditStore } from '../../ports/audit-store.ts';
import type { Reporter, ReportRequest } from '../../ports/reporter.ts';
import { reportPdf } from './pdf.ts';

export function createReporter(store: ReportStore & Pick<AuditStore, 'appendAudit'>, wallMs: () => number): Reporter {
  async function made({ sessionId, ...choice }: ReportRequest) {
    return buildReport(await reportFacts(store, sessionId, wallMs()), choice);
  }
  async function note(
    request: ReportRequest,
    form: string,
    bytes: Uint8Array,
    accountId: string | null,
  ): Promise<void> {
    const { sessionId, kind, language } = request;
    await store.appendAudit({
      wallMs: wallMs(),
      accountId,
      action: `report.${kind}`,
      object: `session:${sessionId}`,
      values: { form, language, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') },
    });
  }
  return {
    async document(request, accountId) {
      const document = await made(request);
      await note(request, 'page', Buffer.from(JSON.stringify(document)), accountId);
      return document;
    },
    async pdf(request, accountId) {
      const bytes = await reportPdf(await made(request), new Date(wallMs()));
      await note(request, 'pdf', bytes, accountId);
      return { name: `${request.kind}-${request.sessionId.replace(/[^0-9a-zA-Z-]/g, '')}.pdf`, bytes };
    },
  };
}
