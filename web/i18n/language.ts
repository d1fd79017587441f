/** The language on screen. Where it comes from and where it is kept: ui/language.ts. */
import { signal } from '@preact/signals';

export const LANGUAGES = ['en', 'de'] as const;
export type Language = (typeof LANGUAGES)[number];

/** Read by every text that is drawn, so that a change draws it again. */
export const language = signal<Language>('en');

/** What the browser asks for, in its order ("de-CH"): numbers and dates are written as at home. */
export const wanted = signal<readonly string[]>([]);

/** The first wanted language that the kit speaks; English where it speaks none of them. */
export function languageFor(tags: readonly string[]): Language {
  for (const tag of tags) {
    const found = LANGUAGES.find((one) => tag.toLowerCase().split('-')[0] === one);
    if (found !== undefined) return found;
  }
  return 'en';
}

/** "de-CH" where the browser asks for it, else the language alone. */
export const localeOf = (of: Language, tags: readonly string[]): string =>
  tags.find((tag) => tag.toLowerCase().startsWith(`${of}-`)) ?? of;
