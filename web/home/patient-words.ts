/** What went wrong, for somebody who has a headband and no administrator. */
import { type Problem, t } from '../i18n/index.ts';

/** Bluetooth: what the patient can do about it, and no more. Everything else is as it was told. */
export function toPatient(problem: Problem): Problem {
  if (!problem.code.startsWith('RADIO_')) return problem;
  const { off, unusable } = t.home.radio;
  return { ...problem, ...(problem.code === 'RADIO_OFF' ? off : unusable) };
}
