/** One type scale, one spacing scale, one place for colours: what the style sheets may say. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const STYLES = join(import.meta.dirname, '..', '..', 'web', 'styles');
const sheets = readdirSync(STYLES).filter((name) => name.endsWith('.css'));

/** "layout.css: gap: 7px" of every declaration that a rule forbids; comments left out. */
function declarations(of: RegExp, allowed: (value: string) => boolean): string[] {
  return sheets
    .filter((name) => name !== 'tokens.css')
    .flatMap((name) => {
      const css = readFileSync(join(STYLES, name), 'utf8').replace(/\/\*.*?\*\//gs, '');
      return [...css.matchAll(/(?<![\w-])([a-z-]+):\s*([^;{}]+);/g)]
        .filter(([, property, value]) => of.test(property!) && !allowed(value!))
        .map(([, property, value]) => `${name}: ${property}: ${value}`);
    });
}

describe('the style sheets', () => {
  it('take every size of type from the scale, or from the text around', () => {
    const scale =
      /^(0|var\(--(t[1-6]|d[1-3]|hero)\)|[\d.]+em|inherit|clamp\(.*var\(--t[1-6]\).*\)|calc\(var\(--hero\) \* 0\.\d+\))$/;
    expect(declarations(/^font-size$/, (value) => scale.test(value))).toEqual([]);
  });

  it('take every distance from the scale; a hairline and what goes with the type are as they are', () => {
    const part = /^(0|auto|-?[\d.]+em|-?[1-4]px|var\(--[a-z0-9-]+\))$/;
    const known = (value: string): boolean =>
      value.includes('calc(') || value.includes('max(') || value.split(/\s+/).every((one) => part.test(one));
    expect(declarations(/^(gap|row-gap|column-gap|margin|padding)(-[a-z-]+)?$/, known)).toEqual([]);
  });

  it('name every colour', () => {
    expect(
      declarations(
        /(color|background|border|fill|stroke)/,
        (value) => !/#[0-9a-f]{3,8}\b|\b(rgb|hsl)a?\(/i.test(value),
      ),
    ).toEqual([]);
  });
});
