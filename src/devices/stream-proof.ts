/** Does the stream keep what it says: lengths, norm, clock, counter, rate? Judged over windows of some seconds. */
import { type SampleBlock, SampleFlag } from '../core/sample.ts';
import type { DecodeStatus } from './driver.ts';
import type { Finding, ProofFault } from './motion-verdicts.ts';

export const STREAM_PROOF_PARAMS = Object.freeze({
  /** Samples that wait in a link just opened would count as a high rate, s. */
  settleS: 1,
  windowS: 4,
  /**
   * A window ends at a notification that was heard when it came. A computer that was busy hears the first one late and the
   * others at once: the interval before it, as a multiple of the mean one, lies outside of these. Radios send up to four
   * together. After `lateS` more the window ends all the same, s.
   */
  onTimeLeast: 0.25,
  onTimeMost: 5,
  lateS: 2,
  /** Silence longer than this is the connection's matter, not the device's, s. */
  silenceS: 1,
  /** Deviation of the measured rate: 2 % are allowed, the rest is the host's timing and losses without a counter. */
  rateTolerance: 0.15,
  clockTolerance: 0.1,
  /** Share of samples of a window. */
  lossShare: 0.2,
  stepShare: 0.2,
  normShare: 0.2,
  norm: 0.02,
  /** Notifications before their shares mean something. */
  notifications: 25,
  badShare: 0.2,
  /** So many windows in a row must agree before a check fails. */
  windowsToFail: 2,
});

export interface StreamProofState {
  /** Host time of the first notification of the stream and of the window, and of the last, us; NaN before. */
  beganUs: number;
  windowUs: number;
  lastUs: number;
  firstTickUs: number;
  firstCounter: number;
  lastTickUs: number;
  lastCounter: number;
  samples: number;
  steps: number;
  quats: number;
  badQuats: number;
  notifications: number;
  bad: number;
  badAtLimit: number;
  /** Verdict of the last whole window by check (0 waiting, 1 passed, 2 failed), and windows in a row that failed. */
  readonly verdicts: Float64Array;
  readonly misses: Float64Array;
  readonly faults: (ProofFault | null)[];
}

export const STREAM_CHECKS = ['payload', 'norm', 'clock', 'loss', 'rate'] as const;
export type StreamCheck = (typeof STREAM_CHECKS)[number];

export function createStreamProofState(): StreamProofState {
  return {
    beganUs: Number.NaN,
    windowUs: Number.NaN,
    lastUs: Number.NaN,
    firstTickUs: Number.NaN,
    firstCounter: Number.NaN,
    lastTickUs: Number.NaN,
    lastCounter: Number.NaN,
    samples: 0,
    steps: 0,
    quats: 0,
    badQuats: 0,
    notifications: 0,
    bad: 0,
    badAtLimit: 0,
    verdicts: new Float64Array(STREAM_CHECKS.length),
    misses: new Float64Array(STREAM_CHECKS.length),
    faults: STREAM_CHECKS.map(() => null),
  };
}

function openWindow(s: StreamProofState, arrivalUs: number): void {
  s.windowUs = arrivalUs;
  s.firstTickUs = s.lastTickUs;
  s.firstCounter = s.lastCounter;
  s.samples = 0;
  s.steps = 0;
  s.quats = 0;
  s.badQuats = 0;
  s.notifications = 0;
  s.bad = 0;
  s.badAtLimit = 0;
}

function mayEnd(s: StreamProofState, elapsedUs: number, intervalUs: number): boolean {
  const P = STREAM_PROOF_PARAMS;
  if (elapsedUs < P.windowS * 1e6) return false;
  const meanUs = elapsedUs / s.notifications;
  const onTime = intervalUs >= P.onTimeLeast * meanUs && intervalUs <= P.onTimeMost * meanUs;
  return onTime || elapsedUs >= (P.windowS + P.lateS) * 1e6;
}

/** One notification with motion, decoded or not. `payloadBytes`: MTU - 3. */
export function addToStreamProof(
  s: StreamProofState,
  status: DecodeStatus,
  lengthBytes: number,
  payloadBytes: number,
  block: SampleBlock,
  expectsQuat: boolean,
  nominalRateHz: number,
  arrivalUs: number,
): void {
  const P = STREAM_PROOF_PARAMS;
  if (Number.isNaN(s.beganUs)) s.beganUs = arrivalUs;
  const intervalUs = arrivalUs - s.lastUs;
  const silent = intervalUs > P.silenceS * 1e6;
  s.lastUs = arrivalUs;
  count(s, status, lengthBytes, payloadBytes, block, expectsQuat);
  if (silent || Number.isNaN(s.windowUs)) {
    if (arrivalUs - s.beganUs >= P.settleS * 1e6 || silent) openWindow(s, arrivalUs);
  } else if (mayEnd(s, arrivalUs - s.windowUs, intervalUs)) {
    closeWindow(s, nominalRateHz);
    openWindow(s, arrivalUs);
  }
}

function count(
  s: StreamProofState,
  status: DecodeStatus,
  lengthBytes: number,
  payloadBytes: number,
  block: SampleBlock,
  expectsQuat: boolean,
): void {
  if (status === 'incomplete' || status === 'not-motion') return;
  s.notifications++;
  if (status !== 'ok') {
    s.bad++;
    if (lengthBytes === payloadBytes) s.badAtLimit++;
    return;
  }
  for (let i = 0; i < block.count; i++) {
    const flags = block.flags[i]!;
    if ((flags & SampleFlag.duplicate) !== 0) continue;
    s.samples++;
    if ((flags & SampleFlag.clockStep) !== 0) s.steps++;
    s.lastTickUs = block.tickUs[i]!;
    s.lastCounter = block.counter[i]!;
    const norm = Math.hypot(block.quat[4 * i]!, block.quat[4 * i + 1]!, block.quat[4 * i + 2]!, block.quat[4 * i + 3]!);
    if (!Number.isFinite(norm) && !expectsQuat) continue;
    s.quats++;
    if (!(Math.abs(norm - 1) <= STREAM_PROOF_PARAMS.norm)) s.badQuats++;
  }
}

function settle(s: StreamProofState, check: StreamCheck, fault: ProofFault | null): void {
  const index = STREAM_CHECKS.indexOf(check);
  s.misses[index] = fault === null ? 0 : s.misses[index]! + 1;
  if (fault === null) s.verdicts[index] = 1;
  else if (s.misses[index]! >= STREAM_PROOF_PARAMS.windowsToFail) s.verdicts[index] = 2;
  s.faults[index] = fault;
}

function closeWindow(s: StreamProofState, nominalRateHz: number): void {
  const P = STREAM_PROOF_PARAMS;
  const elapsedUs = s.lastUs - s.windowUs;
  if (s.notifications >= P.notifications) {
    const share = s.bad / s.notifications;
    const cut = s.badAtLimit > 0.8 * s.bad;
    settle(s, 'payload', share <= P.badShare ? null : cut ? 'truncated-packet' : 'undecodable-packets');
  }
  if (s.samples === 0) return;
  if (s.quats >= P.notifications) settle(s, 'norm', s.badQuats <= P.normShare * s.quats ? null : 'quaternion-not-unit');
  const counted = s.lastCounter - s.firstCounter;
  const hasCounter = Number.isFinite(counted) && counted > 0;
  if (hasCounter) settle(s, 'loss', 1 - s.samples / counted <= P.lossShare ? null : 'samples-lost');
  const ratio = ((hasCounter ? counted : s.samples) * 1e6) / elapsedUs / nominalRateHz;
  if (nominalRateHz > 0)
    settle(s, 'rate', Math.abs(ratio - 1) <= P.rateTolerance ? null : ratio < 1 ? 'rate-low' : 'rate-high');
  const ticks = (s.lastTickUs - s.firstTickUs) / elapsedUs;
  if (s.steps > P.stepShare * s.samples) settle(s, 'clock', 'clock-steps');
  else if (Number.isFinite(ticks)) settle(s, 'clock', clockFault(ticks));
}

/** `ratio`: device microseconds for a microsecond of the host. */
function clockFault(ratio: number): ProofFault | null {
  const near = (unit: number): boolean => Math.abs(ratio / unit - 1) <= STREAM_PROOF_PARAMS.clockTolerance;
  if (near(1)) return null;
  if (near(1e-3)) return 'clock-in-milliseconds';
  if (near(1e3)) return 'clock-in-nanoseconds';
  return near(1e-6) ? 'clock-in-seconds' : 'clock-wrong';
}

export function judgeStream(s: StreamProofState, check: StreamCheck): Finding {
  const index = STREAM_CHECKS.indexOf(check);
  const verdict = (['waiting', 'passed', 'failed'] as const)[s.verdicts[index]!]!;
  return { verdict, fault: verdict === 'failed' ? (s.faults[index] ?? null) : null, axes: '' };
}
