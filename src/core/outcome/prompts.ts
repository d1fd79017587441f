/**
 * When to look at the plan again: neutral prompts, never advice on treatment. What patients report and what was measured
 * are asked separately, because range did not follow disability in the studies that looked (responsiveness of range
 * against the Neck Disability Index: area under the curve 0.50 to 0.62, BMC Musculoskelet Disord 2017, s12891-017-1918-1).
 */
import type { ChangeVerdict } from '../neck/change.ts';

export type PlanPrompt =
  /** A review is due by the plan. */
  | 'review-due'
  /** What the patient reports got better: the plan may be progressed. */
  | 'progress'
  /** What the patient reports got worse. */
  | 'reported-worse'
  /** Several visits, and nothing has changed beyond what is detectable. */
  | 'nothing-changed'
  /** Range changed, and what the patient reports did not. */
  | 'range-alone'
  /** There are measurements and nothing that the patient reported since the first visit. */
  | 'ask-patient';

export interface PromptInput {
  readonly reviewDue: boolean;
  readonly visits: number;
  /** Of every series with two values or more. `better`: in the direction that is better for the patient. */
  readonly reported: readonly { readonly verdict: ChangeVerdict; readonly better: boolean }[];
  readonly measured: readonly { readonly verdict: ChangeVerdict }[];
}

/** Practice: no change after three or four sessions is a reason to look at the plan. */
export const VISITS_FOR_NOTHING = 4;

export function planPrompts({ reviewDue, visits, reported, measured }: PromptInput): PlanPrompt[] {
  const prompts: PlanPrompt[] = [];
  if (reviewDue) prompts.push('review-due');
  const changed = reported.filter(({ verdict }) => verdict === 'changed');
  if (changed.some(({ better }) => !better)) prompts.push('reported-worse');
  else if (changed.length > 0) prompts.push('progress');
  const rangeChanged = measured.some(({ verdict }) => verdict === 'changed');
  if (rangeChanged && changed.length === 0 && reported.length > 0) prompts.push('range-alone');
  if (measured.length > 0 && reported.length === 0) prompts.push('ask-patient');
  const calls = [...reported, ...measured];
  if (visits >= VISITS_FOR_NOTHING && calls.length > 0 && calls.every(({ verdict }) => verdict !== 'changed'))
    prompts.push('nothing-changed');
  return prompts;
}
