/** Records to read, and their exports: each export leaves its audit row before the first byte. */
import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { KitError } from '../../contract/errors.ts';
import type { SessionDetail } from '../../contract/records.ts';
import type { Caller } from '../../gateway/access/access-types.ts';
import type { App } from './app.ts';
import type { HttpServerOptions } from './options.ts';

/** A home account sees one subject. */
export const maySee = (caller: Caller, subjectCode: string): boolean =>
  caller.subjectCode === null || caller.subjectCode === subjectCode;

export function recordRoutes({ on }: App, { store, csv }: HttpServerOptions): void {
  const sendCsv = async (
    reply: FastifyReply,
    name: string,
    sessionId: string | null,
    { accountId }: Caller,
  ): Promise<FastifyReply> => {
    const bytes = await csv(sessionId, accountId);
    return reply
      .type('text/csv; charset=utf-8')
      .header('content-disposition', `attachment; filename="${name}.csv"`)
      .send(Readable.from(bytes));
  };
  /** Somebody else's record answers as one that does not exist. */
  async function detailFor(caller: Caller, id: string): Promise<SessionDetail> {
    const detail = await store.sessionDetail(id);
    if (!detail || !maySee(caller, detail.subjectCode)) throw new KitError('NOT_FOUND');
    return detail;
  }

  on('GET /api/v1/sessions', async ({ caller, query: { limit, after } }) => {
    const last = after === undefined ? null : await detailFor(caller, after);
    const place = { limit, ...(last && { after: { startedAtMs: last.startedAtMs, id: last.id } }) };
    if (caller.subjectCode === null) return store.listSessions(place);
    const own = await store.findSubject({ code: caller.subjectCode });
    return own ? store.listSessions({ ...place, subjectId: own.id }) : [];
  });
  on('GET /api/v1/sessions/:id', ({ caller, params }) => detailFor(caller, params['id']!));
  on('GET /api/v1/sessions/:id/repetitions.csv', async ({ caller, params, reply }) => {
    const { id } = await detailFor(caller, params['id']!);
    return sendCsv(reply, `repetitions-${id.replace(/[^0-9a-zA-Z-]/g, '')}`, id, caller);
  });
  on('GET /api/v1/repetitions.csv', async ({ caller, reply }) => {
    return sendCsv(reply, 'repetitions', null, caller);
  });
}
