/** Beside the form of a test that begins after fast rotation, which is meant to be the last of a visit. */
import { t } from '../i18n/index.ts';
import { kit } from '../state/store.ts';
import { Icon } from './icon.tsx';

export function AfterFast() {
  if (!kit.value?.visit?.trials.some(({ protocol }) => protocol === 'fast-rotation')) return null;
  return (
    <p class="screen-outcome attention" role="note" data-testid="after-fast">
      <Icon name="warn" /> {t.trial.afterFast}
    </p>
  );
}
