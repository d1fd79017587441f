import { t } from '../i18n/index.ts';

/** Marks what comes from the simulator. Hatched and in words, so that the colour is not needed. */
export function SimBadge({ long = false }: { readonly long?: boolean }) {
  return (
    <span class="sim-badge" data-testid="simulated">
      {long ? t.header.simulatedLong : t.header.simulated}
    </span>
  );
}
