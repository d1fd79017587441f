/** The outcome over time: reading it, and everything that is typed in. */
import { Readable } from 'node:stream';
import { KitError } from '../../contract/errors.ts';
import type { OverviewRow } from '../../contract/outcome.ts';
import type { Caller } from '../../gateway/access/access-types.ts';
import type { Outcome } from '../../gateway/outcome/outcome.ts';
import type { App } from './app.ts';
import type { HttpServerOptions } from './options.ts';
import { maySee } from './record-routes.ts';

export function outcomeRoutes({ on }: App, { outcome, overviewCsv }: HttpServerOptions): void {
  const present = (): Outcome => {
    if (!outcome) throw new KitError('NOT_FOUND');
    return outcome;
  };
  /** Somebody else's subject answers as one that does not exist. */
  function codeOf(caller: Caller, params: Readonly<Record<string, string>>): string {
    const code = params['code']!;
    if (!maySee(caller, code)) throw new KitError('NOT_FOUND');
    return code;
  }
  const wanted = (look: string | undefined, row: OverviewRow): boolean =>
    look === undefined || (look === 'any' ? row.look.length > 0 : row.look.some((reason) => reason === look));

  on('GET /api/v1/subjects', async ({ query }) => {
    const { rows, ...page } = await present().overview(query);
    return { ...page, rows: rows.filter((row) => wanted(query.look, row)) };
  });
  on('GET /api/v1/subjects.csv', async ({ caller, query, reply }) => {
    if (!overviewCsv) throw new KitError('NOT_FOUND');
    const { rows } = await present().overview();
    const leaving = rows.filter((row) => wanted(query.look, row));
    await present().exported(caller.accountId, leaving.length, query.look ?? null);
    return reply
      .type('text/csv; charset=utf-8')
      .header('content-disposition', 'attachment; filename="group.csv"')
      .send(Readable.from(overviewCsv(leaving)));
  });
  on('GET /api/v1/subjects/:code', ({ caller, params }) => present().subject(codeOf(caller, params)));
  on('POST /api/v1/subjects/:code/episodes', ({ caller, params, body }) =>
    present().openEpisode(caller.accountId, codeOf(caller, params), body),
  );
  on('PATCH /api/v1/subjects/:code/episodes/:id', ({ caller, params, body }) =>
    present().changeEpisode(caller.accountId, codeOf(caller, params), params['id']!, body),
  );
  on('PUT /api/v1/subjects/:code/plan', ({ caller, params, body }) =>
    present().setPlan(caller.accountId, codeOf(caller, params), body),
  );
  on('POST /api/v1/subjects/:code/reviews', ({ caller, params, body }) =>
    present().addReview(caller.accountId, codeOf(caller, params), body.note),
  );
  on('POST /api/v1/subjects/:code/scores', ({ caller, params, body }) =>
    present().addScore(caller.accountId, codeOf(caller, params), body),
  );
  on('POST /api/v1/subjects/:code/diary', ({ caller, params, body }) =>
    present().addDiaryDay(caller.accountId, codeOf(caller, params), body),
  );
  on('POST /api/v1/subjects/:code/adherence', ({ caller, params, body }) =>
    present().addAdherence(caller.accountId, codeOf(caller, params), body),
  );
  on('POST /api/v1/subjects/:code/findings', ({ caller, params, body }) =>
    present().addFinding(caller.accountId, codeOf(caller, params), body),
  );
  on('POST /api/v1/subjects/:code/ccft', ({ caller, params, body }) =>
    present().addCcft(caller.accountId, codeOf(caller, params), body),
  );
  on('DELETE /api/v1/subjects/:code/entries/:id', ({ caller, params }) =>
    present().withdraw(caller.accountId, codeOf(caller, params), params['id']!),
  );
  on('POST /api/v1/subjects/:code/looked', ({ caller, params }) =>
    present().looked(caller.accountId, codeOf(caller, params)),
  );
  on('GET /api/v1/retest-plan', () => present().clinicPlan());
  on('PUT /api/v1/retest-plan', ({ caller, body }) => present().setClinicPlan(caller.accountId, body));
}
