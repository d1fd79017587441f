/**
 * What one sensor's connection is doing, as a pure machine: (state, event) -> state and what to do. Total: every event is
 * defined in every phase (most change nothing), and nothing outside is looked at. The table is in docs/bluetooth.md, a
 * test holds the two together.
 *
 * Every attempt is a new generation. An event of an older generation is news of a connection that is over, and ignored.
 */
import type { ErrorCode } from '../contract/errors.ts';

export const LINK_PHASES = [
  'idle',
  'scanning',
  'connecting',
  'discovering',
  'starting',
  'streaming',
  'stale',
  'reconnecting',
  'failed',
] as const;
export type LinkPhase = (typeof LINK_PHASES)[number];
/** How far an attempt has come. */
export type AttemptStep = 'scanning' | 'connecting' | 'discovering' | 'starting';

export interface LinkParams {
  /** Without a notification for so long, ms, the stream is stale: 25 samples at 100 Hz. */
  readonly staleMs: number;
  /** Silent for so long, ms, the link is given up and made anew, whatever the radio says of it. */
  readonly giveUpMs: number;
  /** First pause between attempts, ms; doubled each time. No jitter: one gateway owns the adapter. */
  readonly backOffMs: number;
  readonly backOffMaxMs: number;
  /** Attempts before a sensor that never streamed counts as failed. */
  readonly firstAttempts: number;
  /** False for a source whose end is the end: a recording. */
  readonly reconnects: boolean;
}

export interface LinkState {
  readonly phase: LinkPhase;
  /** Plain words about what is wrong; null when nothing is. */
  readonly message: string | null;
  readonly generation: number;
  /** Attempts in a row that led to no sample. */
  readonly failures: number;
  readonly everStreamed: boolean;
  /** What the connection of this generation is: asked for, open, or neither. */
  readonly link: 'none' | 'attempt' | 'cut' | 'open';
}

export type LinkEvent =
  /** Somebody wants this sensor. */
  | { readonly type: 'ask' }
  | { readonly type: 'progress'; readonly generation: number; readonly step: AttemptStep }
  /** The attempt has led to a stream; its first sample is awaited. */
  | { readonly type: 'opened'; readonly generation: number }
  | { readonly type: 'refused'; readonly generation: number; readonly code: ErrorCode; readonly message: string }
  | { readonly type: 'sample'; readonly generation: number }
  /** Looked at every few milliseconds: age of the newest sample. */
  | { readonly type: 'silence'; readonly generation: number; readonly silentMs: number }
  /** The link's end was told, before or after it was open. */
  | { readonly type: 'ended'; readonly generation: number; readonly reason: string }
  | { readonly type: 'pause-over'; readonly generation: number }
  | { readonly type: 'radio-ready' }
  | { readonly type: 'stop' };

export type LinkAction =
  /** Begin the attempt of this (new) generation. */
  | { readonly do: 'attempt' }
  /** Let go of the open stream. `polite`: the link may still stand and is said goodbye to first. */
  | { readonly do: 'drop'; readonly reason: string; readonly polite: boolean }
  | { readonly do: 'wait'; readonly pauseMs: number };

export interface LinkStep {
  readonly state: LinkState;
  readonly actions: readonly LinkAction[];
}

export const LINK_IDLE: LinkState = Object.freeze({
  phase: 'idle',
  message: null,
  generation: 0,
  failures: 0,
  everStreamed: false,
  link: 'none',
});

/** Waiting does not help against these. */
const FINAL: ReadonlySet<ErrorCode> = new Set(['SENSOR_UNSUPPORTED', 'NOT_FOUND', 'BAD_FILE']);
const NOTHING: readonly LinkAction[] = Object.freeze([]);
const SILENT = 'the sensor went silent';

/** The pause before the attempt that follows `failures` failed ones, ms: 250, 500, 1000, 2000, 4000, 5000, 5000 … */
export function pauseBeforeMs(failures: number, params: Pick<LinkParams, 'backOffMs' | 'backOffMaxMs'>): number {
  return Math.min(params.backOffMs * 2 ** Math.min(failures, 16), params.backOffMaxMs);
}

const same = (state: LinkState): LinkStep => ({ state, actions: NOTHING });

function attempt(state: LinkState, failures: number): LinkStep {
  const next: LinkState = {
    ...state,
    phase: 'connecting',
    generation: state.generation + 1,
    failures,
    link: 'attempt',
  };
  return { state: next, actions: [{ do: 'attempt' }] };
}

/** After a connection or an attempt is over: a pause and another one, or the end. */
function again(state: LinkState, why: string, params: LinkParams, first: readonly LinkAction[] = NOTHING): LinkStep {
  const failures = state.failures + 1;
  const over = { ...state, message: why, failures, link: 'none' } as const;
  const inVain = !state.everStreamed && failures >= params.firstAttempts;
  if (!params.reconnects || inVain) return { state: { ...over, phase: 'failed' }, actions: first };
  const pauseMs = pauseBeforeMs(state.failures, params);
  // A sensor that never streamed has nothing to come back to.
  const phase = state.everStreamed ? 'reconnecting' : 'connecting';
  return { state: { ...over, phase }, actions: [...first, { do: 'wait', pauseMs }] };
}

/** The machine. Allocates nothing for a sample of a running stream. */
export function linkStep(state: LinkState, event: LinkEvent, params: LinkParams): LinkStep {
  if ('generation' in event && event.generation !== state.generation) return same(state);
  switch (event.type) {
    case 'ask':
      return state.phase === 'idle' || state.phase === 'failed' ? attempt({ ...state, message: null }, 0) : same(state);

    case 'progress':
      return state.link === 'attempt' ? same({ ...state, phase: event.step }) : same(state);

    case 'opened':
      return state.link === 'attempt' ? same({ ...state, phase: 'starting', link: 'open' }) : same(state);

    case 'refused':
      if (state.link !== 'attempt' && state.link !== 'cut') return same(state);
      if (FINAL.has(event.code)) return same({ ...state, phase: 'failed', message: event.message, link: 'none' });
      return again(state, event.message, params);

    case 'sample':
      if (state.link !== 'open' || state.phase === 'streaming') return same(state);
      return same({ ...state, phase: 'streaming', message: null, failures: 0, everStreamed: true });

    case 'silence':
      if (state.link !== 'open') return same(state);
      if (event.silentMs >= params.giveUpMs)
        return again(state, SILENT, params, [{ do: 'drop', reason: 'no samples', polite: true }]);
      if (event.silentMs >= params.staleMs && state.phase === 'streaming')
        return same({ ...state, phase: 'stale', message: 'no samples are coming' });
      return same(state);

    case 'ended':
      // Told of a link that is still being made: the attempt itself will fail or be let go of, and then it is counted.
      if (state.link === 'attempt') return same({ ...state, link: 'cut' });
      if (state.link !== 'open') return same(state);
      return again(state, event.reason, params, [{ do: 'drop', reason: event.reason, polite: false }]);

    case 'pause-over':
      return waiting(state) ? attempt(state, state.failures) : same(state);

    case 'radio-ready':
      // The end of a long pause need not be waited for; the schedule starts over.
      return waiting(state) ? attempt(state, 0) : same(state);

    case 'stop': {
      const stopped = {
        ...state,
        phase: 'idle',
        message: null,
        generation: state.generation + 1,
        link: 'none',
      } as const;
      const reason = 'disconnected';
      return { state: stopped, actions: state.link === 'open' ? [{ do: 'drop', reason, polite: true }] : NOTHING };
    }
  }
}

/** In the pause between two attempts. */
function waiting(state: LinkState): boolean {
  return state.link === 'none' && (state.phase === 'reconnecting' || state.phase === 'connecting');
}
