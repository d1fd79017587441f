/**
 * The episode in one picture and one table, for a report: every series that has two values, what the patient reported
 * before what was measured, each with its band and its verdict. The geometry is that of the page (core/outcome/picture).
 */
import type { OutcomeSeries, SubjectOutcome } from '../../contract/outcome.ts';
import type { Figure, ReportBlock, Shape } from '../../contract/report.ts';
import { TREND_MEASURES } from '../../core/outcome/measures.ts';
import { trendPicture } from '../../core/outcome/picture.ts';
import { paragraph } from './parts.ts';
import type { Words } from './words.ts';

/** More would be no picture; the table has them all. */
const MOST_FIGURES = 9;
/** Of a figure: width and height, and the field in which the marks stand. */
const [WIDTH, HEIGHT] = [180, 118];
const FIELD = { left: 30, top: 26, width: 142, height: 72 } as const;

const round = (value: number): number => Math.round(value * 100) / 100;
const path = (d: string, role: Shape['role'], width: number, filled = false, dashed = false): Shape => ({
  ...{ type: 'path', d, role, width, filled, dashed },
});
const text = (x: number, y: number, size: number, anchor: 'start' | 'end', words: string, strong = false): Shape => ({
  ...{ type: 'text', x, y, size, anchor, strong, role: 'text', text: words },
});

const shownValue = (w: Words, unit: OutcomeSeries['unit'], value: number | null): string => {
  if (unit === 'deg') return w.deg(value);
  return unit === 's' ? w.value('holdS', value) : unit === 'degps' ? w.value('peakSpeedDegps', value) : w.one(value);
};

/** Which movement or score, and of which test; the second is empty for a score. */
function namesOf(w: Words, { measure, grade }: OutcomeSeries): readonly [string, string] {
  const measured = TREND_MEASURES.find(({ id }) => id === measure);
  if (!measured) return [w.word(w.t.episode.scores, measure), ''];
  const test = w.word(w.t.tests, measured.kind);
  const own = grade === 'self-active' && !test.includes(w.t.episode.alone) ? `${test} (${w.t.episode.alone})` : test;
  const directions = measured.directions.filter((direction) => direction !== 'none');
  if (directions.length === 0) return [own, ''];
  return [directions.map((direction) => w.word(w.t.directions, direction)).join(' + '), own];
}

const nameOf = (w: Words, series: OutcomeSeries): string =>
  [...namesOf(w, series)]
    .reverse()
    .filter((part) => part !== '')
    .join(', ');

function figureOf(
  w: Words,
  series: OutcomeSeries,
  name: string,
  span: readonly [number, number],
  scale: boolean,
): Figure {
  const picture = trendPicture(series, ...span);
  const x = (share: number): number => round(FIELD.left + share * FIELD.width);
  const y = (share: number): number => round(FIELD.top + share * FIELD.height);
  const shapes: Shape[] = [];
  if (picture.band) {
    const [low, high] = picture.band;
    shapes.push(
      path(`M ${x(0)} ${y(low)} L ${x(1)} ${y(low)} L ${x(1)} ${y(high)} L ${x(0)} ${y(high)} Z`, 'area', 0, true),
    );
  }
  shapes.push(path(`M ${x(0)} ${y(picture.baseline)} L ${x(1)} ${y(picture.baseline)}`, 'muted', 0.8, false, true));
  for (const tick of scale ? picture.ticks : [])
    shapes.push(
      text(
        FIELD.left - 4,
        y(tick.y) + 3,
        8,
        'end',
        shownValue(w, series.unit, tick.value).replace(/[.,]0(?=\D|$)/, ''),
      ),
    );
  shapes.push(
    path(
      picture.points.map((point, i) => `${i === 0 ? 'M' : 'L'} ${x(point.x)} ${y(point.y)}`).join(' '),
      'middle',
      1.4,
    ),
  );
  for (const point of picture.points) {
    const [at, up] = [x(point.x), y(point.y)];
    if (point.bar) shapes.push(path(`M ${at} ${y(point.bar[0])} L ${at} ${y(point.bar[1])}`, 'middle', 1));
    // A diamond: there was headache.
    if (point.headache)
      shapes.push(path(`M ${at} ${up - 4} L ${at + 4} ${up} L ${at} ${up + 4} L ${at - 4} ${up} Z`, 'middle', 0, true));
    else shapes.push({ type: 'dot', x: at, y: up, r: 2.6, role: 'middle' });
  }
  const last = series.points.at(-1)!;
  const [title, test] = namesOf(w, series);
  shapes.push(text(0, 9, 8, 'start', title, true), text(0, 18, 7, 'start', test));
  shapes.push(
    text(FIELD.left, HEIGHT - 6, 8, 'start', w.date(span[0])),
    text(WIDTH, HEIGHT - 6, 8, 'end', w.date(span[1])),
  );
  const alt = `${name}: ${shownValue(w, series.unit, series.points[0]!.value)} → ${shownValue(w, series.unit, last.value)}`;
  return { viewBox: [0, 0, WIDTH, HEIGHT], alt, shapes };
}

/**
 * Empty without an episode, and while nothing in it has two values. `verdicts`: with the table, and with numbers beside the
 * picture; a patient's page has none, where a number could be taken for a limit.
 */
export function episodeBlocks(w: Words, outcome: SubjectOutcome | null, verdicts: boolean): ReportBlock[] {
  const several = (outcome?.episode ? outcome.series : []).filter(({ points }) => points.length > 1);
  if (several.length === 0) return [];
  const reported = several.filter(({ grade }) => grade === 'patient-reported');
  const shown = [...reported, ...several.filter(({ grade }) => grade !== 'patient-reported')];
  const times = shown.flatMap(({ points }) => points.map(({ atMs }) => atMs));
  const span = [Math.min(...times), Math.max(...times)] as const;
  const words = w.t.episode;
  const blocks: ReportBlock[] = [
    { type: 'heading', text: words.title },
    {
      type: 'figures',
      figures: shown.slice(0, MOST_FIGURES).map((series) => figureOf(w, series, nameOf(w, series), span, verdicts)),
      caption: words.caption,
    },
  ];
  if (!verdicts) return blocks;
  const rows = shown.map((series) => {
    const { unit, points, verdict } = series;
    return [
      nameOf(w, series),
      shownValue(w, unit, points[0]!.value),
      shownValue(w, unit, points.at(-1)!.value),
      verdict ? shownValue(w, unit, verdict.halfWidth) : '–',
      verdict ? w.t.verdicts[verdict.verdict] : '–',
    ];
  });
  return [
    ...blocks,
    { type: 'table', head: [...words.head], numeric: [1, 2, 3], rows },
    paragraph(words.rule, 'quiet'),
  ];
}
