/** Says the side before each repetition, from recordings that ship with the kit. Off until somebody switches it on. */
import { signal } from '@preact/signals';
import type { Side } from '../../src/contract/state.ts';
import type { VoiceKey } from '../home/voice-keys.ts';
import { language } from '../i18n/index.ts';
import { spokenSideOf } from '../logic/spoken-side.ts';
import { frt, trial } from '../state/store.ts';
import { onChange, playRecording } from './sounds.ts';

const KEY = 'neck-spoken-side';
const RECORDINGS: Readonly<Record<Side, VoiceKey>> = { left: 'side-left', right: 'side-right' };

export const speaksSide = signal(localStorage.getItem(KEY) === 'on');

const loaded = new Map<string, Promise<AudioBuffer>>();

function recording(side: Side, context: AudioContext): Promise<AudioBuffer> {
  const address = `./voice/${language.peek()}/${RECORDINGS[side]}.mp3`;
  const known = loaded.get(address);
  if (known) return known;
  const made = fetch(address)
    .then((answer) => answer.arrayBuffer())
    .then((bytes) => context.decodeAudioData(bytes));
  loaded.set(address, made);
  // Tried again the next time.
  made.catch(() => loaded.delete(address));
  return made;
}

function say(side: Side): void {
  document.documentElement.dataset['spoken'] = side;
  // What cannot be heard stands on the screen.
  playRecording((context) => recording(side, context)).catch(() => {});
}

export function setSpeaksSide(on: boolean): void {
  speaksSide.value = on;
  localStorage.setItem(KEY, on ? 'on' : 'off');
  if (on) say('left');
}

const tell = (side: Side | null): void => {
  if (side !== null && speaksSide.peek()) say(side);
};

/** From here on the side of every repetition is said, while that is switched on. */
export function startSpokenSide(): void {
  onChange(frt, (before, now) => tell(spokenSideOf(before, now)));
  onChange(trial, (before, now) => tell(spokenSideOf(before, now)));
}
