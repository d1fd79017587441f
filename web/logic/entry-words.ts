/** A kept entry in words: its name, and what was written. */
import { findingSchema, type OutcomeEntry } from '../../src/contract/outcome.ts';
import { formatOne, formatWhole, t } from '../i18n/index.ts';
import { measureName } from './outcome-words.ts';

export function entryName({ kind }: OutcomeEntry): string {
  const words = t.outcome;
  if (kind === 'ccft') return words.ccft.entry;
  if (kind === 'plan-review') return words.entries.review;
  const kinds: Readonly<Record<string, string>> = words.findings.kinds;
  return kinds[kind] ?? measureName(kind);
}

const yesNo = (label: string, value: boolean | null): string[] =>
  value === null ? [] : [`${label}: ${value ? t.outcome.yes : t.outcome.no}`];

function findingParts({ kind, values }: OutcomeEntry): string[] {
  const parsed = findingSchema.safeParse({ kind, ...values });
  if (!parsed.success) return [];
  const finding = parsed.data;
  const words = t.outcome.findings;
  const { sides, entries } = t.outcome;
  const note = finding.note ? [finding.note] : [];
  switch (finding.kind) {
    case 'palpation':
      return [
        finding.segment.toUpperCase(),
        sides[finding.side],
        ...(finding.pain === null ? [] : [entries.ofTen(formatWhole(finding.pain))]),
        ...yesNo(words.familiar, finding.familiar),
        ...yesNo(words.resolves, finding.resolves),
        ...note,
      ];
    case 'trigger-points':
      return [
        ...finding.muscles.map((muscle) => words.muscles[muscle]),
        sides[finding.side],
        ...yesNo(words.familiar, finding.familiar),
        ...note,
      ];
    case 'posture':
      return [
        ...(finding.craniovertebralDeg === null ? [] : [entries.degrees(formatOne(finding.craniovertebralDeg))]),
        ...(finding.forwardHead === null ? [] : [`${words.forwardHead}: ${words.forward[finding.forwardHead]}`]),
        ...note,
      ];
    case 'familiar-headache':
      return [
        words.provocations[finding.provokedBy],
        sides[finding.side],
        ...yesNo(words.reproduced, finding.reproduced),
        ...yesNo(words.resolves, finding.resolves),
        ...note,
      ];
    case 'diagnostic-block':
      return [
        finding.day,
        words.targets[finding.target],
        sides[finding.side],
        entries.share(formatWhole(finding.reliefPercent)),
        ...note,
      ];
    case 'treatment':
      return [...finding.given.map((one) => words.treatments[one]), ...note];
    case 'sleep':
      return [entries.hours(formatOne(finding.hours)), entries.ofTen(formatWhole(finding.quality)), ...note];
    case 'stress':
      return [entries.ofTen(formatWhole(finding.level)), ...note];
  }
}

export function entryValue(entry: OutcomeEntry): string {
  const words = t.outcome;
  const { kind, total, band } = entry;
  if (kind === 'ccft') return total === null ? words.ccft.notReached : words.ccft.reached(formatWhole(total));
  if (kind === 'plan-review') return typeof entry.values['note'] === 'string' ? entry.values['note'] : '';
  if (kind in words.findings.kinds) return findingParts(entry).join(', ');
  if (total === null) return words.scores.noTotal;
  const number = Number.isInteger(total) ? formatWhole(total) : formatOne(total);
  return band === null ? number : `${number}, ${words.bands[band] ?? band}`;
}
