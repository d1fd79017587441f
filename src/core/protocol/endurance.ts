/**
 * Deep neck flexor endurance: supine, knees bent, chin tucked, the head lifted about 2.5 cm and kept there. The examiner
 * starts the clock when the head is up and stops it by the published rule (chin thrust, loss of the skin fold, head
 * touching down, pain). Two trials (Harris 2005; Domenech 2011, PM&R, zendy.io/title/10.1016/j.pmrj.2010.10.023).
 *
 * One sensor on the forehead sees the nod, not the height of the head: it marks when the nod was lost and says nothing
 * about the lift. The clock is the examiner's; the mark is the sensor's.
 *
 *   ready -> holding -> ready ... -> finished
 */
import { writeSwing } from '../neck/angles.ts';
import { loadState, saveState } from '../state.ts';
import { radFromDeg } from '../units.ts';
import { createMotion } from './motion.ts';
import { createPhaseTalk } from './phase-talk.ts';
import type { ProtocolDefinition, ProtocolMachine, ProtocolRepetition } from './protocol.ts';
import { isSymptom, type MotionSample } from './step.ts';

export interface EnduranceParams {
  readonly trials: number;
  /** Inclination away from the start by more than this is a lost nod, rad: a judgement, no published angle exists. */
  readonly nodLostRad: number;
  /** ... for so long, s: a tremor is no loss. */
  readonly nodLostS: number;
  /** Shorter than this is a slip of the key, s. */
  readonly leastS: number;
  readonly stillTauS: number;
  readonly speedTauS: number;
  /** Missing time in a trial that is marked, and after which the nod is not known any longer, s. */
  readonly gapMarkS: number;
}

export const ENDURANCE_DEFAULTS: EnduranceParams = Object.freeze({
  trials: 2,
  nodLostRad: radFromDeg(5),
  nodLostS: 0.5,
  leastS: 1,
  stillTauS: 0.15,
  speedTauS: 0.2,
  gapMarkS: 0.3,
});

export const ENDURANCE_PROMPTS = [
  'endurance.idle',
  /** Chin tucked, head up: start the clock. */
  'endurance.ready',
  'endurance.hold',
  /** The nod was lost: look at the chin. The examiner decides. */
  'endurance.nod-lost',
  'endurance.finished',
  'endurance.stopped',
  'endurance.stopped-dizziness',
] as const;
type Prompt = (typeof ENDURANCE_PROMPTS)[number];

function createEndurance(overrides: Partial<EnduranceParams> = {}): ProtocolMachine {
  const params: EnduranceParams = Object.freeze({ ...ENDURANCE_DEFAULTS, ...overrides });
  const motion = createMotion(params);
  const talk = createPhaseTalk<Prompt>('endurance.idle');
  const angle = new Float64Array(1);
  const state = {
    phase: 'idle' as 'idle' | 'ready' | 'holding' | 'finished' | 'stopped',
    repetitions: [] as ProtocolRepetition[],
    seen: false,
    startInclinationRad: Number.NaN,
    inclinationRad: Number.NaN,
    startedAtS: Number.NaN,
    heldS: 0,
    /** How long the nod has been away by now, and when it was first lost for good, s from the start. */
    awayS: 0,
    nodLostAtS: Number.NaN,
    worstRad: 0,
    missingS: 0,
  };
  const ready = (): void => {
    const counted = state.repetitions.filter((r) => r.status === 'counted').length;
    if (counted >= params.trials) {
      state.phase = 'finished';
      talk.emit('finished', 'endurance.finished');
      talk.ask('endurance.finished');
      return;
    }
    state.phase = 'ready';
    talk.ask('endurance.ready');
  };
  const start = (): void => {
    if (!state.seen) {
      talk.emit('warning', 'endurance.ignored');
      return;
    }
    state.phase = 'holding';
    state.startInclinationRad = state.inclinationRad;
    state.startedAtS = talk.timeS;
    state.heldS = state.awayS = state.worstRad = state.missingS = 0;
    state.nodLostAtS = Number.NaN;
    talk.emit('rotation-started', 'endurance.started');
    talk.ask('endurance.hold');
  };
  const end = (endReason: string, reason: string | null): void => {
    // The clock goes with the examiner's event, which may be later than the last sample.
    const holdS = Math.max(state.heldS, talk.timeS - state.startedAtS);
    const short = reason === null && holdS < params.leastS ? 'short' : reason;
    const warnings: string[] = [];
    if (!Number.isNaN(state.nodLostAtS)) warnings.push('nod-lost');
    if (state.missingS > params.gapMarkS) warnings.push('loss');
    state.repetitions.push({
      number: state.repetitions.length + 1,
      direction: 'none',
      practice: false,
      status: short === null ? 'counted' : 'rejected',
      reason: short,
      warnings,
      startedAtS: state.startedAtS,
      endReason,
      measures: { holdS, nodLostAtS: state.nodLostAtS, worstNodChangeRad: state.worstRad, missingS: state.missingS },
    });
    if (short === null) talk.emit('repetition-counted', 'endurance.counted', { holdS });
    else talk.emit('repetition-rejected', `endurance.rejected-${short}`);
  };

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
        return state.phase === 'holding' ? state.heldS : Number.NaN;
      },
      liveSigma: Number.NaN,
      get repetitions() {
        return state.repetitions;
      },
    },
    update(sample: MotionSample, events) {
      if (!motion.update(sample) || state.phase === 'finished' || state.phase === 'stopped') return;
      talk.begin(events, sample);
      writeSwing(angle, 0, sample.worldFromHead);
      state.inclinationRad = angle[0]!;
      state.seen = true;
      if (state.phase === 'idle') ready();
      if (state.phase !== 'holding') return;
      state.heldS = sample.timeS - state.startedAtS;
      state.missingS += motion.gapS;
      const change = Math.abs(state.inclinationRad - state.startInclinationRad);
      state.worstRad = Math.max(state.worstRad, change);
      // What was not seen is not held against the patient.
      state.awayS = change > params.nodLostRad && motion.gapS <= params.gapMarkS ? state.awayS + motion.dtS : 0;
      if (state.awayS >= params.nodLostS && Number.isNaN(state.nodLostAtS)) {
        state.nodLostAtS = state.heldS - state.awayS;
        talk.emit('warning', 'endurance.nod-lost', { atS: state.nodLostAtS });
        talk.ask('endurance.nod-lost');
      }
    },
    apply(event, timeS, events) {
      talk.begin(events, { timeS });
      const ended = state.phase === 'finished' || state.phase === 'stopped';
      const last = state.repetitions.at(-1);
      if (event.type === 'confirm' && state.phase === 'ready') start();
      else if (event.type === 'confirm' && state.phase === 'holding') {
        end('examiner', null);
        ready();
      } else if ((event.type === 'pain' || event.type === 'headache') && state.phase === 'holding') {
        end(event.type, null);
        ready();
      } else if (event.type === 'redo' && state.phase === 'holding') {
        end('examiner', 'redone');
        ready();
      } else if (event.type === 'redo' && last?.status === 'counted' && state.phase !== 'stopped') {
        state.repetitions[state.repetitions.length - 1] = { ...last, status: 'rejected', reason: 'redone' };
        talk.emit('repetition-rejected', 'endurance.rejected-redone');
        ready();
      } else if ((event.type === 'stop' || event.type === 'dizziness') && !ended) {
        if (state.phase === 'holding') end(event.type === 'stop' ? 'stopped' : 'dizziness', 'stopped');
        state.phase = 'stopped';
        const prompt = event.type === 'stop' ? 'endurance.stopped' : 'endurance.stopped-dizziness';
        talk.emit('stopped', prompt);
        talk.ask(prompt);
      } else talk.emit('warning', isSymptom(event) ? `endurance.${event.type}` : 'endurance.ignored');
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

export const endurance = Object.freeze<ProtocolDefinition<EnduranceParams>>({
  id: 'endurance',
  version: 1,
  posture: 'supine',
  evidence: 'examiner-active',
  atHome: false,
  phases: ['idle', 'ready', 'holding', 'finished', 'stopped'],
  directions: ['none'],
  primary: 'holdS',
  primarySigma: null,
  live: 'holdS',
  keys: {
    confirm: 'endurance.key-clock',
    redo: 'key.redo',
    pain: 'endurance.key-pain',
    stop: 'key.stop',
    headache: 'key.headache',
    dizziness: 'key.dizziness',
  },
  source:
    'Harris KD, et al. Phys Ther 2005; 85:1349 (procedure); Domenech MA, et al. PM&R 2011 (men 38.9 s, women 29.4 s)',
  defaults: ENDURANCE_DEFAULTS,
  settings: ({ repetitions }) => (repetitions === undefined ? {} : { trials: repetitions }),
  repetitionsAsked: (overrides = {}) => overrides.trials ?? ENDURANCE_DEFAULTS.trials,
  create: createEndurance,
});
