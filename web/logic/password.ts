/** A password that nobody chose: letters that are read without doubt, in four groups. */

const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789';
const GROUPS = 4;
const GROUP = 5;

/** @param random fills an array with random bytes: crypto.getRandomValues. About 99 bits. */
export function suggestPassword(random: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>): string {
  const letters: string[] = [];
  // Values that would favour the first letters are drawn again.
  const limit = 256 - (256 % LETTERS.length);
  while (letters.length < GROUPS * GROUP) {
    for (const byte of random(new Uint8Array(64))) {
      if (byte < limit && letters.length < GROUPS * GROUP) letters.push(LETTERS[byte % LETTERS.length]!);
    }
  }
  return letters.join('').replace(/(.{5})(?=.)/g, '$1-');
}
