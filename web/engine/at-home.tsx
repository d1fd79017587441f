/** The page at home: what this browser lacks, or the patient's page. */
import { HomeApp } from '../home/home-app.tsx';
import { t, told } from '../i18n/index.ts';
import { Icon } from '../ui/icon.tsx';
import { missing, started } from './page.ts';

function Missing({ code }: { readonly code: NonNullable<typeof missing.value> }) {
  const words =
    code === 'PAGE_TWICE' || code === 'STORE_UNAVAILABLE'
      ? t.atHome.missing[code]
      : told({ code, message: '', hint: '' });
  return (
    <main id="main" class="view" tabIndex={-1}>
      <section class="card at-home-missing" data-testid="missing" data-code={code}>
        <h1>
          <Icon name="warn" /> {words.message}
        </h1>
        <p>{words.hint}</p>
        {code === 'BROWSER_UNSUPPORTED' && <p class="quiet">{t.atHome.otherWay}</p>}
      </section>
    </main>
  );
}

export function AtHome() {
  if (missing.value !== null) return <Missing code={missing.value} />;
  return started.value ? <HomeApp /> : <main id="main" class="home" aria-busy="true" />;
}
