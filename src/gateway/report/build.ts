/** The three reports of a session: for the record, for the patient, and as a letter. */
import type { Figure, ReportBlock, ReportDocument, ReportKind, ReportLanguage } from '../../contract/report.ts';
import { type FrtReference, frtReference } from '../../core/reference/frt-reference.ts';
import { episodeBlocks } from './episode.ts';
import type { ReportFacts, ReportTest } from './facts.ts';
import {
  callWords,
  comparisonWords,
  cyclesTable,
  differenceWords,
  figuresTable,
  methodWords,
  paragraph,
  referenceSource,
  rejectedWords,
  relationWords,
} from './parts.ts';
import { figureOf, testName, type Words, wordsOf } from './words.ts';

function figures(w: Words, tests: readonly ReportTest[], chosen: FrtReference | null, whole: boolean): Figure[] {
  const reference = chosen && { deg: chosen.valueDeg, label: `${w.wholeDeg(chosen.valueDeg)}` };
  return tests.flatMap((test) => {
    const figure = figureOf(w, test, { reference, whole });
    return figure ? [figure] : [];
  });
}

/** Time of a test beside its name where the same test was done more than once. */
function heading(w: Words, test: ReportTest, tests: readonly ReportTest[]): string {
  const twice = tests.filter(({ trial }) => trial.kind === test.trial.kind).length > 1;
  return `${testName(w, test)}${twice ? ` · ${w.time(test.trial.startedAtMs)}` : ''}`;
}

function recordFacts(w: Words, facts: ReportFacts): ReportBlock {
  const { t } = w;
  const { session, visit, device, softwareVersion } = facts;
  const yesNo = (value: boolean | null): string => (value === null ? t.unknown : value ? t.facts.yes : t.facts.no);
  const cores = [...new Set(facts.tests.flatMap(({ coreVersion }) => (coreVersion === null ? [] : [coreVersion])))];
  return {
    type: 'facts',
    rows: [
      [t.facts.date, w.dateTime(session.startedAtMs)],
      [t.facts.examiner, facts.examiner ?? t.unknown],
      [t.facts.headache, visit.headacheNow === null ? t.unknown : String(visit.headacheNow)],
      [t.facts.analgesic, yesNo(visit.analgesic6h)],
      [
        t.facts.device,
        device
          ? [device.model, device.sensorSerial, device.firmware && t.facts.firmware(device.firmware)]
              .filter(Boolean)
              .join(', ')
          : t.unknown,
      ],
      [t.facts.software, [softwareVersion, ...cores.map(t.facts.core)].join(', ')],
    ],
  };
}

function record(w: Words, facts: ReportFacts, chosen: FrtReference): ReportBlock[] {
  const { t } = w;
  const { tests } = facts;
  const blocks: ReportBlock[] = [
    recordFacts(w, facts),
    { type: 'figures', figures: figures(w, tests, chosen, false), caption: t.captions.both },
  ];
  for (const test of tests) {
    blocks.push({ type: 'heading', text: heading(w, test, tests) }, figuresTable(w, test), ...cyclesTable(w, test));
    const lines = [
      ...test.figures.directions.flatMap(({ direction, count }) => {
        const relation = count > 0 ? relationWords(w, test, direction, chosen) : '';
        return relation === '' ? [] : [`${w.word(t.directions, direction)}: ${relation}.`];
      }),
      differenceWords(w, test),
      ...test.comparisons.map((one) => comparisonWords(w, one, test.figures.measure)),
      callWords(w, test),
      rejectedWords(w, test),
    ].filter((line) => line !== null);
    if (lines.length > 0) blocks.push(paragraph(lines.join(' ')));
    blocks.push(paragraph(`${t.facts.method}: ${methodWords(w, test)} (${test.method})`, 'quiet'));
  }
  if (tests.some(({ trial }) => trial.kind === 'frt')) blocks.push(paragraph(referenceSource(w, chosen), 'quiet'));
  return [...blocks, ...episodeBlocks(w, facts.outcome, true), ...t.wording.map((text) => paragraph(text, 'quiet'))];
}

/** No published value, no interval in technical words, nothing that could be read as a verdict. */
function patient(w: Words, facts: ReportFacts): ReportBlock[] {
  const { t } = w;
  const { tests } = facts;
  const blocks: ReportBlock[] = [
    paragraph(t.patient.intro(w.date(facts.session.startedAtMs)), 'plain'),
    { type: 'figures', figures: figures(w, tests, null, true), caption: t.captions.patient },
  ];
  for (const test of tests) {
    const { measure, directions } = test.figures;
    const rows = directions
      .filter(({ count }) => count > 0)
      .map(({ direction, mean, sigma }) => {
        const name = w.word(t.directions, direction);
        if (measure !== 'angleDeg') return t.patient.held(name, w.value(measure, mean));
        const half = sigma === null ? null : Math.max(1, Math.ceil(1.96 * sigma));
        return t.patient.turned(name, w.wholeDeg(mean), w.wholeDeg(half));
      });
    blocks.push({ type: 'heading', text: heading(w, test, tests) }, paragraph(`${rows.join('; ')}.`));
    for (const { against, directions: each } of test.comparisons) {
      const verdicts = each.map(({ direction, verdict }) => ({ direction, words: t.patient.verdicts[verdict] }));
      const same = new Set(verdicts.map(({ words }) => words)).size === 1;
      const said = same
        ? verdicts[0]!.words
        : verdicts.map(({ direction, words }) => `${w.word(t.directions, direction)}: ${words}`).join('; ');
      blocks.push(paragraph(`${t.patient.changed[against]}: ${said}.`));
    }
  }
  blocks.push(...episodeBlocks(w, facts.outcome, false));
  blocks.push(paragraph(t.patient.varies), paragraph(t.patient.care, 'strong'));
  blocks.push(
    { type: 'heading', text: t.patient.questions },
    { type: 'signature', label: '' },
    { type: 'signature', label: '' },
  );
  return blocks;
}

function letter(w: Words, facts: ReportFacts, chosen: FrtReference): ReportBlock[] {
  const { t } = w;
  const { session, visit, tests } = facts;
  const blocks: ReportBlock[] = [
    {
      type: 'facts',
      rows: [
        [t.letter.to, ' '],
        [t.letter.from, ' '],
      ],
    },
    paragraph(t.letter.greeting),
    paragraph(t.letter.intro(session.subjectCode, w.date(session.startedAtMs))),
  ];
  if (visit.headacheNow !== null) blocks.push(paragraph(t.letter.headache(String(visit.headacheNow))));
  blocks.push({ type: 'figures', figures: figures(w, tests, chosen, false), caption: t.captions.both });
  for (const test of tests) {
    const { measure, directions } = test.figures;
    const rows = directions
      .filter(({ count }) => count > 0)
      .map(({ direction, mean, sigma }) => {
        const relation = relationWords(w, test, direction, chosen);
        return t.letter.result(
          w.word(t.directions, direction),
          w.value(measure, mean),
          w.half(measure, sigma),
          relation,
        );
      });
    const more = [
      differenceWords(w, test),
      ...test.comparisons.map((one) => comparisonWords(w, one, measure)),
      callWords(w, test),
    ].filter((line) => line !== null);
    blocks.push(
      { type: 'heading', text: heading(w, test, tests) },
      paragraph([`${rows.join('; ')}.`, ...more].join(' ')),
    );
    blocks.push(paragraph(methodWords(w, test), 'quiet'));
  }
  if (tests.some(({ trial }) => trial.kind === 'frt')) blocks.push(paragraph(referenceSource(w, chosen), 'quiet'));
  blocks.push(...episodeBlocks(w, facts.outcome, true));
  const { device } = facts;
  const by = device ? `${t.facts.device}: ${[device.model, device.sensorSerial].filter(Boolean).join(', ')}. ` : '';
  blocks.push(paragraph(`${by}${t.facts.software}: ${facts.softwareVersion}.`, 'quiet'));
  blocks.push(...t.wording.map((text) => paragraph(text, 'quiet')));
  blocks.push(paragraph(t.letter.closing), paragraph(t.letter.regards), {
    type: 'signature',
    label: t.letter.signature,
  });
  return blocks;
}

export interface ReportChoice {
  readonly kind: ReportKind;
  readonly language: ReportLanguage;
  /** Of the published references that may be chosen; left out: the default one. */
  readonly referenceId?: string;
}

export function buildReport(facts: ReportFacts, { kind, language, referenceId }: ReportChoice): ReportDocument {
  const w = wordsOf(language);
  const { t } = w;
  const { session, softwareVersion, tests } = facts;
  const chosen = frtReference(referenceId);
  const blocks =
    kind === 'record' ? record(w, facts, chosen) : kind === 'patient' ? patient(w, facts) : letter(w, facts, chosen);
  const methods = [...new Set(tests.map(({ method }) => method))].join(', ');
  return {
    kind,
    language,
    title: t.titles[kind],
    subtitle: `${t.subject(session.subjectCode)} · ${w.date(session.startedAtMs)}`,
    simulated: session.simulated ? t.simulated : null,
    blocks,
    footer: t.footer(softwareVersion, methods, session.id.slice(0, 8)),
  };
}
