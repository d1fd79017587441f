/** Nothing that is said depends on the browser: every prompt ships as a file, in both languages, made from its text. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SCREEN_ITEMS } from '../../src/core/visit/safety-screen.ts';
import { VOICE_KEYS } from '../../web/home/voice-keys.ts';

const FOLDER = join(import.meta.dirname, '..', '..', 'web');
const texts = JSON.parse(readFileSync(join(FOLDER, 'voice', 'texts.json'), 'utf8')) as Record<
  string,
  Record<string, string>
>;
const made = JSON.parse(readFileSync(join(FOLDER, 'public', 'voice', 'made.json'), 'utf8')) as Record<string, string>;

describe.each(['en', 'de'])('the recorded prompts in %s', (language) => {
  const folder = join(FOLDER, 'public', 'voice', language);
  it('has a file of sound for every text, made from this text, and no other', () => {
    for (const [key, text] of Object.entries(texts)) {
      const file = join(folder, `${key}.mp3`);
      expect(existsSync(file), key).toBe(true);
      expect(statSync(file).size, key).toBeGreaterThan(2000);
      const head = readFileSync(file);
      const isMp3 = head.toString('latin1', 0, 3) === 'ID3' || (head[0] === 0xff && (head[1]! & 0xe0) === 0xe0);
      expect(isMp3, key).toBe(true);
      expect(made[`${language}/${key}`], `${key}: run node src/make-voice.mjs`).toBe(text[language]);
    }
    expect(readdirSync(folder).sort()).toEqual(
      Object.keys(texts)
        .map((key) => `${key}.mp3`)
        .sort(),
    );
  });
});

it('every prompt that the page can ask for has its texts, and every sign is read out', () => {
  expect(Object.keys(texts).sort()).toEqual([...VOICE_KEYS].sort());
  for (const { key, atHome } of SCREEN_ITEMS) if (atHome) expect(texts).toHaveProperty(key);
});
