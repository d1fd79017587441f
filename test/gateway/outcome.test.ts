/** The outcome over time upon a store: what is kept, what is refused, and what the trends say of it. */
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMemoryStore } from '../../src/adapters/store/memory-store.ts';
import type { SubjectOutcome } from '../../src/contract/outcome.ts';
import { planSchema, subjectOutcomeSchema } from '../../src/contract/outcome.ts';
import { createVisit } from '../../src/core/visit/visit.ts';
import { createOutcome, type Outcome } from '../../src/gateway/outcome/outcome.ts';
import type { Store } from '../../src/ports/store.ts';
import { cromResult, frtResult, putVisit } from '../support/outcome-visits.ts';

const DAY = 86_400_000;
const T0 = new Date(2026, 2, 2, 9, 0).getTime();

describe('outcome over time', () => {
  let store: Store;
  let outcome: Outcome;
  let now: number;
  beforeEach(async () => {
    now = T0;
    store = createMemoryStore();
    await store.open();
    outcome = createOutcome({ store, wallMs: () => now, newId: randomUUID, turn: async () => {} });
    await store.createSubject({ id: 's1', code: 'AB-1', createdAtMs: T0, retainUntilMs: null, values: {} });
  });
  afterEach(() => store.close());

  const view = (): Promise<SubjectOutcome> => outcome.subject('AB-1');
  const score = (instrument: 'nprs' | 'ndi' | 'hit6' | 'midas' | 'groc' | 'psfs', total: number) =>
    outcome.addScore(null, 'AB-1', { instrument, total });
  const series = async (measure: string, grade?: string) =>
    (await view()).series.filter((one) => one.measure === measure && (grade === undefined || one.grade === grade));

  it('keeps an episode with side, injury, mechanism and payer, one open at a time; the audit has no words of it', async () => {
    const asked = {
      goal: 'a full day of work',
      side: 'alternating',
      injuryDate: '2026-02-01',
      mechanism: 'motor-vehicle',
    } as const;
    const episode = await outcome.openEpisode('a1', 'AB-1', { ...asked, payerReference: 'CL-77' });
    expect(episode).toMatchObject({
      ...asked,
      payerReference: 'CL-77',
      openedAtMs: T0,
      closedAtMs: null,
      goalReached: null,
    });
    const again = outcome.openEpisode(null, 'AB-1', { ...asked, payerReference: null });
    await expect(again).rejects.toMatchObject({ code: 'WRONG_STATE' });
    await outcome.changeEpisode('a1', 'AB-1', episode.id, { goalReached: 7, side: 'left' });
    expect((await view()).episode).toMatchObject({ goalReached: 7, side: 'left', goal: asked.goal });
    await outcome.changeEpisode('a1', 'AB-1', episode.id, { closed: true });
    expect((await view()).episode).toMatchObject({ closedAtMs: T0 });
    const audit = await store.listAudit({ limit: 10 });
    expect(audit.map(({ action, accountId, object }) => [action, accountId, object])).toEqual([
      ['episode.change', 'a1', 'subject:s1'],
      ['episode.change', 'a1', 'subject:s1'],
      ['episode.create', 'a1', 'subject:s1'],
    ]);
    expect(JSON.stringify(audit)).not.toMatch(/full day|CL-77|AB-1/);
  });
  it('refuses an injury, a diary day and a block that are still to come, and a subject that is not there', async () => {
    const bad = { code: 'BAD_REQUEST' };
    const episode = { goal: null, side: null, mechanism: null, payerReference: null, injuryDate: '2026-03-03' };
    await expect(outcome.openEpisode(null, 'AB-1', episode)).rejects.toMatchObject(bad);
    const day = { day: '2026-03-03', headache: true, hours: null, peak: null, side: null, medication: false };
    await expect(outcome.addDiaryDay(null, 'AB-1', day)).rejects.toMatchObject(bad);
    await expect(outcome.subject('ZZ-1')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(outcome.withdraw(null, 'AB-1', 'none')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  describe('scores', () => {
    it('are refused when the form cannot give them, and kept without a total when too much is missing', async () => {
      const refused = { code: 'SCORE_REFUSED' };
      await expect(score('hit6', 37)).rejects.toMatchObject(refused);
      await expect(score('nprs', 11)).rejects.toMatchObject(refused);
      await expect(
        outcome.addScore(null, 'AB-1', { instrument: 'hit6', items: [6, 6, 6, 6, 6, 6] }),
      ).rejects.toMatchObject(refused);
      const ndi = (items: (number | null)[]) => outcome.addScore(null, 'AB-1', { instrument: 'ndi', items });
      await expect(ndi([6, 1, 1, 1, 1, 1, 1, 1, 1, 1])).rejects.toMatchObject(refused);
      expect(await ndi([null, 2, 2, 2, 2, 2, 2, 2, 2, 2])).toMatchObject({ total: 20, missingReason: null });
      expect(await ndi([null, null, 2, 2, 2, 2, 2, 2, 2, 2])).toMatchObject({
        total: null,
        missingReason: 'too-many-missing',
      });
      const midas = await outcome.addScore(null, 'AB-1', { instrument: 'midas', items: [1, 2, null, 0, 0] });
      expect(midas).toMatchObject({ total: null, missingReason: 'too-many-missing' });
      // What has no total was not answered: it may be asked at once.
      expect((await view()).offers.find(({ instrument }) => instrument === 'midas')).toMatchObject({ offered: true });
      const [latest, , first] = (await view()).entries;
      expect(latest).toMatchObject({ kind: 'midas', total: null, missingReason: 'too-many-missing' });
      expect(first).toMatchObject({ kind: 'ndi', total: 20, band: 'moderate' });
    });
    it.each([
      ['midas', 91, 11],
      ['hit6', 28, 60],
    ] as const)('ask %s again only when its %i days have passed', async (instrument, days, total) => {
      await score(instrument, total);
      const offer = async () => (await view()).offers.find((one) => one.instrument === instrument)!;
      expect(await offer()).toEqual({ instrument, offered: false, fromMs: T0 + days * DAY, lastMs: T0 });
      now = T0 + days * DAY - 1;
      await expect(score(instrument, total)).rejects.toMatchObject({ code: 'SCORE_NOT_DUE' });
      now += 1;
      expect(await offer()).toMatchObject({ offered: true, fromMs: null });
      await score(instrument, total);
      // Typed in later, answered in between: it would look back on the same days.
      const between = { instrument, total, atMs: T0 + 10 * DAY } as const;
      await expect(outcome.addScore(null, 'AB-1', between)).rejects.toMatchObject({ code: 'SCORE_NOT_DUE' });
      const ahead = { instrument: 'nprs', total: 3, atMs: now + DAY } as const;
      await expect(outcome.addScore(null, 'AB-1', ahead)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    });
    it('that were withdrawn count nowhere, and may be typed anew', async () => {
      const { id } = await score('midas', 40);
      await outcome.withdraw(null, 'AB-1', id);
      expect((await view()).entries).toEqual([]);
      expect((await series('midas')).length).toBe(0);
      expect(await score('midas', 4)).toMatchObject({ total: 4 });
    });
    it('of the visit of the day belong to it', async () => {
      await putVisit(store, 'AB-1', now, { frt: frtResult(30, 30) });
      now += 3_600_000;
      await score('nprs', 6);
      now += DAY;
      await score('nprs', 5);
      const [late, early] = (await view()).entries;
      expect(early!.sessionId).not.toBeNull();
      expect(late!.sessionId).toBeNull();
    });
  });

  it('counts a diary by its last word on each day, and its windows of 28 days are a series', async () => {
    const day = (offset: number, headache: boolean, more = {}) =>
      outcome.addDiaryDay(null, 'AB-1', {
        day: new Date(T0 + offset * DAY).toISOString().slice(0, 10),
        ...{
          headache,
          hours: headache ? 4 : null,
          peak: headache ? 6 : null,
          side: headache ? 'left' : null,
          medication: false,
        },
        ...more,
      });
    now = T0 + 56 * DAY;
    for (let offset = 1; offset <= 56; offset++) await day(offset, offset <= 28 ? offset % 2 === 0 : offset % 7 === 0);
    await day(56, true, { peak: 9, medication: true });
    const { diary } = await view();
    expect(diary).toMatchObject({
      daysKnown: 28,
      headacheDays: 4,
      headacheDaysPer28: 4,
      worstPeak: 9,
      medicationDaysPer28: 1,
      side: 'left',
    });
    expect(diary.days).toHaveLength(28);
    const [counted] = await series('headache-days-28');
    expect(counted!.points.map(({ value }) => value)).toEqual([14, 4]);
    expect(counted!.verdict).toMatchObject({ verdict: 'unclear', notComparable: ['no-threshold'], better: true });
  });

  it('keeps structured findings and the flexion test with the nod beside each stage', async () => {
    await outcome.addFinding(null, 'AB-1', {
      kind: 'palpation',
      segment: 'c1-2',
      side: 'left',
      pain: 6,
      familiar: true,
      resolves: true,
      note: null,
    });
    await outcome.addFinding(null, 'AB-1', { kind: 'sleep', hours: 6.5, quality: 4, note: null });
    const stages = [22, 24].map((pressureMmHg, i) => ({ pressureMmHg, holds: 10, clean: true, nodDeg: 3.5 + i }));
    expect(await outcome.addCcft(null, 'AB-1', { stages })).toMatchObject({ total: 24 });
    await expect(outcome.addCcft(null, 'AB-1', { stages: [stages[1]!] })).rejects.toMatchObject({
      code: 'SCORE_REFUSED',
    });
    const { entries } = await view();
    expect(entries.map(({ kind }) => kind).sort()).toEqual(['ccft', 'palpation', 'sleep']);
    expect(entries.find(({ kind }) => kind === 'ccft')!.values).toMatchObject({ stages, performanceIndex: 40 });
  });

  it('makes a review due at the fourth visit and in week six, until it is noted; at the intervals the clinic sets', async () => {
    await outcome.openEpisode(null, 'AB-1', {
      goal: null,
      side: 'left',
      injuryDate: null,
      mechanism: null,
      payerReference: null,
    });
    for (let visit = 0; visit < 3; visit++)
      await putVisit(store, 'AB-1', T0 + visit * 3 * DAY, { frt: frtResult(30, 30) });
    // What is done at home is no visit of the plan.
    await putVisit(store, 'AB-1', T0 + 8 * DAY, { setting: 'home', crom: cromResult(60, 60) });
    now = T0 + 10 * DAY;
    expect((await view()).review).toEqual({ due: false, cause: null, nextMs: T0 + 42 * DAY });
    await putVisit(store, 'AB-1', now, { frt: frtResult(30, 30) });
    expect((await view()).review).toMatchObject({ due: true, cause: { kind: 'session', number: 4 } });
    expect((await view()).prompts).toContain('review-due');
    now += 1000;
    await outcome.addReview('a1', 'AB-1', null);
    expect((await view()).review).toMatchObject({ due: false });
    now = T0 + 42 * DAY;
    expect((await view()).review).toMatchObject({ due: true, cause: { kind: 'week', number: 6 } });
    await outcome.setClinicPlan('a1', { sessions: [2], weeks: [] });
    expect(await outcome.clinicPlan()).toEqual({ sessions: [2], weeks: [] });
    expect((await view()).review).toMatchObject({ due: false });
    await outcome.setPlan('a1', 'AB-1', planSchema.parse({ sessions: [], weeks: [1, 5], exercises: ['chin nod'] }));
    expect((await view()).review).toMatchObject({ due: true, cause: { kind: 'week', number: 5 } });
    await outcome.addAdherence(null, 'AB-1', { day: '2026-03-03', done: ['chin nod'] });
    await expect(outcome.addAdherence(null, 'AB-1', { day: '2026-03-03', done: ['other'] })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
    });
  });

  describe('trends', () => {
    it('keep evidence grades, simulated and after-treatment values apart, and mark headache', async () => {
      await putVisit(store, 'AB-1', T0, { crom: cromResult(60, 60), headacheNow: 0 });
      await putVisit(store, 'AB-1', T0 + DAY, { setting: 'home', crom: cromResult(65, 65) });
      await putVisit(store, 'AB-1', T0 + 2 * DAY, { crom: cromResult(62, 62), simulated: true });
      await putVisit(store, 'AB-1', T0 + 3 * DAY, { crom: cromResult(75, 75), after: true, headacheNow: 4 });
      const shown = subjectOutcomeSchema.parse(await view()).series;
      const left = shown.filter(({ measure }) => measure === 'crom-rotation-left');
      expect(
        left.map(({ grade, simulated, afterTreatment, points }) => [grade, simulated, afterTreatment, points.length]),
      ).toEqual([
        ['examiner-active', false, false, 1],
        ['examiner-active', true, false, 1],
        ['examiner-active', false, true, 1],
      ]);
      expect(left.map(({ points }) => points[0]!.headache)).toEqual([false, null, true]);
      const home = shown.filter(({ measure }) => measure === 'crom-full-rotation');
      expect(home).toMatchObject([{ grade: 'self-active', points: [{ value: 130 }] }]);
      expect(shown.every(({ verdict }) => verdict === null)).toBe(true);
    });
    it('call a change of the FRT by the stated rule, and none when headache was there once', async () => {
      const visit = (at: number, left: number, more = {}) =>
        putVisit(store, 'AB-1', at, { frt: frtResult(left, 40), headacheNow: 0, examiner: 'E1', ...more });
      await visit(T0, 28);
      await visit(T0 + 7 * DAY, 40);
      now = T0 + 8 * DAY;
      const both = await view();
      expect(both.measuresJudged).toBe(2);
      const of = (side: string) => both.series.find(({ measure }) => measure === `frt-${side}`)!.verdict!;
      // Two judged together: 7 degrees at 90 % become 9.5.
      expect(of('left')).toMatchObject({ verdict: 'changed', change: 12, better: null });
      expect(of('left').threshold).toBeCloseTo((7 * 2.2365) / 1.645, 3);
      expect(of('right')).toMatchObject({ verdict: 'not changed', change: 0 });
      expect(both.prompts).toEqual(['ask-patient']);
      await visit(T0 + 9 * DAY, 40, { headacheNow: 5 });
      expect((await series('frt-left'))[0]!.verdict).toMatchObject({
        verdict: 'unclear',
        notComparable: ['headache-differs'],
      });
      await visit(T0 + 10 * DAY, 40, { examiner: 'E2' });
      // Across examiners ten degrees, widened to 11.4: twelve are still more.
      expect((await series('frt-left'))[0]!.verdict!.threshold).toBeCloseTo((10 * 2.2365) / 1.96, 3);
    });
    it('say progress only when the patient reports it', async () => {
      await putVisit(store, 'AB-1', T0, { frt: frtResult(28, 40), headacheNow: 0, examiner: 'E1' });
      await score('ndi', 24);
      now = T0 + 20 * DAY;
      await putVisit(store, 'AB-1', now, { frt: frtResult(44, 40), headacheNow: 0, examiner: 'E1' });
      await score('ndi', 23);
      expect((await view()).prompts).toEqual(['range-alone']);
      now += DAY;
      await score('ndi', 8);
      expect((await view()).prompts).toEqual(['progress']);
      now += DAY;
      await score('groc', -5);
      expect((await view()).prompts).toEqual(['reported-worse']);
    });
    it('take a test that was cut off and gone on with as one', async () => {
      const angles = cromResult(60, 62);
      await putVisit(store, 'AB-1', T0, { setting: 'home', crom: angles });
      const cutAfter = ['flexion', 'extension', 'lateral-left'];
      await putVisit(store, 'AB-1', T0 + DAY, { setting: 'home', crom: angles, cutAfter });
      await store.close();
      await store.open();
      const home = (await view()).series.filter(({ grade }) => grade === 'self-active');
      expect(home.map(({ measure }) => measure).sort()).toEqual([
        'crom-full-flexion-extension',
        'crom-full-lateral',
        'crom-full-rotation',
      ]);
      for (const { measure, points } of home) {
        expect(points, measure).toHaveLength(2);
        expect(points[1]!.value).toBeCloseTo(points[0]!.value, 9);
        expect(points[1]!.sigma).toBeGreaterThan(0.5);
      }
    });
    it('judge home sessions by the full movement, on both sides of the boundary', async () => {
      const gain = async (code: string, degrees: number) => {
        await store.createSubject({ id: code, code, createdAtMs: T0, retainUntilMs: null, values: {} });
        const home = { setting: 'home', headacheNow: 0 } as const;
        await putVisit(store, code, T0, { ...home, crom: { 'rotation-left': 50, 'rotation-right': 50 } });
        await putVisit(store, code, T0 + DAY, {
          ...home,
          crom: { 'rotation-left': 50, 'rotation-right': 50 + degrees },
        });
        return (await outcome.subject(code)).series.find(({ measure }) => measure === 'crom-full-rotation')!.verdict!;
      };
      // One measure alone: 14 degrees detectable; each value has a standard uncertainty of 1.5 over two directions.
      const half = 1.959964 * Math.hypot(1.5, 1.5);
      expect(await gain('H-1', 14.01)).toMatchObject({ verdict: 'changed' });
      expect(await gain('H-2', 14)).toMatchObject({ verdict: 'unclear' });
      expect(await gain('H-3', 14 - half + 0.01)).toMatchObject({ verdict: 'unclear' });
      expect(await gain('H-4', 14 - half - 0.01)).toMatchObject({ verdict: 'not changed' });
      expect(await gain('H-5', -25)).toMatchObject({ verdict: 'changed', better: null });
    });
  });

  describe('the overview', () => {
    const rows = async () => (await outcome.overview()).rows;
    it('lists who is due, who sent something, and what needs a look; looked at, it is quiet', async () => {
      await store.createSubject({ id: 's0', code: 'AA-0', createdAtMs: T0, retainUntilMs: null, values: {} });
      await outcome.openEpisode(null, 'AB-1', {
        goal: null,
        side: 'right',
        injuryDate: null,
        mechanism: null,
        payerReference: null,
      });
      await putVisit(store, 'AB-1', T0, { frt: frtResult(30, 30) });
      // Nothing was ever written of the other one: it is not listed.
      expect((await rows()).map(({ subjectCode, look }) => [subjectCode, look])).toEqual([['AB-1', []]]);
      now = T0 + 2 * DAY;
      await putVisit(store, 'AB-1', now, { setting: 'home', crom: cromResult(60, 60) });
      await store.saveBundle({ bundleHash: 'h1', subjectId: 's1', receivedAtMs: now, status: 'accepted', values: {} });
      await store.saveBundle({ bundleHash: 'h2', subjectId: 's1', receivedAtMs: now, status: 'refused', values: {} });
      expect((await rows())[0]).toMatchObject({
        look: ['sent', 'refused'],
        sentSince: 1,
        lastSentMs: now,
        homeVisits: 1,
      });
      now += 1000;
      await outcome.looked('a1', 'AB-1');
      expect((await rows())[0]).toMatchObject({ look: [], sentSince: 0 });
      now = T0 + 42 * DAY;
      expect((await rows())[0]!.look).toEqual(['review-due', 'quiet']);
    });
    it('says first of all that a sign was told at home, until somebody has looked', async () => {
      const told = { ...createVisit(false, { place: 'home' }), answers: { 'new-injury': true } };
      await putVisit(store, 'AB-1', now, { setting: 'home', told });
      expect((await rows())[0]!.look[0]).toBe('safety-sign');
      now += 1000;
      await outcome.looked('a1', 'AB-1');
      expect((await rows())[0]!.look).not.toContain('safety-sign');
    });
    it('is read a page at a time, every subject once, whoever comes or goes meanwhile', async () => {
      for (const code of ['ab-9', 'B-1', 'A-2', 'ÄB-3', 'C-1']) {
        await store.createSubject({ id: `p ${code}`, code, createdAtMs: T0, retainUntilMs: null, values: {} });
        await putVisit(store, code, T0, { frt: frtResult(30, 30) });
      }
      const whole = await outcome.overview();
      expect(whole).toMatchObject({ looked: whole.subjects, next: null });
      const codes: string[] = [];
      let after: string | undefined;
      for (let pages = 0; pages < 20; pages++) {
        const page = await outcome.overview({ limit: 2, after });
        codes.push(...page.rows.map(({ subjectCode }) => subjectCode));
        expect(page.looked).toBe(Math.min(page.subjects, 2 * (pages + 1)));
        if (page.next === null) break;
        after = page.next;
      }
      expect(codes).toEqual(whole.rows.map(({ subjectCode }) => subjectCode));
      expect(new Set(codes).size).toBe(codes.length);
      // The subject at the end of a page was erased: the next page begins behind where it was.
      expect((await outcome.overview({ after: 'B-0' })).rows[0]!.subjectCode).toBe('B-1');
      expect(await outcome.overview({ after: '\uffff' })).toMatchObject({ rows: [], next: null });
    });
    it('has a row without any series for a subject with nothing but an entry', async () => {
      await outcome.addFinding(null, 'AB-1', { kind: 'stress', level: 3, note: null });
      expect(await rows()).toMatchObject([{ subjectCode: 'AB-1', visits: 0, changes: [], episodeOpen: false }]);
    });
  });
});
