/** The same movement at another pace has the same angle: nothing that is reported may hang on how fast it was done. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rescoreTrial } from '../../src/core/rescore.ts';
import { cromLive, frtLive } from '../../src/core/rescore-view.ts';
import '../support/property-seed.ts';
import { runCrom } from '../support/run-crom.ts';
import { runTrial } from '../support/run-trial.ts';
import { mul, rotX, rotY, rotZ, Script } from '../support/subject-motion.ts';
import { type Warp, WarpedScript } from '../support/warped-script.ts';

const DEG = 180 / Math.PI;
const LIMIT_DEG = 0.5;
const sensor = {
  mount: mul(rotZ(20), mul(rotY(15), rotX(-25))),
  headingDeg: 130,
  gyroBiasDps: [0.3, -0.4, 0.5],
  gyroNoiseDps: 0.1,
  accNoise: 0.03,
  tremorDeg: 0.03,
} as const;
/** From a third of the pace to the double one: 29 degrees in 3 s become up to 9 s, with lulls on the way. */
const paces = fc.array(fc.double({ min: 0.34, max: 1.6, noNaN: true }), { minLength: 4, maxLength: 6 });

describe('the same turn at another pace', () => {
  const turn = (out: readonly number[], back: readonly number[], angle: number) => {
    const script = new Script().align().lieDownAndFlex(50);
    const atS = script.durationS;
    script.frt(angle);
    const warps: Warp[] = [
      { fromS: atS, toS: atS + 3, paces: out },
      { fromS: atS + 4.5, toS: atS + 7.5, paces: back },
    ];
    return new WarpedScript(script, warps);
  };
  const measure = (script: Script) => {
    const time: number[] = [];
    const gyr: number[] = [];
    const acc: number[] = [];
    const { frt, alignment } = runTrial(script, {
      sensor,
      frt: { practice: false, repetitionsPerSide: 1 },
      onSample: (sample, truth) => {
        time.push(sample.timeS);
        gyr.push(...truth.gyrRadps);
        acc.push(...truth.accMps2);
      },
    });
    const raw = {
      timeS: Float64Array.from(time),
      gyrRadps: Float64Array.from(gyr),
      accMps2: Float64Array.from(acc),
      flags: new Uint32Array(time.length),
    };
    const records = frt.view.repetitions;
    const again = rescoreTrial(raw, alignment.result!, frtLive(records));
    if (!again.ok) throw new Error(again.reason);
    return { records, again: again.value.repetitions };
  };

  it('of an FRT has the same angle, live and measured anew', () => {
    fc.assert(
      fc.property(paces, paces, fc.boolean(), fc.double({ min: 22, max: 45, noNaN: true }), (out, back, left, size) => {
        const angle = left ? size : -size;
        const { records, again } = measure(turn(out, back, angle));
        expect(records.map((r) => r.status)).toEqual(['counted']);
        expect(again[0]!.reason).toBeNull();
        expect(Math.abs(again[0]!.angleRad * DEG - angle)).toBeLessThan(LIMIT_DEG);
        expect(Math.abs(records[0]!.twistRad * DEG - angle)).toBeLessThan(LIMIT_DEG);
      }),
      { numRuns: 12 },
    );
  }, 60_000);

  it('of CROM has the same angle, live and measured anew', () => {
    const kinds = [
      ['flexion', 'flexion', 1],
      ['flexion', 'extension', -1],
      ['lateral', 'lateral-right', 1],
      ['axial', 'rotation-left', 1],
      ['axial', 'rotation-right', -1],
    ] as const;
    fc.assert(
      fc.property(
        paces,
        paces,
        fc.constantFrom(...kinds),
        fc.double({ min: 22, max: 60, noNaN: true }),
        (out, back, [plane, direction, sign], size) => {
          const angle = sign * size;
          const script = new Script().align().add({ stayS: 1.5 });
          const atS = script.durationS;
          script.add({ [plane]: angle, moveS: 3, stayS: 1.2 }).add({ [plane]: 0, moveS: 3, stayS: 2 });
          const warped = new WarpedScript(script, [
            { fromS: atS, toS: atS + 3, paces: out },
            { fromS: atS + 4.2, toS: atS + 7.2, paces: back },
          ]);
          const { crom, raw, alignment } = runCrom(warped, {
            sensor,
            crom: { warmUps: 0, repetitions: 1, directions: [direction] },
          });
          const records = crom.view.repetitions;
          expect(records.map((r) => r.status)).toEqual(['counted']);
          const again = rescoreTrial(raw, alignment!, cromLive(records));
          if (!again.ok) throw new Error(again.reason);
          expect(again.value.repetitions[0]!.reason).toBeNull();
          expect(Math.abs(again.value.repetitions[0]!.angleRad * DEG - angle)).toBeLessThan(LIMIT_DEG);
          expect(Math.abs(cromLive(records)[0]!.angleRad * DEG - angle)).toBeLessThan(LIMIT_DEG);
        },
      ),
      { numRuns: 12 },
    );
  }, 60_000);
});
