import { formatWhole, t } from '../i18n/index.ts';
import { signalBars } from '../logic/signal-bars.ts';

/** Four bars for a signal strength, dBm, with the figure for those who cannot see them. */
export function SignalBars({ rssiDbm }: { readonly rssiDbm: number | null }) {
  const bars = signalBars(rssiDbm);
  const label = rssiDbm === null ? t.header.signalUnknown : t.start.signal(t.start.dbm(formatWhole(rssiDbm)));
  return (
    <span class="bars" role="img" aria-label={label} title={label}>
      {[1, 2, 3, 4].map((n) => (
        <i key={n} class={n <= bars ? `on h${n}` : `h${n}`} />
      ))}
    </span>
  );
}
