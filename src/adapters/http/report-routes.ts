/** Reports: as a document for the page, as a PDF to download; the audit row is the reporter's part. */
import { KitError } from '../../contract/errors.ts';
import { encodeReplay } from '../../contract/replay.ts';
import { reportKindSchema } from '../../contract/report.ts';
import type { ReportQuery } from '../../contract/routes.ts';
import { comparisonsOf } from '../../gateway/comparisons.ts';
import type { Reporter, ReportRequest } from '../../ports/reporter.ts';
import type { App } from './app.ts';
import type { HttpServerOptions } from './options.ts';
import { maySee } from './record-routes.ts';

function requestOf(params: Readonly<Record<string, string>>, { lang, reference }: ReportQuery): ReportRequest {
  const kind = reportKindSchema.safeParse(params['kind']);
  if (!kind.success) throw new KitError('NOT_FOUND', 'a report is record, patient or letter');
  return {
    sessionId: params['id']!,
    kind: kind.data,
    language: lang,
    ...(reference === undefined ? {} : { referenceId: reference }),
  };
}

export function reportRoutes({ on }: App, { store, reporter, replays }: HttpServerOptions): void {
  const present = (): Reporter => {
    if (!reporter) throw new KitError('NOT_FOUND');
    return reporter;
  };
  on('GET /api/v1/sessions/:id/report/:kind', ({ params, query, caller }) =>
    present().document(requestOf(params, query), caller.accountId),
  );
  on('GET /api/v1/sessions/:id/report/:kind/pdf', async ({ params, query, caller, reply }) => {
    const { name, bytes } = await present().pdf(requestOf(params, query), caller.accountId);
    return reply
      .type('application/pdf')
      .header('content-disposition', `attachment; filename="${name}"`)
      .send(Buffer.from(bytes));
  });
  on('GET /api/v1/sessions/:id/trials/:trial/replay', async ({ params, reply }) => {
    if (!replays) throw new KitError('NOT_FOUND');
    const { meta, frames } = await replays(params['id']!, params['trial']!);
    return reply.type('application/octet-stream').send(Buffer.from(encodeReplay(meta, frames)));
  });
  on('GET /api/v1/sessions/:id/comparisons', async ({ params, caller }) => {
    const session = await store.sessionDetail(params['id']!);
    if (!session || !maySee(caller, session.subjectCode)) throw new KitError('NOT_FOUND');
    return comparisonsOf(store, session);
  });
}
