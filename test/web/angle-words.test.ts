import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { radFromDeg } from '../../src/core/units.ts';
import { degreeText, directionOf, PLANES, uncertaintyText } from '../../web/logic/angle-words.ts';

describe('an angle in words', () => {
  it('says left for a positive turn and right for a negative one (frames.ts)', () => {
    expect(directionOf('turn', radFromDeg(41))).toBe('left');
    expect(directionOf('turn', radFromDeg(-38))).toBe('right');
  });

  it('says chin down and right side bend for positive angles', () => {
    expect(directionOf('nod', 0.5)).toBe('down');
    expect(directionOf('nod', -0.5)).toBe('up');
    expect(directionOf('tilt', 0.5)).toBe('tiltRight');
    expect(directionOf('tilt', -0.5)).toBe('tiltLeft');
  });

  it('never shows a sign, and never a side with 0 degrees', () => {
    fc.assert(
      fc.property(fc.double(), fc.constantFrom(...PLANES), (rad, plane) => {
        const text = degreeText(rad);
        expect(text).toMatch(/^(—|\d{1,3}°)$/);
        expect(directionOf(plane, rad) === 'centre').toBe(text === '0°' || text === '—');
      }),
    );
  });

  it('shows a dash for what is not known', () => {
    expect(degreeText(Number.NaN)).toBe('—');
    expect(uncertaintyText(Number.NaN)).toBe('');
  });

  it('widens a standard uncertainty to 95 %', () => {
    expect(uncertaintyText(radFromDeg(1))).toBe('± 2.0°');
    expect(uncertaintyText(radFromDeg(90))).toBe('± 176°');
  });
});
