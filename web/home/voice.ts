/** Says recorded prompts, one after the other, and shows the words of each: nothing is said by sound alone. */
import { signal } from '@preact/signals';
import { language } from '../i18n/index.ts';
import { playCues, volume } from '../live/sounds.ts';
import type { Cue } from '../logic/cues.ts';
import texts from '../voice/texts.json';
import type { VoiceKey } from './voice-keys.ts';

/** What is being said, or was said last. */
export const said = signal<VoiceKey | null>(null);
/** The last sound, as a word on the page. */
export const sounded = signal<Cue | null>(null);

export const wordsOf = (key: VoiceKey): string => texts[key][language.value];

let playing: HTMLAudioElement | null = null;
let queue: VoiceKey[] = [];

/** Every cue as it happens, for whoever listens on the page. */
function tell(kind: 'voice' | 'sound', what: string): void {
  window.dispatchEvent(new CustomEvent('neck-cue', { detail: { kind, what } }));
}

function next(): void {
  const key = queue.shift();
  if (key === undefined) {
    playing = null;
    return;
  }
  said.value = key;
  tell('voice', key);
  const audio = new Audio(`./voice/${language.peek()}/${key}.mp3`);
  playing = audio;
  audio.volume = volume.peek();
  const over = (): void => {
    if (playing === audio) next();
  };
  audio.onended = over;
  audio.onerror = over;
  // A browser that allows no sound yet: the words are on the page, and the next prompt is tried again.
  audio.play().catch(over);
}

/** Says this now, in place of what was being said. */
export function say(...keys: readonly VoiceKey[]): void {
  playing?.pause();
  playing = null;
  queue = [...keys];
  next();
}

export function sound(cues: readonly Cue[]): void {
  for (const cue of cues) {
    sounded.value = cue;
    tell('sound', cue);
  }
  playCues(cues);
}

export function hush(): void {
  queue = [];
  playing?.pause();
  playing = null;
}
