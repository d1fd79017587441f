/**
 * A pose that only looked like neutral: somebody who looks aside for a second when the test begins. The movement to the
 * real neutral looks like a movement to an end range, and nobody ever goes back from it; the test finds out and goes on.
 */
import { describe, expect, it } from 'vitest';
import { runCrom } from '../../support/run-crom.ts';
import { CONSUMER_SENSOR, Script } from '../../support/subject-motion.ts';

const six = (script: Script): Script => {
  for (const there of [
    { flexion: 50 },
    { flexion: -55 },
    { lateral: -38 },
    { lateral: 36 },
    { axial: 66 },
    { axial: -62 },
  ])
    script.add({ ...there, moveS: 1.6, stayS: 1.2 }).add({ flexion: 0, lateral: 0, axial: 0, moveS: 1.6, stayS: 2 });
  return script;
};

describe('a false neutral', () => {
  for (const axial of [-60, -40, -20, -8, 8, 20, 40, 60])
    for (const flexion of [-20, 0, 20])
      it(`turned by ${axial} and flexed by ${flexion} degrees`, () => {
        const script = new Script().align().add({ axial, flexion, moveS: 1, stayS: 1.8 });
        script.add({ axial: 0, flexion: 0, moveS: 1.5, stayS: 14 });
        const { crom, events } = runCrom(six(six(script)), {
          sensor: CONSUMER_SENSOR,
          crom: { warmUps: 0, repetitions: 1 },
        });
        expect(crom.view.phase, events.map(({ code }) => code).join(' ')).toBe('finished');
        const truth: Record<string, number> = { flexion: 50, extension: 55, 'rotation-left': 66, 'rotation-right': 62 };
        for (const one of crom.view.repetitions.filter(({ status }) => status !== 'rejected')) {
          const expected = truth[one.direction];
          if (expected === undefined) continue;
          // A pause of eight degrees before the first movement is a neutral as good as another.
          if (Math.abs(axial) > 8 || Math.abs(flexion) > 8)
            expect(Math.abs(Math.abs(one.angleRad) * (180 / Math.PI) - expected), one.direction).toBeLessThan(3);
        }
      });
});
