/** Plays the cues of a test in the browser: short notes by Web Audio, nothing recorded, nothing fetched. */
import { effect, type ReadonlySignal, signal } from '@preact/signals';
import { type Cue, cueLengthS, cuesOf, SCORES, VOLUME_TEST } from '../logic/cues.ts';
import { trialCuesOf } from '../logic/trial-cues.ts';
import { frt, trial } from '../state/store.ts';

const KEY = 'neck-volume';
/** Fades in and out, s: a note that begins at once clicks beside an ear. */
const FADE_S = 0.008;
/** The loudest sample at full volume. */
const FULL_GAIN = 0.25;

function stored(): number {
  const value = Number(localStorage.getItem(KEY) ?? '0.6');
  return value >= 0 && value <= 1 ? value : 0.6;
}

/** 0 (silent) to 1. */
export const volume = signal(stored());

export function setVolume(value: number): void {
  volume.value = Math.min(1, Math.max(0, value));
  localStorage.setItem(KEY, String(volume.value));
}

let context: AudioContext | null = null;
/** When the last cue has ended, in the context's time, s: cues are heard one after the other. */
let busyUntilS = 0;

/** A browser lets a page sound only after somebody has touched it; called on the first touch. */
function wake(): void {
  if (volume.value === 0 || typeof AudioContext === 'undefined') return;
  context ??= new AudioContext();
  if (context.state === 'suspended') void context.resume();
}

/** Plays cues one after the other. Without sound (none allowed yet, or volume 0) it does nothing. */
export function playCues(cues: readonly Cue[]): void {
  wake();
  if (context === null || context.state !== 'running' || volume.value === 0) return;
  let atS = Math.max(context.currentTime, busyUntilS);
  for (const cue of cues) {
    for (const one of SCORES[cue]) {
      const oscillator = new OscillatorNode(context, { type: one.wave, frequency: one.hz });
      const gain = new GainNode(context, { gain: 0 });
      const level = FULL_GAIN * volume.value * one.gain;
      const beginS = atS + one.atS;
      gain.gain.setValueAtTime(0, beginS);
      gain.gain.linearRampToValueAtTime(level, beginS + FADE_S);
      gain.gain.setValueAtTime(level, beginS + Math.max(FADE_S, one.lastsS - FADE_S));
      gain.gain.linearRampToValueAtTime(0, beginS + one.lastsS + FADE_S);
      oscillator.connect(gain).connect(context.destination);
      oscillator.start(beginS);
      oscillator.stop(beginS + one.lastsS + 2 * FADE_S);
    }
    atS += cueLengthS(cue) + 0.05;
  }
  busyUntilS = atS;
}

/** Plays a recording when the cues before it are over, so that neither is heard through the other. */
export async function playRecording(load: (context: AudioContext) => Promise<AudioBuffer>): Promise<void> {
  wake();
  if (context === null || context.state !== 'running' || volume.value === 0) return;
  const buffer = await load(context);
  const source = new AudioBufferSourceNode(context, { buffer });
  source.connect(new GainNode(context, { gain: volume.value })).connect(context.destination);
  const beginS = Math.max(context.currentTime, busyUntilS);
  source.start(beginS);
  busyUntilS = beginS + buffer.duration;
}

export function testVolume(): void {
  playCues(VOLUME_TEST);
}

/** Tells of every change of a state from here on. */
export function onChange<T>(of: ReadonlySignal<T | null>, told: (before: T | null, now: T | null) => void): void {
  let before = of.value;
  effect(() => {
    const now = of.value;
    told(before, now);
    before = now;
  });
}

function hear(cues: readonly Cue[]): void {
  if (cues.length === 0) return;
  document.documentElement.dataset['cue'] = cues.join(' ');
  playCues(cues);
}

/** From here on every change of a test is heard. */
export function startSounds(): void {
  for (const type of ['pointerdown', 'keydown']) window.addEventListener(type, wake, { capture: true });
  onChange(frt, (before, now) => hear(cuesOf(before, now)));
  onChange(trial, (before, now) => hear(trialCuesOf(before, now)));
}
