import { useEffect, useRef } from 'preact/hooks';
import { t } from '../i18n/index.ts';
import { addHeavy } from '../live/loop.ts';
import { createStripChart, type StripChart } from '../live/strip-chart.ts';
import type { StripOf } from '../live/strip-points.ts';
import { theme } from './theme.ts';

/** 30 redraws a second at most. */
const INTERVAL_MS = 33;

export function StripChartFigure({ what }: { readonly what: StripOf }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const chart = useRef<StripChart | null>(null);
  // What the first render shows is given to the chart when it is made; later ones reach it below.
  useEffect(() => {
    const made = createStripChart(canvas.current!, what);
    chart.current = made;
    const remove = addHeavy({ paint: (nowMs) => made.paint(nowMs), intervalMs: INTERVAL_MS });
    const unsubscribe = theme.subscribe(() => made.restyle());
    // The type scale follows the window's width.
    const onResize = (): void => made.restyle();
    window.addEventListener('resize', onResize);
    return () => {
      remove();
      unsubscribe();
      window.removeEventListener('resize', onResize);
      made.destroy();
    };
  }, []);
  useEffect(() => chart.current?.show(what), [what]);
  return (
    <figure class="strip-chart">
      <figcaption class="quiet">{t.live.strip}</figcaption>
      <div class="strip-box">
        <canvas ref={canvas} role="img" aria-label={t.live.strip} />
      </div>
    </figure>
  );
}
