/** A session at home, step by step. The gateway decides what may happen; here is what is asked and said next. */
import { effect, signal } from '@preact/signals';
import type { HomeView } from '../../src/contract/transfer.ts';
import type { TrialState } from '../../src/contract/trial.ts';
import { CROM_HOME_DEFAULTS } from '../../src/core/protocol/crom-home.ts';
import { CROM_DIRECTIONS } from '../../src/core/protocol/crom-types.ts';
import { language, type Problem, t, told } from '../i18n/index.ts';
import type { Answer } from '../state/api.ts';
import { ask, searchAsksPerson } from '../state/kit-link.ts';
import { alignment, headSensor, kit, link, trial } from '../state/store.ts';
import { afterCheck, type CheckRecord } from './check-outcome.ts';
import { homePort } from './home-port.ts';
import { toPatient } from './patient-words.ts';
import { homeCue } from './test-cues.ts';
import { hush, say, sound } from './voice.ts';
import { PRECAUTIONS, SIGNS } from './voice-keys.ts';

/** Every question of the gate. */
const ASKED = [...SIGNS, ...PRECAUTIONS];
/** A link that comes and goes is spoken of once in so long, ms. */
const LOST_AGAIN_MS = 10_000;

export type Step =
  | 'loading'
  | 'enrol'
  | 'welcome'
  | 'signs'
  | 'precaution'
  | 'headache'
  | 'analgesic'
  | 'emergency'
  | 'ask-clinic'
  | 'choose'
  | 'search'
  | 'check'
  | 'band'
  | 'align'
  | 'test'
  | 'flexed'
  | 'end'
  | 'gave-up';

export const step = signal<Step>('loading');
export const home = signal<HomeView | null>(null);
export const answers = signal<Readonly<Record<string, boolean>>>({});
export const headacheNow = signal(0);
export const trouble = signal<Problem | null>(null);
export const stoppedEarly = signal(false);
/** The test of this step; what an earlier one left behind is none of it. */
export const test = signal<TrialState | null>(null);
/** What an earlier visit left open is being ended. */
let closing: Promise<unknown> = Promise.resolve();
let alignTries = 0;
let checks = 0;
/** The record of a check before this one: it is not the answer to this one. */
let checkedBefore: unknown = null;
let checking = false;
let searching = 0;
let choosing = false;

export async function refresh(): Promise<void> {
  const reply = await homePort().view();
  if (!reply.ok) {
    trouble.value = reply.problem;
    return;
  }
  home.value = reply.value;
  if (step.value === 'loading') {
    if (reply.value.permissions) language.value = reply.value.permissions.language;
    step.value = reply.value.enrolled ? 'welcome' : 'enrol';
  }
}

export async function enrol(invitation: string, address: string): Promise<void> {
  const reply: Answer<HomeView> = await homePort().enrol(invitation, address);
  trouble.value = reply.ok ? null : reply.problem;
  // A visit is sent again by itself; an invitation is not: the person presses.
  if (!reply.ok && reply.problem.code === 'CLINIC_UNREACHABLE')
    trouble.value = { ...reply.problem, hint: t.home.enrol.again };
  if (!reply.ok) return;
  home.value = reply.value;
  if (reply.value.permissions) language.value = reply.value.permissions.language;
  if (homePort().beginsAnew) return location.reload();
  step.value = 'welcome';
  say('welcome');
}

/** Sends a command; what went wrong is shown. */
async function command(what: Parameters<typeof ask>[0]): Promise<string | null> {
  const reply = await ask(what);
  trouble.value = reply.ok ? null : toPatient(told(reply));
  return reply.ok ? null : reply.code;
}

export function begin(): void {
  stoppedEarly.value = false;
  alignTries = checks = 0;
  answers.value = Object.fromEntries(ASKED.map((key) => [key, false]));
  // The next key is an answer already, whatever the gateway has to do first.
  step.value = 'signs';
  say('signs', ...SIGNS);
  // With its end it may turn out to be one that can be gone on with.
  if (kit.value?.recording) closing = command({ type: 'session-end' }).then(refresh);
}

export const toggle = (key: string): void => {
  answers.value = { ...answers.value, [key]: !answers.value[key] };
};

export async function signsDone(): Promise<void> {
  if (SIGNS.some((key) => answers.value[key])) return open(SIGNS, null, null);
  step.value = 'precaution';
  say('pattern-changed');
}
export async function precautionDone(yes: boolean): Promise<void> {
  answers.value = { ...answers.value, 'pattern-changed': yes };
  const seen = home.value?.permissions?.seenPrecautions ?? [];
  if (yes && !seen.includes('pattern-changed')) return open(ASKED, null, null);
  step.value = 'headache';
  say('headache-now');
}
export function headacheDone(value: number): void {
  headacheNow.value = value;
  step.value = 'analgesic';
  say('analgesic');
}
export const analgesicDone = (taken: boolean): Promise<void> => open(ASKED, headacheNow.value, taken);

/**
 * The answers go to the gateway, which judges them and keeps them whatever they are. Those alone that were asked: one yes
 * ends the asking, and nobody has said no to the rest.
 */
async function open(asked: readonly string[], headache: number | null, analgesic6h: boolean | null): Promise<void> {
  await closing;
  const given = Object.fromEntries(asked.map((key) => [key, answers.value[key] === true]));
  const bad = Object.entries(given).filter(([, yes]) => yes);
  // Clear answers on the day of a visit that was cut off: it goes on. Anything else is a visit of its own.
  const goOn = home.value?.resume != null && bad.length === 0;
  const code = await command(
    goOn ? { type: 'home-continue' } : { type: 'home-start', answers: given, headacheNow: headache, analgesic6h },
  );
  if (code === 'VISIT_NOT_READY') {
    trouble.value = null;
    const stop = SIGNS.some((key) => answers.value[key]);
    step.value = stop ? 'emergency' : 'ask-clinic';
    say(stop ? 'emergency' : 'ask-clinic');
    return;
  }
  if (code !== null) return;
  await search();
}

async function search(): Promise<void> {
  if (headSensor.value) {
    step.value = 'search';
    return headSensor.value.phase === 'streaming' ? check() : undefined;
  }
  if (searchAsksPerson()) {
    step.value = 'choose';
    return say('choose');
  }
  step.value = 'search';
  say('search');
  await command({ type: 'scan', on: true });
  connectFound();
}
/** The browser's own list; it wants a press, of this button. */
export async function chooseBand(): Promise<void> {
  if (choosing) return;
  choosing = true;
  const code = await command({ type: 'scan', on: true });
  choosing = false;
  if (code !== null || step.value !== 'choose') return;
  step.value = 'search';
  connectFound();
}

/** Connects the nearest that is found. */
function connectFound(): void {
  window.clearInterval(searching);
  let waited = 0;
  searching = window.setInterval(() => {
    const now = kit.value;
    if (step.value !== 'search' || !now) return window.clearInterval(searching);
    // A simulated headband is nobody's: only where the gateway was started without a radio at all.
    const noRadio = now.radio.status === 'unavailable' && now.radio.code === null;
    const found = now.found.filter((one) => one.driverId !== null && (noRadio || searchAsksPerson() || !one.simulated));
    const nearest = [...found].sort((a, b) => (b.rssiDbm ?? -200) - (a.rssiDbm ?? -200))[0];
    if (nearest) {
      window.clearInterval(searching);
      void command({ type: 'connect', id: nearest.id, role: 'head' }).then((code) => {
        if (code === null) void command({ type: 'scan', on: false });
        else void search();
      });
      return;
    }
    waited += 1;
    if (waited % 20 === 0) say('not-found');
  }, 1000);
}

async function check(): Promise<void> {
  if (checking) return;
  checking = true;
  checkedBefore = headSensor.peek()?.check?.record ?? null;
  step.value = 'check';
  say(checks === 0 ? 'check' : 'check-again');
  checks += 1;
  await command({ type: 'sensor-check', index: 0 });
  checking = false;
}
function checked(record: CheckRecord): void {
  const next = afterCheck(record, checks);
  if (next === 'again') void check();
  else if (next === 'go-on') {
    step.value = 'band';
    say('band');
  } else {
    const message = record.failures.map((one) => t.visit.sensor.failures[one]).join(' ');
    trouble.value = { code: 'SENSOR_CHECK', message, hint: '' };
    void finish('gave-up');
  }
}
export async function bandIsOn(): Promise<void> {
  step.value = 'align';
  say('still');
  await command({ type: 'align-start' });
}
/** Of a visit that was cut off, what was done of a test of these directions. */
export function doneBefore(directions: readonly string[]): number {
  const done = home.value?.resume?.done ?? {};
  return directions.reduce((sum, direction) => sum + (done[direction] ?? 0), 0);
}
/** The clinic allows the active turn in flexion, and has its baseline. */
function offersFlexed(): boolean {
  const allowed = home.value?.permissions;
  return allowed?.flexionRotation === true && allowed.baselineFlexionDeg !== null;
}
function offerFlexed(): void {
  step.value = 'flexed';
  say('flexed-offer');
}
export async function flexedDone(yes: boolean): Promise<void> {
  if (!yes) return finish('end');
  step.value = 'test';
  await command({ type: 'home-trial', protocol: 'home-flexion-rotation' });
}
async function startTest(): Promise<void> {
  if (offersFlexed() && doneBefore(CROM_DIRECTIONS) >= CROM_DIRECTIONS.length * CROM_HOME_DEFAULTS.repetitions)
    return offerFlexed();
  step.value = 'test';
  say('aligned');
  await new Promise((resolve) => window.setTimeout(resolve, 1500));
  await command({ type: 'home-trial', protocol: 'crom-home' });
}

export function pain(source: 'key' | 'button'): void {
  if (step.value !== 'test' || trial.value?.ended !== false) return;
  sound(['symptom']);
  say('pain');
  void ask({ type: 'trial-event', event: 'pain', source });
}
export async function stop(source: 'key' | 'button'): Promise<void> {
  if (trial.value?.ended === false) {
    stoppedEarly.value = true;
    await ask({ type: 'trial-event', event: 'stop', source });
    return;
  }
  if (step.value === 'flexed') await finish('end');
  else if (['choose', 'search', 'check', 'band', 'align'].includes(step.value)) await finish('gave-up');
  else if (step.value !== 'end') {
    hush();
    step.value = 'welcome';
  }
}

async function finish(to: 'end' | 'gave-up'): Promise<void> {
  step.value = to;
  if (to === 'gave-up') say('give-up');
  if (trial.value) await ask({ type: 'trial-close' });
  if (kit.value?.recording) await ask({ type: 'session-end' });
  await refresh();
}

/** A page that was opened anew in the middle of a test goes on with it: no test is lost by a key or a lid. */
function rejoin(): void {
  let met = false;
  effect(() => {
    if (met || kit.value === null || step.value === 'loading') return;
    met = true;
    if (step.value === 'welcome' && trial.value?.ended === false) step.value = 'test';
  });
}

/** Follows the gateway from here on. */
export function followGateway(): void {
  rejoin();
  let phase = '';
  let lost = false;
  let saidLostMs = 0;
  effect(() => {
    const sensor = headSensor.value;
    if (step.value === 'search' && sensor?.phase === 'streaming') void check();
    const record = sensor?.check?.phase === 'done' ? sensor.check.record : null;
    if (step.value === 'check' && record && record !== checkedBefore && !checking) checked(record);
    const gone = step.value === 'test' && (link.value !== 'open' || (sensor !== null && sensor.phase !== 'streaming'));
    if (gone && !lost && Date.now() - saidLostMs > LOST_AGAIN_MS) {
      saidLostMs = Date.now();
      say('signal-lost');
    }
    lost = gone;
  });
  effect(() => {
    const now = alignment.value?.phase ?? 'none';
    // What an earlier visit ended with is no answer to this one.
    if (step.value !== 'align' || now === phase) {
      if (step.value !== 'align') phase = now;
      return;
    }
    phase = now;
    if (now === 'nod' || now === 'turn-left') say(now);
    else if (now === 'accepted') {
      sound(['start-taken']);
      void startTest();
    } else if (now === 'rejected') {
      alignTries += 1;
      sound(['rejected']);
      if (alignTries >= 3) void finish('gave-up');
      else {
        step.value = 'band';
        say('align-again');
      }
    }
  });
  effect(() => {
    const now = trial.value;
    if (step.value !== 'test') {
      test.value = null;
      return;
    }
    const before = test.peek();
    if (now?.ended && before?.id !== now.id) return;
    const cue = homeCue(before, now);
    const ended = now?.ended === true && before?.ended === false;
    const goesOn = ended && now.protocol === 'crom-home' && now.phase === 'finished' && offersFlexed();
    test.value = now;
    if (cue.sounds.length > 0) sound(cue.sounds);
    if (goesOn) offerFlexed();
    else if (cue.say) say(cue.say);
    if (ended && !goesOn) void finish('end');
  });
}
