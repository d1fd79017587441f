/**
 * Makes the recorded prompts from texts.json: `node src/make-voice.mjs` writes web/public/voice/<language>/<key>.mp3.
 * Needs espeak-ng and ffmpeg, at development time alone: the files ship with the kit. Only prompts whose text is new or
 * was changed are made (their texts are in web/public/voice/made.json); `--all` makes every one.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const texts = JSON.parse(readFileSync(new URL('../web/voice/texts.json', import.meta.url), 'utf8'));
const out = fileURLToPath(new URL('../web/public/voice/', import.meta.url));
const list = join(out, 'made.json');
const made = existsSync(list) && !process.argv.includes('--all') ? JSON.parse(readFileSync(list, 'utf8')) : {};
const wave = join(tmpdir(), `neck-voice-${process.pid}.wav`);

/** Slow enough for somebody who does not see the screen, words a minute. */
const VOICES = { en: ['-v', 'en-gb', '-s', '140'], de: ['-v', 'de', '-s', '140'] };

for (const [key, text] of Object.entries(texts))
  for (const [language, voice] of Object.entries(VOICES)) {
    const name = `${language}/${key}`;
    const file = join(out, `${name}.mp3`);
    if (made[name] === text[language] && existsSync(file)) continue;
    mkdirSync(join(out, language), { recursive: true });
    execFileSync('espeak-ng', [...voice, '-g', '4', '-w', wave, text[language]]);
    const encode = ['-ac', '1', '-ar', '22050', '-b:a', '32k', '-map_metadata', '-1', '-fflags', '+bitexact'];
    execFileSync('ffmpeg', ['-loglevel', 'error', '-y', '-i', wave, ...encode, file]);
    made[name] = text[language];
  }
rmSync(wave, { force: true });
writeFileSync(list, `${JSON.stringify(made, null, 2)}\n`);
