/** The two lists of a plan of reviews, as they are typed. */
import { PLAN_LISTS, type RetestPlanView } from '../../src/contract/outcome.ts';
import { numbersOf } from './numbers.ts';

/** Null where one of them is no list of such numbers. */
export function planOf(sessionsText: string, weeksText: string): RetestPlanView | null {
  const sessions = numbersOf(sessionsText, PLAN_LISTS.sessions);
  const weeks = numbersOf(weeksText, PLAN_LISTS.weeks);
  return sessions && weeks && { sessions, weeks };
}
