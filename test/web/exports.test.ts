import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ROUTES } from '../../src/contract/routes.ts';
import { EXPORT_FORMATS, exportQuery } from '../../web/logic/export-choice.ts';

const day = fc
  .date({ min: new Date(2000, 0, 1), max: new Date(2090, 0, 1), noInvalidDate: true })
  .map((d) => [d.getFullYear(), d.getMonth() + 1, d.getDate()].map((n) => String(n).padStart(2, '0')).join('-'));
const choice = fc.record({
  format: fc.constantFrom(...EXPORT_FORMATS),
  subject: fc.oneof(fc.constant(''), fc.stringMatching(/^[A-Z0-9-]{1,20}$/)),
  fromDay: fc.oneof(fc.constant(''), day),
  toDay: fc.oneof(fc.constant(''), day),
});

it('a choice becomes a query that the route takes, and only an empty one means everything', () => {
  fc.assert(
    fc.property(choice, (c) => {
      const query = Object.fromEntries(new URLSearchParams(exportQuery(c)));
      const parsed = ROUTES['GET /api/v1/exports/:format'].query.safeParse(query);
      expect(parsed.success).toBe(true);
      const chosen = c.subject !== '' || c.fromDay !== '' || c.toDay !== '';
      expect(query['everything']).toBe(chosen ? undefined : 'true');
    }),
  );
});

it('both days are inside', () => {
  const query = new URLSearchParams(
    exportQuery({ format: 'csv', subject: '', fromDay: '2026-03-28', toDay: '2026-03-29' }),
  );
  expect(Number(query.get('from'))).toBe(new Date(2026, 2, 28).getTime());
  expect(Number(query.get('to'))).toBe(new Date(2026, 2, 30).getTime());
});
