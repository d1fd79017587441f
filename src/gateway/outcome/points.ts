/** From stored visits to the points of a trend: one value a visit, measure, evidence grade and way of measuring. */
import { frtResultOf } from '../../contract/records.ts';
import { trialResultSchema } from '../../contract/trial.ts';
import { evidenceGrade, rangeThresholds, TREND_MEASURES, type TrendMeasure } from '../../core/outcome/measures.ts';
import type { TrendPoint, TrendThresholds } from '../../core/outcome/trend.ts';
import type { VisitRow, VisitTrial } from '../../ports/visit-store.ts';
import { directionResult } from '../trial-values.ts';

export interface MeasuredPoint extends TrendPoint {
  readonly sessionId: string | null;
  readonly simulated: boolean;
  readonly afterTreatment: boolean;
}

export interface MeasuredSeries {
  readonly measure: string;
  readonly unit: TrendMeasure['unit'];
  readonly thresholds: TrendThresholds;
  readonly points: readonly MeasuredPoint[];
}

interface Value {
  readonly value: number;
  /** Not a number: not known. */
  readonly sigma: number;
}

const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

/** 0..10 at the time of measuring; null: not asked. */
export function headacheNow(context: Readonly<Record<string, unknown>>): number | null {
  const told = record(context['visit'])['headacheNow'] ?? context['headacheNow'];
  return typeof told === 'number' ? told : null;
}

/** Examiner by the visit's own code, else by the account; null: not known. */
function examinerOf({ context, examinerId }: VisitRow): string | null {
  const told = record(context['visit'])['examiner'];
  return typeof told === 'string' ? told : examinerId;
}

function isAfterTreatment({ context }: VisitRow, trialId: string): boolean {
  const trials = record(context['visit'])['trials'];
  const own = Array.isArray(trials) ? trials.map(record).find(({ id }) => id === trialId) : undefined;
  return own?.['treatment'] === 'after';
}

/** The parts of a test that was cut off, where this one of the same visit went on with it: oldest first. */
function partsBefore({ trials }: VisitRow, trial: VisitTrial): readonly VisitTrial[] {
  if (Object.keys(record(trial.parameters['already'])).length === 0) return [];
  const own = trials.slice(0, trials.indexOf(trial)).filter(({ kind }) => kind === trial.kind);
  return own.slice(1 + own.findLastIndex(({ status }) => status !== 'interrupted'));
}

/** Mean of each direction with its standard uncertainty, in the edge's units; of all parts of a test that was cut off. */
function directionsOf(
  trial: VisitTrial,
  parts: readonly VisitTrial[],
): { readonly values: ReadonlyMap<string, Value>; readonly version: number } {
  const values = new Map<string, Value>();
  if (trial.kind === 'frt') {
    const result = frtResultOf(trial);
    for (const side of ['left', 'right'] as const) {
      const own = result?.[side];
      if (own && own.meanDeg !== null) values.set(side, { value: own.meanDeg, sigma: own.sigmaDeg ?? Number.NaN });
    }
    return { values, version: 1 };
  }
  const parsed = trialResultSchema.safeParse(trial.result);
  if (!parsed.success) return { values, version: 0 };
  const repetitions = [...parts, trial].flatMap((part) => part.repetitions);
  for (const own of parsed.data.directions) {
    const { direction } = own;
    const { mean, sigma } = parts.length > 0 ? directionResult(repetitions, direction, parsed.data.measure) : own;
    if (mean !== null) values.set(direction, { value: mean, sigma: sigma ?? Number.NaN });
  }
  return { values, version: parsed.data.version };
}

/** Sum of the directions of a measure; null unless all are there. Their errors are taken as independent. */
function summedOf(measure: TrendMeasure, values: ReadonlyMap<string, Value>): Value | null {
  const parts = measure.directions.map((direction) => values.get(direction));
  if (parts.some((part) => part === undefined)) return null;
  return {
    value: parts.reduce((sum, part) => sum + part!.value, 0),
    sigma: Math.hypot(...parts.map((part) => part!.sigma)),
  };
}

/** What most of the counted repetitions ended with; null: nothing was stored. */
function endReasonOf({ repetitions }: VisitTrial, { directions }: TrendMeasure): string | null {
  const counts = new Map<string, number>();
  for (const { direction, status, endReason } of repetitions)
    if (status === 'counted' && endReason !== null && directions.includes(direction))
      counts.set(endReason, (counts.get(endReason) ?? 0) + 1);
  return [...counts].sort(([a, n], [b, m]) => m - n || a.localeCompare(b))[0]?.[0] ?? null;
}

/** The way of measuring without its version: a newer one measures the same thing, and its uncertainty says how well. */
const methodOf = (trial: VisitTrial): string => String(trial.parameters['method'] ?? '').split('/')[0]!;

/**
 * @param visits oldest first
 * @returns measures in the order in which they are shown; a visit gives the last finished test of a kind.
 */
export function measuredSeries(visits: readonly VisitRow[]): MeasuredSeries[] {
  const found = new Map<TrendMeasure, MeasuredPoint[]>();
  for (const visit of visits) {
    const headache = headacheNow(visit.context);
    const ofVisit = new Map<string, { measure: TrendMeasure; point: MeasuredPoint }>();
    for (const trial of visit.trials) {
      if (trial.status !== 'finished' || trial.result === null) continue;
      const { values, version } = directionsOf(trial, partsBefore(visit, trial));
      const afterTreatment = isAfterTreatment(visit, trial.id);
      for (const measure of TREND_MEASURES) {
        if (measure.kind !== trial.kind || !measure.settings.includes(visit.setting)) continue;
        const value = summedOf(measure, values);
        if (value === null) continue;
        const simulated = visit.simulated || trial.simulated;
        const marks = [simulated ? 'simulated' : 'measured', afterTreatment ? 'after' : 'before'];
        const point: MeasuredPoint = {
          ...value,
          atMs: trial.startedAtMs,
          grade: evidenceGrade(trial.kind, visit.setting),
          protocolKey: [trial.kind, version, methodOf(trial), ...marks].join(' '),
          examiner: examinerOf(visit),
          endReason: endReasonOf(trial, measure),
          headache: headache === null ? null : headache > 0,
          sessionId: visit.sessionId,
          simulated,
          afterTreatment,
        };
        ofVisit.set(`${measure.id} ${point.protocolKey}`, { measure, point });
      }
    }
    for (const { measure, point } of ofVisit.values()) {
      const points = found.get(measure);
      if (points) points.push(point);
      else found.set(measure, [point]);
    }
  }
  return TREND_MEASURES.flatMap((measure) => {
    const points = found.get(measure);
    return points ? [{ measure: measure.id, unit: measure.unit, thresholds: rangeThresholds(measure), points }] : [];
  });
}
