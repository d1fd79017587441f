/** What a new core version would change, as one page: a picture of every change and the table of all of them. */
import type { ComparedTrial } from '../gateway/recompute.ts';

interface Point {
  readonly trial: ComparedTrial;
  readonly path: string;
  readonly before: number;
  readonly after: number;
}

const WIDTH = 960;
const HEIGHT = 360;
const MARGIN = 56;

const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c] ?? c);

const shown = (value: unknown): string =>
  typeof value === 'number' ? String(Number(value.toPrecision(9))) : value === undefined ? '' : JSON.stringify(value);

/** The angles of the result in degrees, changed or not: most points lie on the line of no change. */
function points(trials: readonly ComparedTrial[]): Point[] {
  return trials.flatMap((trial) =>
    trial.changes.flatMap(({ path, before, after }) =>
      typeof before === 'number' && typeof after === 'number' && /(angleDeg|meanDeg|\.mean)$/.test(path)
        ? [{ trial, path, before, after }]
        : [],
    ),
  );
}

function picture(list: readonly Point[]): string {
  if (list.length === 0) return '<p>No angle changes.</p>';
  const largest = Math.max(1e-9, ...list.map((p) => Math.abs(p.after - p.before)));
  const low = Math.min(...list.map((p) => p.before));
  const high = Math.max(...list.map((p) => p.before), low + 1e-9);
  const x = (p: Point): number => MARGIN + ((p.before - low) / (high - low)) * (WIDTH - 2 * MARGIN);
  const y = (change: number): number => HEIGHT / 2 - (change / largest) * (HEIGHT / 2 - MARGIN / 2);
  const dots = list.map((p) => {
    const name = escaped(`${p.trial.kind} ${p.path}: ${shown(p.before)} → ${shown(p.after)}`);
    return `<circle cx="${x(p).toFixed(1)}" cy="${y(p.after - p.before).toFixed(1)}" r="3"><title>${name}</title></circle>`;
  });
  const label = (value: number): string =>
    `<text x="4" y="${(y(value) + 4).toFixed(1)}">${value > 0 ? '+' : ''}${value.toPrecision(3)}°</text>`;
  return [
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Change of every angle over its stored value">`,
    `<line x1="${MARGIN}" x2="${WIDTH - MARGIN}" y1="${HEIGHT / 2}" y2="${HEIGHT / 2}"/>`,
    [largest, 0, -largest].map(label).join(''),
    `<text x="${MARGIN}" y="${HEIGHT - 4}">${low.toFixed(1)}°</text>`,
    `<text x="${WIDTH - MARGIN}" y="${HEIGHT - 4}" text-anchor="end">${high.toFixed(1)}° (stored)</text>`,
    ...dots,
    '</svg>',
  ].join('\n');
}

function rows(trials: readonly ComparedTrial[]): string {
  return trials
    .flatMap((trial) =>
      trial.changes.map(({ path, before, after }) => {
        const change = typeof before === 'number' && typeof after === 'number' ? shown(after - before) : '';
        const cells = [
          new Date(trial.startedAtMs).toISOString(),
          trial.kind,
          trial.trialId,
          trial.storedVersion ?? 'none',
          path,
          shown(before),
          shown(after),
          change,
        ];
        return `<tr>${cells.map((cell) => `<td>${escaped(cell)}</td>`).join('')}</tr>`;
      }),
    )
    .join('\n');
}

const STYLE = `body{font:15px/1.5 system-ui,sans-serif;margin:2rem;max-width:70rem}svg{width:100%;height:auto}
circle{fill:#1f6feb;fill-opacity:.6}line{stroke:#888}text{font-size:12px;fill:#555}
table{border-collapse:collapse;font-size:13px}td,th{border-bottom:1px solid #ddd;padding:.2rem .6rem;text-align:left}`;

/** A page of its own: nothing is fetched. */
export function comparisonPage(trials: readonly ComparedTrial[], coreVersion: string): string {
  const count = (outcome: ComparedTrial['outcome']): number => trials.filter((t) => t.outcome === outcome).length;
  const moved = trials.filter((trial) => trial.changes.length > 0);
  const head = ['trial begun', 'test', 'trial', 'made by', 'number', 'stored', `core ${coreVersion}`, 'change'];
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Results under core ${escaped(coreVersion)}</title><style>${STYLE}</style></head>
<body>
<h1>Results under core ${escaped(coreVersion)}</h1>
<p>${trials.length} trials: ${count('equal')} equal to the bit, ${count('changed')} made by another version (${moved.length} of all
with a number that changes), ${count('different')} different under the same version, ${count('absent')} not on the raw record.
Nothing has been accepted: the stored results are as they were.</p>
${picture(points(trials))}
<table><thead><tr>${head.map((cell) => `<th>${escaped(cell)}</th>`).join('')}</tr></thead>
<tbody>
${rows(trials)}
</tbody></table>
</body></html>
`;
}
