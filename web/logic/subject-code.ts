/** Pseudonymous codes: what the form suggests and accepts. */

/** No I, L, O, U, 0, 1: nothing that can be misread on paper. */
const LETTERS = 'ABCDEFGHJKMNPQRSTVWXYZ23456789';

/** A code such as P-7F3K from four numbers in 0..1. */
export function suggestSubjectCode(random: () => number): string {
  let code = 'P-';
  for (let i = 0; i < 4; i++) code += LETTERS[Math.min(LETTERS.length - 1, Math.floor(random() * LETTERS.length))];
  return code;
}

/** What a person typed, as the contract wants it: capitals, no blanks. */
export function normaliseSubjectCode(typed: string): string {
  return typed.trim().toUpperCase().replace(/\s+/g, '-').slice(0, 32);
}

/** The contract's rule (subjectCodeSchema), for the form to tell before it sends. */
export function isSubjectCode(code: string): boolean {
  return /^[A-Z0-9][A-Z0-9-]{1,31}$/.test(code);
}
