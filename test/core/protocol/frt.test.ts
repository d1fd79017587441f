import { describe, expect, it } from 'vitest';
import type { FrtParams } from '../../../src/core/protocol/frt.ts';
import type { FrtRepetitionRecord } from '../../../src/core/protocol/frt-types.ts';
import type { ExaminerEvent } from '../../../src/core/protocol/step.ts';
import { runTrial, type TrialOptions } from '../../support/run-trial.ts';
import { CONSUMER_SENSOR, mul, rotX, rotY, rotZ, Script } from '../../support/subject-motion.ts';

const DEG = 180 / Math.PI;
const supine = (flexion = 50) => new Script().align().lieDownAndFlex(flexion);
const short: Partial<FrtParams> = { practice: false, repetitionsPerSide: 1 };
const say = (record: FrtRepetitionRecord) =>
  `${record.side} ${record.practice ? 'practice ' : ''}${record.status}${record.reason ? ` ${record.reason}` : ''}`;
const press = (atS: number, type: ExaminerEvent['type']) => ({ atS, event: { type } as ExaminerEvent });
const run = (script: Script, frt: Partial<FrtParams> = short, options: TrialOptions = {}) =>
  runTrial(script, { ...options, frt, sensor: { ...CONSUMER_SENSOR, ...options.sensor } });

/**
 * Inclinations that gravity can state for a start flexed by 50 degrees, deg. The accelerometer's bias tilts "up" by its
 * level part, which turns with the sensor: once in the upright pose that gave the long axis, and in the start as a mean of
 * the poses of the last seconds (the tilt filter's memory), upright, flat and flexed.
 */
function inclinationsSeenDeg(): number[] {
  const sensor = (recline: number, flexion: number) => mul(mul(rotY(recline), rotY(flexion)), CONSUMER_SENSOR.mount);
  const tilt = (pose: readonly number[]): number[] => {
    const level = [0, 1].map((row) => CONSUMER_SENSOR.accBias.reduce((sum, v, k) => sum + pose[3 * row + k]! * v, 0));
    return [level[0]! / 9.80665, level[1]! / 9.80665, 1];
  };
  const inSensor = (pose: readonly number[], v: readonly number[]): number[] => {
    const norm = Math.hypot(...v);
    return [0, 1, 2].map((k) => v.reduce((sum, part, row) => sum + (pose[3 * row + k]! * part) / norm, 0));
  };
  const [upright, flat, flexed] = [sensor(0, 0), sensor(-90, 0), sensor(-90, 50)];
  const longAxis = inSensor(upright, tilt(upright));
  return [upright, flat, flexed].map((from) => {
    const up = inSensor(flexed, tilt(from));
    return Math.acos(longAxis.reduce((sum, v, k) => sum + v * up[k]!, 0)) * DEG;
  });
}

describe('a whole test', () => {
  it('practice and three a side in alternation, the truth within half a degree, sides the right way round', () => {
    const script = supine();
    for (let i = 0; i < 4; i++) script.frt(38).frt(-29, { lateral: 4 });
    const { frt, events } = run(script, {});
    expect(frt.view.phase).toBe('finished');
    expect(frt.view.repetitions.map(say)).toEqual([
      'left practice practice',
      'right practice practice',
      ...Array.from({ length: 3 }, () => ['left counted', 'right counted']).flat(),
    ]);
    for (const r of frt.view.repetitions) {
      const truth = r.side === 'left' ? 38 : -29;
      expect(Math.abs(r.twistRad * DEG - truth)).toBeLessThan(0.5);
      expect(Math.abs(r.gravityTwistRad * DEG - truth)).toBeLessThan(2);
      expect(r.sigmaRad * DEG).toBeGreaterThan(0.15);
      expect(Math.abs(r.twistRad * DEG - truth)).toBeLessThan(1.96 * r.sigmaRad * DEG);
      expect(r.sigmaRad * DEG).toBeLessThan(1.2);
      expect(r.closureRad * DEG).toBeLessThan(1);
      const seen = inclinationsSeenDeg();
      expect(r.startInclinationRad * DEG).toBeGreaterThan(Math.min(...seen) - 0.1);
      expect(r.startInclinationRad * DEG).toBeLessThan(Math.max(...seen) + 0.1);
      expect(r.peakSpeedRadps * DEG).toBeGreaterThan(15);
      expect(r.holdS).toBeGreaterThanOrEqual(0.7);
      expect(r.endReason).toBe('hold');
      expect(r.warnings).toEqual([]);
    }
    const kinds = events.filter((e) => e.type !== 'prompt').map((e) => e.type);
    const one = ['neutral-captured', 'rotation-started', 'end-range-captured', 'returned', 'repetition-counted'];
    expect(kinds.filter((k) => k !== 'neutral-captured').join()).toBe(
      `${Array.from({ length: 8 }, () => one.slice(1))
        .flat()
        .join()},finished`,
    );
    expect(
      events
        .filter((e) => e.type === 'prompt')
        .map((e) => e.code)
        .slice(0, 6),
    ).toEqual(['frt.flex', 'frt.turn-left', 'frt.hold', 'frt.return', 'frt.flex', 'frt.turn-right']);
  });
  it('in any heading, with the band in any rotation, the angle is the same within 0.5 degrees', () => {
    const script = supine().frt(41).frt(-33);
    const twists = [
      { mount: rotX(0), headingDeg: 0 },
      { mount: rotX(180), headingDeg: 179.9 },
      { mount: mul(rotZ(90), rotX(90)), headingDeg: -90 },
      { mount: mul(rotY(-80), rotZ(30)), headingDeg: 45 },
    ].map((sensor) => {
      const { frt } = run(script, short, { sensor });
      expect(frt.view.phase).toBe('finished');
      return frt.view.repetitions.map((r) => r.twistRad * DEG);
    });
    for (const t of twists) {
      expect(Math.abs(t[0]! - twists[0]![0]!)).toBeLessThan(0.5);
      expect(Math.abs(t[1]! - twists[0]![1]!)).toBeLessThan(0.5);
      expect(Math.abs(t[0]! - 41)).toBeLessThan(0.5);
      expect(Math.abs(t[1]! + 33)).toBeLessThan(0.5);
    }
  });
  it('works at 60 Hz with 5 % of the notifications lost, and says that samples are missing', () => {
    const script = supine();
    for (let i = 0; i < 2; i++) script.frt(38).frt(-29);
    const { frt } = run(
      script,
      { ...short, repetitionsPerSide: 2 },
      {
        sensor: { rateHz: 60 },
        perBlock: 2,
        drop: (i) => i > 240 && Math.floor(i / 2) % 20 === 7,
      },
    );
    expect(frt.view.repetitions.map(say)).toEqual(['left counted', 'right counted', 'left counted', 'right counted']);
    for (const r of frt.view.repetitions) {
      expect(Math.abs(Math.abs(r.twistRad * DEG) - (r.side === 'left' ? 38 : 29))).toBeLessThan(0.7);
      expect(r.warnings).toEqual(['loss']);
    }
  });
  it('works from a device that sends quaternions only, the gravity check waived and said so', () => {
    const { frt } = run(supine().frt(38).frt(-29), short, { content: 'quaternion' });
    expect(frt.view.repetitions.map(say)).toEqual(['left counted', 'right counted']);
    for (const r of frt.view.repetitions) {
      expect(r.warnings).toEqual(['gravity-waived']);
      expect(r.gravityTwistRad).toBeNaN();
    }
  });
});

describe('the flexed start', () => {
  it('is not taken from a patient who sits, lies flat, or has the head turned', () => {
    expect(run(new Script().align().add({ stayS: 5 })).frt.view.phase).toBe('await-flexed');
    expect(run(new Script().align().add({ recline: -90, moveS: 3, stayS: 5 })).frt.view.phase).toBe('await-flexed');
    const turned = new Script().align().add({ recline: -90, flexion: 50, axial: 40, moveS: 4, stayS: 5 });
    expect(run(turned).frt.view.phase).toBe('await-flexed');
    const ready = run(supine());
    expect(ready.frt.view.phase).toBe('neutral');
    expect(ready.frt.view.prompt).toBe('frt.turn-left');
  });
  it('is the most flexed stable pose before the turn', () => {
    const script = new Script().align().add({ recline: -90, moveS: 3 });
    script.add({ flexion: 30, moveS: 2, stayS: 1.6 }).add({ flexion: 48, moveS: 1.5, stayS: 1.6 }).frt(35).frt(-35);
    const { frt, events } = run(script);
    expect(frt.view.repetitions.map(say)).toEqual(['left counted', 'right counted']);
    expect(frt.view.repetitions[0]!.startInclinationRad * DEG).toBeCloseTo(42, 0);
    expect(events.map((e) => e.code)).toContain('frt.start-lost');
  });
  it('slides with a slow further flexion, never with a loss of it', () => {
    const script = supine(50)
      .add({ flexion: 54, moveS: 2, stayS: 1.5 })
      .add({ flexion: 49, moveS: 2, stayS: 2 })
      .frt(35);
    const first = run(script).frt.view.repetitions[0]!;
    expect(first.startInclinationRad * DEG).toBeCloseTo(36, 0);
    expect(first.status).toBe('counted');
  });
  it('waits for the examiner when it is not automatic', () => {
    const script = supine();
    const readyS = script.durationS;
    script.add({ stayS: 3 }).frt(35).frt(-35, { restS: 3 });
    const { frt, events } = run(script, { ...short, autoConfirm: false }, { examiner: [press(readyS, 'confirm')] });
    expect(frt.view.repetitions.map(say)).toEqual(['left counted']);
    expect(frt.view.prompt).toBe('frt.confirm-flexed');
    const captured = events.filter((e) => e.type === 'neutral-captured');
    expect(captured).toHaveLength(1);
    expect(captured[0]!.timeS).toBeGreaterThan(readyS);
  });
  it('an unlikely one is taken on a word, and marked', () => {
    const script = new Script().align().add({ flexion: 45, moveS: 2, stayS: 3 }).frt(35).frt(-35);
    const { frt } = run(script, short, { examiner: [press(14, 'confirm')] });
    expect(say(frt.view.repetitions[0]!)).toBe('left counted');
    expect(frt.view.repetitions[0]!.warnings).toContain('start-unlikely');
    expect(Math.abs(frt.view.repetitions[0]!.twistRad * DEG - 35)).toBeLessThan(0.6);
  });
  it('is taken anew for every repetition, through a pause to grip again; a less flexed one is marked', () => {
    const script = supine().frt(38, { back: 2 });
    // Head put down, hands changed, up again but not as far.
    script.add({ flexion: 5, axial: 0, moveS: 2, stayS: 4 }).add({ flexion: 42, axial: -3, moveS: 2, stayS: 2 });
    script.add({ axial: -32, moveS: 3, stayS: 1.5 }).add({ axial: -3, moveS: 3, stayS: 1 });
    const { frt } = run(script);
    expect(frt.view.repetitions.map(say)).toEqual(['left counted', 'right counted']);
    expect(Math.abs(frt.view.repetitions[1]!.twistRad * DEG + 29)).toBeLessThan(0.6);
    expect(frt.view.repetitions[1]!.warnings).toContain('less-flexed');
    expect(frt.view.repetitions[0]!.closureRad * DEG).toBeCloseTo(2, 0);
  });
});

describe('what voids a repetition', () => {
  const voided = (script: Script, options: TrialOptions = {}, frt: Partial<FrtParams> = {}) =>
    run(script.frt(30), { ...short, ...frt }, options).frt.view.repetitions;

  it('speed over 45 degrees a second', () => {
    const r = voided(supine().frt(40, { moveS: 1.4 }));
    expect(r.map(say)).toEqual(['left rejected fast', 'left counted']);
    expect(r[0]!.peakSpeedRadps * DEG).toBeGreaterThan(45);
    expect(voided(supine().frt(40, { moveS: 1.9 })).map(say)).toEqual(['left counted', 'left rejected side']);
  });
  it('inclination beyond 8 degrees of the start; over 5 is marked', () => {
    const lose = (degrees: number) =>
      supine()
        .add({ axial: 35, flexion: 50 - degrees, moveS: 3, stayS: 1.5 })
        .add({ axial: 0, flexion: 50, moveS: 3, stayS: 2 });
    expect(voided(lose(10)).map(say)).toEqual(['left rejected flexion', 'left counted']);
    const marked = voided(lose(6.5));
    expect(marked[0]!.status).toBe('counted');
    expect(marked[0]!.warnings).toEqual(['flexion']);
    expect(voided(lose(3))[0]!.warnings).toEqual([]);
  });
  it('closure over 5 degrees; over 3 is marked', () => {
    const away = run(supine().frt(38, { back: 8, restS: 3 })).frt.view;
    expect(away.repetitions.map(say)).toEqual(['left rejected closure']);
    expect(away.repetitions[0]!.closureRad * DEG).toBeCloseTo(8, 0);
    expect(away.side).toBe('left');
    const marked = run(supine().frt(38, { back: 4, restS: 1 })).frt.view.repetitions;
    expect(marked[0]!.status).toBe('counted');
    expect(marked[0]!.warnings).toEqual(['closure']);
  });
  it('no hold at the end range', () => {
    expect(voided(supine().frt(38, { holdS: 0 })).map(say)).toEqual(['left rejected short', 'left counted']);
  });
  it('a gap over 300 ms in it, or a tenth of it missing', () => {
    const script = supine();
    const at = Math.round((script.durationS + 1.5) * 100);
    expect(voided(script.frt(38), { drop: (i) => i >= at && i < at + 35 }).map(say)).toEqual([
      'left rejected signal',
      'left counted',
    ]);
    const again = supine();
    expect(voided(again.frt(38), { drop: (i) => i >= at && i < at + 900 && i % 8 === 0 })[0]!.reason).toBe('signal');
  });
  it('a gap over 100 ms in the hold starts the hold anew, and voids when it was the only one', () => {
    const script = supine();
    const holdAt = Math.round((script.durationS + 3.12) * 100);
    const gap = (i: number) => i >= holdAt && i < holdAt + 15;
    const long = voided(script.frt(38, { holdS: 1.8 }), { drop: gap });
    expect(long.map(say)).toEqual(['left counted', 'left rejected side']);
    const brief = voided(supine().frt(38, { holdS: 0.4 }), { drop: gap });
    expect(brief.map(say)).toEqual(['left rejected signal', 'left counted']);
  });
  it('a gyro that disagrees with gravity', () => {
    const r = run(supine().frt(38).frt(-38), short, { gyroScale: 1.2 }).frt.view.repetitions;
    expect(r.map(say)).toEqual(['left rejected gravity', 'right rejected gravity']);
    expect(Math.abs(r[0]!.gravityTwistRad) * DEG).toBeLessThan(Math.abs(r[0]!.twistRad) * DEG - 3);
  });
  it('the gravity check is waived, visibly, where the long axis is near the vertical', () => {
    const r = run(supine(75).frt(38).frt(-38)).frt.view.repetitions;
    expect(r.map(say)).toEqual(['left counted', 'right counted']);
    expect(r[0]!.warnings).toEqual(['gravity-waived']);
  });
  it('the void repetition is repeated: three a side all the same', () => {
    const script = supine();
    script
      .frt(38)
      .frt(-29)
      .frt(38, { moveS: 1.2 })
      .frt(38)
      .frt(-29)
      .frt(38)
      .frt(-29, { moveS: 1.6, holdS: 0 })
      .frt(-29);
    const { frt } = run(script, { practice: false });
    expect(frt.view.phase).toBe('finished');
    const counted = frt.view.repetitions.filter((r) => r.status === 'counted');
    expect(counted.map((r) => r.side)).toEqual(['left', 'right', 'left', 'right', 'left', 'right']);
    expect(frt.view.repetitions.filter((r) => r.status === 'rejected').map((r) => r.reason)).toEqual(['fast', 'short']);
  });
  it('after five attempts a side is left alone', () => {
    const script = supine();
    for (let i = 0; i < 5; i++) script.frt(38, { moveS: 1.2 });
    script.frt(38).frt(-30);
    const { frt, events } = run(script, { practice: false, repetitionsPerSide: 1 });
    expect(frt.view.repetitions.map(say)).toEqual([
      ...Array.from({ length: 5 }, () => 'left rejected fast'),
      'left rejected side',
      'right counted',
    ]);
    expect(events.map((e) => e.code)).toContain('frt.attempts-exhausted');
    expect(frt.view.phase).toBe('finished');
  });
});

describe('sides, small angles, pauses', () => {
  it('the side is the one done; done instead of the other it is marked, done too often it does not count', () => {
    const { frt } = run(supine().frt(-30).frt(-30).frt(30), short);
    expect(frt.view.repetitions.map(say)).toEqual(['right counted', 'right rejected side', 'left counted']);
    expect(frt.view.repetitions[0]!.warnings).toEqual(['other-side']);
    expect(frt.view.phase).toBe('finished');
  });
  it('under ten degrees a hold counts only when confirmed', () => {
    const script = supine();
    const holdS = script.durationS + 2 + 1.2;
    script.frt(8, { moveS: 2, holdS: 2.5 });
    const silent = run(script);
    expect(silent.frt.view.repetitions).toEqual([]);
    expect(silent.events.map((e) => e.code)).toContain('frt.confirm-small');
    expect(silent.frt.view.phase).toBe('neutral');
    const told = run(script, short, { examiner: [press(holdS, 'confirm')] });
    expect(told.frt.view.repetitions.map(say)).toEqual(['left counted']);
    expect(told.frt.view.repetitions[0]!.endReason).toBe('confirmed');
    expect(told.frt.view.repetitions[0]!.twistRad * DEG).toBeCloseTo(8, 0);
  });
  it('a pause on the way is not the end range when the head goes on', () => {
    const script = supine();
    script
      .add({ axial: 22, moveS: 2, stayS: 1.3 })
      .add({ axial: 38, moveS: 2, stayS: 1.5 })
      .add({ axial: 0, moveS: 3, stayS: 2 });
    const { frt } = run(script);
    expect(frt.view.repetitions.map(say)).toEqual(['left counted']);
    expect(frt.view.repetitions[0]!.twistRad * DEG).toBeCloseTo(38, 0);
  });
  it('a sway under ten degrees is no repetition', () => {
    const { frt } = run(supine().add({ axial: 7, moveS: 1 }).add({ axial: 0, moveS: 1, stayS: 2 }).frt(30));
    expect(frt.view.repetitions.map(say)).toEqual(['left counted']);
  });
});

describe('what a person says', () => {
  it('pain in the turn is the end range, at once', () => {
    const script = supine();
    const t = script.durationS;
    const { frt } = run(script.frt(38), short, { examiner: [press(t + 1.5, 'pain')] });
    const r = frt.view.repetitions[0]!;
    expect(say(r)).toBe('left counted');
    expect(r.endReason).toBe('pain');
    expect(r.twistRad * DEG).toBeCloseTo(19, -0.5);
    expect(r.warnings).toEqual(expect.arrayContaining(['pain', 'hold-short']));
    expect(r.sigmaRad * DEG).toBeGreaterThan(2);
  });
  it('pain before the turn is kept and marks the turn that comes', () => {
    const script = supine();
    const t = script.durationS;
    const { frt } = run(script.frt(38).frt(-30), short, { examiner: [press(t - 0.5, 'pain')] });
    expect(frt.view.repetitions.map((r) => r.warnings)).toEqual([['pain'], []]);
    expect(frt.view.repetitions[0]!.endReason).toBe('hold');
  });
  it('pain on the way back from a void turn marks it and ends that side', () => {
    const script = supine();
    const t = script.durationS;
    const { frt } = run(script.frt(38).frt(38).frt(-30), short, {
      examiner: [press(t + 1.2, 'redo'), press(t + 1.6, 'pain')],
    });
    const [first] = frt.view.repetitions;
    expect([first!.status, first!.warnings]).toEqual(['rejected', ['pain']]);
    expect(frt.view.repetitions.filter((r) => r.side === 'left' && r.status === 'counted')).toEqual([]);
  });
  it('pain afterwards marks the repetition and changes no angle', () => {
    const script = supine();
    const t = script.durationS;
    const { frt } = run(script.frt(38), short, { examiner: [press(t + 5.5, 'pain')] });
    expect(frt.view.repetitions[0]!.warnings).toEqual(['pain']);
    expect(frt.view.repetitions[0]!.twistRad * DEG).toBeCloseTo(38, 0);
  });
  it.each(['pain', 'headache'] as const)(
    '%s ends its side: no further turn to it is asked for, and none is redone',
    (symptom) => {
      const script = supine();
      const t = script.durationS;
      script.frt(38).frt(-30).frt(-30);
      const { frt, events } = run(
        script,
        { repetitionsPerSide: 2, practice: false },
        {
          examiner: [press(t + 1.5, symptom), press(t + 5.5, 'redo')],
        },
      );
      expect(frt.view.repetitions.map(say)).toEqual(['left counted', 'right counted', 'right counted']);
      expect(frt.view.repetitions[0]!.endReason).toBe(symptom);
      expect(frt.view.phase).toBe('finished');
      const asked = events.filter((e) => e.type === 'prompt' && e.code === 'frt.turn-left').length;
      expect(asked).toBe(1);
    },
  );
  it('what hurt is not taken back after the test either', () => {
    const script = supine();
    const t = script.durationS;
    const { frt } = run(script.frt(38), short, { examiner: [press(t + 1.5, 'headache'), press(t + 8, 'redo')] });
    expect(frt.view.repetitions[0]!.status).toBe('counted');
  });
  it('dizziness ends the test at once and says that no other may follow', () => {
    const script = supine();
    const t = script.durationS;
    const { frt } = run(script.frt(38).frt(-30), short, { examiner: [press(t + 1.5, 'dizziness')] });
    expect(frt.view.phase).toBe('stopped');
    expect(frt.view.prompt).toBe('frt.stopped-dizziness');
    expect(frt.view.repetitions.map(say)).toEqual(['left rejected short']);
  });
  it('redo in a turn voids it, redo between turns takes the last one back, and it is asked again', () => {
    const script = supine();
    const t = script.durationS;
    script.frt(38).frt(38).frt(-30);
    const inTurn = run(script, short, { examiner: [press(t + 3.5, 'redo')] });
    expect(inTurn.frt.view.repetitions.map(say)).toEqual(['left rejected redone', 'left counted', 'right counted']);
    const after = run(script, short, { examiner: [press(t + 9, 'redo')] });
    expect(after.frt.view.repetitions.map(say)).toEqual(['left rejected redone', 'left counted', 'right counted']);
    expect(after.frt.view.repetitions[0]!.twistRad * DEG).toBeCloseTo(38, 0);
  });
  it('redo after the end opens the test again', () => {
    const script = supine().frt(38).frt(-30);
    const t = script.durationS;
    const { frt } = run(script.add({ stayS: 1 }).frt(-33), short, { examiner: [press(t, 'redo')] });
    expect(frt.view.repetitions.map(say)).toEqual(['left counted', 'right rejected redone', 'right counted']);
    expect(frt.view.phase).toBe('finished');
  });
  it('stop ends it there, keeps what was done and what was under way, and nothing goes on', () => {
    const script = supine().frt(38);
    const t = script.durationS;
    script.frt(-30).frt(-30);
    const { frt, events } = run(script, short, { examiner: [press(t + 4, 'stop'), press(t + 5, 'redo')] });
    expect(frt.view.phase).toBe('stopped');
    expect(frt.view.repetitions.map(say)).toEqual(['left counted', 'right rejected short']);
    expect(frt.view.repetitions[1]!.endReason).toBe('stopped');
    expect(frt.view.repetitions[1]!.twistRad * DEG).toBeCloseTo(-30, 0);
    expect(frt.view.twistRad).toBeNaN();
    expect(events.at(-1)!.code).toBe('frt.ignored');
  });
});

describe('a broken link', () => {
  it('voids the repetition, keeps the earlier ones, and goes on with a new start', () => {
    const script = supine().frt(38);
    const at = Math.round((script.durationS + 1.5) * 100);
    script.frt(-30).add({ stayS: 1 }).frt(-30);
    const { frt } = run(script, short, { drop: (i) => i >= at && i < at + 150 });
    expect(frt.view.repetitions.map(say)).toEqual(['left counted', 'right rejected signal', 'right counted']);
    expect(Math.abs(frt.view.repetitions[2]!.twistRad * DEG + 30)).toBeLessThan(0.7);
  });
});
