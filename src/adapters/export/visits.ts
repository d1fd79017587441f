/** From the store's visits to what the exports write. */
import type {
  ExportRepetition,
  ExportResult,
  ExportSelection,
  ExportTrial,
  ExportTrialMarks,
  ExportVisit,
  ImportedVisit,
} from '../../contract/export.ts';
import type { RepetitionRecord, TrialRecord } from '../../contract/records.ts';
import { visitOfContext } from '../../contract/visit.ts';
import { protocolOf } from '../../core/protocol/registry.ts';
import { DEG_PER_RAD } from '../../core/units.ts';
import type { VisitQuery, VisitRow, VisitStore, VisitTrial } from '../../ports/visit-store.ts';
import { marksOf } from './tables/context.ts';
import { OUTCOME_MEASURES } from './tables/outcome.ts';

/** Numbers under names that end in degrees or seconds; what is stored in radians is told in degrees. */
function measuresOf(
  { angleDeg, sigmaDeg, values }: RepetitionRecord,
  hasAngle: boolean,
): Record<string, number | null> {
  const measures: Record<string, number | null> = {};
  const nested = values['measures'];
  const all = { ...values, ...(typeof nested === 'object' && nested !== null ? nested : {}) };
  for (const [name, value] of Object.entries(all)) {
    if (value !== null && typeof value !== 'number') continue;
    const scale = /Rad(ps)?$/.test(name) ? DEG_PER_RAD : 1;
    measures[name.replace(/Rad(ps)?$/, 'Deg$1')] = value === null || !Number.isFinite(value) ? null : value * scale;
  }
  if (hasAngle || angleDeg !== null) measures['angleDeg'] = angleDeg;
  if (sigmaDeg !== null) measures['sigmaDeg'] = sigmaDeg;
  return measures;
}

const repetitionOf = (record: RepetitionRecord, hasAngle: boolean): ExportRepetition => ({
  number: record.number,
  direction: record.direction,
  practice: record.practice,
  status: record.status,
  reason: record.reason,
  warnings: record.warnings,
  endReason: record.endReason,
  startedAtMs: record.startedAtMs,
  measures: measuresOf(record, hasAngle),
});

const number = (from: Record<string, unknown>, ...names: string[]): number | null => {
  for (const name of names) {
    const value = from[name];
    if (typeof value === 'number' && Number.isFinite(value)) return value;
  }
  return null;
};

/** Results that a record keeps per direction, in degrees; other forms are left to the repetitions. */
function resultsOf(result: TrialRecord['result']): ExportResult[] {
  if (result === null) return [];
  const nested = result['directions'];
  const from = typeof nested === 'object' && nested !== null ? { ...result, ...nested } : result;
  return Object.entries(from).flatMap(([direction, value]) => {
    if (typeof value !== 'object' || value === null || !('count' in value) || !('meanDeg' in value)) return [];
    const entry = value as Record<string, unknown>;
    return [
      {
        direction,
        count: number(entry, 'count') ?? 0,
        mean: number(entry, 'meanDeg'),
        best: number(entry, 'bestDeg'),
        spread: number(entry, 'spreadDeg'),
        sigma: number(entry, 'sigmaDeg'),
      },
    ];
  });
}

function trialOf(trial: VisitTrial, setting: 'clinic' | 'home', marks: ExportTrialMarks | null): ExportTrial {
  const protocol = protocolOf(trial.kind);
  const method = trial.parameters['method'];
  const evidence = protocol?.evidence ?? null;
  const description = trial.stream?.description;
  const hasAngle = protocol === null || protocol.primary === 'angleRad';
  return {
    id: trial.id,
    kind: trial.kind,
    status: trial.status,
    simulated: trial.simulated,
    startedAtMs: trial.startedAtMs,
    endedAtMs: trial.endedAtMs,
    method: typeof method === 'string' ? method : null,
    evidence: setting === 'home' && evidence === 'examiner-active' ? 'self-active' : evidence,
    examinerCall: trial.examinerCall,
    source: trial.stream?.sourceId ?? null,
    sensor: description
      ? {
          model: description.model,
          serial: description.sensorSerial,
          firmware: description.firmware,
          manufacturer: description.manufacturer,
        }
      : null,
    ...(marks && { marks }),
    repetitions: trial.repetitions.map((one) => repetitionOf(one, hasAngle)),
    results: resultsOf(trial.result),
  };
}

/** What a table of visits said of the visit, without the tests that were not asked for; null: it came another way. */
function importedOf({ context }: VisitRow, kinds?: readonly string[]): ImportedVisit | null {
  const from = context['imported'];
  if (typeof from !== 'object' || from === null || !('outcomes' in from)) return null;
  const imported = from as ImportedVisit;
  if (!kinds) return imported;
  const asked = OUTCOME_MEASURES.filter(({ kind }) => kinds.includes(kind)).map(({ name }) => name);
  const outcomes = Object.entries(imported.outcomes).filter(([name]) => asked.includes(name));
  const frt = kinds.includes('frt');
  return {
    ...imported,
    testsDone: imported.testsDone.filter((kind) => kinds.includes(kind)),
    examinerCall: frt ? imported.examinerCall : null,
    differenceDeg: frt ? imported.differenceDeg : null,
    context: { ...imported.context, frt: frt ? imported.context.frt : null },
    outcomes: Object.fromEntries(outcomes),
  };
}

/** From the visit as it was kept, or from the table of repetitions that it came in. */
function marksByTrial({ context }: VisitRow): (trialId: string) => ExportTrialMarks | null {
  const from = context['imported'];
  if (typeof from === 'object' && from !== null && 'marks' in from) {
    const marks = from.marks as Readonly<Record<string, ExportTrialMarks>>;
    return (trialId) => (Object.hasOwn(marks, trialId) ? marks[trialId]! : null);
  }
  const kept = visitOfContext(context)?.trials ?? [];
  return (trialId) => {
    const one = kept.find(({ id }) => id === trialId);
    return one ? marksOf(one) : null;
  };
}

export function exportVisit(row: VisitRow, kinds?: readonly string[]): ExportVisit {
  const imported = importedOf(row, kinds);
  const marks = marksByTrial(row);
  const trials = kinds ? row.trials.filter(({ kind }) => kinds.includes(kind)) : row.trials;
  return {
    subjectCode: row.subjectCode,
    sessionId: row.sessionId,
    episodeId: row.episodeId,
    setting: row.setting,
    examiner: row.examinerId,
    startedAtMs: row.startedAtMs,
    endedAtMs: row.endedAtMs,
    softwareVersion: row.softwareVersion,
    simulated: imported?.simulated ?? row.simulated,
    ...(imported && { imported }),
    visit: visitOfContext(row.context),
    trials: trials.map((trial) => trialOf(trial, row.setting, marks(trial.id))),
    // Scores are asked for with the whole visit, not with one test of it.
    scores: kinds
      ? []
      : row.scores.map(({ instrument, total, missingReason, wallMs }) => ({
          ...{ instrument, total, atMs: wallMs },
          reason: total === null ? (missingReason ?? 'no-total') : null,
        })),
  };
}

/** Visits without a test of the kinds asked for are left out. */
export async function* exportVisits(store: VisitStore, selection: ExportSelection): AsyncIterable<ExportVisit> {
  const { subjectCode, sessionId, fromMs, toMs, kinds } = selection;
  const query: VisitQuery = {
    ...(subjectCode === undefined ? {} : { subjectCode }),
    ...(sessionId === undefined ? {} : { sessionId }),
    ...(fromMs === undefined ? {} : { fromMs }),
    ...(toMs === undefined ? {} : { toMs }),
  };
  for await (const row of store.visitRows(query)) {
    const visit = exportVisit(row, kinds);
    if (!kinds || visit.trials.length > 0 || visit.imported?.testsDone.length) yield visit;
  }
}
