/** Which clause each defect of the simulated headband breaks, and a conformance run in virtual time. */
import type { HeadbandFault } from '../../src/adapters/sim/headband-faults.ts';
import type { HeadbandModel } from '../../src/adapters/sim/headband-model.ts';
import type { Clause, ClauseResult } from '../../src/devices/conformance/clauses.ts';
import { runConformance } from '../../src/devices/conformance/run.ts';
import { createModelLink, type ModelLink } from './sim-link.ts';

export const CLAUSE_OF_FAULT: Readonly<Record<HeadbandFault, Clause>> = {
  'wrong-service-uuid': 'C1',
  'counter-does-not-wrap': 'C18',
  'clock-in-milliseconds': 'C19',
  'conjugated-quaternion': 'C24',
  'quaternion-xyzw': 'C24',
  'gyro-in-degrees': 'C24',
  'acceleration-in-g': 'C24',
  'longer-than-mtu': 'C16',
  'starts-unasked': 'C13',
  'ignores-stop': 'C13',
};

export const failedClauses = (results: readonly ClauseResult[]): Clause[] =>
  results.filter(({ verdict }) => verdict === 'fail').map(({ clause }) => clause);

export async function conformanceOf(
  model: HeadbandModel,
  { mtu = 247, long = false, said = [] as string[] } = {},
): Promise<ClauseResult[]> {
  let nowUs = 0;
  let link: ModelLink | null = null;
  return runConformance({
    advertisement: { deviceId: 'x', name: model.name, serviceUuids: model.advertisedServices, rssiDbm: null },
    async connect() {
      link = createModelLink(model, mtu);
      link.advance(nowUs);
      return link;
    },
    async waitMs(ms) {
      nowUs += ms * 1000;
      link?.advance(nowUs);
    },
    nowUs: () => nowUs,
    say: (text) => void said.push(text),
    long,
  });
}
