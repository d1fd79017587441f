import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createStore } from '../adapters/store/open-store.ts';
import { KitError } from '../contract/errors.ts';
import { CORE_VERSION } from '../core/version.ts';
import { DRIVERS } from '../devices/registry.ts';
import { DEFAULT_PARTS } from '../gateway/kit-parts.ts';
import { acceptRecomputed, type ComparedTrial, compareSession } from '../gateway/recompute.ts';
import { rawSoFar } from '../gateway/result-keeper.ts';
import { kitErrorOf } from '../gateway/waiting.ts';
import type { Store } from '../ports/store.ts';
import { type Command, type Flags, textFlag } from './command.ts';
import { counted } from './counted.ts';
import { newFile } from './named-files.ts';
import { comparisonPage } from './rescore-page.ts';
import { STORE_OPTIONS, STORE_USAGE, storePlace } from './store-place.ts';

interface Failure {
  readonly sessionId: string;
  readonly code: string;
  readonly message: string;
}

async function* sessionIds(store: Store): AsyncIterable<string> {
  let page = await store.listSessions({ limit: 100 });
  while (page.length > 0) {
    for (const { id } of page) yield id;
    page = await store.listSessions({ limit: 100, after: page.at(-1)! });
  }
}

async function accept(store: Store, trial: ComparedTrial): Promise<void> {
  const raw = await rawSoFar(store, trial.sessionId);
  const rawHash = await store.rawHash(raw);
  const wallMs = Date.now();
  const entry = { wallMs, accountId: null, action: 'result.accept', object: `trial:${trial.trialId}` };
  const values = { from: trial.storedVersion, to: CORE_VERSION, changes: trial.changes.length };
  await store.audited({ ...entry, values }, (records) =>
    acceptRecomputed(records, trial, { id: randomUUID(), wallMs, raw, rawHash }),
  );
}

function text(trials: readonly ComparedTrial[], failures: readonly Failure[]): string {
  if (trials.length + failures.length === 0) return 'There is no finished test to recompute.\n';
  const lines = trials.map((t) => {
    const why = t.reason ?? (t.changes.length > 0 ? counted(t.changes.length, 'number') : '');
    return `${t.outcome.padEnd(10)} ${t.trialId} ${t.kind} (made by core ${t.storedVersion ?? '-'}) ${why}`;
  });
  const failed = failures.map((f) => `failed     session ${f.sessionId}: ${f.code} ${f.message}`);
  return [...lines, ...failed, ''].join('\n');
}

function check(flags: Flags, words: readonly string[]): void {
  if (Boolean(flags['all']) === words.length > 0) throw new KitError('BAD_FLAG', 'give a SESSION, or --all');
  const page = textFlag(flags, 'compare');
  if (page !== undefined) newFile(page);
}

/** Exit code 1 when a result of the present version does not come out equal, or a record cannot be read. */
export const rescore: Command = {
  name: 'rescore',
  summary: 'recompute results from the raw record and compare them with those that are stored, bit for bit',
  usage: [
    'SESSION                id of one session, as "list" shows it',
    '--all                  every session',
    '--compare FILE.html    what the present core would change, as a picture and a table',
    '--accept               show the recomputed results from now on; the old ones stay beside them',
    ...STORE_USAGE,
  ],
  options: { ...STORE_OPTIONS, all: { type: 'boolean' }, compare: { type: 'string' }, accept: { type: 'boolean' } },
  optionalWords: ['SESSION'],
  async run(flags, words) {
    check(flags, words);
    const store = createStore(storePlace(flags), 'beside');
    await store.open();
    try {
      const deps = { store, drivers: DRIVERS, parts: DEFAULT_PARTS };
      const trials: ComparedTrial[] = [];
      const failures: Failure[] = [];
      const one = words[0];
      for await (const id of one === undefined ? sessionIds(store) : [one]) {
        try {
          trials.push(...(await compareSession(deps, id)));
        } catch (cause) {
          const { code, message } = kitErrorOf(cause);
          if (code === 'NOT_FOUND' && one !== undefined) throw cause;
          failures.push({ sessionId: id, code, message });
        }
      }
      const page = textFlag(flags, 'compare');
      if (page !== undefined) writeFileSync(page, comparisonPage(trials, CORE_VERSION));
      let accepted = 0;
      if (flags['accept'])
        for (const trial of trials)
          if (trial.outcome === 'changed') {
            await accept(store, trial);
            accepted++;
          }
      const summary = { coreVersion: CORE_VERSION, trials, failures, accepted };
      process.stdout.write(flags['json'] ? `${JSON.stringify(summary)}\n` : text(trials, failures));
      return failures.length > 0 || trials.some((trial) => trial.outcome === 'different') ? 1 : 0;
    } finally {
      await store.close();
    }
  },
};
