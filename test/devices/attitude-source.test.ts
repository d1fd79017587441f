import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ATTITUDE_SOURCES,
  ATTITUDE_WISHES,
  attitudeSourceOf,
  chooseAttitude,
  describeWithAttitude,
} from '../../src/devices/attitude-source.ts';
import { DESCRIPTION } from '../support/sim-stream.ts';

const described = fc
  .record({
    content: fc.constantFrom('inertial', 'quaternion', 'both'),
    attitudeFrom: fc.option(fc.constantFrom(...ATTITUDE_SOURCES), { nil: undefined }),
  })
  .map(({ content, attitudeFrom }) => ({
    ...DESCRIPTION,
    config: { content, ...(attitudeFrom === undefined ? {} : { attitudeFrom }) },
  }));
const wishes = fc.constantFrom(...ATTITUDE_WISHES);

describe('where an attitude comes from', () => {
  it('is what was wished for where the stream carries both, and else what the driver takes', () => {
    fc.assert(
      fc.property(described, wishes, (stream, wish) => {
        const choice = chooseAttitude(stream, wish);
        expect(choice.usual).toBe(attitudeSourceOf(stream));
        expect(choice.selectable).toBe(stream.config.content === 'both');
        expect(choice.from).toBe(choice.selectable && wish !== 'usual' ? wish : choice.usual);
      }),
    );
  });

  it('is named by the description that is recorded, which says nothing else that is new', () => {
    fc.assert(
      fc.property(described, wishes, (stream, wish) => {
        const recorded = describeWithAttitude(stream, wish);
        expect(attitudeSourceOf(recorded)).toBe(chooseAttitude(stream, wish).from);
        expect({ ...recorded, config: { ...recorded.config, attitudeFrom: 0 } }).toEqual({
          ...stream,
          config: { ...stream.config, attitudeFrom: 0 },
        });
      }),
    );
  });

  it('is our filter for a headband of our own profile that names none', () => {
    expect(attitudeSourceOf({ config: { content: 'both' } })).toBe('inertial');
    expect(attitudeSourceOf({ config: { content: 'quaternion' } })).toBe('quaternion');
    expect(attitudeSourceOf({ config: {} })).toBe('inertial');
  });
});
