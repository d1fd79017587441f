/** The resources of one visit, as FHIR R4 (4.0.1) has them. */
import type { ExportTrial, ExportVisit } from '../../../contract/export.ts';
import { isoWithZone } from '../tables/cells.ts';
import { OUTCOME_MEASURES, OUTCOME_SCORES, type OutcomeMeasure, outcomeOf, scoreOf } from '../tables/outcome.ts';
import {
  ABSENT,
  CATEGORY,
  COMPONENTS,
  type Coding,
  DEVICE_IDS,
  local,
  SCORE_CODES,
  SUBJECT_IDS,
  UCUM,
} from './codes.ts';

export interface Resource {
  readonly resourceType: string;
  readonly id: string;
  readonly [element: string]: unknown;
}

/** FHIR ids: letters, digits, - and ., at most 64. Ours are UUIDs; anything else is made to fit. */
export const fhirId = (...parts: readonly string[]): string =>
  parts
    .join('-')
    .replace(/[^A-Za-z0-9.-]/g, '.')
    .slice(-64);

const UNITS = { deg: 'deg', 'deg/s': 'deg/s', s: 's' } as const;
/** Six decimals are beyond what is measured; JSON has no NaN. */
const round = (value: number): number => Math.round(value * 1e6) / 1e6;
const quantity = (value: number, unit: keyof typeof UNITS) => ({
  value: round(value),
  unit,
  system: UCUM,
  code: UNITS[unit],
});
const concept = (coding: Coding) => ({ coding: [coding], text: coding.display });
const reference = (resource: Resource) => ({ reference: `${resource.resourceType}/${resource.id}` });
const absent = (word: string) => ({
  coding: [{ system: ABSENT, code: word === 'not-done' || word === 'not-asked' ? 'not-performed' : 'unknown' }],
  text: word,
});
/** The mark that nothing of this is the measurement of a person. */
const meta = (simulated: boolean) => (simulated ? { meta: { tag: [local('simulated', 'Made by a simulator')] } } : {});

export const patientOf = (visit: ExportVisit): Resource => ({
  resourceType: 'Patient',
  id: fhirId('subject', visit.subjectCode),
  ...meta(visit.simulated),
  identifier: [{ use: 'secondary', system: SUBJECT_IDS, value: visit.subjectCode }],
});

export function deviceOf(trial: ExportTrial): Resource | null {
  if (!trial.sensor) return null;
  const { serial, model, manufacturer, firmware } = trial.sensor;
  return {
    resourceType: 'Device',
    id: fhirId('sensor', serial || 'unknown'),
    ...meta(trial.simulated),
    ...(serial ? { identifier: [{ system: DEVICE_IDS, value: serial }], serialNumber: serial } : {}),
    ...(manufacturer ? { manufacturer } : {}),
    ...(model ? { modelNumber: model } : {}),
    ...(firmware ? { version: [{ value: firmware }] } : {}),
  };
}

/** Mean of the conjunct angles over the counted repetitions that have them. */
function components(trial: ExportTrial, direction: string): Record<string, unknown>[] {
  const counted = trial.repetitions.filter((one) => one.direction === direction && one.status === 'counted');
  return COMPONENTS.flatMap(([measure, code, display]) => {
    const values = counted.map((one) => one.measures[measure]).filter((value) => typeof value === 'number');
    if (values.length === 0) return [];
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return [{ code: concept(local(code, display)), valueQuantity: quantity(mean, 'deg') }];
  });
}

/** Null where the test was not done at all: what was not asked for is not there. */
export function observationOf(
  visit: ExportVisit,
  measure: OutcomeMeasure,
  patient: Resource,
  devices: ReadonlyMap<string, Resource>,
): Resource | null {
  const outcome = outcomeOf(visit, measure);
  const { trial } = outcome;
  if (trial === null) return null;
  const code = concept(local(measure.name.replaceAll('_', '-'), measure.words));
  const device = trial.sensor ? devices.get(trial.sensor.serial) : undefined;
  const parts = components(trial, measure.direction);
  if (outcome.sigma !== null)
    parts.push({
      code: concept(local('standard-uncertainty', 'One standard uncertainty of the mean')),
      valueQuantity: quantity(outcome.sigma, 'deg'),
    });
  const note = [
    ...(outcome.endReason === null ? [] : [`End of the last counted repetition: ${outcome.endReason}.`]),
    ...(outcome.count > 0 ? [`Mean of ${outcome.count} counted repetitions.`] : []),
  ];
  return {
    resourceType: 'Observation',
    id: fhirId(trial.id, measure.name),
    ...meta(trial.simulated),
    status: trial.status === 'running' ? 'preliminary' : 'final',
    category: [{ coding: [{ system: CATEGORY, code: 'exam', display: 'Exam' }] }],
    code,
    subject: reference(patient),
    effectivePeriod: {
      start: isoWithZone(trial.startedAtMs),
      ...(trial.endedAtMs === null ? {} : { end: isoWithZone(trial.endedAtMs) }),
    },
    ...(outcome.mean === null
      ? { dataAbsentReason: absent(outcome.reason ?? 'unknown') }
      : { valueQuantity: quantity(outcome.mean, measure.unit) }),
    method: { text: [trial.evidence, trial.method].filter((word) => word !== null).join(', ') || 'not recorded' },
    ...(device ? { device: reference(device) } : {}),
    ...(note.length > 0 ? { note: [{ text: note.join(' ') }] } : {}),
    ...(parts.length > 0 ? { component: parts } : {}),
  };
}

export const scoreObservations = (visit: ExportVisit, patient: Resource): Resource[] =>
  OUTCOME_SCORES.flatMap(({ instrument, words }) => {
    const { total, reason } = scoreOf(visit, instrument);
    if (reason === 'not-asked') return [];
    const unit = { value: total === null ? 0 : round(total), unit: '{score}', system: UCUM, code: '{score}' };
    return [
      {
        resourceType: 'Observation',
        id: fhirId(visit.sessionId, instrument),
        ...meta(visit.simulated),
        status: 'final',
        category: [{ coding: [{ system: CATEGORY, code: 'survey', display: 'Survey' }] }],
        code: concept(SCORE_CODES[instrument] ?? local(instrument, words)),
        subject: reference(patient),
        effectiveDateTime: isoWithZone(visit.startedAtMs),
        ...(total === null ? { dataAbsentReason: absent(reason ?? 'unknown') } : { valueQuantity: unit }),
      },
    ];
  });

export function reportOf(visit: ExportVisit, patient: Resource, observations: readonly Resource[]): Resource {
  return {
    resourceType: 'DiagnosticReport',
    id: fhirId('visit', visit.sessionId),
    ...meta(visit.simulated),
    status: visit.endedAtMs === null ? 'partial' : 'final',
    code: concept(local('neck-motion-visit', 'Measurement of neck movement')),
    subject: reference(patient),
    effectivePeriod: {
      start: isoWithZone(visit.startedAtMs),
      ...(visit.endedAtMs === null ? {} : { end: isoWithZone(visit.endedAtMs) }),
    },
    issued: isoWithZone(visit.endedAtMs ?? visit.startedAtMs),
    ...(observations.length > 0 ? { result: observations.map(reference) } : {}),
    conclusion: 'Measured and recorded; interpret with history and examination.',
  };
}

export const SOFTWARE_DEVICE = (version: string): Resource => ({
  resourceType: 'Device',
  id: fhirId('kit', version),
  deviceName: [{ name: 'Neck range-of-motion kit', type: 'user-friendly-name' }],
  version: [{ value: version }],
});

export function provenanceOf(visit: ExportVisit, targets: readonly Resource[], software: Resource): Resource {
  return {
    resourceType: 'Provenance',
    id: fhirId('provenance', visit.sessionId),
    ...meta(visit.simulated),
    target: targets.map(reference),
    recorded: isoWithZone(visit.endedAtMs ?? visit.startedAtMs),
    agent: [{ who: reference(software) }],
  };
}

export function visitResources(visit: ExportVisit): Resource[] {
  const patient = patientOf(visit);
  const devices = new Map(
    visit.trials.flatMap((trial) => {
      const device = deviceOf(trial);
      return device && trial.sensor ? [[trial.sensor.serial, device] as const] : [];
    }),
  );
  const software = SOFTWARE_DEVICE(visit.softwareVersion);
  const measured = OUTCOME_MEASURES.flatMap((measure) => observationOf(visit, measure, patient, devices) ?? []);
  const observations = [...measured, ...scoreObservations(visit, patient)];
  const report = reportOf(visit, patient, observations);
  const provenance = provenanceOf(visit, [report, ...observations], software);
  return [patient, ...devices.values(), software, ...observations, report, provenance];
}
