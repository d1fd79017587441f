/** Whether a record can be evaluated at all: every refusal has a name. */
import type { TrialRecord } from './strapdown.ts';

export type RecordFault =
  | 'empty'
  | 'one-sample'
  | 'lengths-differ'
  | 'too-short'
  | 'time-not-finite'
  | 'time-reversed'
  | 'not-finite'
  | 'constant'
  | 'no-gravity'
  | 'gap'
  | 'numbers';

/** Shortest record, s. */
const MIN_DURATION_S = 1;
/** Largest share of samples that may be unusable. */
const MAX_INVALID_SHARE = 0.2;
/** Longest hole, s: a longer one leaves no heading across it. */
const MAX_HOLE_S = 1;
/** Mean norm of the specific force, m/s^2: less is free fall or a wrong unit, more no movement of a person (fast shaking: 25). */
const MIN_GRAVITY_MPS2 = 5;
const MAX_GRAVITY_MPS2 = 100;

export type CheckedRecord =
  | { readonly ok: true; readonly value: TrialRecord }
  | { readonly ok: false; readonly reason: RecordFault };

const fault = (reason: RecordFault): CheckedRecord => ({ ok: false, reason });

/** Samples with a component that is not finite are left out (their time is a gap); what remains must make sense. */
export function checkRecord(record: TrialRecord): CheckedRecord {
  const { timeS, gyrRadps, accMps2 } = record;
  const n = timeS.length;
  if (n === 0) return fault('empty');
  if (n === 1) return fault('one-sample');
  if (gyrRadps.length !== 3 * n || accMps2.length !== 3 * n) return fault('lengths-differ');
  if (record.magUt && record.magUt.length !== 3 * n) return fault('lengths-differ');
  for (let i = 0; i < n; i++) {
    if (!Number.isFinite(timeS[i]!)) return fault('time-not-finite');
    if (i > 0 && !(timeS[i]! > timeS[i - 1]!)) return fault('time-reversed');
  }
  if (timeS[n - 1]! - timeS[0]! < MIN_DURATION_S) return fault('too-short');
  const keep: number[] = [];
  for (let i = 0; i < n; i++) {
    let good = true;
    for (let c = 0; c < 3; c++) {
      if (!(Math.abs(gyrRadps[3 * i + c]!) < 100) || !(Math.abs(accMps2[3 * i + c]!) < 1000)) good = false;
    }
    if (good) keep.push(i);
  }
  if (keep.length < (1 - MAX_INVALID_SHARE) * n) return fault('not-finite');
  const value = keep.length === n ? record : pick(record, keep);
  let constant = true;
  let norm = 0;
  let mag = 0;
  const m = value.timeS.length;
  for (let i = 0; i < m; i++) {
    for (let c = 0; c < 3; c++) {
      if (value.gyrRadps[3 * i + c] !== value.gyrRadps[c] || value.accMps2[3 * i + c] !== value.accMps2[c])
        constant = false;
    }
    norm += Math.hypot(value.accMps2[3 * i]!, value.accMps2[3 * i + 1]!, value.accMps2[3 * i + 2]!) / m;
    if (i > 0) mag = Math.max(mag, value.timeS[i]! - value.timeS[i - 1]!);
  }
  if (constant) return fault('constant');
  if (norm < MIN_GRAVITY_MPS2 || norm > MAX_GRAVITY_MPS2) return fault('no-gravity');
  if (mag > MAX_HOLE_S) return fault('gap');
  return { ok: true, value };
}

function pick(record: TrialRecord, keep: readonly number[]): TrialRecord {
  const columns = (from: Float64Array): Float64Array => {
    const out = new Float64Array(3 * keep.length);
    keep.forEach((i, k) => {
      out.set(from.subarray(3 * i, 3 * i + 3), 3 * k);
    });
    return out;
  };
  return {
    timeS: Float64Array.from(keep, (i) => record.timeS[i]!),
    gyrRadps: columns(record.gyrRadps),
    accMps2: columns(record.accMps2),
    magUt: record.magUt ? columns(record.magUt) : null,
  };
}
