/** The clauses about Motion packets, judged on what a stream has sent. */
import { createSampleBlock } from '../../core/sample.ts';
import { createMotionPacket, decodeMotionPacket, type MotionPacket, sampleBytes } from '../../wire/headband-packet.ts';
import {
  contentOf,
  HeadbandCharacteristic,
  type HeadbandCommand,
  type HeadbandInfo,
  maxSamplesPerPacket,
} from '../../wire/headband-profile.ts';
import { describeBytes } from '../describe.ts';
import { createHeadbandDecoder } from '../headband-decoder.ts';
import { createSelfProof, type ProofCheck } from '../self-proof.ts';
import type { Arrived } from './bench.ts';
import type { Verdicts } from './clauses.ts';

type Start = HeadbandCommand & { type: 'start' };

const int16 = (value: number): number => (value << 16) >> 16;
/** Arrivals are late by a connection interval now and then; over some seconds that is well within this, share. */
const HOST_TIMING = 0.01;
/** The norm's own tolerance is 0.001 (C26); a step of the wire is 0.00006. */
const NORM = 0.001;

/** Lengths and packing: C16, C17. */
export function judgeLengths(
  v: Verdicts,
  arrived: readonly Arrived[],
  start: Start,
  mtu: number,
  info: HeadbandInfo,
): void {
  const most = Number.isFinite(mtu) ? mtu - 3 : info.maxNotificationBytes;
  for (const { bytes } of motionOf(arrived)) {
    const content = bytes.length >= 8 ? contentOf(bytes[0]!) : null;
    const count = bytes.length >= 2 ? bytes[1]! & 31 : 0;
    if (!content || bytes[0]! >> 4 !== 1) v.fail('C16', `${bytes.length} bytes that are no Motion packet of version 1`);
    else {
      const expected = 8 + count * sampleBytes(content);
      v.check(
        'C16',
        bytes.length === expected && count > 0,
        `${count} samples need ${expected} bytes, ${bytes.length} came`,
      );
      v.check('C16', content === start.content, `${start.content} was asked for, ${content} came`);
    }
    v.check('C16', bytes.length <= most, `${bytes.length} bytes where the MTU leaves ${most}`);
    v.check('C16', bytes.length <= info.maxNotificationBytes, `${bytes.length} bytes, more than Info says`);
    const limit = Math.min(
      maxSamplesPerPacket(start.rateHz),
      start.samplesPerPacket === 0 ? Number.POSITIVE_INFINITY : start.samplesPerPacket,
    );
    v.check('C17', count <= limit, `${count} samples in one packet, at most ${limit} are allowed`);
  }
}

export const motionOf = (arrived: readonly Arrived[]): Arrived[] => arrived.filter(({ from }) => from === 'motion');

function* packetsOf(arrived: readonly Arrived[]): Generator<[MotionPacket, number]> {
  const packet = createMotionPacket();
  for (const { bytes, arrivalUs } of motionOf(arrived))
    if (decodeMotionPacket(bytes, packet) === 'ok') yield [packet, arrivalUs];
}

/** Counter and tick against each other and against the host: C18, C19, and C20 where the stream is long enough. */
export function judgeTime(
  v: Verdicts,
  arrived: readonly Arrived[],
  rateHz: number,
  first: { readonly counter: number; readonly tickUs: number | null },
  judgeRate: boolean,
): void {
  const periodUs = 1e6 / rateHz;
  let lastCounter = 0;
  let lastTickUs = 0;
  let counted = 0;
  let ticked = 0;
  let beganUs = Number.NaN;
  let nowUs = Number.NaN;
  for (const [packet, arrivalUs] of packetsOf(arrived)) {
    if (Number.isNaN(beganUs)) {
      beganUs = arrivalUs;
      // A packet or two may be lost before the first that arrives.
      const offset = (packet.counter - first.counter) & 0xffff;
      v.check('C18', offset < rateHz / 4, `the first counter is ${packet.counter}, it should be ${first.counter}`);
      if (first.tickUs !== null) {
        const late = (packet.tickUs - first.tickUs) >>> 0;
        v.check('C19', late < 500_000, `the first tick is ${packet.tickUs}, it should follow ${first.tickUs}`);
      }
    } else {
      const step = int16(packet.counter - lastCounter);
      const tickStepUs = (packet.tickUs - lastTickUs) | 0;
      v.check('C18', step > 0, `counter ${packet.counter} follows ${lastCounter}`);
      const far = Math.abs(tickStepUs - step * periodUs) > 0.5 * periodUs + 0.05 * step * periodUs;
      if (step > 0)
        v.check(
          'C19',
          !far,
          `the tick goes on by ${tickStepUs} us while ${step} samples take ${Math.round(step * periodUs)} us`,
        );
      counted += step;
      ticked += tickStepUs;
    }
    lastCounter = packet.counter;
    lastTickUs = packet.tickUs;
    nowUs = arrivalUs;
  }
  if (!judgeRate) return;
  const elapsedUs = nowUs - beganUs;
  if (!(elapsedUs > 1e6)) {
    for (const clause of ['C18', 'C19', 'C20'] as const) v.notJudged(clause, 'no Motion packets that can be read');
    return;
  }
  const clock = ticked / elapsedUs;
  v.check(
    'C19',
    Math.abs(clock - 1) < HOST_TIMING,
    `the tick runs ${clock.toPrecision(4)} times as fast as microseconds`,
  );
  const rate = (counted * 1e6) / elapsedUs;
  v.check('C20', Math.abs(rate / rateHz - 1) < 0.02 + HOST_TIMING, `${rate.toFixed(1)} Hz instead of ${rateHz}`);
}

/** The checks of the self-proof that belong to C24, with what is missing when they have not been seen. */
const LAWS: readonly ProofCheck[] = ['force', 'gravity', 'turning', 'transport'];

/** Frames, signs and units on a moved device: C24, C26. */
export function judgeMotion(v: Verdicts, arrived: readonly Arrived[], start: Start, mtu: number): void {
  const description = { ...describeBytes('headband-1', start.rateHz, { content: start.content }), mtu };
  const decoder = createHeadbandDecoder(description);
  const proof = createSelfProof(description);
  const block = createSampleBlock();
  let quats = 0;
  for (const { bytes, arrivalUs } of motionOf(arrived)) {
    const status = decoder.decode(HeadbandCharacteristic.motion, bytes, block);
    proof.push(status, bytes.length, block, arrivalUs);
  }
  for (const [{ quat, count }] of packetsOf(arrived)) {
    for (let i = 0; i < count; i++) {
      const norm = Math.hypot(quat[4 * i]!, quat[4 * i + 1]!, quat[4 * i + 2]!, quat[4 * i + 3]!);
      if (!Number.isFinite(norm)) continue;
      quats++;
      v.check('C26', Math.abs(norm - 1) <= NORM, `a quaternion of norm ${norm.toFixed(4)}`);
    }
  }
  if (quats === 0) v.notJudged('C26', 'it sends no quaternions that can be read');
  const seen = proof.results().filter(({ check, verdict }) => LAWS.includes(check) && verdict !== 'absent');
  for (const { verdict, message } of seen) if (verdict === 'failed') v.fail('C24', message ?? '');
  const enough = seen.some(
    ({ check, verdict }) => (check === 'turning' || check === 'transport') && verdict === 'passed',
  );
  if (enough && seen.some(({ check, verdict }) => check === 'force' && verdict === 'passed')) v.pass('C24');
  else v.notJudged('C24', 'it must be turned and tilted, and held still in between');
}
