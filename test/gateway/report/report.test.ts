/** Reports of a recorded visit: what each of the three says, in both languages, as a document and as a PDF. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { createReporter } from '../../../src/adapters/report/reporter.ts';
import { createMemoryStore } from '../../../src/adapters/store/memory-store.ts';
import {
  REPORT_KINDS,
  REPORT_LANGUAGES,
  type ReportDocument,
  reportDocumentSchema,
} from '../../../src/contract/report.ts';
import { FRT_REFERENCES } from '../../../src/core/reference/frt-reference.ts';
import { comparisonsOf } from '../../../src/gateway/comparisons.ts';
import { subjectRecords } from '../../../src/gateway/outcome/records.ts';
import { subjectOutcome } from '../../../src/gateway/outcome/subject-view.ts';
import type { Store } from '../../../src/ports/store.ts';
import { recordVisit } from '../../support/recorded-visit.ts';

const AT = Date.UTC(2024, 2, 5, 9, 0);
let store: Store;
let first: string;
let second: string;

/** Session ids of two visits of one subject, each with both tests. */
beforeAll(async () => {
  store = createMemoryStore();
  await store.open();
  const plan = { subjectCode: 'RE-7', tests: ['frt', 'crom'] as const, crom: { repetitions: 2, practice: 0 } };
  first = await recordVisit(store, { ...plan, seed: 51 });
  second = await recordVisit(store, { ...plan, seed: 52, subject: { frtRightDeg: 42 }, startMs: 7 * 86_400_000 });
  for (const id of [first, second]) {
    const frt = (await store.sessionDetail(id))!.trialList[0]!;
    const visit = {
      headacheNow: 2,
      analgesic6h: false,
      examiner: 'EX-1',
      trials: [
        { id: frt.id, treatment: 'before', blinded: true, calls: { left: 'not-restricted', right: 'restricted' } },
      ],
    };
    await store.changeSession(id, { context: { visit } });
  }
}, 120_000);

const reporter = () => createReporter(store, () => AT);
/** All words of a document, pictures included. */
function words(document: ReportDocument): string {
  const parts = document.blocks.flatMap((block) => {
    if (block.type === 'figures')
      return [
        block.caption,
        ...block.figures.flatMap(({ shapes, alt }) => [alt, ...shapes.map((s) => (s.type === 'text' ? s.text : ''))]),
      ];
    if (block.type === 'facts') return block.rows.flat();
    if (block.type === 'table') return [...block.head, ...block.rows.flat()];
    return [block.type === 'signature' ? block.label : block.text];
  });
  return [document.title, document.subtitle, document.simulated ?? '', ...parts, document.footer].join('\n');
}
const document = (kind: (typeof REPORT_KINDS)[number], language: (typeof REPORT_LANGUAGES)[number] = 'en') =>
  reporter().document({ sessionId: second, kind, language }, null);

describe('the record', () => {
  it('has every figure with its uncertainty and the largest cause of it, method, device, version and reference', async () => {
    const said = words(reportDocumentSchema.parse(await document('record')));
    const { trialList } = (await store.sessionDetail(second))!;
    const left = (trialList[0]!.result as { left: { meanDeg: number } }).left.meanDeg;
    for (const part of [
      `${left.toFixed(1)}°`,
      'Largest error',
      'frt-smoothed-twist/2',
      'crom-smoothed/1',
      'Simulated headband',
      'golden, numeric core',
      'EX-1',
      '32°, Hall 2010b',
      'J Man Manip Ther 2010; 18:126',
      'SIMULATED DATA',
      'does not diagnose, detect, predict or exclude any condition',
      'Left not restricted, Right restricted',
      'Flexion and extension',
      'Niewiadomski 2019',
    ])
      expect(said).toContain(part);
  });
  it('holds the sides against last time, with the same examiner and headache, and calls a large change one', async () => {
    const [frt] = await comparisonsOf(store, (await store.sessionDetail(second))!);
    expect(frt).toMatchObject({ against: 'last-time', sessionId: first });
    expect(frt!.directions.find(({ direction }) => direction === 'right')).toMatchObject({
      verdict: 'changed',
      notComparable: [],
    });
    expect(frt!.directions.find(({ direction }) => direction === 'left')).toMatchObject({ verdict: 'not changed' });
    expect(words(await document('record'))).toContain('Against last time');
  });
  it('calls no change across examiners by less than varies between them, nor with another headache', async () => {
    const session = (await store.sessionDetail(second))!;
    const { context } = (await store.sessionContext(second))!;
    const visit = context['visit'] as Record<string, unknown>;
    const change = (values: Record<string, unknown>) =>
      store.changeSession(second, { context: { visit: { ...visit, ...values } } });
    await change({ examiner: 'EX-2' });
    const across = (await comparisonsOf(store, session))[0]!.directions;
    expect(across[0]!.sameExaminer).toBe(false);
    expect(across[0]!.threshold).toBe(10);
    await change({ headacheNow: 0 });
    const headache = (await comparisonsOf(store, session))[0]!.directions;
    expect(headache.map(({ verdict }) => verdict)).toEqual(['unclear', 'unclear']);
    expect(headache[0]!.notComparable).toEqual(['headache-differs']);
    await change({});
  });
  it('tells after treatment from before it in the same visit', async () => {
    const { trialList } = (await store.sessionDetail(second))!;
    const frt = trialList[0]!;
    const again = { ...frt, id: 'after', startedAtMs: frt.startedAtMs + 600_000 };
    const visit = { headacheNow: 2, examiner: 'EX-1', trials: [{ id: 'after', treatment: 'after' }] };
    const sessionContext = async () => ({ ...(await store.sessionContext(second))!, context: { visit } });
    const reads = { ...store, sessionContext, listSessions: async () => [] };
    const session = { ...(await store.sessionDetail(second))!, trialList: [...trialList, again] };
    const [one] = await comparisonsOf(reads, session);
    expect(one).toMatchObject({ against: 'before-treatment', trialId: 'after', sessionId: second });
    expect(one!.directions.map(({ verdict }) => verdict)).toEqual(['not changed', 'not changed']);
  });
});

describe("the patient's page", () => {
  it('has no cut-off, no reference and no verdict, and says when to get help', async () => {
    for (const language of REPORT_LANGUAGES) {
      const patient = await document('patient', language);
      const said = words(patient);
      expect(said).not.toMatch(
        /Hall|Niewiadomski|[Rr]eferen|cut-off|Grenzwert|unter dem|über dem|below|above the|restricted|eingeschr/,
      );
      for (const { valueDeg } of FRT_REFERENCES) expect(said).not.toMatch(new RegExp(`\\b${valueDeg}°`));
      const shapes = patient.blocks.flatMap((b) => (b.type === 'figures' ? b.figures.flatMap((f) => f.shapes) : []));
      expect(shapes.length).toBeGreaterThan(20);
      expect(shapes.some(({ role }) => role === 'reference')).toBe(false);
      expect(said).toMatch(language === 'de' ? /sofort ärztliche Hilfe/ : /medical help at once/);
    }
  });
});

describe('every report', () => {
  it('never diagnoses', async () => {
    for (const kind of REPORT_KINDS) {
      for (const language of REPORT_LANGUAGES)
        expect(words(await document(kind, language))).not.toMatch(
          /positive|abnormal|you have|cured|validated|auffällig|positiv/i,
        );
    }
  });
  it('is refused with a code where no test came to a result, and where there is no session', async () => {
    await store.createSession({ id: 'empty', subjectCode: 'RE-7', startedAtMs: 1, softwareVersion: 'x' });
    const asked = (sessionId: string) => reporter().document({ sessionId, kind: 'record', language: 'en' }, null);
    await expect(asked('empty')).rejects.toMatchObject({ code: 'NO_RESULTS' });
    await expect(asked('nowhere')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
  it('leaves an audit row with its form and hash before it is given', async () => {
    await reporter().pdf({ sessionId: second, kind: 'letter', language: 'de' }, null);
    const rows = await store.listAudit({ limit: 10, action: 'report.letter' });
    expect(rows[0]).toMatchObject({ object: `session:${second}`, values: { form: 'pdf', language: 'de' } });
  });
  it('is one page as a PDF, and the PDF holds the words of the document', async ({ skip }) => {
    const folder = mkdtempSync(join(tmpdir(), 'report-'));
    try {
      for (const kind of REPORT_KINDS) {
        for (const language of REPORT_LANGUAGES) {
          const { bytes } = await reporter().pdf({ sessionId: second, kind, language }, null);
          expect(Buffer.from(bytes.slice(0, 5)).toString()).toBe('%PDF-');
          const file = join(folder, `${kind}-${language}.pdf`);
          writeFileSync(file, bytes);
          const keep = process.env['NECK_REPORTS'];
          if (keep) writeFileSync(join(keep, `${kind}-${language}.pdf`), bytes);
          let text: string;
          try {
            text = execFileSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8' });
          } catch {
            return skip('pdftotext is not here: the text of the PDF was not read');
          }
          expect(text.split('\f').filter((page) => page.trim() !== '')).toHaveLength(1);
          const title = (await document(kind, language)).title;
          expect(text).toContain(title);
          expect(text).toMatch(language === 'de' ? /Flexions-Rotations-Test/ : /Flexion-Rotation Test/);
          if (kind === 'patient') expect(text).not.toMatch(/Hall|32°|30°/);
        }
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  }, 60_000);
});

describe('the episode', () => {
  it('is not in a report of somebody who has none', async () => {
    const { blocks } = await document('record');
    expect(blocks.filter((block) => block.type === 'figures')).toHaveLength(1);
  });
  it('is one picture with its band, beside that of the visit; its verdicts are those of the outcome', async () => {
    const { id: subjectId } = (await store.findSubject({ code: 'RE-7' }))!;
    const nothing = { goal: null, side: null, injuryDate: null, mechanism: null, payerReference: null };
    const opened = { id: 'episode-1', subjectId, openedAtMs: 0, closedAtMs: null, values: {} };
    await store.createEpisode({ ...opened, ...nothing });
    const outcome = subjectOutcome(await subjectRecords(store, (await store.findSubject({ code: 'RE-7' }))!), AT);
    const several = outcome.series.filter(({ points }) => points.length > 1);
    expect(several.length).toBeGreaterThan(2);
    for (const language of REPORT_LANGUAGES) {
      const { blocks } = await document('record', language);
      const pictures = blocks.filter((block) => block.type === 'figures');
      expect(pictures).toHaveLength(2);
      const [, episode] = pictures;
      expect(episode!.figures.length).toBe(Math.min(9, several.length));
      expect(new Set(episode!.figures.map(({ alt }) => alt)).size).toBe(episode!.figures.length);
      // FRT and single movements have a published change: a band.
      expect(episode!.figures[0]!.shapes.some(({ role }) => role === 'area')).toBe(true);
      // Both visits were measured with headache: a filled diamond each, no dot.
      expect(episode!.figures[0]!.shapes.filter((shape) => shape.type === 'dot')).toEqual([]);
      const table = blocks.findLast((block) => block.type === 'table')!;
      expect(table.rows).toHaveLength(several.length);
      const words = {
        en: { changed: 'changed', 'not changed': 'not changed', unclear: 'unclear' },
        de: { changed: 'verändert', 'not changed': 'nicht verändert', unclear: 'unklar' },
      };
      expect(table.rows.map((row) => row.at(-1))).toEqual(
        several.map(({ verdict }) => words[language][verdict!.verdict]),
      );
    }
  });
  it('is shown to the patient without a verdict', async () => {
    const { blocks } = await document('patient');
    expect(blocks.filter((block) => block.type === 'figures')).toHaveLength(2);
    expect(blocks.some((block) => block.type === 'table')).toBe(false);
  });
});
