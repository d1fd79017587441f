/** The browser's language at first, then what was chosen here; kept for the next visit. */
import { effect } from '@preact/signals';
import { LANGUAGES, type Language, language, languageFor, wanted } from '../i18n/index.ts';

const KEY = 'neck-language';

export function chooseLanguage(next: Language): void {
  language.value = next;
  localStorage.setItem(KEY, next);
}

/** Before anything is drawn. A screen reader is told, too. */
export function startLanguage(): void {
  const kept = localStorage.getItem(KEY);
  wanted.value = navigator.languages;
  language.value = LANGUAGES.find((one) => one === kept) ?? languageFor(navigator.languages);
  effect(() => {
    document.documentElement.lang = language.value;
  });
}
