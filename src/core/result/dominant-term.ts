/** Which cause makes up most of the uncertainty of a mean over repetitions. */
import { ANGLE_TERMS, type AngleTerm } from '../neck/uncertainty.ts';

/** 'scatter': how much the repetitions differ from each other. */
export type ResultTerm = AngleTerm | 'scatter';

/**
 * The same split as the mean's uncertainty: a repetition's own terms are common to all of them (root mean square), their
 * scatter is divided by the root of the count. Null when a repetition does not tell its terms.
 */
export function dominantTerm(
  values: readonly number[],
  terms: readonly (Readonly<Record<string, number>> | null)[],
): ResultTerm | null {
  const n = values.length;
  if (n === 0 || terms.some((one) => one === null)) return null;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  let largest = n > 1 ? values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1) / n : 0;
  let dominant: ResultTerm = 'scatter';
  for (const name of ANGLE_TERMS) {
    const square = terms.reduce((sum, one) => sum + (one![name] ?? 0) ** 2 / n, 0);
    if (square > largest) {
      largest = square;
      dominant = name;
    }
  }
  return largest > 0 ? dominant : null;
}
