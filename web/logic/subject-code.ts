/** Pseudonymous codes: what the form suggests and accepts. */
import { subjectCodeSchema } from '../../src/contract/commands.ts';

/** No I, L, O, U, 0, 1: nothing that can be misread on paper. */
const DIGITS = '23456789';
const SIGNS = `ABCDEFGHJKMNPQRSTVWXYZ${DIGITS}`;

/** Why a code is refused: too short, a sign that is not allowed, or it looks like a name or like a date or number. */
export type SubjectCodeFault = 'short' | 'signs' | 'no-digit' | 'no-letter';

const pick = (from: string, share: number): string => from[Math.min(from.length - 1, Math.floor(share * from.length))]!;

/** A code such as P-7F3K from four numbers in 0..1; its first sign is a digit, which a code must have. */
export function suggestSubjectCode(random: () => number): string {
  let code = `P-${pick(DIGITS, random())}`;
  for (let i = 0; i < 3; i++) code += pick(SIGNS, random());
  return code;
}

/** What a person typed, as the contract wants it: capitals, no blanks. Done at every key, so that what is shown is kept. */
export function normaliseSubjectCode(typed: string): string {
  return typed.trim().toUpperCase().replace(/\s+/g, '-').slice(0, 32);
}

/** Null where the gateway will take the code. The rule itself is the contract's; here it is only put into words. */
export function subjectCodeFault(code: string): SubjectCodeFault | null {
  if (subjectCodeSchema.safeParse(code).success) return null;
  if (!/\p{N}/u.test(code) && code.length > 1) return 'no-digit';
  if (!/^[A-Z0-9-]*$/.test(code) || code.startsWith('-')) return 'signs';
  return code.length < 2 ? 'short' : 'no-letter';
}
