/** The side is said once before each repetition, and never anything else. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FRT_PROMPTS } from '../../src/core/protocol/codes.ts';
import { CROM_PROMPTS } from '../../src/core/protocol/crom-codes.ts';
import { spokenSideOf } from '../../web/logic/spoken-side.ts';

const heard = (prompts: readonly string[]) =>
  prompts.map((prompt, i) => spokenSideOf(i === 0 ? null : { prompt: prompts[i - 1]! }, { prompt }));

describe('the spoken side', () => {
  it('comes once before each repetition of a Flexion-Rotation Test', () => {
    const one = (side: string) => ['frt.flex', `frt.turn-${side}`, `frt.turn-${side}`, 'frt.hold', 'frt.return'];
    expect(heard([...one('left'), ...one('right'), 'frt.finished']).filter((side) => side !== null)).toEqual([
      'left',
      'right',
    ]);
  });

  it('comes before a side bend or a rotation, and not before flexion', () => {
    const asked = CROM_PROMPTS.flatMap((prompt) => {
      const side = spokenSideOf({ prompt: 'crom.neutral' }, { prompt });
      return side === null ? [] : [[prompt, side]];
    });
    expect(asked).toEqual([
      ['crom.lateral-left', 'left'],
      ['crom.lateral-right', 'right'],
      ['crom.rotation-left', 'left'],
      ['crom.rotation-right', 'right'],
    ]);
  });

  it('is nothing for a page that came back, and is never another side than the one that is asked for', () => {
    const prompt = fc.constantFrom(...FRT_PROMPTS, ...CROM_PROMPTS);
    fc.assert(
      fc.property(prompt, prompt, (before, now) => {
        expect(spokenSideOf(null, { prompt: now })).toBeNull();
        expect(spokenSideOf({ prompt: now }, null)).toBeNull();
        const side = spokenSideOf({ prompt: before }, { prompt: now });
        if (side !== null) expect(now.endsWith(`-${side}`)).toBe(true);
        if (before === now) expect(side).toBeNull();
      }),
    );
  });
});
