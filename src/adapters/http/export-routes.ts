/** Exports as downloads; the audit row is the exporter's part. */
import { Readable } from 'node:stream';
import { KitError } from '../../contract/errors.ts';
import type { ExportSelection } from '../../contract/export.ts';
import type { ExportQuery } from '../../contract/routes.ts';
import type { Exporter } from '../../ports/exporter.ts';
import type { App } from './app.ts';

/** What was asked for, in the exports' own words. */
function selectionOf({ everything, subject, session, from, to, kinds }: ExportQuery): ExportSelection {
  return {
    ...(everything === undefined ? {} : { everything: true }),
    ...(subject === undefined ? {} : { subjectCode: subject }),
    ...(session === undefined ? {} : { sessionId: session }),
    ...(from === undefined ? {} : { fromMs: from }),
    ...(to === undefined ? {} : { toMs: to }),
    ...(kinds === undefined ? {} : { kinds: kinds.split(',').filter((kind) => kind !== '') }),
  };
}

export function exportRoutes({ on }: App, exporter: Exporter | null): void {
  const present = (): Exporter => {
    if (exporter === null) throw new KitError('NOT_FOUND');
    return exporter;
  };
  on('GET /api/v1/exports/:format', async ({ params, query, caller, reply }) => {
    const { type, name, bytes } = await present().give(params['format']!, selectionOf(query), caller.accountId);
    return reply.type(type).header('content-disposition', `attachment; filename="${name}"`).send(Readable.from(bytes));
  });
  on('GET /api/v1/exports/:format/summary', ({ params, query }) =>
    present().summarise(params['format']!, selectionOf(query)),
  );
}
