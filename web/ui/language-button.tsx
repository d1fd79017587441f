/** Changes the language on screen; the button speaks the language that it leads to. */
import { LANGUAGES, language, nameOfLanguage } from '../i18n/index.ts';
import { chooseLanguage } from './language.ts';

export function LanguageButton() {
  const next = LANGUAGES[(LANGUAGES.indexOf(language.value) + 1) % LANGUAGES.length]!;
  return (
    <button
      type="button"
      class="icon-button language-button"
      lang={next}
      data-testid="language"
      title={nameOfLanguage(next)}
      onClick={() => chooseLanguage(next)}
    >
      <span aria-hidden="true">{next.toUpperCase()}</span>
      <span class="visually-hidden">{nameOfLanguage(next)}</span>
    </button>
  );
}
