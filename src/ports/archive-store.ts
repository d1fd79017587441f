/** All that is stored of one subject, row by row, and back into a store: what an archive is made of. */

/** Parents before children, so that the rows can be put back in this order. */
export const ARCHIVE_TABLES = [
  'subject',
  'episode',
  'session',
  'stream',
  'calibration',
  'event',
  'trial',
  'repetition',
  'result',
  'score',
  'chunk',
] as const;
export type ArchiveTable = (typeof ARCHIVE_TABLES)[number];

export interface ArchiveRecord {
  readonly table: ArchiveTable;
  /** Columns by name, as the database has them; the raw bytes of a chunk apart. */
  readonly row: Readonly<Record<string, string | number | null>>;
  /** Of a chunk. */
  readonly payload: Uint8Array | null;
}

/** Where a visit that was made elsewhere is put. */
export interface VisitPlace {
  readonly subjectId: string;
  readonly subjectCode: string;
  readonly episodeId: string | null;
}

export interface ArchiveStore {
  /**
   * Everything of the subject but its accounts, invitations and received bundles, which are the clinic's own. In a fixed
   * order, so that two stores with the same records give the same rows.
   */
  subjectRecords(subjectId: string): AsyncIterable<ArchiveRecord>;
  /**
   * Puts the rows back, all of them or none. Rejects with WRONG_STATE when the subject or one of its rows is there
   * already, with ARCHIVE_DAMAGED when a row is not one of ours.
   */
  restoreRecords(records: AsyncIterable<ArchiveRecord>): Promise<{ readonly rows: number; readonly subjectId: string }>;
  /** One visit with its scores, in the order of `subjectRecords`. Rejects with NOT_FOUND. */
  visitRecords(sessionId: string): AsyncIterable<ArchiveRecord>;
  /**
   * Puts one visit made at home to a subject that is here, all of it or nothing: whose it is, its episode, its setting and
   * its examiner are what `place` and the store say, never what the rows say. Rejects with WRONG_STATE when one of its
   * rows is there already, with ARCHIVE_DAMAGED when a row is not one of ours or belongs to nothing in it.
   */
  addHomeVisit(
    records: AsyncIterable<ArchiveRecord>,
    place: VisitPlace,
  ): Promise<{ readonly rows: number; readonly sessionId: string }>;
}
