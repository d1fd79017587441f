/**
 * Sustained posture with symptom timing: the patient takes up the posture that brings the symptoms on and stays in it.
 * Measured is when the symptom began, how far the head strayed meanwhile, and how long the symptom took to go after
 * the return. A way of writing down what is found by provocation; there are no published limits for it, so it is compared
 * with the same patient only.
 *
 *   ready -> holding -> symptom -> easing -> finished
 */

import { identityQuat, type Quat } from '../frames.ts';
import { relativePose } from '../neck/pose.ts';
import { loadState, saveState } from '../state.ts';
import { createMotion } from './motion.ts';
import { createPhaseTalk } from './phase-talk.ts';
import type { ProtocolDefinition, ProtocolMachine, ProtocolRepetition } from './protocol.ts';
import { isSymptom, type MotionSample, type Symptom } from './step.ts';

export interface SustainedParams {
  readonly trials: number;
  /** The posture is not kept longer than this, s. */
  readonly longestS: number;
  /** The symptom is followed no longer than this after the return, s. */
  readonly longestEasingS: number;
  readonly stillTauS: number;
  readonly speedTauS: number;
}

export const SUSTAINED_DEFAULTS: SustainedParams = Object.freeze({
  trials: 1,
  longestS: 120,
  longestEasingS: 300,
  stillTauS: 0.15,
  speedTauS: 0.2,
});

export const SUSTAINED_PROMPTS = [
  'sustained.idle',
  /** Take up the posture; start the clock. */
  'sustained.ready',
  /** Stay; say when the symptom begins. */
  'sustained.hold',
  /** The symptom has begun: come back when it is enough. */
  'sustained.symptom',
  /** Back at neutral; say when the symptom has gone. */
  'sustained.easing',
  'sustained.finished',
  'sustained.stopped',
  'sustained.stopped-dizziness',
] as const;
type Prompt = (typeof SUSTAINED_PROMPTS)[number];
type Phase = 'idle' | 'ready' | 'holding' | 'symptom' | 'easing' | 'finished' | 'stopped';

function createSustained(overrides: Partial<SustainedParams> = {}): ProtocolMachine {
  const params: SustainedParams = Object.freeze({ ...SUSTAINED_DEFAULTS, ...overrides });
  const motion = createMotion(params);
  const talk = createPhaseTalk<Prompt>('sustained.idle');
  const worldFromStart = identityQuat<'world', 'neutral'>();
  const startFromHead = identityQuat<'neutral', 'head'>();
  const state = {
    phase: 'idle' as Phase,
    repetitions: [] as ProtocolRepetition[],
    seen: false,
    worldFromStart: worldFromStart as Float64Array,
    latest: Float64Array.of(1, 0, 0, 0),
    startedAtS: Number.NaN,
    nowS: 0,
    onsetS: Number.NaN,
    leftAtS: Number.NaN,
    strayRad: 0,
    onsetStrayRad: Number.NaN,
    symptom: null as Symptom | null,
  };
  const ready = (): void => {
    if (state.repetitions.filter((r) => r.status === 'counted').length >= params.trials) {
      state.phase = 'finished';
      talk.emit('finished', 'sustained.finished');
      talk.ask('sustained.finished');
      return;
    }
    state.phase = 'ready';
    talk.ask('sustained.ready');
  };
  const start = (): void => {
    if (!state.seen) {
      talk.emit('warning', 'sustained.ignored');
      return;
    }
    worldFromStart.set(state.latest);
    state.phase = 'holding';
    state.startedAtS = talk.timeS;
    state.onsetS = state.leftAtS = state.onsetStrayRad = Number.NaN;
    state.strayRad = 0;
    state.symptom = null;
    talk.emit('rotation-started', 'sustained.started');
    talk.ask('sustained.hold');
  };
  const end = (endReason: string, reason: string | null, easedS: number): void => {
    const leftAtS = Number.isNaN(state.leftAtS) ? talk.timeS : state.leftAtS;
    state.repetitions.push({
      number: state.repetitions.length + 1,
      direction: 'none',
      practice: false,
      status: reason === null ? 'counted' : 'rejected',
      reason,
      warnings: state.symptom === null ? [] : [state.symptom],
      startedAtS: state.startedAtS,
      endReason,
      measures: {
        holdS: leftAtS - state.startedAtS,
        onsetS: state.onsetS,
        easedS,
        strayRad: state.strayRad,
        onsetStrayRad: state.onsetStrayRad,
      },
    });
    if (reason === null) talk.emit('repetition-counted', 'sustained.counted');
    else talk.emit('repetition-rejected', `sustained.rejected-${reason}`);
  };
  /** Out of the posture: without a symptom that is the end, with one its going is awaited. */
  const leave = (): void => {
    state.leftAtS = talk.timeS;
    if (Number.isNaN(state.onsetS)) {
      end('examiner', null, Number.NaN);
      ready();
      return;
    }
    state.phase = 'easing';
    talk.emit('returned', 'sustained.returned');
    talk.ask('sustained.easing');
  };
  const inTrial = (): boolean => state.phase === 'holding' || state.phase === 'symptom' || state.phase === 'easing';

  return {
    view: {
      get phase() {
        return state.phase;
      },
      get ended() {
        return state.phase === 'finished' || state.phase === 'stopped';
      },
      direction: 'none',
      get prompt() {
        return talk.prompt;
      },
      get live() {
        if (state.phase === 'easing') return state.nowS - state.leftAtS;
        return inTrial() ? state.nowS - state.startedAtS : Number.NaN;
      },
      liveSigma: Number.NaN,
      get repetitions() {
        return state.repetitions;
      },
    },
    update(sample: MotionSample, events) {
      if (!motion.update(sample) || state.phase === 'finished' || state.phase === 'stopped') return;
      talk.begin(events, sample);
      state.nowS = sample.timeS;
      state.latest.set(sample.worldFromHead);
      state.seen = true;
      if (state.phase === 'idle') ready();
      if (state.phase === 'holding' || state.phase === 'symptom') {
        relativePose(startFromHead, worldFromStart, sample.worldFromHead as Quat<'world', 'head'>);
        const away = 2 * Math.acos(Math.min(1, Math.abs(startFromHead[0]!)));
        state.strayRad = Math.max(state.strayRad, away);
        if (sample.timeS - state.startedAtS >= params.longestS) {
          talk.emit('warning', 'sustained.longest');
          leave();
        }
      } else if (state.phase === 'easing' && sample.timeS - state.leftAtS >= params.longestEasingS) {
        end('not-eased', null, Number.NaN);
        ready();
      }
    },
    apply(event, timeS, events) {
      talk.begin(events, { timeS });
      state.nowS = timeS;
      const ended = state.phase === 'finished' || state.phase === 'stopped';
      const last = state.repetitions.at(-1);
      if (event.type === 'confirm' && state.phase === 'ready') start();
      else if (event.type === 'confirm' && (state.phase === 'holding' || state.phase === 'symptom')) leave();
      else if (event.type === 'confirm' && state.phase === 'easing') {
        end('eased', null, timeS - state.leftAtS);
        ready();
      } else if ((event.type === 'pain' || event.type === 'headache') && state.phase === 'holding') {
        state.symptom = event.type;
        state.phase = 'symptom';
        state.onsetS = timeS - state.startedAtS;
        state.onsetStrayRad = state.strayRad;
        talk.emit('warning', 'sustained.symptom', { onsetS: state.onsetS });
        talk.ask('sustained.symptom');
      } else if (event.type === 'redo' && inTrial()) {
        end('examiner', 'redone', Number.NaN);
        ready();
      } else if (event.type === 'redo' && last?.status === 'counted' && state.phase !== 'stopped') {
        state.repetitions[state.repetitions.length - 1] = { ...last, status: 'rejected', reason: 'redone' };
        talk.emit('repetition-rejected', 'sustained.rejected-redone');
        ready();
      } else if ((event.type === 'stop' || event.type === 'dizziness') && !ended) {
        if (inTrial()) end(event.type === 'stop' ? 'stopped' : 'dizziness', 'stopped', Number.NaN);
        state.phase = 'stopped';
        const prompt = event.type === 'stop' ? 'sustained.stopped' : 'sustained.stopped-dizziness';
        talk.emit('stopped', prompt);
        talk.ask(prompt);
      } else talk.emit('warning', isSymptom(event) ? `sustained.${event.type}` : 'sustained.ignored');
    },
    save: () => ({ state: saveState(state), motion: motion.save(), prompt: talk.save() }),
    restore(saved) {
      const from = saved as { state: unknown; motion: unknown; prompt: Prompt };
      loadState(state, from.state);
      motion.restore(from.motion);
      talk.restore(from.prompt);
    },
  };
}

export const sustainedPosture = Object.freeze<ProtocolDefinition<SustainedParams>>({
  id: 'sustained',
  version: 1,
  posture: 'seated',
  evidence: 'examiner-active',
  atHome: false,
  phases: ['idle', 'ready', 'holding', 'symptom', 'easing', 'finished', 'stopped'],
  directions: ['none'],
  primary: 'onsetS',
  primarySigma: null,
  live: 'holdS',
  keys: {
    confirm: 'sustained.key-next',
    redo: 'key.redo',
    pain: 'sustained.key-symptom',
    stop: 'key.stop',
    headache: 'key.headache',
    dizziness: 'key.dizziness',
  },
  source: 'provocation by sustained posture as practised; no published limits',
  defaults: SUSTAINED_DEFAULTS,
  settings: ({ repetitions }) => (repetitions === undefined ? {} : { trials: repetitions }),
  repetitionsAsked: (overrides = {}) => overrides.trials ?? SUSTAINED_DEFAULTS.trials,
  create: createSustained,
});
