/** What a password must not be. Length does most of the work; these are the ones that are tried first. */
import { KitError } from '../../contract/errors.ts';

const ROWS = [
  'abcdefghijklmnopqrstuvwxyz',
  '01234567890123456789',
  'qwertyuiopasdfghjklzxcvbnm',
  'qwertzuiopasdfghjkl',
];
const WORDS = ['password', 'passwort', 'letmein', 'iloveyou', 'administrator', 'welcome', 'willkommen', 'neckrom'];
/** Different characters at least. */
const DIFFERENT = 6;

/** The shortest piece whose repetition is the text. */
const pieceOf = (text: string): string =>
  text.slice(
    0,
    [...text].findIndex(
      (_, i) =>
        i > 0 &&
        text ===
          text
            .slice(0, i)
            .repeat(text.length / i + 1)
            .slice(0, text.length),
    ),
  );

/** True when the whole text is one row of keys or of the alphabet, once or repeated, forwards or backwards. */
function isRow(text: string): boolean {
  const pieces = [text, pieceOf(text)].filter((piece) => piece.length > 2);
  return ROWS.some((row) => {
    const long = row.repeat(8);
    const back = [...long].reverse().join('');
    return pieces.some((piece) => long.includes(piece) || back.includes(piece));
  });
}

/** @throws KitError PASSWORD_WEAK */
export function checkPassword(password: string, handle: string): void {
  const small = password.toLowerCase();
  if (new Set(small).size < DIFFERENT) throw new KitError('PASSWORD_WEAK', 'too few different characters');
  if (handle.length > 3 && small.includes(handle)) throw new KitError('PASSWORD_WEAK', 'it contains the login name');
  const rest = WORDS.reduce((left, word) => left.replaceAll(word, ''), small);
  if (rest.length < DIFFERENT) throw new KitError('PASSWORD_WEAK', 'it is one of the words that are tried first');
  if (isRow(small)) throw new KitError('PASSWORD_WEAK', 'it is a row of keys');
}
