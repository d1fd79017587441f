/**
 * Tables out, tables in, tables out again: the same bytes, on every engine. And what is refused: a store that holds
 * something, a file that the validator refuses, another version, names of another system without their map.
 */
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { importCsv } from '../../../src/adapters/export/csv-import/import-csv.ts';
import { summarise } from '../../../src/adapters/export/index.ts';
import { type ColumnMap, readColumnMap } from '../../../src/adapters/export/tables/column-map.ts';
import { TABLES } from '../../../src/adapters/export/tables/index.ts';
import { REPETITIONS, repetitionLines } from '../../../src/adapters/export/tables/repetitions.ts';
import { VISITS } from '../../../src/adapters/export/tables/visits.ts';
import { tableCsv } from '../../../src/adapters/export/tables/write.ts';
import { exportVisits } from '../../../src/adapters/export/visits.ts';
import { createMemoryStore } from '../../../src/adapters/store/memory-store.ts';
import { createPostgresStore, openPostgres } from '../../../src/adapters/store/postgres-store.ts';
import { verifyDatabase } from '../../../src/adapters/store/verify.ts';
import { visitOfContext } from '../../../src/contract/visit.ts';
import { PROTOCOLS } from '../../../src/core/protocol/registry.ts';
import { SCREEN_ITEMS } from '../../../src/core/visit/safety-screen.ts';
import { DEFAULT_PARTS } from '../../../src/gateway/kit-parts.ts';
import { compareSession } from '../../../src/gateway/recompute.ts';
import type { Store } from '../../../src/ports/store.ts';
import { DESCRIPTION } from '../../contract/session-store.ts';
import { bytesOf, textOf } from '../../support/export-visits.ts';
import { startPostgres, type TestPostgres, whyNoPostgres } from '../../support/postgres.ts';

const opened: Store[] = [];
async function memory(): Promise<Store> {
  const store = createMemoryStore();
  await store.open();
  opened.push(store);
  return store;
}
afterEach(async () => {
  for (const store of opened.splice(0)) await store.close();
});

interface Tables {
  readonly repetitions: string;
  readonly visits: string;
}

async function tablesOf(store: Store, map: ColumnMap | null = null): Promise<Tables> {
  const all = () => exportVisits(store, { everything: true });
  const of = (id: string) => (map?.schema === id ? map : null);
  return {
    repetitions: await textOf(tableCsv(REPETITIONS, repetitionLines(all()), of(REPETITIONS.id))),
    visits: await textOf(tableCsv(VISITS, all(), of(VISITS.id))),
  };
}
const file = (name: string, text: string | Uint8Array) => ({ name, open: () => bytesOf(text) });
const take = (store: Store, files: readonly ReturnType<typeof file>[], maps: readonly ColumnMap[] = []) =>
  store.transaction((records) => importCsv(records, files, maps));

/** Anything that a person could type, line ends and formulas included. */
const text = fc
  .oneof(
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }),
    fc.constantFrom('=cmd', "'+1", '-12.3', 'a,b', 'say "no"', ' spaced ', 'two\r\nlines', 'ä€😀', "''=x"),
  )
  .filter((value) => !value.includes('\0'));
const degrees = fc.option(fc.double({ min: -179, max: 179, noNaN: true }));
const positive = fc.option(fc.double({ min: 0, max: 170, noNaN: true }));
const kinds = PROTOCOLS.map(({ id }) => id);
const DIRECTIONS = ['none', 'left', 'right', 'flexion', 'lateral-left', 'rotation-left', 'rotation-right'];

const repetitionArb = fc.record({
  number: fc.nat(20),
  direction: fc.constantFrom(...DIRECTIONS),
  practice: fc.boolean(),
  counted: fc.boolean(),
  reason: fc.option(text),
  warnings: fc.uniqueArray(fc.stringMatching(/^[a-z-]{1,8}$/), { maxLength: 2 }),
  angleDeg: degrees,
  sigmaDeg: positive,
  endReason: fc.option(text),
  startedAtMs: fc.integer({ min: 1_700_000_000_000, max: 1_800_000_000_000 }),
  values: fc.record({ gravityAngleDeg: degrees, closureDeg: degrees, peakSpeedDegps: positive, holdS: positive }),
});
const trialArb = fc.record({
  kind: fc.constantFrom(...kinds),
  status: fc.constantFrom('finished' as const, 'stopped' as const, 'interrupted' as const),
  simulated: fc.boolean(),
  method: fc.option(text),
  call: fc.option(text),
  model: fc.option(text),
  repetitions: fc.array(repetitionArb, { maxLength: 4 }),
});
const maybe = fc.option(fc.boolean());
const marksArb = fc.record({
  treatment: fc.constantFrom('before' as const, 'after' as const),
  blinded: fc.boolean(),
  calls: fc.dictionary(fc.constantFrom('left', 'right'), fc.constantFrom('restricted', 'not-restricted', 'unsure')),
  familiar: fc.option(fc.record({ reproduced: fc.boolean(), afterS: fc.option(fc.nat(3600)), goneAtNeutral: maybe })),
});
const contextArb = fc.record({
  answers: fc.constantFrom({}, Object.fromEntries(SCREEN_ITEMS.map(({ key }) => [key, false])), { 'new-injury': true }),
  accepted: fc.constantFrom([], ['vascular-risk']),
  override: fc.option(fc.constantFrom('examined' as const, 'training' as const)),
  headacheNow: fc.option(fc.integer({ min: 0, max: 10 })),
  analgesic6h: maybe,
  couchAngleDeg: fc.option(fc.double({ min: -30, max: 30, noNaN: true })),
  examiner: fc.option(text),
  blinded: fc.boolean(),
  treatment: fc.constantFrom('before' as const, 'after' as const),
  endedBy: fc.option(fc.constantFrom('dizziness' as const, 'neurological' as const)),
  marks: marksArb,
});

const visitArb = fc.record({
  code: fc.constantFrom('AB-1', 'CD-2', 'EF-3'),
  id: fc.uuid(),
  startedAtMs: fc.integer({ min: 1_700_000_000_000, max: 1_700_000_000_009 }),
  ended: fc.boolean(),
  setting: fc.constantFrom('clinic' as const, 'home' as const),
  examinerId: fc.option(text),
  episode: fc.boolean(),
  trials: fc.array(trialArb, { maxLength: 3 }),
  context: fc.option(contextArb),
  scores: fc.uniqueArray(
    fc.record({
      instrument: fc.constantFrom('ndi/1', 'hit6/1', 'groc/1'),
      total: fc.option(fc.integer({ min: 36, max: 40 })),
      missingReason: fc.option(text),
    }),
    { maxLength: 2, selector: ({ instrument }) => instrument },
  ),
});
type VisitPlan = typeof visitArb extends fc.Arbitrary<infer T> ? T : never;

async function fill(store: Store, plans: readonly VisitPlan[]): Promise<void> {
  for (const [index, plan] of plans.entries()) {
    const { id, code, startedAtMs, setting, examinerId } = plan;
    await store.createSession({ id, subjectCode: code, startedAtMs, softwareVersion: '0.1.0', setting, examinerId });
    const subject = await store.findSubject({ code });
    if (plan.episode) {
      const unknown = { closedAtMs: null, goal: 'x', side: null, injuryDate: null, mechanism: null };
      const episode = { id: `episode-${index}`, subjectId: subject!.id, openedAtMs: 1, ...unknown };
      await store.createEpisode({ ...episode, payerReference: null, values: {} });
      await store.changeSession(id, { episodeId: episode.id });
    }
    for (const [place, trial] of plan.trials.entries()) {
      const trialId = `${id}/${place}`;
      const streamId = trial.model === null ? null : `${trialId}/stream`;
      const { kind, simulated, method } = trial;
      if (streamId) {
        const description = { ...DESCRIPTION, model: trial.model!, simulated };
        await store.createStream({ id: streamId, sessionId: id, role: 'head', sourceId: 'radio', description });
      }
      const parameters = method === null ? { n: 3 } : { method, n: 3 };
      // Starts that are alike, and that go back, are put in order by the id.
      const at = startedAtMs + (place % 2);
      await store.createTrial({ id: trialId, sessionId: id, kind, startedAtMs: at, simulated, parameters, streamId });
      if (trial.call !== null) await store.setExaminerCall(trialId, trial.call);
      for (const { counted, ...one } of trial.repetitions) {
        const practice = one.practice && !counted;
        const status = counted ? 'counted' : practice && one.reason === null ? 'practice' : 'rejected';
        const reason = counted ? null : one.reason;
        const finite = Object.fromEntries(Object.entries(one.values));
        await store.appendRepetition(trialId, { ...one, practice, status, reason, values: finite });
      }
      if (trial.status !== 'interrupted') await store.finishTrial(trialId, trial.status, at + 5, null);
    }
    if (plan.context) {
      const { marks, ...context } = plan.context;
      const rest = { ended: true, callsNeeded: [], revealedWithoutCall: false, ...marks };
      const trials = plan.trials.map(({ kind }, place) => ({ id: `${id}/${place}`, protocol: kind, ...rest }));
      const visit = { ...context, closed: true, trials };
      expect(visitOfContext({ visit })).not.toBeNull();
      await store.changeSession(id, { context: { visit } });
    }
    for (const score of plan.scores) {
      const { total, instrument } = score;
      const groc = instrument === 'groc/1' && total !== null ? total - 36 : total;
      await store.saveScore({
        ...{ id: `${id}/${instrument}`, subjectId: subject!.id, episodeId: null, sessionId: id, instrument },
        ...{
          wallMs: startedAtMs,
          items: { a: 1 },
          total: groc,
          missingReason: total === null ? score.missingReason : null,
        },
      });
    }
    if (plan.ended) await store.endSession(id, startedAtMs + 600_000);
  }
  // What a dead gateway left running is marked when its store is opened again.
  await store.close();
  await store.open();
}
const plansArb = fc.uniqueArray(visitArb, { maxLength: 5, selector: ({ id }) => id });

const missing = whyNoPostgres();
if (missing) process.stderr.write(`skipped: CSV tables into PostgreSQL, ${missing}\n`);

describe('CSV tables', () => {
  it('come out of an empty store as they went in: byte by byte, both tables or either', async () => {
    await fc.assert(
      fc.asyncProperty(plansArb, async (plans) => {
        const source = await memory();
        await fill(source, plans);
        const before = await tablesOf(source);
        const both = await memory();
        const told = await take(both, [file('v.csv', before.visits), file('r.csv', before.repetitions)]);
        expect(await tablesOf(both)).toEqual(before);
        expect(told.visits).toBe(plans.length);
        const repetitions = await memory();
        await take(repetitions, [file('r.csv', before.repetitions)]);
        expect((await tablesOf(repetitions)).repetitions).toBe(before.repetitions);
        const visits = await memory();
        await take(visits, [file('v.csv', before.visits)]);
        expect((await tablesOf(visits)).visits).toBe(before.visits);
        for (const store of opened.splice(0)) await store.close();
      }),
      { numRuns: 40 },
    );
  }, 120_000);

  it('lose nothing to REDCap and FHIR either: the results are those of the file', async () => {
    const source = await memory();
    await fill(source, fc.sample(plansArb, { seed: 7, numRuns: 20 }).at(-1)!);
    const before = await tablesOf(source);
    const store = await memory();
    await take(store, [file('r.csv', before.repetitions), file('v.csv', before.visits)]);
    for (const format of ['redcap', 'fhir'] as const)
      expect((await summarise(store, format, { everything: true })).visits).toBe(
        (await summarise(source, format, { everything: true })).visits,
      );
  });

  it('are marked as imported: in the list, by rescore; nothing is invented for what they do not hold', async () => {
    const source = await memory();
    await fill(source, [onePlan()]);
    const store = await memory();
    const { repetitions, visits } = await tablesOf(source);
    await take(store, [file('r.csv', repetitions), file('v.csv', visits)]);
    const [session] = await store.listSessions();
    expect(session).toMatchObject({ imported: true, subjectCode: 'AB-1', recordedS: 0, trials: 1, frtLeftDeg: 40 });
    expect((await source.listSessions())[0]).not.toHaveProperty('imported');
    const compared = await compareSession({ store, drivers: [], parts: DEFAULT_PARTS }, session!.id);
    expect(compared).toMatchObject([{ outcome: 'absent', reason: 'imported-without-raw-data', fresh: null }]);
    expect(await store.listEvents(session!.id)).toEqual([]);
  });

  it('are taken under the names of another system with its map, and refused without', async () => {
    const source = await memory();
    await fill(source, [onePlan()]);
    const map = readColumnMap(
      JSON.stringify({
        ...{ schema: 'neck-rom/visits', version: VISITS.version, rename: { subject_code: 'PatientId' } },
        order: ['started_at', 'subject_code'],
      }),
      TABLES,
    );
    const mapped = (await tablesOf(source, map)).visits;
    await expect(take(await memory(), [file('v.csv', mapped)])).rejects.toMatchObject({ code: 'INVALID_DATA_FILE' });
    const store = await memory();
    await take(store, [file('v.csv', mapped)], [map]);
    expect((await tablesOf(store, map)).visits).toBe(mapped);
    const short = { ...map, omit: ['method'] };
    const shortened = (await tablesOf(source, short)).visits;
    await expect(take(await memory(), [file('v.csv', shortened)], [short])).rejects.toMatchObject({
      code: 'BAD_COLUMN_MAP',
      detail: expect.stringContaining('method') as string,
    });
  });

  it('are refused whole, with row and column, and leave the store empty', async () => {
    const source = await memory();
    await fill(source, [onePlan(), { ...onePlan(), id: '00000000-0000-4000-8000-000000000002', code: 'CD-2' }]);
    const { repetitions, visits } = await tablesOf(source);
    const rows = (csv: string): string[] => csv.split('\r\n');
    const without = (csv: string, at: number): string => rows(csv).toSpliced(at, 1).join('\r\n');
    const swapped = rows(visits).toSpliced(1, 2, rows(visits)[2]!, rows(visits)[1]!).join('\r\n');
    const version = (csv: string, schema: string): string =>
      csv.replaceAll(new RegExp(`${schema},\\d+`, 'g'), `${schema},99`);
    const cases: [string, ReturnType<typeof file>[], string, RegExp][] = [
      ['no table', [file('x.csv', 'a,b\r\n1,2\r\n')], 'INVALID_DATA_FILE', /x\.csv/],
      ['an empty file', [file('x.csv', '')], 'INVALID_DATA_FILE', /nothing in the file/],
      ['a foreign version', [file('v.csv', version(visits, VISITS.id))], 'INVALID_DATA_FILE', /row 2, schema_version/],
      [
        'the version before',
        [file('r.csv', version(repetitions, REPETITIONS.id))],
        'INVALID_DATA_FILE',
        /schema_version/,
      ],
      [
        'a decimal comma',
        [file('r.csv', repetitions.replace(',40,', ',"40,5",'))],
        'INVALID_DATA_FILE',
        /row 2, angle_deg/,
      ],
      ['a row cut off', [file('v.csv', visits.slice(0, -9))], 'INVALID_DATA_FILE', /row 3/],
      ['the same table twice', [file('a.csv', visits), file('b.csv', visits)], 'BAD_FILE', /same table/],
      [
        'a visit that is missing',
        [file('v.csv', without(visits, 1)), file('r.csv', repetitions)],
        'INVALID_DATA_FILE',
        /not in the table/,
      ],
      ['another order', [file('v.csv', swapped)], 'INVALID_DATA_FILE', /row 2: session_id/],
      [
        'a repetition that is missing',
        [file('r.csv', without(repetitions, 1))],
        'INVALID_DATA_FILE',
        /repetition_index/,
      ],
      [
        'another side',
        [file('r.csv', repetitions.replace('examiner-passive', 'self-active'))],
        'INVALID_DATA_FILE',
        /evidence/,
      ],
      ['a running test', [file('r.csv', repetitions.replace('finished', 'running'))], 'INVALID_DATA_FILE', /going on/],
      ['no text', [file('r.csv', Uint8Array.of(0xff, 0xfe, 0, 1))], 'INVALID_DATA_FILE', /UTF-8/],
    ];
    for (const [what, files, code, words] of cases) {
      const store = await memory();
      const refused = await take(store, files).then(
        () => null,
        (error: unknown) => error,
      );
      expect(refused, what).toMatchObject({ code });
      expect((refused as Error).message, what).toMatch(words);
      expect(await store.listSubjects(), what).toEqual([]);
      expect(await store.listSessions(), what).toEqual([]);
    }
  });

  it('are refused where there is anybody', async () => {
    const store = await memory();
    await fill(store, [onePlan()]);
    const { visits } = await tablesOf(store);
    await expect(take(store, [file('v.csv', visits)])).rejects.toMatchObject({ code: 'WRONG_STATE' });
  });

  describe.skipIf(missing !== null)('on PostgreSQL', () => {
    let server: TestPostgres;
    beforeAll(async () => {
      server = await startPostgres({ fsync: false });
    }, 60_000);
    afterAll(() => server?.stop());

    it('come out as they went in, from either engine into the other, and verify says what they are', async () => {
      await fc.assert(
        fc.asyncProperty(plansArb, async (plans) => {
          const urls = [await server.newDatabase(), await server.newDatabase()];
          const [source, target] = urls.map((url) => createPostgresStore({ url })) as [Store, Store];
          await source.open();
          await fill(source, plans);
          const before = await tablesOf(source);
          await source.close();
          const files = [file('v.csv', before.visits), file('r.csv', before.repetitions)];
          const embedded = await memory();
          await take(embedded, files);
          expect(await tablesOf(embedded)).toEqual(before);
          await target.open();
          await take(target, files);
          expect(await tablesOf(target)).toEqual(before);
          await target.close();
          const engine = await openPostgres(urls[1]!, 'beside');
          expect(await verifyDatabase(engine)).toMatchObject({ ok: true, imported: plans.length, chunks: 0 });
          await engine.close();
          for (const url of urls) await server.dropDatabase(url);
          for (const store of opened.splice(0)) await store.close();
        }),
        { numRuns: 6 },
      );
    }, 120_000);
  });
});

function onePlan(): VisitPlan {
  const repetition = {
    ...{ number: 1, direction: 'left', practice: false, counted: true, reason: null, warnings: ['closure'] },
    ...{ angleDeg: 40, sigmaDeg: 0.5, endReason: 'hold', startedAtMs: 1_700_000_000_500 },
    values: { gravityAngleDeg: null, closureDeg: -1.5, peakSpeedDegps: 31, holdS: 0.7 },
  };
  const trial = {
    kind: 'frt',
    status: 'finished' as const,
    simulated: false,
    method: 'm/1',
    call: 'unsure',
    model: 'M',
  };
  return {
    ...{ code: 'AB-1', id: '00000000-0000-4000-8000-000000000001', startedAtMs: 1_700_000_000_000, ended: true },
    ...{ setting: 'clinic', examinerId: null, episode: false, scores: [] },
    context: null,
    trials: [{ ...trial, repetitions: [repetition, { ...repetition, number: 2, direction: 'right' }] }],
  };
}
