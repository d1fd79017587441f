/** What may leave the kit as a file, as a person chooses it. */

export const EXPORT_FORMATS = ['csv', 'visits', 'redcap', 'fhir', 'mcap', 'archive'] as const;

export interface ExportChoice {
  readonly format: (typeof EXPORT_FORMATS)[number];
  /** Empty: everybody. */
  readonly subject: string;
  /** Days of this computer's calendar, yyyy-mm-dd, both inside; empty: no limit. */
  readonly fromDay: string;
  readonly toDay: string;
}

/** First instant of a day here, `later` days on, ms. */
function dayMs(day: string, later: number): number {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date + later).getTime();
}

/** The query of a choice. Everything has to be said: nothing chosen at all says so. */
export function exportQuery(choice: ExportChoice): string {
  const query = new URLSearchParams();
  if (choice.subject !== '') query.set('subject', choice.subject);
  if (choice.fromDay !== '') query.set('from', String(dayMs(choice.fromDay, 0)));
  if (choice.toDay !== '') query.set('to', String(dayMs(choice.toDay, 1)));
  if ([...query.keys()].length === 0) query.set('everything', 'true');
  return query.toString();
}
