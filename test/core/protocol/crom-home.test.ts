/** Alone at home: what an examiner would say is said by the machine, once; then it counts and is marked. */
import { describe, expect, it } from 'vitest';
import { CROM_HOME_DEFAULTS } from '../../../src/core/protocol/crom-home.ts';
import { cromRemaining, isRepeated, nextDirection } from '../../../src/core/protocol/crom-plan.ts';
import { CROM_DIRECTIONS, type CromRepetitionRecord } from '../../../src/core/protocol/crom-types.ts';

const params = CROM_HOME_DEFAULTS;

function record(over: Partial<CromRepetitionRecord>): CromRepetitionRecord {
  return {
    number: 1,
    direction: 'flexion',
    asked: 'flexion',
    warmUp: false,
    status: 'counted',
    reason: null,
    warnings: [],
    startedAtS: 0,
    flexionRad: 0.5,
    lateralRad: 0,
    axialRad: 0,
    angleRad: 0.5,
    fromFirstNeutralRad: 0.5,
    helicalRad: 0.5,
    uncertainty: null,
    closureRad: 0,
    peakSpeedRadps: 1,
    holdS: 1,
    endReason: 'hold',
    ...over,
  } as CromRepetitionRecord;
}
const rejected = (reason: CromRepetitionRecord['reason']) => record({ status: 'rejected', reason });

describe('the plan at home', () => {
  it('goes on where a test that was cut off stopped', () => {
    const already = { flexion: 3, extension: 1 };
    expect(nextDirection([], { ...params, already })).toBe('extension');
    expect(cromRemaining([], 'extension', { ...params, already })).toBe(2);
    const all = Object.fromEntries(CROM_DIRECTIONS.map((direction) => [direction, 3]));
    expect(nextDirection([], { ...params, already: all })).toBeNull();
  });

  it('asks for a fault once more, of each movement and each kind', () => {
    expect(isRepeated([], 'flexion', 'fast', params)).toBe(true);
    expect(isRepeated([rejected('fast')], 'flexion', 'fast', params)).toBe(false);
    expect(isRepeated([rejected('fast')], 'flexion', 'moved', params)).toBe(true);
    expect(isRepeated([rejected('fast')], 'extension', 'fast', params)).toBe(true);
  });

  it('keeps nobody at a movement for ever', () => {
    const tries = Array.from({ length: 6 }, () => rejected('signal'));
    expect(cromRemaining(tries.slice(0, 5), 'flexion', params)).toBe(1);
    expect(cromRemaining(tries, 'flexion', params)).toBe(0);
    expect(nextDirection(tries, params)).toBe('extension');
  });
});
