/**
 * A device proves itself on every connection, without a manual of it: what it sends is checked against laws that hold
 * for every inertial sensor (motion-proof.ts) and against what its driver says of the stream (stream-proof.ts). A failed
 * check names the fault. Nothing is allocated for a sample; the state is saved and restored bit for bit.
 */
import { type SampleBlock, SampleFlag } from '../core/sample.ts';
import { loadState, saveState } from '../core/state.ts';
import type { StreamDescription } from '../ports/sensor-source.ts';
import type { DecodeStatus } from './driver.ts';
import { addToMotionProof, breakWindow, createMotionProofState } from './motion-proof.ts';
import {
  type Finding,
  judgeForce,
  judgeGravity,
  judgeTransport,
  judgeTurning,
  type ProofFault,
  type ProofVerdict,
} from './motion-verdicts.ts';
import { proofSentence } from './proof-words.ts';
import { addToStreamProof, createStreamProofState, judgeStream } from './stream-proof.ts';

export const PROOF_CHECKS = [
  'payload',
  'norm',
  'force',
  'gravity',
  'turning',
  'transport',
  'clock',
  'loss',
  'rate',
] as const;
export type ProofCheck = (typeof PROOF_CHECKS)[number];

export interface ProofResult {
  readonly check: ProofCheck;
  /** 'waiting': not seen yet, for most because the sensor has not been moved; 'absent': this stream has nothing to check. */
  readonly verdict: ProofVerdict | 'absent';
  readonly fault: ProofFault | null;
  /** One plain sentence about the fault; null where there is none. */
  readonly message: string | null;
}

export interface SelfProof {
  /** One notification as decoded; `block` holds its samples when `status` is 'ok'. */
  push(status: DecodeStatus, lengthBytes: number, block: SampleBlock, arrivalUs: number): void;
  results(): ProofResult[];
  /** The first failed check; null while there is none. */
  failure(): ProofResult | null;
  save(): unknown;
  restore(saved: unknown): void;
}

export interface SelfProofOptions {
  /** False for recordings, which may be played faster than they were. */
  readonly live?: boolean;
}

/** A saturated gyroscope stays in: one that comes in degrees saturates at the slowest turn, and that is the fault sought. */
const UNUSABLE = SampleFlag.accSaturated | SampleFlag.invalid;
const ABSENT: Finding | null = null;
const NO_FORCE = new Float64Array(3 * 1024).fill(Number.NaN);

export function createSelfProof(description: StreamDescription, options: SelfProofOptions = {}): SelfProof {
  const { live = true } = options;
  const { nominalRateHz, mtu } = description;
  const content = description.config['content'];
  const expectsQuat = content === 'quaternion' || content === 'both';
  const periodS = 1 / Math.max(1, nominalRateHz);
  const motion = createMotionProofState();
  const stream = createStreamProofState();
  const seen = { quat: 0, gyr: 0, acc: 0, tick: 0, counter: 0, lastTickUs: Number.NaN, lastCounter: Number.NaN };

  /** Time since the sample before: by counter, else by clock, else one period. */
  function stepS(block: SampleBlock, i: number): number {
    const counted = block.counter[i]! - seen.lastCounter;
    const ticked = (block.tickUs[i]! - seen.lastTickUs) * 1e-6;
    seen.lastCounter = block.counter[i]!;
    seen.lastTickUs = block.tickUs[i]!;
    if (Number.isFinite(counted)) return counted * periodS;
    if (Number.isFinite(ticked)) return ticked;
    return (block.flags[i]! & SampleFlag.gap) !== 0 ? Number.NaN : periodS;
  }

  function addMotion(block: SampleBlock): void {
    for (let i = 0; i < block.count; i++) {
      const flags = block.flags[i]!;
      if ((flags & SampleFlag.duplicate) !== 0) continue;
      const dtS = stepS(block, i);
      if (Number.isFinite(block.quat[4 * i]!)) seen.quat = 1;
      if (Number.isFinite(block.gyrRadps[3 * i]!)) seen.gyr = 1;
      // Acceleration without gravity says nothing about gravity.
      const free = (flags & SampleFlag.freeAcceleration) !== 0;
      if (!free && Number.isFinite(block.accMps2[3 * i]!)) seen.acc = 1;
      if (Number.isFinite(block.tickUs[i]!)) seen.tick = 1;
      if (Number.isFinite(block.counter[i]!)) seen.counter = 1;
      if ((flags & UNUSABLE) !== 0) breakWindow(motion);
      else addToMotionProof(motion, block.quat, block.gyrRadps, free ? NO_FORCE : block.accMps2, i, dtS);
    }
  }

  function finding(check: ProofCheck): Finding | null {
    const any = seen.quat + seen.gyr + seen.acc > 0;
    const { quat, gyr, acc, tick, counter } = seen;
    switch (check) {
      case 'payload':
        return judgeStream(stream, 'payload');
      case 'norm':
        return any && !quat && !expectsQuat ? ABSENT : judgeStream(stream, 'norm');
      case 'force':
        return any && !acc ? ABSENT : judgeForce(motion);
      case 'gravity':
        return any && !(acc && quat) ? ABSENT : judgeGravity(motion);
      case 'turning':
        return any && !(gyr && quat) ? ABSENT : judgeTurning(motion);
      case 'transport':
        return any && !(gyr && acc) ? ABSENT : judgeTransport(motion);
      case 'clock':
        return (any && !tick) || !live ? ABSENT : judgeStream(stream, 'clock');
      case 'loss':
        return any && !counter ? ABSENT : judgeStream(stream, 'loss');
      case 'rate':
        return live ? judgeStream(stream, 'rate') : ABSENT;
    }
  }

  const resultOf = (check: ProofCheck): ProofResult => {
    const found = finding(check);
    if (!found) return { check, verdict: 'absent', fault: null, message: null };
    const message = found.fault ? proofSentence(found.fault, found.axes) : null;
    return { check, verdict: found.verdict, fault: found.fault, message };
  };

  return {
    push(status, lengthBytes, block, arrivalUs) {
      addToStreamProof(stream, status, lengthBytes, mtu - 3, block, expectsQuat, nominalRateHz, arrivalUs);
      if (status === 'ok') addMotion(block);
    },
    results: () => PROOF_CHECKS.map(resultOf),
    failure: () => PROOF_CHECKS.map(resultOf).find(({ verdict }) => verdict === 'failed') ?? null,
    save: () => saveState({ motion, stream, seen }),
    restore: (saved) => loadState({ motion, stream, seen }, saved),
  };
}
