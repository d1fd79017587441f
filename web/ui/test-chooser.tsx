/** Which test: the FRT first, fast rotation last. */
import { t } from '../i18n/index.ts';
import { formatRoute, TRIAL_PROTOCOLS, type TrialProtocol } from '../logic/route.ts';

export function TestChooser({ current }: { readonly current: 'frt' | TrialProtocol }) {
  return (
    <nav class="test-chooser" aria-label={t.trial.choose}>
      <ul>
        {(['frt', ...TRIAL_PROTOCOLS] as const).map((id) => (
          <li key={id}>
            <a
              href={formatRoute(id === 'frt' ? { view: 'frt' } : { view: 'trial', protocol: id })}
              aria-current={id === current ? 'page' : undefined}
              data-testid={`test-${id}`}
            >
              {t.trial.names[id]}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
