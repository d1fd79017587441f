/** The vectors of the clauses: streams against the run that judges them, behaviour against the simulated headband. */
import { describe, expect, test } from 'vitest';
import behaviour from '../../firmware-spec/vectors/behaviour.json' with { type: 'json' };
import streams from '../../firmware-spec/vectors/clauses.json' with { type: 'json' };
import { Verdicts } from '../../src/devices/conformance/clauses.ts';
import { judgeLengths, judgeMotion, judgeTime } from '../../src/devices/conformance/motion-clauses.ts';
import { decodeInfo, decodeStatus, HeadbandCharacteristic } from '../../src/wire/headband-profile.ts';
import { failedClauses } from '../support/conformance-bench.ts';
import { fromHex, toHex } from '../support/hex.ts';
import { simulatedHeadband } from '../support/sim-stream.ts';

const parsed = decodeInfo(fromHex('0100070f0304f400803e00198813320000000000'));
if (!parsed.ok) throw new Error(parsed.reason);
const info = parsed.value;

describe('streams', () => {
  test.each(streams.streams)('$name', ({ start, mtu, firstCounter, breaks, everyUs, packets }) => {
    const arrived = packets.map((hex, i) => ({ from: 'motion' as const, bytes: fromHex(hex), arrivalUs: i * everyUs }));
    const asked = { type: 'start', ...start, content: start.content as 'both' | 'inertial' | 'quaternion' } as const;
    const v = new Verdicts();
    judgeLengths(v, arrived, asked, mtu, info);
    const decodable = !breaks.includes('C16');
    if (decodable) judgeTime(v, arrived, start.rateHz, { counter: firstCounter, tickUs: null }, true);
    if (start.content === 'both') judgeMotion(v, arrived, asked, mtu);
    const results = v.results();
    expect(failedClauses(results)).toEqual(breaks);
    if (breaks.length === 0 && start.content === 'both')
      expect(results.find(({ clause }) => clause === 'C24')?.verdict).toBe('pass');
  });
});

interface Step {
  readonly subscribe?: readonly string[];
  readonly write?: string;
  readonly att?: number;
  readonly read?: string;
  readonly status?: Record<string, unknown>;
  readonly waitMs?: number;
  readonly motion?: readonly number[];
  readonly next?: string;
  readonly prefix?: string;
  readonly reconnect?: boolean;
}

describe('behaviour', () => {
  test.each(behaviour.scenarios)('$name', ({ mtu, steps }) => {
    const { model } = simulatedHeadband(1, { clockPpm: 0 });
    const { control, status, motion } = HeadbandCharacteristic;
    let nowUs = 0;
    let arrived: { from: string; hex: string }[] = [];
    const advance = (): void => {
      model.advance(nowUs, (uuid, bytes) =>
        arrived.push({ from: uuid === motion ? 'motion' : 'status', hex: toHex(bytes) }),
      );
    };
    model.connected(mtu, nowUs);
    for (const step of steps as readonly Step[]) {
      if (step.subscribe) for (const uuid of [status, motion]) model.subscriptionChanged(uuid, true, nowUs);
      if (step.write !== undefined) expect(model.write(control, fromHex(step.write), nowUs)).toBe(step.att ?? 0);
      if (step.status) {
        const shown = decodeStatus(model.read(status) as Uint8Array);
        expect(shown).toMatchObject({ ok: true, value: step.status });
      }
      if (step.reconnect) {
        model.disconnected(nowUs);
        model.connected(mtu, nowUs);
        arrived = [];
      }
      if (step.waitMs !== undefined) {
        advance();
        arrived = [];
        nowUs += step.waitMs * 1000;
        advance();
        const came = arrived.filter(({ from }) => from === 'motion').length;
        expect(came).toBeGreaterThanOrEqual(step.motion![0]!);
        expect(came).toBeLessThanOrEqual(step.motion![1]!);
        arrived = [];
      }
      if (step.next) {
        for (let i = 0; arrived.length === 0 && i < 100; i++) {
          advance();
          if (arrived.length === 0) nowUs += 1000;
        }
        const { from, hex } = arrived.shift()!;
        expect(from).toBe(step.next);
        expect(hex.startsWith(step.prefix ?? '')).toBe(true);
      }
    }
  });
});
