/**
 * Fast rotation: seated, from straight ahead, left and right as fast as is comfortable. What counts is the peak velocity
 * of each sweep (people with neck pain 226 (88) deg/s, without 348 (92); BMC Musculoskelet Disord 2010; 11:222). Last in
 * a visit, never at home, left out in anybody who is dizzy or acutely ill.
 *
 *   await-neutral -> ready -> sweeping ... -> finished
 */

import { loadState, saveState } from '../state.ts';
import { radFromDeg } from '../units.ts';
import { createMotion } from './motion.ts';
import { createPhaseTalk } from './phase-talk.ts';
import type { ProtocolDefinition, ProtocolDirection, ProtocolMachine, ProtocolRepetition } from './protocol.ts';
import type { MotionSample, Symptom } from './step.ts';

export interface FastRotationParams {
  /** Sweeps that count, a side, after the first of each that does not. */
  readonly sweepsPerSide: number;
  readonly practice: boolean;
  /** Straight ahead and still for this long before it begins, s; below this rate, rad/s. */
  readonly neutralStillS: number;
  readonly stillRateRadps: number;
  /** A sweep begins above the one rate about the long axis and ends below the other, rad/s. */
  readonly beginRadps: number;
  readonly endRadps: number;
  /** A sweep shorter than this is a correction, not a sweep, rad. */
  readonly leastSweepRad: number;
  /** Longest gap in a sweep, s. */
  readonly gapS: number;
  readonly stillTauS: number;
  readonly speedTauS: number;
}

export const FAST_ROTATION_DEFAULTS: FastRotationParams = Object.freeze({
  sweepsPerSide: 3,
  practice: true,
  neutralStillS: 1,
  stillRateRadps: radFromDeg(4),
  beginRadps: radFromDeg(40),
  endRadps: radFromDeg(10),
  leastSweepRad: radFromDeg(30),
  gapS: 0.1,
  stillTauS: 0.15,
  // 6 Hz: what smooths the reported velocity elsewhere in the kit; one pole of 1 / (2 pi 6 Hz).
  speedTauS: 0.027,
});

export const FAST_ROTATION_PROMPTS = [
  'fast.idle',
  'fast.neutral',
  'fast.go',
  'fast.finished',
  'fast.stopped',
  'fast.stopped-dizziness',
] as const;
type Prompt = (typeof FAST_ROTATION_PROMPTS)[number];

function createFastRotation(overrides: Partial<FastRotationParams> = {}): ProtocolMachine {
  const params: FastRotationParams = Object.freeze({ ...FAST_ROTATION_DEFAULTS, ...overrides });
  const motion = createMotion(params);
  const talk = createPhaseTalk<Prompt>('fast.idle');
  const state = {
    phase: 'idle' as 'idle' | 'await-neutral' | 'ready' | 'sweeping' | 'finished' | 'stopped',
    repetitions: [] as ProtocolRepetition[],
    stillS: 0,
    /** Smoothed rate about the head's long axis, left positive, rad/s. */
    rateRadps: 0,
    // The sweep under way: its sign (0: none), angle so far, peak, gaps.
    sign: 0,
    sweptRad: 0,
    peakRadps: 0,
    startedAtS: Number.NaN,
    worstGapS: 0,
    symptom: null as Symptom | null,
  };
  const done = (direction: ProtocolDirection): number =>
    state.repetitions.filter((r) => r.direction === direction && r.status !== 'rejected').length;
  const wanted = (): number => params.sweepsPerSide + (params.practice ? 1 : 0);
  const finishIfDone = (): void => {
    if (done('left') < wanted() || done('right') < wanted()) return;
    state.phase = 'finished';
    talk.emit('finished', 'fast.finished');
    talk.ask('fast.finished');
  };
  const clearSweep = (): void => {
    state.sign = 0;
    state.sweptRad = state.peakRadps = state.worstGapS = 0;
    state.startedAtS = Number.NaN;
    state.symptom = null;
  };
  const endSweep = (stopped: boolean): void => {
    const direction: ProtocolDirection = state.sign > 0 ? 'left' : 'right';
    const small = state.sweptRad < params.leastSweepRad;
    const lost = state.worstGapS > params.gapS;
    // A correction on the way is none of the patient's sweeps, unless data were missing in it: then nobody knows.
    if (small && !lost && !stopped) {
      clearSweep();
      return;
    }
    const extra = done(direction) >= wanted();
    const reason = stopped ? 'stopped' : lost ? 'signal' : extra ? 'extra' : null;
    const practice = params.practice && done(direction) === 0;
    state.repetitions.push({
      number: state.repetitions.length + 1,
      direction,
      practice,
      status: reason !== null ? 'rejected' : practice ? 'practice' : 'counted',
      reason,
      warnings: state.symptom === null ? [] : [state.symptom],
      startedAtS: state.startedAtS,
      endReason: stopped ? 'stopped' : (state.symptom ?? 'sweep'),
      measures: { peakSpeedRadps: state.peakRadps, sweptRad: state.sweptRad },
    });
    if (reason === null) talk.emit('repetition-counted', practice ? 'fast.practice' : 'fast.counted');
    else talk.emit('repetition-rejected', `fast.rejected-${reason}`);
    clearSweep();
  };
  const sweep = (): void => {
    const sign = Math.sign(state.rateRadps);
    const size = Math.abs(state.rateRadps);
    if (state.sign === 0) {
      if (size < params.beginRadps) return;
      state.sign = sign;
      state.startedAtS = talk.timeS;
      state.phase = 'sweeping';
      talk.emit('rotation-started', sign > 0 ? 'fast.left' : 'fast.right');
    }
    state.sweptRad += Math.abs(state.rateRadps) * motion.dtS;
    state.peakRadps = Math.max(state.peakRadps, size);
    state.worstGapS = Math.max(state.worstGapS, motion.gapS);
    if (sign !== state.sign || size < params.endRadps) {
      endSweep(false);
      state.phase = 'ready';
      finishIfDone();
    }
  };

  return {
    view: {
      get phase() {
        return state.phase;
      },
      get ended() {
        return state.phase === 'finished' || state.phase === 'stopped';
      },
      get direction() {
        if (state.sign !== 0) return state.sign > 0 ? 'left' : 'right';
        return done('left') <= done('right') ? 'left' : 'right';
      },
      get prompt() {
        return talk.prompt;
      },
      get live() {
        return state.phase === 'ready' || state.phase === 'sweeping' ? Math.abs(state.rateRadps) : Number.NaN;
      },
      liveSigma: Number.NaN,
      get repetitions() {
        return state.repetitions;
      },
    },
    update(sample: MotionSample, events) {
      if (!motion.update(sample) || state.phase === 'finished' || state.phase === 'stopped') return;
      talk.begin(events, sample);
      const share = motion.dtS / (params.speedTauS + motion.dtS);
      state.rateRadps += share * (sample.headRateRadps[2]! - state.rateRadps);
      if (state.phase === 'idle') {
        state.phase = 'await-neutral';
        talk.ask('fast.neutral');
      }
      if (state.phase === 'await-neutral') {
        const still = motion.stillRadps < params.stillRateRadps && motion.gapS <= params.gapS;
        state.stillS = still ? state.stillS + motion.dtS : 0;
        if (state.stillS < params.neutralStillS) return;
        state.phase = 'ready';
        talk.emit('neutral-captured', 'fast.neutral-captured');
        talk.ask('fast.go');
      } else sweep();
    },
    apply(event, timeS, events) {
      talk.begin(events, { timeS });
      const ended = state.phase === 'finished' || state.phase === 'stopped';
      const last = state.repetitions.at(-1);
      if ((event.type === 'stop' || event.type === 'dizziness') && !ended) {
        if (state.sign !== 0) endSweep(true);
        state.phase = 'stopped';
        const prompt = event.type === 'stop' ? 'fast.stopped' : 'fast.stopped-dizziness';
        talk.emit('stopped', prompt);
        talk.ask(prompt);
      } else if (event.type === 'redo' && last && last.status !== 'rejected' && state.phase !== 'stopped') {
        state.repetitions[state.repetitions.length - 1] = { ...last, status: 'rejected', reason: 'redone' };
        talk.emit('repetition-rejected', 'fast.rejected-redone');
        if (state.phase === 'finished') {
          state.phase = 'await-neutral';
          state.stillS = 0;
          talk.ask('fast.neutral');
        }
      } else if (event.type === 'pain' || event.type === 'headache') {
        if (state.sign !== 0) state.symptom = event.type;
        talk.emit('warning', `fast.${event.type}`);
      } else talk.emit('warning', event.type === 'dizziness' ? 'fast.dizziness' : 'fast.ignored');
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

export const fastRotation = Object.freeze<ProtocolDefinition<FastRotationParams>>({
  id: 'fast-rotation',
  version: 1,
  posture: 'seated',
  evidence: 'examiner-active',
  atHome: false,
  phases: ['idle', 'await-neutral', 'ready', 'sweeping', 'finished', 'stopped'],
  directions: ['left', 'right'],
  primary: 'peakSpeedRadps',
  primarySigma: null,
  live: 'peakSpeedRadps',
  keys: {
    confirm: null,
    redo: 'key.redo',
    pain: 'key.pain',
    stop: 'key.stop',
    headache: 'key.headache',
    dizziness: 'key.dizziness',
  },
  source: 'BMC Musculoskelet Disord 2010; 11:222: peak velocity 226 (88) deg/s with neck pain, 348 (92) without',
  defaults: FAST_ROTATION_DEFAULTS,
  settings: ({ repetitions, practice }) => ({
    ...(repetitions === undefined ? {} : { sweepsPerSide: repetitions }),
    ...(practice === undefined ? {} : { practice: practice > 0 }),
  }),
  repetitionsAsked: (overrides = {}) => overrides.sweepsPerSide ?? FAST_ROTATION_DEFAULTS.sweepsPerSide,
  create: createFastRotation,
});
