import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAlignmentProcedure } from '../../calibration/alignment.ts';
import { ALIGNMENT_DEFAULTS } from '../../calibration/alignment-params.ts';
import { addToScatter, functionalAxis } from '../../calibration/functional-axis.ts';
import { sensorFromHeadAxes } from '../../calibration/head-axes.ts';
import { createPipeline } from '../../src/core/pipeline-run.ts';
import {
  type Mat,
  mul,
  quatFromMat,
  rotX,
  rotY,
  rotZ,
  Script,
  type SensorSettings,
  sense,
  toBlocks,
  transpose,
} from '../support/subject-motion.ts';

const DEG = 180 / Math.PI;

interface Seen {
  readonly phase: string;
  readonly code: string | null;
}
function align(
  script: Script,
  sensor: Partial<SensorSettings> = {},
  mirror = false,
  ledBy: 'patient' | 'examiner' = 'patient',
) {
  const pipeline = createPipeline({ nominalRateHz: 100, useDeviceQuaternion: false });
  const procedure = createAlignmentProcedure();
  const steps: Seen[] = [];
  let progress = 0;
  procedure.start(ledBy);
  toBlocks(sense(script, sensor), (block, arrivalUs) => {
    if (mirror) {
      // A map whose y axis is the wrong way round, as a mistaken driver would give it.
      for (let i = 0; i < block.count; i++) {
        block.accMps2[3 * i + 1] = -block.accMps2[3 * i + 1]!;
        block.gyrRadps[3 * i] = -block.gyrRadps[3 * i]!;
        block.gyrRadps[3 * i + 2] = -block.gyrRadps[3 * i + 2]!;
      }
    }
    pipeline.push(block, arrivalUs, (sample) => {
      procedure.update(sample);
      progress = procedure.progress;
      expect(progress).toBeGreaterThanOrEqual(0);
      expect(progress).toBeLessThanOrEqual(1);
      const last = steps.at(-1);
      if (last?.phase !== procedure.phase || last.code !== procedure.code) {
        steps.push({ phase: procedure.phase, code: procedure.code });
      }
    });
  });
  return { procedure, steps };
}

/** Angle of the rotation between the found sensorFromHead and the true one, deg. */
function mountErrorDeg(found: ArrayLike<number>, mount: Mat): number {
  const truth = quatFromMat(transpose(mount));
  let d = 0;
  for (let i = 0; i < 4; i++) d += found[i]! * truth[i]!;
  return 2 * Math.acos(Math.min(1, Math.abs(d))) * DEG;
}
const angle = (limit: number) => fc.double({ min: -limit, max: limit, noNaN: true });

describe('an upright alignment', () => {
  it('goes still, nod, turn-left, accepted, and finds the band in any rotation, from a consumer sensor', () => {
    let worst = 0;
    fc.assert(
      fc.property(angle(180), angle(180), angle(180), angle(180), fc.nat(9999), (a, b, c, headingDeg, seed) => {
        const mount = mul(rotZ(a), mul(rotY(b), rotX(c)));
        const { procedure, steps } = align(new Script().align(), {
          mount,
          headingDeg,
          seed,
          gyroBiasDps: [0.4, -0.5, 0.3],
          gyroNoiseDps: 0.1,
          accNoise: 0.03,
          tremorDeg: 0.03,
        });
        expect(steps.map((s) => s.phase)).toEqual(['still', 'nod', 'turn-left', 'accepted']);
        const error = mountErrorDeg(procedure.result!.sensorFromHead, mount);
        worst = Math.max(worst, error);
        expect(error).toBeLessThan(1);
        expect(procedure.nodResidualRad! * DEG).toBeLessThan(2.5);
        expect(procedure.turnResidualRad! * DEG).toBeLessThan(2.5);
        // However straight the nod looks: the bend that may hide in it, and no two equal neutrals.
        const { nodCouplingShare: share, nodCouplingWeight: weight } = ALIGNMENT_DEFAULTS;
        const unseen = share * Math.sqrt(weight / (weight + 1)) * DEG;
        expect(procedure.result!.sigmaRad * DEG).toBeGreaterThan(Math.hypot(1, unseen) - 0.01);
        expect(procedure.result!.sigmaRad * DEG).toBeLessThan(Math.hypot(1, unseen) + 0.6);
      }),
      { numRuns: 25, seed: 11 },
    );
    expect(worst).toBeGreaterThan(0);
  });
  it('takes one to three nods, the last of them late', () => {
    const nod = (s: Script, stayS: number) => s.add({ flexion: 28, moveS: 0.9 }).add({ flexion: 0, moveS: 0.9, stayS });
    const turn = (s: Script) => s.add({ axial: 40, moveS: 1.2 }).add({ axial: 0, moveS: 1.2, stayS: 1.5 });
    const three = new Script().add({ stayS: 3 });
    for (const stay of [0.1, 0.1, 1.2]) nod(three, stay);
    expect(align(turn(three)).procedure.phase).toBe('accepted');
    const late = new Script().add({ stayS: 3 });
    for (const stay of [1.2, 1.2, 1.2]) nod(late, stay);
    expect(align(turn(late)).procedure.phase).toBe('accepted');
  });
  it('takes a band that wobbles against the skull as fast as the head nods', () => {
    const { procedure } = align(new Script().align(), { tremorDeg: 0, wobbleDeg: 1.2, mount: rotY(20) });
    expect(procedure.phase).toBe('accepted');
    expect(mountErrorDeg(procedure.result!.sensorFromHead, rotY(20))).toBeLessThan(2);
  });
  it('takes the coupled movements of real people, and is less sure of them', () => {
    const script = new Script()
      .add({ stayS: 3 })
      .add({ flexion: 30, lateral: 2, axial: 2, moveS: 1 })
      .add({ flexion: 1, lateral: 0, axial: 0, moveS: 1, stayS: 1.2 })
      .add({ axial: 45, lateral: 6, flexion: 3, moveS: 1.2 })
      .add({ axial: 0, lateral: 0, flexion: 2, moveS: 1.2, stayS: 1.5 });
    const { procedure } = align(script);
    expect(procedure.phase).toBe('accepted');
    expect(mountErrorDeg(procedure.result!.sensorFromHead, rotX(0))).toBeLessThan(6);
    expect(procedure.result!.sigmaRad * DEG).toBeGreaterThan(
      mountErrorDeg(procedure.result!.sensorFromHead, rotX(0)) / 1.96,
    );
  });
  it('starts the still second anew when the head moves in it', () => {
    const script = new Script()
      .add({ stayS: 0.8 })
      .add({ lateral: 15, moveS: 0.6 })
      .add({ lateral: 0, moveS: 0.6 })
      .align();
    const { steps, procedure } = align(script);
    expect(steps.map((s) => s.code)).toContain('align.moved');
    expect(procedure.phase).toBe('accepted');
  });
  it('asks again for a nod or a turn that was too small', () => {
    const script = new Script()
      .add({ stayS: 3 })
      .add({ flexion: 12, moveS: 0.8 })
      .add({ flexion: 0, moveS: 0.8, stayS: 1.2 })
      .add({ flexion: 30, moveS: 1 })
      .add({ flexion: 0, moveS: 1, stayS: 1.2 })
      .add({ axial: 14, moveS: 0.8 })
      .add({ axial: 0, moveS: 0.8, stayS: 1.2 })
      .add({ axial: 40, moveS: 1.2 })
      .add({ axial: 0, moveS: 1.2, stayS: 1.5 });
    const { steps, procedure } = align(script);
    expect(steps.map((s) => s.code)).toEqual([
      'align.sit-still',
      'align.nod',
      'align.nod-small',
      'align.turn-left',
      'align.turn-small',
      'align.accepted',
    ]);
    expect(procedure.progress).toBe(1);
  });
});

describe("led by the examiner's hands", () => {
  const small = (nod: number, turn: number) =>
    new Script()
      .add({ stayS: 6 })
      .add({ flexion: nod, moveS: 1 })
      .add({ flexion: 0, moveS: 1, stayS: 1.2 })
      .add({ axial: turn, moveS: 1 })
      .add({ axial: 0, moveS: 1, stayS: 1.5 });
  it('takes half the movement, finds the band in any rotation, and is less sure of it', () => {
    fc.assert(
      fc.property(angle(180), angle(180), angle(180), fc.nat(9999), (a, b, c, seed) => {
        const mount = mul(rotZ(a), mul(rotY(b), rotX(c)));
        const sensor = {
          mount,
          seed,
          gyroBiasDps: [0.4, -0.5, 0.3] as const,
          gyroNoiseDps: 0.1,
          accNoise: 0.03,
          wobbleDeg: 0.5,
        };
        const { procedure, steps } = align(small(10, 14), sensor, false, 'examiner');
        expect(steps.map((s) => s.phase)).toEqual(['still', 'nod', 'turn-left', 'accepted']);
        const { sensorFromHead, sigmaRad, ledBy } = procedure.result!;
        expect(ledBy).toBe('examiner');
        // Half a degree over the sine of the nod, beside what any alignment has.
        expect(sigmaRad * DEG).toBeGreaterThan(0.5 / Math.sin(10.5 / DEG));
        expect(sigmaRad * DEG).toBeLessThan(6);
        expect(mountErrorDeg(sensorFromHead, mount)).toBeLessThan(2.6 * sigmaRad * DEG);
      }),
      { numRuns: 15, seed: 12 },
    );
  });
  it('asks again for less than that, and proves left and right as strictly', () => {
    expect(align(small(6, 14), {}, false, 'examiner').steps.map((s) => s.code)).toContain('align.nod-small');
    expect(align(small(10, 8), {}, false, 'examiner').steps.map((s) => s.code)).toContain('align.turn-small');
    expect(align(small(10, -14), {}, false, 'examiner').procedure.code).toBe('align.refused-wrong-way');
    expect(align(small(10, 14), {}, true, 'examiner').procedure.phase).not.toBe('accepted');
    // By the patient, the same movements are asked for once more.
    expect(align(small(10, 14)).steps.map((s) => s.code)).toContain('align.nod-small');
  });
});

describe('what is refused, with its reason', () => {
  const refusal = (script: Script, sensor: Partial<SensorSettings> = {}, mirror = false) => {
    const { procedure } = align(script, sensor, mirror);
    expect(procedure.result).toBeNull();
    expect(procedure.phase).toBe('rejected');
    return procedure.code;
  };
  it('a turn to the right', () => {
    expect(refusal(new Script().align(-40))).toBe('align.refused-wrong-way');
  });
  it('a mirrored map, however the band sits', () => {
    for (const mount of [rotX(0), rotZ(35), mul(rotY(20), rotX(-30))]) {
      expect(refusal(new Script().align(), { mount }, true)).toMatch(/^align\.refused-/);
    }
  });
  it('lying on the back', () => {
    const supine = new Script({ recline: -90, flexion: 0, lateral: 0, axial: 0 }).align();
    expect(refusal(supine)).toBe('align.refused-turn-axis');
    const propped = new Script({ recline: -60, flexion: 0, lateral: 0, axial: 0 }).align();
    expect(refusal(propped)).toBe('align.refused-turn-axis');
  });
  it('lying on the side', () => {
    // On the side a nod turns the head about the vertical.
    const script = new Script({ recline: 0, roll: 90, flexion: 0, lateral: 0, axial: 0 }).align();
    expect(refusal(script)).toBe('align.refused-nod-axis');
  });
  it('a nod to the side', () => {
    const script = new Script()
      .add({ stayS: 3 })
      .add({ flexion: 30, axial: 25, moveS: 1 })
      .add({ flexion: 0, axial: 0, moveS: 1, stayS: 1.2 });
    expect(refusal(script)).toBe('align.refused-nod-axis');
  });
  it('a nod that goes round in a circle', () => {
    const script = new Script().add({ stayS: 3 });
    script.add({ flexion: 25, moveS: 0.8 }).add({ flexion: 25, lateral: 20, moveS: 0.8 });
    script.add({ flexion: 0, lateral: 20, moveS: 0.8 }).add({ lateral: 0, moveS: 0.8, stayS: 1.2 });
    expect(refusal(script)).toMatch(/^align\.refused-nod/);
  });
  it('an end in another posture than the beginning', () => {
    const script = new Script()
      .add({ stayS: 3 })
      .add({ flexion: 30, moveS: 1 })
      .add({ flexion: 0, moveS: 1, stayS: 1.2 })
      .add({ axial: 60, moveS: 1.2 })
      .add({ axial: 0, flexion: 9.5, moveS: 1.2, stayS: 1.5 });
    expect(refusal(script)).toBe('align.refused-not-back');
  });
  it('a step that does not come, and a signal that breaks off', () => {
    expect(refusal(new Script().add({ stayS: 64 }))).toBe('align.refused-too-slow');
    const pipeline = createPipeline({ nominalRateHz: 100, useDeviceQuaternion: false });
    const procedure = createAlignmentProcedure();
    procedure.start();
    toBlocks(
      sense(new Script().align()),
      (block, arrivalUs) => pipeline.push(block, arrivalUs, (s) => procedure.update(s)),
      { drop: (i) => i > 750 && i < 900 },
    );
    expect(procedure.code).toBe('align.refused-signal');
  });
  it('not a gap that was before it began: the filter had just begun anew after a check, or the link was lost', () => {
    const pipeline = createPipeline({ nominalRateHz: 100, useDeviceQuaternion: false });
    const procedure = createAlignmentProcedure();
    procedure.start();
    let first = true;
    toBlocks(sense(new Script().align()), (block, arrivalUs) =>
      pipeline.push(block, arrivalUs, (sample) => {
        if (first) sample.gapS = 2;
        first = false;
        procedure.update(sample);
      }),
    );
    expect(procedure.code).toBe('align.accepted');
  });
});

describe('the procedure', () => {
  it('is done again minutes later, when it saw nothing of what came between', () => {
    const procedure = createAlignmentProcedure();
    const pipeline = createPipeline({ nominalRateHz: 100, useDeviceQuaternion: false });
    const script = new Script().align().add({ stayS: 60 }).align();
    const ends: string[] = [];
    procedure.start();
    toBlocks(sense(script), (block, at) =>
      pipeline.push(block, at, (sample) => {
        if (['accepted', 'rejected'].includes(procedure.phase)) {
          if (ends.length === 0) ends.push(procedure.code!);
          if (sample.timeS < 60 || ends.length > 1) return;
          procedure.start();
          ends.push('again');
        }
        procedure.update(sample);
      }),
    );
    expect([...ends, procedure.code]).toEqual(['align.accepted', 'again', 'align.accepted']);
  });
  it('does nothing before start and after cancel, and begins anew after a refusal', () => {
    const procedure = createAlignmentProcedure();
    const pipeline = createPipeline({ nominalRateHz: 100, useDeviceQuaternion: false });
    const run = (script: Script) =>
      toBlocks(sense(script), (block, at) => pipeline.push(block, at, (s) => procedure.update(s)));
    expect([procedure.phase, procedure.code, procedure.result]).toEqual(['none', null, null]);
    run(new Script().add({ stayS: 2 }));
    expect(procedure.phase).toBe('none');
    procedure.start();
    procedure.cancel();
    expect(procedure.phase).toBe('none');
    procedure.start();
    expect(procedure.phase).toBe('still');
    expect(procedure.result).toBeNull();
  });
  it('an alignment already in force changes nothing: the sensor is looked at, not the head', () => {
    const run = (first: boolean) => {
      const pipeline = createPipeline({ nominalRateHz: 100, useDeviceQuaternion: false });
      const procedure = createAlignmentProcedure();
      const [w, x, y, z] = quatFromMat(rotX(50));
      if (first) {
        pipeline.setAlignment({
          sensorFromHead: Float64Array.of(w, x, y, z) as never,
          worldFromNeutral: Float64Array.of(1, 0, 0, 0) as never,
        });
      }
      procedure.start();
      toBlocks(sense(new Script().align(), { mount: rotY(12) }), (block, at) =>
        pipeline.push(block, at, (s) => procedure.update(s)),
      );
      return procedure.result!.sensorFromHead;
    };
    const plain = run(false);
    const again = run(true);
    for (let i = 0; i < 4; i++) expect(again[i]).toBeCloseTo(plain[i]!, 6);
  });
  it('saved, restored through JSON and continued, it is bit-equal', () => {
    for (const cut of [0, 100, 250, 650, 820, 1100, 1290]) {
      const pipeline = createPipeline({ nominalRateHz: 100, useDeviceQuaternion: false });
      const through = createAlignmentProcedure();
      const before = createAlignmentProcedure();
      const after = createAlignmentProcedure();
      through.start();
      before.start();
      let n = 0;
      if (cut === 0) after.restore(JSON.parse(JSON.stringify(before.save())));
      toBlocks(
        sense(new Script().align(), { gyroNoiseDps: 0.2, accNoise: 0.05, mount: rotZ(33) }),
        (block, at) =>
          pipeline.push(block, at, (s) => {
            through.update(s);
            (n < cut ? before : after).update(s);
            n++;
            if (n === cut) after.restore(JSON.parse(JSON.stringify(before.save())));
          }),
        { perBlock: 1 },
      );
      expect(through.phase).toBe('accepted');
      expect(after.save()).toEqual(through.save());
      expect(after.result).toEqual(through.result);
    }
  });
});

describe('the parts', () => {
  it('the functional axis is the hinge, whatever else is slight', () => {
    const scatter = new Float64Array(9);
    for (let k = 0; k < 100; k++) {
      const s = Math.sin(k / 5);
      addToScatter(scatter, [0.02 * Math.cos(k), 0.8 * s, -0.6 * s], 0.01);
    }
    const found = functionalAxis(scatter)!;
    expect(Math.abs(found.axis[1]! * 0.8 - found.axis[2]! * 0.6)).toBeCloseTo(1, 3);
    expect(found.spreadRad * DEG).toBeLessThan(2);
    expect(functionalAxis(new Float64Array(9))).toBeNull();
  });
  it('head axes are right-handed for any two directions, and none for parallel ones', () => {
    const component = fc.double({ min: -1, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.tuple(component, component, component), fc.tuple(component, component, component), (up, nod) => {
        const q = sensorFromHeadAxes(Float64Array.from(up), Float64Array.from(nod));
        if (q === null) return;
        expect(Math.hypot(...q)).toBeCloseTo(1, 9);
        // Head z in the sensor frame is up.
        const [w, x, y, z] = q as unknown as [number, number, number, number];
        const zAxis = [2 * (x * z + w * y), 2 * (y * z - w * x), w * w - x * x - y * y + z * z];
        const length = Math.hypot(...up);
        for (let i = 0; i < 3; i++) expect(zAxis[i]).toBeCloseTo(up[i]! / length, 6);
      }),
    );
    expect(sensorFromHeadAxes(Float64Array.of(0, 0, 1), Float64Array.of(0, 0, -2))).toBeNull();
    expect(sensorFromHeadAxes(Float64Array.of(0, 0, 0), Float64Array.of(0, 1, 0))).toBeNull();
  });
});
