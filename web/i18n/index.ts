/** Texts, numbers and problems in the language on screen. */
export {
  formatDate,
  formatDateTime,
  formatDeg,
  formatDuration,
  formatOne,
  formatPercent,
  formatTime,
  formatTwo,
  formatWhole,
  nameOfLanguage,
  t,
} from './format.ts';
export { LANGUAGES, type Language, language, languageFor, wanted } from './language.ts';
export { type Problem, told, toldText } from './problems.ts';

/** Text of a code, or the fallback made from it. */
export function wordFor(
  words: Readonly<Record<string, string>>,
  code: string,
  fallback: (code: string) => string,
): string {
  return words[code] ?? fallback(code);
}
