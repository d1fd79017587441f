/** The outcome over time, upon a store: what the server is given of it. */
import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { groupCsv } from '../adapters/export/tables/group.ts';
import { createOutcome, type OutcomeStore } from '../gateway/outcome/outcome.ts';
import { hostClock } from './host-clock.ts';

export const outcomeParts = (store: OutcomeStore) => ({
  outcome: createOutcome({ store, wallMs: hostClock.wallMs, newId: randomUUID, turn: () => setImmediate() }),
  overviewCsv: groupCsv,
});
