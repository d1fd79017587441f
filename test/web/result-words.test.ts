import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dialArc, dialPoint } from '../../web/logic/dial.ts';
import { differenceHalfWidth95Deg, relationToReference } from '../../web/logic/reference-relation.ts';

describe('a result against a published reference', () => {
  it('is below or above only when the 95 % interval lies on one side', () => {
    expect(relationToReference(29, 0.5, 32)).toBe('below');
    expect(relationToReference(38, 0.5, 32)).toBe('above');
    expect(relationToReference(31.2, 0.5, 32)).toBe('within-error');
    expect(relationToReference(32.9, 0.5, 32)).toBe('within-error');
  });

  it('claims nothing without an uncertainty or without a value', () => {
    expect(relationToReference(20, null, 32)).toBe('within-error');
    expect(relationToReference(null, 1, 32)).toBe('unknown');
    expect(relationToReference(Number.NaN, 1, 32)).toBe('unknown');
  });

  it('never turns around when the uncertainty grows: it only becomes within error, then too uncertain', () => {
    const deg = fc.double({ min: 0, max: 90, noNaN: true });
    fc.assert(
      fc.property(
        deg,
        deg,
        fc.double({ min: 0, max: 20, noNaN: true }),
        fc.double({ min: 0, max: 20, noNaN: true }),
        (mean, reference, sigma, more) => {
          const narrow = relationToReference(mean, sigma, reference);
          const wide = relationToReference(mean, sigma + more, reference);
          expect([narrow, 'within-error', 'too-uncertain']).toContain(wide);
        },
      ),
    );
  });

  it('is not compared at all when the 95 % half width is over 10 degrees', () => {
    expect(relationToReference(60, 10 / 1.96, 32)).toBe('above');
    expect(relationToReference(60, 10.1 / 1.96, 32)).toBe('too-uncertain');
    expect(relationToReference(32, 10.1 / 1.96, 32)).toBe('too-uncertain');
    expect(relationToReference(null, 10.1 / 1.96, 32)).toBe('unknown');
  });

  it('adds independent uncertainties in a difference', () => {
    expect(differenceHalfWidth95Deg(3, 4)).toBeCloseTo(1.96 * 5, 10);
    expect(differenceHalfWidth95Deg(null, 4)).toBeNull();
  });
});

describe('the dial', () => {
  it("draws the patient's left on the left and 0 at the top", () => {
    expect(dialPoint(0, 0, 100, 0)[1]).toBe(-100);
    const [left, up] = dialPoint(0, 0, 100, 40);
    expect(left).toBeLessThan(0);
    expect(up).toBeLessThan(0);
    expect(dialPoint(0, 0, 100, -40)[0]).toBeGreaterThan(0);
  });

  it('runs its arcs the short way round: over the top, never through the bottom', () => {
    // SVG: sweep 0 is counter-clockwise; from 0 to the left is counter-clockwise on screen.
    expect(dialArc(0, 0, 100, 0, 40)).toMatch(/A100 100 0 0 0 /);
    expect(dialArc(0, 0, 100, 0, -40)).toMatch(/A100 100 0 0 1 /);
    expect(dialArc(0, 0, 100, -70, 70)).toMatch(/A100 100 0 0 0 /);
  });
});
