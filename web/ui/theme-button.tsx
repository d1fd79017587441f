import { t } from '../i18n/index.ts';
import { Icon } from './icon.tsx';
import { nextTheme, themeChoice } from './theme.ts';

export function ThemeButton() {
  const choice = themeChoice.value;
  const icon = choice === 'auto' ? 'auto' : choice === 'light' ? 'sun' : 'moon';
  return (
    <button
      type="button"
      class="icon-button"
      data-testid="theme"
      onClick={nextTheme}
      aria-label={t.header.theme[choice]}
      title={t.header.theme[choice]}
    >
      <Icon name={icon} />
    </button>
  );
}
