import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { ERRORS, KitError } from '../../src/contract/errors.ts';
import { de } from '../../web/i18n/de.ts';
import { en } from '../../web/i18n/en.ts';
import {
  formatDateTime,
  formatDeg,
  formatOne,
  formatWhole,
  LANGUAGES,
  type Language,
  language,
  languageFor,
  t,
  told,
  toldText,
} from '../../web/i18n/index.ts';

type Leaf = string | ((...args: never[]) => string) | readonly string[];

/** "frt.keys.stop" to its text, of everything in a catalogue. */
function leaves(node: object, path = ''): Map<string, Leaf> {
  const found = new Map<string, Leaf>();
  for (const [key, value] of Object.entries(node)) {
    const here = path === '' ? key : `${path}.${key}`;
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      for (const [deeper, leaf] of leaves(value, here)) found.set(deeper, leaf);
    } else found.set(here, value as Leaf);
  }
  return found;
}

/** What a text says, functions called with stand-ins so that the words can be compared. */
function said(leaf: Leaf): string {
  if (typeof leaf === 'string') return leaf;
  if (typeof leaf !== 'function') return leaf.join('\n');
  return leaf(...(Array.from({ length: leaf.length }, (_, i) => `#${i}`) as never[]));
}

const english = leaves(en);
const german = leaves(de);

/** Words that are the same in both languages: units, signs, names, loan words. */
const SAME = new Set([
  'Neck ROM',
  'Sensor',
  'Live',
  'Test',
  'Signal',
  'Rate',
  'Bluetooth',
  'Simulator',
  'Firmware',
  'CSV',
  // The same word, the name of a form, a unit.
  'Code',
  'Episode',
  'Plan',
  'Segment',
  'Neck Disability Index',
  'HIT-6',
  'MIDAS',
  '#0 mmHg',
  '#0 h',
  // The key, not a word.
  'N',
  'Tests',
  'Flexion',
  'Extension',
  'Esc',
  'P',
  'H',
  'D',
  'L',
  'R',
  '⌫',
  '—',
  '°',
  '°/s',
  // A unit.
  '#0 m/s²',
  '95 %',
  '± 95 %',
]);

const speak = (next: Language): void => {
  language.value = next;
};
afterEach(() => speak('en'));

describe('the two catalogues', () => {
  it('have the same keys', () => {
    expect([...german.keys()].sort()).toEqual([...english.keys()].sort());
  });

  it('have texts with the same number of parameters, and use every one of them', () => {
    for (const [path, leaf] of english) {
      const other = german.get(path)!;
      expect(typeof other, path).toBe(typeof leaf);
      if (typeof leaf !== 'function' || typeof other !== 'function') continue;
      expect(other.length, path).toBe(leaf.length);
      for (let i = 0; i < leaf.length; i++) {
        expect(said(other).includes(`#${i}`), `${path}: parameter ${i}`).toBe(said(leaf).includes(`#${i}`));
      }
    }
  });

  it('have lists of the same length', () => {
    for (const [path, leaf] of english) {
      if (Array.isArray(leaf)) expect((german.get(path) as readonly string[]).length, path).toBe(leaf.length);
    }
  });

  it('leave nothing untranslated', () => {
    const untranslated = [...english].filter(([path, leaf]) => {
      const words = said(leaf);
      // Only units and stand-ins: "± #0", "#0 min #1 s".
      const inWords = words.replace(/#\d|\b(min|s|dBm|Test|Signal)\b/g, '');
      return words === said(german.get(path)!) && !SAME.has(words) && /\p{L}/u.test(inWords);
    });
    expect(untranslated.map(([path, leaf]) => `${path}: ${said(leaf)}`)).toEqual([]);
  });

  it('say nothing empty that the other says', () => {
    for (const [path, leaf] of english) expect(said(german.get(path)!) === '', path).toBe(said(leaf) === '');
  });

  it('never diagnose, and address people politely', () => {
    for (const leaf of german.values()) {
      const words = said(leaf);
      expect(words).not.toMatch(/\b(du|dein|deine|dich|dir)\b/i);
      expect(words).not.toMatch(/pathologisch|auffällig|krank|Normbereich/i);
    }
  });

  it('have the words of every code of an error', () => {
    for (const code of Object.keys(ERRORS)) {
      expect(de.errors[code]?.message, code).toMatch(/^\S.*\.$/);
      expect(de.errors[code]?.hint, code).toMatch(/\.$/);
    }
  });
});

describe('the language on screen', () => {
  it('is the first that the browser asks for and the kit speaks', () => {
    expect(languageFor(['de-CH', 'en'])).toBe('de');
    expect(languageFor(['fr-FR', 'DE'])).toBe('de');
    expect(languageFor(['en-GB', 'de'])).toBe('en');
    expect(languageFor(['fr'])).toBe('en');
    expect(languageFor([])).toBe('en');
    fc.assert(fc.property(fc.array(fc.string()), (tags) => LANGUAGES.includes(languageFor(tags))));
  });

  it('is what every text is read in, parts that were kept included', () => {
    const kept = t.frt.keys;
    expect(kept.stop).toBe(en.frt.keys.stop);
    speak('de');
    expect(kept.stop).toBe(de.frt.keys.stop);
    for (const [path, leaf] of leaves(t)) expect(said(leaf), path).toBe(said(german.get(path)!));
    expect(t.errors['NO_SUCH_CODE']).toBeUndefined();
  });

  it('writes numbers and dates', () => {
    const ms = Date.UTC(2026, 10, 28, 12, 0);
    expect([formatDeg(38.25), formatOne(1234.5), formatWhole(1234)]).toEqual(['38.3°', '1,234.5', '1,234']);
    expect(formatDateTime(ms)).toMatch(/^Nov 28, 2026/);
    speak('de');
    expect([formatDeg(38.25), formatOne(1234.5), formatWhole(1234)]).toEqual(['38,3°', '1.234,5', '1.234']);
    expect(formatDateTime(ms)).toMatch(/^28\.11\.2026/);
    expect(formatDeg(null)).toBe('—');
  });
});

describe('what the gateway says', () => {
  const of = (error: KitError) => told({ code: error.code, message: error.message, hint: error.hint });

  it('is shown in the language on screen, changed with it, details included', () => {
    const problem = of(new KitError('WRONG_STATE', 'a test is running'));
    expect(problem.message).toBe('That is not possible at this moment. (a test is running)');
    speak('de');
    expect(problem.message).toBe('Das ist im Moment nicht möglich. (ein Test läuft)');
    expect(problem.hint).toBe(de.errors['WRONG_STATE']!.hint);
  });

  it('keeps names and numbers as they came', () => {
    speak('de');
    expect(of(new KitError('ACCOUNT_EXISTS', 'clara')).message).toBe('Ein Konto dieses Namens gibt es schon. (clara)');
    const nested = new KitError('LINK_LOST', new KitError('LINK_TIMEOUT', 'connecting').message);
    expect(of(nested).message).toBe(
      'Die Verbindung zum Sensor ist abgebrochen. (Der Sensor hat nicht rechtzeitig geantwortet. (beim Verbinden))',
    );
    expect(told({ code: 'OTHER', message: 'Something else.', hint: 'Do it.' }).message).toBe('Something else.');
  });

  it('is understood without a code', () => {
    speak('de');
    expect(toldText('no samples are coming')).toBe('es kommen keine Messwerte');
    expect(toldText(new KitError('SENSOR_UNSUPPORTED', 'X1').message)).toBe(
      'Dieses Gerät ist kein unterstütztes Stirnband. (X1)',
    );
    expect(toldText('never heard of')).toBe('never heard of');
  });

  it('has the words of every error in English as the gateway has them', () => {
    for (const [code, { message, hint }] of Object.entries(ERRORS)) {
      expect({ message, hint }).toEqual(en.errors[code]);
    }
  });
});
