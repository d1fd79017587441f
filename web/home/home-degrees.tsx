/** Degrees while the patient moves, only where the clinic allows them. */
import { useEffect, useState } from 'preact/hooks';
import { degFromRad } from '../../src/core/units.ts';
import { formatWhole, t } from '../i18n/index.ts';
import { live } from '../live/live-data.ts';

/** Often enough to follow, seldom enough to read, ms. */
const EVERY_MS = 200;

export function HomeDegrees() {
  const [shown, show] = useState(Number.NaN);
  useEffect(() => {
    const timer = window.setInterval(() => show(degFromRad(live.head.twistRad)), EVERY_MS);
    return () => window.clearInterval(timer);
  }, []);
  return <p class="home-degrees">{Number.isFinite(shown) ? t.home.degrees(formatWhole(Math.max(0, shown))) : '–'}</p>;
}
