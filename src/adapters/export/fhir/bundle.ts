/** All visits of a selection as one FHIR R4 bundle of type collection, written in pieces. */
import type { ExportVisit } from '../../../contract/export.ts';
import { OUTCOME_MEASURES, OUTCOME_SCORES } from '../tables/outcome.ts';
import { COMPONENTS, LOCAL, SCORE_CODES } from './codes.ts';
import { type Resource, visitResources } from './resources.ts';

/** Our own codes with their meaning, so that the bundle needs no server to be read. */
export const LOCAL_CODES: Resource = {
  resourceType: 'CodeSystem',
  id: 'neck-motion',
  url: LOCAL,
  name: 'NeckMotion',
  title: 'Movements of the neck, until codes of a public system are verified',
  status: 'active',
  caseSensitive: true,
  content: 'complete',
  concept: [
    ...OUTCOME_MEASURES.map(({ name, words }) => ({ code: name.replaceAll('_', '-'), display: words })),
    ...COMPONENTS.map(([, code, display]) => ({ code, display })),
    ...OUTCOME_SCORES.filter(({ instrument }) => !SCORE_CODES[instrument]).map(({ instrument, words }) => ({
      code: instrument,
      display: words,
    })),
    { code: 'standard-uncertainty', display: 'One standard uncertainty of the mean' },
    { code: 'neck-motion-visit', display: 'Measurement of neck movement' },
    { code: 'simulated', display: 'Made by a simulator' },
  ],
};

/** A patient or device that was written already is not written again. */
export async function* fhirBundle(visits: AsyncIterable<ExportVisit>): AsyncIterable<string> {
  const entry = (resource: Resource): string => JSON.stringify({ resource });
  yield `{"resourceType":"Bundle","type":"collection","entry":[\n${entry(LOCAL_CODES)}`;
  const shared = new Set<string>();
  for await (const visit of visits) {
    for (const resource of visitResources(visit)) {
      if (resource.resourceType === 'Patient' || resource.resourceType === 'Device') {
        const key = `${resource.resourceType}/${resource.id}`;
        if (shared.has(key)) continue;
        shared.add(key);
      }
      yield `,\n${entry(resource)}`;
    }
  }
  yield '\n]}\n';
}
