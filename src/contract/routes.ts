/** Every HTTP route with its policy and its schemas: the server registers these, and the API's description is made of them. */
import { z } from 'zod';
import { SELECTABLE_FRT_REFERENCES } from '../core/reference/frt-reference.ts';
import {
  accessSettingsSchema,
  accessViewSchema,
  accountChangeSchema,
  accountSchema,
  auditCheckSchema,
  auditPageSchema,
  changePasswordSchema,
  firstStartSchema,
  loginSchema,
  newAccountSchema,
  signInSchema,
  unlockSchema,
} from './access.ts';
import { comparisonSchema } from './comparison.ts';
import { OUTCOME_ROUTES } from './outcome-routes.ts';
import { WHO } from './policy.ts';
import { sessionDetailSchema, sessionSummarySchema } from './records.ts';
import { reportDocumentSchema, reportLanguageSchema } from './report.ts';
import { type Method, type RouteRule, rule, whole } from './route-rule.ts';
import {
  clinicCardSchema,
  enrolHereSchema,
  enrolSchema,
  homeViewSchema,
  invitationViewSchema,
  madeInvitationSchema,
  newInvitationSchema,
  receivedBundleViewSchema,
  signedSchema,
} from './transfer.ts';

export type { Method, RouteRule } from './route-rule.ts';

const done = z.object({ ok: z.literal(true) });
const page = z.strictObject({
  before: whole(1, 1e15).optional(),
  limit: whole(1, 200).default(50),
});

const selection = z.strictObject({
  /** Everything there is; otherwise at least one of the following. */
  everything: z.literal('true').optional(),
  subject: z.string().max(64).optional(),
  session: z.string().max(64).optional(),
  /** Wall clock, ms since 1970: first instant inside, first instant outside. */
  from: whole(0, 1e15).optional(),
  to: whole(0, 1e15).optional(),
  /** Kinds of tests, with commas. */
  kinds: z.string().max(200).optional(),
});
export type ExportQuery = z.infer<typeof selection>;
const report = z.object({
  lang: reportLanguageSchema.default('en'),
  /** Id of one of the published references that may be chosen. */
  reference: z.enum(SELECTABLE_FRT_REFERENCES.map(({ id }) => id)).optional(),
});
export type ReportQuery = z.infer<typeof report>;
const exportSummary = z.object({
  format: z.string(),
  subjects: z.number().int(),
  visits: z.number().int(),
  rows: z.number().int(),
  bytes: z.number().int(),
  sha256: z.string(),
});

export const ROUTES = {
  'GET /api/v1/status': rule({
    who: 'anyone',
    subject: 'none',
    whileLocked: true,
    summary: 'Whether the gateway is up, and which version. Nothing else.',
    answer: z.object({ status: z.literal('ok'), version: z.string(), serverId: z.string() }),
  }),
  'GET /api/v1/access': rule({
    who: 'anyone',
    subject: 'none',
    whileLocked: true,
    summary: 'Who is signed in here, and what has to be done before.',
    answer: accessViewSchema,
  }),
  'POST /api/v1/access/first-start': rule({
    who: 'anyone',
    subject: 'none',
    summary: 'Makes the first administrator, with the one-time code that the gateway printed.',
    body: firstStartSchema,
    answer: accessViewSchema,
  }),
  'POST /api/v1/access/sign-in': rule({
    who: 'anyone',
    subject: 'none',
    whileLocked: true,
    summary: 'Signs in; the session is a cookie that scripts cannot read.',
    body: signInSchema,
    answer: accessViewSchema,
  }),
  'POST /api/v1/access/sign-out': rule({
    who: 'signed-in',
    subject: 'none',
    whileLocked: true,
    summary: 'Ends this session for good.',
    answer: accessViewSchema,
  }),
  'POST /api/v1/access/lock': rule({
    who: 'signed-in',
    subject: 'none',
    whileLocked: true,
    summary: 'Locks this session until its password is given. Refused while a test is running.',
    answer: accessViewSchema,
  }),
  'POST /api/v1/access/unlock': rule({
    who: 'signed-in',
    subject: 'none',
    whileLocked: true,
    summary: 'Unlocks this session.',
    body: unlockSchema,
    answer: accessViewSchema,
  }),
  'POST /api/v1/access/active': rule({
    who: 'signed-in',
    subject: 'none',
    summary: 'A person is at the page: the idle time begins anew.',
    answer: done,
  }),
  'POST /api/v1/access/password': rule({
    who: 'signed-in',
    subject: 'none',
    summary: "Changes one's own password; all other sessions of the account end.",
    body: changePasswordSchema,
    answer: done,
  }),
  'GET /api/v1/accounts': rule({
    who: WHO.ADMIN,
    subject: 'none',
    summary: 'All accounts.',
    answer: z.array(accountSchema),
  }),
  'POST /api/v1/accounts': rule({
    who: WHO.ADMIN,
    subject: 'none',
    summary: 'Adds an account.',
    body: newAccountSchema,
    answer: accountSchema,
  }),
  'PATCH /api/v1/accounts/:id': rule({
    who: WHO.ADMIN,
    subject: 'none',
    summary: 'Changes the role or the subject of an account, disables it, or resets its password.',
    body: accountChangeSchema,
    answer: accountSchema,
  }),
  'GET /api/v1/logins': rule({
    who: WHO.ADMIN,
    subject: 'none',
    summary: 'Everybody who is signed in.',
    answer: z.array(loginSchema),
  }),
  'DELETE /api/v1/logins/:id': rule({
    who: WHO.ADMIN,
    subject: 'none',
    summary: "Ends somebody's session.",
    answer: done,
  }),
  'GET /api/v1/access/settings': rule({
    who: WHO.ADMIN,
    subject: 'none',
    summary: 'After how many idle minutes a page locks.',
    answer: accessSettingsSchema,
  }),
  'PUT /api/v1/access/settings': rule({
    who: WHO.ADMIN,
    subject: 'none',
    summary: 'Sets after how many idle minutes a page locks.',
    body: accessSettingsSchema,
    answer: accessSettingsSchema,
  }),
  'GET /api/v1/audit': rule({
    who: WHO.ADMIN,
    subject: 'none',
    summary: 'The audit, newest first, page by page.',
    query: page,
    answer: auditPageSchema,
  }),
  'GET /api/v1/audit/check': rule({
    who: WHO.ADMIN,
    subject: 'none',
    summary: 'Computes the whole chain of the audit again.',
    answer: auditCheckSchema,
  }),
  'GET /api/v1/sessions': rule({
    who: WHO.EVERY,
    subject: 'own',
    summary: 'Sessions, newest first, a page at a time: the next page comes after the last session of this one.',
    query: z.strictObject({
      limit: whole(1, 1000).default(200),
      /** Id of the last session of the page before. */
      after: z.string().max(100).optional(),
    }),
    answer: z.array(sessionSummarySchema),
  }),
  'GET /api/v1/sessions/:id': rule({
    who: WHO.EVERY,
    subject: 'own',
    summary: 'One session with its trials and repetitions.',
    answer: sessionDetailSchema,
  }),
  'GET /api/v1/sessions/:id/repetitions.csv': rule({
    who: WHO.EVERY,
    subject: 'own',
    summary: 'Export: one row a repetition, of one session.',
    answer: 'text/csv',
  }),
  'GET /api/v1/sessions/:id/comparisons': rule({
    who: WHO.EVERY,
    subject: 'own',
    summary: 'The tests of one session against last time, and after against before treatment.',
    answer: z.array(comparisonSchema),
  }),
  'GET /api/v1/sessions/:id/trials/:trial/replay': rule({
    who: WHO.READERS,
    subject: 'none',
    summary: 'A stored test to be played again: its events and its live frames, computed again from the raw record.',
    answer: 'application/octet-stream',
  }),
  'GET /api/v1/sessions/:id/report/:kind': rule({
    who: WHO.READERS,
    subject: 'none',
    summary: 'A report as a document: record, patient or letter. It leaves an audit row, as an export does.',
    query: report,
    answer: reportDocumentSchema,
  }),
  'GET /api/v1/sessions/:id/report/:kind/pdf': rule({
    who: WHO.READERS,
    subject: 'none',
    summary: 'The same report as a PDF.',
    query: report,
    answer: 'application/pdf',
  }),
  'GET /api/v1/repetitions.csv': rule({
    who: WHO.READERS,
    subject: 'none',
    summary: 'Export: one row a repetition, of everything.',
    answer: 'text/csv',
  }),
  'GET /api/v1/exports/:format': rule({
    who: WHO.READERS,
    subject: 'none',
    summary: 'Export as a file: csv, visits, redcap, fhir, mcap or archive. Its audit row comes before its first byte.',
    query: selection,
    answer: 'application/octet-stream',
  }),
  'GET /api/v1/exports/:format/summary': rule({
    who: WHO.READERS,
    subject: 'none',
    summary: 'The dry run of an export: how much would leave, and its hash.',
    query: selection,
    answer: exportSummary,
  }),
  'GET /api/v1/transfer/clinic': rule({
    who: 'anyone',
    subject: 'none',
    summary: "The clinic's public keys. A device at home believes them by the fingerprint in its invitation.",
    answer: clinicCardSchema,
  }),
  'POST /api/v1/transfer/enrol': rule({
    who: 'anyone',
    subject: 'none',
    summary: 'Enrols a device at home, once, with the token of an invitation; the answer is signed by the clinic.',
    body: enrolSchema,
    answer: signedSchema,
  }),
  'POST /api/v1/transfer/bundles': rule({
    who: 'anyone',
    subject: 'none',
    summary: 'Takes in a bundle of an enrolled device (application/vnd.neck-bundle); the confirmation is signed.',
    answer: signedSchema,
  }),
  'GET /api/v1/transfer/received': rule({
    who: WHO.READERS,
    subject: 'none',
    summary: "What came from home, newest first, with the number from home and the clinic's own beside it.",
    query: z.strictObject({ limit: whole(1, 500).default(100) }),
    answer: z.array(receivedBundleViewSchema),
  }),
  'GET /api/v1/home': rule({
    who: WHO.EVERY,
    subject: 'none',
    summary: 'A device at home: whose it is, what is allowed, what can be gone on with, what is on its way.',
    answer: homeViewSchema,
  }),
  'POST /api/v1/home/enrol': rule({
    who: WHO.EVERY,
    subject: 'none',
    summary: "Enrols this device with a clinic's invitation.",
    body: enrolHereSchema,
    answer: homeViewSchema,
  }),
  'POST /api/v1/home/send': rule({
    who: WHO.EVERY,
    subject: 'none',
    summary: 'Tries at once to send what waits for the clinic.',
    answer: homeViewSchema,
  }),
  'GET /api/v1/invitations': rule({
    who: WHO.CLINIC,
    subject: 'none',
    summary: 'Invitations, newest first, of all subjects or of one.',
    query: z.strictObject({ subject: z.string().max(64).optional() }),
    answer: z.array(invitationViewSchema),
  }),
  'POST /api/v1/invitations': rule({
    who: WHO.CLINIC,
    subject: 'none',
    summary:
      'Makes a one-time invitation for one subject and episode: link, picture and code are in this answer alone.',
    body: newInvitationSchema,
    answer: madeInvitationSchema,
  }),
  'DELETE /api/v1/invitations/:id': rule({
    who: WHO.CLINIC,
    subject: 'none',
    summary: 'Takes an invitation back: nothing more is taken from its device.',
    answer: invitationViewSchema,
  }),
  ...OUTCOME_ROUTES,
  'GET /api/v1/live': rule({
    who: WHO.EVERY,
    subject: 'own',
    summary: 'WebSocket: binary live frames, state messages, commands and replies.',
    answer: 'application/websocket',
  }),
  'GET /api/v1/openapi.json': rule({
    who: 'anyone',
    subject: 'none',
    summary: 'This description, OpenAPI 3.1.',
    answer: 'application/json',
  }),
  'GET /api/docs': rule({
    who: 'anyone',
    subject: 'none',
    summary: 'This description as a page.',
    answer: 'text/html',
  }),
} as const satisfies Readonly<Record<`${Method} /api/${string}`, RouteRule>>;

export type RouteKey = keyof typeof ROUTES;
export const ROUTE_KEYS = Object.keys(ROUTES) as RouteKey[];

export const ruleOf = (key: RouteKey): RouteRule => ROUTES[key];

/** Method and path of a key. */
export function partsOf(key: RouteKey): { readonly method: Method; readonly path: string } {
  const [method, path] = key.split(' ');
  return { method: method as Method, path: path! };
}
