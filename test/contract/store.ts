/** What every store promises beyond sessions: subjects, results, scores, accounts, audit, transfers. */
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Account } from '../../src/ports/account-store.ts';
import type { TrialResult } from '../../src/ports/result-store.ts';
import type { Score } from '../../src/ports/score-store.ts';
import type { Store } from '../../src/ports/store.ts';
import type { Episode } from '../../src/ports/subject-store.ts';
import { chunkOf, collect, DESCRIPTION, REPETITION, RESULT, type StoreUnderTest } from './session-store.ts';

const entry = (action: string) => ({ wallMs: 5, accountId: null, action, object: 'x:1', values: { n: 1 } });

export function storeContract(name: string, create: () => Promise<StoreUnderTest>): void {
  describe(`store: ${name}`, () => {
    let under: StoreUnderTest;
    let store: Store;
    beforeEach(async () => {
      under = await create();
      store = under.store;
      await store.open();
    });
    afterEach(() => under.dispose());

    async function visit(code = 'AB-1', startedAtMs = 1000) {
      const sessionId = randomUUID();
      await store.createSession({ id: sessionId, subjectCode: code, startedAtMs, softwareVersion: '1' });
      const streamId = randomUUID();
      await store.createStream({
        id: streamId,
        sessionId,
        role: 'head',
        sourceId: 'radio',
        description: DESCRIPTION,
      });
      const trialId = randomUUID();
      const kind = 'crom';
      const parameters = { method: 'm' };
      await store.createTrial({ id: trialId, sessionId, kind, startedAtMs, simulated: false, parameters, streamId });
      await store.appendRepetition(trialId, REPETITION);
      await store.appendChunk(chunkOf(streamId, 0, Uint8Array.of(1, 2)));
      await store.appendChunk(chunkOf(streamId, 1, Uint8Array.of(3)));
      const subject = (await store.findSubject({ code }))!;
      return { sessionId, streamId, trialId, subjectId: subject.id };
    }
    const episode = (subjectId: string): Episode => ({
      id: randomUUID(),
      subjectId,
      openedAtMs: 10,
      closedAtMs: null,
      goal: 'turn the head',
      side: 'alternating',
      injuryDate: '2024-02-29',
      mechanism: null,
      payerReference: 'P 1',
      values: { a: [1] },
    });
    const account = (handle: string, subjectId: string | null = null): Account => ({
      id: randomUUID(),
      handle,
      role: subjectId ? 'home' : 'clinician',
      passwordHash: '$argon2id$',
      state: 'active',
      subjectId,
      createdAtMs: 1,
      values: {},
    });

    it('makes a subject with its first session, and one only', async () => {
      const a = await visit('AB-1', 1000);
      const b = await visit('AB-1', 2000);
      await visit('CD-2', 3000);
      expect(b.subjectId).toBe(a.subjectId);
      expect(await store.findSubject({ id: a.subjectId })).toMatchObject({ code: 'AB-1', createdAtMs: 1000 });
      const list = await store.listSubjects();
      expect(list.map((s) => [s.code, s.sessions, s.lastSessionMs])).toEqual([
        ['AB-1', 2, 2000],
        ['CD-2', 1, 3000],
      ]);
      expect((await store.listSubjects({ limit: 1, after: 'AB-1' })).map((s) => s.code)).toEqual(['CD-2']);
      await expect(
        store.createSubject({ id: 'x', code: 'CD-2', createdAtMs: 1, retainUntilMs: null, values: {} }),
      ).rejects.toMatchObject({ code: 'WRONG_STATE' });
      await store.changeSubject(a.subjectId, { retainUntilMs: 50, values: { language: 'de' } });
      expect(await store.findSubject({ code: 'AB-1' })).toMatchObject({
        retainUntilMs: 50,
        values: { language: 'de' },
      });
      expect(await store.subjectsToErase(49)).toEqual([]);
      expect(await store.subjectsToErase(50)).toEqual([a.subjectId]);
    });

    it('hands out sessions page by page, in one order, of one subject or episode', async () => {
      const { subjectId } = await visit('AB-1', 1000);
      for (const at of [3000, 3000, 2000]) await visit('AB-1', at);
      await visit('CD-2', 2500);
      const all = await store.listSessions();
      const paged = [];
      for (let page = await store.listSessions({ limit: 2 }); page.length > 0; ) {
        paged.push(...page);
        page = await store.listSessions({ limit: 2, after: page.at(-1)! });
      }
      expect(paged).toEqual(all);
      expect((await store.listSessions({ subjectId })).map((s) => s.startedAtMs)).toEqual([3000, 3000, 2000, 1000]);
      const e = episode(subjectId);
      await store.createEpisode(e);
      await store.changeSession(all[0]!.id, { episodeId: e.id, context: { headache: 4 } });
      expect(await store.listSessions({ episodeId: e.id })).toHaveLength(1);
      expect(await store.sessionContext(all[0]!.id)).toEqual({
        episodeId: e.id,
        setting: 'clinic',
        examinerId: null,
        softwareVersion: '1',
        context: { headache: 4 },
      });
    });

    it('puts a new session into the open episode of its subject, and into none that is closed', async () => {
      const { subjectId } = await visit('EP-1', 1000);
      const e = episode(subjectId);
      await store.createEpisode(e);
      const inside = await visit('EP-1', 2000);
      const other = await visit('EP-2', 2000);
      await store.changeEpisode(e.id, { closedAtMs: 3000 });
      const after = await visit('EP-1', 4000);
      expect((await store.sessionContext(inside.sessionId))!.episodeId).toBe(e.id);
      expect((await store.sessionContext(other.sessionId))!.episodeId).toBeNull();
      expect((await store.sessionContext(after.sessionId))!.episodeId).toBeNull();
    });

    it('keeps episodes, and changes what it is told to', async () => {
      const { subjectId } = await visit();
      const e = episode(subjectId);
      await store.createEpisode(e);
      expect(await store.findEpisode(e.id)).toEqual(e);
      await store.changeEpisode(e.id, { closedAtMs: 99, side: 'left' });
      expect(await store.listEpisodes(subjectId)).toEqual([{ ...e, closedAtMs: 99, side: 'left' }]);
      await expect(store.changeEpisode('none', { goal: 'g' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });

    it('keeps the examiner’s call and the blinding beside the trial', async () => {
      const { sessionId, trialId } = await visit();
      await store.setExaminerCall(trialId, 'restricted');
      const id = randomUUID();
      await store.createTrial({
        id,
        sessionId,
        kind: 'frt',
        startedAtMs: 5000,
        simulated: false,
        parameters: {},
        blinded: true,
      });
      expect((await store.sessionDetail(sessionId))!.trialList).toMatchObject([
        { kind: 'crom', examinerCall: 'restricted', blinded: false },
        { kind: 'frt', examinerCall: null, blinded: true },
      ]);
    });

    it('keeps results beside each other, one of them accepted, and proves their raw bytes', async () => {
      const { trialId, streamId } = await visit();
      const raw = [{ streamId, chunks: 2 }];
      const rawHash = await store.rawHash(raw);
      expect(rawHash).toMatch(/^[0-9a-f]{64}$/);
      expect(await store.rawHash([{ streamId, chunks: 1 }])).not.toBe(rawHash);
      await expect(store.rawHash([{ streamId, chunks: 3 }])).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
      const result = (coreVersion: string): TrialResult => ({
        id: randomUUID(),
        trialId,
        wallMs: 7,
        coreVersion,
        method: 'm',
        calibrationId: null,
        raw,
        rawHash,
        values: { angle: 0.1 + 0.2 },
        accepted: true,
      });
      const one = result('1');
      const two = result('2');
      await store.saveResult(one);
      await store.saveResult(two);
      expect(await store.listResults(trialId)).toEqual([{ ...one, accepted: false }, two]);
      await store.acceptResult(one.id);
      expect((await store.listResults(trialId)).map((r) => r.accepted)).toEqual([true, false]);
      await expect(store.acceptResult('none')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });

    it('gives the trend of one kind of test, finished ones alone, oldest first', async () => {
      const a = await visit('AB-1', 2000);
      const b = await visit('AB-1', 1000);
      await visit('AB-1', 3000);
      await store.finishTrial(a.trialId, 'finished', 9, RESULT);
      await store.finishTrial(b.trialId, 'finished', 9, { ...RESULT, differenceDeg: 1 });
      const trend = await store.trend(a.subjectId, 'crom');
      expect(trend.map((point) => [point.startedAtMs, point.result['differenceDeg']])).toEqual([
        [1000, 1],
        [2000, 8.9],
      ]);
      expect(await store.trend(a.subjectId, 'frt')).toEqual([]);
    });

    it('keeps scores with their items and with the reason when there is none', async () => {
      const { subjectId, sessionId } = await visit();
      const score = (instrument: string, wallMs: number, total: number | null): Score => ({
        id: randomUUID(),
        subjectId,
        episodeId: null,
        sessionId,
        instrument,
        wallMs,
        items: { 1: 3, 2: null },
        total,
        missingReason: total === null ? 'too-few-items' : null,
      });
      const late = score('ndi/1', 20, null);
      const early = score('ndi/1', 10, 12.5);
      const other = score('hit-6/1', 15, 50);
      for (const each of [late, early, other]) await store.saveScore(each);
      expect(await store.listScores(subjectId)).toEqual([early, other, late]);
      expect(await store.listScores(subjectId, { instrument: 'ndi/1' })).toEqual([early, late]);
    });

    it('withdraws a score: what was typed stays, its total counts no longer', async () => {
      const { subjectId } = await visit();
      const other = await visit('CD-2');
      const score = {
        ...{ id: randomUUID(), subjectId, episodeId: null, sessionId: null, instrument: 'nprs/1', wallMs: 10 },
        ...{ items: { total: 7 }, total: 7, missingReason: null },
      };
      await store.saveScore(score);
      await expect(store.withdrawScore(other.subjectId, score.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(store.withdrawScore(subjectId, 'none')).rejects.toMatchObject({ code: 'NOT_FOUND' });
      expect(await store.listScores(subjectId)).toEqual([score]);
      await store.withdrawScore(subjectId, score.id);
      expect(await store.listScores(subjectId)).toEqual([{ ...score, total: null, missingReason: 'withdrawn' }]);
    });

    it('keeps accounts and logins, and ends logins', async () => {
      const a = account('desk-1');
      await store.createAccount(a);
      expect(await store.findAccount({ handle: 'desk-1' })).toEqual(a);
      await expect(store.createAccount(account('desk-1'))).rejects.toMatchObject({ code: 'WRONG_STATE' });
      await store.changeAccount(a.id, { state: 'disabled', values: { failures: 3 } });
      expect(await store.listAccounts()).toEqual([{ ...a, state: 'disabled', values: { failures: 3 } }]);
      const login = (tokenHash: string, expiresAtMs: number) => ({
        tokenHash,
        accountId: a.id,
        createdAtMs: 1,
        lastSeenMs: 1,
        expiresAtMs,
        values: {},
      });
      for (const [hash, until] of [
        ['h1', 10],
        ['h2', 20],
        ['h3', 30],
      ] as const)
        await store.createLogin(login(hash, until));
      await store.changeLogin('h2', { lastSeenMs: 9 });
      expect(await store.findLogin('h2')).toEqual({ ...login('h2', 20), lastSeenMs: 9 });
      expect(await store.dropExpiredLogins(10)).toBe(1);
      await store.endLogin('h2');
      expect(await store.listLogins(a.id)).toEqual([login('h3', 30)]);
      expect(await store.endLogins(a.id)).toBe(1);
      expect(await store.findLogin('h3')).toBeNull();
    });

    it('chains the audit, and keeps the change and its row together', async () => {
      await store.appendAudit(entry('a'));
      await store.audited(entry('b'), (records) => records.saveSetting('k', { on: true }, 1));
      await expect(
        store.audited(entry('c'), async (records) => {
          await records.saveSetting('k', { on: false }, 2);
          throw new Error('no');
        }),
      ).rejects.toThrow();
      expect(await store.setting('k')).toEqual({ on: true });
      store = await under.reopen();
      await store.appendAudit({ ...entry('d'), object: null, accountId: 'me' });
      const rows = await collect(store.auditRows());
      expect(rows.map((row) => [row.sequence, row.action])).toEqual([
        [1, 'a'],
        [2, 'b'],
        [3, 'd'],
      ]);
      expect(rows[1]!.previousHash).toBe(rows[0]!.hash);
      expect(await store.checkAudit()).toEqual({ rows: 3, brokenAt: null });
      expect((await store.listAudit({ limit: 2 })).map((row) => row.action)).toEqual(['d', 'b']);
      expect((await store.listAudit({ limit: 9, before: 3 })).map((row) => row.action)).toEqual(['b', 'a']);
      expect(await store.listAudit({ limit: 9, accountId: 'me', action: 'd' })).toHaveLength(1);
    });

    it('does all of a transaction or nothing, chunks included', async () => {
      const { streamId } = await visit();
      await store.transaction(async (records) => {
        await records.appendChunk(chunkOf(streamId, 2, Uint8Array.of(4)));
      });
      await store.appendChunk(chunkOf(streamId, 3, Uint8Array.of(5)));
      await expect(
        store.transaction(async (records) => {
          await records.appendChunk(chunkOf(streamId, 4, Uint8Array.of(6)));
          throw new Error('no');
        }),
      ).rejects.toThrow();
      await store.appendChunk(chunkOf(streamId, 4, Uint8Array.of(7)));
      expect((await collect(store.readChunks(streamId))).map((chunk) => chunk.bytes.at(-1))).toEqual([2, 3, 4, 5, 7]);
    });

    it('uses an invitation once, and takes a bundle once', async () => {
      const { subjectId } = await visit();
      const invitation = {
        tokenHash: 't',
        subjectId,
        createdBy: null,
        createdAtMs: 1,
        expiresAtMs: 9,
        usedAtMs: null,
        values: {},
      };
      await store.createInvitation(invitation);
      expect(await store.useInvitation('t', 5)).toBe(true);
      expect(await store.useInvitation('t', 6)).toBe(false);
      expect(await store.useInvitation('none', 6)).toBe(false);
      await store.changeInvitation('t', { expiresAtMs: 12 });
      expect(await store.listInvitations(subjectId)).toEqual([{ ...invitation, usedAtMs: 5, expiresAtMs: 12 }]);
      const bundle = { bundleHash: 'b', subjectId, receivedAtMs: 3, status: 'accepted' as const, values: {} };
      expect(await store.saveBundle(bundle)).toBe(true);
      expect(await store.saveBundle({ ...bundle, receivedAtMs: 4 })).toBe(false);
      expect(await store.findBundle('b')).toEqual(bundle);
      expect(await store.listBundles({ subjectId, limit: 5 })).toEqual([bundle]);
    });

    it('erases one subject with all that belongs to it, and leaves the others and the audit', async () => {
      const gone = await visit('AB-1');
      const stays = await visit('CD-2');
      await store.createEpisode(episode(gone.subjectId));
      await store.createAccount(account('home-1', gone.subjectId));
      await store.appendEvent(gone.sessionId, { timeUs: 1, wallMs: 1, type: 'note', values: {} });
      await store.audited(entry('subject.erase'), (records) => records.eraseSubject(gone.subjectId));
      expect(await store.findSubject({ code: 'AB-1' })).toBeNull();
      expect(await store.sessionDetail(gone.sessionId)).toBeNull();
      expect(await collect(store.readChunks(gone.streamId))).toEqual([]);
      expect(await store.listEvents(gone.sessionId)).toEqual([]);
      expect(await store.findAccount({ handle: 'home-1' })).toBeNull();
      expect(await collect(store.readChunks(stays.streamId))).toHaveLength(2);
      expect((await store.listSubjects()).map((s) => s.code)).toEqual(['CD-2']);
      expect(await store.checkAudit()).toEqual({ rows: 1, brokenAt: null });
      await expect(store.eraseSubject(gone.subjectId)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });

    it('gives all rows of one subject out and takes them back as they were, or none', async () => {
      const whole = await visit('AB-1');
      await visit('CD-2');
      const given = episode(whole.subjectId);
      await store.createEpisode(given);
      await store.changeSession(whole.sessionId, { episodeId: given.id });
      for (const n of [1, 2])
        await store.appendEvent(whole.sessionId, { timeUs: n, wallMs: 1, type: 'a', values: { n } });
      const records = await collect(store.subjectRecords(whole.subjectId));
      const visits = await collect(store.visitRows({ subjectCode: 'AB-1' }));
      const again = async function* () {
        yield* records;
      };
      await expect(store.restoreRecords(again())).rejects.toMatchObject({ code: 'WRONG_STATE' });
      await store.eraseSubject(whole.subjectId);
      const broken = async function* () {
        yield* records.slice(0, -1);
        yield { table: 'chunk' as const, row: { stream_id: 'of nobody' }, payload: Uint8Array.of(1) };
      };
      await expect(store.restoreRecords(broken())).rejects.toMatchObject({ code: 'ARCHIVE_DAMAGED' });
      expect(await store.findSubject({ code: 'AB-1' })).toBeNull();
      expect(await store.restoreRecords(again())).toEqual({ rows: records.length, subjectId: whole.subjectId });
      expect(await collect(store.subjectRecords(whole.subjectId))).toEqual(records);
      expect(await collect(store.visitRows({ subjectCode: 'AB-1' }))).toEqual(visits);
      expect(await collect(store.visitRows({ sessionId: whole.sessionId }))).toEqual(visits);
      expect(await collect(store.visitRows({ fromMs: 1000, toMs: 1001 }))).toHaveLength(2);
      expect(await collect(store.visitRows({ fromMs: 1001 }))).toEqual([]);
    });
  });
}
