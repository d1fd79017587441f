/** The second sensor on the align screen: its two movements, one line of what to do now. */
import { t, wordFor } from '../i18n/index.ts';
import { command } from '../state/gateway-link.ts';
import { kit } from '../state/store.ts';
import { Icon } from './icon.tsx';

/** Nothing without a sensor on the trunk. */
export function TrunkAlign() {
  const trunk = kit.value?.trunk ?? null;
  if (trunk === null) return null;
  const running = trunk.phase === 'still' || trunk.phase === 'nod' || trunk.phase === 'turn-left';
  const aligned = trunk.sigmaDeg !== null;
  const said = trunk.code === null || trunk.phase === 'none' ? '' : wordFor(t.trunk.codes, trunk.code, () => '');
  return (
    <section class={`align-now ${trunk.phase}`} data-testid="trunk-align" data-phase={trunk.phase}>
      <div>
        <h2>{t.trunk.title}</h2>
        <p class="quiet">{t.trunk.lead}</p>
        <p role="status" aria-live="assertive">
          {aligned && <Icon name="check" />}
          {trunk.phase === 'rejected' && <Icon name="warn" />}{' '}
          {said || (aligned ? t.trunk.aligned : t.trunk.notAligned)}
        </p>
      </div>
      <div class="actions">
        <button
          type="button"
          class="button"
          data-testid="trunk-align-button"
          onClick={() => void command(running ? { type: 'align-cancel' } : { type: 'align-start', of: 'trunk' })}
        >
          {running ? t.trunk.cancel : aligned ? t.trunk.again : t.trunk.start}
        </button>
      </div>
    </section>
  );
}
