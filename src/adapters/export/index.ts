/**
 * Everything that can leave the kit: one function an export, from a store and a selection to bytes in pieces, and the one
 * way in which bytes are handed over: counted and hashed first, then written into the audit, then given.
 */
import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { KitError } from '../../contract/errors.ts';
import type { ExportSelection, ExportSummary, ExportVisit } from '../../contract/export.ts';
import { PROTOCOLS } from '../../core/protocol/registry.ts';
import type { Store } from '../../ports/store.ts';
import { subjectArchive } from './archive/write.ts';
import { fhirBundle } from './fhir/bundle.ts';
import { sessionMcap } from './mcap/mcap.ts';
import { DEFAULT_REDCAP, type RedcapOptions, redcapCsv } from './redcap/redcap.ts';
import { spool } from './spool.ts';
import type { ColumnMap } from './tables/column-map.ts';
import { REPETITIONS, repetitionLines } from './tables/repetitions.ts';
import { VISITS } from './tables/visits.ts';
import { tableCsv } from './tables/write.ts';
import { exportVisits } from './visits.ts';

export type ExportStore = Omit<Store, 'open' | 'close'>;

export const EXPORT_FORMATS = ['csv', 'visits', 'redcap', 'fhir', 'mcap', 'archive'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export interface ExportOptions {
  /** Of 'csv' and 'visits'. */
  readonly map?: ColumnMap | null;
  readonly redcap?: RedcapOptions;
}

/** Content type and ending of the file's name. */
export const EXPORT_FILES: Readonly<Record<ExportFormat, { readonly type: string; readonly name: string }>> = {
  csv: { type: 'text/csv; charset=utf-8', name: 'repetitions.csv' },
  visits: { type: 'text/csv; charset=utf-8', name: 'visits.csv' },
  redcap: { type: 'text/csv; charset=utf-8', name: 'redcap.csv' },
  fhir: { type: 'application/fhir+json', name: 'bundle.json' },
  mcap: { type: 'application/octet-stream', name: 'recording.mcap' },
  archive: { type: 'application/x-tar', name: 'archive.tar' },
};

/** An embedded database answers without waiting: so often the gateway gets its turn, bytes. */
const TURN_BYTES = 65_536;

/** The same pieces, with a turn of the event loop for everybody else in between: no visit stalls while an export is made. */
async function* inTurns(pieces: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  let since = 0;
  for await (const piece of pieces) {
    yield piece;
    since += piece.length;
    if (since < TURN_BYTES) continue;
    since = 0;
    await setImmediate();
  }
}

/** What was met on the way: filled while the bytes are made. */
interface Counter {
  readonly subjects: Set<string>;
  visits: number;
  rows: number;
}

async function* utf8(pieces: AsyncIterable<string>): AsyncIterable<Uint8Array> {
  for await (const piece of pieces) yield Buffer.from(piece);
}

/** Throws NOTHING_SELECTED when it was not said what. */
function checked(format: ExportFormat, selection: ExportSelection): ExportSelection {
  const { everything, subjectCode, sessionId, fromMs, toMs, kinds } = selection;
  const named = [subjectCode, sessionId, fromMs, toMs].some((value) => value !== undefined);
  if (!named && !everything) throw new KitError('NOTHING_SELECTED');
  if (fromMs !== undefined && toMs !== undefined && fromMs >= toMs)
    throw new KitError('BAD_REQUEST', 'from: it has to be before "to"');
  const known = PROTOCOLS.map(({ id }) => id);
  const strange = kinds?.find((kind) => !known.includes(kind));
  if (strange !== undefined)
    throw new KitError('BAD_REQUEST', `kinds: "${strange.slice(0, 40)}" is not one of ${known.join(', ')}`);
  if (kinds?.length === 0) throw new KitError('BAD_REQUEST', 'kinds: none is named');
  if (named && everything) throw new KitError('BAD_REQUEST', 'everything, or a part of it: not both');
  if (format === 'mcap' && sessionId === undefined) throw new KitError('BAD_REQUEST', 'a recording is of one session');
  if (format === 'archive' && ((subjectCode === undefined || sessionId) ?? fromMs ?? toMs ?? kinds))
    throw new KitError('BAD_REQUEST', 'an archive is of one whole subject: its code and nothing else');
  return selection;
}

function visitsOf(store: ExportStore, selection: ExportSelection, counter: Counter): AsyncIterable<ExportVisit> {
  return (async function* () {
    for await (const visit of exportVisits(store, selection)) {
      counter.subjects.add(visit.subjectCode);
      counter.visits++;
      counter.rows += visit.trials.reduce((sum, { repetitions }) => sum + repetitions.length, 0);
      yield visit;
    }
    if (counter.visits === 0 && (selection.sessionId ?? selection.subjectCode) !== undefined)
      throw new KitError('NOT_FOUND', 'no visit is what was asked for');
  })();
}

async function* archiveOf(store: ExportStore, selection: ExportSelection, counter: Counter): AsyncIterable<Uint8Array> {
  const subject = await store.findSubject({ code: selection.subjectCode! });
  if (!subject) throw new KitError('NOT_FOUND', 'no subject has this code');
  counter.subjects.add(subject.code);
  const counted = {
    async *subjectRecords(subjectId: string) {
      for await (const record of store.subjectRecords(subjectId)) {
        counter.rows++;
        if (record.table === 'session') counter.visits++;
        yield record;
      }
    },
  };
  yield* subjectArchive(counted, subject.id);
}

async function* recordingOf(
  store: ExportStore,
  selection: ExportSelection,
  counter: Counter,
): AsyncIterable<Uint8Array> {
  const session = await store.sessionDetail(selection.sessionId!);
  if (!session) throw new KitError('NOT_FOUND', `session ${selection.sessionId}`);
  if (selection.subjectCode !== undefined && session.subjectCode !== selection.subjectCode)
    throw new KitError('NOT_FOUND', 'no visit is what was asked for');
  counter.subjects.add(session.subjectCode);
  counter.visits = 1;
  yield* sessionMcap(store, session.id);
}

function piecesOf(
  store: ExportStore,
  format: ExportFormat,
  asked: ExportSelection,
  { map = null, redcap = DEFAULT_REDCAP }: ExportOptions,
  counter: Counter,
): AsyncIterable<Uint8Array> {
  const selection = checked(format, asked);
  const visits = visitsOf(store, selection, counter);
  if (format === 'csv') return utf8(tableCsv(REPETITIONS, repetitionLines(visits), map));
  if (format === 'visits') return utf8(tableCsv(VISITS, visits, map));
  if (format === 'redcap') return utf8(redcapCsv(visits, redcap));
  if (format === 'fhir') return utf8(fhirBundle(visits));
  return format === 'mcap' ? recordingOf(store, selection, counter) : archiveOf(store, selection, counter);
}

const bytesOf = (...args: Parameters<typeof piecesOf>): AsyncIterable<Uint8Array> => inTurns(piecesOf(...args));

const createCounter = (): Counter => ({ subjects: new Set(), visits: 0, rows: 0 });

const summaryOf = (format: ExportFormat, counter: Counter, bytes: number, sha256: string): ExportSummary => {
  const rows = format === 'visits' || format === 'redcap' ? counter.visits : counter.rows;
  return { format, subjects: counter.subjects.size, visits: counter.visits, rows, bytes, sha256 };
};

/** The dry run: all of it is made, counted and hashed, nothing is kept and nothing leaves. */
export async function summarise(
  store: ExportStore,
  format: ExportFormat,
  selection: ExportSelection,
  options: ExportOptions = {},
): Promise<ExportSummary> {
  const counter = createCounter();
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const piece of bytesOf(store, format, selection, options, counter)) {
    hash.update(piece);
    bytes += piece.length;
  }
  return summaryOf(format, counter, bytes, hash.digest('hex'));
}

export interface AuditedExport {
  readonly summary: ExportSummary;
  /** The bytes of the audit row, whatever has changed in the store since. To be taken to their end or returned. */
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** Who, what, how many and the hash are in the audit before the first byte is given. */
export async function auditedExport(
  store: ExportStore,
  format: ExportFormat,
  selection: ExportSelection,
  by: { readonly accountId: string | null; readonly wallMs: number },
  options: ExportOptions = {},
): Promise<AuditedExport> {
  const counter = createCounter();
  const spooled = await spool(bytesOf(store, format, selection, options, counter));
  try {
    const summary = summaryOf(format, counter, spooled.bytes, spooled.sha256);
    const { subjectCode, ...rest } = selection;
    const subject = subjectCode === undefined ? null : await store.findSubject({ code: subjectCode });
    const object = selection.sessionId ? `session:${selection.sessionId}` : subject ? `subject:${subject.id}` : null;
    const values = { ...summary, selection: rest };
    await store.appendAudit({ ...by, action: `export.${format}`, object, values });
    return { summary, bytes: spooled.pieces };
  } catch (cause) {
    await spooled.pieces.return?.();
    throw cause;
  }
}

/** One row a repetition, of one session or of all (null): what the page's download links give. */
export const repetitionsExport =
  (store: ExportStore, wallMs: () => number) =>
  async (sessionId: string | null, accountId: string | null): Promise<AsyncIterable<Uint8Array>> => {
    const selection = sessionId === null ? { everything: true } : { sessionId };
    return (await auditedExport(store, 'csv', selection, { accountId, wallMs: wallMs() })).bytes;
  };
