/** What a schema found wrong, as one clause for a person. */
import type { z } from 'zod';

type Found = Pick<z.core.$ZodError, 'issues'>;

/** "limit: Too small: expected number to be >=1"; `whole` names what was looked at when it is wrong as a whole. */
export function issueText({ issues: [issue] }: Found, whole: string): string {
  if (!issue) return whole;
  const missing = /, received undefined$/.test(issue.message);
  const message = missing ? 'it is missing' : issue.message.replace(/^Unrecognized key/, 'there is no such field');
  return `${issue.path.join('.') || whole}: ${message}`;
}
