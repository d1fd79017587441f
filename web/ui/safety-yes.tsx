/** What was answered with yes on the safety screen, in words; nothing where nothing was. */
import type { ScreenOutcome } from '../../src/core/visit/safety-screen.ts';
import { t, wordFor } from '../i18n/index.ts';
import { Icon } from './icon.tsx';

function Line({ title, keys }: { readonly title: string; readonly keys: readonly string[] }) {
  return (
    <p class="screen-outcome attention" data-testid="safety-yes">
      <Icon name="warn" /> <strong>{title}</strong>{' '}
      {keys.map((key) => wordFor(t.visit.screen.items, key, (code) => code)).join('; ')}
    </p>
  );
}

export function SafetyYes({
  screen: { stop, precautions },
}: {
  readonly screen: Pick<ScreenOutcome, 'stop' | 'precautions'>;
}) {
  return (
    <>
      {stop.length > 0 && <Line title={t.visit.screen.toldStop} keys={stop} />}
      {precautions.length > 0 && <Line title={t.visit.screen.toldPrecaution} keys={precautions} />}
    </>
  );
}
