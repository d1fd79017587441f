/** The strip chart: the last twelve seconds of one plane, or of a test's own turn, with its 95 % band. */
import {
  Chart,
  Filler,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  type ScriptableScaleContext,
} from 'chart.js';
import { t } from '../i18n/index.ts';
import { PLANE_DIRECTIONS } from '../logic/angle-words.ts';
import { token } from '../ui/theme.ts';
import { live } from './live-data.ts';
import { columnsOf, createStripSeries, fillStripSeries, type StripOf } from './strip-points.ts';

Chart.register(LineController, LineElement, PointElement, LinearScale, Filler);

const WINDOW_S = 12;
/** 30 points a second: neck movement ends well below 10 Hz. */
const BINS = 361;
/** The scale never shows less than this, so that stillness looks still. */
const LEAST_RANGE_DEG = 20;
const RANGE_STEP_DEG = 20;
/** Nor more than this, however wide the band is. */
const MOST_RANGE_DEG = 100;

export interface StripChart {
  paint(nowMs: number): void;
  show(what: StripOf): void;
  restyle(): void;
  destroy(): void;
}

/** Draws into `canvas`, which follows the size of its parent. */
export function createStripChart(canvas: HTMLCanvasElement, first: StripOf): StripChart {
  const series = createStripSeries(BINS, WINDOW_S);
  let shown = first;
  let rangeDeg = 40;
  // Read once per theme: asking the style engine in every paint would cost more than the drawing.
  let zeroColour = '';
  let lineColour = '';
  // Drawn at once by the processor, in the heavy painter's own time: a canvas that is recorded and drawn later is drawn
  // inside the next animation frame, in the way of the number.
  canvas.getContext('2d', { willReadFrequently: true });
  const line = { parsing: false, pointRadius: 0, borderWidth: 0, tension: 0, spanGaps: false } as const;
  const chart = new Chart(canvas, {
    type: 'line',
    data: {
      datasets: [
        { ...line, data: series.angle, borderWidth: 2.5, borderColor: '' },
        { ...line, data: series.high, fill: 2, backgroundColor: '' },
        { ...line, data: series.low },
      ],
    },
    options: {
      parsing: false,
      normalized: true,
      animation: false,
      events: [],
      responsive: true,
      maintainAspectRatio: false,
      layout: { padding: { top: 6, right: 8 } },
      scales: {
        x: {
          type: 'linear',
          min: -WINDOW_S,
          max: 0,
          border: { display: false },
          grid: { display: false },
          ticks: {
            stepSize: 3,
            maxRotation: 0,
            callback: (value) => (value === 0 ? t.live.now : t.live.seconds(String(value).replace('-', '−'))),
          },
        },
        y: {
          type: 'linear',
          min: -rangeDeg,
          max: rangeDeg,
          border: { display: false },
          grid: { color: (context: ScriptableScaleContext) => (context.tick.value === 0 ? zeroColour : lineColour) },
          ticks: { stepSize: RANGE_STEP_DEG, callback: (value) => tickText(shown, Number(value)) },
        },
      },
    },
  });

  const restyle = (): void => {
    zeroColour = token('--ink-3');
    lineColour = token('--line');
    const [angle, high] = chart.data.datasets;
    angle!.borderColor = token('--accent');
    high!.backgroundColor = token('--band');
    const family = getComputedStyle(document.body).fontFamily;
    const size = 0.8125 * Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
    for (const scale of [chart.options.scales!['x']!, chart.options.scales!['y']!]) {
      Object.assign(scale.ticks!, { color: token('--ink-3'), font: { family, size } });
    }
    chart.update('none');
  };

  const fitRange = (): void => {
    let most = LEAST_RANGE_DEG;
    for (const points of [series.angle, series.low, series.high]) {
      for (const point of points) if (Math.abs(point.y) > most) most = Math.abs(point.y);
    }
    most = Math.min(most, MOST_RANGE_DEG - 2);
    const wanted = Math.ceil((most + 2) / RANGE_STEP_DEG) * RANGE_STEP_DEG;
    if (wanted === rangeDeg) return;
    rangeDeg = wanted;
    const y = chart.options.scales!['y']!;
    y.min = -rangeDeg;
    y.max = rangeDeg;
  };

  restyle();
  return {
    paint(nowMs) {
      const { ring } = live;
      if (ring.count === 0) return;
      const newestS = ring.timeS[(ring.count - 1) % ring.capacity]!;
      // Between frames the strip glides with the page's clock; when the stream stops it moves on and shows the hole.
      const nowS = newestS + Math.max(0, nowMs - live.receivedMs) / 1000;
      const [column, sigma] = columnsOf(ring, shown);
      fillStripSeries(series, ring, column, sigma, nowS, WINDOW_S);
      fitRange();
      chart.update('none');
    },
    show(what) {
      shown = what;
    },
    restyle,
    destroy: () => chart.destroy(),
  };
}

/** "left 20°": the direction's word instead of a sign; how far knows no direction and nothing below nought. */
function tickText(of: StripOf, deg: number): string {
  if (of === 'twist-amount') return deg < 0 ? '' : `${deg}${t.result.unit}`;
  if (deg === 0) return `0${t.result.unit}`;
  const words = PLANE_DIRECTIONS[of === 'twist' ? 'turn' : of];
  return `${t.live.direction[deg > 0 ? words.positive : words.negative]} ${Math.abs(deg)}${t.result.unit}`;
}
