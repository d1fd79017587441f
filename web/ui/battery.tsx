import { formatPercent, t } from '../i18n/index.ts';

/** A battery with its share, 0..1; says so where the sensor does not report it. */
export function Battery({ share }: { readonly share: number | null }) {
  const label = share === null ? t.header.batteryUnknown : `${t.header.battery} ${formatPercent(share)}`;
  const level = share === null ? 0 : Math.round(Math.max(0, Math.min(1, share)) * 12);
  return (
    <span class="with-icon" title={label}>
      <svg class="icon" viewBox="0 0 20 20" aria-hidden="true">
        <path d="M2 6.5h14v7H2zM18 9v2" />
        <rect class="fill" x="3.5" y="8" width={level * 0.92} height="4" />
      </svg>
      <span class="visually-hidden">{t.header.battery} </span>
      {share === null ? t.unknown : formatPercent(share)}
    </span>
  );
}
