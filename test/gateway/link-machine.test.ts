import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../src/contract/errors.ts';
import {
  type AttemptStep,
  LINK_IDLE,
  LINK_PHASES,
  type LinkEvent,
  type LinkParams,
  type LinkState,
  linkStep,
  pauseBeforeMs,
} from '../../src/gateway/link-machine.ts';
import { DEFAULT_SUPERVISOR } from '../../src/gateway/supervisor.ts';

const PARAMS: LinkParams = { ...DEFAULT_SUPERVISOR, reconnects: true };
const RECORDING: LinkParams = { ...PARAMS, reconnects: false };

/** Any event, of the present connection, of an old one, or of one that never was. */
const anyEvent = (): fc.Arbitrary<(generation: number) => LinkEvent> =>
  fc
    .record({
      type: fc.constantFrom(
        ...(['ask', 'progress', 'opened', 'refused', 'sample', 'silence', 'ended'] as const),
        ...(['pause-over', 'radio-ready', 'stop'] as const),
      ),
      age: fc.constantFrom(0, 0, 0, 0, 1, -1),
      step: fc.constantFrom('scanning' as const, 'connecting' as const, 'discovering' as const, 'starting' as const),
      code: fc.constantFrom<ErrorCode>('LINK_TIMEOUT', 'LINK_LOST', 'SENSOR_NOT_FOUND', 'SENSOR_UNSUPPORTED'),
      silentMs: fc.integer({ min: 0, max: 3000 }),
    })
    .map(({ type, age, step, code, silentMs }) => (generation: number): LinkEvent => {
      const of = { generation: generation - age };
      switch (type) {
        case 'progress':
          return { type, ...of, step };
        case 'refused':
          return { type, ...of, code, message: code };
        case 'silence':
          return { type, ...of, silentMs };
        case 'ended':
          return { type, ...of, reason: 'gone' };
        case 'opened':
        case 'sample':
        case 'pause-over':
          return { type, ...of };
        default:
          return { type };
      }
    });

/** Runs events from idle; what the last one did is in the result. */
function run(events: readonly ((generation: number) => LinkEvent)[], params = PARAMS, from = LINK_IDLE): LinkState {
  return events.reduce((state, make) => linkStep(state, make(state.generation), params).state, from);
}
type Make = (generation: number) => LinkEvent;
const ASK: Make = () => ({ type: 'ask' });
const STOP: Make = () => ({ type: 'stop' });
const RADIO: Make = () => ({ type: 'radio-ready' });
const OPENED: Make = (generation) => ({ type: 'opened', generation });
const SAMPLE: Make = (generation) => ({ type: 'sample', generation });
const ENDED: Make = (generation) => ({ type: 'ended', generation, reason: 'out of range' });
const PAUSE_OVER: Make = (generation) => ({ type: 'pause-over', generation });
const silent =
  (silentMs: number): Make =>
  (generation) => ({ type: 'silence', generation, silentMs });
const progress =
  (step: AttemptStep): Make =>
  (generation) => ({ type: 'progress', generation, step });
const refused =
  (code: ErrorCode): Make =>
  (generation) => ({ type: 'refused', generation, code, message: 'x' });

describe('the connection machine', () => {
  it('is total and pure: any events in any order give a state that holds together', () => {
    fc.assert(
      fc.property(fc.array(anyEvent(), { maxLength: 60 }), fc.boolean(), (events, reconnects) => {
        const params = { ...PARAMS, reconnects };
        let state = LINK_IDLE;
        for (const make of events) {
          const event = make(state.generation);
          const frozen = Object.freeze({ ...state });
          const step = linkStep(frozen, event, params);
          expect(step).toEqual(linkStep(frozen, event, params));
          const { state: next, actions } = step;
          expect(LINK_PHASES).toContain(next.phase);
          // What is open is let go of exactly when it stops being open.
          expect(actions.filter((a) => a.do === 'drop').length).toBe(
            state.link === 'open' && next.link !== 'open' ? 1 : 0,
          );
          // An attempt begins only where none is under way, and as a new generation.
          if (actions.some((a) => a.do === 'attempt')) {
            expect(['none']).toContain(state.link);
            expect(next.generation).toBe(state.generation + 1);
          }
          expect(actions.filter((a) => a.do !== 'drop').length).toBeLessThanOrEqual(1);
          if (['streaming', 'stale'].includes(next.phase)) expect(next.link).toBe('open');
          if (['idle', 'failed'].includes(next.phase)) expect(next.link).toBe('none');
          if (next.phase === 'streaming')
            expect(next).toMatchObject({ failures: 0, everStreamed: true, message: null });
          state = next;
        }
      }),
    );
  });

  it('never gets stuck: from wherever it is, it streams again once the sensor answers', () => {
    fc.assert(
      fc.property(fc.array(anyEvent(), { maxLength: 40 }), (events) => {
        let state = run(events);
        // The world goes on as it would: an attempt ends, a silent link is noticed, a pause runs out.
        for (let i = 0; i < 6 && state.phase !== 'streaming'; i++) {
          const { generation } = state;
          const next = (event: LinkEvent) => {
            state = linkStep(state, event, PARAMS).state;
          };
          if (state.phase === 'idle' || state.phase === 'failed') next({ type: 'ask' });
          else if (state.link === 'attempt') next({ type: 'opened', generation });
          else if (state.link === 'cut') next({ type: 'refused', generation, code: 'LINK_LOST', message: 'cut' });
          else if (state.link === 'open') next({ type: 'sample', generation });
          else next({ type: 'pause-over', generation });
        }
        expect(state.phase).toBe('streaming');
      }),
    );
  });

  it('gives a running sample back as the very same state', () => {
    const streaming = run([ASK, OPENED, SAMPLE]);
    expect(linkStep(streaming, { type: 'sample', generation: streaming.generation }, PARAMS).state).toBe(streaming);
  });

  it('waits 250, 500, 1000, 2000, 4000, 5000, 5000 ms between attempts', () => {
    expect([0, 1, 2, 3, 4, 5, 6, 60].map((failures) => pauseBeforeMs(failures, PARAMS))).toEqual([
      250, 500, 1000, 2000, 4000, 5000, 5000, 5000,
    ]);
  });

  it('ignores what an older connection still says', () => {
    const streaming = run([ASK, OPENED, SAMPLE, ENDED, PAUSE_OVER, OPENED, SAMPLE]);
    for (const event of [
      { type: 'ended', reason: 'late', generation: 1 },
      { type: 'silence', silentMs: 9999, generation: 1 },
      { type: 'refused', code: 'LINK_LOST', message: 'late', generation: 1 },
    ] as const)
      expect(linkStep(streaming, event, PARAMS).state).toBe(streaming);
  });

  it('counts a link that opens and never sends like an attempt that failed', () => {
    const inVain = [OPENED, silent(2000)];
    const again = [PAUSE_OVER, ...inVain];
    expect(run([ASK, ...inVain])).toMatchObject({ phase: 'connecting', link: 'none', failures: 1 });
    expect(run([ASK, ...inVain, ...again, ...again])).toMatchObject({
      phase: 'failed',
      message: 'the sensor went silent',
    });
  });

  it('ends with a recording, and with whoever lets go of the sensor', () => {
    expect(run([ASK, OPENED, SAMPLE, ENDED], RECORDING)).toMatchObject({ phase: 'failed', message: 'out of range' });
    expect(run([ASK, OPENED, SAMPLE, STOP])).toMatchObject({ phase: 'idle', message: null });
  });
});

describe('the table of the documentation', () => {
  const page = readFileSync(new URL('../../docs/bluetooth.md', import.meta.url), 'utf8');
  const rows = [...page.matchAll(/^\| `([a-z]+)` \| (.+) \|$/gm)].filter(([, name]) =>
    (LINK_PHASES as readonly string[]).includes(name ?? ''),
  );
  /** How the test comes into a phase. */
  const WAYS: Record<string, LinkState> = {
    idle: LINK_IDLE,
    scanning: run([ASK, progress('scanning')]),
    connecting: run([ASK]),
    discovering: run([ASK, progress('discovering')]),
    starting: run([ASK, OPENED]),
    streaming: run([ASK, OPENED, SAMPLE]),
    stale: run([ASK, OPENED, SAMPLE, silent(250)]),
    reconnecting: run([ASK, OPENED, SAMPLE, ENDED]),
    failed: run([ASK, refused('SENSOR_UNSUPPORTED')]),
  };
  const EVENTS = [
    ASK,
    progress('discovering'),
    OPENED,
    refused('LINK_TIMEOUT'),
    SAMPLE,
    silent(250),
    silent(2000),
    ENDED,
    PAUSE_OVER,
    RADIO,
    STOP,
  ];

  it('has a row for every phase', () => {
    expect(rows.map(([, name]) => name)).toEqual([...LINK_PHASES]);
  });

  it.each(LINK_PHASES)('says what the machine does in %s', (phase) => {
    const from = WAYS[phase]!;
    expect(from.phase).toBe(phase);
    const cells = rows.find(([, name]) => name === phase)![2]!.split(' | ');
    const reached = EVENTS.map((make) => {
      const { state } = linkStep(from, make(from.generation), PARAMS);
      return state === from || state.phase === phase ? '·' : state.phase;
    });
    expect(cells).toEqual(reached);
  });
});
